"""Tables on a terminal: titles first, and never wider than the terminal."""

import re
import time

import pytest
from rich.cells import cell_len

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.claude import moments
from tests.claude.records_builder import ClaudeFolder
from tests.programs import run
from tests.support import Root
from tests.terminal.pty import Terminal

COMMANDS = (
    ["ls"], ["ls", "--by", "need"], ["stats"], ["trash"], ["log"], ["doctor"],
    ["prune", "--keep-last", "3", "--dry-run"], ["search", "rate limits"], ["config", "show"], ["layouts"],
)  # fmt: skip


@pytest.fixture
def fleet(root: Root) -> Root:
    """The demo's past, with some of it in the trash."""
    now = time.time()
    put(str(root), past(1, now), now)
    run("prune", "--keep-last", "10", "--yes", "--root", str(root))
    return root


def shown(root: Root, command: list[str], columns: int) -> list[str]:
    """The lines of stdout as they come on a terminal, without colours."""
    with Terminal(*command, "--root", str(root), size=(columns, 40)) as terminal:
        terminal.exit_code()
    text = re.sub(rb"\x1b\[[0-9;]*m", b"", terminal.raw).decode()
    lines = [line.rstrip("\r") for line in text.split("\n")]
    return [line for line in lines if not line.startswith("exito-tui: ")]


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(fleet: Root, command: list[str], columns: int) -> None:
    lines = shown(fleet, command, columns)
    assert any(lines) and max(map(cell_len, lines)) <= columns


@pytest.mark.parametrize(
    "command", [["ls"], ["trash"], ["log"], ["prune", "--keep-last", "3", "--dry-run"]]
)
def test_a_row_says_what_a_session_is_about_and_not_its_id(fleet: Root, command: list[str]) -> None:
    text = "\n".join(shown(fleet, command, 80))
    assert "Invoices that print" in text and "build_20" not in text


def test_prune_says_what_it_is_for_each_command(fleet: Root) -> None:
    lines = [line.split() for line in shown(fleet, ["prune", "--keep-last", "3", "--dry-run"], 80)]
    at = lines.index(["COMMAND", "NOW", "AFTER", "FREES"])
    assert ["build", "10", "3"] in [line[:3] for line in lines[at:]], lines[at:]


def test_the_doctor_begins_with_what_may_lose_work(fleet: Root) -> None:
    text = "\n".join(shown(fleet, ["doctor"], 120))
    assert (
        text.index("MAY LOSE WORK")
        < text.index("A file outside any session: patch/test_report.md  misplaced-output")
        < text.index("ONLY WORTH KNOWING")
    )


def test_who_waits_counts_from_when_it_asked(root: Root, claude: ClaudeFolder) -> None:
    now = moments.Moment(root, claude)
    moments.main_asks_to_make_the_folder(now)
    now.lives("waiting", waitingFor="permission prompt", since=200)
    (line,) = [line for line in shown(root, ["ls"], 120) if "mkdir" in line]
    assert " 3 min " in line and "10 min" not in line, line
