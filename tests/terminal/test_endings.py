"""All ways out: the terminal is as it was before, and nothing is left behind."""

import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from tests.programs import COMMAND, Program
from tests.support import PATIENCE, Root, wait_until
from tests.terminal.pty import Terminal

SESSION = "patch/patch_20251106_153045"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def session(root: Root) -> Root:
    """One session with a file."""
    root.write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n", at=1_762_443_100)
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for temporary files."""
    made = tmp_path / "tmp"
    made.mkdir()
    return made


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


DIALOGS = [("?", "In the list"), ("P", "keep last"), (":", "Search for")]


@pytest.mark.parametrize(
    "number, keys, shown",
    [
        *((number, "", "live") for number in SIGNALS),
        *((signal.SIGTERM, *dialog) for dialog in DIALOGS),
    ],
)
def test_a_signal_ends_the_app_and_the_terminal_is_as_it_was(
    session: Root, number: int, keys: str, shown: str
) -> None:
    with Terminal("--root", str(session)) as terminal:
        terminal.shows("live")
        terminal.press(keys)
        terminal.shows(shown)
        assert not terminal.as_before
        os.kill(terminal.pid, number)
        assert terminal.exit_code() == 128 + number
        assert terminal.as_before
    assert terminal.raw.count(b"\x1b[?1049h") == terminal.raw.count(b"\x1b[?1049l") == 1
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize(
    "number, welcome",
    [
        (signal.SIGTERM, False),
        (signal.SIGTERM, True),
        (signal.SIGHUP, True),
        (signal.SIGINT, False),
    ],
)
def test_a_signal_ends_the_demo_and_its_folder_goes(
    tmp_path: Path, folder: Path, number: int, welcome: bool
) -> None:
    arguments = ["--root", str(tmp_path / "nowhere")] if welcome else ["demo", "--speed", "20"]
    with Terminal(*arguments, environment={"TMPDIR": str(folder)}) as terminal:
        if welcome:
            terminal.shows("for a demo")
            terminal.shows("live")
            terminal.press("D")
        terminal.shows("running")
        assert len(list(folder.iterdir())) == 1
        os.kill(terminal.pid, number)
        assert terminal.exit_code() == 128 + number
        assert terminal.as_before
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_an_editor_is_open_ends_both(
    session: Root, tmp_path: Path, number: int
) -> None:
    editor = script(
        tmp_path / "editor", f"stty raw -echo; echo $$ > {tmp_path}/pid; exec sleep 1000"
    )
    with Terminal("--root", str(session), environment={"EDITOR": editor}) as terminal:
        terminal.shows("live")
        terminal.press("o")
        terminal.reads_until(
            lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith("\n"),
            "the editor",
        )
        os.kill(terminal.pid, number)
        assert terminal.exit_code() == 128 + number
        assert terminal.as_before
    assert (
        terminal.raw.count(b"\x1b[?1049h") == terminal.raw.count(b"\x1b[?1049l") == 2
    )  # the app left just once
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_an_editor_that_ignores_the_signal_does_not_hold_the_terminal(
    session: Root, tmp_path: Path, folder: Path
) -> None:
    text = f"trap '' TERM; stty raw -echo; echo $$ > {tmp_path}/pid; while :; do sleep 0.05; done"
    environment = {"EDITOR": script(tmp_path / "editor", text), "TMPDIR": str(folder)}
    with Terminal("demo", environment=environment) as terminal:
        terminal.shows("live")
        terminal.press("o")
        terminal.reads_until(
            lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith("\n"),
            "the editor",
        )
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
        assert terminal.as_before
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["demo"]])
def test_a_terminal_that_goes_away_ends_the_app(
    session: Root, folder: Path, arguments: list[str]
) -> None:
    environment = {"TMPDIR": str(folder), "EXITO_TUI_ROOT": str(session)}
    with Terminal(*arguments, environment=environment) as terminal:
        terminal.shows("live")
        terminal.hang_up()
        assert terminal.exit_code() == 128 + signal.SIGHUP
    assert list(folder.iterdir()) == []


def test_a_terminal_that_goes_away_under_nohup_ends_the_app_as_well(
    session: Root, folder: Path
) -> None:
    nohup = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *COMMAND]
    with Terminal("demo", command=nohup, environment={"TMPDIR": str(folder)}) as terminal:
        terminal.shows("live")
        terminal.hang_up()
        assert terminal.exit_code() == 128 + signal.SIGHUP
    assert list(folder.iterdir()) == []


BROKEN = """
import sys
from exito_tui import cli
from exito_tui.ui.browser.screen import BrowserScreen

def breaks(self):
    raise {error}

BrowserScreen.action_sort = breaks
sys.exit(cli.run(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "error, code",
    [("ValueError('broken')", 1), ("KeyboardInterrupt", -signal.SIGINT), ("SystemExit(7)", 7)],
)
def test_an_error_of_the_program_leaves_the_terminal_as_it_was(
    tmp_path: Path, folder: Path, error: str, code: int
) -> None:
    program = tmp_path / "broken.py"
    program.write_text(BROKEN.format(error=error))
    command = [sys.executable, str(program)]
    with Terminal("demo", command=command, environment={"TMPDIR": str(folder)}) as terminal:
        terminal.shows("live")
        terminal.press("s")
        assert terminal.exit_code() == code
        assert terminal.as_before
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("command", ["watch", "wait", "headless"])
def test_commands_that_go_on_end_in_their_own_way(
    session: Root, tmp_path: Path, command: str, number: int
) -> None:
    arguments = {
        "watch": ["watch", "--root", str(session)],
        "wait": ["wait", "latest", "--for", "completed", "--root", str(session)],
        "headless": ["demo", "--headless", str(tmp_path / "fleet"), "--speed", "1"],
    }[command]
    # What a process has answered to a signal that it is ready for: asked of the system, not guessed
    # from the time.
    with Program(*arguments) as process:
        wait_until(lambda: answers(process.pid, signal.SIGTERM), "the answer to signals")
        process.send_signal(number)
        _, said = process.communicate(PATIENCE)
    assert process.returncode == 128 + number
    assert b"Traceback" not in said


def answers(pid: int, number: int) -> bool:
    """Whether a process has a handler of its own for a signal."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught & 1 << (number - 1))


def test_a_demo_that_does_not_come_to_the_app_leaves_nothing_either(
    tmp_path: Path, folder: Path
) -> None:
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "exito-tui" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('theme = "no-such-theme"\n')
    with Terminal("demo", environment={"TMPDIR": str(folder)}) as terminal:
        assert terminal.exit_code() == 2
    assert "unknown theme" in terminal.text
    assert list(folder.iterdir()) == []
