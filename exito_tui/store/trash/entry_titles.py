"""What the sessions in the trash are about, read from their files as those of sessions in place
are."""

from collections.abc import Iterable, Iterator

from exito_tui.domain.cleanup.operation import Action, Entry, payload
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.names import command_of
from exito_tui.domain.sessions.session import NOTES, Session
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.workflows.file_roles import role
from exito_tui.store.fs import safefs
from exito_tui.store.read.claims import read_claims
from exito_tui.store.read.scan import read_session

_TELLING = ("metadata", "plan", "context")
_OF_SESSIONS: tuple[Action, ...] = ("rm", "prune", "archive")
"""The operations whose entries each hold one session."""


def entry_titles(
    root: str, entries: Iterable[Entry], layouts: Layouts = ()
) -> Iterator[tuple[str, str]]:
    """(id, title) of each entry of the trash that holds a session, made safe for the terminal.
    Nothing is raised: what cannot be read has the title that its name tells, or its key."""
    try:
        with safefs.opened_root(root) as descriptor:
            for entry in entries:
                if entry.action in _OF_SESSIONS and not entry.problem:
                    yield entry.id, _title(descriptor, root, entry, layouts)
    except OSError:
        return


def _title(descriptor: int, root: str, entry: Entry, layouts: Layouts) -> str:
    key = entry.item.what
    folder, _, name = key.rpartition("/")
    command = command_of(folder) if folder else NOTES
    lies = Session(root, payload(entry.id), command, name, "named", "")
    found = read_session(descriptor, lies)
    files = found.artefacts or ()
    telling = tuple(one for one in files if role(one.name) in _TELLING) or files[:1]
    found = found._replace(artefacts=telling)
    title = title_of(found._replace(claims=read_claims(descriptor, found)), layouts)
    return one_line(decoded(key)) if title.source == "id" else title.text
