"""What a session is about, in a few words."""

import re
from typing import Literal, NamedTuple, get_args

from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.names import meaningful_part
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.verdicts.claims import NOTHING

Source = Literal["metadata", "asked", "heading", "name", "id"]
"""Where a title comes from: `session_metadata.json`, what the user asked for, the heading of its
plan or its context (of its own account, for a session of no workflow), what its name says besides
the command and the time, or nothing but its id."""
SOURCES: tuple[Source, ...] = get_args(Source)


class Title(NamedTuple):
    """A title on one line, made safe for the terminal, and where it comes from."""

    text: str
    source: Source


def title_of(session: Session, layouts: Layouts = ()) -> Title:
    """The title of a session, as far as its files have been read: the first of what its metadata
    says, what the user asked for, the heading of its plan or its context, what its name says (by
    `layouts`; none: the built-in ones), the heading of its own account, and its id."""
    claims = session.claims or NOTHING
    name = meaningful_part(session.command, session.id, layouts)
    named = "" if session.is_stray or name == session.id else _spaced(name)
    account = next((claim.title for claim in claims.of("account") if claim.title), "")
    metadata = next((claim.title for claim in claims.of("metadata") if claim.title), "")
    found: tuple[tuple[str, Source], ...] = (
        (metadata, "metadata"),
        (session.asked, "asked"),
        (claims.title, "heading"),
        (named, "name"),
        (account, "heading"),
        (decoded(session.id or session.command), "id"),
    )
    return next(Title(one_line(text), source) for text, source in found if text)


def _spaced(name: str) -> str:
    """A name in which words are joined by signs, as words."""
    return name if " " in name else re.sub("[-_]+", " ", name).strip()
