"""One transcript of Claude Code, of a conversation or of an agent, followed record by record.

What is said here of records was observed with Claude Code 2.1.332. Nothing is expected to be there:
what is unknown is passed over, what has another type counts for nothing.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from exito_tui.claude.calls import OpenCall, open_call
from exito_tui.claude.fields import (
    SHORT,
    START,
    bare,
    cause_of,
    context_tokens,
    count,
    element,
    first_words,
    parsed,
    parts_of,
    result_in,
    short_line,
    tells_nothing,
    text_at,
    texts_in,
    was_refused,
)
from exito_tui.domain.moments import epoch_ns
from exito_tui.domain.records.conversation import Agent, Call, FailedCall, Place, Turn, TypedCommand
from exito_tui.domain.records.places import places_told
from exito_tui.domain.regex import regex

_MOST_FAILURES = 50
_MOST_KEPT = 2000
_HEAD = 400

_REQUEST = b'{"type":"api-request"'
_STAMP = regex(rb'"timestamp":"([^"]{10,40})"')

_STOPPED = regex(r'Background agent "(.{0,500})" was stopped by the user', re.S)
STOPPED_BY_USER = "stopped by the user"
"""How an agent ended of which a plain sentence says so; the others end with a status."""
_INTERRUPTED = "[Request interrupted by user"
_COMMAND, _NOTICE = "<command-", "<task-notification>"


class Transcript:
    """What has been read of one transcript. `take` every line of it, in order."""

    def __init__(self) -> None:
        self.offset = 0
        self.cwd = ""
        self.mode = ""
        """The permission mode that it is in."""
        self.version: tuple[int, ...] = ()
        """The version of Claude Code that wrote it last."""
        self._version = ""
        self.commands: list[TypedCommand] = []
        self.launched: dict[str, Agent] = {}
        """The agents that were started here, by the id of the call."""
        self.ended: dict[str, tuple[str, int | None]] = {}
        """How agents came back and when, by their id."""
        self.order: dict[str, Place] = {}
        """The places it used, the latest last."""
        self._open: dict[str, OpenCall] = {}
        self._failures: list[FailedCall] = []
        self._wrote: dict[str, None] = {}
        self._first_ns: int | None = None
        self._last_ns: int | None = None
        self._calls = 0
        self._last_call: Call | None = None
        self._said = ""
        """The start of the last text: it is cut to a line when somebody asks, which few are."""
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
        self._is_told = False
        """Of an agent: whether its task was read."""

    # ── what comes in ────────────────────────────────────────────────────────────────────────────

    def take(self, line: bytes) -> None:
        """Take the next line."""
        if line.startswith(_REQUEST):
            self._asked(line)
            return
        if tells_nothing(line):
            return
        try:
            record = parsed(line.decode(errors="surrogatepass"))
        except (ValueError, RecursionError):
            return
        if isinstance(record, dict):
            self._take(record)

    def take_start(self, start: bytes) -> None:
        """Take the next line, of which just the start is known, since it is too long: a call that
        it gives the result of is open no more."""
        self._open.pop(result_in(start), None)

    def _take(self, record: Mapping[str, Any]) -> None:
        kind = record.get("type")
        if kind in ("user", "assistant"):
            self._identify(record)
            message = record.get("message")
            if isinstance(message, dict):
                at_ns = self._at(record)
                (self._assistant if kind == "assistant" else self._user)(record, message, at_ns)
        elif kind == "system":
            self._system(record, self._at(record))
        elif kind == "permission-mode":
            self.mode = text_at(record, "permissionMode")[:SHORT]
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
            self.cwd = record["cwd"][:4096]
        version = record.get("version")
        if isinstance(version, str) and version != self._version:
            self._version = version
            self.version = tuple(map(int, re.findall(r"\d{1,6}", version[:40])[:3]))

    def _at(self, record: Mapping[str, Any]) -> int | None:
        stamp = record.get("timestamp")
        at_ns = epoch_ns(stamp) if isinstance(stamp, str) else None
        self._seen(at_ns)
        return at_ns

    def _seen(self, at_ns: int | None) -> None:
        if at_ns is None:
            return
        if self._last_ns is None:
            self._first_ns = self._last_ns = at_ns
        elif at_ns > self._last_ns:
            self._last_ns = at_ns

    # ── what the model says ──────────────────────────────────────────────────────────────────────

    def _assistant(
        self, record: Mapping[str, Any], message: Mapping[str, Any], at_ns: int | None
    ) -> None:
        self._attempt, self._asking_ns = 0, None
        content = message.get("content")
        model, stopped = message.get("model"), message.get("stop_reason")
        texts, calls = parts_of(content, "tool_use")
        texts = [text for text in texts if text and not text.isspace()]
        if record.get("isApiErrorMessage") is True or model == "<synthetic>":
            self._error = short_line(" ".join(texts))
            self._end_turn(at_ns)
            return
        self._error = ""
        if isinstance(model, str):
            self._model = model[:SHORT]
        self._tokens = context_tokens(message.get("usage")) or self._tokens
        if texts:
            last = texts[-1]
            self._said, self._report_bytes = last[:START], len(last.encode(errors="replace"))
        for block in calls:
            self._called(block, at_ns)
        if record.get("isAbortedMidStream") is True:
            self._interrupt(at_ns)
        elif stopped == "tool_use":
            self._over, self._over_ns = False, at_ns
        elif isinstance(stopped, str) and not self._open:
            self._end_turn(at_ns)

    def _called(self, block: Mapping[str, Any], at_ns: int | None) -> None:
        tool, call_id = block.get("name"), block.get("id")
        given = block.get("input")
        if not isinstance(tool, str) or not isinstance(call_id, str):
            return
        given = given if isinstance(given, dict) else {}
        opened = open_call(tool, given, self.cwd, at_ns)
        self._calls += 1
        self._last_call = opened.call
        self._over, self._over_ns = False, at_ns
        self._use(opened.places, at_ns)
        if len(self._open) < _MOST_KEPT:
            self._open[call_id] = opened
        if opened.launches and len(self.launched) < _MOST_KEPT:
            self.launched[call_id] = Agent(
                "",
                bare(given.get("subagent_type")),
                short_line(given.get("description")),
                started_ns=at_ns,
                places=frozenset(opened.places),
            )

    def _use(self, places: Iterable[str], at_ns: int | None, *, made: bool = False) -> None:
        for name in places:
            before = self.order.pop(name, Place(name, at_ns))
            last_ns = before.last_ns if at_ns is None else at_ns
            self.order[name] = before._replace(last_ns=last_ns, made=made or before.made)
        while len(self.order) > _MOST_KEPT:
            del self.order[next(iter(self.order))]

    # ── what comes back, and what the user says ──────────────────────────────────────────────────

    def _user(
        self, record: Mapping[str, Any], message: Mapping[str, Any], at_ns: int | None
    ) -> None:
        self._attempt, self._asking_ns = 0, None
        content = message.get("content")
        texts, results = parts_of(content, "tool_result")
        for block in results:
            self._over, self._over_ns = False, at_ns
            self._returned(record, block, at_ns)
        for text in [content] if isinstance(content, str) else texts:
            self._told(record, text, at_ns)

    def _told(self, record: Mapping[str, Any], text: str, at_ns: int | None) -> None:
        if text.startswith(_INTERRUPTED):
            self._interrupt(at_ns)
            return
        if self._noticed(text, at_ns):
            if record.get("queueTranscriptOnly") is not True:  # which the model is not told
                self._begin_turn(at_ns)
            return
        if record.get("isMeta") is True:
            return
        if record.get("isSidechain") is True and not self._is_told:
            self._is_told = True
            self._use(places_told(text, self.cwd), at_ns)
        elif text.lstrip()[: len(_COMMAND)] == _COMMAND:
            self._command(text, at_ns)
        self._begin_turn(at_ns)

    def _command(self, text: str, at_ns: int | None) -> None:
        name = element(text, "command-name").removeprefix("/")
        if name and len(self.commands) < _MOST_KEPT:
            asked = short_line(element(text, "command-args"))
            self.commands.append(TypedCommand(name[:SHORT], asked, at_ns))

    def _returned(
        self, record: Mapping[str, Any], block: Mapping[str, Any], at_ns: int | None
    ) -> None:
        call_id = block.get("tool_use_id")
        if not isinstance(call_id, str):
            return
        opened = self._open.pop(call_id, None)
        result = record.get("toolUseResult")
        if isinstance(result, dict):
            self._agent_returned(call_id, result, at_ns)
        if opened is None:
            return
        if block.get("is_error") is True or was_refused(record):
            content = block.get("content")
            says = content if isinstance(content, str) else " ".join(texts_in(content))
            if len(self._failures) >= _MOST_FAILURES:
                del self._failures[0]
            failure = FailedCall(opened.call, cause_of(record, says), first_words(says))
            self._failures.append(failure)
            return
        if not opened.launches:
            self._use(opened.places, at_ns, made=True)
        if opened.writes:
            self._wrote.pop(opened.path, None)
            self._wrote[opened.path] = None
            if len(self._wrote) > _MOST_KEPT:
                del self._wrote[next(iter(self._wrote))]

    def _agent_returned(self, call_id: str, result: Mapping[str, Any], at_ns: int | None) -> None:
        agent_id = text_at(result, "agentId")[:SHORT]
        if not agent_id or call_id not in self.launched:
            return
        self.launched[call_id] = self.launched[call_id]._replace(id=agent_id)
        if tokens := count(result.get("totalTokens")):
            self._totals[agent_id] = tokens
        status = text_at(result, "status")
        if status and status != "async_launched":
            self.ended[agent_id] = (status[:SHORT], at_ns)

    def _noticed(self, text: str, at_ns: int | None) -> bool:
        """Whether a text tells that an agent came back, which may be told several times."""
        if text[: len(_NOTICE)] == _NOTICE:
            # what follows the result's opening is the agent's own words, and tells nothing
            head = text[: 16 * SHORT].partition("<result>")[0]
            agent_id, status = element(head, "task-id"), element(head, "status") or "completed"
            if agent_id and self.ended.get(agent_id, ("",))[0] != status:
                self._end(agent_id, status, at_ns)
            return bool(agent_id)
        stopped = _STOPPED.match(text)
        if not stopped:
            return False
        for agent in self.launched.values():
            if agent.id and agent.id not in self.ended and agent.task == short_line(stopped[1]):
                self._end(agent.id, STOPPED_BY_USER, at_ns)
        return True

    def _end(self, agent_id: str, status: str, at_ns: int | None) -> None:
        if agent_id in self.ended or len(self.ended) < _MOST_KEPT:
            self.ended[agent_id] = (status, at_ns)

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
        question = next((one.question for one in self._open.values() if one.question), "")
        return Turn(
            self._over and not self._open,
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

    def as_agent(self, agent_id: str) -> Agent:
        """What it tells of whoever speaks in it."""
        return Agent(
            agent_id,
            started_ns=self._first_ns,
            tokens=self._tokens,
            calls=self._calls,
            last=self._last_call,
            open_calls=tuple(one.call for one in self._open.values()),
            said=short_line(self._said),
            report_bytes=self._report_bytes,
            model=self._model,
            failures=tuple(self._failures),
            wrote=tuple(self._wrote),
            places=frozenset(self.order),
            last_ns=self._last_ns,
        )
