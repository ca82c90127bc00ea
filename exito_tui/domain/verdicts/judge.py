"""Judging many sessions: which workflow each follows, and what this root's history says of its
phases."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from exito_tui.domain.records.conversation import Known
from exito_tui.domain.sessions.clocks import appeared_at, moments_of_copies, work_times
from exito_tui.domain.sessions.foreign_files import conflict_of
from exito_tui.domain.sessions.layouts import Layouts, Outcome
from exito_tui.domain.sessions.names import outcome_of
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.classify import classify
from exito_tui.domain.verdicts.expectation import (
    LATEST_CONSIDERED,
    Expectation,
    History,
    expect,
    history,
)
from exito_tui.domain.verdicts.verdict import DEFAULT_TIME_RULES, TimeRules, Verdict
from exito_tui.domain.workflows.file_roles import OwnFiles, account_files, matching, role
from exito_tui.domain.workflows.model import Phase, Workflow
from exito_tui.domain.workflows.reader import builtin


class JudgeSettings(NamedTuple):
    """The settings of judgement: workflows by name, durations in seconds that the user expects by
    agent (or `command.agent`), the rules of time, and what names mean (none: the built-in
    layouts)."""

    workflows: Mapping[str, Workflow] = {}
    expected: Mapping[str, float] = {}
    rules: TimeRules = DEFAULT_TIME_RULES
    layouts: Layouts = ()


class Judge:
    """Gives verdicts. Never changes, so that any thread may ask it: what it learns makes another
    judge."""

    def __init__(
        self,
        settings: JudgeSettings | None = None,
        histories: Mapping[tuple[str, str], History] = MappingProxyType({}),
        copied_at: Mapping[str, frozenset[int]] = MappingProxyType({}),
        known: Mapping[str, Mapping[str, Known]] = MappingProxyType({}),
    ) -> None:
        """`histories` tells, by root and workflow, how long phases took there; `copied_at`, by
        root, at which moments (epoch seconds) whole sessions were copied there; `known`, by root
        and key, what Claude Code's records tell of sessions."""
        self.settings = settings or JudgeSettings()
        self.rules = self.settings.rules
        self._histories = histories
        self._copied_at = copied_at
        self._known = known

    @cached_property
    def workflows(self) -> Mapping[str, Workflow]:
        """All workflows by name; read when the first session is judged, not when the program
        starts."""
        return {**builtin(), **self.settings.workflows}

    @cached_property
    def _by_folder(self) -> dict[str, list[Workflow]]:
        by_folder: dict[str, list[Workflow]] = {}
        for workflow in self.workflows.values():
            by_folder.setdefault(workflow.folder, []).append(workflow)
        return by_folder

    @property
    def folders(self) -> frozenset[str]:
        """The command folders of all workflows."""
        return frozenset(self._by_folder)

    def workflow_of(self, session: Session) -> Workflow | None:
        """The workflow that a session follows: by its command's folder, and where several share one
        by its files."""
        if session.shape != "canonical" and (  # which is none of these
            session.is_stray or session.form == "link" or conflict_of(session.id)
        ):
            return None  # output of any number of runs, nothing to read, or what a sync tool made
        candidates = self._by_folder.get(session.command, ())
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        names = [artefact.name for artefact in session.artefacts or ()]
        for workflow in candidates:
            if matching(names, workflow.phases[-1].leaves):
                return workflow
        reports = [name for name in names if name.endswith("_report.md")]
        fitting = [one for one in candidates if all(_is_of(name, one) for name in reports)]
        return (
            min(fitting or candidates, key=lambda workflow: len(workflow.steps))
            if reports and fitting
            else candidates[0]
        )

    def own_files(self, session: Session) -> OwnFiles:
        """What a session's workflow says itself about its files."""
        workflow = self.workflow_of(session)
        if workflow:
            return workflow.own
        if session.form == "loose" or session.shape == "foreign":
            return ()
        return account_files(one_file=session.form == "file")

    def learned(self, root: str, sessions: Iterable[Session]) -> "Judge":
        """A judge that also knows how long the phases take in a root, by the latest sessions of
        each command among these."""
        sessions = list(sessions)
        moments = moments_of_copies(
            (session.named_ns, work_times(session.artefacts))
            for session in sessions
            if session.artefacts and len(session.artefacts) <= _MOST_COPIED_FILES
        )
        by_workflow: dict[str, list[Session]] = {}
        for session in sessions:
            if session.artefacts and (workflow := self.workflow_of(session)):
                by_workflow.setdefault(workflow.name, []).append(session)
        histories = {**self._histories}
        for name, members in by_workflow.items():
            members.sort(key=lambda session: session.stamp, reverse=True)
            histories[root, name] = history(members[:LATEST_CONSIDERED], self.workflows[name])
        copied_at = MappingProxyType({**self._copied_at, root: moments})
        return self._with(MappingProxyType(histories), copied_at, self._known)

    def knowing(self, root: str, known: Mapping[str, Known]) -> "Judge":
        """A judge that also knows what Claude Code's records tell of the sessions of a root, by
        key."""
        every = MappingProxyType({**self._known, root: known})
        return self._with(self._histories, self._copied_at, every)

    def known(self, session: Session) -> Known | None:
        """What Claude Code's records tell of a session, if they do."""
        return self._known.get(session.root, {}).get(session.key)

    def _with(
        self,
        histories: Mapping[tuple[str, str], History],
        copied_at: Mapping[str, frozenset[int]],
        known: Mapping[str, Mapping[str, Known]],
    ) -> "Judge":
        other = Judge(self.settings, histories, copied_at, known)
        other.workflows, other._by_folder = self.workflows, self._by_folder
        return other

    def history(self, root: str, workflow: Workflow) -> History:
        """What the phases of a workflow took in a root, as far as it was learned."""
        return self._histories.get((root, workflow.name), {})

    def verdict(self, session: Session, now_ns: int, *, over: bool = False) -> Verdict:
        """The verdict on a session; `over`: nobody writes into it any more, however lately somebody
        did."""
        session = self.with_its_copying(session)
        workflow = self.workflow_of(session)
        rules = self.rules._replace(writing_ns=0) if over else self.rules
        outcome: Outcome = (
            "" if workflow else outcome_of(session.key, session.id, self.settings.layouts)
        )
        expecting = self._expecting(session.root, workflow)
        known = self.known(session)
        return classify(session, workflow, expecting, now_ns, rules, outcome, known)

    def with_its_copying(self, session: Session) -> Session:
        """The session, marked as a copy if all its files appeared together with whole other
        sessions."""
        moments = self._copied_at.get(session.root)
        if moments and session.artefacts and len(session.artefacts) <= _MOST_COPIED_FILES:
            times = work_times(session.artefacts)
            if appeared_at(moments, session.named_ns, times):
                return session._replace(copied=True)
        return session

    def _expecting(self, root: str, workflow: Workflow | None) -> "_Expecting":
        return _Expecting(
            workflow,
            self.settings.expected,
            self._histories.get((root, workflow.name), {}) if workflow else {},
        )


