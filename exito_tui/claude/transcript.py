"""One transcript of Claude Code, of a conversation or of an agent, followed record by record.

What is said here of records was observed with Claude Code 2.1.332. Nothing is expected to be there:
what is unknown is passed over, what has another type counts for nothing.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from exito_tui.claude.fields import (
    SHORT,
    all_texts,
    bare,
    blocks,
    cause_of,
    context_tokens,
    element,
    epoch_ns,
    first_words,
    question_in,
    short_line,
    target_of,
    texts_in,
    was_refused,
)
from exito_tui.domain.records.conversation import Agent, Call, Command, Failure, Turn
from exito_tui.domain.records.places import places_in

_MOST_FAILURES = 50
_MOST_KEPT = 2000
_HEAD = 400

_PASSED_OVER = re.compile(
    rb'\{"type":"(?:api-request-shape|api-request-blob|mode|permission-mode|atis-latch|tools-used'
    rb"|last-prompt|file-history-snapshot|file-history-delta|ai-title|custom-title|agent-name"
    rb')"|.{0,300}?"attachment":\{',
    re.S,
)
"""Lines that are most of the bytes and tell nothing: they are not parsed."""
_REQUEST = re.compile(rb'\{"type":"api-request"')
_STAMP = re.compile(rb'"timestamp":"([^"]{10,40})"')

_COMMAND = re.compile(r"<command-name>\s*/?(.{1,200}?)\s*</command-name>", re.S)
_ARGUMENTS = re.compile(r"<command-args>(.*?)</command-args>", re.S)
_NOTICE = re.compile(r"<task-notification>(.*?)(?:</task-notification>|\Z)", re.S)
_STOPPED = re.compile(r'Background agent "(.{0,500})" was stopped by the user', re.S)
_INTERRUPTED = "[Request interrupted by user"

_LAUNCHING = ("Agent", "Task")
_WRITING = ("Write", "Edit", "MultiEdit", "NotebookEdit")
_USING = frozenset((*_LAUNCHING, *_WRITING, "Bash"))
"""The tools that work on what they are given; to read or look for something is not to use it."""


class Transcript:
    """What has been read of one transcript. `take` every line of it, in order."""

    def __init__(self) -> None:
        self.session_id = ""
        self.cwd = ""
        self.version: tuple[int, ...] = ()
        """The version of Claude Code that wrote it."""
        self.commands: list[Command] = []
        self.launched: dict[str, Agent] = {}
        """The agents that were started here, by the id of the call."""
        self.ended: dict[str, tuple[str, int | None]] = {}
        """How agents came back and when, by their id."""
        self.order: dict[str, int | None] = {}
        """The places it used and when it last did, the latest last."""
        self._agent_of_call: dict[str, str] = {}
        self._open: dict[str, tuple[Call, Mapping[str, Any]]] = {}
        self._failures: list[Failure] = []
        self._wrote: dict[str, None] = {}
        self._first_ns: int | None = None
        self._last_ns: int | None = None
        self._calls = 0
        self._last_call: Call | None = None
        self._said = ""
        self._report_bytes = 0
        self._model = ""
        self._tokens = 0
        self._totals: dict[str, int] = {}
        self._over = True
        self._over_ns: int | None = None
        self._error = ""
        self._interrupted = False
        self._asking_ns: int | None = None
        self._attempt = 0
        self._brief = ""

    # ── what comes in ────────────────────────────────────────────────────────────────────────────

    def take(self, line: bytes) -> None:
        """Take the next line."""
        if _REQUEST.match(line):
            self._asked(line)
            return
        if _PASSED_OVER.match(line[:_HEAD]):
            return
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(record, dict):
            return
        kind = record.get("type")
        if kind in ("user", "assistant"):
            self._identify(record)
            message = record.get("message")
            if isinstance(message, dict):
                at_ns = self._at(record)
                (self._assistant if kind == "assistant" else self._user)(record, message, at_ns)
        elif kind == "system":
            self._system(record, self._at(record))
        elif kind == "queue-operation":
            content = record.get("content")
            if isinstance(content, str):
                self._noticed(content, self._at(record))

    def _asked(self, line: bytes) -> None:
        """A call of the model has started; nothing else tells of it until all its words are
        there."""
        found = _STAMP.search(line[:_HEAD])
        at_ns = epoch_ns(found[1].decode(errors="replace")) if found else None
        self._attempt += 1
        if self._attempt == 1:
            self._asking_ns = at_ns
        self._seen(at_ns)

    def _identify(self, record: Mapping[str, Any]) -> None:
        if not self.cwd and isinstance(record.get("cwd"), str):
            self.cwd = record["cwd"]
        if not self.version and isinstance(record.get("version"), str):
            self.version = tuple(map(int, re.findall(r"\d{1,6}", record["version"])[:3]))
        if isinstance(record.get("sessionId"), str):
            self.session_id = record["sessionId"]

    def _at(self, record: Mapping[str, Any]) -> int | None:
        stamp = record.get("timestamp")
        at_ns = epoch_ns(stamp) if isinstance(stamp, str) else None
        self._seen(at_ns)
        return at_ns

    def _seen(self, at_ns: int | None) -> None:
        if at_ns is not None:
            self._first_ns = at_ns if self._first_ns is None else self._first_ns
            self._last_ns = at_ns if self._last_ns is None else max(self._last_ns, at_ns)

    # ── what the model says ──────────────────────────────────────────────────────────────────────

    def _assistant(
        self, record: Mapping[str, Any], message: Mapping[str, Any], at_ns: int | None
    ) -> None:
        self._attempt, self._asking_ns = 0, None
        texts = [text for text in texts_in(message.get("content")) if text.strip()]
        if record.get("isApiErrorMessage") is True or message.get("model") == "<synthetic>":
            self._error = short_line(" ".join(texts))
            self._end_turn(at_ns)
            return
        self._error = ""
        if isinstance(message.get("model"), str):
            self._model = message["model"][:SHORT]
        self._tokens = context_tokens(message.get("usage")) or self._tokens
        for text in texts:
            self._said, self._report_bytes = short_line(text), len(text.encode(errors="replace"))
        for block in blocks(message.get("content"), "tool_use"):
            self._called(block, at_ns)
        if record.get("isAbortedMidStream") is True:
            self._interrupt(at_ns)
        elif message.get("stop_reason") == "tool_use":
            self._over, self._over_ns = False, at_ns
        elif isinstance(message.get("stop_reason"), str) and not self._open:
            self._end_turn(at_ns)

    def _called(self, block: Mapping[str, Any], at_ns: int | None) -> None:
        tool, call_id = block.get("name"), block.get("id")
        given = block.get("input")
        if not isinstance(tool, str) or not isinstance(call_id, str):
            return
        given = given if isinstance(given, dict) else {}
        call = Call(tool[:SHORT], target_of(given), at_ns)
        self._calls += 1
        self._last_call = call
        self._over, self._over_ns = False, at_ns
        if len(self._open) < _MOST_KEPT:
            self._open[call_id] = (call, given)
        if tool in _USING:
            for text in all_texts(given, 0):
                self._use(text, at_ns)
        if tool in _LAUNCHING and len(self.launched) < _MOST_KEPT:
            brief = given.get("prompt")
            places = (
                frozenset(places_in(brief, self.cwd)) if isinstance(brief, str) else frozenset()
            )
            self.launched[call_id] = Agent(
                "",
                bare(given.get("subagent_type")),
                short_line(given.get("description")),
                started_ns=at_ns,
                places=places,
            )

    def _use(self, text: str, at_ns: int | None) -> None:
        for place in places_in(text, self.cwd):
            self.order.pop(place, None)
            self.order[place] = at_ns
        while len(self.order) > _MOST_KEPT:
            del self.order[next(iter(self.order))]

    # ── what comes back, and what the user says ──────────────────────────────────────────────────

    def _user(
        self, record: Mapping[str, Any], message: Mapping[str, Any], at_ns: int | None
    ) -> None:
        self._attempt, self._asking_ns = 0, None
        content = message.get("content")
        results = blocks(content, "tool_result")
        for block in results:
            self._returned(record, block, at_ns)
        for text in [content] if isinstance(content, str) else texts_in(content):
            self._told(record, text, at_ns)
        if results:
            self._over, self._over_ns = False, at_ns

    def _told(self, record: Mapping[str, Any], text: str, at_ns: int | None) -> None:
        if text.startswith(_INTERRUPTED):
            self._interrupt(at_ns)
            return
        if self._noticed(text, at_ns):
            self._begin_turn(at_ns)
            return
        if record.get("isMeta") is True:
            return
        if record.get("isSidechain") is True:
            if not self._brief:
                self._brief = text[:SHORT]
                self._use(text, at_ns)
            self._begin_turn(at_ns)
            return
        if command := _COMMAND.search(text):
            asked = _ARGUMENTS.search(text)
            if len(self.commands) < _MOST_KEPT:
                self.commands.append(
                    Command(command[1][:SHORT], short_line(asked[1]) if asked else "", at_ns)
                )
        self._begin_turn(at_ns)

    def _returned(
        self, record: Mapping[str, Any], block: Mapping[str, Any], at_ns: int | None
    ) -> None:
        call_id = block.get("tool_use_id")
        call, given = (
            self._open.pop(call_id, (None, {})) if isinstance(call_id, str) else (None, {})
        )
        result = record.get("toolUseResult")
        if isinstance(result, dict) and isinstance(call_id, str):
            self._agent_returned(call_id, result, at_ns)
        if call is None:
            return
        says = " ".join(texts_in(block.get("content"))) or str(block.get("content") or "")
        if block.get("is_error") is True or was_refused(record):
            if len(self._failures) >= _MOST_FAILURES:
                del self._failures[0]
            self._failures.append(Failure(call, cause_of(record, says), first_words(says)))
        elif call.tool in _WRITING and isinstance(given.get("file_path"), str):
            self._wrote[given["file_path"][:4096]] = None
            if len(self._wrote) > _MOST_KEPT:
                del self._wrote[next(iter(self._wrote))]

    def _agent_returned(self, call_id: str, result: Mapping[str, Any], at_ns: int | None) -> None:
        agent_id = result.get("agentId")
        if not isinstance(agent_id, str) or call_id not in self.launched:
            return
        self._agent_of_call[call_id] = agent_id
        self.launched[call_id] = self.launched[call_id]._replace(id=agent_id)
        if isinstance(result.get("totalTokens"), int):
            self._totals[agent_id] = result["totalTokens"]
        if result.get("status") not in ("async_launched", None):
            self.ended[agent_id] = (str(result["status"]), at_ns)

    def _noticed(self, text: str, at_ns: int | None) -> bool:
        """Whether a text tells that an agent came back, which may be told several times."""
        told = False
        if "<task-notification>" in text:
            for notice in _NOTICE.finditer(text):
                # what follows the result's opening is the agent's own words, and tells nothing
                head = notice[1].partition("<result>")[0]
                agent_id, status = element(head, "task-id"), element(head, "status")
                if agent_id:
                    self.ended.setdefault(agent_id, (status or "completed", at_ns))
                    told = True
        elif stopped := _STOPPED.match(text):
            for call_id, agent in self.launched.items():
                if agent.task == short_line(stopped[1]):
                    agent_id = self._agent_of_call.get(call_id, "")
                    self.ended.setdefault(agent_id, ("stopped", at_ns))
            told = True
        return told

    def _system(self, record: Mapping[str, Any], at_ns: int | None) -> None:
        if record.get("subtype") == "turn_duration":
            self._end_turn(at_ns)

    # ── turns ────────────────────────────────────────────────────────────────────────────────────

    def _begin_turn(self, at_ns: int | None) -> None:
        self._over, self._over_ns = False, at_ns
        self._error, self._interrupted = "", False

    def _end_turn(self, at_ns: int | None) -> None:
        if not self._over:
            self._over_ns = at_ns
        self._over = True

    def _interrupt(self, at_ns: int | None) -> None:
        self._open.clear()
        self._interrupted = True
        self._attempt, self._asking_ns = 0, None
        self._end_turn(at_ns)

    # ── what is known ────────────────────────────────────────────────────────────────────────────

    @property
    def turn(self) -> Turn:
        """How the conversation stands."""
        open_ones = list(self._open.values())
        question = next((question_in(given) for _, given in open_ones if question_in(given)), "")
        return Turn(
            self._over and not open_ones,
            self._over_ns,
            question,
            self._error,
            self._interrupted,
            self._asking_ns,
            self._attempt,
        )

    def totals_of(self, agent_id: str) -> int:
        """The tokens that an agent used by its own account, 0 if it gave none."""
        return self._totals.get(agent_id, 0)

    @property
    def was_interrupted(self) -> bool:
        """Whether the user's interruption is the last thing in it."""
        return self._interrupted

    def as_agent(self, agent_id: str) -> Agent:
        """What it tells of whoever speaks in it."""
        open_ones = [call for call, _ in self._open.values()]
        return Agent(
            agent_id,
            started_ns=self._first_ns,
            tokens=self._tokens,
            calls=self._calls,
            last=self._last_call,
            open=open_ones[-1] if open_ones else None,
            said=self._said,
            report_bytes=self._report_bytes,
            model=self._model,
            failures=tuple(self._failures),
            wrote=tuple(self._wrote),
            places=frozenset(self.order),
            last_ns=self._last_ns,
        )
