"""What the commands that give verdicts share."""

import contextlib
import shlex
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_FAILED, EXIT_USAGE, Failure, complain
from exito_tui.cli.shared.claude import with_records
from exito_tui.cli.shared.roots import existing_roots, must_be_read
from exito_tui.cli.shared.settings import layouts_for, settings_for
from exito_tui.domain.root_paths import work_tree_of
from exito_tui.domain.sessions.lookup import LookupFailedError, find_session, is_latest
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.read.root_reader import JudgingReader, examined
from exito_tui.store.read.scan import scan, scan_names

if TYPE_CHECKING:
    from exito_tui.domain.records.conversation import Known

_MOST_CANDIDATES = 20


def judge_for(roots: Sequence[str]) -> Judge:
    """A judge of the sessions of some roots, each by the settings that hold for it: one project's
    say nothing of another's. Raises ConfigError."""
    judge = Judge(settings_for(roots[0]).judge_settings)
    for root in roots[1:]:
        judge = judge.judging(root, settings_for(root).judge_settings)
    return judge


def judged_roots(options: Options, *, work_trees: bool = True) -> tuple[list[Snapshot], Judge]:
    """The roots with what their files say, and a judge that has learned from them. Raises
    Failure."""
    roots = existing_roots(options, awaited=True, work_trees=work_trees)
    judge = judge_for(roots)
    snapshots = [scan(root, layouts_for(root)) for root in roots]
    for at, snapshot in enumerate(snapshots):
        snapshots[at], judge = examined(snapshot, judge)
    snapshots, judge = with_records(options, snapshots, judge)
    must_be_read(snapshots)
    return snapshots, judge


def verdicts_of(snapshot: Snapshot, judge: Judge) -> dict[str, Verdict]:
    """The verdict on every session of a root, by key."""
    now_ns = time.time_ns()
    return {key: judge.verdict(session, now_ns) for key, session in snapshot.sessions.items()}


def session_called(snapshots: Sequence[Snapshot], name: str) -> Session:
    """The session that the user names.

    Raises:
        Failure: none is called that, or several may be: then they are listed.
    """
    try:
        found = _found(snapshots, name)
        if is_latest(name):
            complain(f"{name} is {one_line(decoded(found.key))}")
        return found
    except LookupFailedError as error:
        shown = "".join(f"\n  {one_line(key)}" for key in error.candidates[:_MOST_CANDIDATES])
        more = len(error.candidates) - _MOST_CANDIDATES
        tail = f"\n  and {more} more" if more > 0 else ""
        gone = [] if error.candidates else _in_trash(snapshots, name)
        if len(gone) > 1:
            raise Failure(f"{name!r} may be any of {len(gone)} in the trash{_RESTORE}") from None
        if gone:
            raise Failure(
                f"{one_line(gone[0])} lies in the trash; `exito-tui restore "
                f"{shlex.quote(one_line(gone[0]))}` brings it back"
            ) from None
        is_told = error.candidates or str(error).endswith("?")
        hint = "" if is_told else "; `exito-tui ls` lists them"
        raise Failure(
            f"{error}{hint}{shown}{tail}", EXIT_USAGE if error.candidates else EXIT_FAILED
        ) from None


_RESTORE = "; `exito-tui trash` lists them, and `restore` brings one back"


def _in_trash(snapshots: Sequence[Snapshot], name: str) -> list[str]:
    """What lies in the trash of some roots and was called so, or began so where none was."""
    from exito_tui.store.trash.contents import entries_of

    wanted, gone = name.rstrip("/"), []
    for snapshot in snapshots:
        with contextlib.suppress(OSError, CleanupError):
            gone += [decoded(entry.item.what) for entry in entries_of(snapshot.root)]
    called = {what: (what, what.rpartition("/")[2]) for what in gone}
    exact = [what for what, names in called.items() if wanted in names]
    return exact or [
        what
        for what, names in called.items()
        if wanted and any(one.startswith(wanted) for one in names)
    ]


def session_known_as(
    options: Options, snapshots: Sequence[Snapshot], judge: Judge, name: str
) -> Session:
    """As `session_called`; also by the name that a run had until it got its folder, as long as
    Claude Code's records tell of it: the likeliest, where its conversation ran several."""
    try:
        return session_called(snapshots, name)
    except Failure:
        found = _became(options, snapshots, judge, name)
        if not found:
            raise
        session = found[-1][0]
        complain(f"{one_line(name)} has become {one_line(decoded(session.key))}")
        by_key = {(one.root, key): it for one in snapshots for key, it in one.sessions.items()}
        return by_key[session.root, session.key]


