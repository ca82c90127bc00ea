"""Reading a whole root for the doctor, and for whoever wants every verdict at once."""

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from exito_tui.domain.doctor.finding import WEIGHTS, Finding, Survey
from exito_tui.domain.root_paths import MARK
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.hook_notes import hook_work_of_all
from exito_tui.domain.sessions.names import is_registry
from exito_tui.domain.sessions.orders import newest_first
from exito_tui.domain.sessions.session import Session, in_order_of
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.claims import Claims
from exito_tui.domain.verdicts.expectation import LATEST_CONSIDERED
from exito_tui.domain.verdicts.judge import NEAR, Judge, is_long_completed
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.fs import safefs
from exito_tui.store.read.claims import is_comparable, read_claims
from exito_tui.store.read.pins import why_unreadable
from exito_tui.store.read.scan import Sign, read_sessions, scan
from exito_tui.store.read.work_trees import at_risk

if TYPE_CHECKING:
    from exito_tui.domain.hook_setup import HookSetup
    from exito_tui.domain.records.conversation import Known
    from exito_tui.domain.workflows.file_roles import OwnFiles


def examined(snapshot: Snapshot, judge: Judge, *, every: bool = False) -> tuple[Snapshot, Judge]:
    """A root's snapshot with what the files say (`every`: all Markdown), and a judge that has
    learned from it."""
    if snapshot.state != "present":
        return snapshot, judge
    with safefs.opened_root(snapshot.root) as root:
        reader = JudgingReader(root, snapshot, judge)
        pairs = reader.judged(list(snapshot.sessions.values()), 0, every=every)
    return snapshot._replace(sessions={session.key: session for session, _ in pairs}), reader.judge


class Examination(NamedTuple):
    """What the doctor has to say of some roots: what is wrong, what loses work first; and what our
    hooks did there, in a sentence (empty: nothing)."""

    findings: list[Finding]
    hooks: str


def findings(
    snapshots: Iterable[Snapshot], judge: Judge, now_ns: int, setup: "HookSetup | None" = None
) -> list[Finding]:
    """What is wrong in some roots; see `examination`."""
    return examination(snapshots, judge, now_ns, setup).findings


def examination(
    snapshots: Iterable[Snapshot], judge: Judge, now_ns: int, setup: "HookSetup | None" = None
) -> Examination:
    """Examine some roots; every file's head is read anew. `setup` tells which of our hooks are on;
    None: nothing is found missing of them."""
    from exito_tui.domain.doctor.checks import examine  # who only judges has no use for them
    from exito_tui.domain.doctor.hooks import hook_findings, without_told

    found: list[Finding] = []
    sessions: list[Session] = []
    for snapshot in snapshots:
        if snapshot.state == "present":
            full, learned = examined(snapshot, judge, every=True)
            seen = survey(snapshot.root)._replace(at_risk=at_risk(snapshot.root, snapshot.layouts))
            found += examine(full, seen, learned, now_ns)
            sessions += full.sessions.values()
            if setup is not None:
                for session in full.sessions.values():
                    told = hook_findings(session, learned, setup, now_ns)
                    found = [*without_told(found, told), *told]
    found.sort(key=lambda finding: WEIGHTS.index(finding.weight))
    return Examination(found, hook_work_of_all(sessions))


