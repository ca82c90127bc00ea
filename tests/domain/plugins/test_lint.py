"""The linter finds what breaks the session contract, and nothing else."""

import pytest

from exito_tui.domain.plugins.findings import EXPLAINED, LintFinding
from exito_tui.domain.plugins.lint import lint
from exito_tui.domain.plugins.source import FileKind, Plugin, PluginFile

RIGHT = """\
---
description: "Build"
allowed-tools: Bash(exito-tui new:*), Agent
---
# Build

!`exito-tui new build`

Task: $ARGUMENTS. The run of Claude Code is ${CLAUDE_SESSION_ID}.

<Task agent="investigator">
Task: it
Session: as above
Directory: as above
</Task>

<Task agent="architect">
Context: .claude/sessions/build/ID/context.md
Session: as above
Directory: as above
</Task>
"""
INVESTIGATOR = """\
---
name: investigator
tools: Read, Write, Bash
---
Write your findings to `context.md`.
"""
ARCHITECT = "---\nname: architect\n---\nCreate the plan at `$DIR/plan.md`.\n"


LEAVES = {"extra": ["report.md"], "architect": ["design.md"]}
"""What agents are known to leave."""


def plugin(**files: str) -> Plugin:
    """A plugin of these files; underscores in their names stand for slashes, the last one for the
    dot."""
    made = {
        "commands/build.md": RIGHT,
        "agents/investigator.md": INVESTIGATOR,
        "agents/architect.md": ARCHITECT,
        **{name.replace("__", "/") + ".md": text for name, text in files.items()},
    }
    kinds: dict[str, FileKind] = {"commands": "command", "agents": "agent"}
    every = tuple(
        PluginFile(path, kinds.get(path.partition("/")[0], "doc"), text)
        for path, text in made.items()
    )
    return Plugin("exito", every, frozenset(made))


def found(**files: str) -> list[LintFinding]:
    """What is found but for notes."""
    return [one for one in lint(plugin(**files), {}) if one.code != "report-note"]


def notes(**files: str) -> list[str]:
    return [one.detail for one in lint(plugin(**files), LEAVES) if one.code == "report-note"]


def codes(**files: str) -> list[str]:
    return [one.code for one in found(**files)]


def command(body: str, tools: str = "Task") -> str:
    return f"---\nallowed-tools: {tools}\n---\n{body}"


def test_what_keeps_the_contract_has_no_finding() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('!SESSION_ID="build_$(date +%Y%m%d_%H%M%S)"', {"not-executed", "second-collision"}),
        ("text [!`echo hi`] text", {"not-executed"}),
        ("say!`echo hi`", {"not-executed"}),
        ("![picture](a.png) and Stop! Now", set()),
        ("!`echo hi`", set()),
        ("so !`date` it is", set()),
        ("```bash\n!mkdir here\n```", {"not-executed"}),
        ("```bash\n! grep -q x y\n```", set()),
        ("```css\n!important\n```", set()),
        ("```bash\n!`echo $HOME`\n```", {"refused-inline"}),
        ("    !`make-it`", {"no-grant"}),
        ('```\nD=".claude/sessions/x_$(date +%s)"\n```', {"second-collision"}),
        ('!`echo "build_$(date +%H)"`', set()),
        ("!`mkdir -p .claude/sessions/build/x`", {"refused-inline", "no-grant"}),
        ('!`echo "$HOME"`', {"refused-inline"}),
        ("!`echo {a,b}`", {"refused-inline"}),
        ("!`make-it`", {"no-grant"}),
        ("!`cat x | make-it && ls`", {"no-grant"}),
        ("!`echo 'a | b; c' | wc -l`", set()),
        ('!`echo "$ARGUMENTS"`', {"injection"}),
        ("!`echo $1`", {"injection"}),
        ("Use $ARGUMENTS as text.", set()),
        ("Path: .claude/sessions/$SESSION_DIR/plan.md", {"double-prefix"}),
        ("Path: $SESSION_DIR/plan.md", set()),
        ("id: $CLAUDE_SESSION_ID", {"undefined-variable"}),
        ("id: ${CLAUDE_SESSION_ID}", set()),
        ("export COMMAND_TYPE=x\nthen: $COMMAND_TYPE", set()),
        ("type: ${COMMAND_TYPE:-tasks}", {"undefined-variable"}),
        ("type: {COMMAND_TYPE}", set()),
        ("source exito/scripts/missing.sh", {"missing-script"}),
        ("Run `${CLAUDE_PLUGIN_ROOT}/scripts/gone.py`", {"missing-script"}),
        ("source ./my/own/thing.sh", set()),
        ("It lies in ${CLAUDE_PLUGIN_ROOT}/data/made", set()),
        ("The id is in the `$SESSION_ID` environment variable", {"undefined-variable"}),
        ("The id: $SESSION_ID. No environment variable", set()),
        ('<Task agent="nobody">\nSession: x\nDirectory: y\n</Task>', {"unknown-agent"}),
        ('<Task agent="other:thing">\nSession: x\nDirectory: y\n</Task>', set()),
        ('<Task agent="Explore">\nSession: x\nDirectory: y\n</Task>', set()),
        ('<Task agent="investigator">\nDirectory: y\n</Task>', set()),
        ('<Task agent="investigator">\nSession: y\n</Task>', {"no-directory"}),
        ("Then /build it, or /exito:build, or a/build, </build>", {"bare-command"}),
    ],
)
def test_each_line_of_a_command(body: str, expected: set[str]) -> None:
    assert set(codes(commands__other=command(body))) == expected


