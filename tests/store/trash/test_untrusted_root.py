"""A root's own data is untrusted: no file that came with it makes anything run, move or vanish."""

import json
import os
import shutil
import stat
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exito_tui.cli import run
from exito_tui.domain.units import local_time
from exito_tui.render.reasons import sentence
from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.fs.tree import look_through
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.common import ChangeRules, recover
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.read.commits import commits_by_session
from exito_tui.store.trash.contents import entries_of, is_interrupted, operations_of, strangers_in
from tests.store.operations.test_move import KEY, OLD, filled, rm, targets, tree
from tests.support import Root, destroy, said

__all__ = ["filled"]


def rename(source: str, target: str, path: Path, **more: Any) -> dict[str, Any]:
    return {"source": source, "target": target, "inode": path.stat().st_ino, "swap": 0, **more}


def record(action: str, *renames: dict[str, Any], **more: Any) -> dict[str, Any]:
    item = {"what": KEY, "parts": renames, "entry": "", "files": 1, "size": 1, **more}
    return {
        "schema": 1,
        "id": "20250101-000000-abc",
        "action": action,
        "at_ns": 1,
        "units": [item],
        "undoes": "",
    }


def plant(root: Root, name: str, made: dict[str, Any] | str) -> None:
    text = made if isinstance(made, str) else json.dumps(made) + "\n"
    root.write(f".trash/{name}", text)
    root.folder(".trash/scratch")


