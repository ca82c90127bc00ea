"""What a session is about, in a few words."""

from typing import Literal, NamedTuple, get_args

from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.names import meaningful_part
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.verdicts.claims import NOTHING, Claims
from exito_tui.domain.workflows.file_roles import Role

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
    if text := _told_in("metadata", claims):
        return Title(one_line(text), "metadata")
    if session.asked:
        return Title(one_line(session.asked), "asked")
    if claims.title:
        return Title(one_line(claims.title), "heading")
    name = "" if session.is_stray else meaningful_part(session.command, session.id, layouts)
    if name != session.id and (text := _spaced(name)):
        return Title(one_line(text), "name")
    if text := _told_in("account", claims):
        return Title(one_line(text), "heading")
    return Title(one_line(decoded(session.id or session.command)), "id")


def _told_in(role: Role, claims: Claims) -> str:
    """What the files of a role call the session; empty: nothing."""
    for claim in claims.files.values():
        if claim.role == role and claim.title:
            return claim.title
    return ""


def _spaced(name: str) -> str:
    """A name in which words are joined by signs, as words."""
    return name if " " in name else _JOINED.sub(" ", name).strip()


_JOINED = regex("[-_]+")
