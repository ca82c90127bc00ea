"""Signs of the command line on terminals without Unicode: plain ones, as in the app."""

import json
import time

import pytest

from exito_tui.config.settings import Config
from tests.claude.moments import Moment
from tests.claude.records_builder import ClaudeFolder
from tests.cli.commands.support import out
from tests.programs import run
from tests.support import Root
from tests.terminal.pty import Terminal
from tests.ui.driver import browsing

COMMANDS = {
    "ls": ["ls"],
    "ls by need": ["ls", "--by", "need"],
    "status": ["status"],
    "stats": ["stats"],
    "agents": ["agents", "latest:build"],
    "search": ["search", "limits"],
    "prune": ["prune", "--older-than", "1min", "--dry-run"],
    "trash": ["trash"],
    "workflows": ["workflows"],
    "show": ["show", "latest:patch"],
}


@pytest.fixture
def there(now: Moment) -> Root:
    """Sessions in several states, one with agents, and an entry in the trash; long titles."""
    root, hour = now.root, time.time() - 3600
    title = "# Rate limits per API key and per user, told in the answer itself\n"
    now.begins()
    now.talk.launches("investigator", now.place).does("Read", file_path="pay/ledger.py")
    now.lives("busy")
    for at, key in enumerate(("patch/patch_20250101_100000", "craft/craft_20250102_100000")):
        root.write(f"{key}/context.md", f"{title}\n---\n\n- {'rate limits ' * 30}\n", at=hour - at)
    root.write("patch/patch_20250103_100000/context.md", title, at=hour - 1e6)
    out(root, "rm", "patch/patch_20250103_100000")
    return root


def drawn(root: Root, command: list[str], **environment: str) -> str:
    """What a command writes to a terminal of 60 columns."""
    where = [] if command[0] == "workflows" else ["--root", str(root)]
    with Terminal(*command, *where, size=(60, 40), environment=environment) as terminal:
        terminal.exit_code()
        return terminal.raw.decode()


@pytest.mark.parametrize("name", COMMANDS)
def test_signs_are_ascii_where_the_setting_or_the_locale_says_so(there: Root, name: str) -> None:
    unicode = drawn(there, COMMANDS[name], LC_ALL="C.UTF-8")
    assert not unicode.isascii() or name == "trash"
    for environment in ({"LC_ALL": "C.UTF-8", "EXITO_TUI_ASCII": "always"}, {"LC_ALL": "C"}):
        plain = drawn(there, COMMANDS[name], **environment)
        assert plain.isascii() and "\\u" not in plain, plain
        assert len(plain.splitlines()) == len(unicode.splitlines())


def test_the_setting_can_say_that_the_locale_is_wrong(there: Root) -> None:
    assert "◐" in drawn(there, ["ls"], LC_ALL="C.UTF-8", EXITO_TUI_ASCII="never")


def test_control_characters_are_ascii_too_but_not_in_json(root: Root) -> None:
    key = "build/fix\x1b[31m\n"
    root.write(f"{key}/context.md", "# It \x07 is\n", at=time.time() - 3600)
    for command, shown, plain in (
        (["ls"], "It ␇ is", "It ^G is"),
        (["why", "latest"], "fix␛[31m␊", r"fix^[[31m\n"),
    ):
        assert shown in drawn(root, command, LC_ALL="C.UTF-8")
        drawn_plain = drawn(root, command, LC_ALL="C.UTF-8", EXITO_TUI_ASCII="always")
        assert plain in drawn_plain and drawn_plain.isascii()
    titles = [
        json.loads(run("ls", "--json", "--root", str(root), EXITO_TUI_ASCII=wanted).stdout)[
            "sessions"
        ]
        for wanted in ("always", "never")
    ]
    assert titles[0] == titles[1]


async def test_so_it_is_in_the_app(root: Root) -> None:
    root.write("build/fix\x1b[31m/context.md", "# It \x07 is\n")
    async with browsing(root, config=Config(ascii="always")) as browser:
        await browser.shows("It ^G is")
        assert "␛" not in browser.text and "␇" not in browser.text


@pytest.mark.parametrize(("wanted", "shown"), [("always", "It ^G is"), ("never", "It ␇ is")])
def test_the_app_goes_on_drawing_so_when_it_reads_settings_anew(
    root: Root, claude: ClaudeFolder, wanted: str, shown: str
) -> None:
    root.write("build/fix/context.md", "# It \x07 is\n")
    claude.registry()
    environment = {"EXITO_TUI_ASCII": wanted, "LC_ALL": "C.UTF-8"}
    with Terminal("--root", str(root), environment=environment) as terminal:
        terminal.shows(shown)
        terminal.press("q")
        assert terminal.exit_code() == 0
