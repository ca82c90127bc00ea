"""The entries of the trash as people name them."""

from collections.abc import Sequence

from exito_tui.cli.output import EXIT_FAILED, EXIT_USAGE, Failure
from exito_tui.domain.cleanup.operation import Entry
from exito_tui.domain.text import decoded, one_line
from exito_tui.store.fs.errors import describe_error
from exito_tui.store.trash.contents import entries_of


def entry_called(root: str, name: str) -> Entry:
    """The entry of the trash that the user names: by its id, a unique beginning of one or its last
    part, or what it was.

    Raises:
        Failure: none is called that, or several are.
    """
    try:
        entries = entries_of(root)
    except OSError as error:
        raise Failure(f"the trash of {root} cannot be read: {describe_error(error)}") from None
    found = [entry for entry in entries if entry.id == name] or [
        entry
        for entry in entries
        if name in (decoded(entry.item.what), decoded(entry.item.what).rpartition("/")[2])
    ]
    found = found or [
        entry for entry in entries if entry.id.startswith(name) or short_id(entry) == name
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failure(
            f"nothing in the trash is called {name!r}; `exito-tui trash` lists it", EXIT_FAILED
        )
    raise Failure(f"{name!r} may mean any of {len(found)} entries{_listed(found)}", EXIT_USAGE)


def short_id(entry: Entry) -> str:
    """An entry's id without its time, as people see and type it."""
    return entry.id.split("-", 2)[-1]


def _listed(entries: Sequence[Entry]) -> str:
    return "".join(
        f"\n  {entry.id}  {one_line(decoded(entry.item.what))}" for entry in entries[:20]
    )
