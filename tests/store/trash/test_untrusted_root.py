"""A root's own data is untrusted: no file that came with it makes anything run, move or vanish."""

import json
from pathlib import Path
from typing import Any

import pytest

from exito_tui.cli import run
from exito_tui.domain.units import local_time
from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.common import recover
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.trash.contents import is_interrupted, operations_of
from tests.store.support import KEY, OLD, rm, tree
from tests.support import Root, said


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
