"""What makes the workflows of Claude Code work: new, plugin, lint, workflows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from exito_tui.cli.commands import lint
from exito_tui.cli.parser import parse
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import write_files

COMMAND = '---\nallowed-tools: Task\n---\n!SESSION_ID="ship_$(date +%Y%m%d_%H%M%S)"\n!mkdir -p ".claude/sessions/ship/$SESSION_ID"\n'
TASKS = (
    '<Task agent="scout">\nSession: $SESSION_ID\nDirectory: .claude/sessions/ship/$SESSION_ID\n'
    "</Task>\n\n{Wait for user approval here.}\n\n"
    '<Task agent="maker">\nSession: $SESSION_ID\nDirectory: .claude/sessions/ship/$SESSION_ID\n</Task>\n'
)
SCOUT = "---\nname: scout\ntools: Read, Grep\n---\nWrite your findings to `scouting.md`.\n"
MAKER = "---\nname: maker\ntools: Read, Write\n---\nSave it to `made.md`.\n"


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    files = {
        ".claude-plugin/plugin.json": '{"name": "mine"}',
        "commands/ship.md": COMMAND + TASKS,
        "agents/scout.md": SCOUT,
        "agents/maker.md": MAKER,
    }
    write_files(made, files)
    return made


def test_new_makes_a_folder_and_says_where(project: Path) -> None:
    said = run("new", "build", "--title", "Saved carts").stdout.decode().splitlines()
    assert said[0].startswith("Session: build_") and said[1].endswith(said[0][9:])
    metadata = project / said[1].removeprefix("Directory: ") / "session_metadata.json"
    assert json.loads(metadata.read_text())["title"] == "Saved carts"
    made = as_json(run("new", "build", "--json"))
    assert Path(made["path"]).is_dir() and made["directory"].endswith(made["id"])
    assert Path(run("new", "craft", "--path").stdout.decode().strip()).is_dir()
    titles = [one["title"] for one in as_json(run("ls", "--json"))["sessions"]]
    assert len(titles) == 3 and "Saved carts" in titles


def test_new_says_what_is_wrong(project: Path) -> None:
    done = run("new", "a/b")
    assert done.returncode == 1 and b"is not a valid name of a command" in done.stderr
    (project / ".claude").symlink_to(project)
    done = run("new", "build")
    assert done.returncode == 1 and b"link" in done.stderr and not done.stdout


def test_lint_finds_fixes_and_takes_back(plugin: Path) -> None:
    before = {path: path.read_text() for path in plugin.rglob("*.md")}
    done = run("lint", str(plugin), "--json")
    assert done.returncode == 3
    codes = {one["code"] for one in json.loads(done.stdout)["findings"]}
    assert {"not-executed", "no-write-tool", "unknown-tool", "second-collision"} <= codes
    shown = run("lint", str(plugin), "--fix", "--dry-run")
    assert b"+!`exito-tui new ship`" in shown.stdout and b"files would change" in shown.stderr
    assert {path: path.read_text() for path in before} == before
    told = json.loads(run("lint", str(plugin), "--fix", "--dry-run", "--json").stdout)
    assert told["diff"] == shown.stdout.decode() and told["dry_run"] and told["kept_in"] is None
    assert told["files"] and told["left"] >= 0
    assert run("lint", str(plugin), "--fix", "--yes").returncode == 0
    text = (plugin / "commands/ship.md").read_text()
    assert "allowed-tools: Bash(exito-tui new:*), Task" in text and "$SESSION_ID" not in text
    assert "tools: Read, Write" in (plugin / "agents/scout.md").read_text()
    assert run("lint", str(plugin)).returncode == 0
    assert run("lint", str(plugin), "--undo").returncode == 0
    assert {path: path.read_text() for path in before} == before
    assert b"nothing was fixed here" in run("lint", str(plugin), "--undo").stderr


@pytest.mark.parametrize("command", [["lint", ".", "--fix"], ["plugin", "install"]])
def test_without_a_terminal_what_asks_needs_a_yes(
    plugin: Path, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claude_called(tmp_path, monkeypatch)
    done = run(*command, cwd=plugin)
    assert done.returncode == 2
    assert b"nothing was done: without a terminal it needs --yes" in done.stderr
    assert not (tmp_path / "called").exists()


def claude_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `claude` that talks, and notes what it is called with in the file `called`."""
    program = tmp_path / "bin" / "claude"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho talk\necho "$*" >> {tmp_path}/called\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


