"""Whether a plugin keeps the session contract in today's Claude Code."""

import re
from collections.abc import Iterator, Mapping, Sequence

from exito_tui.domain.plugins.findings import LintFinding
from exito_tui.domain.plugins.inline import ASSIGNED, Inline, inline_commands
from exito_tui.domain.plugins.source import Plugin, PluginFile, Task, tools_of

UNKNOWN_TOOLS = frozenset(("Grep", "Glob", "LS", "MultiEdit", "NotebookRead"))
"""Tools that were there once and are not in Claude Code 2.1.332."""
BUILT_IN_AGENTS = frozenset(
    ("general-purpose", "Explore", "Plan", "claude", "statusline-setup", "output-style-setup")
)
_FREE = frozenset(
    (
        "echo",
        "date",
        "pwd",
        "ls",
        "cat",
        "head",
        "tail",
        "wc",
        "which",
        "whoami",
        "true",
        "test",
        "[",
    )
)
"""Programs that Claude Code runs without a rule, since they only read."""

_UNDEFINED = re.compile(r"\$\{?(CLAUDE_SESSION_ID|COMMAND_TYPE)\b[^}\s\"'`]*\}?")
_REPLACED = "${CLAUDE_SESSION_ID}"
_ARGUMENT = re.compile(r"\$(?:ARGUMENTS\b|\{ARGUMENTS\}|[0-9])")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
_BRACES = re.compile(r"\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")
_PROTECTED = re.compile(r"\bmkdir\b[^;&|]*\.claude/")
_DOUBLE = re.compile(r"\.claude/sessions/\$\{?SESSION_DIR\b")
_SCRIPT = re.compile(
    r"(?:\b(?:source|bash|sh|zsh|python3?|node)\s+|(?<![\w/])\.\s+|[\"'`]|^\s*)"
    r"[\"']?((?:\$\{?CLAUDE_PLUGIN_ROOT\}?/|\./|[\w.-]+/)[\w./-]*\.(?:sh|py|js|mjs|bash))\b"
)
_SECONDS = re.compile(r"date[^`\n]*\+[\"']?[^`\n]*%[TS]")
_TOLD_TO_WRITE = re.compile(
    r"(?i)\b(?:write|writes|create|creates|save|saves|generate|initiali[sz]e|produce|document in)\b"
    r"[^.\n]{0,80}?[`\"/ ]((?:[\w$\{\}.*-]+/)*[\w-]+\.md)\b"
)
_PATH_FILE = re.compile(r"\.claude/sessions/[^\s`\"')]*?/([\w-]+\.md)\b")


def lint(plugin: Plugin, leaves: Mapping[str, Sequence[str]]) -> list[LintFinding]:
    """What is wrong in a plugin, by file and line. `leaves` names the files that agents are known
    to leave, by agent."""
    found: list[LintFinding] = []
    for file in plugin.of("command"):
        found += _command(file)
        found += _tasks(plugin, file, leaves)
    for file in plugin.of("agent"):
        found += _agent(file)
    for file in plugin.of("command", "agent", "script", "hooks"):
        found += _variables(file)
        found += _paths(plugin, file)
    for file in plugin.of("command", "agent", "doc"):
        found += _bare(plugin, file)
    return sorted(found, key=lambda one: (one.file, one.line, one.code))


def written_by(agent: PluginFile) -> dict[str, int]:
    """The names of the files that an agent is told to write, each with the line that says so."""
    found: dict[str, int] = {}
    for line in agent.lines:
        for match in _TOLD_TO_WRITE.finditer(line.text):
            name = match[1].rpartition("/")[2]
            if name.lower() not in ("readme.md", "claude.md", "agents.md"):
                found.setdefault(name, line.number)
    return found


# ── shell commands in a command's text ───────────────────────────────────────────────────────────


def _command(file: PluginFile) -> Iterator[LintFinding]:
    commands = inline_commands(file)
    rules = _rules(file)
    assigned: dict[str, int] = {}
    for one in commands:
        shown = one.command if one.runs else f"!{one.command}"
        if not one.runs:
            yield LintFinding("not-executed", file.path, one.line, shown)
        if _SECONDS.search(one.command) and ("=" in one.command or "sessions" in one.command):
            yield LintFinding("second-collision", file.path, one.line, shown)
        for variable in dict.fromkeys(_VARIABLE.findall(one.command)):
            if assigned.get(variable, one.group) != one.group and not _sets(one, variable):
                detail = f"{variable} was set in another one"
                yield LintFinding("lost-variable", file.path, one.line, shown, detail)
        for variable in ASSIGNED.findall(one.command):
            assigned[variable] = one.group
        if one.runs:
            yield from _running(file, one, rules)


def _sets(one: Inline, variable: str) -> bool:
    return variable in ASSIGNED.findall(one.command)


def _running(file: PluginFile, one: Inline, rules: Sequence[str]) -> Iterator[LintFinding]:
    command = one.command
    if _ARGUMENT.search(command):
        yield LintFinding("injection", file.path, one.line, command)
    alone = _ARGUMENT.sub("", command)
    if _PROTECTED.search(command):
        detail = "a folder below .claude cannot be made in an inline command"
        yield LintFinding("refused-inline", file.path, one.line, command, detail)
    elif one.group >= 1000 and (_VARIABLE.search(alone) or _BRACES.search(alone)):
        detail = "a variable or braces cannot be checked before it runs"
        yield LintFinding("refused-inline", file.path, one.line, command, detail)
    program = command.split()[0].rpartition("/")[2] if command.split() else ""
    if program and "=" not in program and program not in _FREE and not _granted(command, rules):
        yield LintFinding("no-grant", file.path, one.line, command, f"for {program}")


