"""The command line, as a process: data on stdout, words on stderr, exit codes."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from exito_tui import __version__
from exito_tui.cli import output
from exito_tui.cli.commands import show
from exito_tui.cli.json import parallel
from exito_tui.cli.json.fast_listing import listing
from exito_tui.cli.parser import parse
from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from exito_tui.domain.verdicts.judge import Judge
from tests.programs import COMMAND, Program, environment_of, run
from tests.support import NOW_NS, PATIENCE, Root, wait_until

SCHEMA = json.loads((Path(__file__).parent / "schema.json").read_text())
SESSION = "build/build_20251106_153045"
NOW = NOW_NS / 1e9
VERDICT = (
    "state",
    "since",
    "old",
    "reason",
    "next_step",
    "confidence",
    "workflow",
    "gate",
    "phase",
    "evidence",
    "warnings",
)


def as_json(done: subprocess.CompletedProcess[bytes]) -> Any:
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)


@pytest.fixture
def fleet(root: Root) -> Root:
    put(str(root), past(1, NOW), NOW)
    return root


def test_ls_json_is_the_contract(fleet: Root) -> None:
    made = as_json(run("ls", "--json", "--root", str(fleet)))
    jsonschema.validate(made, SCHEMA)
    assert made["root"] == str(fleet.path.resolve())
    shapes = {session["shape"] for session in made["sessions"]}
    assert shapes == {"canonical", "semantic", "epoch", "named", "fallback", "flat", "foreign"}
    assert {note["name"] for note in made["notes"]} == {"RELEASE-CHECKLIST.md", "lessons.md"}
    starts = [session["started_at"] or session["last_write_at"] for session in made["sessions"]]
    assert starts == sorted(starts, reverse=True)


def test_ls_json_to_the_letter(root: Root) -> None:
    root.write(f"{SESSION}/plan.md", "12345", at=NOW)
    root.write("pr_reviews/pr_789_context.md", "1", at=NOW)
    root.write("research/queues_20251106_153045.md", "1", at=NOW)
    root.write("builder_20251106_153045/progress.md", "1", at=NOW)
    root.write(b"build/made\xff/x.md", "1", at=NOW)
    root.write("build/build_20259999_999999/x.md", "1", at=NOW)
    made = as_json(run("ls", "--json", "--root", str(root.project)))
    sessions = {session.pop("key"): session for session in made["sessions"]}
    top = str(root.path.resolve())
    assert {key: value for key, value in sessions[SESSION].items() if key not in VERDICT} == {
        "command": "build", "id": "build_20251106_153045", "path": f"{top}/{SESSION}", "shape": "canonical",
        "started_at": "2025-11-06T15:30:45Z", "last_write_at": "2025-11-06T20:30:00Z", "size_bytes": 5,
        "artefacts": [{"name": "plan.md", "kind": "markdown", "size_bytes": 5, "modified_at": "2025-11-06T20:30:00Z"}],
        "pinned": False,
        "current": False,
        "title": "build_20251106_153045",
        "title_source": "id",
        "claude": None,
    }  # fmt: skip
    assert (
        sessions["pr_reviews/pr_789"]["shape"],
        sessions["pr_reviews/pr_789"]["started_at"],
    ) == ("flat", None)
    assert sessions["research/queues_20251106_153045"]["started_at"] == "2025-11-06T15:30:45Z"
    assert (
        sessions["builder_20251106_153045"]["command"],
        sessions["builder_20251106_153045"]["shape"],
    ) == (
        "builder",
        "fallback",
    )
    assert sessions["build/made\\xff"]["shape"] == "named"
    assert sessions["build/build_20259999_999999"]["started_at"] is None


def test_a_piped_ls_of_several_roots_says_which_is_whose(fleet: Root, tmp_path: Path) -> None:
    other = Root(tmp_path / "other")
    other.write("build/build_20251106_153045/context.md")
    done = run("ls", "--root", str(fleet), "--root", str(other))
    roots = {line.split("\t")[-1] for line in done.stdout.decode().splitlines()}
    assert roots == {str(fleet), str(other)}
    alone = run("ls", "--root", str(other)).stdout.decode()
    assert len(alone.split("\t")) == 7


def test_ls_json_of_several_roots_and_of_an_empty_one(fleet: Root, tmp_path: Path) -> None:
    empty = Root(tmp_path / "empty")
    made = as_json(run("ls", "--json", "--root", str(fleet), "--root", str(empty)))
    jsonschema.validate(made, SCHEMA)
    assert [len(root["sessions"]) > 0 for root in made["roots"]] == [True, False]
    jsonschema.validate(as_json(run("ls", "--json", "--root", str(empty))), SCHEMA)


def test_shares_give_what_one_process_gives(fleet: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    def sessions() -> Any:
        return json.loads(listing([str(fleet)], Judge()))["sessions"]

    alone = sessions()
    monkeypatch.setattr(parallel, "_FEWEST", 5)
    monkeypatch.setattr(parallel, "_processors", lambda: 4)
    assert sessions() == alone


def test_a_share_whose_process_dies_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_FEWEST", 1)
    monkeypatch.setattr(parallel, "_processors", lambda: 2)
    parent = os.getpid()

    def work(items: Any) -> list[str]:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return [item * 2 for item in items]

    assert parallel.parallel_map(["a", "b", "c", "d"], work) == ["aa", "bb", "cc", "dd"]


def test_ls_piped_is_one_line_a_session_whatever_the_names(root: Root) -> None:
    root.write("build/new\nline\t\x1b[31m/x.md", "1", at=NOW)
    root.write(f"{SESSION}/plan.md", "12345", at=NOW)
    done = run("ls", "--root", str(root))
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 2 and all(line.count("\t") == 6 for line in lines)
    assert (
        lines[1]
        == f"{SESSION}\tcanonical\t2025-11-06T15:30:45Z\t2025-11-06T20:30:00Z\t5\t1\twaiting"
    )
    assert "build/new␊line␉␛[31m" in lines[0]


def test_the_root_is_found_from_below_and_by_the_environment(fleet: Root) -> None:
    below = fleet.project / "src" / "deep"
    below.mkdir(parents=True)
    expected = run("ls", "--root", str(fleet)).stdout
    assert run("ls", cwd=below).stdout == expected
    assert run("ls", EXITO_TUI_ROOT=str(fleet.project)).stdout == expected


def test_show_gives_the_very_bytes(root: Root) -> None:
    content = b"\xff\xfe\0\x1b[31m\r\n" + bytes(range(256)) * 5000
    root.write(f"{SESSION}/shot.png", content, at=NOW - 5)
    root.write(f"{SESSION}/plan.md", "# Plan\r\n\x1b[31m", at=NOW)
    assert run("show", "latest", "shot.png", "--root", str(root)).stdout == content
    assert run("show", SESSION, "--root", str(root)).stdout == b"# Plan\r\n\x1b[31m"
    assert run("show", "build_2025", "plan", "--root", str(root)).stdout == b"# Plan\r\n\x1b[31m"


def test_show_as_json(root: Root) -> None:
    root.write(f"{SESSION}/plan.md", "# Plan\n", at=NOW)
    session = as_json(run("show", SESSION, "--json", "--root", str(root)))
    assert (session["schema"], session["key"], session["artefacts"][0]["name"]) == (
        1,
        SESSION,
        "plan.md",
    )
    file = as_json(run("show", SESSION, "plan.md", "--json", "--root", str(root)))
    assert (file["schema"], file["key"], file["text"], file["kind"]) == (
        1,
        SESSION,
        "# Plan\n",
        "markdown",
    )


def copied(root: Root, most: int) -> tuple[bytes, int, int]:
    """(beginning, number of bytes, exit code) of the huge file, when its reader goes away after
    `most` bytes. The command may have a quarter of a gigabyte of memory, no more."""
    program = (
        "import resource as r; r.setrlimit(r.RLIMIT_DATA, (256 << 20,) * 2); from "
        "exito_tui.__main__ import main; raise SystemExit(main())"
    )
    command = [sys.executable, "-c", program, "show", "latest", "huge.log", "--root", str(root)]
    count, beginning = 0, b""
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment_of()) as process:
        assert process.stdout
        while count < most and (part := process.stdout.read(1 << 20)):
            count += len(part)
            beginning = beginning or part[:10]
        process.stdout.close()
        return beginning, count, process.wait(PATIENCE)


def test_a_huge_file_is_copied_in_bounded_memory(root: Root) -> None:
    """Two gigabytes of it took four of memory, and the first lines came last."""
    path = root.write(f"{SESSION}/huge.log", "first\n", at=NOW)
    os.truncate(path, 5 << 30)
    assert copied(root, 1 << 20) == (b"first\n\0\0\0\0", 1 << 20, 141)
    os.truncate(path, 600 << 20)
    assert copied(root, 1 << 40) == (b"first\n\0\0\0\0", 600 << 20, 0)


def test_of_a_huge_file_json_holds_the_beginning_and_says_so(root: Root) -> None:
    path = root.write(f"{SESSION}/plan.md", "é" * (5 << 20), at=NOW)
    file = as_json(run("show", SESSION, "plan.md", "--json", "--root", str(root)))
    assert (file["truncated"], file["text"], file["size_bytes"]) == (
        True,
        "é" * (4 << 20),
        10 << 20,
    )
    os.truncate(path, 20)
    file = as_json(run("show", SESSION, "plan.md", "--json", "--root", str(root)))
    assert (file["truncated"], file["text"]) == (False, "é" * 10)
    os.truncate(path, 5 << 30)
    os.truncate(path, 0)
    os.truncate(path, 5 << 30)
    file = as_json(run("show", SESSION, "plan.md", "--json", "--root", str(root)))
    assert (file["truncated"], file["text"]) == (True, None)


def test_on_a_terminal_rendering_stops_at_a_bound_and_says_so(
    root: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root.write(f"{SESSION}/log.txt", "a line of text\n" * 100_000, at=NOW)
    monkeypatch.setattr(show, "on_terminal", lambda: True)
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    options = parse(["show", SESSION, "log.txt", "--root", str(root)])
    assert show.run(options) == 0
    shown, words = capsys.readouterr()
    assert shown.count("a line of text") == show.MOST_RENDERED // 15
    assert (
        words
        == "exito-tui: log.txt: only the first 1.0 MB of 1.5 MB are rendered; pipe it for all\n"
    )
    os.truncate(path, 150)
    assert show.run(options) == 0
    shown, words = capsys.readouterr()
    assert (shown.rstrip(), words) == ("a line of text\n" * 9 + "a line of text", "")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "nothing"], 1, "no session is called 'nothing'; `exito-tui ls` lists them"),
        (
            ["show", "build_2025"],
            2,
            "may mean any of 2 sessions\n  build/build_20251106_160000\n  "
            "build/build_20251106_153045",
        ),
        (
            ["show", SESSION, "nothing.md"],
            1,
            "is not a file of this session; it has context.md, plan.md, link.md, pipe.md",
        ),
        (["show", SESSION, "p"], 1, "may mean"),
        (["show", SESSION, "link.md"], 1, "link.md is not a regular file (symlink)"),
        (["show", SESSION, "pipe.md"], 1, "pipe.md is not a regular file (special)"),
        (["show", "build/build_20251106_160000"], 1, "it has no files"),
        (["show"], 2, "the following arguments are required: SESSION"),
        (["shwo"], 2, "'shwo' is not known here; did you mean show?"),
        (["ls", "--sort", "color"], 2, "--sort: 'color' is not known here; there are started"),
        (["ls", "--rot"], 2, "unknown option --rot; did you mean --root?"),
        (["demo", "--speed", "fast"], 2, "'fast' is not a number from 0 to 100000"),
        ([], 2, "use `exito-tui ls`"),
        (["demo"], 2, "use `exito-tui ls`"),
    ],
)
def test_errors_name_the_thing_and_the_remedy(
    root: Root, arguments: list[str], code: int, words: str
) -> None:
    root.write(f"{SESSION}/plan.md", at=NOW)
    root.write(f"{SESSION}/context.md", at=NOW - 5)
    (root.path / SESSION / "link.md").symlink_to("/etc/passwd")
    os.mkfifo(root.path / SESSION / "pipe.md")
    root.folder("build/build_20251106_160000")
    done = run(*arguments, cwd=root.project)
    assert (done.returncode, done.stdout) == (code, b"")
    assert words in done.stderr.decode(), done.stderr.decode()
    assert done.stderr.startswith(b"exito-tui: ")


def test_without_any_root_the_error_says_how_to_name_one(tmp_path: Path) -> None:
    done = run("ls", cwd=tmp_path)
    assert done.returncode == 1
    assert b"no .claude/sessions folder in" in done.stderr and b"--root PATH" in done.stderr
    done = run("ls", "--json", "--root", str(tmp_path / "none" / "sessions"))
    assert done.returncode == 1
    assert f"{tmp_path}/none/sessions is not there; name a project" in done.stderr.decode()
    done = run("ls", "--root", str(tmp_path / "none"))
    assert f"{tmp_path}/none is not there; name a project" in done.stderr.decode()
    (tmp_path / "file").write_text("")
    done = run("ls", "--root", str(tmp_path / "file"))
    assert f"{tmp_path}/file is not a folder; name a project" in done.stderr.decode()


def test_broken_settings_stop_the_browser_and_config_check(tmp_path: Path) -> None:
    path = Path(os.environ["XDG_CONFIG_HOME"]) / "exito-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('sotr = "name"\ntheme = 5\n')
    done = run("config", "check")
    assert (done.returncode, done.stdout) == (2, b"")
    text = done.stderr.decode()
    assert "see `exito-tui config check`" not in text and "nothing was started" not in text
    assert (
        "sotr: unknown setting; did you mean sort?" in text
        and "theme: expected a quoted string" in text
    )
    path.write_text('sort = "name"\n')
    done = run("config", "check")
    assert (done.returncode, done.stderr) == (0, b"")
    assert f"{path}: fine" in done.stdout.decode()
    assert str(path) in run("config", "path").stdout.decode()


def test_version_and_help() -> None:
    assert run("--version").stdout.decode() == f"exito-tui {__version__}\n"
    for command in ("", "ls", "show", "watch", "demo", "config"):
        done = run(*filter(None, (command, "--help")))
        assert done.returncode == 0 and b"usage: exito-tui" in done.stdout


def test_a_reader_that_goes_away_is_no_crash(fleet: Root) -> None:
    command = f"{sys.executable} -m exito_tui ls --json --root '{fleet}'"
    done = subprocess.run(
        ["bash", "-c", f"for i in 1 2 3; do {command}; done | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}} >&2; {command} >&-"],
        capture_output=True, env=environment_of(), timeout=60, check=False,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr.decode()


def test_a_broken_pipe_ends_with_141(root: Root) -> None:
    for number in range(300):
        root.write(f"build/build_20251106_1{number // 60}{number % 60:02}00/" + "long" * 30 + ".md")
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, "ls", "--json", "--root", str(root)],
            stdout=writing,
            stderr=subprocess.PIPE,
            env=environment_of(),
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


class Watching:
    """`exito-tui watch --json` as a process, and the objects it has printed."""

    def __init__(self, root: Root) -> None:
        command = ["watch", "--json", "--root", str(root)]
        self.process = Program(*command, environment={"EXITO_TUI_RECONCILE": "1s"})
        self.told: list[Any] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.told.append(json.loads(line))

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; the exit code and what was said on stderr."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._reader.join()
        assert self.process.stderr
        return code, self.process.stderr.read().decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watch_tells_of_every_change_until_interrupted(root: Root, number: int) -> None:
    root.write(f"{SESSION}/context.md", "x")
    watching = Watching(root)
    try:
        step = 0

        def told_of_a_write() -> bool:
            nonlocal step
            step += 1
            root.write(f"{SESSION}/plan.md", "x" * step)
            return any("plan.md" in event.get("files", ()) for event in watching.told)

        wait_until(told_of_a_write)
        root.write("patch/patch_20251106_160000/context.md", "x")
        wait_until(
            lambda: any(event["key"] == "patch/patch_20251106_160000" for event in watching.told)
        )
        events = {event["event"] for event in watching.told}
        # On a slow machine the session comes to rest meanwhile, and that is told as well
        assert events - {"state"} <= {"added", "changed"} and "added" in events
        assert all(
            event["schema"] == 1 and event["root"] == str(root.path.resolve())
            for event in watching.told
        )
        assert watching.end(number) == (128 + number, "")
    finally:
        watching.process.close()


def test_a_headless_demo_writes_a_fleet(tmp_path: Path) -> None:
    done = run("demo", "--headless", str(tmp_path / "demo"), "--speed", "0")
    assert (done.returncode, done.stdout) == (0, b"")
    assert f"browse it with exito-tui --root {tmp_path / 'demo'}" in done.stderr.decode()
    made = as_json(run("ls", "--json", "--root", str(tmp_path / "demo")))
    commands = {session["command"] for session in made["sessions"]}
    assert {
        "build",
        "workflow",
        "patch",
        "craft",
        "pr_reviews",
        "research",
        "validator",
        "cc",
    } <= commands
    again = run("demo", "--headless", str(tmp_path / "demo"))
    assert again.returncode == 2 and b"is not empty" in again.stderr


def test_a_demo_has_as_many_sessions_as_wanted(tmp_path: Path) -> None:
    run("demo", "--headless", str(tmp_path / "few"), "--speed", "0", "--seed", "2")
    run(
        "demo",
        "--headless",
        str(tmp_path / "many"),
        "--speed",
        "0",
        "--seed",
        "2",
        "--sessions",
        "4",
    )
    few, many = (
        len(as_json(run("ls", "--json", "--root", str(tmp_path / name)))["sessions"])
        for name in ("few", "many")
    )
    assert many == few + 5 * 4
    wrong = run("demo", "--sessions", "-1")
    assert wrong.returncode == 2 and b"is not a number from 0 to 10000" in wrong.stderr


def test_the_same_seed_gives_the_same_fleet_and_another_another() -> None:
    assert past(1, NOW) == past(1, NOW)
    assert past(1, NOW) != past(2, NOW)
