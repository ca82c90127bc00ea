"""Whether a plugin keeps the session contract in today's Claude Code."""

import re
from collections.abc import Iterator, Mapping, Sequence

from exito_tui.domain.plugins.arguments import argument_uses
from exito_tui.domain.plugins.findings import LintFinding
from exito_tui.domain.plugins.inline import ASSIGNED, Inline, inline_commands
from exito_tui.domain.plugins.source import Plugin, PluginFile, Task, tools_of
from exito_tui.domain.units import pluralize

UNKNOWN_TOOLS = frozenset(("Grep", "Glob", "LS", "MultiEdit", "NotebookRead"))
"""Tools that were there once and are not in Claude Code 2.1.332."""
NOT_FOR_AGENTS = frozenset(
    ("AskUserQuestion", "BashOutput", "ExitPlanMode", "SlashCommand", "TodoWrite")
)
"""Tools that an agent does not get, even where its frontmatter names them (seen with 2.1.332)."""
BUILT_IN_AGENTS = frozenset(
    ("general-purpose", "Explore", "Plan", "claude", "statusline-setup", "output-style-setup")
)
_FREE = frozenset((
    "echo", "date", "pwd", "ls", "cat", "head", "tail", "wc", "which", "whoami", "true", "test",
    "[",
))  # fmt: skip
"""Programs that Claude Code runs without a rule, since they only read."""

_UNDEFINED = re.compile(r"\$\{?(CLAUDE_SESSION_ID|COMMAND_TYPE)\b[^}\s\"'`]*\}?")
_REPLACED = "${CLAUDE_SESSION_ID}"
_CLAIMED = re.compile(r"\$\{?(SESSION_ID|SESSION_DIR)\}?[`\"']? environment variable")
_ARGUMENT = re.compile(r"\$(?:ARGUMENTS\b|\{ARGUMENTS\}|[0-9])")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
_BRACES = re.compile(r"\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")
_PROTECTED = re.compile(r"\bmkdir\b[^;&|]{0,200}?\.claude/")
_DOUBLE = re.compile(r"\.claude/sessions/\$\{?SESSION_DIR\b")
_SCRIPT = re.compile(
    r"(?:\b(?:source|bash|sh|zsh|python3?|node)\s+|(?<![\w/])\.\s+|[\"'`]|^\s*)"
    r"[\"']?((?:\$\{?CLAUDE_PLUGIN_ROOT\}?/|\./|[\w.-]+/)[\w./-]*\.(?:sh|py|js|mjs|bash))\b"
)
_ROOTED = re.compile(r"\$\{?CLAUDE_PLUGIN_ROOT\}?/((?:[\w.+-]+/)*[\w+-]+)(?![\w./+-])")
"""A program of the plugin whose name has no ending."""
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_BETWEEN = re.compile(r"&&|\|\|?|;")
"""What stands between commands that Claude Code checks one by one."""
_SECONDS = re.compile(r"\bdate\b[^`\n]{0,80}?\+[\"']?[^`\n]{0,80}?%[TSs]")
_NAME = r"((?:[\w$\{\}().*-]+/)*(?:[\w-]|\{[\w-]+\})+\.md)\b"
_TOLD_TO_WRITE = re.compile(
    r"(?i)\b(?:writes?|creates?|saves?|generates?|initiali[sz]es?|produces?|stores?|records?"
    r"|appends?|updates?|outputs?|document in)\b[^.\n]{0,80}?[`\"/ ]" + _NAME
)
_ALONE = re.compile(rf"\s*`{_NAME}`\s*\Z")
"""A path on a line of its own: where to write, or whose form follows."""
_INSTRUCTIONS = ("readme.md", "claude.md", "agents.md")
_TO_ANOTHER = re.compile(r"(?i)\s*(?:[-*]\s+)?prompt\s*:|.*(?:→|->)\s*writes\b")
"""What an agent tells, or tells of, other agents."""
_SESSION_LINE = re.compile(r"(?m)^[ \t>*-]*Session(?: ID)?:")
_LISTED = re.compile(r"\s*[-*] `(?:[^`\s]*/)?([\w-]+\.md)`")
_READS, _MAY_BE = re.compile(r"(?i)\bread\b"), re.compile(r"(?i)\bif\b|\boptional")
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s")
_OWN_FILE = re.compile(
    r"(?:\.claude/sessions/[^\s`\"')]{0,200}?|\$\{?SESSION_DIR\}?|<directory>)/([\w-]+\.md)\b"
)
_PATH_FILE = re.compile(r"(?:\.claude/sessions/[^\s`\"')]{0,200}?|<directory>)/([\w-]+\.md)\b")


def lint(plugin: Plugin, leaves: Mapping[str, Sequence[str]]) -> list[LintFinding]:
    """What is wrong in a plugin, by file and line. `leaves` names the files that agents are known
    to leave, by agent."""
    found: list[LintFinding] = []
    for file in plugin.of("command"):
        found += _tasks(plugin, file, leaves)
    for file in plugin.of("agent"):
        found += _agent(file, leaves)
        found += _arguments(file)
    for file in plugin.of("command", "agent"):
        found += _shell(file)
        found += _tools(file)
    for file in plugin.of("command", "agent", "script"):
        found += _seconds(file)
    for file in plugin.files:
        found += _variables(file)
        found += _paths(plugin, file)
    for file in plugin.of("command", "agent", "doc"):
        found += _bare(plugin, file)
    return sorted(found, key=lambda one: (one.file, one.line, one.code))


