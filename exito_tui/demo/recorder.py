"""What Claude Code would record of simulated runs: one conversation, told record by record.

Pure: all of it comes out as writes below a configuration folder. The form of the records was
observed with Claude Code 2.1.332; the words are our own.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from exito_tui.claude.folders import slug
from exito_tui.demo.writes import Write

_VERSION = "2.1.332"
_LEAD_MODEL, _AGENT_MODEL = "claude-opus-5-5", "claude-sonnet-4-5-20250929"

REFUSED_BY_USER: Mapping[str, Any] = {
    "permissionDecision": {"decision": "reject", "source": "user_reject"},
    "toolDenialKind": "user-rejected",
}


class StandIn(NamedTuple):
    """What the registry tells of a process: its pid, when it started and where that holds, in
    /proc's own words; empty where there is no /proc."""

    pid: int
    start: str = ""
    domain: str = "elsewhere"


class Stage(NamedTuple):
    """Where a fleet is told: `project` is its folder, `now` when the demo begins (epoch s), `speed`
    how much faster than life it is played."""

    project: str
    now: float
    rng: Random
    speed: float = 1.0

    def at(self, seconds: float) -> float:
        """A moment of the demo as epoch seconds."""
        return self.now + (seconds / self.speed if seconds > 0 and self.speed else seconds)

    def identifier(self) -> str:
        """An id as conversations have."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))


class Speaker:
    """Who speaks in one transcript: the conversation itself, or an agent of it."""

    def __init__(self, talk: "RecordedConversation", path: str, agent: str = "") -> None:
        self.agent = agent
        self._talk, self._path = talk, path
        self._tokens = 14_000 + talk.stage.rng.randrange(4_000)

    def told(self, at: float, text: str, **more: object) -> None:
        """Words of the user, or of the program."""
        message = {"role": "user", "content": text}
        self._record(at, "user", message=message, **more)

    def said(self, at: float, text: str, **more: object) -> None:
        """Words of the model; with them its turn is over."""
        self._asking(at - 0.4)
        self._answer(at, [{"type": "text", "text": text}], "end_turn", more=more)

    def call(
        self,
        at: float,
        tool: str,
        given: Mapping[str, object],
        *,
        says: str = "",
        thinks: str = "",
    ) -> str:
        """A call of a tool; its id."""
        self._asking(at - 0.4)
        call_id = f"toolu_{self._talk.stage.rng.getrandbits(96):024x}"
        blocks: list[dict[str, object]] = []
        if thinks:
            blocks.append({"type": "thinking", "thinking": thinks, "signature": ""})
        if says:
            blocks.append({"type": "text", "text": says})
        blocks.append({"type": "tool_use", "id": call_id, "name": tool, "input": dict(given)})
        self._answer(at, blocks, "tool_use")
        return call_id

    def result(
        self, at: float, call_id: str, text: str, *, failed: bool = False, **more: object
    ) -> None:
        """What a call gave back."""
        block: dict[str, object] = {"tool_use_id": call_id, "type": "tool_result", "content": text}
        if failed:
            block["is_error"] = True
        self._record(at, "user", message={"role": "user", "content": [block]}, **more)

    def did(
        self, at: float, took: float, tool: str, given: Mapping[str, object], text: str, **more: Any
    ) -> None:
        """A call with its result. `more` as of both."""
        spoken = {name: more.pop(name) for name in ("says", "thinks") if name in more}
        self.result(at + took, self.call(at, tool, given, **spoken), text, **more)

    def waits_for_the_model(self, at: float, attempts: int, pause: float) -> None:
        """Calls of the model that have no answer."""
        for number in range(attempts):
            self._asking(at + number * pause)

    def cannot_reach_the_model(self, at: float, error: str) -> None:
        """The turn ends in an error of the API."""
        self._answer(
            at, [{"type": "text", "text": error}], "stop_sequence", "<synthetic>",
            more={"isApiErrorMessage": True},
        )  # fmt: skip

    def turn_over(self, at: float, pending: int = 0) -> None:
        """The turn has ended; `pending` agents are still at work."""
        more = {"pendingBackgroundAgentCount": pending} if pending else {}
        self._record(at, "system", subtype="turn_duration", durationMs=4200, isMeta=False, **more)

    def _asking(self, at: float) -> None:
        stage = self._talk.stage
        self._line(at, {
            "type": "api-request", "sessionId": self._talk.id, "id": stage.identifier(),
            "timestamp": _iso(stage.at(at)), "version": _VERSION,
        })  # fmt: skip

    def _answer(
        self,
        at: float,
        blocks: list[dict[str, object]],
        stop: str | None,
        model: str = "",
        more: Mapping[str, object] | None = None,
    ) -> None:
        rng = self._talk.stage.rng
        self._tokens += rng.randrange(300, 2_200)
        usage = {
            "input_tokens": 12,
            "cache_creation_input_tokens": 300,
            "cache_read_input_tokens": self._tokens,
            "output_tokens": rng.randrange(40, 900),
        }
        name = f"msg_{rng.getrandbits(96):024x}"
        for number, block in enumerate(blocks):  # one record for each block, as it is written
            message = {
                "id": name, "type": "message", "role": "assistant",
                "model": model or (_AGENT_MODEL if self.agent else _LEAD_MODEL),
                "content": [block], "stop_reason": stop, "usage": usage,
            }  # fmt: skip
            self._record(at, "assistant", message=message, apiBlockIndex=number, **(more or {}))

    def _record(self, at: float, kind: str, **what: object) -> None:
        stage = self._talk.stage
        own = {"isSidechain": True, "agentId": self.agent} if self.agent else {}
        self._line(at, {
            "isSidechain": False, **own, **what, "type": kind, "uuid": stage.identifier(),
            "timestamp": _iso(stage.at(at)), "cwd": stage.project, "sessionId": self._talk.id,
            "version": _VERSION, "gitBranch": "main",
        })  # fmt: skip

    def _line(self, at: float, record: Mapping[str, object]) -> None:
        self._talk.writes.append(Write(at, self._path, _json(record)))


class RecordedConversation:
    """One conversation with its agents, told in `writes`, which need not be in order of time."""

    def __init__(self, stage: Stage, process: StandIn | None = None) -> None:
        """`process` is what runs it; None where it has ended and is registered no more."""
        self.stage = stage
        self.id = stage.identifier()
        self.writes: list[Write] = []
        self._process = process
        self._metas: dict[str, dict[str, object]] = {}
        self._folder = f"projects/{slug(stage.project)}/{self.id}"
        self.lead = Speaker(self, f"{self._folder}.jsonl")

    def command(self, at: float, name: str, asked: str) -> None:
        """The user types a command."""
        text = (
            f"<command-message>exito:{name}</command-message>\n"
            f"<command-name>/exito:{name}</command-name>\n<command-args>{asked}</command-args>"
        )
        self.lead.told(at, text, turnOrigin="human", origin={"kind": "human"})

    def launch(self, at: float, agent_type: str, task: str, by: Speaker | None = None) -> Speaker:
        """Start an agent in the background; its task text is `task`, its description the first
        line of that."""
        parent = by or self.lead
        title = task.partition("\n")[0]
        agent_id = f"a{self.stage.rng.getrandbits(64):016x}"
        call_id = parent.call(
            at,
            "Agent",
            {"description": title, "prompt": task, "subagent_type": agent_type},
            says=f"The {agent_type.rpartition(':')[2]} takes over." if by is None else "",
        )
        parent.result(
            at + 0.05, call_id, f"Async agent launched successfully.\nagentId: {agent_id}",
            toolUseResult={
                "isAsync": True, "status": "async_launched", "agentId": agent_id,
                "description": title, "prompt": task,
            },
        )  # fmt: skip
        agent = Speaker(self, f"{self._folder}/subagents/agent-{agent_id}.jsonl", agent_id)
        meta: dict[str, object] = {
            "agentType": agent_type, "description": title, "toolUseId": call_id,
            "spawnDepth": 2 if by else 1, "model": _AGENT_MODEL,
            **({"parentAgentId": parent.agent} if by else {}),
        }  # fmt: skip
        self._meta(at + 0.05, agent, meta)
        self._metas[agent.agent] = meta
        agent.told(at + 0.05, task)
        return agent

    def finish(self, at: float, agent: Speaker, report: str, to: Speaker | None = None) -> None:
        """An agent comes back with its last words, of which its parent is told."""
        agent.said(at, report)
        meta = self._metas[agent.agent] | {"finished": True}
        self._meta(at + 0.05, agent, meta)
        notice = (
            f"<task-notification>\n<task-id>{agent.agent}</task-id>\n"
            f"<tool-use-id>{meta['toolUseId']}</tool-use-id>\n<status>completed</status>\n"
            f'<summary>Agent "{meta["description"]}" finished</summary>\n'
            f"<result>{report}</result>\n</task-notification>"
        )
        (to or self.lead).told(at + 0.1, notice, turnOrigin="task_notification")

    def stop(self, at: float, agent: Speaker) -> None:
        """The user stops an agent."""
        agent.told(at, "[Request interrupted by user]")
        meta = self._metas[agent.agent]
        self._meta(at, agent, meta | {"stoppedByUser": True})
        self.lead.told(
            at, f'Background agent "{meta["description"]}" was stopped by the user.',
            turnOrigin="human",
        )  # fmt: skip

    def register(
        self, at: float, status: str, *, began: float | None = None, **more: object
    ) -> None:
        """Its process gets another status. `began` is when it started, if not then."""
        process = self._process
        if process is None:
            return
        since = int(self.stage.at(at) * 1000)
        started = int(self.stage.at(at if began is None else began) * 1000)
        entry = {
            "pid": process.pid, "sessionId": self.id, "cwd": self.stage.project,
            "startedAt": started, "procStart": process.start, "version": _VERSION,
            "kind": "interactive", "entrypoint": "cli", "pidDomain": process.domain,
            "name": "demo", "nameSource": "derived", "status": status, "updatedAt": since,
            "statusUpdatedAt": since, **more,
        }  # fmt: skip
        self.writes.append(Write(at, f"sessions/{process.pid}.json", _json(entry), whole=True))

    def _meta(self, at: float, agent: Speaker, meta: Mapping[str, object]) -> None:
        path = f"{self._folder}/subagents/agent-{agent.agent}.meta.json"
        self.writes.append(Write(at, path, _json(meta), whole=True))


def _json(record: Mapping[str, object]) -> str:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n"


def _iso(epoch: float) -> str:
    moment = datetime.fromtimestamp(epoch, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
