"""The doctor's findings in a root, the gravest first, and the moves that fix them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.doctor.finding import COUNTED, WEIGHTS, Finding
from exito_tui.domain.text import as_sentence
from exito_tui.render.findings import first_moves_in_words, place_in_words
from exito_tui.render.wrapping import headed, wrapped
from exito_tui.ui.dialogs.base import titled
from exito_tui.ui.dialogs.find_in_list import ListDialog
from exito_tui.ui.dialogs.hints import CLOSE, Hint

_MOST_MOVES = 3


class DoctorRequest(NamedTuple):
    """The findings that the user chose: to be fixed, or one to be looked at."""

    findings: tuple[Finding, ...]
    fix: bool = False


class DoctorScreen(ListDialog[DoctorRequest | None]):
    """Gives back what the user chose, or None. The findings come in the order of their weights."""

    AROUND = 9
    BINDINGS = [
        ("escape,q,x", "close", "Close"),
        ("m", "fix", "Fix"),
        ("M", "fix_all", "Fix all"),
    ]

    def __init__(
        self, findings: Sequence[Finding], *, read_only: bool, hooks: str = "", where: str = ""
    ) -> None:
        """`hooks` is what our hooks did here, in a sentence; `where` what the root is called where
        there are several."""
        super().__init__()
        self._where = where
        self._hooks = hooks
        self._findings = findings
        self._read_only = read_only

    def compose(self) -> ComposeResult:
        weights = Counter(finding.weight for finding in self._findings)
        counts = [f"{weights[one]} {COUNTED[one]}" for one in WEIGHTS if weights[one]]
        with Vertical(classes="dialog"):
            found = " · ".join(counts) or "nothing is wrong"
            yield self.title_bar(f"{titled('Doctor', self._where)}: {found}")
            if self._hooks:
                yield Static(self._hooks, markup=False)
            yield OptionList()
            yield self.foot()

    def options(self, width: int) -> Iterator[Option]:
        numbered = enumerate(self._findings)
        for weight, group in groupby(numbered, key=lambda pair: pair[1].weight):
            yield Option(Text(COUNTED[weight].upper(), "bold"), disabled=True)
            yield from (Option(_lines(finding, width), id=f"{number}") for number, finding in group)

    def hints(self) -> Sequence[Hint]:
        movable = sum(bool(finding.moves) for finding in self._findings)
        found = []
        if movable and not self._read_only:
            found = [Hint("m", "fix this", "fix"), Hint("M", f"fix all {movable}", "fix_all")]
        if self._findings:
            found += [Hint("enter", "open", "select"), Hint("/", "search", "find")]
        return *found, CLOSE

    def _chosen(self) -> Finding | None:
        listed = self.query_one(OptionList)
        at = listed.highlighted
        number = listed.options[at].id if at is not None else None
        return self._findings[int(number)] if number is not None else None

    def action_fix(self) -> None:
        if not (finding := self._chosen()):
            return
        if finding.moves and not self._read_only:
            self.dismiss(DoctorRequest((finding,), fix=True))
        else:
            self.notify("No move would fix this one; its remedy says what would.", markup=False)

    def action_fix_all(self) -> None:
        movable = tuple(finding for finding in self._findings if finding.moves)
        if movable and not self._read_only:
            self.dismiss(DoctorRequest(movable, fix=True))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if finding := self._chosen():
            self.dismiss(DoctorRequest((finding,)))


def _lines(finding: Finding, width: int) -> Text:
    """A finding in lines of a width: in plain words what and where it is, then why, and what helps;
    the code last."""
    head, end = headed(finding.title, place_in_words(finding), width, "  ", "    ")
    text = Text(head, "not bold")
    text.stylize("bold", 0, end)

    def add(words: str, style: str = "not bold") -> None:
        text.append("".join(f"\n{one}" for one in wrapped(words, width, "    ", "      ")), style)

    add(as_sentence(finding.fact))
    add(finding.cause, "not bold dim")
    add(finding.remedy)
    for move in first_moves_in_words(finding, _MOST_MOVES):
        add(move)
    add(finding.code, "not bold dim italic")
    return text.append("\n")
