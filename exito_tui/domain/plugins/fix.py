"""What of a plugin's faults can be put right by rule."""

import re
from collections.abc import Sequence

from exito_tui.domain.plugins.findings import Code, LintFinding
from exito_tui.domain.plugins.inline import inline_commands
from exito_tui.domain.plugins.lint import UNKNOWN_TOOLS
from exito_tui.domain.plugins.source import Plugin, PluginFile, tools_of

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
    """The new text of each file that changes, by path."""
    by_file: dict[str, list[LintFinding]] = {}
    for one in findings:
        if one.code in MECHANICAL:
            by_file.setdefault(one.file, []).append(one)
    made: dict[str, str] = {}
    for file in plugin.files:
        if some := by_file.get(file.path):
            text = _fixed(plugin, file, {one.code for one in some})
            if text != file.text:
                made[file.path] = text
    return made


def _fixed(plugin: Plugin, file: PluginFile, codes: set[Code]) -> str:
    text = file.text
    if codes & {"unknown-tool", "no-write-tool"}:
        text = _with_tools(file, add="no-write-tool" in codes)
    if "not-executed" in codes and file.kind == "command":
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
    """An agent's text with the tools that there are, and with Write."""
    found = tools_of(file)
    if found is None:
        return file.text
    line, tools = found
    kept = [tool for tool in tools if tool.partition("(")[0] not in UNKNOWN_TOOLS]
    if add and "Write" not in kept:
        at = kept.index("Read") + 1 if "Read" in kept else 0
        kept.insert(at, "Write")
    rows = file.text.split("\n")
    rows[line - 1] = f"tools: {', '.join(kept)}"
    return "\n".join(rows)


def _with_new(file: PluginFile) -> str:
    """A command's text in which one program makes the session's folder."""
    lines = {one.line for one in inline_commands(file) if not one.runs}
    setup = {
        number
        for number, text in file.numbered()
        if number in lines and ("SESSION_ID" in text or "sessions/" in text)
    }
    if not setup:
        return file.text
    first = min(setup)
    rows: list[str] = []
    for number, text in file.numbered():
        if number == first:
            rows += [f"!`exito-tui new {file.name}`", "", _SAYS]
        elif number not in setup:
            rows.append(text if number < first else _ID.sub("<session>", _directory(text)))
    return _granting(file, "\n".join(rows))


def _directory(text: str) -> str:
    return _DIRECTORY.sub("<directory>", text)


def _granting(file: PluginFile, text: str) -> str:
    """The text with the rule that lets the program run."""
    found = file.frontmatter.get("allowed-tools")
    rows = text.split("\n")
    if found is None:
        if rows[0].strip() != "---":
            return "\n".join(["---", f"allowed-tools: {GRANT}, Agent", "---", *rows])
        return "\n".join([rows[0], f"allowed-tools: {GRANT}, Agent", *rows[1:]])
    line, value = found
    if GRANT not in value:
        rows[line - 1] = f"allowed-tools: {GRANT}, {value}" if value else f"allowed-tools: {GRANT}"
    return "\n".join(rows)