def everything(folder: Path) -> list[tuple[str, bytes]]:
    return sorted((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


# ── journals, logs and manifests of somebody else ────────────────────────────────────────────────


@pytest.mark.parametrize("action", ["archive", "undo"])
def test_a_planted_journal_unlinks_nothing_outside(
    filled: Root, tmp_path: Path, action: str
) -> None:
    victim = tmp_path / "victim.tar.gz"
    victim.write_text("mine\n")
    (tmp_path / ".victim.tar.gz.part").write_text("mine as well\n")
    status = victim.stat()
    made = record(
        action, archive=str(victim), archive_inode=status.st_ino, archive_size=status.st_size,
        renames=[rename(KEY, f"{KEY}x", filled.path / KEY)],
    )  # fmt: skip
    plant(filled, "journal.json", made)
    plant(filled, "log.jsonl", made)
    before = everything(tmp_path)
    assert not is_interrupted(str(filled))
    assert "a journal lay here that you did not write" in sentence(recover(str(filled))[0])
    with pytest.raises(CleanupError, match="nothing to undo"):
        undo(str(filled))
    after = [
        one for one in everything(tmp_path) if "/.trash/" not in one[0] and "/home/" not in one[0]
    ]
    assert after == [one for one in before if "/.trash/" not in one[0]]


def test_a_planted_journal_moves_nothing_inside(filled: Root) -> None:
    """Two parts of which one seems to be done already: taking it back would move a session into the
    staging folder."""
    plan = filled.path / KEY / "plan.md"
    plant(filled, "journal.json", record(
        "rm", rename(".trash/scratch/gone", f"{KEY}/plan.md", plan), rename(f"{KEY}/none", ".trash/x/none", plan),
    ))  # fmt: skip
    before = tree(filled)
    recover(str(filled))
    assert tree(filled) == before
    assert list((filled.path / ".trash").glob("journal.unreadable.*"))


def test_a_journal_with_the_mark_of_another_root_is_not_obeyed(
    filled: Root, tmp_path: Path
) -> None:
    """A clone may bring the trash of a root of one's own, mark and all."""
    rm(filled, "patch")
    mark = (filled.path / ".trash" / "mark").read_text().strip()
    other = Root(tmp_path / "clone")
    other.write(f"{KEY}/plan.md", "x\n", at=OLD)
    plant(other, "mark", mark + "\n")
    plan = other.path / KEY / "plan.md"
    made = record(
        "rm", rename(".trash/scratch/gone", f"{KEY}/plan.md", plan), rename("n", ".trash/x/n", plan)
    )
    plant(other, "journal.json", {**made, "mark": mark})
    assert not is_interrupted(str(other))
    recover(str(other))
    assert plan.exists()


@pytest.mark.parametrize(
    ("action", "source", "target", "swap"),
    [
        ("restore", ".trash/e", KEY, 0),  # its undo would move the session away
        ("finalize", ".trash/scratch/x", f"{KEY}/plan.md", 7),  # its undo would destroy the file
        ("rm", "patch", ".trash/scratch/x", 0),
        ("fix", f"{KEY}/plan.md", "build/moved.md", 0),
    ],
)
def test_a_planted_log_makes_undo_move_no_session(
    filled: Root, action: str, source: str, target: str, swap: int
) -> None:
    filled.write(".trash/scratch/x", "x\n")
    filled.write("build/moved.md", "x\n", at=OLD)
    lies = filled.path / (target if (filled.path / target).exists() else source)
    made = rename(source, target, lies)
    if swap:
        made["swap"] = (filled.path / ".trash/scratch/x").stat().st_ino
    plant(filled, "log.jsonl", record(action, made, entry="e"))
    before = tree(filled)
    with pytest.raises(CleanupError, match="nothing to undo"):
        undo(str(filled))
    assert tree(filled) == before


def test_trash_and_log_say_that_not_all_was_done_by_this_user(
    filled: Root,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    assert not rm(filled, KEY).failed
    for state, foreign in ((None, False), (str(tmp_path / "another"), True)):
        if state:
            monkeypatch.setenv("XDG_STATE_HOME", state)
        for command in ("trash", "log"):
            assert run([command, "--root", str(filled)]) == 0
            assert ("was done by you" in capsys.readouterr().err) is foreign


def test_an_undo_goes_past_what_somebody_else_did(filled: Root) -> None:
    before = tree(filled)
    rm(filled, "patch")
    with open(filled.path / ".trash" / "log.jsonl", "a") as log:
        log.write(json.dumps(record("pin")) + "\n")
        log.write(
            json.dumps(record("restore", rename(".trash/e", KEY, filled.path / KEY), entry="e"))
            + "\n"
        )
    assert [item.what for item in undo(str(filled)).done] == ["patch"]
    assert tree(filled) == before


@pytest.mark.parametrize(
    "target", [".pins.json", ".trash/log2.jsonl", "4242.json", "some.key", ".git/hooks/x"]
)
def test_what_a_planted_entry_restores_lies_where_sessions_lie(filled: Root, target: str) -> None:
    filled.write(".trash/e/x", "planted\n")
    made = record("rm", rename(target, ".trash/e/x", filled.path / ".trash" / "e" / "x"), entry="e")
    plant(filled, "20250101-000000-abc.json", made)
    plant(filled, "log.jsonl", made)
    before = tree(filled)
    assert "you did not put it there" in said(restore(str(filled), ["e"]))[0][1]
    with pytest.raises(CleanupError, match="nothing to undo"):
        undo(str(filled))
    assert tree(filled) == before and not (filled.path / target).exists()


def test_a_trash_of_another_user_is_refused(filled: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    rm(filled, "patch")
    monkeypatch.setattr("os.geteuid", lambda: 4242)
    with pytest.raises(CleanupError, match="belongs to another user"):
        rm(filled, KEY)


def test_numbers_beyond_all_bounds_are_read_as_the_last_that_can_be(filled: Root) -> None:
    made = record("rm", {"source": "a", "target": "b", "inode": 10**30}, size=10**30, files=-5)
    plant(
        filled,
        "log.jsonl",
        json.dumps({**made, "at_ns": 10**30}) + "\n" + json.dumps({**made, "at_ns": 1e30}),
    )
    (operation,) = operations_of(str(filled))
    assert (operation.at_ns, operation.items[0].size, operation.items[0].files) == (
        2**63 - 1,
        2**63 - 1,
        0,
    )
    assert local_time(operation.at_ns) == "2262-04-11 23:47:16"


@pytest.mark.parametrize(
    "name",
    [
        "log.jsonl",
        "journal.json",
        "journal.draft",
        "manifest.draft",
        "lock",
        "mark",
        ".gitignore",
        "scratch",
    ],
)
def test_what_is_strange_in_the_trash_is_named_with_the_way_to_remove_it(
    filled: Root, name: str
) -> None:
    if name == "scratch":
        filled.write(".trash/scratch", "a file\n")
    else:
        filled.folder(f".trash/{name}/deep")
    with pytest.raises(CleanupError, match=f"{name} is no .* remove it: rm -r ") as caught:
        rm(filled, KEY)
    shutil.rmtree(path) if (path := filled.path / ".trash" / name).is_dir() else path.unlink()
    assert str(filled) in str(caught.value) and not rm(filled, KEY).failed


def test_a_manifest_that_is_a_folder_hinders_nobody(filled: Root) -> None:
    filled.folder(".trash/20250101-000000-abc.json")
    filled.write(".trash/stranger", "x\n")
    assert not rm(filled, KEY).failed and not undo(str(filled)).failed
    assert strangers_in(str(filled)) == ["stranger"]


# ── depth ────────────────────────────────────────────────────────────────────────────────────────


Deepen = Callable[[Path, int], None]


@pytest.fixture
def deepen(tmp_path: Path) -> Iterator[Deepen]:
    """Makes folders in each other, deeper than a path may be long. They go with the test: what
    removes temporary folders later on is recursive, and gives up in the middle."""

    def make(folder: Path, levels: int) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        for _ in range(levels):
            os.mkdir("d", dir_fd=descriptor)
            inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
        os.close(descriptor)

    yield make
    subprocess.run(["rm", "-rf", str(tmp_path / "project")], check=True)


def test_what_is_deep_in_the_scratch_is_removed(filled: Root, deepen: Deepen) -> None:
    rm(filled, "patch")
    deepen(filled.path / ".trash" / "scratch", 1_500)
    assert not rm(filled, KEY).failed and not undo(str(filled)).failed
    assert os.listdir(filled.path / ".trash" / "scratch") == []


def test_an_entry_that_is_deep_is_destroyed(filled: Root, deepen: Deepen) -> None:
    deepen(filled.path / KEY, 600)
    os.utime(filled.path / KEY / "plan.md", (OLD, OLD))
    assert not rm(filled, KEY, rules=ChangeRules(forced={KEY})).failed
    (entry,) = entries_of(str(filled))
    assert not destroy(filled, [entry]).failed
    assert entries_of(str(filled)) == [] and os.listdir(filled.path / ".trash" / "scratch") == []


def test_an_entry_deeper_than_can_be_looked_through_is_named(filled: Root, deepen: Deepen) -> None:
    rm(filled, "patch")
    deepen(filled.folder(".trash/deep"), 1_200)
    entry = next(one for one in entries_of(str(filled)) if one.id == "deep")
    assert "deep in it; remove it by hand: rm -r" in said(destroy(filled, [entry]))[0][1]
    assert not rm(filled, KEY).failed


def test_few_folders_are_open_at_once(
    filled: Root, deepen: Deepen, monkeypatch: pytest.MonkeyPatch
) -> None:
    deepen(filled.folder(".trash/scratch"), 300)
    most, real = 0, mutations.remove_folder

    def counting(parent: int, name: str) -> None:
        nonlocal most
        most = max(most, len(os.listdir("/proc/self/fd")))
        real(parent, name)

    monkeypatch.setattr(mutations, "remove_folder", counting)
    before = len(os.listdir("/proc/self/fd"))
    assert not rm(filled, KEY).failed and most - before < 100


# ── archives ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["link", "file"])
def test_the_own_folder_of_archives_is_no_link(filled: Root, tmp_path: Path, kind: str) -> None:
    public = tmp_path / "public"
    public.mkdir()
    filled.write(".archive") if kind == "file" else os.symlink(public, filled.path / ".archive")
    with pytest.raises(
        CleanupError, match="it is a link or a file; move it away, or name a place with --to"
    ):
        archive(str(filled), targets(filled, KEY), "", ChangeRules())
    assert os.listdir(public) == [] and (filled.path / KEY).is_dir()


def test_undo_of_an_archive_removes_it_as_it_is_written_down_outside(
    filled: Root, tmp_path: Path
) -> None:
    place = tmp_path / "away"
    archive(str(filled), targets(filled, KEY, "patch"), str(place), ChangeRules())
    log = filled.path / ".trash" / "log.jsonl"
    log.write_text(log.read_text().replace(str(place), str(tmp_path / "elsewhere")))
    victim = tmp_path / "elsewhere"
    shutil.copytree(place, victim)
    assert not undo(str(filled)).failed
    assert os.listdir(place) == [] and len(os.listdir(victim)) == 2


def test_an_archive_that_nothing_is_known_of_is_left(filled: Root, tmp_path: Path) -> None:
    place = tmp_path / "away"
    archive(str(filled), targets(filled, KEY), str(place), ChangeRules())
    for path in (Path(os.environ["XDG_STATE_HOME"]) / "exito-tui" / "roots").glob("*/2*.json"):
        path.unlink()
    outcome = undo(str(filled))
    assert (
        not outcome.failed
        and "is left where it is" in sentence(outcome.notes[0])
        and len(os.listdir(place)) == 1
    )


def tar_with(path: Path, **headers: str) -> Path:
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        for name in (KEY, f"{KEY}/plan.md"):
            info = tarfile.TarInfo(name)
            info.type = tarfile.DIRTYPE if name == KEY else tarfile.REGTYPE
            info.pax_headers = headers
            tar.addfile(info)
    return path


@pytest.mark.parametrize(
    "headers",
    [
        {"mtime": "nan"}, {"mtime": "inf"}, {"mtime": "1e30"}, {"mtime": "x.y"}, {"mtime": "-5"}, {"size": "nan"},
        {"GNU.sparse.map": "1,x", "GNU.sparse.size": "1"}, {"GNU.sparse.map": "1", "GNU.sparse.size": "9"},
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"},
    ],
)  # fmt: skip
def test_an_archive_whose_headers_make_no_sense_is_refused_in_words(
    filled: Root, tmp_path: Path, headers: dict[str, str]
) -> None:
    rm(filled, KEY)
    before = tree(filled)
    try:
        unarchive(str(filled), str(tar_with(tmp_path / "bad.tar.gz", **headers)))
    except CleanupError as error:
        assert "bad.tar.gz" in str(error) and tree(filled) == before
    assert os.listdir(filled.path / ".trash" / "scratch") == []
    assert not is_interrupted(str(filled))


def test_an_archive_that_unpacks_to_more_than_there_is_room_for_is_refused(
    filled: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.tar.gz"
    rm(filled, KEY)
    with tarfile.open(path, "w:gz") as tar:
        folder = tarfile.TarInfo(KEY)
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        with open("/dev/zero", "rb") as zeros:
            info = tarfile.TarInfo(f"{KEY}/plan.md")
            info.size = 3_000_000
            tar.addfile(info, zeros)
    real = os.fstatvfs

    def nearly_full(descriptor: int) -> os.statvfs_result:
        made = list(real(descriptor))
        made[1], made[4] = 1, 2_000_000
        return os.statvfs_result(made)

    monkeypatch.setattr("os.fstatvfs", nearly_full)
    with pytest.raises(CleanupError, match=r"unpacks to 3.0 MB, and only 2.0 MB are free"):
        unarchive(str(filled), str(path))


# ── git ──────────────────────────────────────────────────────────────────────────────────────────


def git(*arguments: str, cwd: Path) -> None:
    settings = (
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "init.defaultBranch=main",
    )
    subprocess.run(["git", *settings, *arguments], cwd=cwd, check=True, capture_output=True)


def committed(project: Path, *where: str) -> None:
    project.mkdir(parents=True, exist_ok=True)
    git("init", *where, cwd=project)
    git(
        "commit", "--allow-empty", "-m", f"Plan\n\nRelated to: {KEY.partition('/')[2]}", cwd=project
    )


def test_the_commits_of_a_project_are_found_from_a_work_tree_as_well(tmp_path: Path) -> None:
    committed(tmp_path / "project")
    git("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other", cwd=tmp_path / "project")
    for name in ("project", "tree"):
        assert list(commits_by_session(str(tmp_path / name))) == ["build_20250101_100000"]


RUNS = (
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "pager.log",
    "gpg.program",
    "diff.external",
    "core.editor",
)


@pytest.mark.parametrize(
    "layout", ["bare in the project", "the project's own", "a file that leads to a bare one"]
)
def test_a_repository_that_a_project_brings_runs_nothing(tmp_path: Path, layout: str) -> None:
    project, ran = tmp_path / "project", tmp_path / "ran"
    command = f"touch {ran}; false"
    committed(project)
    repository = project / ".git"
    if layout != "the project's own":
        inner = project / "inner.git"
        git("clone", "-q", "--bare", str(project), str(inner), cwd=tmp_path)
        if layout.startswith("bare"):
            for path in inner.iterdir():
                path.rename(project / path.name)
            repository = project
            shutil.rmtree(project / ".git")
        else:
            shutil.rmtree(project / ".git")
            (project / ".git").write_text("gitdir: inner.git\n")
            repository = inner
    for name in RUNS:
        git("config", "--file", str(repository / "config"), name, command, cwd=tmp_path)
    for name, value in {
        "log.showSignature": "true", "extensions.partialClone": "origin", "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::sh -c 'touch {ran}'", "protocol.ext.allow": "always", "protocol.allow": "always",
        "remote.origin.uploadpack": command, "include.path": str(tmp_path / "none"), "core.repositoryFormatVersion": "1",
    }.items():  # fmt: skip
        git("config", "--file", str(repository / "config"), name, value, cwd=tmp_path)
    for path in (repository / "objects").rglob("??/*"):
        if path.is_file() and layout == "the project's own":
            path.unlink()  # so that they would have to be fetched
    commits_by_session(str(project))
    assert not ran.exists()


def test_git_is_not_asked_about_a_project_without_a_repository_of_its_own(tmp_path: Path) -> None:
    committed(tmp_path / "above")
    (tmp_path / "above" / "project").mkdir()
    assert commits_by_session(str(tmp_path / "above" / "project")) == {}
    os.symlink(tmp_path / "above" / ".git", tmp_path / "above" / "project" / ".git")
    assert commits_by_session(str(tmp_path / "above" / "project")) == {}


def test_the_users_own_variables_do_not_lead_git_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(tmp_path / "elsewhere")
    (tmp_path / "project" / ".git").mkdir(parents=True)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))
    assert commits_by_session(str(tmp_path / "project")) == {}


# ── what came in between a question and a purge ──────────────────────────────────────────────────


def purged(root: Root, meanwhile: Callable[[], None]) -> Any:
    from exito_tui.store.operations.purge import capture_entries, purge

    targets = capture_entries(str(root), entries_of(str(root)))
    meanwhile()
    return purge(str(root), targets)


def test_what_was_written_into_an_entry_after_the_question_is_kept(filled: Root) -> None:
    rm(filled, KEY)
    (entry,) = entries_of(str(filled))
    place = filled.path / ".trash" / entry.id / "plan.md"

    def write() -> None:
        place.write_text("new words\n")
        os.utime(place, (OLD, OLD))

    outcome = purged(filled, write)
    assert (
        said(outcome) == [(KEY, "it has changed since you looked")]
        and place.read_text() == "new words\n"
    )


def test_what_an_agent_still_writes_to_is_not_purged_without_a_word(filled: Root) -> None:
    agent = open(filled.path / KEY / "plan.md", "a")  # noqa: SIM115 it stays open
    rm(filled, KEY)
    (entry,) = entries_of(str(filled))
    agent.write("more\n")
    agent.close()
    later = entry.at_ns / 1e9 + 60
    os.utime(filled.path / ".trash" / entry.id / "plan.md", (later, later))
    assert (
        "plan.md was written in the future, after it came" in said(destroy(filled, [entry]))[0][1]
    )
    from exito_tui.store.operations.purge import capture_entries, purge

    assert not purge(str(filled), capture_entries(str(filled), [entry]), forced={entry.id}).failed


@pytest.mark.parametrize("at", ["renameat2", "unlink"])
def test_what_is_written_while_it_is_destroyed_is_put_back(filled: Root, at: str) -> None:
    filled.write(f"{KEY}/zzz.md", "last\n", at=OLD)
    rm(filled, KEY)
    (entry,) = entries_of(str(filled))
    agents = [open(filled.path / ".trash" / entry.id / name, "a") for name in ("plan.md", "zzz.md")]  # noqa: SIM115
    going = filled.path / ".trash" / "scratch" / entry.id

    def write(name: str, phase: str) -> None:
        now = (name, phase) == (at, "before") and (at == "renameat2" or going.exists())
        for agent in agents if now else ():
            if not agent.closed:
                agent.write("more\n")
                agent.close()

    mutations.probe = write
    try:
        outcome = destroy(filled, [entry])
    finally:
        mutations.probe = None
    assert "put back" in said(outcome)[0][1]
    kept = [path.read_text() for path in (filled.path / ".trash" / entry.id).glob("*.md")]
    assert any(text.endswith("more\n") for text in kept)
    assert os.listdir(filled.path / ".trash" / "scratch") == []


# ── order on the disk ────────────────────────────────────────────────────────────────────────────


def test_what_was_made_is_on_the_disk_before_what_entered_it_and_what_was_left_comes_last(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    rm(filled, KEY)
    shutil.rmtree(filled.path / "build")
    synced: list[str] = []
    real = mutations.sync

    def noting(descriptor: int) -> None:
        synced.append(os.path.relpath(os.readlink(f"/proc/self/fd/{descriptor}"), filled.path))
        real(descriptor)

    monkeypatch.setattr(mutations, "sync", noting)
    assert not restore(str(filled), [entries_of(str(filled))[0].id]).failed
    order = [path for path in synced if path in (".", "build", ".trash")]
    first = order.index(".")
    assert order[first : first + 3] == [".", "build", ".trash"]


# ── what cannot be put back ──────────────────────────────────────────────────────────────────────


def test_a_session_that_cannot_be_put_back_is_known_to_undo(filled: Root) -> None:
    """An agent wrote into it while it was moved, and made its folder anew in its place."""
    agent = open(filled.path / KEY / "plan.md", "a")  # noqa: SIM115 it stays open

    def write(name: str, phase: str) -> None:
        if (name, phase) == ("renameat2", "after") and not agent.closed:
            agent.write("more\n")
            agent.close()
            filled.write(f"{KEY}/new.md", "new\n", at=OLD)

    mutations.probe = write
    try:
        outcome = rm(filled, KEY)
    finally:
        mutations.probe = None
    assert not outcome.done and "could not be put back" in said(outcome)[0][1]
    assert not is_interrupted(str(filled)), (
        "it is resolved: it lies in the trash, and the log knows"
    )
    assert not rm(filled, "patch").failed and not undo(str(filled)).failed
    shutil.rmtree(filled.path / KEY)
    assert [item.what for item in undo(str(filled)).done] == [KEY]
    assert (filled.path / KEY / "plan.md").read_text().endswith("more\n")


def test_the_trash_is_made_by_the_first_deed_alone(filled: Root) -> None:
    from exito_tui.store.operations.common import blockers

    assert not is_interrupted(str(filled))
    blockers(str(filled), targets(filled, KEY), ChangeRules(), time.time_ns())
    assert not (filled.path / ".trash").exists()
    rm(filled, KEY)
    assert stat.S_IMODE((filled.path / ".trash" / "mark").stat().st_mode) == 0o600


def test_undo_of_finalize_keeps_an_edit_whose_time_is_no_newer(filled: Root) -> None:
    from tests.store.operations.test_archive import end

    end(filled, KEY)
    summary = filled.path / KEY / "session_summary.md"
    before = summary.stat().st_mtime_ns
    with open(summary, "r+") as file:
        file.write("my own")
    os.utime(summary, ns=(before, before))
    assert "is not what was written there" in said(undo(str(filled)))[0][1]
    assert summary.read_text().startswith("my own")


def test_undo_of_finalize_puts_back_what_is_written_while_it_is_taken_away(filled: Root) -> None:
    from tests.store.operations.test_archive import end

    end(filled, KEY)
    agent = open(filled.path / KEY / "session_summary.md", "a")  # noqa: SIM115 it stays open

    def write(name: str, phase: str) -> None:
        if (name, phase) == ("renameat2", "before") and not agent.closed:
            agent.write("more\n")
            agent.close()

    mutations.probe = write
    try:
        outcome = undo(str(filled))
    finally:
        mutations.probe = None
    assert "was written just now, so it was put back" in said(outcome)[0][1]
    assert (filled.path / KEY / "session_summary.md").read_text().endswith("more\n")


def test_looking_through_takes_any_depth_that_a_path_can_have(filled: Root, deepen: Deepen) -> None:
    deepen(filled.path / KEY, 900)
    descriptor = os.open(filled.path, os.O_RDONLY)
    try:
        assert len(look_through(descriptor, KEY).folders) == 902
    finally:
        os.close(descriptor)