def test_what_lint_takes_back_is_told_as_json(plugin: Path) -> None:
    run("lint", str(plugin), "--fix", "--yes")
    told = json.loads(run("lint", str(plugin), "--undo", "--json").stdout)
    assert told["path"] == str(plugin.resolve()) and "commands/ship.md" in told["restored"]


def test_what_installs_the_plugin_is_one_object(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claude_called(tmp_path, monkeypatch)
    would = json.loads(run("plugin", "install", "--json", "--dry-run").stdout)
    assert would["dry_run"] and not (tmp_path / "called").exists()
    told = json.loads(run("plugin", "install", "--json", "--yes").stdout)
    assert told["commands"] == would["commands"] and not told["dry_run"]
    called = (tmp_path / "called").read_text().splitlines()
    assert [" ".join(words[1:]) for words in told["commands"]] == called
    done = run("plugin", "uninstall", "--json", "--yes")
    assert json.loads(done.stdout)["commands"] and b"talk" in done.stderr


def test_lint_of_some_codes_alone(plugin: Path) -> None:
    done = run("lint", str(plugin), "--json", "--only", "unknown-tool,no-write-tool")
    found = json.loads(done.stdout)["findings"]
    assert [one["code"] for one in found] == ["no-write-tool", "unknown-tool"]
    assert [one["note"] for one in found] == [False, False]
    assert run("lint", str(plugin), "--only", "wide-grant").returncode == 0
    shown = run("lint", str(plugin), "--only", "unknown-tool", "--fix", "--dry-run").stdout
    assert b"scout.md" in shown and b"ship.md" not in shown
    done = run("lint", str(plugin), "--only", "typo")
    assert done.returncode == 2 and b"there is no code 'typo'; there are undefined" in done.stderr


def test_lint_on_a_terminal_counts_first_and_then_tells_each_code_once(
    plugin: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(9):
        text = f"---\ntools: Read, Glob\n---\nRun `${{CLAUDE_PLUGIN_ROOT}}/{number}.sh`\n"
        (plugin / f"agents/extra{number}.md").write_text(text)
    monkeypatch.setattr(lint, "on_terminal", lambda: True)
    assert lint.run(parse(["lint", str(plugin)])) == 3
    out, err = capsys.readouterr()
    counts = out.split("\n\n")[0].splitlines()
    assert "10  unknown-tool      10 by --fix" in counts and " 9  missing-script" in counts
    assert out.count("Claude Code has no such tool today") == 1
    assert f"and 5 more places: exito-tui lint {plugin} --only unknown-tool" in out
    assert "commands/ship.md:5,6" not in out and "agents/extra8.md" not in out
    assert "10 by --fix" in out and "; --fix puts " in err
    lint.run(parse(["lint", str(plugin), "--only", "missing-script"]))
    assert "agents/extra8.md:4  8.sh\n" in capsys.readouterr().out


def test_a_fix_is_taken_back_byte_for_byte(plugin: Path) -> None:
    before = b"---\r\ntools: Read, Grep\r\n---\r\nLook.\x0c\x00\r\nNo end"
    latin = b"---\ntools: Read, Grep\n---\nCaf\xe9\n"
    (plugin / "agents/scout.md").write_bytes(before)
    (plugin / "agents/latin.md").write_bytes(latin)
    (plugin / "agents/scout.md").chmod(0o640)
    done = run("lint", str(plugin), "--fix", "--yes")
    assert b"the commands will need exito-tui" in done.stderr
    assert (plugin / "agents/latin.md").read_bytes() == latin
    assert (plugin / "agents/scout.md").read_bytes() == before.replace(b", Grep", b"")
    run("lint", str(plugin), "--undo")
    assert (plugin / "agents/scout.md").read_bytes() == before
    assert (plugin / "agents/scout.md").stat().st_mode & 0o777 == 0o640


def test_a_fix_is_not_taken_back_over_later_work(plugin: Path) -> None:
    run("lint", str(plugin), "--fix", "--yes")
    (plugin / "commands/ship.md").write_text("mine\n")
    assert b"was changed since" in run("lint", str(plugin), "--undo").stderr
    assert (plugin / "commands/ship.md").read_text() == "mine\n"


def test_lint_of_what_is_no_plugin(tmp_path: Path) -> None:
    assert b"is not a plugin" in run("lint", str(tmp_path)).stderr
    assert b"cannot be read" in run("lint", str(tmp_path / "nowhere")).stderr


def test_workflows_are_told_beside_what_a_plugin_says(plugin: Path) -> None:
    made = as_json(run("workflows", "--plugin", str(plugin), "--json"))["workflows"]
    ship = next(one for one in made if one["name"] == "ship")
    assert ship["source"] == "plugin mine"
    assert [step["words"] for step in ship["steps"]] == [
        "scout → scouting.md", "your approval", "maker → made.md",
    ]  # fmt: skip
    assert b"build\tbuilt in\tinvestigator" in run("workflows").stdout


def test_a_command_that_only_a_plugin_knows_has_its_workflow(plugin: Path, project: Path) -> None:
    on_record(plugin)
    directory = run("new", "ship", "--path").stdout.decode().strip()
    file = Path(directory) / "scouting.md"
    file.write_text("# Found\n")
    os.utime(file, (file.stat().st_mtime - 300,) * 2)
    made = as_json(run("why", os.path.basename(directory), "--json"))
    assert (made["workflow"], made["state"], made["gate"]) == ("ship", "waiting", "approve")


def on_record(folder: Path) -> None:
    """Claude Code has the plugin in a folder installed."""
    config = Path(os.environ["CLAUDE_CONFIG_DIR"])
    (config / "plugins").mkdir(parents=True, exist_ok=True)
    table = {"version": 2, "plugins": {"mine@here": [{"installPath": str(folder)}]}}
    (config / "plugins" / "installed_plugins.json").write_text(json.dumps(table))


def test_what_an_installed_plugin_says_of_a_built_in_command_counts(
    plugin: Path, project: Path
) -> None:
    ship = plugin / "commands/ship.md"
    build = ship.rename(ship.with_name("build.md"))
    on_record(plugin)
    directory = run("new", "build", "--path").stdout.decode().strip()
    write_files(Path(directory), {"scouting.md": "# Found\n"})

    def steps() -> list[str]:
        said = run("why", os.path.basename(directory)).stdout.decode()
        lines = said.partition("Steps of build:\n")[2].partition("\n\n")[0].splitlines()
        return [line.split(None, 1)[1].partition(":")[0] for line in lines]

    def in_force() -> tuple[str, bool]:
        made = as_json(run("workflows", "--json"))["workflows"]
        return next((one["in_force"], one["differs"]) for one in made if one["name"] == "build")

    told, built_in = ["scout", "your answer (approve)", "maker"], ["investigator", "architect"]
    assert steps() == told and in_force() == ("plugin mine", True)
    rows = [line.split("\t") for line in run("workflows").stdout.decode().splitlines()]
    assert [row[1] for row in rows if row[0] == "build"] == ["plugin mine", "built in"]
    settings = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "settings.json"
    settings.write_text('{"enabledPlugins": {"mine@here": false}}')
    assert steps()[:2] == built_in and in_force()[0] == "built in"
    settings.write_text("{}")
    assert steps() == told
    build.write_text(build.read_text().replace(".claude/sessions", "elsewhere"))
    assert steps()[:2] == built_in, "it speaks of no sessions"


def test_plugins_that_did_not_change_are_not_read_again(plugin: Path, project: Path) -> None:
    on_record(plugin)
    directory = run("new", "ship", "--path").stdout.decode().strip()
    write_files(Path(directory), {"scouting.md": "# Found\n"})
    program = (
        "import sys\nfrom exito_tui.cli import run\nrun(['why', sys.argv[1]])\n"
        "print('\\nread:', 'exito_tui.store.read.plugin_files' in sys.modules)"
    )

    def said() -> tuple[bool, bool]:
        """Whether the plugin's workflow counts, and whether the plugin was read."""
        command = [sys.executable, "-c", program, os.path.basename(directory)]
        words = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return "maker: made.md" in words, "read: True" in words

    assert [said(), said()] == [(True, True), (True, False)]
    kept = next((Path(os.environ["XDG_CACHE_HOME"]) / "exito-tui/workflows").iterdir())
    kept.write_bytes(kept.read_bytes()[:-3])
    assert [said(), said()] == [(True, True), (True, False)]
    maker = plugin / "agents/maker.md"
    maker.write_text(maker.read_text().replace("made.md", "done.md"))
    assert [said(), said()] == [(False, True), (False, False)]


def test_the_end_of_a_run_is_judged_by_its_plugin_too(plugin: Path, project: Path) -> None:
    on_record(plugin)
    directory = run("new", "ship", "--path").stdout.decode().strip()
    write_files(Path(directory), {"scouting.md": "# Found\n", "made.md": "# Made\n"})
    place = directory.removeprefix(f"{project.resolve()}/")
    block = {"type": "tool_use", "name": "Agent", "input": {"prompt": f"Directory: {place}"}}
    transcript = project / "transcript.jsonl"
    transcript.write_text(json.dumps({"type": "assistant", "message": {"content": [block]}}) + "\n")
    said = {"session_id": "x", "transcript_path": str(transcript), "cwd": str(project)}
    run("hook", "session-end", given=json.dumps(said).encode())
    metadata = json.loads(Path(directory, "session_metadata.json").read_text())
    assert metadata["status"] == "completed"


def test_the_plugin_is_shown_before_anything_is_run(project: Path) -> None:
    done = run("plugin", "install", "--dry-run")
    assert done.stdout.startswith(b"claude plugin marketplace add ")
    assert b"claude plugin install exito-tui@exito-tui --scope user" in done.stdout
    done = run("plugin", "install", "--only", "sing")
    assert done.returncode == 2 and b"there is no part 'sing'" in done.stderr
    status = as_json(run("plugin", "status", "--json"))
    assert status["installed"] is False and status["project"] == str(project.resolve())
    folder = Path(as_json(run("plugin", "path", "--json"))["path"])
    hooks = json.loads((folder / "exito-tui/hooks/hooks.json").read_text())["hooks"]
    assert {"PermissionRequest", "SubagentStop", "SessionEnd"} <= hooks.keys()
    assert all(
        one["timeout"] for entries in hooks.values() for entry in entries for one in entry["hooks"]
    )
    assert os.access(folder / "exito-tui/bin/exito-tui-hook", os.X_OK)


def installed_plugin(*parts: str) -> Path:
    """Our plugin with some parts, as `plugin install --only` makes it, and as Claude Code has it on
    record."""
    from exito_tui.cli.commands.plugin import _own_folder, _write_own

    _write_own(_own_folder(), list(parts))
    folder = Path(_own_folder()) / "exito-tui"
    config = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "plugins"
    config.mkdir(parents=True)
    table = {"plugins": {"exito-tui@exito-tui": [{"installPath": str(folder)}]}}
    (config / "installed_plugins.json").write_text(json.dumps(table))
    return folder


@pytest.mark.parametrize("file", ["hooks/hooks.json", "bin/exito-tui-hook"])
def test_a_plugin_that_another_version_made_is_to_be_renewed(project: Path, file: str) -> None:
    folder = installed_plugin("permission", "save")
    status = as_json(run("plugin", "status", "--json"))
    assert (status["parts"], status["is_current"]) == (["permission", "save"], True)
    assert b"renew" not in run("plugin", "status").stdout
    path = folder / file
    path.write_text(path.read_text().replace(": 10", ": 9").replace("exec ", ""))
    assert as_json(run("plugin", "status", "--json"))["is_current"] is False
    said = run("plugin", "status").stdout
    assert b"renew it: exito-tui plugin install --only permission,save\n" in said


def test_a_mode_that_hinders_is_named(project: Path) -> None:
    (project / ".claude").mkdir()
    (project / ".claude/settings.json").write_text('{"permissions": {"defaultMode": "plan"}}')
    assert "agents may not write" in as_json(run("plugin", "status", "--json"))["hinders"]


def test_the_shipped_hooks_are_those_of_the_program() -> None:
    from exito_tui.cli.commands.plugin import _SHIM, packaged
    from exito_tui.hooks.wiring import hooks_table

    shipped = json.loads(Path(packaged(), "exito-tui/hooks/hooks.json").read_text())
    assert shipped["hooks"] == hooks_table(_SHIM)


def found_on_path(folder: Path, name: str, script: str) -> str:
    """A PATH with a program of that name in a folder, besides what the tests need."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


@pytest.mark.parametrize(
    ("script", "words"),
    [("exit 3", "failed (exit 3)"), ("echo what", "told no version"), ("echo 2.1.332", "")],
)
def test_a_claude_that_fails_is_not_called_missing(
    project: Path, tmp_path: Path, script: str, words: str
) -> None:
    path = found_on_path(tmp_path / "bin", "claude", script)
    said = run("plugin", "status", PATH=path).stdout.decode()
    line = next(one for one in said.splitlines() if one.startswith("claude "))
    at = f"found at {tmp_path}/bin/claude, but `claude --version` {words}"
    assert line == f"claude   {at if words else '2.1.332'}"
    made = as_json(run("plugin", "status", "--json", PATH=path))
    assert made["claude_problem"] == (at if words else None)


def test_what_is_missing_on_the_path_is_told(project: Path, tmp_path: Path) -> None:
    nothing = "/usr/bin:/bin"
    done = run("plugin", "install", "--dry-run", PATH=nothing)
    assert done.returncode == 0 and b"there is no `claude` on your PATH" in done.stderr
    done = run("hook", "print", PATH=nothing)
    assert b"`exito-tui` is not on your PATH, so hooks will do nothing" in done.stderr
    assert json.loads(done.stdout)
    path = found_on_path(tmp_path / "bin", "exito-tui", "exit 0")
    assert b"PATH" not in run("hook", "print", PATH=path).stderr
    assert b"not found on your PATH" in run("plugin", "status", PATH=nothing).stdout


@pytest.mark.parametrize(
    "command",
    [["plugin", "install"], ["plugin", "uninstall"], ["hook", "install"], ["lint", "--fix"], ["lint", "--undo"]],
    ids=" ".join,
)  # fmt: skip
def test_read_only_holds_for_what_is_no_session(
    project: Path, plugin: Path, command: list[str], tmp_path: Path
) -> None:
    path = found_on_path(tmp_path / "bin", "claude", f"touch {tmp_path}/ran")
    before = {one: one.read_bytes() for one in plugin.rglob("*.md")}
    more = [str(plugin)] if command[0] == "lint" else []
    more += ["--yes"] if command[1] != "--undo" else []
    done = run(*command, *more, "--read-only", PATH=path)
    assert done.returncode == 1 and b"nothing was done: read_only is set" in done.stderr
    assert {one: one.read_bytes() for one in before} == before
    assert not (tmp_path / "ran").exists()
    assert not (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "settings.json").exists()
