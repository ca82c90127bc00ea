"""What Claude Code's own records tell, for the commands that give verdicts."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from exito_tui.cli.options import Options
from exito_tui.cli.shared.settings import settings_for
from exito_tui.config.settings import Config
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.units import DAY_NS
from exito_tui.store.fs import safefs
from exito_tui.store.read.roots import project_of
from exito_tui.store.read.scan import read_sessions

if TYPE_CHECKING:
    from exito_tui.claude.joined import JoinedRecords
    from exito_tui.domain.verdicts.judge import Judge

RECENT_NS = 3 * DAY_NS
"""Records of conversations that ended longer ago change no verdict."""


def with_records(
    options: Options,
    snapshots: Sequence[Snapshot],
    judge: "Judge",
    *,
    since_ns: int | None = None,
) -> tuple[list[Snapshot], "Judge"]:
    """The snapshots and a judge that also know what Claude Code's records tell; just what was given
    where `--no-claude` or a setting has it off. Conversations that were last written before
    `since_ns` (None: some days ago) are left out."""
    records = records_source(options, snapshots, judge, since_ns=since_ns)
    if records is None:
        return list(snapshots), judge
    from exito_tui.domain.records.join import Joined, informed

    records.look(snapshots)
    first_ns = (time.time_ns() - RECENT_NS if since_ns is None else since_ns) - DAY_NS
    named = [
        _with_metadata(one, first_ns) if records.tells_of(one.root) else one for one in snapshots
    ]
    if any(one is not before for one, before in zip(named, snapshots, strict=True)):
        records.look(named)
    for root, joined in records.joined.items():
        judge = judge.knowing(root, joined.known)
    return [informed(one, records.joined.get(one.root, Joined())) for one in snapshots], judge


def _with_metadata(snapshot: Snapshot, first_ns: int) -> Snapshot:
    """A snapshot with what the metadata say of those sessions, begun since `first_ns`, of whose
    files nothing was read: only they may name the conversation."""
    due = [
        one
        for one in snapshot.sessions.values()
        if one.claims is None and one.form == "folder" and (one.started_ns or 0) >= first_ns
    ]
    if snapshot.state != "present" or not due:
        return snapshot
    from exito_tui.store.read.claims import with_metadata

    with safefs.opened_root(snapshot.root) as root:
        read = [with_metadata(root, one) for one in read_sessions(root, due)]
    return snapshot._replace(sessions={**snapshot.sessions, **{one.key: one for one in read}})


def records_source(
    options: Options,
    snapshots: Sequence[Snapshot],
    judge: "Judge",
    *,
    since_ns: int | None = None,
    config: str = "",
) -> "JoinedRecords | None":
    """What follows the records of the projects of some roots; None where there is nothing to
    follow, or it is not wanted. `config` is Claude Code's configuration folder, if not the
    user's own."""
    if getattr(options, "no_claude", False):
        return None
    projects = {
        snapshot.root: project
        for snapshot in snapshots
        if (project := project_of(snapshot.root)) and settings_for(snapshot.root).claude
    }
    if not projects:
        return None
    from exito_tui.claude.joined import JoinedRecords

    since_ns = time.time_ns() - RECENT_NS if since_ns is None else since_ns
    return JoinedRecords(projects, judge.folders, since_ns=since_ns, config=config)


def are_records_silent(options: Options, root: str) -> bool:
    """Whether the records have nothing on a root that could change a verdict, by names and times
    alone; also where they are not wanted."""
    project = project_of(root)
    if getattr(options, "no_claude", False) or not project or not settings_for(root).claude:
        return True
    from exito_tui.claude.folders import are_silent, config_folder

    return are_silent(config_folder(), project, time.time_ns() - RECENT_NS)


def silent_from_ns(options: Options, root: str, now_ns: int) -> int | None:
    """The next moment (epoch ns) from which another conversation of a root's project is too old to
    be told of (`join`) or to change a verdict; None where none is left."""
    project = project_of(root)
    if getattr(options, "no_claude", False) or not project or not settings_for(root).claude:
        return None
    from exito_tui.claude.folders import config_folder, paths_of, transcripts

    found = transcripts(config_folder(), paths_of(project))
    ends = (at + length_ns for _, at in found for length_ns in (DAY_NS, RECENT_NS))
    return min((at for at in ends if at > now_ns), default=None)


def with_records_of(
    options: Options,
    snapshot: Snapshot,
    judge: "Judge",
    *,
    since_ns: int | None = None,
) -> tuple[Snapshot, "Judge"]:
    """As `with_records`, of one root."""
    (informed_one,), judge = with_records(options, [snapshot], judge, since_ns=since_ns)
    return informed_one, judge


def is_awaited(options: Options, root: str) -> bool:
    """Whether a root that is not there is about to be: Claude Code runs a workflow that will make
    it."""
    snapshots, _ = with_records(
        options, [Snapshot(root, state="missing")], judge_of(settings_for(root))
    )
    return snapshots[0].state == "present"


def judge_of(config: Config) -> "Judge":
    """A judge with these settings. What judges is a third of all that a command may import, and not
    every command needs it every time."""
    from exito_tui.domain.verdicts.judge import Judge

    return Judge(config.judge_settings)


@contextmanager
def opened_or_awaited(names: Snapshot) -> Iterator[int]:
    """The descriptor of a root; none (-1) of one that is not there yet, of which only Claude Code's
    records tell."""
    if names.sessions and all(session.form == "run" for session in names.sessions.values()):
        yield -1
        return
    with safefs.opened_root(names.root) as folder:
        yield folder
