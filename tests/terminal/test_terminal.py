"""The program in a real terminal: what goes over the wire, and how it ends."""

import os
import re
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests.programs import COMMAND, environment_of, run
from tests.support import Root
from tests.terminal.pty import Terminal

SESSION = "patch/patch_20251106_153045"
HOSTILE = (
    "\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[2J\x9b31m\u202eevil [/red][@click=app.quit]x[/]"
)


@pytest.fixture
def session(root: Root) -> Root:
    """One session with a plan."""
    root.write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n", at=1_762_443_100)
    root.write(f"{SESSION}/plan.md", "# Plan\n\nwhat is planned\n", at=1_762_443_200)
    return root


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
def test_opening_reading_and_quitting(session: Root, size: tuple[int, int]) -> None:
    with Terminal("--root", str(session), size=size, command=COMMAND) as terminal:
        terminal.shows("▾ patch")
        terminal.shows("live")
        terminal.press("\r")
        terminal.shows("what is planned")
        terminal.press("[")
        terminal.shows("what is known")
        terminal.press("]")
        terminal.shows("what is planned")
        session.append(f"{SESSION}/plan.md", "\n\nfresh from the disk\n")
        terminal.shows("fresh from the disk")
        terminal.press("q")
        assert terminal.exit_code() == 0
    assert b"\x1b[?1049l" in terminal.raw  # the screen that was there before is back
    assert b"Traceback" not in terminal.raw


def test_no_byte_of_an_agents_reaches_the_terminal_as_an_order(root: Root) -> None:
    root.write(f"{SESSION}/plan.md", f"# {HOSTILE}\n\n{HOSTILE}\n\n```{HOSTILE}\n{HOSTILE}\n```\n")
    root.write(f"build/{HOSTILE}/{HOSTILE}.md", f"# {HOSTILE}\n\n{HOSTILE}\n")
    root.write(f"{HOSTILE.replace('/', '_')}.md", HOSTILE)
    with Terminal("--root", str(root)) as terminal:
        terminal.shows("▾ RUNNING")
        terminal.shows("live")
        for keys, shown in (("\r", "esc back"), ("V", "raw · "), ("V", "")):
            terminal.press(keys)
            terminal.shows(shown) if shown else terminal.hides("raw · ")
        for keys, shown in (
            ("c", "Contents"), ("q", "esc back"), ("y", "Copy"), ("p", "Path copied"), ("z", "esc back"),
            ("z", "▾ RUNNING"), ("\t", "enter open"), ("/", "esc clears"), ("e\r", "of 3: e"), ("G", "notes"), ("b", "evil"), ("s", "by last write"), ("?", "In the list"),
        ):  # fmt: skip
            terminal.press(keys)
            terminal.shows(shown)
        terminal.press("\x1b")
        terminal.hides("In the list")
        terminal.press("q")
        assert terminal.exit_code() == 0
    raw = terminal.raw
    assert b"owned" in raw and b"evil" in raw  # it was shown
    assert (
        b"\x1b]0;owned" not in raw
        and b"\x1b]52;c;b3duZWQ=" not in raw
        and b"\x9b31m".decode("latin-1").encode() not in raw
    )
    assert "\u202e".encode() not in raw
    known = re.compile(
        rb"\x1b\[[0-9;:?<>=]*[A-Za-z~$]|\x1b\[\?[0-9;]*\$p|\x1b\]52;c;[A-Za-z0-9+/=]*(?:\x07|\x1b\\)|\x1b[()78=>cM][B0]?|\x1b\[>[0-9]*[a-z]|\x1b\]0;[^\x07\x1b]*\x07"
        rb"|\x1bP[^\x1b]*\x1b\\|\x1b\]22;[a-z-]*\x07"  # the last: the shape of the mouse pointer
    )
    rest = known.sub(b"", raw)
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", rest), re.findall(
        rb".{0,20}[\x00-\x08\x0b\x0c\x0e-\x1f\x7f].{0,20}", rest
    )[:5]


