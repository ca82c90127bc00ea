"""`exito-tui status` says what `ls --json` counts, whatever is kept of calls before."""

import gc
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from exito_tui import cli
from exito_tui.demo.fleet import many, past
from exito_tui.demo.player import put
from exito_tui.domain.verdicts.state import COOLING, NEEDS_USER, STATES
from exito_tui.user_folders import cache_folder
from tests.claude import moments
from tests.claude.moments import Moment
from tests.claude.records_builder import ClaudeFolder
from tests.cli.commands.support import configure
from tests.support import Root

DAY = 86_400.0
PLAN = "build/build_20251106_100000/plan.md"


@pytest.fixture
def fleet(root: Root) -> Root:
    """The demo's past, as it is now: every state, old questions too; and 40 sessions more."""
    now = time.time()
    put(str(root), past(1, now), now)
    put(str(root), many(40, now - 30 * DAY), now - 30 * DAY)
    root.write("build/build_20250101_100000/context.md", "# Alone\n", at=now - 300 * DAY)
    root.write("2025-11-06-notes.md", "# Notes\n", at=now - 2 * DAY)
    return root


Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """What `status --json` says of some roots, which must be what `ls --json` counts, and what it
    says without anything kept."""

    def said(*arguments: str) -> tuple[int, Any]:
        code = cli.run(arguments)
        gc.enable()
        return code, json.loads(capsys.readouterr().out)

    def tell(*roots: Root, more: Sequence[str] = ()) -> dict[str, Any]:
        where = [*more, *(word for root in roots for word in ("--root", str(root)))]
        code, made = said("status", "--json", *where)
        _, listed = said("ls", "--json", *where)
        parts = listed.get("roots", [listed])
        parts = [*parts, *(one for part in parts for one in part.get("worktrees", ()))]
        sessions = [one for part in parts for one in part["sessions"]]
        counts = Counter(one["state"] for one in sessions if not one["old"])
        states = made["states"]
        assert states == {one: counts[one] for one in STATES}
        assert made["old"] == len(sessions) - counts.total()
        assert made["roots"] == [part["root"] for part in parts]
        assert {one["state"] for one in sessions if one["old"]} <= COOLING
        assert code == (3 if any(states[one] for one in NEEDS_USER) else 0)
        with monkeypatch.context() as nothing_kept:
            nothing_kept.setenv("XDG_CACHE_HOME", os.devnull)
            assert said("status", "--json", *where) == (code, made)
        return dict(made)

    return tell


def test_the_second_call_says_what_the_first_said(fleet: Root, told: Told) -> None:
    first = told(fleet)
    assert first["old"] >= 1 and {"waiting", "stuck", "failed"} <= {
        state for state, count in first["states"].items() if count
    }
    assert told(fleet) == first


def changed(root: Root) -> None:
    root.write("build/build_20250101_100000/plan.md", "# Plan\n", at=time.time() - 60)


def written_over(root: Root) -> None:
    """In place: no folder's time tells of it."""
    (review,) = sorted((root.path / "build").glob("*/review.md"))[:1]
    review.write_text("# Review\n\nDecision: rejected\n\nStatus: failed\n")


def removed(root: Root) -> None:
    for number, folder in enumerate(sorted((root.path / "build").iterdir())):
        if number % 3 == 0:
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()


def added(root: Root) -> None:
    root.write(PLAN, "# Plan\n", at=time.time() - 2 * DAY)


def configured(root: Root) -> None:
    configure('interrupted = "900d"\npressing = "900d"\n')


def copied(root: Root) -> None:
    """All at one moment, as by a clone."""
    for path in root.path.rglob("*.md"):
        os.utime(path, (time.time() - 3 * DAY,) * 2)


def broken(root: Root) -> None:
    (path,) = (Path(cache_folder()) / "standings").iterdir()
    path.write_bytes(path.read_bytes().replace(b"completed", b"complete!"))


@pytest.mark.parametrize(
    "happens",
    [changed, written_over, removed, added, configured, copied, broken],
    ids=lambda one: one.__name__,
)
def test_what_changes_is_seen(fleet: Root, happens: Callable[[Root], None], told: Told) -> None:
    told(fleet)
    happens(fleet)
    after = told(fleet)
    assert told(fleet) == after


