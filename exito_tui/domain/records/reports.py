"""Which text of an agent is the file that it owes."""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from exito_tui.domain.cleanup.operation import Origin
from exito_tui.domain.records.conversation import Agent
from exito_tui.domain.text import sanitise
from exito_tui.domain.units import short_size

LEAST_REPORT = 40
"""A last text of so few bytes is no report."""
MOST_REPORT = 8 * 1024 * 1024
"""A text of more bytes is none either."""

Source = Literal[
    "refused-write", "failed-write", "lost-write", "last-words", "notification", "file-history"
]
"""Where a report was found: in a Write that was refused, that failed, or that was done though its
file is not there; in the agent's last words, or in the notice that it came back; or in the copies
that Claude Code keeps of files."""

_IN_WORDS: dict[Source, str] = {
    "refused-write": "its Write, which was refused",
    "failed-write": "its Write, which failed",
    "lost-write": "its Write, whose file is not there any more",
    "last-words": "its last words",
    "notification": "the notice that it came back",
    "file-history": "the copy of the file that Claude Code kept",
}


class WriteCall(NamedTuple):
    """What an agent gave to Write, and what became of it."""

    path: str
    content: str
    source: Literal["refused-write", "failed-write", "lost-write"]


class ReportSources(NamedTuple):
    """What an agent's records hold of its reports: its Writes in order, its last words, and what
    the notice of its return quotes."""

    writes: Sequence[WriteCall] = ()
    words: str = ""
    quoted: str = ""


class Report(NamedTuple):
    """A text that can be saved as a file of a session: the name, what is to be written, and where
    it was found."""

    name: str
    content: bytes
    source: Source
    agent: Agent
    conversation: str

    @property
    def origin(self) -> Origin:
        """Where it comes from, for the log."""
        return Origin(self.source, self.agent.type, self.agent.id, self.conversation)

    @property
    def about(self) -> str:
        """Its size and where it was found, in words."""
        size = short_size(len(self.content))
        return f"{size}, from {self.agent.name}: {_IN_WORDS[self.source]}"


def report_in(
    sources: ReportSources, agent: Agent, conversation: str, folder: str, names: Sequence[str]
) -> Report | None:
    """The report of an agent that owes a file of one of these names in `folder` (relative to its
    root): the content of its last Write of that very file, else its last words, else what the
    notice of its return quotes. None where there is none."""
    for call in reversed(sources.writes):
        place, _, name = call.path.rpartition("/")
        if name in names and f"/{place}".endswith(f"/.claude/sessions/{folder}"):
            return _fitting(Report(name, _bytes(call.content), call.source, agent, conversation))
    texts: dict[Source, str] = {"last-words": sources.words, "notification": sources.quoted}
    for source, text in texts.items():
        content = _bytes(text)
        if len(content) >= LEAST_REPORT:
            return _fitting(Report(names[0], content, source, agent, conversation))
    return None


def preview(report: Report, lines: int) -> list[str]:
    """The first lines of a report, as they may be shown, with a word on what is left out."""
    head = report.content[: lines * 400].decode(errors="replace")
    shown = sanitise(head).splitlines()
    count = report.content.count(b"\n") + (not report.content.endswith(b"\n"))
    more = count - min(len(shown), lines)
    return shown[:lines] + ([f"… and {more} more lines"] if more > 0 else [])


def is_plain_name(name: str, names: Collection[str]) -> bool:
    """Whether a name is one of some, and no path, pattern or hidden file."""
    return name in names and not name.startswith(".") and not set(name) & set("/\0*?[")


def _fitting(report: Report) -> Report | None:
    return report if 0 < len(report.content) <= MOST_REPORT else None


def _bytes(text: str) -> bytes:
    """A text in UTF-8. Half a pair of surrogates, which JSON can name, is no letter."""
    return text.encode(errors="replace")
