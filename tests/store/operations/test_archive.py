"""Archives: verified before anything moves, unpacked into no other place than a session's, and
finalize and fixing."""

import io
import json
import os
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from exito_tui.domain.doctor.finding import Finding
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations import archive as archiving
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.finalize import Finalized, finalize
from exito_tui.store.operations.fix import fix, plan_fixes
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.operations.restore import undo
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.read.root_reader import examined, findings
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import entries_of
from exito_tui.store.trash.journal import Outcome
from exito_tui.store.trash.targets import capture_targets
from tests.store.support import EVERY, KEY, OLD, seen, targets, tree
from tests.support import NOW_NS, Root, destroy, said


def pack(root: Root, *keys: str, to: Path | None = None) -> Outcome:
    return archive(
        str(root), targets(root, *keys), str(to or root.path / ".archive"), ChangeRules()
    )


def test_every_shape_is_archived_and_comes_back_just_as_it_was(
    filled: Root, tmp_path: Path
) -> None:
    os.chmod(filled.path / KEY / "plan.md", 0o640)
    os.symlink("../elsewhere", filled.path / KEY / "link")
    os.utime(filled.path / KEY / "link", (OLD, OLD), follow_symlinks=False)
    before = tree(filled)
    (tmp_path / "far").mkdir()
    outcome = pack(filled, *EVERY, to=tmp_path / "far" / "away")
    assert not outcome.failed and tree(filled) == []
    assert len(entries_of(str(filled))) == 6
    names = sorted(path.name for path in (tmp_path / "far" / "away").iterdir())
    assert names == [
        "build_20250101_100000.tar.gz", "patch.tar.gz", "pr_reviews_pr_7.tar.gz", "pr_reviews_pr_70.tar.gz",
        "research_topic_20250101_100000.tar.gz", "validator_20250101_100000.tar.gz",
    ]  # fmt: skip
    destroy(filled, entries_of(str(filled)))
    for name in names:
        assert not unarchive(str(filled), str(tmp_path / "far" / "away" / name)).failed
    assert tree(filled) == before


def test_the_archive_can_be_read_by_any_tar(filled: Root) -> None:
    pack(filled, KEY)
    with tarfile.open(filled.path / ".archive" / "build_20250101_100000.tar.gz") as tar:
        assert sorted(tar.getnames()) == [KEY, f"{KEY}/plan.md", f"{KEY}/sub", f"{KEY}/sub/deep.md"]
        file = tar.extractfile(f"{KEY}/plan.md")
        assert file and file.read() == f"# {KEY}/plan.md\n".encode()


def test_undo_brings_the_session_back_and_takes_the_archive_away(filled: Root) -> None:
    before = tree(filled)
    pack(filled, KEY, "pr_reviews/pr_7")
    outcome = undo(str(filled))
    assert not outcome.failed and not outcome.notes and tree(filled) == before
    assert os.listdir(filled.path / ".archive") == []


def test_undo_leaves_an_archive_that_is_another_one_now(filled: Root) -> None:
    pack(filled, KEY)
    path = filled.path / ".archive" / "build_20250101_100000.tar.gz"
    path.write_bytes(b"somebody else's")
    assert "is not the one that was made" in sentence(undo(str(filled)).notes[0])
    assert path.read_bytes() == b"somebody else's"


def test_an_archive_never_takes_the_place_of_another(filled: Root) -> None:
    filled.write(".archive/build_20250101_100000.tar.gz", "mine\n")
    pack(filled, KEY)
    assert (filled.path / ".archive" / "build_20250101_100000.tar.gz").read_text() == "mine\n"
    assert (filled.path / ".archive" / "build_20250101_100000-2.tar.gz").stat().st_size > 100


