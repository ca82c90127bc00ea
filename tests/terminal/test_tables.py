"""Tables on a terminal: titles first, and never wider than the terminal."""

import re
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.claude import moments
from tests.claude.records_builder import ClaudeFolder
from tests.programs import run
from tests.support import Root, write_files
from tests.terminal.pty import Terminal

COMMANDS = (
    ["ls"], ["ls", "--by", "need"], ["stats"], ["trash"], ["log"], ["doctor"], ["doctor", "--fix", "--dry-run"],
    ["prune", "--keep-last", "3", "--dry-run"], ["search", "rate limits"], ["config", "show"], ["config", "check"],
    ["layouts"], ["layouts", f"{'a-long-name-' * 6}20251106_153045", "completed/2025-11-06-1530-of-a-shelf.md"],
    ["why", "think/think_20251106_153045"], ["why", "build/session"], ["why", "think"], ["rm", "build/session"],
    ["finalize", "--dry-run", "build/session"], ["agents"],
)  # fmt: skip
WITHOUT_ROOT = (
    ["workflows"], ["plugin", "status"], ["lint", "PLUGIN"], ["--help"], ["prune", "--help"], ["lint", "--help"],
    ["wait", "--help"],
)  # fmt: skip


@pytest.fixture
def fleet(root: Root) -> Root:
    """The demo's past, with some of it in the trash."""
    now = time.time()
    put(str(root), past(1, now), now)
    run("prune", "--keep-last", "10", "--yes", "--root", str(root))
    return root


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plugin with a command that breaks the contract."""
    files = {
        ".claude-plugin/plugin.json": '{"name": "mine"}',
        "commands/ship.md": "---\ndescription: x\n---\n!SESSION_ID=ship_1\nDirectory: $SESSION_DIR\n",
        "agents/scout.md": "---\nname: scout\ntools: Read\n---\nWrite it to `scouting.md`.\n",
    }
    write_files(tmp_path / "mine", files)
    return tmp_path / "mine"


def said(command: list[str], columns: int) -> list[str]:
    """The lines of stdout and stderr as they come on a terminal, without colours."""
    with Terminal(*command, size=(columns, 40)) as terminal:
        terminal.exit_code()
    text = re.sub(rb"\x1b\[[0-9;]*m", b"", terminal.raw).decode()
    return [line.rstrip("\r") for line in text.split("\n")]


def shown(root: Root, command: list[str], columns: int) -> list[str]:
    """The lines of stdout alone, of a command on a root."""
    lines = said([*command, "--root", str(root)], columns)
    return [line for line in lines if not line.startswith("exito-tui: ")]


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(fleet: Root, command: list[str], columns: int) -> None:
    lines = said([*command, "--root", str(fleet)], columns)
    assert any(lines) and max(map(cell_len, lines)) <= columns


@pytest.mark.parametrize("command", WITHOUT_ROOT, ids=" ".join)
def test_nor_is_one_of_what_needs_no_sessions(plugin: Path, command: list[str]) -> None:
    lines = said([str(plugin) if word == "PLUGIN" else word for word in command], 60)
    assert any(lines) and max(map(cell_len, lines)) <= 60


def test_what_is_folded_goes_on_below_its_own_beginning(root: Root) -> None:
    root.write("craft/craft_20251106_153045/context.md")
    lines = shown(root, ["why", "craft"], 50)
    at = next(at for at, one in enumerate(lines) if one.endswith(" requirements-validator:"))
    assert lines[at + 1].startswith(" " * 11 + "validation-report.md"), lines


@pytest.mark.parametrize(
    "command", [["ls"], ["trash"], ["log"], ["prune", "--keep-last", "3", "--dry-run"]]
)
def test_a_row_says_what_a_session_is_about_and_not_its_id(fleet: Root, command: list[str]) -> None:
    text = "\n".join(shown(fleet, command, 80))
    assert "Invoices that print" in text and "build_20" not in text


@pytest.mark.parametrize("command", [["ls"], ["prune", "--keep-last", "3", "--dry-run"]])
def test_a_phrase_is_said_shorter_and_not_cut(fleet: Root, command: list[str]) -> None:
    rows = [re.split(" {2,}", line) for line in shown(fleet, command, 60)]
    phrases = [row[3] for row in rows if len(row) > 4]
    assert phrases and not [one for one in phrases if one.endswith("…")]


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