@pytest.mark.parametrize(
    "command",
    [
        ["ls"], ["show", "latest"], ["show", "patch_2025"], ["config", "path"], ["stats"], ["doctor"],
        ["search", "owned"], ["prune", "--keep-last", "1", "--dry-run"], ["trash"], ["log"],
    ],
)  # fmt: skip
def test_the_command_line_writes_no_orders_either(root: Root, command: list[str]) -> None:
    root.write(f"{SESSION}/{HOSTILE.replace('/', '_')}.md", f"# {HOSTILE}\n\n{HOSTILE}\n")
    root.write(f"build/{HOSTILE.replace('/', '_')}_20251106_120000/plan.md", "x")
    root.write(
        "tasks/trashed_20250101_100000/" + HOSTILE.replace("/", "_") + ".md", HOSTILE, at=1e9
    )
    run("rm", "tasks/trashed_20250101_100000", "--root", str(root))
    root.write(f"think/{HOSTILE.replace('/', '_')}.md", "lies outside any session")
    with Terminal(*command, "--root", str(root)) as terminal:
        assert terminal.exit_code() == (3 if command == ["doctor"] else 0)
    rest = re.sub(rb"\x1b\[[0-9;]*m", b"", terminal.raw)
    assert not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", rest), rest
    assert b"\xc2\x9b" not in rest and "\u202e".encode() not in rest


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
@pytest.mark.parametrize("command", [["ls"], ["show", "latest"]])
def test_no_colour_where_none_is_wanted(
    session: Root, command: list[str], environment: dict[str, str]
) -> None:
    with Terminal(*command, "--root", str(session), environment=environment) as terminal:
        assert terminal.exit_code() == 0
    assert not re.search(rb"\x1b\[[0-9;]*3[0-7]|\x1b\[[0-9;]*38", terminal.raw)
    assert b"\x1b" not in terminal.raw or environment == {"NO_COLOR": "1"}


def test_ls_is_a_table_on_a_terminal_and_show_is_rendered(session: Root) -> None:
    with Terminal("ls", "--root", str(session)) as terminal:
        assert terminal.exit_code() == 0
    words = terminal.text.split("\n")[0].split()
    assert words[:2] == ["–", "patch"] and words[-1] == SESSION.rpartition("/")[2]
    with Terminal("show", "latest", "plan.md", "--root", str(session)) as terminal:
        assert terminal.exit_code() == 0
    assert "Plan\n────" in terminal.text and "# Plan" not in terminal.text


def test_a_dumb_terminal_is_refused_in_words(session: Root) -> None:
    with Terminal("--root", str(session), environment={"TERM": "dumb"}) as terminal:
        assert terminal.exit_code() == 2
    assert "called dumb; set TERM, or use `exito-tui ls`" in " ".join(terminal.text.split())


def test_no_color_in_the_browser(session: Root) -> None:
    with Terminal("--root", str(session), environment={"NO_COLOR": "1"}) as terminal:
        terminal.shows("what is planned")
        terminal.press("q")
        assert terminal.exit_code() == 0
    colours = {
        tuple(match.split(b";")) for match in re.findall(rb"38;2;(\d+;\d+;\d+)", terminal.raw)
    }
    assert all(len(set(colour)) == 1 for colour in colours)  # grey, or none


def test_ctrl_c_ends_what_it_should_end(session: Root) -> None:
    with Terminal("watch", "--root", str(session)) as terminal:
        terminal.reads_until(lambda: _grown(session, terminal), "a change")
        terminal.press("\x03")
        assert terminal.exit_code() == 130
    assert b"Traceback" not in terminal.raw


def _grown(session: Root, terminal: Terminal) -> bool:
    session.append(f"{SESSION}/plan.md", "x")
    return b"changed" in terminal.raw


def test_the_editor_gets_the_file_and_the_app_comes_back(session: Root, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\nprintf '%s' \"$1\" > {tmp_path}/opened\n")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    with Terminal("--root", str(session), environment={"VISUAL": str(editor)}) as terminal:
        terminal.shows("what is planned")
        terminal.press("\r")
        terminal.shows("esc back")
        terminal.press("o")
        opened = tmp_path / "opened"
        terminal.reads_until(lambda: opened.exists() and opened.read_text(), "the editor")
        terminal.press("?")
        terminal.shows("In the document")
    assert (tmp_path / "opened").read_text() == f"{session.path.resolve()}/{SESSION}/plan.md"


def test_an_editor_that_is_not_there_is_an_error_in_words(session: Root) -> None:
    with Terminal("--root", str(session), environment={"EDITOR": "no-such-editor"}) as terminal:
        terminal.shows("what is planned")
        terminal.press("o")
        terminal.shows("no-such-editor cannot be run")


def test_the_path_is_copied_by_osc_52(session: Root) -> None:
    import base64

    with Terminal("--root", str(session)) as terminal:
        terminal.shows("what is planned")
        terminal.press("y")
        terminal.shows("path")
        terminal.press("p")
        terminal.shows("Path copied")
    path = f"{session.path.resolve()}/{SESSION}".encode()
    assert b"\x1b]52;c;" + base64.b64encode(path) in terminal.raw


