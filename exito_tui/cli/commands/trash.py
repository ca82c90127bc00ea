"""`exito-tui trash` and `log`: what is in the trash, and all that was done."""

import argparse
import shlex

from exito_tui.cli.json.schema import Object, document, entry_object, operation_object
from exito_tui.cli.output import Failure, complain, on_terminal, separated, table, write
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.domain.cleanup.operation import TRASH, Entry, Item, Operation
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc, local_time, short_size
from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import describe_error
from exito_tui.store.trash.contents import (
    entries_of,
    has_foreign_records,
    is_interrupted,
    operations_of,
    strangers_in,
)

_MOST_STRANGERS = 5


def run(options: argparse.Namespace) -> int:
    """List the entries or the operations of all roots."""
    roots = existing_roots(options)
    listing = _log if options.log else _trash
    made = []
    for root in roots:
        try:
            known: tuple[list[Entry], list[Operation]] = (
                entries_of(root)[::-1],
                operations_of(root)[::-1],
            )
        except OSError as error:
            raise Failure(f"the trash of {root} cannot be read: {describe_error(error)}") from None
        made.append(listing(root, *known, as_json=options.json))
        for name in strangers_in(root)[:_MOST_STRANGERS]:
            place = shlex.quote(decoded(f"{root}/{TRASH}/{name}"))
            complain(
                f"{TRASH}/{decoded(name)} was not made by exito-tui; look at it, then remove it: "
                f"rm {place}"
            )
        if has_foreign_records(root):
            complain(
                f"not all that the log of {root} tells of was done by you; undo and restore bring "
                "such sessions back, a purge destroys them, and nothing else is done on its word"
            )
        if is_interrupted(root):
            complain(
                f"something was interrupted in {root}; the next command that changes anything "
                "puts it right"
            )
    if options.json:
        write(document(made))
    return 0


def _trash(root: str, entries: list[Entry], _: list[Operation], *, as_json: bool) -> Object:
    if as_json:
        return {"root": decoded(root), "entries": [entry_object(entry) for entry in entries]}
    if not on_terminal():
        for entry in entries:
            write(
                separated(
                    (
                        entry.id,
                        iso_utc(entry.at_ns),
                        entry.action,
                        str(entry.item.size),
                        _what(entry),
                    )
                )
            )
        return {}
    if entries:
        rows = [
            (
                entry.id,
                local_time(entry.at_ns)[:16],
                entry.action,
                short_size(entry.item.size),
                _what(entry),
            )
            for entry in entries
        ]
        write(table(("ID", "SINCE", "BY", "SIZE", "WHAT"), rows, frozenset({3}), drop=(2, 1, 3)))
    size = short_size(sum(entry.item.size for entry in entries))
    complain(
        f"{len(entries)} in the trash, {size}; `exito-tui purge` frees it"
        if entries
        else "the trash is empty"
    )
    return {}


def _what(entry: Entry) -> str:
    return decoded(entry.item.what) + (f" ({sentence(entry.problem)})" if entry.problem else "")


def _log(root: str, _: list[Entry], operations: list[Operation], *, as_json: bool) -> Object:
    if as_json:
        return {
            "root": decoded(root),
            "deeds": [operation_object(operation) for operation in operations],
        }
    rows = [
        (
            local_time(operation.at_ns),
            operation.action,
            decoded(item.what),
            short_size(item.size),
            item.entry,
            _remark(operation, item),
        )
        for operation in operations
        for item in operation.items
    ]
    if not on_terminal():
        for operation in operations:
            for item in operation.items:
                write(
                    separated(
                        (
                            operation.id,
                            iso_utc(operation.at_ns),
                            operation.action,
                            decoded(item.what),
                            str(item.size),
                            item.entry,
                            operation.undoes,
                        )
                    )
                )
    elif rows:
        write(
            table(
                ("WHEN", "DID", "TO", "SIZE", "ENTRY", ""),
                rows,
                frozenset({3}),
                cut=5,
                drop=(5, 3, 4),
            )
        )
    else:
        complain("nothing was done here yet")
    return {}


def _remark(operation: Operation, item: Item) -> str:
    if operation.recovered:
        return "after an interruption"
    if operation.undoes:
        return f"of {operation.undoes}"
    return f"{item.origin.source} of {item.origin.agent}" if item.origin else ""
