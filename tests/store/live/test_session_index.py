"""The snapshot of a root, kept true without any hint."""

import os
import random
import shutil
from pathlib import Path

import pytest

from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.live import session_index
from exito_tui.store.live.session_index import SessionIndex
from exito_tui.store.read.scan import scan
from tests.support import Root

KEYS = [f"build/build_202511{day:02}_101500" for day in range(1, 5)]
NAMES = ["context.md", "plan.md", "notes/deep.md", "notes/deeper/x.md", "progress.md"]
STAMP = "2025-11-20-carts.md"


def changed_by_chance(chance: random.Random, root: Path) -> None:
    """One change of one session, of a kind that no time of a folder or no size may tell."""
    path = root / chance.choice(KEYS) / chance.choice(NAMES)
    kind = chance.choice(["write", "append", "rewrite", "remove", "drop", "replace", "file"])
    if kind == "file":
        path = root / STAMP
        kind = "append"
    if kind in ("write", "append") or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write("more\n")
    elif kind == "rewrite":
        path.write_text(path.read_text().swapcase())
    elif kind == "remove":
        path.unlink()
    elif kind == "drop":
        shutil.rmtree(path.parent)
    elif kind == "replace":
        draft = path.with_suffix(".draft")
        draft.write_text(path.read_text().swapcase())
        os.utime(draft, (1_700_000_000, 1_700_000_000))
        draft.replace(path)


@pytest.mark.parametrize("seed", range(6))
def test_what_no_hint_tells_is_found_each_time(root: Root, seed: int) -> None:
    chance = random.Random(seed)
    for key in KEYS:
        root.write(f"{key}/context.md", "# Context\n")
    root.write(STAMP, "# Carts\n")
    index = SessionIndex(scan(str(root)), Judge())
    for _ in range(40):
        for _ in range(chance.randint(0, 2)):
            changed_by_chance(chance, Path(str(root)))
        index.reconcile(list(index.snapshot.sessions))
        found = scan(str(root)).sessions
        known = index.snapshot.sessions
        assert {key: one.artefacts for key, one in known.items()} == {
            key: one.artefacts for key, one in found.items()
        }


@pytest.fixture
def looked_into(root: Root, monkeypatch: pytest.MonkeyPatch) -> tuple[SessionIndex, list[str]]:
    """An index that has reconciled some sessions, and which it looks into from now on."""
    for key in KEYS:
        root.write(f"{key}/context.md", "# Context\n")
    index = SessionIndex(scan(str(root)), Judge())
    monkeypatch.setattr(session_index, "_SWEEP", 0)
    looked_into: list[str] = []
    refresh = index.refresh

    def watched(keys: list[str], *, deep: bool = True) -> None:
        looked_into.extend(keys)
        refresh(keys, deep=deep)

    monkeypatch.setattr(index, "refresh", watched)
    return index, looked_into


def test_what_is_as_it_was_is_not_looked_into_again(
    root: Root, looked_into: tuple[SessionIndex, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_index, "_UNSETTLED_NS", 0)
    index, seen = looked_into
    index.reconcile(KEYS)
    seen.clear()
    index.reconcile(KEYS)
    assert not seen
    root.append(f"{KEYS[1]}/context.md", "more")
    index.reconcile(KEYS)
    assert seen == [KEYS[1]]


def test_what_changed_just_now_is_looked_into_until_its_times_can_tell(
    looked_into: tuple[SessionIndex, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the clock of the file system is coarse, more may come without another time."""
    monkeypatch.setattr(session_index, "_UNSETTLED_NS", 3600 * SECOND_NS)
    index, seen = looked_into
    for _ in range(3):
        seen.clear()
        index.reconcile(KEYS)
        assert sorted(seen) == KEYS
    monkeypatch.setattr(session_index, "_UNSETTLED_NS", 0)
    index.reconcile(KEYS)
    seen.clear()
    index.reconcile(KEYS)
    assert not seen
