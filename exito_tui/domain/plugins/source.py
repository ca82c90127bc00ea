"""A plugin's files as text, cut into what counts: frontmatter, body, fences, tasks."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

FileKind = Literal["command", "agent", "script", "hooks", "doc"]

_KEY = re.compile(r"([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)\Z")
_TASK = re.compile(
    r"<Task\b[^<>]{0,500}?\bagent[ \t]*=[ \t]*[\"']([^\"'<>]{1,200})[\"'][^<>]{0,500}>"
    r"(.*?)(?:</Task>|(?=<Task\b)|\Z)",
    re.S,
)
_ITEM = re.compile(r"[ \t]*-[ \t]+(\S.*)\Z")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*([^`\s]*)")


class BodyLine(NamedTuple):
    """One line of a body: its number (from 1), its text, and the language of the fence that it
    stands in (None: in none)."""

    number: int
    text: str
    fence: str | None


class Task(NamedTuple):
    """An agent that a command starts: the lines where its block begins and ends, and what it is
    told."""

    line: int
    agent: str
    text: str
    end: int


class PluginFile(NamedTuple):
    """One file: its path relative to the plugin, what it is, and its text."""

    path: str
    kind: FileKind
    text: str

    @property
    def name(self) -> str:
        """What a command or an agent is called."""
        return self.path.rpartition("/")[2].removesuffix(".md")

    @property
    def frontmatter(self) -> Mapping[str, tuple[int, str]]:
        """The values between the first two lines of hyphens, each with its line; a list below its
        key as one value with commas."""
        lines = self.text.split("\n")
        if not lines or lines[0].strip() != "---":
            return {}
        found: dict[str, tuple[int, str]] = {}
        key = ""
        for number, line in enumerate(lines[1:], 2):
            if line.strip() == "---":
                return found
            if match := _KEY.match(line):
                key = match[1]
                found[key] = number, match[2].strip()
            elif key and (item := _ITEM.match(line)):
                at, value = found[key]
                found[key] = at, f"{value}, {item[1].strip()}" if value else item[1].strip()
        return {}

    @property
    def lines(self) -> list[BodyLine]:
        """The lines of the body."""
        rows = self.text.split("\n")
        start = 0
        if rows and rows[0].strip() == "---":
            start = next((at + 1 for at in range(1, len(rows)) if rows[at].strip() == "---"), 0)
        made: list[BodyLine] = []
        fence: str | None = None
        mark = ""
        for at in range(start, len(rows)):
            match = _FENCE.match(rows[at])
            if match and fence is None:
                made.append(BodyLine(at + 1, rows[at], match[2]))
                fence, mark = match[2], match[1]
                continue
            made.append(BodyLine(at + 1, rows[at], fence))
            if match and fence is not None and match[1].startswith(mark) and not match[2]:
                fence = None
        return made

    @property
    def tasks(self) -> list[Task]:
        """The agents that its text starts, in order."""
        ends = [match.start() for match in re.finditer("\n", self.text)]
        return [
            Task(
                bisect_left(ends, match.start()) + 1,
                match[1].strip(),
                match[2],
                bisect_left(ends, match.end()) + 1,
            )
            for match in _TASK.finditer(self.text)
        ]

    def numbered(self) -> Iterator[tuple[int, str]]:
        """All its lines, frontmatter included, counted from 1."""
        yield from enumerate(self.text.split("\n"), 1)


class Plugin(NamedTuple):
    """A plugin: its name, its files, and the paths of all that lies in it (relative)."""

    name: str
    files: tuple[PluginFile, ...]
    paths: frozenset[str]

    def of(self, *kinds: FileKind) -> list[PluginFile]:
        """The files of some kinds."""
        return [file for file in self.files if file.kind in kinds]


def tools_of(agent: PluginFile, key: str = "tools") -> tuple[int, list[str]] | None:
    """The tools that an agent's frontmatter lists, and its line; None where it lists none (then it
    has all)."""
    found = agent.frontmatter.get(key)
    if found is None:
        return None
    line, value = found
    value = value.strip("[]")
    return line, [tool.strip(" \"'") for tool in _split(value) if tool.strip(" \"'")]


def with_tools(text: str, line: int, key: str, tools: Sequence[str]) -> str:
    """A text whose frontmatter lists other tools at a line (from 1) and, as a list, below it."""
    rows = text.split("\n")
    end = line
    while end < len(rows) and _ITEM.match(rows[end]):
        end += 1
    return "\n".join([*rows[: line - 1], f"{key}: {', '.join(tools)}", *rows[end:]])


def _split(value: str) -> list[str]:
    """A list cut at its commas, but for those in brackets."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(value):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth <= 0:
            parts.append(value[start:at])
            start = at + 1
    return [*parts, value[start:]]
