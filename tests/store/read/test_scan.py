"""Reading a root: every shape is listed, nothing that lies in it can hurt."""

import json
import os
import socket
from pathlib import Path

import pytest

from exito_tui.cli.json.fast_listing import listing
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import safefs
from exito_tui.store.read.scan import (
    Sign,
    paths_in,
    read_session,
    read_sessions,
    scan,
    scan_names,
    signs_of,
)
from tests.support import Root


def by_key(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    return {key: (session.command, session.shape) for key, session in snapshot.sessions.items()}


def names(session: Session) -> list[str]:
    return [artefact.name for artefact in session.artefacts or ()]


def test_every_shape_is_listed(root: Root) -> None:
    for path in (
        "build/build_20251106_153045/context.md", "tasks/architect_carts_20251106_153045/plan.md",
        "build/investigator-1762190736/plan.md", "build/session/plan.md", "validator_20251106_153045/test_report.md",
        "pr_reviews/pr_789_context.md", "pr_reviews/pr_789_final_review.md", "research/queues_20251106_153045.md",
        "20251106_153045_0123abcd_carts/CLAUDE.md", "v2-20251106T153045-abcdefgh-carts/index.json",
        "build/loose.md", "build/$SESSION_ID/context.md",
    ):  # fmt: skip
        root.write(path)
    assert by_key(scan(str(root))) == {
        "build/build_20251106_153045": ("build", "canonical"),
        "tasks/architect_carts_20251106_153045": ("tasks", "semantic"),
        "build/investigator-1762190736": ("build", "epoch"),
        "build/session": ("build", "named"),
        "build/$SESSION_ID": ("build", "named"),
        "build": ("build", "named"),
        "validator_20251106_153045": ("validator", "fallback"),
        "pr_reviews/pr_789": ("pr_reviews", "flat"),
        "research/queues_20251106_153045": ("research", "flat"),
        "20251106_153045_0123abcd_carts": ("cc", "foreign"),
        "v2-20251106T153045-abcdefgh-carts": ("cc", "foreign"),
    }


def test_the_registry_and_hidden_folders_are_no_sessions_and_loose_files_are_notes(
    root: Root,
) -> None:
    for path in (
        "1234.json",
        "pid-77.json",
        "1234.abc.key",
        ".trash/build/x/plan.md",
        ".current-session",
        "lessons.md",
        "run.sh",
    ):
        root.write(path)
    snapshot = scan(str(root))
    assert snapshot.sessions == {}
    assert {note.name for note in snapshot.notes} == {"lessons.md", "run.sh"}


def test_an_empty_session_is_listed(root: Root) -> None:
    root.folder("build/build_20251106_153045")
    assert scan(str(root)).sessions["build/build_20251106_153045"].artefacts == ()


def test_files_are_read_with_size_time_and_kind(root: Root) -> None:
    root.write("build/build_20251106_153045/plan.md", "12345", at=1_762_461_000)
    root.write("build/build_20251106_153045/sub/deep/shot.png", "x")
    session = scan(str(root)).sessions["build/build_20251106_153045"]
    assert names(session) == ["plan.md", "sub/deep/shot.png"]
    plan = session.artefact("plan.md")
    assert plan is not None
    assert (plan.size, plan.modified_ns, plan.kind) == (5, 1_762_461_000 * 10**9, "markdown")


def test_names_alone_leave_the_folders_closed(root: Root) -> None:
    root.write("build/build_20251106_153045/plan.md")
    root.write("build/made-up/plan.md")
    snapshot = scan_names(str(root))
    assert snapshot.sessions["build/build_20251106_153045"].artefacts is None
    assert names(snapshot.sessions["build/made-up"]) == ["plan.md"]  # only its files tell its time
    with safefs.opened_root(str(root)) as folder:
        read = {
            session.key: session for session in read_sessions(folder, snapshot.sessions.values())
        }
    assert read == scan(str(root)).sessions


def test_links_are_listed_and_never_followed(root: Root, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "plan.md").write_text("secret")
    folder = root.folder("build/build_20251106_153045")
    (folder / "link.md").symlink_to(secret / "plan.md")
    (folder / "linked-folder").symlink_to(secret)
    (folder / "loop").symlink_to("loop")
    (root.path / "build" / "build_20251106_160000").symlink_to(secret)
    (root.path / "linked-command").symlink_to(secret)
    snapshot = scan(str(root))
    session = snapshot.sessions["build/build_20251106_153045"]
    assert {artefact.name: artefact.kind for artefact in session.artefacts or ()} == {
        "link.md": "symlink", "linked-folder": "symlink", "loop": "symlink",
    }  # fmt: skip
    linked = [one for one in snapshot.sessions.values() if one.form == "link"]
    assert sorted(one.key for one in linked) == ["build/build_20251106_160000", "linked-command"]
    assert all(one.artefacts == () and str(secret) in one.problem for one in linked)
    assert not snapshot.notes


def test_pipes_and_sockets_are_listed_and_never_opened(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = root.folder("build/build_20251106_153045")
    os.mkfifo(folder / "pipe.md")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.md")
        kinds = {
            artefact.kind
            for artefact in scan(str(root)).sessions["build/build_20251106_153045"].artefacts or ()
        }
    assert kinds == {"special"}


@pytest.mark.parametrize(
    "name",
    [
        b"caf\xe9.md",
        b"new\nline.md",
        b"-rf.md",
        b"a" * 251 + b".md",
        "\u202egnp.md".encode(),
        b"\x1b[2J.md",
        b"[/red].md",
    ],
)
def test_hostile_names_are_kept_as_they_are(root: Root, name: bytes) -> None:
    root.write(b"build/build_20251106_153045/" + name)
    root.write(b"build/" + name[:200] + b"_20251106_153045/plan.md")
    snapshot = scan(str(root))
    assert names(snapshot.sessions["build/build_20251106_153045"]) == [os.fsdecode(name)]
    assert len(snapshot.sessions) == 2


def test_a_deep_tree_does_not_end_the_scan(root: Root) -> None:
    root.write("build/build_20251106_153045/" + "d/" * 60 + "plan.md")
    root.write("build/build_20251106_153045/plan.md")
    assert names(scan(str(root)).sessions["build/build_20251106_153045"]) == ["plan.md"]


def test_every_file_is_counted_however_many_there_are(root: Root) -> None:
    """It stopped to look into folders after some thousands, and the row said a number that was
    none."""
    for folder in range(12):
        for number in range(500):
            root.write(f"build/build_20251106_153045/part_{folder:02}/{number}", "x")
    session = scan(str(root)).sessions["build/build_20251106_153045"]
    assert len(session.artefacts or ()) == session.size == 6_000


def test_a_missing_root_and_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert scan(str(tmp_path / "nothing")).state == "missing"
    assert scan(str(tmp_path / "file")).state == "missing"


def test_what_may_not_be_read_says_so(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    root.write("build/build_20251106_153045/plan.md")
    opened = safefs.open_child

    def refuse(folder: int, name: str) -> int:
        if name.startswith("build_"):
            raise PermissionError(13, "Permission denied")
        return opened(folder, name)

    monkeypatch.setattr(safefs, "open_child", refuse)
    session = scan(str(root)).sessions["build/build_20251106_153045"]
    assert (session.problem, session.artefacts) == ("permission denied", ())


def test_a_session_that_vanishes_while_it_is_read(root: Root) -> None:
    root.write("build/build_20251106_153045/plan.md")
    snapshot = scan_names(str(root))
    session = snapshot.sessions["build/build_20251106_153045"]
    with safefs.opened_root(str(root)) as folder:
        (root.path / "build").rename(root.path / "gone")
        assert read_session(folder, session).problem == "no such file or directory"
        assert [one.problem for one in read_sessions(folder, [session])] == [
            "no such file or directory"
        ]


def test_the_sign_of_a_session_is_another_one_after_any_write(root: Root) -> None:
    key = "build/build_20251106_153045"
    root.write(f"{key}/plan.md", "one\n")
    root.write(f"{key}/below/more.md", "more\n")
    session = scan_names(str(root)).sessions[key]
    path = root.path / key / "plan.md"

    def sign() -> Sign | None:
        signs: dict[str, Sign | None] = {}
        with safefs.opened_root(str(root)) as folder:
            (alone,) = signs_of(folder, [session])
            list(read_sessions(folder, [session], signs))
        assert signs.get(key) == alone  # however it was made
        return alone

    def sign_by_paths(last: Sign) -> Sign | None:
        with safefs.opened_root(str(root)) as folder:
            return next(signs_of(folder, [session], {key: paths_in(last)}))

    def replaced() -> None:
        before, other = os.stat(path), path.with_suffix(".new")
        other.write_text("one\n")
        os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
        other.replace(path)

    assert sign() == sign()

    def rewritten_in_place() -> None:
        before = os.stat(path)
        path.write_text("owe\n")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    for change in (
        rewritten_in_place, replaced, lambda: os.utime(path, (1, 1)), lambda: path.write_text("one and more\n"),
        lambda: root.write(f"{key}/below/other.md", ""), lambda: (root.path / key / "below/other.md").unlink(),
        lambda: path.chmod(0o600), lambda: path.rename(path.with_name("design.md")),
    ):  # fmt: skip
        last = sign()
        assert last and sign_by_paths(last) == last
        change()
        assert sign() not in (last, None)
        assert sign_by_paths(last) != last
    os.rename(root.path / key, root.path / "gone")
    with safefs.opened_root(str(root)) as folder:
        assert [*signs_of(folder, [session])] == [None]


def test_no_file_is_looked_at_twice_to_list_what_is_kept(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        for name in ("context.md", "plan.md", "progress.md", "test_report.md", "review.md"):
            root.write(
                f"build/build_20251106_15304{number}/{name}", f"# {name}\n", at=1_762_443_045
            )
    first = listing([str(root)], Judge())
    read: list[Artefact] = []
    really = Artefact.__new__

    def noted(kind: type[Artefact], *values: object) -> Artefact:
        read.append(really(kind, *values))  # type: ignore[arg-type]
        return read[-1]

    monkeypatch.setattr(Artefact, "__new__", noted)

    def sessions(text: str) -> object:
        return json.loads(text)["sessions"]

    assert sessions(listing([str(root)], Judge())) == sessions(first) and not read
    root.write("build/build_20251106_153041/plan.md", "# Another plan\n", at=1_762_443_046)
    assert sessions(listing([str(root)], Judge())) != sessions(first) and read
