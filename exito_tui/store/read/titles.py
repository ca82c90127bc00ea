"""What a session is about, read from its files without judging it."""

from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import title_of
from exito_tui.store.read.claims import read_claims
from exito_tui.store.read.scan import read_session


def read_title(root: int, session: Session, layouts: Layouts = ()) -> str:
    """The title of a session whose files need not be known yet; `root` is the root's descriptor.
    What cannot be read says nothing, so that the name or the id is the title."""
    full = session if session.artefacts else read_session(root, session)
    return title_of(full._replace(claims=read_claims(root, full)), layouts).text
