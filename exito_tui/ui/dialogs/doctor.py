"""The doctor's findings in a root, and the moves that fix them."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.doctor.finding import Finding
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import pluralize
from exito_tui.ui.dialogs.base import Dialog

_MOST_MOVES = 3


class DoctorRequest(NamedTuple):
    """The findings that the user chose: to be fixed, or one to be looked at."""

    findings: tuple[Finding, ...]
    fix: bool = False


class DoctorScreen(Dialog[DoctorRequest | None]):
    """Gives back what the user chose, or None."""

    BINDINGS = [
        ("escape,q,x", "dismiss(None)", "Close"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
        ("m", "fix", "Fix"),
        ("M", "fix_all", "Fix all"),
    ]

    def __init__(self, findings: Sequence[Finding], *, read_only: bool) -> None:
        super().__init__()
        self._findings = findings
        self._read_only = read_only

    def compose(self) -> ComposeResult:
        count = len(self._findings)
        title = f"Doctor: {pluralize(count, 'finding')}" if count else "Doctor: nothing is wrong"
        with Vertical(classes="dialog"):
            yield Static(title, classes="dialog-title", markup=False)
            yield OptionList(*(Option(_lines(one)) for one in self._findings))
            yield Static(self._foot(), classes="dialog-foot", markup=False)

    def _foot(self) -> Text:
        foot = Text()
        movable = sum(bool(finding.moves) for finding in self._findings)
        keys = [("enter", "go there"), ("esc", "close")]
        if movable and not self._read_only:
            keys = [("m", "fix this one"), ("M", f"fix all {movable} that have moves"), *keys]
        for key, word in keys:
            foot.append(key, style="bold")
            foot.append(f" {word}   ")
        return foot

    def action_fix(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None and self._findings[at].moves and not self._read_only:
            self.dismiss(DoctorRequest((self._findings[at],), fix=True))
        elif at is not None:
            self.notify("No move would fix this one; its remedy says what would.", markup=False)

    def action_fix_all(self) -> None:
        movable = tuple(finding for finding in self._findings if finding.moves)
        if movable and not self._read_only:
            self.dismiss(DoctorRequest(movable, fix=True))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(DoctorRequest((self._findings[event.option_index],)))


def _lines(finding: Finding) -> Text:
    text = Text()
    text.append(f"{finding.code}  ", style="bold")
    text.append(one_line(decoded(finding.place)))
    text.append(f"\n    {one_line(finding.fact)}")
    text.append(f"\n    {one_line(finding.cause)}", style="dim")
    text.append(f"\n    {one_line(finding.remedy)}\n")
    for move in finding.moves[:_MOST_MOVES]:
        target = decoded(move.target) or "the trash"
        text.append(
            f"    {move.verb} {one_line(decoded(move.place))} to {one_line(target)}\n", style="bold"
        )
    if len(finding.moves) > _MOST_MOVES:
        text.append(f"    and {len(finding.moves) - _MOST_MOVES} more moves\n", style="bold")
    return text