def test_what_reads_back_differently_is_no_archive(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(filled)
    real = archiving._read
    monkeypatch.setattr(archiving, "_read", lambda file: list(real(file))[:-1])
    outcome = pack(filled, KEY)
    assert said(outcome) == [(KEY, "no archive could be made: what was read back from it differs")]
    assert (
        tree(filled) == before
        and os.listdir(filled.path / ".archive") == []
        and entries_of(str(filled)) == []
    )


def test_a_pipe_cannot_be_archived_and_may_go_to_the_trash(filled: Root) -> None:
    os.mkfifo(filled.path / KEY / "pipe")
    os.utime(filled.path / KEY / "pipe", (OLD, OLD))
    outcome = pack(filled, KEY)
    assert (
        "is a pipe, a socket or a device" in said(outcome)[0][1]
        and (filled.path / KEY / "pipe").exists()
    )


def test_a_folder_for_archives_that_cannot_be_made(filled: Root) -> None:
    filled.write("occupied")
    with pytest.raises(CleanupError, match="cannot be used for archives"):
        pack(filled, KEY, to=filled.path / "occupied")
    assert (filled.path / KEY).is_dir()


def test_unarchive_leaves_what_is_there(filled: Root) -> None:
    pack(filled, KEY)
    filled.write(f"{KEY}/plan.md", "another\n")
    path = str(filled.path / ".archive" / "build_20250101_100000.tar.gz")
    with pytest.raises(
        CleanupError, match=f"{KEY} is there already; move it away first: nothing was unpacked"
    ):
        unarchive(str(filled), path)
    assert (filled.path / KEY / "plan.md").read_text() == "another\n"


def test_undo_of_unarchive_puts_it_into_the_trash(filled: Root) -> None:
    pack(filled, KEY)
    destroy(filled, entries_of(str(filled)))
    unarchive(str(filled), str(filled.path / ".archive" / "build_20250101_100000.tar.gz"))
    assert not undo(str(filled)).failed
    assert [entry.item.what for entry in entries_of(str(filled))] == [KEY]


def hostile(path: Path, *members: tuple[str, bytes]) -> str:
    """An archive of these (name, type) members."""
    with tarfile.open(path, "w:gz") as tar:
        for name, kind in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            info.size = 2 if kind == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(b"x\n") if info.size else None)
    return str(path)


