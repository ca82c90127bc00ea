"""What the bars say: counts, the state of the watching, and the keys that make sense here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from exito_tui.actions import COMMANDS, Command, Pane, first_key, shown_keys
from exito_tui.domain.root_paths import root_title
from exito_tui.domain.sessions.filters import parse_filter
from exito_tui.domain.sessions.list_rows import Arrangement
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import one_line, shorten
from exito_tui.domain.units import pluralize
from exito_tui.domain.verdicts.state import NEEDS_USER, State
from exito_tui.store.live.events import Status
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import home_path
from exito_tui.ui.widgets.bars import Count

_COUNTED: tuple[tuple[State, str, str], ...] = (
    ("waiting", "need you", "warn"),
    ("stuck", "stuck", "alarm"),
    ("failed", "failed", "alarm"),
    ("running", "running", "strong"),
    ("completed", "done", "muted"),
)
_TYPING = (
    Command("keep-query", ("enter",), "end_query(True)", "Keep", "Keep what is typed", hint="keep"),
    Command(
        "clear-query",
        ("escape",),
        "end_query(False)",
        "Clear",
        "Give up what is typed",
        hint="clear",
    ),
)
_OFFERED = ("recover", "go-there")
"""The commands that are only hinted at while a session's state calls for them."""
_FIRST = ("enter", "why", "filter", "next-need", "trash")
"""What the bar of the list begins with: a narrow one has room for little else."""
_OF_SESSION = ("why", "agents", "trash", "mark")
"""The commands that are not hinted at while no session is highlighted."""
_WELCOME_HINTS = ("demo", "help", "quit")


def place(snapshots: Sequence[Snapshot], was_there: bool) -> str:
    """The projects by name, and that the first one is gone if it is."""
    gone = " (gone)" if was_there and snapshots and snapshots[0].state == "missing" else ""
    return ", ".join(one_line(root_title(snapshot.root)) for snapshot in snapshots) + gone


def window_title(snapshots: Sequence[Snapshot], states: Mapping[State, int], glyphs: Glyphs) -> str:
    """How many sessions need the user, and where: `? 3 ! 1 · shop`."""
    signs = [
        f"{getattr(glyphs, state)} {states[state]}"
        for state, _, _ in _COUNTED
        if state in NEEDS_USER and states.get(state)
    ]
    where = place(snapshots, was_there=False)
    return f"{' '.join(signs)} {glyphs.dot} {where}" if signs else where


def counts(
    snapshots: Sequence[Snapshot],
    arrangement: Arrangement,
    states: Mapping[State, int],
    *,
    marked: int,
    follows: bool,
    read_only: bool,
    glyphs: Glyphs,
    shown: int | None = None,
    new: int = 0,
    since: str = "",
    filters: Mapping[str, str] = MappingProxyType({}),
) -> list[Count]:
    """What the title bar counts, the most pressing first; `shown` is how many sessions a
    filter lets through, `new` how many were written since the user looked (`since`, in
    words), `filters` the user's own by name."""
    parts = [Count("read-only", "warn")] if read_only else []
    if marked:
        parts.append(Count(f"{glyphs.marked} {marked} marked", "warn"))
    if follows:
        parts.append(Count(f"at the latest write {glyphs.follows}", "strong"))
    if arrangement.filter:
        every = sum(len(snapshot.sessions) + len(snapshot.notes) for snapshot in snapshots)
        of = f"{shown:,} of {every:,}" if shown is not None else ""
        name = next((name for name, text in filters.items() if text == arrangement.filter), "")
        words = shorten(one_line(name or arrangement.filter), 24, ellipsis=glyphs.ellipsis)
        problem = parse_filter(arrangement.filter).problem
        what = f"{of}: {words}" if of else f"filter: {words}"
        parts.append(Count(what, "warn" if problem else "strong"))
        parts += [Count(problem, "warn", short="wrong filter")] if problem else []
    if arrangement.sort != "started":
        order = "last write" if arrangement.sort == "written" else arrangement.sort
        parts.append(Count("needs you first" if order == "need" else f"by {order}", "muted"))
    for state, word, tone in _COUNTED:
        if number := states.get(state):
            short = f"{getattr(glyphs, state)} {number:,}"
            parts.append(Count(f"{short} {word}", tone, f"state:{state} -is:old", short))
    if new:
        short = f"{glyphs.changed} {new} new"
        parts.append(Count(f"{short} since {since}", "strong", "is:new", short))
    if states or arrangement.filter:
        return parts
    sessions = sum(len(snapshot.sessions) for snapshot in snapshots)
    notes = sum(len(snapshot.notes) for snapshot in snapshots)
    what = pluralize(notes, "note") if notes and not sessions else pluralize(sessions)
    return [*parts, Count(what, "muted")]


def state(snapshots: Sequence[Snapshot], status: Status, *, was_there: bool) -> tuple[str, bool]:
    """How the watching goes, and whether that is a warning."""
    lost = next((snapshot for snapshot in snapshots if snapshot.state != "present"), None)
    if lost and was_there:
        which = "the sessions folder" if len(snapshots) == 1 else home_path(lost.root)
        return f"{'waiting, not there' if lost.state == 'missing' else lost.problem}: {which}", True
    if status.mode == "polling":
        return f"polling: {status.problem}" if status.problem else "polling", bool(status.problem)
    if status.mode == "starting":
        return "starting", False
    if status.unread:
        return f"reading {status.unread:,} more", False
    return "live", False


def hints(
    pane: Pane,
    keys: Mapping[str, str],
    *,
    welcome: bool,
    typing: bool,
    offered: Collection[str] = (),
    on_session: bool = True,
    is_folded: bool = False,
) -> list[tuple[str, Command]]:
    """(shown key, command) pairs for the bottom bar, those that the session's state offers first,
    then those of the pane; `keys` are the rebound ones. `on_session`: a session is highlighted, and
    no heading, which may be `is_folded`. While the user is typing into an input bar, every key is
    the bar's."""
    if typing:
        return [(shown_keys(command.keys[0]), command) for command in _TYPING]
    hinted = [
        command
        for command in COMMANDS
        if command.hint
        and command.pane in (pane, "anywhere")
        and command.hint_in in (pane, "anywhere")
        and (command.id in _WELCOME_HINTS if welcome else command.id != "demo")
        and (command.id in offered or command.id not in _OFFERED)
        and (on_session or command.id not in _OF_SESSION)
    ]
    hinted.sort(
        key=lambda command: (
            command.id not in offered,
            _FIRST.index(command.id) if pane == "list" and command.id in _FIRST else len(_FIRST),
            command.pane == "anywhere" and command.id != "back",
        )
    )
    if not on_session and not welcome:
        fold = "unfold" if is_folded else "fold"
        hinted = [replace(one, hint=fold) if one.id == "enter" else one for one in hinted]
    return [(first_key(command.id, keys), command) for command in hinted]
