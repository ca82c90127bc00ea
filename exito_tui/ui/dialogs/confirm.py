"""Asking before something is done: what, how much, why it is safe, and what is left out."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from exito_tui.domain.text import one_line
from exito_tui.ui.dialogs.base import Dialog
from exito_tui.ui.dialogs.hints import Hint

Answer = Literal["yes", "force"]
_MOST_ROWS = 500


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
                yield Static(_rows(question), markup=False)
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        question = self._question
        found = [Hint("y", question.verb, "agree")] if question.rows else []
        found += [Hint("F", question.force, "force")] if question.force else []
        return *found, Hint("esc", "cancel", "close")

    def action_agree(self) -> None:
        if self._question.rows:
            self.dismiss("yes")

    def action_force(self) -> None:
        if self._question.force:
            self.dismiss("force")


def _hanging(line: str) -> Padding:
    """A line that is wrapped below its own beginning; one that begins at the left is a heading."""
    text = line.lstrip(" ")
    margin = len(line) - len(text)
    return Padding(Text(one_line(text), "" if margin else "bold"), (0, 0, 0, margin))


def _rows(question: Question) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    alone = not any(size or remark for _, size, remark in question.rows)
    table.add_column(
        overflow="fold" if alone else "ellipsis", no_wrap=not alone, max_width=None if alone else 48
    )
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for what, size, remark in question.rows[:_MOST_ROWS]:
        line = _hanging(what) if alone else Text(one_line(what))
        table.add_row(line, Text(size), Text(one_line(remark), style="dim"))
    if len(question.rows) > _MOST_ROWS:
        table.add_row(Text(f"and {len(question.rows) - _MOST_ROWS:,} more"), "", "")
    if question.left:
        if question.rows:
            table.add_row("", "", "")
        table.add_row(Text("Left out", style="bold"), "", "")
        for what, why in question.left[:_MOST_ROWS]:
            table.add_row(Text(one_line(what)), "", Text(one_line(why), style="bold"))
        if len(question.left) > _MOST_ROWS:
            table.add_row(Text(f"and {len(question.left) - _MOST_ROWS:,} more"), "", "")
    return table