def written_by(agent: PluginFile) -> dict[str, int]:
    """The names of the files that an agent is told to write, each with the line that says so."""
    found: dict[str, int] = {}
    for line in agent.lines:
        if _TO_ANOTHER.match(line.text):
            continue
        for match in (_ALONE.match(line.text), *_TOLD_TO_WRITE.finditer(line.text)):
            folder, _, name = match[1].rpartition("/") if match else ("", "", "")
            is_ours = not folder.startswith(".") or folder.startswith(".claude/")
            if name and is_ours and name.lower() not in _INSTRUCTIONS:
                found.setdefault(name, line.number)
    return found


def read_by(agent: PluginFile) -> list[str]:
    """The names of the session's files that an agent is told to read, in a sentence or the list
    below it."""
    found: dict[str, None] = {}
    reading = False
    for line in agent.lines:
        reading = bool(_READS.search(line.text)) or (reading and bool(_ITEM.match(line.text)))
        if reading and not (_MAY_BE.search(line.text) or _TO_ANOTHER.match(line.text)):
            found.update(dict.fromkeys(_OWN_FILE.findall(line.text)))
    return list(found)


# ── shell commands in a command's text ───────────────────────────────────────────────────────────


def _shell(file: PluginFile) -> Iterator[LintFinding]:
    commands = inline_commands(file)
    rules = _rules(file)
    assigned: dict[str, int] = {}
    for one in commands:
        shown = one.command if one.runs else f"!{one.command}"
        if not one.runs:
            yield LintFinding("not-executed", file.path, one.line, shown)
        for variable in dict.fromkeys(_VARIABLE.findall(one.command)):
            if assigned.get(variable, one.group) != one.group and not _sets(one, variable):
                detail = f"{variable} was set in another one"
                yield LintFinding("lost-variable", file.path, one.line, shown, detail)
        for variable in ASSIGNED.findall(one.command):
            assigned[variable] = one.group
        if one.runs:
            yield from _running(file, one, rules)


def _seconds(file: PluginFile) -> Iterator[LintFinding]:
    """Ids that are unique to the second only: of what a command runs, or for a session's folder."""
    inline = {one.line for one in inline_commands(file) if "=" in one.command}
    for number, text in file.numbered():
        if _SECONDS.search(text) and (number in inline or "sessions/" in text):
            yield LintFinding("second-collision", file.path, number, text.strip())


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
    elif one.group > 0 and (_VARIABLE.search(alone) or _BRACES.search(alone)):
        detail = "a variable or braces cannot be checked before it runs"
        yield LintFinding("refused-inline", file.path, one.line, command, detail)
    if f"Bash({command})" in rules:
        return
    for part in _parts(command):
        program = part.split()[0].rpartition("/")[2]
        if "=" not in program and program not in _FREE and not _granted(part, rules):
            yield LintFinding("no-grant", file.path, one.line, command, f"for {program}")


def _parts(command: str) -> list[str]:
    """The commands that a line is made of."""
    masked = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), command)
    ends = [(match.start(), match.end()) for match in _BETWEEN.finditer(masked)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(command)]
    parts = (command[start:stop].strip() for start, stop in zip(starts, stops, strict=True))
    return [part for part in parts if part]


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
    has_session = any("sessions/" in task.text or "Session" in task.text for task in tasks) or any(
        ".claude/sessions" in agents[own].text for own in map(_own_name, tasks) if own in agents
    )
    written: list[Sequence[str]] = []
    for task in tasks:
        own = _own_name(task)
        shown = f'<Task agent="{task.agent}">'
        foreign = ":" in task.agent and task.agent.partition(":")[0] != plugin.name
        if own not in agents and own not in BUILT_IN_AGENTS and not foreign:
            yield LintFinding("unknown-agent", file.path, task.line, shown)
        if has_session:
            yield from _told(file, task, shown)
        written.append(
            tuple(written_by(agents[own]) if own in agents else ()) or leaves.get(own, ())
        )
    if any(written):
        yield from _not_written(file, tasks, written)
        yield from _not_there(file, tasks, written, agents)


def _own_name(task: Task) -> str:
    """The agent that a task starts, without its plugin's name."""
    return task.agent.rpartition(":")[2]


def has_session(task: Task) -> bool:
    """Whether an agent is told the session's id."""
    return _SESSION_LINE.search(task.text) is not None


def _told(file: PluginFile, task: Task, shown: str) -> Iterator[LintFinding]:
    if not has_session(task):
        yield LintFinding("no-session-id", file.path, task.line, shown)
    if not any(one in task.text for one in ("Directory:", ".claude/sessions/", "<directory>/")):
        yield LintFinding("no-directory", file.path, task.line, shown)


