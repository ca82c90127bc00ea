"""What is wrong with the folders and files of a root: findings, each with its likely cause and the
moves that repair it.

Causes were read off the plugin: its commands let the model imitate shell lines, agents name folders
twice or not at all, and nothing tidies up. Nothing is changed here: moves are data.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from shlex import quote

from exito_tui.domain.doctor.finding import Finding, Move, Survey
from exito_tui.domain.doctor.placement import Placement
from exito_tui.domain.doctor.root_findings import listed, root_findings
from exito_tui.domain.sessions.artefact import NOT_OPENED
from exito_tui.domain.sessions.clocks import work_times
from exito_tui.domain.sessions.names import PULL_REQUESTS, RESEARCH
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.stamps import stamp_of_epoch
from exito_tui.domain.text import decoded
from exito_tui.domain.units import DAY_NS, SECOND_NS, duration, local_time, stamp_id
from exito_tui.domain.verdicts.claims import Claim
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.workflows.file_roles import role

_VARIABLE = re.compile(
    r"\$|\{.*\}|\A(?:SESSION_ID|SESSION_DIR|COMMAND_NAME|COMMAND|TIMESTAMP|session_id)\Z"
    r"|<.*>\Z|\A%.*%\Z"
)
_SAYS_NOTHING = re.compile(
    r"(?:session|temp|tmp|new|current|test|default|latest|main|run|id|[0-9]{1,3})\Z", re.IGNORECASE
)
"""Ids that name nothing: the next run may well make the same one up."""
_LONGEST_NAME = 80
_EARLY_NS, _LATE_NS = 600 * SECOND_NS, DAY_NS
_WRITTEN_NS = 60 * SECOND_NS
"""What was written so recently may still be being written."""
_PERMISSION = (
    "The model imitates the command's shell lines instead of running them, and left the variable "
    "as it was."
)


def examine(snapshot: Snapshot, survey: Survey, judge: Judge, now_ns: int) -> list[Finding]:
    """Every finding in a root whose files have been read for what they say, in the order of their
    places."""
    found: list[Finding] = []
    placement = Placement(snapshot, judge, now_ns)
    for session in snapshot.sessions.values():
        for check in _checks_for(placement, session):
            found += check(placement, session)
    found += _nested(placement, survey)
    found += _at_risk(placement, survey)
    found += root_findings(snapshot, survey)
    return sorted(found, key=lambda finding: (finding.place, finding.code))


def _checks_for(placement: Placement, session: Session) -> "Sequence[_Check]":
    """What is asked of a session: of one in which there is nothing, no more than that."""
    if session.form == "run":  # it has no folder yet
        return ()
    return (_empty,) if _holds_nothing(placement, session) else _CHECKS


def _holds_nothing(placement: Placement, session: Session) -> bool:
    """Whether no file is there, and none is about to be: it began more than an hour ago."""
    started = session.started_ns
    fresh = started is not None and placement.now_ns - started < DAY_NS // 24
    return not session.artefacts and not session.problem and not fresh


def _misplaced(placement: Placement, session: Session) -> Iterator[Finding]:
    if (
        not session.is_stray
        or session.problem
        or session.command not in placement.commands
        or session.command in (PULL_REQUESTS, RESEARCH)
    ):
        return
    for artefact in session.artefacts or ():
        if role(artefact.name) == "probe":
            continue
        owner = placement.owner(session, artefact, session.command)
        place = f"{session.command}/{artefact.name}"
        moves = placement.move(place, f"{owner.key}/{artefact.name}") if owner else ()
        most = (
            f"It most likely belongs to {decoded(owner.key)}."
            if owner
            else "No session here is without it."
        )
        yield Finding(
            "misplaced-output",
            place,
            f"lies directly in {decoded(session.command)}/, in no session",
            "The session id was empty when the agent was told where to write.",
            f"{most} {'Move it there.' if moves else 'Move it there by hand, or to the trash.'}",
            moves,
        )


def _unexpanded(placement: Placement, session: Session) -> Iterator[Finding]:
    named = session.command if session.is_stray else session.id
    for part in dict.fromkeys((session.command, named)):
        if _VARIABLE.search(part):
            target = _with_time(placement, session)
            yield Finding(
                "unexpanded-variable",
                session.key,
                f"{decoded(part)} is a variable's name, not its value",
                _PERMISSION,
                "Give it an id with its time; the next run would write into the same folder.",
                placement.move(session.key, target),
            )
            return


def _reusable(placement: Placement, session: Session) -> Iterator[Finding]:
    if session.shape != "named" or session.is_stray or session.problem:
        return
    if session.command not in placement.commands or not _SAYS_NOTHING.match(session.id):
        return  # somebody gave it that name
    if _VARIABLE.search(session.id) or _VARIABLE.search(session.command):
        return
    target = _with_time(placement, session)
    yield Finding(
        "reusable-id",
        session.key,
        "its id holds no time, so the next run may write into the same folder",
        "The model made the id up.",
        "Give it an id with its time.",
        placement.move(session.key, target),
    )


def _split(placement: Placement, session: Session) -> Iterator[Finding]:
    if session.shape != "fallback":
        return
    owners = {
        artefact.name: placement.owner(session, artefact) for artefact in session.artefacts or ()
    }
    owner = next((one for one in owners.values() if one), None)
    cause = "The agent was given no directory, and made a folder of its own."
    if owner is None:
        yield Finding(
            "stray-folder",
            session.key,
            f"an agent's own folder ({decoded(session.command)}), outside any command",
            cause,
            "No session was waiting for it: read it, then move it to the trash.",
        )
        return
    moves = tuple(
        move
        for artefact in session.artefacts or ()
        for move in placement.move_beside(
            f"{session.key}/{artefact.name}", f"{owner.key}/{artefact.name}"
        )
    )
    names = listed([decoded(artefact.name) for artefact in session.artefacts or ()])
    yield Finding(
        "split-workflow",
        session.key,
        f"holds {names}, which {decoded(owner.key)} was waiting for",
        cause,
        f"Merge it into {decoded(owner.key)}.",
        moves,
    )


def _wrong_folder(placement: Placement, session: Session) -> Iterator[Finding]:
    prefix = re.match(r"(.+)_\d{8}_\d{6}\Z", session.id)
    if (
        session.shape == "semantic"
        and prefix
        and prefix[1] in placement.commands
        and prefix[1] != session.command
    ):
        yield Finding(
            "wrong-folder",
            session.key,
            f"its id says {prefix[1]}, its folder {decoded(session.command)}",
            "Command and id were put together by the model.",
            f"Move it into {prefix[1]}/.",
            placement.move(session.key, f"{prefix[1]}/{session.id}"),
        )


def _clock(placement: Placement, session: Session) -> Iterator[Finding]:
    started = session.started_ns
    times = work_times(session.artefacts or ())
    if session.is_copy or session.shape == "shelved" or session.command not in placement.commands:
        return
    if session.form == "link":
        return  # what it leads to is not read
    if started is None and re.search(r"_\d{8}_\d{6}\Z", session.id):
        yield Finding(
            "clock-mismatch",
            session.key,
            "its name holds an impossible date or time",
            "The model invented it.",
            "Go by the files' times; nothing has to be moved.",
        )
    if started is None or not times:
        return
    late, early = min(times) - started, started - max(times)
    if late > _LATE_NS or early > _EARLY_NS:
        apart = duration(late if late > 0 else early)
        yield Finding(
            "clock-mismatch", session.key, f"its name says {local_time(started)}, its files begin "
            f"{local_time(min(times))}: {apart} apart",
            "The model invented the time, or the files were copied or checked out later.",
            "Go by the files' times; nothing has to be moved.",
        )  # fmt: skip


def _empty(placement: Placement, session: Session) -> Iterator[Finding]:
    if session.form == "link":
        yield Finding(
            "linked-folder",
            session.key,
            session.problem,
            "Links are not followed: one of a clone may lead anywhere.",
            f"To see what lies there: exito-tui --root {quote(_target_of(placement, session))}",
        )
        return
    if session.problem:
        yield Finding(
            "unreadable-folder",
            session.key,
            session.problem,
            "Its permissions, or those of its folder, keep you out.",
            "Make it readable: chmod u+rx.",
        )
        return
    if _holds_nothing(placement, session):
        yield Finding(
            "empty-session",
            session.key,
            "no file was ever written here",
            "The run ended before its first agent wrote, or wrote elsewhere.",
            "Move it to the trash.",
            (Move(session.key),),
        )


def _files_without_use(placement: Placement, session: Session) -> Iterator[Finding]:
    nothing_in = []
    for artefact in session.artefacts or ():
        place = session.place(artefact.name)
        if role(artefact.name.rpartition("/")[2]) == "probe":
            yield Finding(
                "leftover-probe",
                place,
                "a probe that should have been removed at once",
                "The agent was stopped between writing and removing it.",
                "Move it to the trash.",
                (Move(place),),
            )
        elif not artefact.size and artefact.kind not in NOT_OPENED:
            nothing_in.append(artefact)
    if nothing_in:
        one, *more = nothing_in
        names = listed([decoded(each.name) for each in nothing_in])
        yield Finding(
            "empty-artefact",
            session.key if more else session.place(one.name),
            f"{len(nothing_in)} files are empty: {names}" if more else "the file is empty",
            "The agent was stopped while it wrote, or its write was refused.",
            f"Ask the agent to write {'them' if more else 'it'} again.",
        )


def _metadata(placement: Placement, session: Session) -> Iterator[Finding]:
    for torn in session.claims.of("metadata") if session.claims else ():
        age_ns = placement.now_ns - torn.artefact.modified_ns
        if torn.torn and torn.artefact.size and age_ns > _WRITTEN_NS:
            yield Finding(
                "torn-metadata",
                session.place(torn.artefact.name),
                "is not valid JSON, so its title, state and conversation are unknown",
                "Whoever wrote it was stopped in the middle, or two wrote at once.",
                "Repair it, or remove it and finalize the session: that writes it anew.",
            )
    claim = session.claims.says("metadata", "in_progress") if session.claims else None
    written = session.last_write_ns
    if claim and written and placement.now_ns - written > DAY_NS:
        yield Finding(
            "stale-metadata",
            session.place(claim.artefact.name),
            f"says in_progress, but nothing was written for {duration(placement.now_ns - written)}",
            "The hook that should have ended the session never ran.",
            "Finalize the session.",
            line=claim.line,
        )


def _shared(placement: Placement, session: Session) -> Iterator[Finding]:
    if session.shape in ("fallback", "flat") or session.is_stray:
        return
    named: dict[str, list[Claim]] = {}
    for claim in session.claims.files.values() if session.claims else ():
        other = claim.session
        if other and other != session.id and placement.may_be_session(other):
            named.setdefault(other, []).append(claim)
    for other, (claim, *more) in named.items():
        names = listed([decoded(one.artefact.name) for one in (claim, *more)])
        yield Finding(
            "shared-folder",
            session.key if more else session.place(claim.artefact.name),
            f"the headers of {names} name another session: {other}"
            if more
            else f"its header names another session: {other}",
            "Two runs wrote into one folder, or it was copied from there.",
            f"Compare it with {other}; keep what belongs here.",
            line=0 if more else claim.session_line,
        )


_Check = Callable[[Placement, Session], Iterable[Finding]]
_CHECKS: Sequence[_Check] = (
    _misplaced, _unexpanded, _reusable, _split, _wrong_folder, _clock, _empty, _files_without_use,
    _metadata, _shared,
)  # fmt: skip


def _nested(placement: Placement, survey: Survey) -> Iterator[Finding]:
    if not survey.nested_at:
        return
    moves: list[Move] = []
    for session in survey.nested:
        whole = session.form != "loose"
        if whole and (moved := placement.move(f"{survey.nested_at}/{session.key}", session.key)):
            moves += moved
            continue
        for artefact in session.artefacts or ():
            inner = session.place(artefact.name)
            moves += placement.move_beside(f"{survey.nested_at}/{inner}", inner)
    count = len(survey.nested)
    yield Finding(
        "nested-root", survey.nested_at, f"a sessions folder inside this one, with {count} "
        f"session{'' if count == 1 else 's'}",
        "The agent put .claude/sessions before a path that began with it already.",
        "Unfold it: move its files to where they were meant to be.", tuple(moves),
    )  # fmt: skip


def _at_risk(placement: Placement, survey: Survey) -> Iterator[Finding]:
    for tree in survey.at_risk:
        here = placement.snapshot.sessions
        sessions = sorted(tree.sessions, key=lambda session: session.key)
        alone = [session for session in sessions if session.key not in here]
        other = [
            session.key
            for session in sessions
            if session.key in here and _content(session) != _content(here[session.key])
        ]
        if not alone and not other:
            continue
        count = len(alone) + len(other)
        differing = f" Copy by hand what differs here: {listed(list(map(decoded, other)))}."
        yield Finding(
            "worktree-at-risk",
            f".claude/worktrees/{tree.name}",
            f"{count} session{' lies' if count == 1 else 's lie'} in this work tree alone",
            "git ignores .claude/ here: when its conversation ends, Claude Code finds no "
            "changes and deletes the work tree with all sessions in it.",
            f"Copy {'it' if count == 1 else 'them'} into the project's own sessions folder."
            f"{differing if other else ''}",
            tuple(Move(path, path, tree.root) for session in alone for path in _paths_of(session)),
        )


def _content(session: Session) -> set[tuple[str, int]]:
    return {(artefact.name, artefact.size) for artefact in session.artefacts or ()}


def _paths_of(session: Session) -> list[str]:
    """What a session consists of: its folder, or its files."""
    if session.form == "folder":
        return [session.key]
    return [session.place(artefact.name) for artefact in session.artefacts or ()]


def _target_of(placement: Placement, session: Session) -> str:
    """Where a link leads, from the folder that it lies in."""
    target = next(link.target for link in placement.snapshot.links if link.path == session.key)
    return decoded(os.path.normpath(os.path.join(session.root, session.parent, target)))


def _with_time(placement: Placement, session: Session) -> str:
    """A canonical key for a session whose id tells no time, from its oldest file; empty when there
    is none."""
    times = [artefact.modified_ns for artefact in session.artefacts or ()]
    command = session.command if not _VARIABLE.search(session.command) else ""
    if not times or not command or not session.parent:
        return ""
    named = "" if _VARIABLE.search(session.id) or session.id == command else f"_{session.id}"
    return f"{session.parent}/{command}{named}_{stamp_id(stamp_of_epoch(min(times) // SECOND_NS))}"