def session_to_change(options: Options, snapshots: Sequence[Snapshot], name: str) -> Session:
    """As `session_called`; also by the name that a run had until it got its folder, where Claude
    Code's records leave no doubt which session that is.

    Raises:
        Failure: none is called that, several may be, or it has no folder yet.
    """
    try:
        return session_called(snapshots, name)
    except Failure:
        if getattr(options, "no_claude", False):
            raise
        informed, judge = judged_roots(options)
        shown = one_line(name)
        if any(name.rstrip("/") in (run.key, run.id) for run in _runs(informed)):
            raise Failure(f"{shown} has no folder yet: there is nothing to be done to") from None
        found = _became(options, informed, judge, name)
        keys = "".join(f"\n  {one_line(decoded(session.key))}" for session, _ in found)
        if not found:
            raise
        if len(found) > 1:
            what = f"{shown} is the name of a run that may have become any of {len(found)} sessions"
            raise Failure(f"{what}; name one:{keys}", EXIT_USAGE) from None
        ((session, known),) = found
        if known.is_guess:
            what = f"{shown} is the name of a run that has probably become this session"
            raise Failure(f"{what}; if so, name it:{keys}", EXIT_USAGE) from None
        complain(f"{shown} has become {one_line(decoded(session.key))}")
        by_key = {(one.root, key): it for one in snapshots for key, it in one.sessions.items()}
        return by_key[session.root, session.key]


def _runs(snapshots: Sequence[Snapshot]) -> list[Session]:
    sessions = [session for one in snapshots for session in one.sessions.values()]
    return [session for session in sessions if session.form == "run"]


def _became(
    options: Options, snapshots: Sequence[Snapshot], judge: Judge, name: str
) -> "list[tuple[Session, Known]]":
    """The sessions that a run which was called so may have become, the likeliest last."""
    from exito_tui.domain.records.former_names import became, may_be_of_a_run
    from exito_tui.domain.records.join import without_runs

    if not may_be_of_a_run(name):
        return []
    there = [without_runs(one) for one in snapshots]
    told, informed = with_records(options, there, judge, since_ns=0)
    sessions = [session for one in told for session in one.sessions.values()]
    now_ns = time.time_ns()
    found = became(name, sessions, lambda one: informed.known(one, now_ns))
    return [(session, known) for session, known in found if session.form != "run"]


def _found(snapshots: Sequence[Snapshot], name: str) -> Session:
    """As `find_session`: what is called so in a project comes before what is in its work trees,
    which may be a copy."""
    own = [snapshot for snapshot in snapshots if not work_tree_of(snapshot.root)]
    if own and len(own) < len(snapshots) and not is_latest(name):
        try:
            return find_session(own, name)
        except LookupFailedError as error:
            if error.candidates:
                raise
    return find_session(snapshots, name)


class SelectedSessions(NamedTuple):
    """The sessions of one root that the user named, read, with the states they are in, and who
    judged them. `named_otherwise`: some go by another name than the user gave."""

    root: str
    sessions: list[Session]
    states: dict[str, State]
    judge: Judge
    named_otherwise: bool = False


def select_sessions(
    options: Options, roots: Sequence[str], names: Sequence[str]
) -> list[SelectedSessions]:
    """The sessions that the user names, by root.

    Raises:
        Failure: one is not there, or may be any of several.
    """
    snapshots = [scan_names(root, layouts_for(root)) for root in roots]
    must_be_read(snapshots)
    found = [session_to_change(options, snapshots, name) for name in names]
    otherwise = {one.root for one, name in zip(found, names, strict=True) if _is_other(one, name)}
    informed, judge = with_records(options, snapshots, judge_for(roots))
    made = []
    for snapshot in informed:
        named = {session.key: session for session in found if session.root == snapshot.root}
        wanted = [snapshot.sessions.get(key, one) for key, one in named.items()]
        if wanted:
            with safefs.opened_root(snapshot.root) as root:
                reader = JudgingReader(root, snapshot, judge)
                pairs = reader.judged(wanted, time.time_ns(), every=True)
            states = {session.key: verdict.state for session, verdict in pairs}
            made.append(
                SelectedSessions(
                    snapshot.root,
                    [session for session, _ in pairs],
                    states,
                    reader.judge,
                    snapshot.root in otherwise,
                )
            )
    return made


def _is_other(session: Session, name: str) -> bool:
    """Whether a session goes by another name than the user gave: it is the latest, or was a run."""
    names = (session.key, session.id, decoded(session.key), decoded(session.id))
    return not any(one.startswith(name.rstrip("/")) for one in names)
