"""Judging many sessions: which workflow each follows, and what this root's history says of its
phases."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from exito_tui.domain.records.as_of import as_of
from exito_tui.domain.records.conversation import Known
from exito_tui.domain.sessions.clocks import (
    Clocks,
    appeared_at,
    how_far_behind,
    is_behind,
    moments_of_copies,
    work_times,
)
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
from exito_tui.domain.verdicts.verdict import (
    DEFAULT_TIME_RULES,
    TimeRules,
    Verdict,
    until_learned,
)
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


class _Basis:
    """Settings, and the workflows that are in force by them: those are read when the first session
    is judged, not when the program starts."""

    def __init__(self, settings: JudgeSettings) -> None:
        self.settings = settings

    @cached_property
    def workflows(self) -> Mapping[str, Workflow]:
        """All workflows by name."""
        return {**builtin(), **self.settings.workflows}

    @cached_property
    def by_folder(self) -> Mapping[str, Sequence[Workflow]]:
        """The workflows that share a folder, by that."""
        by_folder: dict[str, list[Workflow]] = {}
        for workflow in self.workflows.values():
            by_folder.setdefault(workflow.folder, []).append(workflow)
        return by_folder


class Judge:
    """Gives verdicts. Never changes, so that any thread may ask it: what it learns makes another
    judge."""

    def __init__(
        self,
        settings: JudgeSettings | None = None,
        histories: Mapping[tuple[str, str], History] = MappingProxyType({}),
        clocks: Mapping[str, Clocks] = MappingProxyType({}),
        known: Mapping[str, Mapping[str, Known]] = MappingProxyType({}),
    ) -> None:
        """`histories` tells, by root and workflow, how long phases took there; `clocks`, by root,
        what its sessions tell together of their times; `known`, by root and key, what Claude Code's
        records tell of sessions."""
        self._basis = _Basis(settings or JudgeSettings())
        self._basis_of: Mapping[str, _Basis] = MappingProxyType({})
        """Of the roots that have settings of their own."""
        self._histories = histories
        self._clocks = clocks
        self._known = known
        self._unlearned: frozenset[str] = frozenset()
        """The roots whose history is still being read."""

    def _in(self, root: str) -> _Basis:
        return self._basis_of.get(root, self._basis)

    def settings_in(self, root: str) -> JudgeSettings:
        """The settings that a root is judged by."""
        return self._in(root).settings

    def workflows_in(self, root: str) -> Mapping[str, Workflow]:
        """The workflows by name that are known in a root."""
        return self._in(root).workflows

    @property
    def folders(self) -> frozenset[str]:
        """The command folders of all workflows, whatever root they are known in."""
        every = (self._basis, *self._basis_of.values())
        return frozenset(folder for basis in every for folder in basis.by_folder)

    def workflow_of(self, session: Session) -> Workflow | None:
        """The workflow that a session follows: by its command's folder, and where several share one
        by its files."""
        if session.is_stray or session.form == "link" or conflict_of(session.id):
            return None  # output of any number of runs, nothing to read, or what a sync tool made
        candidates = self._in(session.root).by_folder.get(session.command, ())
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

    def may_be_context(self, name: str) -> bool:
        """Whether there is a session of which other agents read a file of this name first."""
        return any(role(name, own) == "context" for own in self._every_own_files)

    @cached_property
    def _every_own_files(self) -> frozenset[OwnFiles]:
        accounts = (account_files(one_file=one_file) for one_file in (False, True))
        every = (self._basis, *self._basis_of.values())
        own = (one.own for basis in every for one in basis.workflows.values())
        return frozenset([(), *accounts, *own])

    def learned(
        self, root: str, sessions: Iterable[Session], checkouts: frozenset[int] = frozenset()
    ) -> "Judge":
        """A judge that also knows how long the phases take in a root, by the latest sessions of
        each command among these; `checkouts` are the moments (epoch seconds) at which git wrote
        files there."""
        sessions = list(sessions)
        clocks = _clocks_of(sessions, checkouts)
        if clocks.behind_ns:
            sessions = [_by_clocks(session, clocks) for session in sessions]
        by_workflow: dict[str, list[Session]] = {}
        for session in sessions:
            if session.artefacts and (workflow := self.workflow_of(session)):
                by_workflow.setdefault(workflow.name, []).append(session)
        histories = {**self._histories}
        for name, members in by_workflow.items():
            members.sort(key=lambda session: session.stamp, reverse=True)
            histories[root, name] = history(
                members[:LATEST_CONSIDERED], self.workflows_in(root)[name]
            )
        every = MappingProxyType({**self._clocks, root: clocks})
        other = self._with(MappingProxyType(histories), every, self._known)
        other._unlearned -= {root}
        return other

    def awaiting(self, roots: Iterable[str]) -> "Judge":
        """A judge that will learn from these roots: until then it takes no session there for stuck
        because of a time that is not theirs."""
        other = self._with(self._histories, self._clocks, self._known)
        other._unlearned = frozenset(roots)
        return other

    def knowing(self, root: str, known: Mapping[str, Known]) -> "Judge":
        """A judge that also knows what Claude Code's records tell of the sessions of a root, by
        key."""
        every = MappingProxyType({**self._known, root: known})
        return self._with(self._histories, self._clocks, every)

    def judging(self, root: str, settings: JudgeSettings) -> "Judge":
        """A judge that goes by settings of its own in a root: its project may have some."""
        if settings == self.settings_in(root):
            return self
        other = self._with(self._histories, self._clocks, self._known)
        other._basis_of = MappingProxyType({**self._basis_of, root: _Basis(settings)})
        return other

    def known(self, session: Session, now_ns: int) -> Known | None:
        """What Claude Code's records tell of a session as it counts at a moment, if they do."""
        known = self._known.get(session.root, {}).get(session.key)
        return as_of(known, now_ns) if known else None

    def knows(self, session: Session) -> bool:
        """Whether Claude Code's records tell anything of a session."""
        return session.key in self._known.get(session.root, {})

    def _with(
        self,
        histories: Mapping[tuple[str, str], History],
        clocks: Mapping[str, Clocks],
        known: Mapping[str, Mapping[str, Known]],
    ) -> "Judge":
        other = Judge(None, histories, clocks, known)
        other._basis, other._basis_of = self._basis, self._basis_of
        other._unlearned = self._unlearned
        return other

    def clocks(self, root: str) -> Clocks:
        """What the sessions of a root tell together of their times, as far as it was learned."""
        return self._clocks.get(root, Clocks())

    def history(self, root: str, workflow: Workflow) -> History:
        """What the phases of a workflow took in a root, as far as it was learned."""
        return self._histories.get((root, workflow.name), {})

    def verdict(self, session: Session, now_ns: int, *, over: bool = False) -> Verdict:
        """The verdict on a session; `over`: nobody writes into it any more, however lately somebody
        did."""
        session = self.by_its_clocks(session)
        workflow = self.workflow_of(session)
        settings = self.settings_in(session.root)
        rules = settings.rules._replace(writing_ns=0) if over else settings.rules
        outcome: Outcome = "" if workflow else outcome_of(session.key, session.id, settings.layouts)
        expecting = self._expecting(session.root, workflow)
        verdict = classify(
            session, workflow, expecting, now_ns, rules, outcome, self.known(session, now_ns)
        )
        if session.root in self._unlearned:
            verdict = until_learned(verdict)
        return verdict._replace(behind_ns=session.behind_ns) if session.behind_ns else verdict

    def by_its_clocks(self, session: Session) -> Session:
        """The session with what others of its root tell of its times: that all its files appeared
        together with whole other sessions, so that they were copied, and how far its name is
        behind."""
        clocks = self._clocks.get(session.root)
        return _by_clocks(session, clocks) if clocks else session

    def _expecting(self, root: str, workflow: Workflow | None) -> "_Expecting":
        return _Expecting(
            workflow,
            self.settings_in(root).expected,
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


def _clocks_of(sessions: Iterable[Session], checkouts: frozenset[int]) -> Clocks:
    given = [
        (session, work_times(session.artefacts))
        for session in sessions
        if session.artefacts and len(session.artefacts) <= _MOST_COPIED_FILES
    ]
    return Clocks(
        checkouts | moments_of_copies((session.named_ns, times) for session, times in given),
        how_far_behind(
            (session.named_ns, times) for session, times in given if session.tells_local_clock
        ),
    )


def _by_clocks(session: Session, clocks: Clocks) -> Session:
    copied_at, behind_ns = clocks
    if not copied_at and not behind_ns:
        return session
    artefacts = session.artefacts or ()
    if len(artefacts) > _MOST_COPIED_FILES:
        return session
    times = work_times(artefacts)
    if copied_at and appeared_at(copied_at, session.named_ns, times):
        session = session._replace(copied=True)
    if behind_ns and session.tells_local_clock and is_behind(behind_ns, session.named_ns, times):
        session = session._replace(behind_ns=behind_ns)
    return session


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
