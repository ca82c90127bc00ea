"""Reading a transcript to be read by people: what was said and done, in order."""

import json
from collections.abc import Mapping
from typing import Any

from exito_tui.claude.calls import target_of
from exito_tui.claude.fields import (
    blocks,
    cause_of,
    result_in,
    short_line,
    tells_nothing,
    texts_in,
    was_refused,
)
from exito_tui.domain.moments import epoch_ns
from exito_tui.domain.records.conversation import Call
from exito_tui.domain.records.script import EntryKind, ScriptEntry

TAIL = 4 * 1024 * 1024
"""So much is read of the end of what is there already."""
_MOST = 3000
_LONGEST_TEXT = 60_000
_LONGEST_RESULT = 1_500


class Script:
    """Gathers the entries of one transcript, the latest some thousand of them. `version` changes
    with every one."""

    def __init__(self) -> None:
        self.offset = 0
        self.entries: list[ScriptEntry] = []
        self.version = 0
        self.dropped = 0
        """How many entries were before those that are still there."""
        self._open: dict[str, int] = {}

    def take(self, line: bytes) -> None:
        """Take the next line."""
        if tells_nothing(line) or b'"type":"api-request' in line[:40]:
            return
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            return
        message = record.get("message") if isinstance(record, dict) else None
        if not isinstance(message, dict):
            return
        stamp = record.get("timestamp")
        at_ns = epoch_ns(stamp) if isinstance(stamp, str) else None
        if record.get("type") == "assistant":
            self._assistant(message.get("content"), at_ns)
        elif record.get("type") == "user":
            self._user(record, message.get("content"), at_ns)
        self.version += 1
        if len(self.entries) > 2 * _MOST:
            self.dropped += len(self.entries) - _MOST
            del self.entries[:-_MOST]

    def take_start(self, start: bytes) -> None:
        """Take the next line, of which just the start is known, since it is too long: of a result
        it is said that there is one."""
        place = self._open.pop(result_in(start), -1) - self.dropped
        if 0 <= place < len(self.entries):
            self.entries[place] = self.entries[place]._replace(outcome="ok", text="(too long)")
            self.version += 1

    def _assistant(self, content: object, at_ns: int | None) -> None:
        for block in content if isinstance(content, list) else ():
            if not isinstance(block, dict):
                continue
            kind = block.get("type")
            if kind == "text" and isinstance(block.get("text"), str):
                self._say("said", block["text"], at_ns)
            elif kind == "thinking" and isinstance(block.get("thinking"), str):
                self._say("thought", block["thinking"], at_ns)
            elif kind == "tool_use" and isinstance(block.get("name"), str):
                given = block.get("input")
                call = Call(
                    short_line(block["name"]),
                    target_of(given if isinstance(given, dict) else {}),
                    at_ns,
                )
                if isinstance(block.get("id"), str):
                    self._open[block["id"]] = self.dropped + len(self.entries)
                self.entries.append(ScriptEntry("call", "", at_ns, call))

    def _user(self, record: Mapping[str, Any], content: object, at_ns: int | None) -> None:
        for block in blocks(content, "tool_result"):
            self._returned(record, block, at_ns)
        if record.get("isMeta") is True:
            return
        for text in [content] if isinstance(content, str) else texts_in(content):
            first = not self.entries and record.get("isSidechain") is True
            kind: EntryKind = "notice" if _is_notice(record, text) else "told"
            self._say("brief" if first else kind, _readable(text), at_ns)

    def _returned(
        self, record: Mapping[str, Any], block: Mapping[str, Any], at_ns: int | None
    ) -> None:
        call_id = block.get("tool_use_id")
        place = self._open.pop(call_id, -1) if isinstance(call_id, str) else -1
        place -= self.dropped
        if not 0 <= place < len(self.entries):
            return
        said = block.get("content")
        text = said if isinstance(said, str) else "\n".join(texts_in(said))
        entry = self.entries[place]
        failed = block.get("is_error") is True or was_refused(record)
        self.entries[place] = entry._replace(
            text=_cut(text, _LONGEST_RESULT),
            outcome=cause_of(record, text) if failed else "ok",
            took_ns=at_ns - entry.at_ns if at_ns and entry.at_ns else None,
        )

    def _say(self, kind: EntryKind, text: str, at_ns: int | None) -> None:
        if text.strip():
            self.entries.append(ScriptEntry(kind, _cut(text.strip(), _LONGEST_TEXT), at_ns))


def _is_notice(record: Mapping[str, Any], text: str) -> bool:
    return "<task-notification>" in text or record.get("turnOrigin") == "task_notification"


def _readable(text: str) -> str:
    """What was told, without the frames that Claude Code puts around it."""
    if "<command-name>" in text:
        _, _, rest = text.partition("<command-name>")
        name = rest.partition("</command-name>")[0].strip()
        asked = text.partition("<command-args>")[2].partition("</command-args>")[0].strip()
        return f"{name} {asked}".strip()
    if "<task-notification>" in text:
        return text.partition("<summary>")[2].partition("</summary>")[0].strip() or "An agent ended"
    return text


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}\n… ({len(text) - most} more characters)"
