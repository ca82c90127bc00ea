"""What a session is about, read from its files without judging it."""

from collections.abc import Callable, Iterable
from contextlib import suppress

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.workflows.file_roles import OwnFiles, Role, role
from exito_tui.store.fs import safefs
from exito_tui.store.read.claims import read_claims
from exito_tui.store.read.scan import read_session

_TELLING: tuple[Role, ...] = ("metadata", "plan", "context", "account")


def telling_files(session: Session, own: OwnFiles = ()) -> tuple[Artefact, ...]:
    """The files of a session that may say what it is about; `own` is what its workflow says about
    its files."""
    return tuple(one for one in session.artefacts or () if role(one.name, own) in _TELLING)


def read_title(root: int, session: Session, layouts: Layouts = (), own: OwnFiles = ()) -> str:
    """The title of a session whose files need not be known yet; `root` is the root's descriptor,
    `own` what its workflow says about its files. What cannot be read says nothing, so that the name
    or the id is the title."""
    full = session if session.artefacts else read_session(root, session)
    claims = read_claims(root, full._replace(artefacts=telling_files(full, own)), own=own)
    return title_of(full._replace(claims=claims), layouts).text


def read_titles(
    root: str,
    sessions: Iterable[Session],
    layouts: Layouts = (),
    own_files: Callable[[Session], OwnFiles] = lambda _: (),
) -> dict[str, str]:
    """The titles of some sessions of a root, by key. Nothing is raised: those of a root that cannot
    be opened are missing."""
    titles: dict[str, str] = {}
    with suppress(OSError), safefs.opened_root(root) as descriptor:
        for one in sessions:
            titles[one.key] = read_title(descriptor, one, layouts, own_files(one))
    return titles