def _not_written(
    file: PluginFile, tasks: Sequence[Task], written: Sequence[Sequence[str]]
) -> Iterator[LintFinding]:
    """Files that an agent is given or the user is promised, and that no agent before is told to
    write. `written` names what each task's agent writes."""
    there: set[str] = set()
    left = list(zip(tasks, written, strict=True))
    for line in file.lines:
        while left and left[0][0].end < line.number:
            there.update(left.pop(0)[1])
        names = _PATH_FILE.findall(line.text)
        if not left and (match := _LISTED.match(line.text)):
            names.append(match[1])
        if _TOLD_TO_WRITE.search(line.text):
            there.update(names)
        given = next((task for task, _ in left if task.line <= line.number), None)
        for name in dict.fromkeys(names):
            if there and name not in there:
                detail = f"{_own_name(given)} is given {name}" if given else f"{name} is promised"
                text = line.text.strip()
                yield LintFinding("artefact-mismatch", file.path, line.number, text, detail)


def _not_there(
    file: PluginFile,
    tasks: Sequence[Task],
    written: Sequence[Sequence[str]],
    agents: Mapping[str, PluginFile],
) -> Iterator[LintFinding]:
    """Files that an agent's own text tells it to read, and that none before is told to write."""
    there: set[str] = set()
    for task, names in zip(tasks, written, strict=True):
        there.update(names)
        own = _own_name(task)
        for name in read_by(agents[own]) if own in agents else ():
            if name not in there and name not in task.text:
                text = f'<Task agent="{task.agent}">'
                detail = f"{own} reads {name}"
                yield LintFinding("artefact-mismatch", file.path, task.line, text, detail)


# ── agents ───────────────────────────────────────────────────────────────────────────────────────


def _agent(file: PluginFile, leaves: Mapping[str, Sequence[str]]) -> Iterator[LintFinding]:
    written = written_by(file)
    if not written:
        return
    detail = f"it is to write {', '.join(written)}"
    tools = tools_of(file)
    rows = file.text.split("\n")
    if tools is not None and not {"Write", "*"}.intersection(tools[1]):
        text = rows[tools[0] - 1].strip()
        yield LintFinding("no-write-tool", file.path, tools[0], text, detail)
    saved = ", ".join(name for name in written if name in leaves.get(file.name, ()))
    line = min(written.values())
    text = rows[line - 1].strip()
    yield LintFinding("report-note", file.path, line, text, f"{detail}; saved: {saved or 'none'}")


def _arguments(file: PluginFile) -> Iterator[LintFinding]:
    """What an agent takes for its arguments, as one finding: the first line of a script that does,
    since there it goes wrong for certain, else the first that says so."""
    uses = argument_uses(file)
    if uses:
        line = next((line for line, _ in uses if line.fence is not None), uses[0][0])
        names = ", ".join(sorted({name for _, named in uses for name in named}))
        detail = f"{names}, on {pluralize(len(uses), 'line')}"
        yield LintFinding("no-arguments", file.path, line.number, line.text.strip(), detail)


def _tools(file: PluginFile) -> Iterator[LintFinding]:
    """Tools that a command or an agent names in vain, or that grant more than they say."""
    is_agent = file.kind == "agent"
    found = tools_of(file) if is_agent else tools_of(file, "allowed-tools")
    if found is None:
        return
    line, names = found
    text = file.text.split("\n")[line - 1].strip()
    for tool in names:
        if is_unknown(tool, file):
            yield LintFinding("unknown-tool", file.path, line, text, tool)
    wide = [tool for tool in names if tool.startswith("Bash(")]
    if wide and is_agent:
        yield LintFinding("wide-grant", file.path, line, text, ", ".join(wide))


def is_unknown(tool: str, file: PluginFile) -> bool:
    """Whether a tool that a command's or an agent's frontmatter names is given to nobody."""
    name = tool.partition("(")[0]
    return name in UNKNOWN_TOOLS or (file.kind == "agent" and name in NOT_FOR_AGENTS)


# ── everywhere ───────────────────────────────────────────────────────────────────────────────────


def _variables(file: PluginFile) -> Iterator[LintFinding]:
    own: set[str] = set()
    for number, text in file.numbered():
        uses = [
            match
            for match in _UNDEFINED.finditer(text)
            if match[1] not in own and not (file.kind == "command" and match[0] == _REPLACED)
        ]
        own.update(ASSIGNED.findall(text.lstrip()))
        if uses := uses or list(_CLAIMED.finditer(text)):
            name = uses[0][1]
            yield LintFinding("undefined-variable", file.path, number, text.strip(), name)
        if _DOUBLE.search(text):
            yield LintFinding("double-prefix", file.path, number, text.strip())


def _paths(plugin: Plugin, file: PluginFile) -> Iterator[LintFinding]:
    """Scripts that are run or sourced and are not in the plugin."""
    for number, text in file.numbered():
        if file.kind == "hooks" or "!`" in text:
            for own in _ROOTED.findall(text):
                if not any(path == own or path.startswith(f"{own}/") for path in plugin.paths):
                    yield LintFinding("missing-script", file.path, number, text.strip(), own)
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