def test_a_grant_lets_a_program_run() -> None:
    for tools in ("Bash", "Bash(make-it:*), Task", "Task, Bash(make-it now)"):
        assert codes(commands__other=command("!`make-it now`", tools)) == []
    assert codes(commands__other=command("!`make-it now`", "Bash(other:*)")) == ["no-grant"]
    both = command("!`cat x && make-it`", "Bash(cat:*)")
    assert [one.detail for one in found(commands__other=both)] == ["for make-it"]
    assert codes(commands__other=both.replace("cat:*", "cat x && make-it")) == []


def test_a_program_that_the_plugin_does_not_hold() -> None:
    text = '{"command": "\\"${CLAUDE_PLUGIN_ROOT}/bin/tool\\" x", "other": "${CLAUDE_PLUGIN_ROOT}/lib"}'
    hooks = PluginFile("hooks/hooks.json", "hooks", text)
    paths = frozenset(("hooks/hooks.json", "lib/one.txt"))
    (one,) = lint(Plugin("exito", (hooks,), paths), {})
    assert (one.code, one.detail) == ("missing-script", "bin/tool")
    assert lint(Plugin("exito", (hooks,), paths | {"bin/tool"}), {}) == []
    called = command("!`${CLAUDE_PLUGIN_ROOT}/bin/tool`", "Bash")
    assert "missing-script" in codes(commands__other=called)


def test_a_variable_is_lost_between_shells_and_kept_in_one_block() -> None:
    apart = command("!`A=1`\n\n!`use $A`", "Bash")
    assert "lost-variable" in codes(commands__other=apart)
    block = command("```!\nA=1\nuse $A\n```\n", "Bash")
    assert codes(commands__other=block) == []


def test_agents_without_a_session_are_told_of_once_any_has_one() -> None:
    body = (
        '<Task agent="investigator">\nSession: x\nDirectory: y\n</Task>\n'
        '<Task agent="architect">\nDo it\n</Task>'
    )
    assert codes(commands__other=command(body)) == ["no-directory", "no-session-id"]


def test_agents_that_work_in_a_session_need_one_though_no_task_speaks_of_it() -> None:
    scout = "---\nname: scout\n---\nLook below `.claude/sessions` for your folder.\n"
    body = '<Task agent="scout">\nLook around\n</Task>'
    assert codes(commands__other=command(body), agents__scout=scout) == [
        "no-directory",
        "no-session-id",
    ]
    assert (
        codes(commands__other=command(body), agents__scout="---\nname: scout\n---\nLook.\n") == []
    )


def test_a_file_that_an_agent_reads_and_nobody_wrote() -> None:
    checker = (
        "---\nname: checker\n---\nRead all of it:\n- `$SESSION_DIR/context.md` - why\n"
        "- `$SESSION_DIR/tests.md` - whether\n- `$SESSION_DIR/notes.md`, if there are any\n\n"
        "The next agent is given `$SESSION_DIR/plan.md`.\n"
    )
    body = (
        '<Task agent="investigator">\nSession: x\nDirectory: y\n</Task>\n'
        '<Task agent="checker">\nSession: x\nDirectory: y\n</Task>\n'
    )
    (one,) = found(commands__other=command(body), agents__checker=checker)
    assert (one.code, one.line, one.detail) == ("artefact-mismatch", 8, "checker reads tests.md")


def test_what_a_plugins_own_agents_are_told_counts_before_what_is_known_of_them() -> None:
    body = (
        '<Task agent="architect">\nSession: x\nDirectory: y\n</Task>\n'
        "The plan: `.claude/sessions/b/x/plan.md`, the design: `.claude/sessions/b/x/design.md`\n"
        "Save your notes to `.claude/sessions/b/x/notes.md`\n"
        '<Task agent="investigator">\nSession: x\nDirectory: y\n  <directory>/late.md\n</Task>\n'
        "Read `.claude/sessions/b/x/notes.md`, `.claude/sessions/b/x/context.md`\n"
    )
    made = lint(plugin(commands__other=command(body)), LEAVES)
    found = [(one.line, one.detail) for one in made if one.code == "artefact-mismatch"]
    assert found == [(8, "design.md is promised"), (13, "investigator is given late.md")]


