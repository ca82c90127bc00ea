"""Which of our hooks are on, as Claude Code's own files say."""

import json
from pathlib import Path

import pytest

from exito_tui.claude.plugins import OWN_PLUGIN, hook_setup, parts_in
from exito_tui.domain.hook_setup import ANSWERING, HookSetup
from exito_tui.hooks.wiring import hooks_table

SHIM = '"${CLAUDE_PLUGIN_ROOT}/bin/exito-tui-hook"'


@pytest.mark.parametrize(
    ("command", "parts"),
    [("exito-tui hook save", {"save"}), ("/opt/x/exito-tui hook run", set(ANSWERING)),
     ("exito-tui hook run save tell", {"save", "tell"}), (f"{SHIM} begin", {"begin"}),
     ("exito-tui hook session-end", {"session-end"}), ("exito-tui hook dance", set()),
     ("echo exito-tui hook save > x", set()), ("other hook save", set()), ("", set())],
)  # fmt: skip
def test_a_command_puts_its_part_on(command: str, parts: set[str]) -> None:
    assert parts_in({"X": [{"hooks": [{"command": command}]}]}) == parts


@pytest.mark.parametrize(
    "hooks", [None, 3, [], {"X": 3}, {"X": [3]}, {"X": [{"hooks": 3}]}, {"X": [{"hooks": [3]}]},
              {"X": [{"hooks": [{"command": 3}]}]}],
)  # fmt: skip
def test_what_is_no_table_has_none_on(hooks: object) -> None:
    assert parts_in(hooks) == frozenset()


def test_plugin_and_settings_count_together(tmp_path: Path) -> None:
    config, project, plugin = tmp_path / "config", tmp_path / "shop", tmp_path / "plugin"
    for folder in (config / "plugins", project / ".claude", plugin / "hooks"):
        folder.mkdir(parents=True)

    def put(path: Path, made: object) -> None:
        path.write_text(json.dumps(made))

    assert hook_setup(str(config), str(project)) == HookSetup()
    put(plugin / "hooks/hooks.json", {"hooks": hooks_table(SHIM, ["begin", "save"])})
    entry = {"plugins": {OWN_PLUGIN: [{"installPath": str(plugin)}]}}
    put(config / "plugins/installed_plugins.json", entry)
    assert hook_setup(str(config), str(project)).on == {"begin", "save"}
    put(config / "settings.json", {"enabledPlugins": {OWN_PLUGIN: False}})
    assert hook_setup(str(config), str(project)).on == frozenset()
    own = {"hooks": hooks_table("exito-tui hook", ["tell"]), "permissions": {"defaultMode": "auto"}}
    put(project / ".claude/settings.json", own)
    assert hook_setup(str(config), str(project)) == (
        frozenset({"tell"}),
        "auto",
        True,
    )