class _Expecting:
    """Tells how long each phase of one workflow may take in one root."""

    def __init__(
        self, workflow: Workflow | None, configured: Mapping[str, float], past: History
    ) -> None:
        self._workflow, self._configured, self._past = workflow, configured, past

    def __call__(self, phase: Phase) -> Expectation:
        assert self._workflow is not None
        return expect(phase, self._workflow, self._configured, self._past)


def _is_of(name: str, workflow: Workflow) -> bool:
    return any(matching([name], phase.leaves) for phase in workflow.phases)


LONG_COMPLETED_NS = 3_600_000_000_000
"""After so long without a write a completed session is not expected to change."""


def is_long_completed(session: Session, workflow: Workflow | None, now_ns: int) -> bool:
    """Whether the names and sizes of its files alone show that a session is completed: all are
    there, and the last is none that may say otherwise (how far the work has come), written an hour
    ago at least."""
    if not workflow or not session.artefacts or session.claims is not None:
        return False
    sizes = {artefact.name: artefact.size for artefact in session.artefacts}
    files = workflow.files
    if not all(sizes.get(name) for name in files) or role(files[-1], workflow.own) == "progress":
        return False
    written = session.last_write_ns
    if written is None and session.is_copy:
        return True
    return written is not None and now_ns - written > LONG_COMPLETED_NS


_MOST_COPIED_FILES = 100
"""Of larger sessions it is not asked whether they were copied together with others."""

NEAR = 20
"""With how many sessions before it a session's context.md is compared."""