def _rules(file: PluginFile) -> list[str]:
    tools = tools_of(file, "allowed-tools")
    return tools[1] if tools else []


def _granted(command: str, rules: Sequence[str]) -> bool:
    for rule in rules:
        if rule == "Bash":
            return True
        if rule.startswith("Bash(") and rule.endswith(")"):
            wanted = rule[5:-1]
            if wanted.endswith(":*") and command.startswith(wanted[:-2]):
                return True
            if wanted in ("*", command):
                return True
    return False


# ── agents that a command starts ─────────────────────────────────────────────────────────────────


def _tasks(
    plugin: Plugin, file: PluginFile, leaves: Mapping[str, Sequence[str]]
) -> Iterator[LintFinding]:
    agents = {agent.name: agent for agent in plugin.of("agent")}
    tasks = file.tasks
    has_session = any("sessions/" in task.text or "Session" in task.text for task in tasks)
    there: set[str] = set()
    for task in tasks:
        own = task.agent.rpartition(":")[2]
        shown = f'<Task agent="{task.agent}">'
        foreign = ":" in task.agent and task.agent.partition(":")[0] != plugin.name
        if own not in agents and own not in BUILT_IN_AGENTS and not foreign:
            yield LintFinding("unknown-agent", file.path, task.line, shown)
        if has_session:
            yield from _told(file, task, shown)
        for name in dict.fromkeys(_PATH_FILE.findall(task.text)):
            if there and name not in there:
                detail = f"{own} is given {name}"
                yield LintFinding("artefact-mismatch", file.path, task.line, shown, detail)
        known = agents.get(own)
        there |= {*(written_by(known) if known else ()), *leaves.get(own, ())}
    if tasks and there:
        yield from _promised(file, tasks, there)


def _told(file: PluginFile, task: Task, shown: str) -> Iterator[LintFinding]:
    if not re.search(r"(?m)^[ \t>*-]*Session(?: ID)?:", task.text):
        yield LintFinding("no-session-id", file.path, task.line, shown)
    if "Directory:" not in task.text and ".claude/sessions/" not in task.text:
        yield LintFinding("no-directory", file.path, task.line, shown)


def _promised(file: PluginFile, tasks: Sequence[Task], there: set[str]) -> Iterator[LintFinding]:
    """Files that a command's text promises as its outcome, and that none of its agents writes."""
    after = tasks[-1].line + tasks[-1].text.count("\n")
    for line in file.lines:
        match = re.match(r"\s*[-*] `(?:[^`\s]*/)?([\w-]+\.md)`", line.text)
        if line.number > after and line.fence is None and match and match[1] not in there:
            detail = f"{match[1]} is promised, and none of its agents writes it"
            yield LintFinding(
                "artefact-mismatch", file.path, line.number, line.text.strip(), detail
            )


# ── agents ───────────────────────────────────────────────────────────────────────────────────────


def _agent(file: PluginFile) -> Iterator[LintFinding]:
    tools = tools_of(file)
    written = written_by(file)
    first = min(written.items(), key=lambda item: item[1], default=None)
    rows = file.text.split("\n")
    if tools is not None:
        line, names = tools
        text = rows[line - 1].strip()
        if first and not any(tool == "Write" or tool == "*" for tool in names):
            yield LintFinding("no-write-tool", file.path, line, text, f"it is to write {first[0]}")
        for tool in names:
            if tool.partition("(")[0] in UNKNOWN_TOOLS:
                yield LintFinding("unknown-tool", file.path, line, text, tool)
        wide = [tool for tool in names if tool.startswith("Bash(")]
        if wide:
            yield LintFinding("wide-grant", file.path, line, text, ", ".join(wide))
    if first:
        text = rows[first[1] - 1].strip()
        yield LintFinding("report-note", file.path, first[1], text, f"it is to write {first[0]}")


# ── everywhere ───────────────────────────────────────────────────────────────────────────────────


def _variables(file: PluginFile) -> Iterator[LintFinding]:
    for number, text in file.numbered():
        uses = [
            match
            for match in _UNDEFINED.finditer(text)
            if not (file.kind == "command" and match[0] == _REPLACED)
        ]
        if uses:
            name = uses[0][1]
            yield LintFinding("undefined-variable", file.path, number, text.strip(), name)
        if _DOUBLE.search(text):
            yield LintFinding("double-prefix", file.path, number, text.strip())


def _paths(plugin: Plugin, file: PluginFile) -> Iterator[LintFinding]:
    """Scripts that are run or sourced and are not in the plugin."""
    for number, text in file.numbered():
        for match in _SCRIPT.finditer(text):
            path = re.sub(r"^(?:\$\{?CLAUDE_PLUGIN_ROOT\}?/|\./)", "", match[1])
            own = path.removeprefix(f"{plugin.name}/")
            is_ours = "CLAUDE_PLUGIN_ROOT" in match[1] or path != own
            if is_ours and own not in plugin.paths:
                yield LintFinding("missing-script", file.path, number, text.strip(), own)


def _bare(plugin: Plugin, file: PluginFile) -> Iterator[LintFinding]:
    names = sorted((command.name for command in plugin.of("command")), key=len, reverse=True)
    if not names:
        return
    pattern = re.compile(
        rf"(?<![\w/.:<$}}\])-])/({'|'.join(map(re.escape, names))})(?![\w/.-]|:\w)"
    )
    for number, text in file.numbered():
        found = list(dict.fromkeys(pattern.findall(text)))
        if found:
            detail = ", ".join(f"/{name} is /{plugin.name}:{name}" for name in found)
            yield LintFinding("bare-command", file.path, number, text.strip(), detail)
