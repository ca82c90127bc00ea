"""`exito-tui trash` and `log`: what is in the trash, and all that was done."""

import argparse
import json
import shlex
from typing import Any

from exito_tui.cli.output import Failure, complain, on_terminal, separated, table, write
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.domain.cleanup.operation import TRASH, Deed, Entry, payload
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc, local_time, short_size
from exito_tui.store.fs.errors import words
from exito_tui.store.trash.contents import deeds_of, entries_of, is_interrupted, strangers_in

_MOST_STRANGERS = 5


def run(options: argparse.Namespace) -> int:
    """List the entries or the deeds of all roots."""
    roots = existing_roots(options)
    listing = _log if options.log else _trash
    made = []
    for root in roots:
        try:
            known: tuple[list[Entry], list[Deed]] = entries_of(root)[::-1], deeds_of(root)[::-1]
        except OSError as error:
            raise Failure(f"the trash of {root} cannot be read: {words(error)}") from None
        made.append(listing(root, *known, as_json=options.json))
        for name in strangers_in(root)[:_MOST_STRANGERS]:
            place = shlex.quote(decoded(f"{root}/{TRASH}/{name}"))
            complain(f"{TRASH}/{decoded(name)} was not made by exito-tui; look at it, then remove it: rm {place}")
        if is_interrupted(root):
            complain(f"something was interrupted in {root}; the next command that changes anything puts it right")
    if options.json:
        write(json.dumps({"schema": 1, **(made[0] if len(made) == 1 else {"roots": made})}) + "\n")
    return 0


def _trash(root: str, entries: list[Entry], _: list[Deed], *, as_json: bool) -> dict[str, Any]:
    if as_json:
        return {"root": decoded(root), "entries": [entry_object(entry) for entry in entries]}
    if not on_terminal():
        for entry in entries:
            write(separated((entry.id, iso_utc(entry.at_ns), entry.action, str(entry.unit.size), _what(entry))))
        return {}
    if entries:
        rows = [
            (entry.id, local_time(entry.at_ns)[:16], entry.action, short_size(entry.unit.size), _what(entry))
            for entry in entries
        ]
        write(table(("ID", "SINCE", "BY", "SIZE", "WHAT"), rows, frozenset({3}), drop=(2, 1, 3)))
    size = short_size(sum(entry.unit.size for entry in entries))
    complain(f"{len(entries)} in the trash, {size}; `exito-tui purge` frees it" if entries else "the trash is empty")
    return {}


def _what(entry: Entry) -> str:
    return decoded(entry.unit.what) + (f" ({entry.problem})" if entry.problem else "")


def entry_object(entry: Entry) -> dict[str, Any]:
    """An entry of the trash as a JSON object."""
    return {
        "id": entry.id,
        "what": decoded(entry.unit.what),
        "action": entry.action,
        "at": iso_utc(entry.at_ns),
        "files": entry.unit.files,
        "size_bytes": entry.unit.size,
        "paths": [decoded(part.source) for part in entry.unit.parts],
        "payload": payload(entry.id),
        "archive": decoded(entry.unit.archive) or None,
        "problem": entry.problem or None,
    }


def _log(root: str, _: list[Entry], deeds: list[Deed], *, as_json: bool) -> dict[str, Any]:
    if as_json:
        return {"root": decoded(root), "deeds": [_deed_object(deed) for deed in deeds]}
    rows = [
        (local_time(deed.at_ns), deed.action, decoded(unit.what), short_size(unit.size), unit.entry, _remark(deed))
        for deed in deeds
        for unit in deed.units
    ]
    if not on_terminal():
        for deed in deeds:
            for unit in deed.units:
                write(separated((
                    deed.id, iso_utc(deed.at_ns), deed.action, decoded(unit.what), str(unit.size), unit.entry,
                    deed.undoes,
                )))  # fmt: skip
    elif rows:
        write(table(("WHEN", "DID", "TO", "SIZE", "ENTRY", ""), rows, frozenset({3}), cut=5, drop=(5, 3, 4)))
    else:
        complain("nothing was done here yet")
    return {}


def _remark(deed: Deed) -> str:
    return "after an interruption" if deed.recovered else f"of {deed.undoes}" if deed.undoes else ""


def _deed_object(deed: Deed) -> dict[str, Any]:
    return {
        "id": deed.id,
        "action": deed.action,
        "at": iso_utc(deed.at_ns),
        "undoes": deed.undoes or None,
        "recovered": deed.recovered,
        "units": [
            {
                "what": decoded(unit.what), "entry": unit.entry or None, "files": unit.files, "size_bytes": unit.size,
                "archive": decoded(unit.archive) or None,
                "moves": [{"from": decoded(part.source), "to": decoded(part.target)} for part in unit.parts],
            }
            for unit in deed.units
        ],
    }  # fmt: skip
