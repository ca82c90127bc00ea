"""`python -m mutants [MODULE ...]`: change one thing, run the module's tests, and see them fail.

Each mutant runs in a forked child. The properties are left out: what only chance kills is not
killed. `equivalent.toml` has the mutants that no test can tell from the module, with the reason.
"""

import importlib
import os
import signal
import sys
import time
import tomllib
from collections.abc import Collection
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from _pytest.runner import runtestprotocol

from mutants.mutations import Mutant, mutants_of

TARGET = 95.0
"""Percent of the mutants that are not equivalent."""

_DOMAIN = "exito_tui.domain."
_TESTS = "tests/domain/"
_MODULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "names": (("sessions.names",), ("sessions/test_names.py", "sessions/test_layouts.py")),
    "retention": (("cleanup.retention",), ("cleanup/test_retention.py",)),
    "steps": (("verdicts.steps",), ("verdicts/test_steps.py", "verdicts/test_sentences.py")),
    "claims": (("verdicts.claims", "verdicts.claim_readers"), ("verdicts/test_claim_readers.py",)),
    "classify": (
        ("verdicts.classify", "verdicts.turn", "verdicts.case"),
        ("verdicts/test_sentences.py", "verdicts/test_classify.py", "verdicts/test_turn.py"),
    ),
    "titles": (
        ("sessions.titles", "documents.subject"),
        ("sessions/test_titles.py", "documents/test_subject.py"),
    ),
    "filters": (("sessions.filters",), ("sessions/test_filters.py",)),
    "list_rows": (("sessions.list_rows",), ("sessions/test_list_rows.py",)),
    "needle": (("documents.needle",), ("documents/test_needle.py",)),
    "opening": (("verdicts.opening",), ("verdicts/test_opening.py",)),
    "clocks": (("sessions.clocks",), ("sessions/test_clocks.py",)),
}
"""Which modules are changed, and which tests must notice."""


class Score(NamedTuple):
    """How the mutants of one row of the table fared."""

    mutants: int
    killed: int
    equivalent: int

    @property
    def percent(self) -> float:
        """Of the mutants that are not equivalent, how many were killed."""
        return 100 * self.killed / max(1, self.mutants - self.equivalent)


class _Run:
    """A pytest plugin: where the tests would run, it runs them against every mutant."""

    def __init__(self, modules: tuple[str, ...], equivalent: Collection[str]) -> None:
        self._modules = [importlib.import_module(_DOMAIN + name) for name in modules]
        self._equivalent = frozenset(equivalent)
        self.score: Score | None = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Called by pytest once all tests are imported."""
        items = [
            item
            for item in session.items
            if isinstance(item, pytest.Function) and not item.get_closest_marker("hypothesis")
        ]
        began = time.monotonic()
        if not self._survives(items, None, None, 300):
            raise pytest.UsageError("the tests fail without a mutant")
        limit = 5 + int(10 * (time.monotonic() - began))
        count = killed = equivalent = 0
        seen: set[str] = set()
        for module in self._modules:
            path = str(module.__file__)
            for mutant in mutants_of(Path(path).read_text(encoding="utf-8"), path):
                count += 1
                seen.add(mutant.name)
                if not self._survives(items, module, mutant, limit):
                    killed += 1
                    if mutant.name in self._equivalent:
                        print(f"killed, yet listed as equivalent: {mutant.name}")
                elif mutant.name in self._equivalent:
                    equivalent += 1
                else:
                    place = f"{Path(path).name}:{mutant.line}"
                    print(f"survived  {place:<22} {mutant.name}", flush=True)
        for name in sorted(self._equivalent - seen):
            print(f"listed as equivalent, yet there is no such mutant: {name}")
        self.score = Score(count, killed, equivalent)
        return True

    def _survives(
        self,
        items: list[pytest.Function],
        module: ModuleType | None,
        mutant: Mutant | None,
        seconds: int,
    ) -> bool:
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the end of a mutant that never ends
        signal.alarm(seconds)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        if mutant:
            os.dup2(silence, 2)
        passed = False
        try:
            if module and mutant:
                _replace(module, mutant)
            passed = all(_passes(item) for item in items)
        finally:
            os._exit(0 if passed else 1)


def _replace(module: ModuleType, mutant: Mutant) -> None:
    """Run the changed module in the place of the old one, and hand its names to who imported
    them."""
    before = dict(vars(module))
    exec(mutant.code, vars(module))
    for name, old in before.items():
        if name.startswith("_"):
            continue
        for other in list(sys.modules.values()):
            if getattr(other, "__dict__", {}).get(name) is old:
                setattr(other, name, getattr(module, name))


def _passes(item: pytest.Function) -> bool:
    params = item.callspec.params if hasattr(item, "callspec") else {}
    indirect = any(mark.kwargs.get("indirect") for mark in item.iter_markers("parametrize"))
    if set(item._fixtureinfo.argnames) <= set(params) and not indirect:
        item.obj(**{name: params[name] for name in item._fixtureinfo.argnames})
        return True  # a failure raises
    return all(report.passed for report in runtestprotocol(item, log=False))


def main(wanted: list[str]) -> int:
    """Print who survived, and a table; the exit code is 1 when a target is missed."""
    unknown = [name for name in wanted if name not in _MODULES]
    if unknown:
        print(f"no such module: {', '.join(unknown)}; there are {', '.join(_MODULES)}")
        return 2
    os.environ["TZ"] = "UTC"
    time.tzset()
    listed = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text(encoding="utf-8"))
    scores: dict[str, Score] = {}
    for name in wanted or _MODULES:
        modules, tests = _MODULES[name]
        names = [one.strip() for group in listed.get(name, []) for one in group["mutants"]]
        run = _Run(modules, names)
        options = ["-q", "-s", "--no-header", "--no-summary", "-p", "no:cacheprovider"]
        pytest.main([*options, *(_TESTS + test for test in tests)], plugins=[run])
        if not run.score:
            print(f"the tests of {name} could not be run")
            return 2
        scores[name] = run.score
    print(f"\n{'module':<12}{'mutants':>9}{'killed':>9}{'equivalent':>12}{'score':>9}")
    for name, score in scores.items():
        print(
            f"{name:<12}{score.mutants:>9}{score.killed:>9}{score.equivalent:>12}"
            f"{score.percent:>8.1f}%"
        )
    return 0 if all(score.percent >= TARGET for score in scores.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
