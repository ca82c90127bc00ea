"""Where a stray file most likely belongs in a root, and which moves lead there without meeting
anything."""

from bisect import bisect_right
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from exito_tui.domain.doctor.finding import Move
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.units import DAY_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.workflows.file_roles import matching
from exito_tui.domain.workflows.model import Phase, Workflow


class Placement:
    """A root under examination."""

    def __init__(self, snapshot: Snapshot, judge: Judge, now_ns: int) -> None:
        self.snapshot, self.judge, self.now_ns = snapshot, judge, now_ns
        self.by_id: dict[str, Session] = {
            session.id: session for session in snapshot.sessions.values()
        }
        self.commands = {workflow.folder for workflow in judge.workflows_in(snapshot.root).values()}
        self._taken: set[str] = set()
        self._known_names: dict[str, frozenset[str]] = {}

    def may_be_session(self, name: str) -> bool:
        """Whether a session is called so, or may have been: as one that is here, or as those of a
        command. An agent calls a folder of its own after itself, and merged into a session it is no
        more."""
        return name in self.by_id or any(name.startswith(f"{one}_") for one in self._all_commands)

    @cached_property
    def _all_commands(self) -> frozenset[str]:
        """The commands of the known workflows, and those that have sessions here."""
        sessions = self.snapshot.sessions.values()
        return frozenset(self.commands | {s.command for s in sessions if s.shape != "fallback"})

    def owner(self, stray: Session, artefact: Artefact, command: str = "") -> Session | None:
        """The session that a stray file most likely belongs to: the one it names itself, else the
        latest that was still without just this file when it was written."""
        claim = stray.claims.files.get(artefact.name) if stray.claims else None
        if claim and claim.session in self.by_id:
            return self.by_id[claim.session]
        waiting = [
            target
            for target in self._written_in_the_day_before(artefact)
            if target.session.key != stray.key
            and (not command or target.session.command == command)
            and self._waited_for(target, artefact)
        ]
        latest = max(waiting, key=lambda target: target.session.last_write_ns or 0, default=None)
        return latest.session if latest else None

    def _written_in_the_day_before(self, artefact: Artefact) -> "list[_Candidate]":
        """The sessions that may have gone on with a file: last written at most a day before it."""
        at = artefact.modified_ns
        first = bisect_right(self._candidates, at - DAY_NS, key=_LAST)
        return self._candidates[first : bisect_right(self._candidates, at, key=_LAST)]

    @cached_property
    def _candidates(self) -> "list[_Candidate]":
        """The sessions of a known workflow, by their last write; each looked at once, however many
        files stray."""
        found = [
            _Candidate(last, session, workflow, self._names(session))
            for session in self.snapshot.sessions.values()
            if session.shape in ("canonical", "semantic", "epoch", "dated")
            if (last := session.last_write_ns or session.started_ns) is not None
            if (workflow := self.judge.workflow_of(session)) is not None
        ]
        return sorted(found, key=_LAST)

    def _waited_for(self, target: "_Candidate", artefact: Artefact) -> bool:
        """Whether a session's next phase owed just this file when it was written."""
        if artefact.name in target.names:
            return False
        if not any(
            _leaves(step, artefact) for step in target.workflow.steps if isinstance(step, Phase)
        ):
            return False
        for view in self.judge.verdict(target.session, artefact.modified_ns).steps:
            if isinstance(view.step, Phase) and view.state in ("due", "later", "missing"):
                if _leaves(view.step, artefact):
                    return True
                if view.state != "missing" and view.step.required and not view.step.group:
                    return False  # another phase comes first
        return False

    def move(self, source: str, target: str) -> tuple[Move, ...]:
        """A move to where nothing lies and no other move goes; none when the place is taken."""
        if not target or self._is_taken(target):
            return ()
        self._taken.add(target)
        return (Move(source, target),)

    def move_beside(self, source: str, target: str) -> tuple[Move, ...]:
        """A file's move to its place, or where that is taken to a name beside it: `plan-2.md`. Both
        are kept."""
        stem, dot, suffix = (
            target.rpartition(".") if "." in target.rpartition("/")[2] else (target, "", "")
        )
        names = (target, *(f"{stem}-{number}{dot}{suffix}" for number in range(2, 100)))
        return next((moves for name in names if (moves := self.move(source, name))), ())

    def _is_taken(self, target: str) -> bool:
        sessions = self.snapshot.sessions
        folder, _, name = target.rpartition("/")
        there = target in sessions or (folder in sessions and name in self._names(sessions[folder]))
        return there or target in self._flat or target in self._taken

    def _names(self, session: Session) -> frozenset[str]:
        """The names of a session's files; asked for once for each file that may be moved there."""
        if session.key not in self._known_names:
            self._known_names[session.key] = frozenset(
                [one.name for one in session.artefacts or ()]
            )
        return self._known_names[session.key]

    @cached_property
    def _flat(self) -> frozenset[str]:
        """The paths of all files of flat sessions."""
        flat = [session for session in self.snapshot.sessions.values() if session.shape == "flat"]
        return frozenset(
            session.place(artefact.name) for session in flat for artefact in session.artefacts or ()
        )


class _Candidate(NamedTuple):
    """A session that a stray file may belong to: when it was last written or began, and the names
    of its files."""

    last_ns: int
    session: Session
    workflow: Workflow
    names: frozenset[str]


_LAST = attrgetter("last_ns")


def _leaves(phase: Phase, artefact: Artefact) -> bool:
    """Whether a file is one that a phase leaves, or a part of it."""
    return bool(matching([artefact.name], (*phase.leaves, *phase.parts)))