def test_the_theme_chosen_is_worn_next_time(session: Root) -> None:
    with Terminal("--root", str(session), "--theme", "no-such-theme") as terminal:
        assert terminal.exit_code() == 2
    assert "unknown theme 'no-such-theme'; there are" in terminal.text.replace("\n", "")
    with Terminal("--root", str(session)) as terminal:
        terminal.shows("what is planned")
        terminal.press(":")
        terminal.shows("Search for commands")
        terminal.press("theme")
        terminal.shows("Change the current theme")
        terminal.press("\r")
        terminal.shows("dracula")
        terminal.press("nord")
        terminal.hides("dracula")
        terminal.press("\r")
        terminal.shows("▾ patch")
        terminal.hides("Search")
        terminal.press("\x11")  # ctrl+q is heard while the palette goes as well
        assert terminal.exit_code() == 0
    assert (
        '"theme": "nord"'
        in (Path(os.environ["XDG_STATE_HOME"]) / "exito-tui" / "state.json").read_text()
    )


@pytest.mark.parametrize("below", ["", "src"])
def test_the_root_of_a_project_is_opened_though_the_users_own_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    home = Root(Path(os.environ["HOME"]))
    home.write("5150.json", '{"pid": 5150}')
    shop = home.project.resolve() / "shop"
    (shop / below).mkdir(parents=True)
    monkeypatch.chdir(shop / below)
    with Terminal() as terminal:
        terminal.shows("Another project")  # the end of the welcome
        listed = [
            line.strip() for line in terminal.text.split("\n") if line.endswith("/.claude/sessions")
        ]
        assert listed[0].endswith(f"shop/{below}/.claude/sessions".replace("//", "/"))
        Root(shop).write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n")
        terminal.shows("what is known")
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_a_session_that_comes_to_wait_is_told_by_bell_and_notification(root: Root) -> None:
    now = time.time()
    key = f"patch/patch_{time.strftime('%Y%m%d_%H%M%S', time.gmtime(now - 600))}"
    root.write(f"{key}/context.md", "# x\n", at=now - 300)
    with Terminal("--root", str(root)) as terminal:
        terminal.shows("running")
        terminal.shows("live")
        root.write(f"{key}/plan.md", "# x\n", at=now - 200)
        root.write(f"{key}/progress.md", "Status: Blocked\n", at=now - 100)
        terminal.shows("waits for you")
    assert terminal.raw.count(b"\x1b]9;") == 1
    assert b"\x1b]9;exito: " in terminal.raw and b"waits for you\x07" in terminal.raw
    assert (
        re.sub(rb"\x1b\][^\x07\x1b]*\x07", b"", terminal.raw).count(b"\x07") == 1
    )  # the bell itself


def test_the_demo_plays_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    with Terminal("demo", "--speed", "20", environment={"TMPDIR": str(folder)}) as terminal:
        terminal.shows("running")
        terminal.press("L")
        terminal.shows("at the latest write")
        terminal.press("b")
        terminal.press("q")
        assert terminal.exit_code() == 0
    assert list(folder.iterdir()) == []
    assert not (Path(os.environ["XDG_STATE_HOME"]) / "exito-tui" / "state.json").exists()


@pytest.mark.parametrize("closed", ["stdin", "stdout", "stderr"])
def test_without_a_terminal_the_browser_is_refused_on_every_stream(
    session: Root, closed: str
) -> None:
    primary, secondary = os.openpty()
    stdin, stdout, stderr = (
        subprocess.PIPE if name == closed else secondary for name in ("stdin", "stdout", "stderr")
    )
    command = [*COMMAND, "--root", str(session)]
    process = subprocess.Popen(
        command, env=environment_of(), stdin=stdin, stdout=stdout, stderr=stderr
    )
    process.communicate(timeout=20)
    os.close(primary)
    os.close(secondary)
    assert process.returncode == 2


def test_what_is_nothing_is_said_in_words(session: Root) -> None:
    for command, words in (
        (["ls", "--filter", "zzzz"], "no session fits"),
        (["search", "zzzz"], "nothing was found"),
    ):
        with Terminal(*command, "--root", str(session)) as terminal:
            terminal.exit_code()
        assert words in terminal.text


def test_the_trash_of_several_roots_names_each_and_its_commands(
    session: Root, tmp_path: Path
) -> None:
    other = Root(tmp_path / "other")
    other.write(f"{SESSION}/plan.md", "# Plan\n")
    roots = ["--root", str(session), "--root", str(other)]
    assert run("rm", SESSION, "--force", "--root", str(other)).returncode == 0
    for what, empty in (("trash", "the trash is empty"), ("log", "nothing was done here yet")):
        with Terminal(what, *roots, environment={"COLUMNS": "300"}) as terminal:
            assert terminal.exit_code() == 0
        text = "".join(terminal.text.split())
        order = [str(session), "".join(empty.split()), str(other)]
        assert sorted(order, key=text.index) == order
        assert what == "log" or f"restoreID--root{other}" in text
