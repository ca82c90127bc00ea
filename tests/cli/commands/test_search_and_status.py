"""`exito-tui search`, `status`, and what `ls` filters."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from exito_tui import cli
from exito_tui.cli.commands import search
from exito_tui.cli.common_lines import read_common
from exito_tui.cli.ending import Ended, raising
from exito_tui.cli.shared.complaints import complain_of_unreadable
from exito_tui.domain.sessions.session import sessions_of_folders
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root, wait_until


def test_search_tells_where_a_text_was_written(fleet: Root) -> None:
    lines = run("search", "rate limits", "--root", str(fleet)).stdout.decode().splitlines()
    fields = [line.split("\t") for line in lines]
    assert len(fields) > 10 and all(len(one) == 4 for one in fields)
    assert {"context.md", "plan.md"} <= {one[1] for one in fields}
    only = ["--command", "craft", "--file", "plan.md", "--since", "2h", "--state", "waiting"]
    done = as_json(run("search", "rate limits", *only, "--json", "--root", str(fleet)))
    kept = done["matches"]  # no title among them: it is in no file that was named
    assert {one["file"] for one in kept} == {"plan.md"} and len({one["key"] for one in kept}) == 1
    assert kept[0]["key"].startswith("craft/") and "Rate limits" in kept[0]["text"]


@pytest.mark.skipif(not shutil.which("rg"), reason="ripgrep is not installed")
def test_ripgrep_begins_before_the_rest_is_imported(fleet: Root) -> None:
    program = (
        "import subprocess, sys\nfrom exito_tui.cli import run\n"
        "class Popen(subprocess.Popen):\n"
        "    def __init__(self, *given, **more):\n"
        "        print(*(set(sys.modules) & {'exito_tui.store.read.scan', 'exito_tui.config.settings',"
        " 'argparse'}), file=sys.stderr)\n"
        "        super().__init__(*given, **more)\n"
        "subprocess.Popen = Popen\nrun(sys.argv[1:])"
    )
    line = ["search", "rate limits", "--root", str(fleet)]
    done = subprocess.run(
        [sys.executable, "-c", program, *line], check=True, capture_output=True, text=True
    )
    assert done.stdout == run(*line).stdout.decode() and done.stderr == "\n"


@pytest.fixture
def slow_rg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An rg that never ends; the file in which it writes its process id, once it runs."""
    pid = tmp_path / "rg.pid"
    program = tmp_path / "bin" / "rg"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho $$ > {pid}.draft\nmv {pid}.draft {pid}\nexec sleep 600\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return pid


