"""What the command line asks at a terminal before it does something."""

import time

import pytest

from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root
from tests.terminal.pty import Terminal

KEYS = ["build/build_20250101_100000", "build/build_20250102_100000"]


@pytest.fixture
def filled(root: Root) -> Root:
    for key in KEYS:
        root.write(f"{key}/context.md", "# Context: Saved carts\n", at=time.time() - 40 * 86_400)
    return root


def keys(root: Root) -> list[str]:
    made = as_json(run("ls", "--json", "--root", str(root)))
    return sorted(one["key"] for one in made["sessions"])


@pytest.mark.parametrize(
    ("command", "question"),
    [
        (["rm"], f"Move Saved carts ({KEYS[1]}) to the trash? [y/N]"),
        (["archive"], f"Archive Saved carts ({KEYS[1]}) and move it to the trash? [y/N]"),
    ],
)
def test_latest_is_asked_about_before_it_is_moved(
    filled: Root, command: list[str], question: str
) -> None:
    for answer, code, left in (("n", 1, KEYS), ("y", 0, KEYS[:1])):
        with Terminal(*command, "latest", "--root", str(filled)) as terminal:
            terminal.shows(question)
            terminal.press(f"{answer}\n")
            assert terminal.exit_code() == code
        assert keys(filled) == left


@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", 1)])
def test_who_breaks_off_gets_a_line_of_their_own(filled: Root, key: str, code: int) -> None:
    with Terminal("rm", "latest", "--root", str(filled)) as terminal:
        terminal.shows("[y/N]")
        terminal.press(key)
        assert terminal.exit_code() == code
        after = terminal.raw.rpartition(b"[y/N]")[2]
        assert after.removeprefix(b" ").removeprefix(b"^C").startswith(b"\r\n"), after
    assert keys(filled) == KEYS


def test_what_is_named_or_agreed_to_is_not_asked_about(filled: Root) -> None:
    for arguments in (["rm", KEYS[0]], ["rm", "latest", "--yes"]):
        with Terminal(*arguments, "--root", str(filled)) as terminal:
            assert terminal.exit_code() == 0
    assert keys(filled) == []


def test_finalizing_several_shows_them_and_asks(filled: Root) -> None:
    with Terminal("finalize", *KEYS, "--root", str(filled)) as terminal:
        terminal.shows("Write status, end and a summary into 2 sessions? [y/N]")
        terminal.shows(KEYS[0])
        terminal.press("n\n")
        assert terminal.exit_code() == 1
    assert not (filled.path / KEYS[0] / "session_summary.md").exists()
    assert run("finalize", *KEYS, "--root", str(filled)).returncode == 0, "a script is not asked"
    assert (filled.path / KEYS[0] / "session_summary.md").exists()
