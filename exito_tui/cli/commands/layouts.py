"""`exito-tui layouts`: which names are known, and how a name is read."""

from exito_tui.cli.json.schema import document, layout_object, reading_object
from exito_tui.cli.options import Options
from exito_tui.cli.output import on_terminal, paragraph, separated, table, write
from exito_tui.cli.shared.roots import wanted_roots
from exito_tui.cli.shared.settings import settings_for
from exito_tui.domain.root_paths import TRASH
from exito_tui.domain.sessions.foreign_files import is_noise
from exito_tui.domain.sessions.layouts import (
    SHELVES,
    WHERE,
    Layouts,
    Outcome,
    Reading,
    Where,
    builtin_layouts,
    own_suffix,
    readings,
)
from exito_tui.domain.sessions.names import (
    PINS,
    PLUGIN,
    POINTER,
    PULL_REQUESTS,
    flat_file,
    folder_in_root,
    is_registry,
)
from exito_tui.domain.sessions.stamps import DAY, MINUTE, started_seconds
from exito_tui.domain.text import one_line
from exito_tui.domain.units import SECOND_NS, local_time
from exito_tui.store.read.root_names import shelf_of
from exito_tui.store.trash.archive_file import OWN_FOLDER

_PRECISIONS = {DAY: "day", MINUTE: "minute"}


def run(options: Options) -> int:
    """List the layouts in force, or say how names are read (exit code 1 when one is read by
    none)."""
    config = settings_for(wanted_roots(options).roots[0])
    layouts = config.layouts_in_force or builtin_layouts()
    if not options.names:
        _list(layouts, as_json=options.json)
        return 0
    read = {name: _readings(name, layouts) for name in options.names}
    others = {
        name: words
        for name in options.names
        if (words := _otherwise_known(name) or (not read[name] and _without_time(name, layouts)))
    }
    if options.json:
        objects = [
            reading_object(name, where, reading, precision_of(reading), _outcome(name, reading))
            for name, found in read.items()
            for where, reading in found
        ]
        unread = [one_line(name) for name in read if not read[name] and name not in others]
        known = {one_line(name): words for name, words in others.items()}
        write(document({"readings": objects, "unread": unread, "others": known}))
    else:
        for name, found in read.items():
            _explain(name, found, others.get(name, ""))
    return 0 if all(found or name in others for name, found in read.items()) else 1


_OWN = {
    POINTER: "names the current session, which is marked and protected",
    PINS: "tells exito-tui which sessions are pinned",
    TRASH: "is exito-tui's trash",
    OWN_FOLDER: "holds exito-tui's archives",
}


def _otherwise_known(path: str) -> str:
    """What a name is that is read by no layout, or that tells no session of its own; empty for any
    other."""
    folder, _, name = path.rstrip("/").rpartition("/")
    if not folder and name in _OWN:
        return _OWN[name]
    if not folder and is_registry(name):
        return "is a process file of Claude Code, which is left alone"
    if is_noise(name):
        return "is what an editor, a system or a sync tool leaves; it counts for nothing"
    command = folder.rpartition("/")[2] or PULL_REQUESTS
    if found := flat_file(command, name):
        return f"is a file of the session {one_line(f'{command}/{found[0]}')}"
    return ""


def _without_time(path: str, layouts: Layouts) -> str:
    """What a path is that no layout reads, but whose place makes it a session; else empty."""
    folder, _, name = path.rstrip("/").rpartition("/")
    if shelf := shelf_of(path, layouts):
        outcome = SHELVES[shelf.lower()]
        says = f", which says that it is {outcome}" if outcome else ""
        return f"is a session without a time, on the shelf {one_line(shelf)}/{says}"
    holds_other = folder.startswith(".") or folder == PLUGIN or folder_in_root(folder, layouts)
    if not folder or "/" in folder or holds_other or name.startswith(".") or own_suffix(name):
        return ""
    if folder.lower() in SHELVES or name.lower() in SHELVES:
        return ""  # a shelf, or a year on one
    return "is a session with its own name and no time, if it is a folder"


