"""Where a stray file most likely belongs in a root, and which moves lead there without meeting anything."""

from functools import cached_property

from exito_tui.domain.findings import Move
from exito_tui.domain.judge import Judge
from exito_tui.domain.session import Artefact, Session
from exito_tui.domain.snapshot import Snapshot
from exito_tui.domain.units import DAY_NS
from exito_tui.domain.workflow import Phase, matching


class Placing:
    """A root under examination."""

    def __init__(self, snapshot: Snapshot, judge: Judge, now_ns: int) -> None:
        self.snapshot, self.judge, self.now_ns = snapshot, judge, now_ns
        self.by_id: dict[str, Session] = {session.id: session for session in snapshot.sessions.values()}
        self.commands = {workflow.folder for workflow in judge.workflows.values()}
        self._taken: set[str] = set()

    def owner(self, stray: Session, artefact: Artefact, command: str = "") -> Session | None:
        """The session that a stray file most likely belongs to: the one it names itself, else the latest that was
        still without just this file when it was written."""
        claim = stray.claims.files.get(artefact.name) if stray.claims else None
        if claim and claim.session in self.by_id:
            return self.by_id[claim.session]
        fitting = [
            session
            for session in self.snapshot.sessions.values()
            if session.key not in (stray.key, session.command)
            and session.shape not in ("fallback", "flat", "foreign", "named")
            and (not command or session.command == command)
            and self._waited_for(session, artefact)
        ]
        return max(fitting, key=lambda session: session.last_write_ns or 0, default=None)

    def _waited_for(self, session: Session, artefact: Artefact) -> bool:
        """Whether a session's next phase owed just this file when it was written."""
        last = session.last_write_ns or session.started_ns
        if last is None or not 0 <= artefact.modified_ns - last < DAY_NS or session.artefact(artefact.name):
            return False
        for view in self.judge.verdict(session, artefact.modified_ns).steps:
            if isinstance(view.step, Phase) and view.state in ("due", "later", "missing"):
                auditing = view.step.agent == "auditor" and artefact.name.startswith("audit_")
                if auditing or matching([artefact.name], view.step.leaves):
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
        """A file's move to its place, or where that is taken to a name beside it: `plan-2.md`. Both are kept."""
        stem, dot, suffix = target.rpartition(".") if "." in target.rpartition("/")[2] else (target, "", "")
        names = (target, *(f"{stem}-{number}{dot}{suffix}" for number in range(2, 100)))
        return next((moves for name in names if (moves := self.move(source, name))), ())

    def _is_taken(self, target: str) -> bool:
        sessions = self.snapshot.sessions
        folder, _, name = target.rpartition("/")
        there = target in sessions or (folder in sessions and sessions[folder].artefact(name) is not None)
        return there or target in self._flat or target in self._taken

    @cached_property
    def _flat(self) -> frozenset[str]:
        """The paths of all files of flat sessions."""
        flat = [one for one in self.snapshot.sessions.values() if one.shape == "flat"]
        return frozenset(place_of(one, artefact) for one in flat for artefact in one.artefacts or ())


def place_of(session: Session, artefact: Artefact) -> str:
    """The path of a session's file, relative to the root."""
    return f"{session.folder}/{artefact.name}"
