"""What the linter puts right, and what it leaves as it was."""

from exito_tui.domain.plugins.fix import fixed
from exito_tui.domain.plugins.lint import lint
from exito_tui.domain.plugins.source import FileKind, Plugin, PluginFile

HEAD = '---\nallowed-tools: Task\n---\n!ID="x_$(date +%S)"\n!mkdir ".claude/sessions/ship/$SESSION_ID"\n'


def of(**files: str) -> dict[str, str]:
    """What is written instead of these files; `commands__ship` is commands/ship.md."""
    kinds: dict[str, FileKind] = {"commands": "command", "agents": "agent"}
    made = tuple(
        PluginFile(path, kinds.get(path.partition("/")[0], "doc"), text)
        for path, text in {f"{n.replace('__', '/')}.md": text for n, text in files.items()}.items()
    )
    plugin = Plugin("mine", made, frozenset(one.path for one in made))
    return fixed(plugin, lint(plugin, {}))


def command(body: str) -> str:
    """What becomes of a command that makes its folder by lines that nobody runs."""
    return of(commands__ship=HEAD + body)["commands/ship.md"]


def test_a_command_gets_its_folder_and_hands_it_on() -> None:
    text = command(
        '<Task agent="Plan">\nSession: $SESSION_ID\n.claude/sessions/ship/$SESSION_ID/a.md\n</Task>\n'
    )
    assert "!mkdir" not in text and "!`exito-tui new ship`" in text
    assert text.startswith("---\nallowed-tools: Bash(exito-tui new:*), Task\n---\n")
    task = text[text.index("<Task") :]
    assert task == (
        '<Task agent="Plan">\nDirectory: <directory>\nSession: <session>\n<directory>/a.md\n</Task>\n'
    )


def test_an_agent_that_is_told_neither_is_told_both() -> None:
    text = command(
        '<Task agent="Plan"\n  model="x">\nDo it\n</Task>\n<Task agent="Plan">x</Task>\n'
    )
    assert 'model="x">\nSession: <session>\nDirectory: <directory>\nDo it\n' in text
    assert text.endswith('<Task agent="Plan">x</Task>\n')


def test_scripts_in_fences_lose_what_runs_nothing() -> None:
    text = "```bash\n  !npm test\n! grep x y\n!`echo hi`\n```\n!mkdir it\n"
    made = of(commands__ship=text, agents__scout=text)
    assert made == {
        "commands/ship.md": text.replace("!npm", "npm"),
        "agents/scout.md": text.replace("!npm", "npm"),
    }


def test_lists_of_tools_may_stand_below_their_key() -> None:
    text = "---\ntools:\n  - Read\n  - Grep\nmodel: x\n---\nWrite it to `a.md`.\n"
    assert of(agents__scout=text)["agents/scout.md"].startswith(
        "---\ntools: Read, Write\nmodel: x\n---\n"
    )
    given = HEAD.replace(" Task\n", "\n- Task\n- Bash(git log:*)\n")
    assert of(commands__ship=given)["commands/ship.md"].startswith(
        "---\nallowed-tools: Bash(exito-tui new:*), Task, Bash(git log:*)\n---\n"
    )


def test_an_agent_with_tools_that_are_gone_keeps_one() -> None:
    made = of(agents__scout="---\ntools: Grep, Glob\n---\nLook.\n")
    assert made == {"agents/scout.md": "---\ntools: Read\n---\nLook.\n"}


def test_lines_end_as_they_did() -> None:
    text = "---\r\ntools: Read, Grep\r\n---\r\nLook.\r\n"
    assert of(agents__scout=text) == {"agents/scout.md": "---\r\ntools: Read\r\n---\r\nLook.\r\n"}


def test_what_is_no_utf_8_stays() -> None:
    assert of(agents__scout="---\ntools: Read, Grep\n---\nCaf\ufffd.\n") == {}