class JudgingReader:
    """Reads and judges sessions of one root in shares: the names of all are known, the files of
    none need be."""

    def __init__(self, root: int, snapshot: Snapshot, judge: Judge) -> None:
        """`root` is the root's descriptor."""
        self.snapshot = snapshot
        self._root = root
        self._unlearned = judge
        self._by_command = by_start(snapshot.sessions.values())
        self._place = {
            session.key: at
            for members in self._by_command.values()
            for at, session in enumerate(members)
        }
        self._read: dict[str, Session] = {}
        self._signs: dict[str, Sign | None] = {}
        """Of sessions whose files were looked at."""
        self._known_contexts: dict[str, Artefact | None] = {}

    def judged(
        self, sessions: Sequence[Session], now_ns: int, *, every: bool = False
    ) -> list[tuple[Session, Verdict]]:
        """Each session, with what its files say, and the verdict on it."""
        pairs = []
        for session in self.with_files(sessions):
            own = self.own_files(session)
            self._known_contexts.setdefault(session.key, session.context(own))
            before = session._replace(claims=self.claims_before(session))
            claims = read_claims(self._root, before, self.alike(session), own=own, every=every)
            full = in_order_of(session._replace(claims=claims), own)
            full = self.judge.by_its_clocks(full)
            pairs.append((full, self.judge.verdict(full, now_ns)))
        return pairs

    def known(self, session: Session, now_ns: int) -> "Known | None":
        """What Claude Code's records tell of a session as it counts at a moment, if they do."""
        return self._unlearned.known(session, now_ns)

    def knows(self, session: Session) -> bool:
        """Whether Claude Code's records tell anything of a session."""
        return self._unlearned.knows(session)

    def own_files(self, session: Session) -> "OwnFiles":
        """What a session's workflow says itself about its files."""
        return self._unlearned.own_files(session)

    def claims_before(self, session: Session) -> Claims | None:
        """What is known already of what a session's files say."""
        return session.claims

    def alike(self, session: Session) -> list[Session]:
        """The sessions just before one, of its command, whose context.md is as long: it may be a
        copy."""
        context = self.context(session)
        if context is None or not is_comparable(context):
            return []
        return [
            other
            for other in self.with_files(self._just_before(session))
            if other.stamp < session.stamp
            and (theirs := self.context(other))
            and theirs.size == context.size
        ]

    def _just_before(self, session: Session) -> list[Session]:
        """The sessions of the same command that started before one, the next first."""
        at = self._place.get(session.key)
        return [] if at is None else self._by_command[session.command][at + 1 : at + 1 + NEAR]

    def context(self, session: Session) -> Artefact | None:
        """The file of a session that its other agents read first, or None."""
        if session.key not in self._known_contexts:
            self._known_contexts[session.key] = session.context(self.own_files(session))
        return self._known_contexts[session.key]

    @cached_property
    def judge(self) -> Judge:
        """The judge, who has learned from the latest sessions of each command; not before it is
        needed."""
        latest = [
            one for members in self._by_command.values() for one in members[:LATEST_CONSIDERED]
        ]
        return self._unlearned.learned(
            self.snapshot.root, self.with_files(latest), self.snapshot.checkouts
        )

    def with_files(self, sessions: Sequence[Session]) -> list[Session]:
        """The sessions with their files."""
        unread = [
            session
            for session in sessions
            if session.key not in self._read and session.artefacts is None
        ]
        read = read_sessions(self._root, unread, self._signs)
        self._read.update((session.key, session) for session in read)
        return [self._read.get(session.key, session) for session in sessions]


def by_start(sessions: Iterable[Session]) -> dict[str, list[Session]]:
    """Sessions by command, newest first."""
    by_command: dict[str, list[Session]] = {}
    for session in newest_first(sessions):
        by_command.setdefault(session.command, []).append(session)
    return by_command


def survey(root: str) -> Survey:
    """What a snapshot leaves out. A nested root that is a link is no nested root."""
    try:
        with safefs.opened_root(root) as descriptor:
            registry = tuple(sorted(filter(is_registry, safefs.names_in(descriptor))))
            nested = _is_folder(descriptor)
            pins = why_unreadable(descriptor)
    except OSError:
        return Survey()
    if not nested:
        return Survey(registry, pins=pins)
    inner = scan(os.path.join(root, MARK))
    return Survey(registry, tuple(inner.sessions.values()), MARK, pins=pins)


def _is_folder(root: int) -> bool:
    try:
        with safefs.opened_folder(root, MARK):
            return True
    except OSError:
        return False


def with_states(
    reader: JudgingReader, judge: Judge, sessions: Sequence[Session], now_ns: int
) -> list[State]:
    """The state of each session; files are opened only where names and sizes do not tell."""
    made: dict[str, State] = {}
    read = reader.with_files(sessions)
    open_ones = []
    for session in read:
        if is_long_completed(session, judge.workflow_of(session), now_ns):
            made[session.key] = "completed"
        else:
            open_ones.append(session)
    made.update(
        (session.key, verdict.state) for session, verdict in reader.judged(open_ones, now_ns)
    )
    return [made[session.key] for session in read]