def test_what_only_the_clock_changes_is_seen(
    fleet: Root, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, now = told(fleet)["states"], time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 40 * 86_400 * 10**9)
    after = told(fleet)["states"]
    assert before["waiting"] and not after["waiting"]


def test_a_question_of_long_ago_that_somebody_has_come_back_to_is_no_old_one(
    root: Root, claude: ClaudeFolder, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments.at_the_gate(Moment(root, claude))
    now = time.time_ns
    with monkeypatch.context() as later:
        later.setattr(time, "time_ns", lambda: now() + 40 * 86_400 * 10**9)
        assert told(root, more=("--no-claude",))["old"] == 1
    assert told(root)["old"] == 0


def test_several_roots_are_counted_together(fleet: Root, tmp_path: Path, told: Told) -> None:
    other = Root(tmp_path / "other")
    other.write("build/build_20250101_100000/context.md", "# Alone\n", at=1.7e9)
    one, both = told(fleet), told(fleet, other)
    assert both["states"]["interrupted"] == one["states"]["interrupted"] + 1
    assert told(fleet, other) == both


def test_what_others_tell_of_a_session_may_be_gone(root: Root, told: Told) -> None:
    """All were written at one moment, as by a clone, so that nobody is at work; of one alone nobody
    knows."""
    at = time.time() - 3600
    for number in range(9):
        for name in ("context.md", "plan.md") if number else ("context.md",):
            root.write(f"build/build_2025010{number + 1}_100000/{name}", f"# {name}\n", at=at)
    assert told(root)["states"]["interrupted"] == 1
    for number in range(1, 9):
        shutil.rmtree(root.path / f"build/build_2025010{number + 1}_100000")
    assert told(root)["states"]["interrupted"] == 0


@pytest.mark.parametrize(
    "name", ["at_the_gate", "agent_asks_to_write", "builder_at_work", "killed_with_an_agent", "done_and_gone"]
)  # fmt: skip
def test_it_says_what_the_records_tell(
    root: Root, claude: ClaudeFolder, name: str, told: Told
) -> None:
    (row,) = (one for one in moments.TABLE if one.happens.__name__ == name)
    root.write("build/build_20250101_100000/context.md", "# Alone\n", at=time.time() - 300 * DAY)
    told(root)
    row.happens(Moment(root, claude))
    for _ in range(2):
        assert told(root)["states"][row.state] >= 1
    told(root, more=("--no-claude",))


def test_nothing_that_judges_is_imported_while_nothing_changes(root: Root) -> None:
    old = time.time() - 90 * DAY
    put(str(root), many(20, old), old)
    program = (
        "import sys\nfrom exito_tui.cli import run\nrun(['status', *sys.argv[1:]])\n"
        "print(*sorted(one for one in sys.modules if 'verdicts' in one or one.endswith('json')))"
    )

    def imported() -> str:
        command = [sys.executable, "-c", program, "--root", str(root)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert "verdicts.judge" in imported()
    again = imported()
    assert "verdicts.state" in again
    assert not any(one in again for one in ("judge", "classify", "claim_readers", "json"))


def test_what_stands_for_good_is_not_judged_again_when_another_is_written(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exito_tui.store.read.root_reader import JudgingReader

    old = time.time() - 90 * DAY
    put(str(root), many(60, old), old)
    root.write("build/build_20250101_100000/context.md", "# Alone\n", at=old - 200 * DAY)
    judged: list[str] = []
    own = JudgingReader.judged

    def noted(self: JudgingReader, sessions: Any, *rest: Any, **more: Any) -> Any:
        judged.extend(session.key for session in sessions)
        return own(self, sessions, *rest, **more)

    monkeypatch.setattr(JudgingReader, "judged", noted)
    assert cli.run(["status", "--root", str(root)]) == 0
    assert len(judged) > 30
    root.write(PLAN, "# Plan\n", at=time.time() - 60)
    judged.clear()
    cli.run(["status", "--root", str(root)])
    assert PLAN.rpartition("/")[0] in judged and "build/build_20250101_100000" not in judged
