"""Anything in any order, with agents that write at any moment: nothing is lost, nothing outside
changes, undo is exact."""

import os
import shutil
import stat
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from exito_tui.domain.cleanup.summary import SUMMARY
from exito_tui.domain.sessions.artefact import METADATA
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.finalize import finalize
from exito_tui.store.operations.fix import fix, plan_fixes
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.operations.redo import redo
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.read.root_reader import examined, findings
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import entries_of, operations_of
from exito_tui.store.trash.targets import Target, capture_targets
from tests.support import MEMORY, destroy

NAMES = (
    "build/build_20250101_100000", "build/build_20250102_100000", "pr_reviews/pr_7", "validator_20250101_110000",
    "research/topic_20250101_100000", "patch", "build/session", "think/$SESSION_ID",
)  # fmt: skip
PHASES = ("context.md", "plan.md", "progress.md")
"""What the first session lacks after these is what the validator wrote elsewhere."""
OLD = 1_735_726_000
"""Just after the first session began."""
ANY_AGE = ChangeRules(quiet_ns=0)

sessions = st.sampled_from(NAMES)
places = st.integers(0, 5)


class Cleaning(RuleBasedStateMachine):
    """Each write of an agent is a text of its own. It must always lie somewhere, once, until it is
    purged."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp(dir=MEMORY))
        self.root = self.base / "project" / ".claude" / "sessions"
        self.root.mkdir(parents=True)
        self.outside = self.base / "outside.md"
        self.outside.write_text("outside\n")
        self.number = 0
        self.texts: set[str] = set()
        self.may_be_twice: set[str] = set()

    def teardown(self) -> None:
        mutations.probe = None
        shutil.rmtree(self.base)

    # ── agents ───────────────────────────────────────────────────────────────────────────────────

    def write(self, key: str) -> None:
        self.number += 1
        text = f"text {self.number}\n"
        names = {
            "pr_reviews/pr_7": f"pr_reviews/pr_7_{self.number}_report.md",
            "research/topic_20250101_100000": "research/topic_20250101_100000.md",
            "patch": f"patch/loose{self.number}.md",
        }
        there = [name for name in PHASES if not (self.root / key / name).exists()]
        own = (
            "test_report.md"
            if key.startswith("validator")
            else there[0]
            if there
            else f"file{self.number}.md"
        )
        path = self.root / names.get(key, f"{key}/{own}")
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (OLD + 30 * self.number, OLD + 30 * self.number))
        self.texts.add(text)

    @initialize()
    def begin(self) -> None:
        for key in (NAMES[0],) * 3 + NAMES[1:5]:
            self.write(key)

    @rule(key=sessions)
    def agent_writes(self, key: str) -> None:
        self.write(key)

    @rule(key=st.sampled_from(NAMES[:2]), status=st.sampled_from(("in_progress", "done", "failed")))
    def a_hook_writes(self, key: str, status: str) -> None:
        folder = self.root / key
        if folder.is_dir():
            (folder / METADATA).write_text(f'{{\n"status": "{status}"\n}}\n')
            os.utime(folder / METADATA, (OLD, OLD))

    def meanwhile(self, key: str, at: int) -> None:
        """Let an agent write into a session at the call of that number."""
        count = 0

        def probe(name: str, phase: str) -> None:
            nonlocal count
            count += 1
            if count == at:
                self.write(key)

        mutations.probe = probe

    # ── what the user does ───────────────────────────────────────────────────────────────────────

    def attempt(self, work: Callable[[], object]) -> None:
        try:
            work()
        except CleanupError:
            pass
        finally:
            mutations.probe = None

    def some(self, *keys: str) -> list[Target]:
        found = scan(str(self.root)).sessions
        return capture_targets(str(self.root), [found[key] for key in keys if key in found])

    @rule(first=sessions, second=sessions)
    def trashes(self, first: str, second: str) -> None:
        targets = self.some(first, second)
        self.attempt(lambda: move_to_trash(str(self.root), targets, ANY_AGE))

    @rule(key=sessions, writer=sessions, at=st.integers(1, 40))
    def trashes_while_an_agent_writes(self, key: str, writer: str, at: int) -> None:
        targets = self.some(key)
        self.meanwhile(writer, at)
        self.attempt(lambda: move_to_trash(str(self.root), targets, ANY_AGE))

    @rule(key=sessions)
    def archives(self, key: str) -> None:
        targets = self.some(key)
        self.attempt(lambda: archive(str(self.root), targets, str(self.base / "archives"), ANY_AGE))

    @rule(at=places)
    def unarchives(self, at: int) -> None:
        made = (
            sorted((self.base / "archives").glob("*.gz"))
            if (self.base / "archives").exists()
            else []
        )
        if made:
            before = self.found()
            self.attempt(lambda: unarchive(str(self.root), str(made[at % len(made)])))
            self.texts |= set(
                self.found() - before
            )  # what was purged comes back; what was not is there twice now
            self.may_be_twice |= {text for text, count in self.found().items() if count > 1}

    @rule(at=places)
    def restores(self, at: int) -> None:
        entries = entries_of(str(self.root))
        if entries:
            self.attempt(lambda: restore(str(self.root), [entries[at % len(entries)].id]))

    @rule()
    def undoes(self) -> None:
        self.attempt(lambda: undo(str(self.root)))

    @rule()
    def redoes(self) -> None:
        self.attempt(lambda: redo(str(self.root), ANY_AGE))

    @rule(at=places)
    def purges(self, at: int) -> None:
        entries = entries_of(str(self.root))
        if entries:
            entry = entries[at % len(entries)]
            kept, everywhere = self.found_below(self.root / ".trash" / entry.id), self.found()
            self.attempt(lambda: destroy(self.root, [entry]))
            self.texts -= {text for text, count in kept.items() if everywhere[text] == count}

    @rule(key=sessions)
    def finalizes(self, key: str) -> None:
        snapshot, judge = examined(scan(str(self.root)), Judge())
        session = snapshot.sessions.get(key)
        if session:
            self.attempt(lambda: finalize(str(self.root), [session], judge, ANY_AGE))

    @rule(key=sessions, pinned=st.booleans())
    def pins(self, key: str, pinned: bool) -> None:
        self.attempt(lambda: set_pins(str(self.root), [key], pinned=pinned))

    @rule()
    def fixes(self) -> None:
        root = str(self.root)
        found = findings([scan(root)], Judge(), time.time_ns())
        self.attempt(lambda: fix(root, plan_fixes(root, found), 0))

    @precondition(lambda self: bool(scan(str(self.root)).sessions))
    @rule(key=sessions, how=st.sampled_from(("rm", "archive", "finalize", "fix")))
    def does_and_undoes(self, key: str, how: str) -> None:
        """Undo is the exact inverse: names, bytes, times and modes of all that agents wrote."""
        root, judge = str(self.root), Judge()
        before, operations = self.snapshot(), len(operations_of(root))
        if how == "rm":
            self.attempt(lambda: move_to_trash(root, self.some(key), ANY_AGE))
        elif how == "archive":
            self.attempt(
                lambda: archive(root, self.some(key), str(self.base / "archives"), ANY_AGE)
            )
        elif how == "finalize":
            snapshot, judge = examined(scan(root), judge)
            chosen = [one for one in snapshot.sessions.values() if one.key == key]
            self.attempt(lambda: finalize(root, chosen, judge, ANY_AGE))
        else:
            planned = plan_fixes(root, findings([scan(root)], judge, time.time_ns()))
            self.attempt(lambda: fix(root, planned, 0))
        if len(operations_of(root)) > operations:
            outcome = undo(root)
            assert not outcome.failed and not outcome.notes, outcome
        assert self.snapshot() == before

    # ── what always holds ────────────────────────────────────────────────────────────────────────

    def snapshot(self) -> list[tuple[str, int, int, bytes]]:
        made = []
        for path in sorted(self.root.rglob("*")):
            relative = path.relative_to(self.root)
            if relative.parts[0] != ".trash" and path.is_file():
                status = path.lstat()
                made.append(
                    (
                        str(relative),
                        stat.S_IMODE(status.st_mode),
                        status.st_mtime_ns,
                        path.read_bytes(),
                    )
                )
        return made

    def found_below(self, folder: Path) -> Counter[str]:
        texts = [
            path.read_text()
            for path in folder.rglob("*.md")
            if path.is_file() and path.name != SUMMARY
        ]
        return Counter(text for text in texts if text.startswith("text "))

    def found(self) -> Counter[str]:
        return self.found_below(self.root)

    @invariant()
    def nothing_is_lost_and_nothing_is_there_twice(self) -> None:
        found = self.found()
        assert not self.texts - found.keys(), f"lost: {self.texts - found.keys()}"
        assert not {text for text, count in found.items() if count > 1} - self.may_be_twice

    @invariant()
    def nothing_outside_has_changed(self) -> None:
        assert self.outside.read_text() == "outside\n"
        assert {path.name for path in self.base.iterdir()} <= {"outside.md", "project", "archives"}
        assert {path.name for path in (self.base / "project" / ".claude").iterdir()} == {"sessions"}

    @invariant()
    def nothing_is_half_done(self) -> None:
        trash = self.root / ".trash"
        if trash.exists():
            assert not (trash / "journal.json").exists()
            assert list((trash / "scratch").iterdir()) == []
            for entry in entries_of(str(self.root)):
                assert not entry.problem, entry

    @invariant()
    def metadata_is_whole(self) -> None:
        for path in self.root.rglob(METADATA):
            assert path.read_text().startswith("{\n")


TestCleaning = Cleaning.TestCase
TestCleaning.settings = settings(
    max_examples=int(os.environ.get("EXITO_EXAMPLES", "40")), stateful_step_count=25, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