FILE, FOLDER, LINK = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([("../x", FILE)], "leads out of a session"),
        ([("/etc/x", FILE)], "leads out of a session"),
        ([("build/../../x", FILE)], "leads out of a session"),
        ([(".trash/x/y", FILE)], "is not a part of a session"),
        ([(".pins.json", FILE)], "is not a part of a session"),
        ([("123.json", FILE)], "is not a part of a session"),
        (
            [(KEY, FOLDER), (f"{KEY}/x", tarfile.LNKTYPE)],
            "is neither a file nor a folder nor a link",
        ),
        (
            [(KEY, FOLDER), (f"{KEY}/x", tarfile.CHRTYPE)],
            "is neither a file nor a folder nor a link",
        ),
        (
            [(KEY, FOLDER), ("build/build_20250101_100001", FOLDER)],
            "is not the archive of one session",
        ),
        ([(KEY, FOLDER), ("patch/x.md", FILE)], "is not the archive of one session"),
        (
            [("pr_reviews/pr_1_a.md", FILE), ("pr_reviews/pr_2_a.md", FILE)],
            "is not the archive of one session",
        ),
        ([("a.md", FILE), ("b.md", FILE)], "is not the archive of one session"),
        ([("a/b/c/x.md", FILE)], "is not the archive of one session"),
        ([("a/b/c/d/e/f", FOLDER)], "is not the archive of one session"),
        ([], "is not the archive of one session"),
        ([(KEY, FOLDER), (f"{KEY}/link", LINK), (f"{KEY}/link/x", FILE)], "cannot be unpacked"),
        ([(KEY, FOLDER), (f"{KEY}/x", FILE), (f"{KEY}/x", FILE)], "cannot be unpacked"),
    ],
)
def test_hostile_archives_do_no_harm(
    root: Root, tmp_path: Path, members: list[tuple[str, bytes]], why: str
) -> None:
    path = hostile(tmp_path / "a.tar.gz", *members)
    with pytest.raises(CleanupError, match=why):
        unarchive(str(root), path)
    assert tree(root) == [] and entries_of(str(root)) == []
    assert (
        not (root.path / ".trash" / "scratch").exists()
        or os.listdir(root.path / ".trash" / "scratch") == []
    )


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_archive_says_so(root: Root, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tar.gz").write_bytes(content)
    with pytest.raises(CleanupError, match="cannot be unpacked"):
        unarchive(str(root), str(tmp_path / "a.tar.gz"))
    with pytest.raises(CleanupError, match="no such file"):
        unarchive(str(root), str(tmp_path / "none"))


# ── finalize ─────────────────────────────────────────────────────────────────────────────────────


def end(root: Root, *keys: str, rules: ChangeRules | None = None) -> Finalized:
    snapshot, judge = examined(scan(str(root)), Judge())
    return finalize(
        str(root), [snapshot.sessions[key] for key in keys], judge, rules or ChangeRules()
    )


def test_finalize_writes_keeps_and_can_be_undone(filled: Root) -> None:
    filled.write(
        f"{KEY}/session_metadata.json", '{"user": "ada", "status": "in_progress"}\n', at=OLD
    )
    os.chmod(filled.path / KEY / "session_metadata.json", 0o640)
    before = tree(filled)
    assert not end(filled, KEY, "validator_20250101_100000").outcome.failed
    metadata = filled.path / KEY / "session_metadata.json"
    assert (
        json.loads(metadata.read_text())["user"] == "ada"
        and stat.S_IMODE(metadata.stat().st_mode) == 0o640
    )
    assert json.loads(metadata.read_text())["status"] == "interrupted"
    assert (filled.path / KEY / "session_summary.md").read_text().startswith("# Session summary")
    after = tree(filled)
    again = end(filled, KEY, "validator_20250101_100000")
    assert again.outcome.done == () and len(again.same) == 2 and tree(filled) == after
    assert not undo(str(filled)).failed and tree(filled) == before and entries_of(str(filled)) == []


def test_finalize_leaves_what_runs_is_pinned_loose_or_not_understood(
    filled: Root, tmp_path: Path
) -> None:
    set_pins(str(filled), ["validator_20250101_100000"], pinned=True)
    filled.write("ui/ui_20250101_100000/session_metadata.json", "{torn", at=OLD)
    os.symlink(
        tmp_path / "far.json", filled.folder("ui/ui_20250101_100001") / "session_metadata.json"
    )
    before = tree(filled)
    keys = (
        KEY,
        "validator_20250101_100000",
        "pr_reviews/pr_7",
        "ui/ui_20250101_100000",
        "ui/ui_20250101_100001",
    )
    whys = dict(said(end(filled, *keys, rules=ChangeRules(states={KEY: "running"})).outcome))
    assert list(whys) == list(keys) and tree(filled) == before
    for key, why in zip(
        keys,
        ("it is running", "it is pinned", "lie loose", "is not JSON", "is not a regular file"),
        strict=True,
    ):
        assert why in whys[key]
    assert not end(
        filled, KEY, rules=ChangeRules(states={KEY: "running"}, forced={KEY})
    ).outcome.failed


def test_undo_of_finalize_leaves_a_file_that_was_written_since(filled: Root) -> None:
    end(filled, KEY)
    filled.write(f"{KEY}/session_summary.md", "my own words\n")
    why = "session_summary.md is not what was written there; it is left where it is"
    assert said(undo(str(filled))) == [(KEY, why)]
    assert (filled.path / KEY / "session_summary.md").read_text() == "my own words\n"
    with pytest.raises(CleanupError, match="nothing to undo"):
        undo(str(filled))


# ── fixing ──────────────────────────────────────────────────────────────────────────────────────

AT = NOW_NS / 1e9


def found(root: Root) -> list[Finding]:
    return findings([scan(str(root))], Judge(), NOW_NS)


def fix_codes(root: Root, *codes: str) -> Outcome:
    chosen = [one for one in found(root) if one.code in codes]
    assert chosen
    return fix(str(root), plan_fixes(str(root), chosen))


def nest(root: Root) -> None:
    root.write("build/build_20251106_190000/context.md", "# x\n", at=AT - 90_000)
    root.write(".claude/sessions/build/build_20251106_190000/plan.md", "# inner\n", at=AT - 80_000)
    root.write(
        ".claude/sessions/think/think_20251106_190000/context.md", "# whole\n", at=AT - 80_000
    )


def test_a_nested_root_is_unfolded_and_folded_again(root: Root) -> None:
    nest(root)
    before = tree(root)
    assert not fix_codes(root, "nested-root").failed
    assert (root.path / "build/build_20251106_190000/plan.md").exists()
    assert (root.path / "think/think_20251106_190000/context.md").exists() and not (
        root.path / ".claude"
    ).exists()
    assert not undo(str(root)).failed and tree(root) == before
    assert not (root.path / "think").exists(), "a folder that was made for it goes with it"


def test_both_are_kept_where_something_is_there(root: Root) -> None:
    nest(root)
    root.write("build/build_20251106_190000/plan.md", "# outer\n", at=AT - 85_000)
    assert not fix_codes(root, "nested-root").failed
    folder = root.path / "build/build_20251106_190000"
    assert (folder / "plan.md").read_text() == "# outer\n" and (
        folder / "plan-2.md"
    ).read_text() == "# inner\n"


def split(root: Root) -> None:
    for at, name in enumerate(("context.md", "plan.md", "progress.md")):
        root.write(
            f"build/build_20251106_120000/{name}",
            f"# {name}\n\nStatus: Completed\n",
            at=AT - 30_000 + 60 * at,
        )
    root.write("validator_20251106_123000/test_report.md", "# T\n", at=AT - 29_000)


def test_a_split_workflow_is_merged_and_split_again(root: Root) -> None:
    split(root)
    before = tree(root)
    assert not fix_codes(root, "split-workflow").failed
    assert (root.path / "build/build_20251106_120000/test_report.md").exists()
    assert not (root.path / "validator_20251106_123000").exists()
    assert not undo(str(root)).failed and tree(root) == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda root: root.write("validator_20251106_123000/test_report.md", "new\n"),
            "it has changed since you looked",
        ),
        (
            lambda root: root.write("validator_20251106_123000/more.md", "new\n"),
            "it has changed since you looked",
        ),
        (
            lambda root: root.write(
                "build/build_20251106_120000/test_report.md", "there\n", at=AT - 20_000
            ),
            "something is there already",
        ),
        (
            lambda root: set_pins(str(root), ["validator_20251106_123000"], pinned=True),
            "it is pinned",
        ),
    ],
)
def test_what_changed_since_the_preview_is_not_mended(
    root: Root, change: Callable[[Root], object], why: str
) -> None:
    split(root)
    planned = plan_fixes(str(root), [one for one in found(root) if one.code == "split-workflow"])
    change(root)
    before = tree(root)
    outcome = fix(str(root), planned)
    assert [reason for _, reason in said(outcome)] == [why] and tree(root) == before


def test_what_was_written_just_now_is_not_mended(root: Root) -> None:
    split(root)
    os.utime(root.path / "validator_20251106_123000/test_report.md")
    planned = plan_fixes(
        str(root), [one for one in found(root) if one.code == "split-workflow" and one.moves]
    )
    outcome = fix(str(root), planned)
    assert not outcome.done and (root.path / "validator_20251106_123000/test_report.md").exists()


def test_probes_and_empty_sessions_are_let_go(root: Root) -> None:
    root.write("build/build_20251101_120000/context.md", "# C\n", at=AT - 5 * 86_400)
    root.write("build/build_20251101_120000/.write_test", "", at=AT - 5 * 86_400)
    root.folder("think/think_20251101_120000")
    assert len(fix_codes(root, "leftover-probe", "empty-session").done) == 2
    assert (
        not (root.path / "think/think_20251101_120000").exists() and len(entries_of(str(root))) == 2
    )
    assert (
        not undo(str(root)).failed
        and (root.path / "build/build_20251101_120000/.write_test").exists()
    )


def test_seen_is_what_is_aimed_at(filled: Root) -> None:
    (target,) = capture_targets(str(filled), seen(filled, KEY))
    assert target.files == 2 and target.size == 80 and not target.problem
