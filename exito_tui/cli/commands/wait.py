"""`exito-tui wait`: for scripts, until sessions get into a state."""

import time
from collections.abc import Sequence

from exito_tui.cli.ending import go_on
from exito_tui.cli.json.schema import document, waited_object
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_FAILED, Failure, complain, separated, write
from exito_tui.cli.shared.claude import records_source
from exito_tui.cli.shared.select import judged_roots, session_known_as
from exito_tui.domain.records.join import informed, without_runs
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.live.session_index import SessionIndex

_EVERY = 0.5


def run(options: Options) -> int:
    """Print the states when all sessions (with `any`: one of them) are in one of those waited for;
    exit code 1 when the time runs out first."""
    snapshots, judge = judged_roots(options)
    sessions = [session_known_as(options, snapshots, judge, name) for name in options.sessions]
    for session in sessions:
        if session.is_note:
            raise Failure(f"{one_line(session.key)} is a note: it has no state to wait for")
    looked_at = LookedAt(options, snapshots, judge, sessions)
    deadline = time.monotonic() + options.timeout if options.timeout else None
    while True:
        go_on()
        sessions, verdicts = looked_at.verdicts()
        there = [verdict.state in options.states for verdict in verdicts]
        is_over = any(there) if options.any else all(there)
        left = deadline - time.monotonic() if deadline is not None else _EVERY
        if options.json and (is_over or left <= 0):
            pairs = zip(sessions, verdicts, there, strict=True)
            made = [waited_object(*pair) for pair in pairs]
            write(document({"timed_out": not is_over, "sessions": made}))
            return 0 if is_over else EXIT_FAILED
        if is_over:
            for session, verdict, is_there in zip(sessions, verdicts, there, strict=True):
                if len(sessions) == 1:
                    write(f"{verdict.state}\n")
                elif is_there:
                    write(separated((decoded(session.key), verdict.state)))
            return 0
        if left <= 0:
            waited = duration(int(options.timeout * 1e9))
            for session, verdict, is_there in zip(sessions, verdicts, there, strict=True):
                if not is_there:
                    name, reason = one_line(decoded(session.key)), one_line(verdict.reason)
                    complain(f"{name} is still {verdict.state} after {waited}: {reason}")
            return EXIT_FAILED
        time.sleep(min(_EVERY, left))


class LookedAt:
    """The sessions that are waited for, as they are at each look."""

    def __init__(
        self,
        options: Options,
        snapshots: Sequence[Snapshot],
        judge: Judge,
        sessions: Sequence[Session],
    ) -> None:
        now_ns = time.time_ns()
        self._conversations = {
            session.key: known.conversation.id
            for session in sessions
            if session.form == "run" and (known := judge.known(session, now_ns))
        }
        """Those of runs, whose sessions may turn out to be called otherwise."""
        roots = {session.root for session in sessions}
        wanted = [without_runs(one) for one in snapshots if one.root in roots]
        self._sessions = list(sessions)
        self._judge = judge
        self._indexes = {one.root: SessionIndex(one, judge) for one in wanted}
        self._records = records_source(options, wanted, judge)

    def verdicts(self) -> tuple[list[Session], list[Verdict]]:
        """The sessions, and the verdict on each, now: of a run the session that it has become.
        Raises Failure if one is not there any more."""
        for root, index in self._indexes.items():
            keys = [one.key for one in self._sessions if one.root == root]
            if not all(key in index.snapshot.sessions for key in keys):
                index.relist()  # a run may have got its folder
            index.refresh(keys)
            index.read_claims_due()
        snapshots = {root: index.snapshot for root, index in self._indexes.items()}
        if self._records:
            for root in self._records.look(list(snapshots.values())):
                self._judge = self._judge.knowing(root, self._records.joined[root].known)
            for root, joined in self._records.joined.items():
                snapshots[root] = informed(snapshots[root], joined)
        now_ns = time.time_ns()
        current = [self._current(snapshots[one.root], one, now_ns) for one in self._sessions]
        self._sessions = current
        return current, [self._judge.verdict(one, now_ns) for one in current]

    def _current(self, snapshot: Snapshot, session: Session, now_ns: int) -> Session:
        current = snapshot.sessions.get(session.key) or self._become(snapshot, session.key, now_ns)
        if current is None:
            raise Failure(f"{one_line(decoded(session.key))} is not there any more", EXIT_FAILED)
        return current

    def _become(self, snapshot: Snapshot, key: str, now_ns: int) -> Session | None:
        """What a run has become: the session, or the run, that its conversation is about now."""
        conversation = self._conversations.get(key)
        for session in snapshot.sessions.values() if conversation else ():
            known = self._judge.known(session, now_ns)
            if known and known.conversation.id == conversation and known.is_current:
                self._conversations[session.key] = known.conversation.id
                return session
        return None
