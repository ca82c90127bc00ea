"""The doctor's findings in the roots on show."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.findings import Finding
from exito_tui.domain.text import decoded, one_line


class DoctorScreen(ModalScreen[str | None]):
    """Gives back the place of the finding that the user wants to look at, or None."""

    BINDINGS = [
        ("escape,q,x", "dismiss(None)", "Close"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
    ]

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self._findings = findings

    def compose(self) -> ComposeResult:
        count = len(self._findings)
        title = f"Doctor: {count} finding{'' if count == 1 else 's'}" if count else "Doctor: nothing is wrong"
        with Vertical(classes="dialog"):
            yield Static(title, classes="dialog-title", markup=False)
            yield OptionList(*(Option(_lines(one)) for one in self._findings))
            yield Static(
                "Nothing is changed here. enter goes to the session, esc closes.", classes="dialog-foot", markup=False
            )

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._findings[event.option_index].place)


def _lines(finding: Finding) -> Text:
    text = Text()
    text.append(f"{finding.code}  ", style="bold")
    text.append(one_line(decoded(finding.place)))
    text.append(f"\n    {one_line(finding.fact)}")
    text.append(f"\n    {one_line(finding.cause)}", style="dim")
    text.append(f"\n    {one_line(finding.remedy)}\n")
    return text
