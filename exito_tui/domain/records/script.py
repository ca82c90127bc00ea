"""What was said and done in a conversation, entry by entry, and as one document."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from operator import is_
from typing import Literal, NamedTuple

from exito_tui.domain.records.conversation import Call
from exito_tui.domain.regex import regex
from exito_tui.domain.units import SECOND_NS, duration, local_time

EntryKind = Literal["brief", "said", "thought", "told", "notice", "call"]
"""`brief`: what an agent was told to do; `told`: what the user said, `notice`: the program."""

Outcome = Literal["open", "ok", "you", "rule", "no-tool", "error"]

_TICKS = regex("`+")
_WORDS = {
    "you": "refused by you",
    "rule": "refused by the permission rules",
    "no-tool": "it has no such tool",
    "error": "failed",
}


class ScriptEntry(NamedTuple):
    """One thing that was said, or one call of a tool with its result."""

    kind: EntryKind
    text: str
    at_ns: int | None = None
    call: Call | None = None
    outcome: Outcome = "open"
    took_ns: int | None = None


def script_text(
    entries: Sequence[ScriptEntry], now_ns: int, *, near: Sequence[str] = (), expanded: bool = False
) -> str:
    """The entries as Markdown: words as they are, calls in a line each, or in one for many in a
    row unless they are `expanded`; thoughts are left out unless they are. Paths are told
    from the folders `near`, the nearest first; in the last one commands are run."""
    parts: list[str] = []
    shown = [entry for entry in entries if expanded or entry.kind != "thought"]
    for is_call, group in groupby(shown, key=lambda one: one.kind == "call"):
        some = list(group)
        if is_call:
            parts += _calls(some, now_ns, near, expanded=expanded)
        else:
            parts += [_words(entry) for entry in some]
    return "\n\n".join(parts) + "\n"


class ScriptText:
    """The `script_text` of entries that become more: what can not change any more is put together
    once."""

    def __init__(self, *, near: Sequence[str] = (), expanded: bool = False) -> None:
        self._near, self._expanded = near, expanded
        self._entries: list[ScriptEntry] = []
        """Up to the last words before an open call."""
        self._text = ""

    def of(self, entries: Sequence[ScriptEntry], now_ns: int) -> str:
        """The text of all `entries` as they are now."""
        known = len(self._entries)
        if known > len(entries) or not all(map(is_, self._entries, entries)):
            self._entries, self._text, known = [], "", 0
        rest = entries[known:]
        last = next((at for at, one in enumerate(rest) if _is_open(one)), None)
        words = [at for at, one in enumerate(rest[:last], 1) if one.kind not in ("call", "thought")]
        if words:
            settled = rest[: words[-1]]
            self._text = self._joined(settled, now_ns)
            self._entries += settled
            rest = rest[words[-1] :]
        return self._joined(rest, now_ns) + "\n"

    def _joined(self, rest: Sequence[ScriptEntry], now_ns: int) -> str:
        text = script_text(rest, now_ns, near=self._near, expanded=self._expanded)[:-1]
        return f"{self._text}\n\n{text}" if self._text and text else self._text or text


def _words(entry: ScriptEntry) -> str:
    if entry.kind == "said":
        apart = " " if entry.text[0].isalpha() else "\n\n"
        return f"**{_clock(entry.at_ns)}**{apart}{entry.text}"
    label = {"brief": "Task", "thought": "Thought", "told": "You", "notice": "Claude Code"}
    quoted = "  \n".join(f"> {line}" for line in entry.text.split("\n"))
    return f"**{_clock(entry.at_ns)}** {label[entry.kind]}\n\n{quoted}"


def _is_open(entry: ScriptEntry) -> bool:
    return entry.kind == "call" and entry.outcome == "open"


def _calls(
    entries: Sequence[ScriptEntry], now_ns: int, near: Sequence[str], *, expanded: bool
) -> list[str]:
    if expanded:
        return [_in_full(entry, now_ns, near) for entry in entries]
    made: list[str] = []
    for is_plain, group in groupby(entries, key=lambda one: one.outcome == "ok"):
        some = list(group)
        if not is_plain or len(some) == 1:
            made += [_in_a_line(entry, now_ns, near) for entry in some]
        else:
            made.append(f"- {_clock(some[0].at_ns)} ▸ {len(some)} tool calls: {_counted(some)}")
    return ["\n".join(made)]


def _counted(entries: Iterable[ScriptEntry]) -> str:
    counts = Counter(entry.call.tool for entry in entries if entry.call)
    return " · ".join(f"{_plain(tool)} {count}" for tool, count in counts.most_common())


def _in_a_line(entry: ScriptEntry, now_ns: int, near: Sequence[str]) -> str:
    call = entry.call or Call("?")
    target = _near(call.target, near)
    what = f"- {_clock(entry.at_ns)} {_sign(entry)} **{_plain(call.tool)}** {_code(target)}"
    if entry.outcome == "open":
        since = f", {duration(now_ns - entry.at_ns)}" if entry.at_ns else ""
        return f"{what} — no result yet{since}"
    if entry.outcome != "ok":
        return f"{what} — {_WORDS[entry.outcome]}"
    took = entry.took_ns or 0
    return f"{what} {duration(took)}" if took >= SECOND_NS else what


def _near(target: str, near: Sequence[str]) -> str:
    """A path as it is named from the nearest folder that it lies in; in a command only paths below
    the folder in which it is run are shortened: from there they still lead to the file."""
    for folder in near:
        if target.startswith(f"{folder}/"):
            return target[len(folder) + 1 :]
    return target.replace(f"{near[-1]}/", "") if near else target


def _in_full(entry: ScriptEntry, now_ns: int, near: Sequence[str]) -> str:
    head = _in_a_line(entry, now_ns, near)
    if not entry.text.strip():
        return head
    fence = "`" * max(3, _longest_run(entry.text) + 1)
    lines = "\n".join(f"  {line}" for line in entry.text.split("\n"))
    return f"{head}\n\n  {fence}\n{lines}\n  {fence}"


def _sign(entry: ScriptEntry) -> str:
    return {"ok": "✓", "open": "◐"}.get(entry.outcome, "✗")


@lru_cache(maxsize=8192)
def _clock(at_ns: int | None) -> str:
    return local_time(at_ns)[11:19] if at_ns is not None else "--:--:--"


@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    """A tool's name, which is no Markdown."""
    return "".join(sign if sign.isalnum() else f"\\{sign}" for sign in text if sign.isprintable())


def _code(text: str) -> str:
    """A text in a code span, whatever is in it."""
    if not text:
        return ""
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _longest_run(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)
