"""What is said in words of the document on show, or in its place."""

from collections.abc import Iterator

from exito_tui.domain.documents.document import View
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.units import short_size
from exito_tui.store.read.file_page import Page
from exito_tui.ui.document.view import DocumentView
from exito_tui.ui.drawing.glyphs import Glyphs


def part_shown(name: str, page: Page | None) -> str:
    """What of a file is on show: `All of x.md`, or `The last 256 kB of x.md`."""
    if page and page.start:
        return f"The last {short_size(page.size - page.start)} of {one_line(name)}"
    return f"All of {one_line(name)}"


def remarks(document: DocumentView, page: Page | None, view: View, glyphs: Glyphs) -> str:
    """What stands beside the tabs: how much of the file is on show, how it is read, and where the
    reader is in it."""
    return f" {glyphs.dot} ".join(_remarks(document, page, view, glyphs))


def _remarks(
    document: DocumentView, page: Page | None, view: View, glyphs: Glyphs
) -> Iterator[str]:
    if page and page.start:
        yield f"the last {short_size(page.size - page.start)} of {short_size(page.size)}"
    if page and page.encoding:
        yield page.encoding
    if document.document and document.document.remark:
        yield document.document.remark
    if document.matches.position:
        yield document.matches.position
    if view == "raw":
        yield "raw"
    if document.document is None:
        return
    if document.following:
        yield f"following {glyphs.follows}"
    elif document.paused:
        yield f"{glyphs.paused} paused, end resumes"
    else:
        yield f"{document.progress}%"


def no_document(row: Session | None) -> str:
    """What is said where there is no document."""
    if row is None:
        return "Nothing is selected."
    if row.problem and row.form != "run":
        return f"This folder cannot be read: {row.problem}."
    if row.artefacts is None:
        return "Reading ..."
    return "No files yet. Each shows up here as an agent writes it."
