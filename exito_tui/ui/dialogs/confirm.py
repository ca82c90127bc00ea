"""Asking before something is done: what, how much, why it is safe, and what is left out."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from exito_tui.domain.text import one_line
from exito_tui.render.wrapping import wrapped
from exito_tui.ui.dialogs.base import Dialog
from exito_tui.ui.dialogs.hints import CLOSE, Hint

Answer = Literal["yes", "force"]
_MOST_ROWS = 500
_AROUND_ROWS = 5
"""Cells of a dialog's width that its rows have not: its padding, and the scroll bar."""
_GAP = 2
_NARROW = 60
"""Below so many cells a remark stands under what it is about."""


class Question(NamedTuple):
    """What is asked: a title, a sentence on how much and why it is safe, rows of (what, how much,
    remark), what is left out with the reasons, and the words for doing it, and for doing it though
    a reason speaks against it (empty: that may not be)."""

    title: str
    about: str
    rows: Sequence[tuple[str, str, str]]
    left: Sequence[tuple[str, str]]
    verb: str
    force: str = ""


class ConfirmScreen(Dialog[Answer | None]):
    """Gives back the answer, or None. The key that agrees is none of those that open a question."""

    AROUND = 11
    BINDINGS = [
        ("y", "agree", "Yes"),
        ("F", "force", "Do it anyway"),
        ("escape,n,q", "close", "Cancel"),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        question = self._question
        with Vertical(classes="dialog"):
            yield self.title_bar(question.title)
            yield Static(question.about, classes="dialog-about", markup=False)
            with VerticalScroll(classes="dialog-rows"):
                yield Static(id="confirm-rows", markup=False)
            yield self.foot()

    def fit(self) -> None:
        width = min(self.WIDEST, self.size.width * 96 // 100) - _AROUND_ROWS
        self.query_one("#confirm-rows", Static).update(_rows(self._question, width))
        super().fit()

    def hints(self) -> Sequence[Hint]:
        question = self._question
        found = [Hint("y", question.verb, "agree")] if question.rows else []
        found += [Hint("F", question.force, "force")] if question.force else []
        return *found, Hint("esc", "cancel", "close") if found else CLOSE

    def action_agree(self) -> None:
        if self._question.rows:
            self.dismiss("yes")

    def action_force(self) -> None:
        if self._question.force:
            self.dismiss("force")


def _rows(question: Question, width: int) -> Table:
    """The rows, and what is left out, in so many cells."""
    rows = [*question.rows[:_MOST_ROWS]]
    if len(question.rows) > _MOST_ROWS:
        rows.append((f"and {len(question.rows) - _MOST_ROWS:,} more", "", ""))
    left = [*question.left[:_MOST_ROWS]]
    if len(question.left) > _MOST_ROWS:
        left.append((f"and {len(question.left) - _MOST_ROWS:,} more", ""))
    alone = not any(size or remark for _, size, remark in question.rows)
    narrow = alone or width < _NARROW
    table = Table.grid(padding=(0, _GAP), expand=True)
    table.width = width - 1 if narrow else None  # beside it may be the scroll bar
    room = width - 1 - _GAP - max((cell_len(size) for _, size, _ in rows), default=0)
    table.add_column(
        overflow="ellipsis",
        no_wrap=True,
        max_width=None if narrow else 48,
        ratio=1 if narrow else None,
    )
    table.add_column(justify="right", no_wrap=True)
    if not narrow:
        table.add_column(overflow="fold", ratio=1)

    def add(what: Text, size: str, remark: Text) -> None:
        if not narrow:
            table.add_row(what, Text(size), remark)
            return
        table.add_row(what, Text(size))
        if remark.plain:
            below = wrapped(remark.plain, room, "  ", "  ")
            table.add_row(Text("\n".join(below), remark.style), "")

    for what, size, remark in rows:
        add(
            _hanging(what, room) if alone else Text(one_line(what)),
            size,
            Text(one_line(remark), "dim"),
        )
    if rows and left:
        add(Text(), "", Text())
    if left:
        add(Text("Left out", "bold"), "", Text())
    for what, why in left:
        add(Text(one_line(what)), "", Text(one_line(why), "bold"))
    return table


def _hanging(line: str, width: int) -> Text:
    """A line that is folded below its own beginning; one that begins at the left is a heading."""
    margin = " " * (len(line) - len(line.lstrip(" ")))
    return Text("\n".join(wrapped(line, width, margin, margin)), "" if margin else "bold")
