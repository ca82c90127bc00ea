"""What is put on the clipboard: always through the terminal's own sequence for it, as data, so that
nothing of it is obeyed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.screen import Screen

from exito_tui.actions import Command
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.units import pluralize
from exito_tui.ui.browser.fleet import Fleet
from exito_tui.ui.browser.panes import Panes
from exito_tui.ui.browser.selection import Selection

if TYPE_CHECKING:
    from exito_tui.domain.documents.blocks import Block
    from exito_tui.domain.documents.document import Document
    from exito_tui.domain.documents.passages import Passage

_MANY = 100_000
"""Characters of which terminals are known to refuse more."""
_LARGEST_CUT = 200_000
"""Characters of raw Markdown that are cut into sections on the spot."""
_MOST_CODE = 9

PALETTE = tuple(
    Command(f"copy-{what}", (), f"copy('{what}')", f"Copy {name}", words)
    for what, name, words in (
        ("path", "path", "Copy the path of the file or session"),
        ("next", "next step", "Copy what is to be done next"),
        ("section", "section", "Copy the section at the top of the view, or around the match"),
        ("code", "code block", "Copy the first code block in view"),
        ("all", "all of the file", "Copy the text of the file on show"),
    )
)
"""What the palette finds: each thing that can be copied, without the menu."""


@dataclass(frozen=True, slots=True)
class Copyable:
    """Something to be copied: the key that chooses it, what it is, its name in words, a glimpse of
    it, and its text."""

    key: str
    what: str
    name: str
    glimpse: str
    text: str

    @property
    def is_passage(self) -> bool:
        """Whether it is some lines of a file."""
        return self.what in ("section", "code", "all", "selection")


class Copying:
    """Copies what the mouse selected, or else what is chosen from a menu, and says what and how
    much that was."""

    def __init__(
        self, screen: Screen[None], panes: Panes, selection: Selection, fleet: Fleet
    ) -> None:
        self._screen = screen
        self._panes = panes
        self._selection = selection
        self._fleet = fleet

    def copy(self, what: str = "") -> None:
        """Copy what is of a kind; of none in particular: what the mouse selected, else a menu."""
        if not what and self.copy_selection():
            return
        copyables = list(self._copyables())
        if what:
            chosen = next((copyable for copyable in copyables if copyable.what == what), None)
            self._take(chosen, nothing=_NOTHING[what])
        elif not copyables:
            self._take(None, nothing="Nothing is selected that could be copied.")
        else:
            from exito_tui.ui.dialogs.copy import CopyScreen

            rows = [(copyable.key, copyable.name, copyable.glimpse) for copyable in copyables]

            def take(index: int | None) -> None:
                if index is not None:
                    self._take(copyables[index])

            self._screen.app.push_screen(CopyScreen(rows), take)

    def copy_selection(self) -> bool:
        """Copy what the mouse selected in the document; False when that is nothing."""
        pane = self._panes.session
        selection = pane.document.text_selection if pane else None
        found = pane.document.get_selection(selection) if pane and selection else None
        if found is None or not found[0]:
            return False
        self._take(Copyable("", "selection", "Selection", "", found[0]))
        self._screen.clear_selection()
        return True

    def _take(self, copyable: Copyable | None, *, nothing: str = "") -> None:
        if copyable is None:
            self._screen.notify(nothing, markup=False)
            return
        self._screen.app.copy_to_clipboard(copyable.text)
        title = f"{copyable.name} copied"
        words = one_line(copyable.text.strip().partition("\n")[0])
        if copyable.what == "path" and copyable.text != self._panes.path:
            title += ", with signs for what cannot be pasted"
        if copyable.is_passage:
            lines = copyable.text.rstrip("\n").count("\n") + 1
            title += f", {pluralize(lines, 'line')}"
        if len(copyable.text) > _MANY:
            words = f"{words}\nThat is much: some terminals take no more than 100 kB."
        self._screen.notify(words, title=title, markup=False)

    def _copyables(self) -> Iterator[Copyable]:
        """What there is to copy where the user is."""
        if path := self._panes.path:
            # What a shell would obey when it is pasted is not put on the clipboard.
            yield Copyable("p", "path", "Path", one_line(path), one_line(path))
        row = self._selection.row
        if isinstance(row, Session):
            if verdict := self._fleet.verdicts.of(row):
                step = one_line(verdict.next_step)
                yield Copyable("n", "next", "Next step", step, step)
            if not self._panes.is_reading:
                yield Copyable("i", "id", "Id", one_line(row.id), one_line(row.id))
        pane = self._panes.session
        if pane and pane.display and (document := pane.document.document) and pane.has_text:
            if document.kind == "markdown":
                yield from self._passages(document)
            lines = pluralize(document.text.rstrip("\n").count("\n") + 1, "line")
            yield Copyable("a", "all", pane.part_shown, lines, document.text)

    def _passages(self, document: "Document") -> Iterator[Copyable]:
        """The section that is read, and the code in view."""
        from exito_tui.domain.documents.blocks import split_markdown
        from exito_tui.domain.documents.passages import code_between, section_at

        assert self._panes.session
        view = self._panes.session.document
        blocks: tuple[Block, ...] = document.blocks.blocks
        if document.view == "raw":
            if len(document.text) > _LARGEST_CUT:
                return
            blocks = split_markdown(document.text).blocks
        if section := section_at(blocks, document.text, view.reading_line):
            lines = pluralize(section.lines, "line")
            yield Copyable("s", "section", "Section", f"{lines}: {section.name}", section.text)
        found = code_between(blocks, *view.lines_in_view)[:_MOST_CODE]
        found.sort(key=lambda one: one.last < view.reading_line)  # the one that is read first
        for number, code in enumerate(found, 1):
            key = "c" if len(found) == 1 else str(number)
            yield Copyable(key, "code", "Code block", _glimpse(code), code.text)


_NOTHING = {
    "path": "Nothing is selected whose path could be copied.",
    "next": "Choose a session first.",
    "section": "There is no section here: the text has no heading above.",
    "code": "No code block is in view.",
    "all": "There is no text to copy.",
}


def _glimpse(code: "Passage") -> str:
    """`python, 14 lines: def refill`."""
    lines = pluralize(code.lines, "line")
    first = next((line.strip() for line in code.text.split("\n") if line.strip()), "")
    named = f"{code.name}, {lines}" if code.name else lines
    return f"{named}: {one_line(first)}"
