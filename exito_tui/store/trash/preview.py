"""A look into an entry of the trash: its title, its files, and the beginning of the text that was
written last."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from exito_tui.domain.cleanup.operation import Action, Entry, payload
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.documents.encodings import text_or_none
from exito_tui.domain.sessions.artefact import kind_of
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.names import command_of
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import title_of
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import reason_of
from exito_tui.store.fs.tree import File, look_through
from exito_tui.store.read.titles import read_title

_MOST_FILES = 40
_MOST_TEXT = 2_000
_OF_SESSIONS: tuple[Action, ...] = ("rm", "prune", "archive")
"""The operations whose entries each hold one session."""
_TEXTS = ("markdown", "text", "agent_log", "json")


class Preview(NamedTuple):
    """Some files (paths in the payload), how many more there are, and `text`, the beginning of the
    file `name`."""

    files: tuple[File, ...] = ()
    more: int = 0
    name: str = ""
    text: str = ""
    problem: Reason | None = None


def preview(root: str, entry: Entry) -> Preview:
    """Look into an entry. Nothing is raised: what cannot be read says so."""
    place = payload(entry.id)
    try:
        with safefs.opened_root(root) as descriptor:
            files = look_through(descriptor, place).files
            newest = max(
                (file for file in files if file.size and kind_of(file.path, file.mode) in _TEXTS),
                key=lambda file: file.modified_ns, default=None,
            )  # fmt: skip
            text = ""
            if newest:
                with (
                    suppress(OSError),
                    safefs.opened_file(descriptor, f"{place}/{newest.path}") as (opened, _),
                ):
                    raw = safefs.pread_all(opened, 0, _MOST_TEXT)
                    text = text_or_none(raw) or ""
            name = newest.path if newest and text else ""
            return Preview(files[:_MOST_FILES], max(0, len(files) - _MOST_FILES), name, text)
    except OSError as error:
        return Preview(problem=reason_of(error))


def titles_in_trash(
    root: str, entries: Iterable[Entry], layouts: Layouts = ()
) -> Iterator[tuple[str, str]]:
    """(id, title) of each of some entries that holds a session. Nothing is raised: what cannot be
    read has the title that its name tells."""
    with suppress(OSError), safefs.opened_root(root) as descriptor:
        for entry in entries:
            if entry.action in _OF_SESSIONS and not entry.problem:
                yield entry.id, title_in_trash(root, descriptor, entry, layouts)


def title_in_trash(root: str, descriptor: int, entry: Entry, layouts: Layouts = ()) -> str:
    """What an entry is about, by the files that it keeps, else by what it was called; `descriptor`
    is the root's."""
    return read_title(descriptor, session_in_trash(root, entry), layouts)


def session_in_trash(root: str, entry: Entry) -> Session:
    """An entry as a session that lies where its files are kept; they are not read yet."""
    return _as_session(root, entry.item.what, payload(entry.id))


def title_of_gone(root: str, what: str, layouts: Layouts = ()) -> str:
    """What something was about that is no more, by what it was called."""
    return title_of(_as_session(root, what, what), layouts).text


def _as_session(root: str, what: str, folder: str) -> Session:
    """What was called `what` once, as a session whose files lie in a folder."""
    command, _, own_id = what.rpartition("/")
    return Session(root, folder, command_of(command.partition("/")[0]), own_id, "named", "")
