"""Asking before something is done: what, how much, why it is safe, and what is left out."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from exito_tui.domain.text import one_line
from exito_tui.ui.dialogs.base import Dialog

Answer = Literal["yes", "force"]
_MOST_ROWS = 500


class Question(NamedTuple):
    """What is asked: a title, a sentence on how much and why it is safe, rows of (what, how much,
    remark), what is left out with the reasons, and the word for doing it. `forceable`: it may be
    done all the same, when the user insists."""

    title: str
    about: str
    rows: Sequence[tuple[str, str, str]]
    left: Sequence[tuple[str, str]]
    verb: str
    forceable: bool = False


class ConfirmScreen(Dialog[Answer | None]):
    """Gives back the answer, or None. The key that agrees is none of those that open a question."""

    AROUND = 11
    BINDINGS = [
        ("y", "agree", "Yes"),
        ("F", "force", "Do it all the same"),
        ("escape,n,q", "dismiss(None)", "No"),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        question = self._question
        with Vertical(classes="dialog"):
            yield Static(one_line(question.title), classes="dialog-title", markup=False)
            yield Static(question.about, classes="dialog-about", markup=False)
            with VerticalScroll(classes="dialog-rows"):
                yield Static(_rows(question), markup=False)
            yield Static(self._foot(), classes="dialog-foot", markup=False)

    def _foot(self) -> Text:
        foot = Text()
        if self._question.rows:
            foot.append("y", style="bold")
            foot.append(f" {self._question.verb}   ")
        if self._question.forceable:
            foot.append("F", style="bold")
            foot.append(f" {self._question.verb} all the same   ")
        foot.append("esc", style="bold")
        foot.append(" leaves everything as it is")
        return foot

    def action_agree(self) -> None:
        if self._question.rows:
            self.dismiss("yes")

    def action_force(self) -> None:
        if self._question.forceable:
            self.dismiss("force")


def _rows(question: Question) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    alone = not any(size or remark for _, size, remark in question.rows)
    table.add_column(
        overflow="fold" if alone else "ellipsis", no_wrap=not alone, max_width=None if alone else 48
    )
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for what, size, remark in question.rows[:_MOST_ROWS]:
        table.add_row(Text(one_line(what)), Text(size), Text(one_line(remark), style="dim"))
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
