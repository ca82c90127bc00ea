"""What of a plugin's faults can be put right by rule."""

import re
from collections.abc import Sequence

from exito_tui.domain.plugins.findings import Code, LintFinding
from exito_tui.domain.plugins.inline import inline_commands
from exito_tui.domain.plugins.lint import has_session, is_unknown
from exito_tui.domain.plugins.source import Plugin, PluginFile, tools_of, with_tools

MECHANICAL: frozenset[Code] = frozenset((
    "not-executed", "lost-variable", "second-collision", "double-prefix", "no-write-tool",
    "unknown-tool", "bare-command",
))  # fmt: skip
"""What `fixed` puts right."""
GRANT = "Bash(exito-tui new:*)"
_SAYS = (
    "The lines `Session:` and `Directory:` above name this run. Below, <session> and <directory> "
    "stand for what they say: give both lines, word for word, in every agent's prompt."
)
_DIRECTORY = re.compile(r"\.claude/sessions/[\w-]+/\$\{?SESSION_ID\}?")
_ID = re.compile(r"\$\{?SESSION_ID\b\}?")
_DOUBLE = re.compile(r"\.claude/sessions/(\$\{?SESSION_DIR\b)")


def fixed(plugin: Plugin, findings: Sequence[LintFinding]) -> dict[str, str]:
    """The new text of each file that changes, by path. What is no UTF-8 stays, since it could not
    be written as it was; lines end as they did."""
    by_file: dict[str, list[LintFinding]] = {}
    for one in findings:
        if one.code in MECHANICAL:
            by_file.setdefault(one.file, []).append(one)
    made: dict[str, str] = {}
    for file in plugin.files:
        some = by_file.get(file.path)
        if not some or "\ufffd" in file.text:
            continue
        ends = "\r\n" if "\r\n" in file.text else "\n"
        plain = file._replace(text=file.text.replace(ends, "\n"))
        text = _fixed(plugin, plain, {one.code for one in some})
        if text != plain.text:
            made[file.path] = text.replace("\n", ends)
    return made


def _fixed(plugin: Plugin, file: PluginFile, codes: set[Code]) -> str:
    text = file.text
    if codes & {"unknown-tool", "no-write-tool"}:
        text = _with_tools(file, add="no-write-tool" in codes)
    if "not-executed" in codes:
        text = _without_marks(file, text)
        if file.kind == "command":
            text = _with_new(file._replace(text=text))
    if "double-prefix" in codes:
        text = _DOUBLE.sub(r"\1", text)
    if "bare-command" in codes:
        names = sorted((one.name for one in plugin.of("command")), key=len, reverse=True)
        called = "|".join(map(re.escape, names))
        text = re.sub(
            rf"(?<![\w/.:<$}}\])-])/({called})(?![\w/.-]|:\w)", rf"/{plugin.name}:\1", text
        )
    return text


def _with_tools(file: PluginFile, *, add: bool) -> str:
    """The text with the tools that there are and, for an agent, with Write."""
    key = "tools" if file.kind == "agent" else "allowed-tools"
    found = tools_of(file, key)
    if found is None:
        return file.text
    line, tools = found
    kept = [tool for tool in tools if not is_unknown(tool, file)] or ["Read"]
    if add and "Write" not in kept:
        at = kept.index("Read") + 1 if "Read" in kept else 0
        kept.insert(at, "Write")
    return with_tools(file.text, line, key, kept)


def _without_marks(file: PluginFile, text: str) -> str:
    """A text whose scripts in fences have no ! before their commands: so the model runs them."""
    rows = text.split("\n")
    for one in inline_commands(file._replace(text=text)):
        if one.fenced and not one.runs:
            rows[one.line - 1] = re.sub(r"\A(\s*)!(?!`)", r"\1", rows[one.line - 1])
    return "\n".join(rows)


def _with_new(file: PluginFile) -> str:
    """A command's text in which one program makes the session's folder, and every agent is told of
    it."""
    lines = {one.line for one in inline_commands(file) if not one.runs and not one.fenced}
    setup = {
        number
        for number, text in file.numbered()
        if number in lines and ("SESSION_ID" in text or "sessions/" in text)
    }
    if not setup:
        return file.text
    first = min(setup)
    told = _told(file)
    rows: list[str] = []
    for number, text in file.numbered():
        if number == first:
            rows += [f"!`exito-tui new {file.name}`", "", _SAYS]
        elif number not in setup:
            rows.append(text if number < first else _ID.sub("<session>", _directory(text)))
            rows += told.get(number, ())
    return _granting(file, "\n".join(rows))


def _told(file: PluginFile) -> dict[int, list[str]]:
    """What is missing in the tasks of a command, by the line after which it belongs."""
    missing: dict[int, list[str]] = {}
    for task in file.tasks:
        lines = [] if has_session(task) else ["Session: <session>"]
        if "Directory:" not in task.text:
            lines.append("Directory: <directory>")
        if "\n" in task.text:
            missing[task.end - task.text.count("\n")] = lines
    return missing


def _directory(text: str) -> str:
    return _DIRECTORY.sub("<directory>", text)


def _granting(file: PluginFile, text: str) -> str:
    """The text with the rule that lets the program run."""
    found = tools_of(file, "allowed-tools")
    if found is not None:
        line, tools = found
        return text if GRANT in tools else with_tools(text, line, "allowed-tools", [GRANT, *tools])
    rows = text.split("\n")
    rule = f"allowed-tools: {GRANT}, Agent"
    head = [rows[0], rule, *rows[1:]] if rows[0].strip() == "---" else ["---", rule, "---", *rows]
    return "\n".join(head)
