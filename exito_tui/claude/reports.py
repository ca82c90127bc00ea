"""What agents were to write, as their transcripts still hold it: read on request, and once.

Read-only and lenient: a transcript that cannot be read holds nothing.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from exito_tui.claude.fields import blocks, element, texts_in, was_refused
from exito_tui.claude.file_history import latest_copy
from exito_tui.domain.records.conversation import Agent, Conversation, Known
from exito_tui.domain.records.reports import (
    MOST_REPORT,
    Report,
    ReportSources,
    WriteCall,
    report_in,
)
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.verdicts.records.missing import Missing, missing_files
from exito_tui.domain.verdicts.steps import StepView

_LONGEST_LINE = 32 * 1024 * 1024
_MOST_READ = 512 * 1024 * 1024
_NOTICE = "<task-notification>"


class FoundReports(NamedTuple):
    """The reports that can be saved, and what cannot be, with the reasons in words. `is_fine`:
    nothing is missing."""

    reports: list[Report]
    left: list[tuple[str, str]]
    is_fine: bool = False


def find_reports(
    session: Session, steps: Sequence[StepView], known: Known | None, wanted: str = ""
) -> FoundReports:
    """The reports of the agents of a session that came back without their files (just the file
    `wanted`, where it is named)."""
    missing = missing_files(session, steps, known, wanted)
    if not isinstance(missing, list):
        return FoundReports([], [(wanted, missing.why)], missing.is_fine)
    assert known is not None
    found = FoundReports([], [])
    for one in missing:
        told = _sources_of(one.agent, known.conversation.lead.path, known.conversation.cwd)
        report = report_in(told, one.agent, known.conversation.id, session.folder, one.names)
        report = report or _kept(one, known.conversation, session)
        if report:
            found.reports.append(report)
        else:
            found.left.append((one.names[0], _nothing(one)))
    return found


def _kept(one: Missing, conversation: Conversation, session: Session) -> Report | None:
    """What Claude Code kept of a file that was there once."""
    below = f".claude/sessions/{session.folder}"
    folders = dict.fromkeys([f"{session.root}/{session.folder}", f"{conversation.cwd}/{below}"])
    for name in one.names:
        paths = [f"{folder}/{name}" for folder in folders]
        if content := latest_copy(conversation.lead.path, paths, MOST_REPORT):
            return Report(name, content, "file-history", one.agent, conversation.id)
    return None


def _nothing(one: Missing) -> str:
    who = one_line(one.agent.name)
    return f"{who} came back without it ({one.why}), and its records hold no report"


def _sources_of(agent: Agent, lead: str, cwd: str) -> ReportSources:
    """What is left of an agent's reports; the main transcript is only read where its own holds no
    words."""
    sources = _Reader(cwd).read(agent.path) if agent.path else ReportSources()
    return sources if sources.words else sources._replace(quoted=_quoted(lead, agent.id))


class _Reader:
    """Reads the transcript of an agent."""

    def __init__(self, cwd: str) -> None:
        self._cwd = cwd
        self._writes: dict[str, WriteCall] = {}
        self._words: list[str] = []
        self._message: object = None

    def read(self, path: str) -> ReportSources:
        for record in _records(path, b'"message"'):
            message = record.get("message")
            if isinstance(message, dict):
                if record.get("type") == "assistant":
                    self._said(record, message)
                elif record.get("type") == "user":
                    self._returned(record, message)
        return ReportSources(tuple(self._writes.values()), "\n\n".join(self._words))

    def _said(self, record: Mapping[str, Any], message: Mapping[str, Any]) -> None:
        """One record holds one block of a message; the last message's texts are the last words."""
        if record.get("isApiErrorMessage") is True or message.get("model") == "<synthetic>":
            self._words = []
            return
        if message.get("id") != self._message or self._message is None:
            self._message, self._words = message.get("id"), []
        self._words += [text for text in texts_in(message.get("content")) if text.strip()]
        for block in blocks(message.get("content"), "tool_use"):
            given, call_id = block.get("input"), block.get("id")
            if block.get("name") != "Write" or not isinstance(given, dict):
                continue
            path, content = given.get("file_path"), given.get("content")
            if isinstance(path, str) and isinstance(content, str) and isinstance(call_id, str):
                place = os.path.normpath(os.path.join(self._cwd, path))
                self._writes[call_id] = WriteCall(place, content, "failed-write")

    def _returned(self, record: Mapping[str, Any], message: Mapping[str, Any]) -> None:
        for block in blocks(message.get("content"), "tool_result"):
            call_id = block.get("tool_use_id")
            call = self._writes.get(call_id) if isinstance(call_id, str) else None
            if call is None or not isinstance(call_id, str):
                continue
            if was_refused(record) or isinstance(record.get("toolDenialKind"), str):
                self._writes[call_id] = call._replace(source="refused-write")
            elif block.get("is_error") is not True:
                self._writes[call_id] = call._replace(source="lost-write")


def _quoted(lead: str, agent_id: str) -> str:
    """What the notice of an agent's return quotes; a later one counts for more."""
    quoted = ""
    for record in _records(lead, _NOTICE.encode()):
        message = record.get("message")
        content = message.get("content") if isinstance(message, dict) else record.get("content")
        for text in [content] if isinstance(content, str) else texts_in(content):
            for notice in text.split(_NOTICE)[1:]:
                head, found, rest = notice.partition("<result>")
                if found and element(head, "task-id") == agent_id:
                    quoted = rest.rpartition("</result>")[0] or quoted
    return quoted


def _records(path: str, mark: bytes) -> Iterator[Mapping[str, Any]]:
    """The records of a transcript whose lines hold a mark, in order."""
    for line in _lines(path):
        if mark in line:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict):
                yield record


def _lines(path: str) -> Iterator[bytes]:
    """The whole lines of a regular file, which is no link; none of one that cannot be read. Lines
    that are far too long are left out."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | os.O_NOFOLLOW
    try:
        with open(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return
            whole = True
            while file.tell() < _MOST_READ and (line := file.readline(_LONGEST_LINE)):
                ends = line.endswith(b"\n")
                if whole and (ends or len(line) < _LONGEST_LINE):
                    yield line
                whole = ends
    except OSError:
        return
