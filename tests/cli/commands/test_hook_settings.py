"""Our hooks in Claude Code's settings, which are the user's own."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from exito_tui.claude.plugins import hook_setup, settings_file
from exito_tui.domain.hook_setup import PARTS
from exito_tui.hooks.wiring import COMMAND, hooks_table, with_hooks
from tests.cli.commands.test_workflow_tools import installed_plugin
from tests.programs import run

OWN = {"type": "command", "command": "notify-send done"}
SETTINGS: dict[str, Any] = {
    "model": "opus",
    "hooks": {
        "SubagentStop": [{"hooks": [OWN]}],
        "Stop": [{"hooks": [OWN]}],
        "PermissionRequest": [],
    },
    "permissions": {"defaultMode": "acceptEdits"},
}


@pytest.fixture
def settings(project: Path) -> Path:
    """The user's settings, with hooks of their own."""
    path = Path(settings_file(os.environ["CLAUDE_CONFIG_DIR"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(SETTINGS, indent=4, ensure_ascii=False))
    path.chmod(0o600)
    return path


def on(project: Path) -> frozenset[str]:
    return hook_setup(os.environ["CLAUDE_CONFIG_DIR"], str(project)).on


def test_they_are_added_to_what_is_there_and_taken_back(settings: Path, project: Path) -> None:
    before = settings.read_text()
    shown = run("hook", "install", "--dry-run")
    assert b'+                        "command": "! command -v exito-tui' in shown.stdout
    assert shown.stdout.startswith(b"--- ") and settings.read_text() == before
    refused = run("hook", "install")
    assert refused.returncode == 2 and b"--yes" in refused.stderr
    assert settings.read_text() == before
    done = run("hook", "install", "--yes")
    assert done.returncode == 0 and b"as it was it is in " in done.stderr
    assert on(project) == frozenset(PARTS)
    made = json.loads(settings.read_text())
    assert made["model"] == "opus" and list(made) == list(SETTINGS)
    assert made["hooks"]["Stop"] == [{"hooks": [OWN]}]
    assert made["hooks"]["SubagentStop"][0] == {"hooks": [OWN]}
    assert settings.stat().st_mode & 0o777 == 0o600
    again = run("hook", "install", "--yes")
    assert b"nothing is to be changed" in again.stderr and not again.stdout
    assert run("hook", "install", "--undo").returncode == 0
    assert settings.read_text() == before
    assert b"taken back already" in run("hook", "install", "--undo").stderr


def test_some_parts_alone_and_none_again(settings: Path, project: Path) -> None:
    run("hook", "install", "--only", "save,begin", "--yes")
    assert on(project) == {"save", "begin"}
    run("hook", "install", "--only", "tell", "--yes")
    assert on(project) == {"tell"}
    assert list(json.loads(settings.read_text())["hooks"])[-2:] == [
        "UserPromptSubmit",
        "PostToolUse",
    ]
    run("hook", "install", "--only", "session-end", "--yes")
    assert on(project) == {"session-end"}
    run("hook", "install", "--only", "tell", "--yes")
    assert b"settings on (tell)\n" in run("plugin", "status").stdout
    run("hook", "uninstall", "--yes")
    assert on(project) == frozenset()
    assert json.loads(settings.read_text()) == SETTINGS
    wrong = run("hook", "install", "--only", "sing")
    assert wrong.returncode == 2 and b"there is no part 'sing'" in wrong.stderr


def test_a_file_that_is_not_there_is_made_and_goes_again(project: Path) -> None:
    path = project / ".claude" / "settings.json"
    assert run("hook", "install", "--scope", "project", "--yes").returncode == 0
    assert json.loads(path.read_text()) == {"hooks": hooks_table(COMMAND)}
    assert run("hook", "install", "--scope", "project", "--undo").returncode == 0
    assert not path.exists()
    done = run("hook", "uninstall", "--scope", "project", "--yes")
    assert done.returncode == 0 and b"nothing is to be changed" in done.stderr
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [(b"{", b"cannot be changed safely"), (b"[]", b"it is not a JSON object"),
     (b'{"hooks": 3}', b'"hooks" is not an object'), (b'{"hooks": {"Stop": {}}}', b'no list for "Stop"'),
     (b'{"a": 1, "a": 2}', b'the key "a" is there twice'), (b"// mine\n{}", b"line 1"),
     (b'{"a": "\xff"}', b"not valid UTF-8"), (b'{"a":' * 100_000, b"nested too deep")],
)  # fmt: skip
def test_what_is_no_settings_is_left_as_it_is(settings: Path, text: bytes, why: bytes) -> None:
    settings.write_bytes(text)
    done = run("hook", "install", "--yes")
    assert done.returncode == 1 and why in done.stderr and b"nothing was changed" in done.stderr
    assert settings.read_bytes() == text


def test_a_link_is_not_replaced(settings: Path, tmp_path: Path) -> None:
    dotfile = tmp_path / "dotfile.json"
    settings.rename(dotfile)
    settings.symlink_to(dotfile)
    done = run("hook", "install", "--yes")
    assert done.returncode == 1 and b"is a link" in done.stderr and settings.is_symlink()


def test_what_was_changed_since_is_not_taken_back(settings: Path) -> None:
    run("hook", "install", "--yes")
    settings.write_text("{}")
    done = run("hook", "install", "--undo")
    assert done.returncode == 1 and b"was changed since" in done.stderr
    assert settings.read_text() == "{}"


def test_no_hook_is_on_twice(settings: Path, project: Path) -> None:
    run("hook", "install", "--yes")
    done = run("plugin", "install", "--dry-run")
    assert done.returncode == 1 and b"`exito-tui hook uninstall` first" in done.stderr
    run("hook", "install", "--undo")
    installed_plugin("save")
    done = run("hook", "install", "--yes")
    assert done.returncode == 1 and b"`exito-tui plugin uninstall` first" in done.stderr


def test_only_our_own_hooks_are_replaced() -> None:
    theirs = {"command": "my-wrapper exito-tui hook save"}
    before = {"Stop": [{"matcher": "x", "hooks": [theirs, {"command": "exito-tui hook save"}]}]}
    table = hooks_table(COMMAND, ["save"])
    made = with_hooks({"hooks": before}, table)
    assert made["hooks"] == {"Stop": [{"matcher": "x", "hooks": [theirs]}], **table}
    assert with_hooks({"hooks": table, "a": 1}, {}) == {"a": 1}
    assert with_hooks({"hooks": {}}, {}) == {"hooks": {}}
    odd: dict[str, Any] = {"Stop": [3, {"hooks": 3}, {"hooks": [3]}, {}]}
    assert with_hooks({"hooks": odd}, {})["hooks"] == odd


def test_a_hook_is_silent_where_the_program_is_gone(tmp_path: Path) -> None:
    import subprocess

    done = subprocess.run(
        ["/bin/sh", "-c", f"{COMMAND} save"], capture_output=True, env={"PATH": str(tmp_path)},
        input=b"{}", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_projects_settings_that_are_a_pipe_or_far_too_long_are_refused(project: Path) -> None:
    path = Path(settings_file("", str(project)))
    path.parent.mkdir()
    os.mkfifo(path)
    done = run("hook", "install", "--scope", "project", "--yes")
    assert done.returncode == 1 and b"is not a regular file" in done.stderr
    path.unlink()
    path.write_text(json.dumps({"a": "x" * 2_000_000}))
    done = run("hook", "install", "--scope", "project", "--yes")
    assert done.returncode == 1 and b"is larger than" in done.stderr