def test_a_file_that_nobody_wrote_is_told_of() -> None:
    body = (
        '<Task agent="investigator">\nSession: x\nDirectory: y\n</Task>\n'
        '<Task agent="architect">\nSession: x\nContext: .claude/sessions/b/x/notes.md\n</Task>\n'
        "- `plan.md` - the plan\n- `review.md` - the review\n"
    )
    details = [one.detail for one in found(commands__other=command(body))]
    assert details == [
        "architect is given notes.md",
        "review.md is promised",
    ]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("tools: Read, Bash", {"no-write-tool"}),
        ("tools: Read, Write", set()),
        ("model: x", set()),
        ("tools: [Read, Write, Grep]", {"unknown-tool"}),
        ("tools: Read, Write, ExitPlanMode", {"unknown-tool"}),
        ("tools:\n  - Read\n  - Write", set()),
        ("tools:\n  - Read\n  - Grep\nmodel: x", {"unknown-tool", "no-write-tool"}),
        ("tools: Read, Write, Bash(git:*, npm:*)", {"wide-grant"}),
    ],
)
def test_an_agents_tools(head: str, expected: set[str]) -> None:
    text = f"---\n{head}\n---\nWrite the report to `report.md`.\n"
    assert set(codes(agents__extra=text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Create the document at:\n`$DIR/report.md`\n", "report.md; saved: report.md"),
        ("**Write** to `.claude/sessions/p/pr_{n}_x.md`:\n", "pr_{n}_x.md; saved: none"),
        ("Update `notes.md`\nSave to `report.md`\n", "notes.md, report.md; saved: report.md"),
        ("Create a file in `./docs/about.md`\n", None),
        ("1. **other** → writes to `$DIR/other.md`\n- prompt: write to other.md\n", None),
        ("Read the `context.md` that is there\n", None),
    ],
)
def test_the_files_that_an_agent_is_to_write(text: str, expected: str | None) -> None:
    made = notes(agents__extra=f"---\nname: extra\n---\n{text}")
    mine = [one for one in made if "context.md" not in one and "plan.md" not in one]
    assert mine == ([f"it is to write {expected}"] if expected else [])


@pytest.mark.parametrize(
    ("text", "line", "detail"),
    [
        ("- `$1`: the plan\n- $2: a hint\n", 4, "$1, $2, on 2 lines"),
        ('Read `$1`.\n```bash\n# from $1\nID=$(echo "$1" | tail -1)\n```\n', 7, "$1, on 2 lines"),
        ("Write to `{dirname($1)}/audit.md`.\n", 4, "$1, on 1 line"),
        ("Do what $ARGUMENTS says.\n", 4, "$ARGUMENTS, on 1 line"),
        ("It costs $5, or `$1.50` a day.\n", 0, ""),
        ("```bash\nps | awk '{print $2}'\n```\nThen `awk '{print $1}'`.\n", 0, ""),
        ('```bash\nlog() {\n  echo "$1"\n}\n```\n', 0, ""),
        ("```js\ntext.replace(x, `$1`)\n```\n", 0, ""),
    ],
)
def test_an_agent_has_no_arguments(text: str, line: int, detail: str) -> None:
    made = found(agents__extra=f"---\nname: extra\n---\n{text}")
    shown = [(one.code, one.line, one.detail) for one in made]
    assert shown == ([("no-arguments", line, detail)] if line else [])


def test_a_command_has_arguments() -> None:
    assert codes(commands__other=command("Task: $ARGUMENTS, `$1`\n")) == []


def test_nothing_is_run_in_an_agents_text() -> None:
    text = (
        "---\nname: extra\n---\nFirst !`echo hi`\n\n```sh\n!npm test\n```\n${CLAUDE_SESSION_ID}\n"
    )
    assert codes(agents__extra=text) == ["not-executed", "not-executed", "undefined-variable"]


def test_a_command_names_tools_that_there_are() -> None:
    assert codes(commands__other=command("x", "Read, Glob, ExitPlanMode")) == ["unknown-tool"]


def test_documentation_names_scripts_and_variables_that_there_are() -> None:
    text = "It is in `$CLAUDE_SESSION_ID`.\n\nsource exito/scripts/gone.sh\n"
    assert codes(GUIDE=text) == ["undefined-variable", "missing-script"]


def test_each_finding_says_why_and_what_helps() -> None:
    for code, (why, remedy) in EXPLAINED.items():
        one = LintFinding(code, "a.md", 1, "x")
        assert (one.why, one.remedy) == (why, remedy)
        assert why and remedy and not why.endswith(".") and not remedy.endswith(".")


def test_lines_and_texts_are_those_of_the_file() -> None:
    (one,) = found(commands__other=command("a\n\nid: $COMMAND_TYPE"))
    assert (one.file, one.line, one.text) == ("commands/other.md", 6, "id: $COMMAND_TYPE")


@pytest.mark.parametrize(
    "text", ["---", "---\n", "", "<Task agent='", "```", "!`" * 5000, "\x00\x1b"]
)
def test_any_text_is_read(text: str) -> None:
    lint(plugin(commands__other=text, agents__other=text, README=text), {})