def precision_of(reading: Reading) -> str:
    """How exactly a name tells its start: second, minute or day; empty when it tells none."""
    return _PRECISIONS.get(len(reading.stamp), "second") if reading.stamp else ""


def _list(layouts: Layouts, *, as_json: bool) -> None:
    if as_json:
        shelves = {name: outcome or None for name, outcome in SHELVES.items()}
        objects = [layout_object(layout) for layout in layouts]
        write(document({"layouts": objects, "shelves": shelves}))
        return
    rows = [
        (one.name, ", ".join(one.where), one_line(one.pattern), one.source or "built in")
        for one in layouts
    ]
    if on_terminal():
        write(table(("LAYOUT", "WHERE", "PATTERN", "FROM"), rows, frozenset(), drop=(3, 1)))
        write("\n" + paragraph(f"Shelves: {', '.join(SHELVES)}."))
        return
    for row in rows:
        write(separated(row))


def _readings(path: str, layouts: Layouts) -> list[tuple[Where, Reading]]:
    """How a name is read in each place where some layout fits it; of a path, in the place that its
    folder is."""
    folder, _, name = path.rstrip("/").rpartition("/")
    places = WHERE
    if folder:
        places = ("shelf",) if _shelf(path) else ("command", "flat")
    found: list[tuple[Where, Reading]] = []
    for where in places:
        stem = name.removesuffix(own_suffix(name)) if where in ("root-file", "shelf") else name
        first = next(readings(stem, where, layouts), None)
        if first and where == "flat":  # what follows is the file's name, not the session's
            parts = {part: text for part, text in first.parts.items() if part != "slug"}
            first = first._replace(parts=parts)
        if first:
            found.append((where, first))
    return found


def _shelf(path: str) -> str:
    """The shelf that a path lies on, or an empty text."""
    folders = path.rstrip("/").split("/")[:-1]
    return next((one for one in reversed(folders) if one.lower() in SHELVES), "")


def _outcome(path: str, reading: Reading) -> Outcome:
    """What a session's shelf, else its name, says of how it ended."""
    return SHELVES.get(_shelf(path).lower(), reading.outcome)


def _explain(name: str, found: list[tuple[Where, Reading]], otherwise: str) -> None:
    if otherwise:
        write(paragraph(f"{name} {otherwise}"))
    elif found:
        write(paragraph(name))
    else:
        write(
            paragraph(
                f"{name}: no layout fits; a folder is a session without a time, a file a note"
            )
        )
    for (layout, title), pairs in _grouped(found).items():
        reading = pairs[0][1]
        places = ", ".join(where for where, _ in pairs)
        write(paragraph(f"{layout} ({places}): {reading.layout.pattern}", 2))
        seconds = started_seconds(reading.stamp)
        if seconds is not None:
            day = local_time(seconds * SECOND_NS)
            start = day[: {DAY: 10, MINUTE: 16}.get(len(reading.stamp), 19)]
            zone = "UTC" if reading.zone == "utc" else "local time"
            write(paragraph(f"start: {start}, to the {precision_of(reading)}, from {zone}", 4))
        if title:
            write(paragraph(f"title: {title}", 4))
        if outcome := _outcome(name, reading):
            by = f", since it lies in {_shelf(name)}/" if _shelf(name) else ""
            write(paragraph(f"state: {outcome}{by}", 4))


def _grouped(
    found: list[tuple[Where, Reading]],
) -> dict[tuple[str, str], list[tuple[Where, Reading]]]:
    """The readings that say the same, together."""
    grouped: dict[tuple[str, str], list[tuple[Where, Reading]]] = {}
    for where, reading in found:
        grouped.setdefault((reading.layout.name, reading.title), []).append((where, reading))
    return grouped
