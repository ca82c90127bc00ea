"""`exito-tui trash` and `log`: what is in the trash, and all that was done."""

import shlex
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from exito_tui.cli.json.cleanup import entry_object, operation_object
from exito_tui.cli.json.schema import Object, document
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    COMMAND_WIDTH,
    Failure,
    TableRow,
    complain,
    on_terminal,
    paragraph,
    sections,
    separated,
    shortened,
    write,
)
from exito_tui.cli.shared.change import root_option
from exito_tui.cli.shared.entries import short_id
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.cli.shared.select import judge_for
from exito_tui.cli.shared.settings import layouts_for
from exito_tui.domain.cleanup.operation import Entry, Item, Operation
from exito_tui.domain.root_paths import TRASH
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc, short_age, short_size
from exito_tui.render.reasons import sentence
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import describe_error
from exito_tui.store.read.scan import scan_names
from exito_tui.store.read.titles import read_title
from exito_tui.store.trash.contents import (
    entries_of,
    has_foreign_records,
    is_interrupted,
    operations_of,
    strangers_in,
)
from exito_tui.store.trash.preview import title_in_trash, title_of_gone

_MOST_STRANGERS = 5


def run(options: Options) -> int:
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
        if len(roots) > 1 and on_terminal() and not options.json:
            write(paragraph(decoded(root)))
        made.append(listing(root, *known, options))
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


def _trash(root: str, entries: list[Entry], _: list[Operation], options: Options) -> Object:
    if options.json:
        with _titles(root) as title:
            objects = [{**entry_object(one), "title": title.of_entry(one)} for one in entries]
        return {"root": decoded(root), "entries": objects}
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
    size = short_size(sum(entry.item.size for entry in entries))
    if not entries:
        complain("the trash is empty")
        return {}
    with _titles(root) as title:
        lines = [
            TableRow((
                short_age(time.time_ns() - entry.at_ns) if entry.at_ns else "",
                _command_of(entry.item.what),
                title.of_entry(entry),
                sentence(entry.problem) if entry.problem else entry.action,
                short_size(entry.item.size),
                short_id(entry),
            ))
            for entry in entries
        ]  # fmt: skip
    write(sections([("", lines)], frozenset({0, 4}), cut=(2, 3), drop=(1,)))
    which = root_option(options, root)
    complain(
        f"{len(entries):,} in the trash, {size}; `exito-tui restore ID{which}` brings one back, "
        f"`exito-tui purge{which}` frees all"
    )
    return {}


def _what(entry: Entry) -> str:
    return decoded(entry.item.what) + (f" ({sentence(entry.problem)})" if entry.problem else "")


def _command_of(what: str) -> str:
    return shortened(decoded(what).rpartition("/")[0].partition("/")[0], COMMAND_WIDTH)


def _log(root: str, entries: list[Entry], operations: list[Operation], options: Options) -> Object:
    if options.json:
        return {
            "root": decoded(root),
            "deeds": [operation_object(operation) for operation in operations],
        }
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
        return {}
    if not operations:
        complain("nothing was done here yet")
        return {}
    actions = {operation.id: operation.action for operation in operations}
    kept = {entry.id: entry for entry in entries}
    by_name = {entry.item.what: entry for entry in entries}
    with _titles(root) as title:
        lines = [
            TableRow((
                short_age(time.time_ns() - operation.at_ns),
                _did(operation, actions),
                _command_of(item.what),
                title.of(item.what, kept.get(item.entry) or by_name.get(item.what)),
                _remark(operation, item, actions),
                short_size(item.size) if item.renames else "",
                short_id(kept[item.entry]) if item.entry in kept else "",
            ), _INKS.get(operation.action, ""))
            for operation in operations
            for item in operation.items
        ]  # fmt: skip
    write(sections([("", lines)], frozenset({0, 5}), cut=(3,), drop=(4, 2, 5)))
    return {}


_INKS = {"purge": "31"}
_PINNING = ("pin", "unpin")


def _did(operation: Operation, actions: Mapping[str, str]) -> str:
    """What was done, in a word; of an undo, what it took back."""
    undone = actions.get(operation.undoes, "")
    return f"{operation.action} of {undone}" if undone else operation.action


def _remark(operation: Operation, item: Item, actions: Mapping[str, str]) -> str:
    if operation.undoes and not item.renames and actions.get(operation.undoes) not in _PINNING:
        return "left: written since"
    if operation.recovered:
        return "after an interruption"
    return f"{item.origin.source} of {item.origin.agent}" if item.origin else ""


class _Titles:
    """What sessions are about that are in a root, in its trash, or gone."""

    def __init__(self, root: str, descriptor: int) -> None:
        layouts = layouts_for(root)
        self._root, self._descriptor, self._layouts = root, descriptor, layouts
        self._judge = judge_for([root])
        self._there = scan_names(root, layouts).sessions

    def of_entry(self, entry: Entry) -> str:
        """What an entry of the trash is about."""
        return title_in_trash(self._root, self._descriptor, entry, self._layouts)

    def of(self, what: str, kept: Entry | None) -> str:
        """What something is about that is kept in the trash, is back where it was, or gone."""
        if kept:
            return self.of_entry(kept)
        if session := self._there.get(what):
            own = self._judge.own_files(session)
            return read_title(self._descriptor, session, self._layouts, own)
        return title_of_gone(self._root, what, self._layouts)


@contextmanager
def _titles(root: str) -> Iterator[_Titles]:
    with safefs.opened_root(root) as descriptor:
        yield _Titles(root, descriptor)