def has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_who_ends_a_search_ends_ripgrep(fleet: Root, slow_rg: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "exito_tui", "search", "rate limits", "--root", str(fleet)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as searching:
        wait_until(slow_rg.exists)
        searching.send_signal(number)
        assert searching.wait(30) == 128 + number
    wait_until(lambda: has_ended(int(slow_rg.read_text())))


def test_a_signal_that_comes_while_ripgrep_begins_ends_it(
    fleet: Root, slow_rg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen

    def interrupted(*given: Any, **named: Any) -> "subprocess.Popen[bytes]":
        begun.append(begin(*given, **named))
        signal.raise_signal(signal.SIGTERM)
        return begun[-1]

    monkeypatch.setattr(subprocess, "Popen", interrupted)
    options = read_common(["search", "rate limits", "--root", str(fleet)])
    assert options
    with pytest.raises(Ended), raising():
        options.run(options)
    assert begun[0].poll() == -signal.SIGKILL


def test_settings_that_are_wrong_do_not_wait_for_ripgrep(
    fleet: Root, slow_rg: Path, tmp_path: Path
) -> None:
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "exito-tui" / "config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("x = [")
    done = run("search", "rate limits", "--root", str(fleet))
    assert done.returncode == 2 and b"is not valid TOML" in done.stderr
    if slow_rg.exists():
        wait_until(lambda: has_ended(int(slow_rg.read_text())))


@pytest.mark.parametrize(
    ("period", "found"),
    [
        ([], {"new", "mid", "old"}),
        (["--until", "36h"], {"mid", "old"}),
        (["--since", "4d"], {"new", "mid"}),
        (["--since", "4d", "--until", "36h"], {"mid"}),
        (["--until", "9d"], set()),
    ],
)
def test_search_looks_into_a_period(root: Root, period: list[str], found: set[str]) -> None:
    for name, days in (("new", 1), ("mid", 3), ("old", 8)):
        root.write(f"build/{name}/context.md", "# A cart\n", at=time.time() - days * 86_400)
    done = run("search", "cart", *period, "--root", str(root))
    lines = done.stdout.decode().splitlines()
    assert {line.partition("\t")[0] for line in lines} == {f"build/{one}" for one in found}
    assert done.returncode == (0 if found else 1)


def test_a_period_that_ends_before_it_begins_is_refused(root: Root) -> None:
    done = run("search", "x", "--since", "1h", "--until", "2d", "--root", str(root))
    assert done.returncode == 2 and b"--until is before --since" in done.stderr


def test_search_that_finds_nothing_and_one_that_cannot_be_made(fleet: Root) -> None:
    nothing = run("search", "no such words anywhere", "--root", str(fleet))
    assert (nothing.returncode, nothing.stdout) == (1, b"")
    broken = run("search", "(", "--regex", "--root", str(fleet))
    assert broken.returncode == 2 and b"is not a valid regular expression" in broken.stderr
    assert run("search", "", "--root", str(fleet)).returncode == 2


def test_status_is_short_and_its_exit_code_says_whether_anything_needs_the_user(
    fleet: Root, tmp_path_factory: pytest.TempPathFactory
) -> None:
    done = run("status", "--root", str(fleet))
    assert done.returncode == 3
    assert done.stdout.decode().split()[:3] == ["?3", "!2", "✗1"]
    made = run("status", "--json", "--root", str(fleet))
    assert b'"waiting": 3' in made.stdout and b'"old": ' in made.stdout
    quiet = Root(tmp_path_factory.mktemp("quiet"))
    quiet.write("2025-11-06-notes.md", "# Notes\n", at=time.time() - 90_000)
    done = run("status", "--root", str(quiet))
    assert (done.returncode, done.stdout) == (0, b"\n")


def test_ls_takes_a_filter_and_says_what_is_wrong_with_one(fleet: Root) -> None:
    waiting = run("ls", "--filter", "state:waiting age:<2d", "--root", str(fleet)).stdout
    assert len(waiting.splitlines()) == 3
    made = as_json(run("ls", "--json", "--filter", "state:waiting age:<2d", "--root", str(fleet)))
    assert [one["state"] for one in made["sessions"]] == ["waiting"] * 3
    assert all(one["title"] and one["title_source"] == "heading" for one in made["sessions"])
    wrong = run("ls", "--filter", "state:wating", "--root", str(fleet))
    assert wrong.returncode == 2 and b"did you mean waiting?" in wrong.stderr


def test_a_command_that_is_not_known_is_guessed(root: Root) -> None:
    done = run("serach", "x")
    assert done.returncode == 2
    assert b"'serach' is not known here; did you mean search?" in done.stderr
    assert b"there are need, command, time" in run("ls", "--by", "xyz").stderr


def test_several_sessions_are_waited_for_all_or_any(fleet: Root) -> None:
    made = as_json(run("ls", "--json", "--filter", "state:waiting age:<2d", "--root", str(fleet)))
    one, other, _ = [one["key"] for one in made["sessions"]]
    done = run("wait", one, other, "--for", "waiting", "--timeout", "5s", "--root", str(fleet))
    assert done.stdout.decode().splitlines() == [f"{one}\twaiting", f"{other}\twaiting"]
    stuck = as_json(run("ls", "--json", "--filter", "state:stuck", "--root", str(fleet)))
    third = stuck["sessions"][0]["key"]
    both = ("wait", one, third, "--for", "waiting", "--timeout", "1s", "--root", str(fleet))
    assert run(*both).returncode == 1
    assert run(*both, "--any").stdout.decode() == f"{one}\twaiting\n"


def test_what_cannot_be_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    (locked, link) = sessions_of_folders("/r", "build", "build", ["build_1", "build_2"])
    locked = locked._replace(artefacts=(), problem="permission denied")
    complain_of_unreadable([locked, link._replace(problem="a link to /x", form="link")])
    said = capsys.readouterr().err
    assert said == "exito-tui: build/build_1 cannot be read: permission denied\n"


def test_a_script_gets_every_line_and_keys_are_never_opened(root: Root) -> None:
    root.write("build/build_20251106_153045/many.md", "needle\n" * 200)
    root.write("build/build_20251106_153045/secret.key", "needle\n")
    lines = run("search", "needle", "--root", str(root)).stdout.splitlines()
    assert len(lines) == 200
    shown = run("show", "latest", "secret.key", "--root", str(root))
    assert shown.returncode == 1 and b"it is not opened" in shown.stderr


def test_a_filter_may_begin_with_a_minus(fleet: Root) -> None:
    done = run("ls", "--filter", "-state:completed", "--root", str(fleet))
    assert done.returncode == 0 and b"completed" not in done.stdout and done.stdout
    both = run("ls", "--json", "--by", "need", "--root", str(fleet))
    assert both.returncode == 2 and b"JSON is ordered by --sort" in both.stderr


def test_lines_around_are_given_on_request(root: Root) -> None:
    root.write("build/build_20251106_153045/plan.md", "one\ntwo\nneedle\nfour\nfive\n")
    done = run("search", "needle", "--context", "1", "--root", str(root)).stdout.decode()
    assert [line.split("\t")[2:] for line in done.splitlines()] == [
        ["2", "two"],
        ["3", "needle"],
        ["4", "four"],
    ]
    done = as_json(run("search", "needle", "--context", "1", "--json", "--root", str(root)))
    (match,) = done["matches"]
    assert match["around"] == [{"line": 2, "text": "two"}, {"line": 4, "text": "four"}]
    assert run("search", "x", "--context", "-1", "--root", str(root)).returncode == 2


def test_the_trash_is_searched_on_request(root: Root) -> None:
    key = "build/build_20251106_153045"
    root.write(f"{key}/plan.md", "# Plan: Saved carts\n\nneedle\n", at=time.time() - 10_000)
    assert run("rm", key, "--root", str(root)).returncode == 0
    assert run("search", "needle", "--root", str(root)).returncode == 1
    done = as_json(run("search", "needle", "--trash", "--json", "--root", str(root)))
    (match,) = done["matches"]
    assert (match["key"], match["file"], match["title"]) == (key, "plan.md", "Saved carts")
    entry = as_json(run("trash", "--json", "--root", str(root)))["entries"][0]
    assert match["trash"] == entry["id"] and entry["title"] == "Saved carts"


def test_an_expression_that_would_go_on_for_ever_is_given_up(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root.write("build/build_20251106_153045/plan.md", "a" * 64 + "!")
    monkeypatch.setattr(search, "_LONGEST_LOOK", 0.2)
    assert cli.run(["search", "(a+)+$", "--regex", "--root", str(root)]) == 1
    assert "may go on for ever" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["search", "saved", "--command", "biuld"],
        ["prune", "--keep-last", "1", "--dry-run", "--command", "biuld"],
    ],
)
def test_a_command_that_no_session_is_of_is_said_with_the_one_that_was_meant(
    fleet: Root, command: list[str]
) -> None:
    done = run(*command, "--root", str(fleet))
    assert b"no session is of 'biuld'; did you mean build?" in done.stderr


def test_status_says_the_same_with_what_is_kept(fleet: Root) -> None:
    before = run("status", "--json", "--root", str(fleet)).stdout
    assert run("ls", "--json", "--root", str(fleet)).returncode == 0
    assert run("status", "--json", "--root", str(fleet)).stdout == before
    fleet.write("build/build_20251106_100000/plan.md", "# Plan\n", at=time.time() - 3600)
    after = json.loads(run("status", "--json", "--root", str(fleet)).stdout)
    assert (
        sum(after["states"].values()) + after["old"]
        == 1 + sum(json.loads(before)["states"].values()) + json.loads(before)["old"]
    )
