"""Commands and agents that are not built in: those of the settings, and of installed plugins."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from exito_tui.domain.hook_setup import PARTS
from exito_tui.hooks.dispatch import answer
from exito_tui.hooks.workflows import folder_of_run
from tests.cli.commands.support import configure
from tests.support import write_files

ALL = frozenset(PARTS)
ID = "3f2a0000-1111-2222-3333-444455556666"
REPORT = "# Found\n\nThe cart has no coupons.\n"
SHIP = (
    '<Task agent="scout">\nDirectory: .claude/sessions/ship/$SESSION_ID\n</Task>\n\n'
    '<Task agent="maker">\nDirectory: .claude/sessions/ship/$SESSION_ID\n</Task>\n'
)
AGENT = "---\nname: {}\n---\nWrite your findings to `{}`.\n"
SETTINGS = '[workflows.{}]\nsteps = [{{ agent = "scout", leaves = "scouting.md" }}]\n'


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plugin that is installed as `mine`, with a command that starts two agents."""
    made = tmp_path / "mine"
    files = {
        ".claude-plugin/plugin.json": '{"name": "mine"}',
        "commands/ship.md": SHIP,
        "commands/look.md": '<Task agent="scout">\nLook at the diff.\n</Task>\n',
        "agents/scout.md": AGENT.format("scout", "scouting.md"),
        "agents/maker.md": AGENT.format("maker", "made.md"),
    }
    write_files(made, files)
    config = Path(os.environ["CLAUDE_CONFIG_DIR"], "plugins")
    config.mkdir(parents=True)
    table = {"plugins": {"mine@here": [{"installPath": str(made)}]}}
    (config / "installed_plugins.json").write_text(json.dumps(table))
    return made


def said(project: Path, event: str, **more: Any) -> dict[str, Any]:
    return {"hook_event_name": event, "session_id": ID, "cwd": str(project), **more}


def begun(project: Path, command: str) -> str:
    """The directory of the run that the hook begins; empty when it begins none."""
    made = answer(said(project, "UserPromptExpansion", command_name=command), ALL)
    return str(made).partition("Directory: ")[2].partition("\\n")[0]


def test_a_command_of_an_installed_plugin_begins_a_run(project: Path, plugin: Path) -> None:
    directory = begun(project, "mine:ship")
    assert directory.startswith(".claude/sessions/ship/ship_2")
    assert (project / directory / "session_metadata.json").exists()


def test_the_other_parts_know_its_agents(project: Path, plugin: Path) -> None:
    directory = begun(project, "mine:ship")
    given = {"subagent_type": "mine:scout", "description": "x", "prompt": "Look"}
    made = answer(said(project, "PreToolUse", tool_name="Agent", tool_input=given), ALL)
    assert f"Directory: {directory}" in str(made)
    stop = said(project, "SubagentStop", agent_type="mine:scout", last_assistant_message=REPORT)
    assert answer(stop, ALL) == {
        "systemMessage": "exito-tui saved scouting.md from the agent's answer."
    }
    assert (project / directory / "scouting.md").read_text() == REPORT
    told = said(project, "PostToolUse", tool_input={"subagent_type": "mine:maker"})
    assert "made.md is NOT on disk" in str(answer(told, ALL))


def test_an_agent_that_is_built_in_owes_its_file_to_other_commands_too(
    project: Path, plugin: Path
) -> None:
    (plugin / "commands/ship.md").write_text(SHIP.replace("scout", "investigator"))
    write_files(plugin, {"agents/investigator.md": AGENT.format("investigator", "context.md")})
    directory = begun(project, "mine:ship")
    kind = "mine:investigator"
    told = said(project, "PostToolUse", tool_input={"subagent_type": kind})
    assert "context.md is NOT on disk" in str(answer(told, ALL))
    stop = said(project, "SubagentStop", agent_type=kind, last_assistant_message=REPORT)
    assert answer(stop, ALL) and (project / directory / "context.md").read_text() == REPORT


@pytest.mark.parametrize("command", ["mine:look", "ship", "other:ship", "mine:nothing", "mine:"])
def test_a_command_that_has_no_session_begins_none(
    project: Path, plugin: Path, command: str
) -> None:
    assert not begun(project, command) and not (project / ".claude").exists()


@pytest.mark.parametrize(
    "name", ["mine:../ship", "mine:ship\n", "a/b", "mine:sh ip", "a:b:c", ".."]
)
def test_what_is_no_name_is_not_looked_for(project: Path, plugin: Path, name: str) -> None:
    assert not begun(project, name) and not (project / ".claude").exists()


@pytest.mark.parametrize("called", ["deploy", "any:deploy"])
def test_a_command_of_the_settings_begins_a_run(project: Path, called: str) -> None:
    assert not begun(project, called)
    configure(SETTINGS.format("deploy"))
    assert begun(project, called).startswith(".claude/sessions/deploy/deploy_2")


def test_a_command_that_makes_its_folder_itself_gets_no_other(project: Path, plugin: Path) -> None:
    (plugin / "commands/ship.md").write_text(f"!`exito-tui new ship`\n{SHIP}")
    assert folder_of_run("mine:ship", str(project)) == ""
    configure(SETTINGS.format("deploy"))
    own = project / ".claude/commands/deploy.md"
    own.parent.mkdir(parents=True)
    own.write_text("Deploy it\n")
    assert folder_of_run("deploy", str(project)) == "deploy"
    own.write_text("!`exito-tui new deploy`\nDeploy it\n")
    assert folder_of_run("deploy", str(project)) == ""


def test_a_plugin_that_is_gone_begins_nothing(project: Path, plugin: Path) -> None:
    plugin.rename(plugin.with_name("moved"))
    assert not begun(project, "mine:ship")
    assert begun(project, "exito:build"), "what is built in needs no plugin"


@pytest.mark.parametrize("command", ["exito:review", "exito:research", "mine:build"])
def test_files_that_lie_side_by_side_and_other_plugins_get_no_folder(
    project: Path, plugin: Path, command: str
) -> None:
    (plugin / "commands/build.md").write_text("Run make\n")
    assert not begun(project, command) and not (project / ".claude").exists()
