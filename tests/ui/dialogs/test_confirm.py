"""The rows of a question, at every width."""

from io import StringIO

import pytest
from rich.console import Console

from exito_tui.ui.dialogs.confirm import Question, _rows

WHY = (
    "validator came back without it (it wrote /tmp/somewhere/.claude/sessions/"
    "validator_20261126_190301/test_report.md), and its records hold no report"
)
NOTE = "  The report of the investigator, which was returned as text: 12 lines, beginning so"


def shown(question: Question, width: int) -> str:
    console = Console(file=StringIO(), width=width)
    with console.capture() as capture:
        console.print(_rows(question, width))
    return capture.get()


def words_of(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("width", [*range(34, 75, 3), 105])
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="nothing to do"),
        pytest.param([("a/b", "12.4 kB", "kept for the policy of last month")], id="with sizes"),
        pytest.param([("plan.md", "", ""), (NOTE, "", "")], id="with lines of their own"),
    ],
)
def test_no_reason_is_cut(rows: list[tuple[str, str, str]], width: int) -> None:
    text = shown(Question("Save?", "", rows, [("test_report.md", WHY)], "save"), width)
    assert words_of(WHY) in words_of(text), text
    assert all(words_of(what) in words_of(text) for what, _, _ in rows), text
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
