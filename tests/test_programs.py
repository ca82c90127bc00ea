"""The forked program reads, prints and ends as one that a new interpreter starts."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.programs import COMMAND, Program, environment_of, run
from tests.support import Root, wait_until

SESSION = "build/build_20251106_153045"


@pytest.mark.parametrize(
    "arguments",
    [["ls"], ["show", "latest"], ["layouts"], ["config", "show"], ["shwo"], ["--help"], ["rm", "nothing"]],
    ids=" ".join,
)  # fmt: skip
def test_it_does_what_a_new_interpreter_does(root: Root, arguments: list[str]) -> None:
    root.write(f"{SESSION}/plan.md", "# Plän \x1b[31m\n", at=1_762_461_000)
    anew = subprocess.run(
        [*COMMAND, *arguments], cwd=root.project, env=environment_of(EXITO_TUI_SORT="name"),
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    forked = run(*arguments, cwd=root.project, EXITO_TUI_SORT="name")
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        anew.returncode,
        anew.stdout,
        anew.stderr,
    )


def test_it_has_the_folder_the_environment_and_the_input_that_it_is_given(root: Root) -> None:
    root.write(f"{SESSION}/plan.md")
    elsewhere = Path(os.environ["HOME"]) / "config"
    assert str(elsewhere) in run("config", "path", XDG_CONFIG_HOME=str(elsewhere)).stdout.decode()
    assert SESSION in run("ls", cwd=root.project).stdout.decode()
    assert SESSION not in run("ls").stdout.decode()
    state = Path(os.environ["XDG_STATE_HOME"])
    assert not state.exists()
    run("hook", "session-end", given=b"no JSON")
    assert "hook.log" in os.listdir(state / "exito-tui")


def test_a_signal_ends_it_and_its_number_is_the_code(root: Root) -> None:
    with Program("watch", "--root", str(root)) as program:
        assert program.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            program.wait(0)
        program.send_signal(signal.SIGKILL)
        assert program.wait(20) == -signal.SIGKILL
        with pytest.raises(ProcessLookupError):
            os.kill(program.pid, 0)


def test_what_is_not_waited_for_ends_with_the_test(root: Root) -> None:
    with Program("watch", "--root", str(root)) as program:
        os.kill(program.pid, 0)
    wait_until(lambda: not Path(f"/proc/{program.pid}").exists() or program.returncode, "its end")
    assert program.returncode == -signal.SIGKILL


def test_another_command_is_executed_in_its_place(tmp_path: Path) -> None:
    said, words = Program(
        "one", "two", command=["sh", "-c", "pwd; echo $1 >&2"], cwd="/"
    ).communicate(20)
    assert (said, words) == (b"/\n", b"two\n")


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("arguments", "code"), [("hook run", 0), ("layouts", 0), ("show nothing", 1)]
)
def test_a_new_interpreter_ends_with_its_code_whatever_the_shell_closed(
    root: Root, arguments: str, code: int, closed: str
) -> None:
    line = f'exec "$0" "$@" {arguments} {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", line, *COMMAND], cwd=root.project, env=environment_of(),
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
