"""Where nothing may be changed the hooks are silent."""

import os
from pathlib import Path
from typing import Any

import pytest

from exito_tui.hooks.dispatch import answer
from exito_tui.hooks.project import project_folder
from tests.hooks.test_run import ALL, REPORT, begun, said, stopped
from tests.programs import run


def asked(project: Path, directory: str) -> list[dict[str, Any]]:
    """An event for each part that changes something, or has it changed."""
    write = {"file_path": str(project / directory / "plan.md"), "content": "x"}
    agent = {"subagent_type": "exito:architect", "description": "Plan", "prompt": "Plan it"}
    return [
        said(project, "UserPromptExpansion", command_name="exito:build", command_args=""),
        said(project, "PermissionRequest", tool_name="Write", tool_input=write),
        said(project, "PreToolUse", tool_name="Agent", tool_input=agent),
        stopped(project, last_assistant_message=REPORT),
    ]


def files(project: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in project.rglob("*") if one.is_file()}


@pytest.mark.parametrize("how", ["setting", "environment", "owner"])
def test_hooks_change_nothing_where_nothing_may_be_changed(
    project: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = begun(project)
    before = files(project)
    if how == "setting":
        file = Path(os.environ["XDG_CONFIG_HOME"], "exito-tui", "config.toml")
        file.parent.mkdir(parents=True)
        file.write_text("read_only = true\n")
    if how == "environment":
        monkeypatch.setenv("EXITO_TUI_READ_ONLY", "1")
    if how == "owner":
        monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert [answer(one, ALL) for one in asked(project, directory)] == [None] * 4
    assert files(project) == before


def test_a_setting_that_says_no_switches_nothing_off(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXITO_TUI_READ_ONLY", "0")
    assert all(answer(one, ALL) for one in asked(project, begun(project)))


@pytest.mark.parametrize("before", [["--read-only", "hook"], ["hook"]])
@pytest.mark.parametrize("part", ["begin", "session-end"])
def test_the_flag_makes_every_hook_silent(project: Path, before: list[str], part: str) -> None:
    after = [] if len(before) > 1 else ["--read-only"]
    done = run(*before, part, *after, CLAUDE_PROJECT_DIR=str(project))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert not (Path(os.environ["XDG_STATE_HOME"]) / "exito-tui" / "hook.log").exists()


def test_an_option_before_a_hook_does_not_make_it_another_one(project: Path) -> None:
    run("--no-claude", "hook", "begin")
    log = Path(os.environ["XDG_STATE_HOME"], "exito-tui", "hook.log").read_text()
    assert "JSON" in log and "transcript_path" not in log


@pytest.mark.parametrize("where", ["home", "everybody's"])
def test_no_run_begins_above_every_project(where: str, tmp_path: Path) -> None:
    folder = (tmp_path / where).resolve()
    folder.mkdir(exist_ok=True)
    if where == "everybody's":
        folder.chmod(0o1777)
    event = said(folder, "UserPromptExpansion", command_name="exito:build", command_args="")
    assert answer(event, ALL) is None
    assert not (folder / ".claude").exists()
    inner = folder / "x"
    (folder / ".claude" / "sessions").mkdir(parents=True)
    inner.mkdir()
    assert project_folder({}, {"CLAUDE_PROJECT_DIR": str(inner)}) == str(inner)
