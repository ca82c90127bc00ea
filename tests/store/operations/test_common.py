"""What may not go: what is active, running or pinned, unless it is forced."""

import time
from collections.abc import Callable

import pytest

from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.common import ChangeRules, blockers
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.trash.contents import entries_of
from tests.store.support import KEY, rm, targets, tree
from tests.support import Root, said


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda root: root.write(f"{KEY}/plan.md", "new\n", at=time.time() - 60),
            "it was written 1 min ago",
        ),
        (
            lambda root: root.write(f"{KEY}/plan.md", "new\n", at=time.time() + 600),
            "its time lies in the future",
        ),
        (lambda root: set_pins(str(root), [KEY], pinned=True), "it is pinned"),
    ],
)
def test_what_is_active_or_pinned_is_left_unless_forced(
    filled: Root, change: Callable[[Root], object], why: str
) -> None:
    change(filled)
    before = tree(filled)
    outcome = rm(filled, KEY)
    assert (
        said(outcome) == [(KEY, why)] and tree(filled) == before and entries_of(str(filled)) == []
    )
    found = blockers(str(filled), targets(filled, KEY), ChangeRules(), time.time_ns())
    assert [(key, sentence(one.reason), one.final) for key, one in found.items()] == [
        (KEY, why, False)
    ]
    assert not rm(filled, KEY, rules=ChangeRules(forced={KEY})).failed


def test_a_running_session_is_left_and_a_waiting_one_may_go(filled: Root) -> None:
    assert said(rm(filled, KEY, rules=ChangeRules(states={KEY: "running"}))) == [
        (KEY, "it is running")
    ]
    assert not rm(filled, KEY, rules=ChangeRules(states={KEY: "waiting"})).failed


def test_bookkeeping_written_just_now_does_not_make_a_session_active(filled: Root) -> None:
    filled.write(f"{KEY}/session_summary.md", "x\n")
    assert not rm(filled, KEY).failed


@pytest.mark.parametrize("damage", ["{", "[]", '{"pinned": [1]}', "\xff\xfe"])
def test_when_nobody_knows_what_is_pinned_nothing_is_moved(filled: Root, damage: str) -> None:
    filled.write(".pins.json", damage.encode("latin-1"))
    with pytest.raises(CleanupError, match="nobody knows what is pinned; repair it or remove it"):
        rm(filled, KEY)
    assert (filled.path / KEY).is_dir()
