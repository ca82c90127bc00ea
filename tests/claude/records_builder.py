"""Writes what Claude Code keeps of its work: the registry of its processes, and transcripts, with
the types of records that it writes, in words of our own."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exito_tui.claude.folders import slug
from tests.support import Root

VERSION = "2.1.332"
ASKED = "Let users undo a payment"
REPORT = "Payments are written in pay/ledger.py; nothing reverses one. The tests are in tests/pay."


def pid_domain() -> str:
    """The pid namespace that this process is in, as the registry names it."""
    return f"linux::{os.readlink('/proc/self/ns/pid')}"


def start_of(pid: int) -> str:
    """When a process started, as the registry has it."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def stamp(at: float) -> str:
    """`2025-11-06T20:30:45.123Z`, of epoch seconds."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
    return f"{whole}.{int(at * 1000) % 1000:03}Z"


class ClaudeFolder:
    """A configuration folder of Claude Code, with what it knows of one project."""

    def __init__(self, path: Path, project: Path) -> None:
        self.path, self.project = path, project
        self._talks = 0

    def talk(self, *, ago: float = 600, cwd: Path | str = "", uuid: str = "") -> "Talk":
        """A new conversation that began so many seconds ago."""
        self._talks += 1
        uuid = uuid or f"{self._talks:08x}-0000-4000-8000-00000000000{self._talks}"
        where = str(cwd or self.project)
        return Talk(
            self.path / "projects" / slug(where) / f"{uuid}.jsonl", where, time.time() - ago
        )

    def register(
        self,
        talk: "Talk | str",
        status: str = "idle",
        *,
        since: float = 60,
        started: float = 3600,
        pid: int | None = None,
        **more: object,
    ) -> Path:
        """Register a process (this very one) for a conversation, in a status for so many seconds;
        `more` are other keys, None leaves one out."""
        pid = os.getpid() if pid is None else pid
        now = time.time()
        entry: dict[str, Any] = {
            "pid": pid,
            "sessionId": talk if isinstance(talk, str) else talk.id,
            "cwd": str(self.project) if isinstance(talk, str) else talk.cwd,
            "startedAt": int((now - started) * 1000),
            "procStart": start_of(pid) if Path(f"/proc/{pid}/stat").exists() else "1",
            "version": VERSION,
            "kind": "interactive",
            "entrypoint": "cli",
            "pidDomain": pid_domain(),
            "name": "ledger-7c",
            "nameSource": "derived",
            "status": status,
            "updatedAt": int((now - since) * 1000),
            "statusUpdatedAt": int((now - since) * 1000),
        }
        entry = {key: value for key, value in {**entry, **more}.items() if value is not None}
        path = self.path / "sessions" / f"{pid}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(entry))
        draft.replace(path)
        return path

    def registry(self) -> None:
        """Make the registry's folder, with nobody in it."""
        (self.path / "sessions").mkdir(parents=True, exist_ok=True)


class Talk:
    """One transcript. Its clock goes on a second with each record."""

    def __init__(
        self, path: Path, cwd: str, began: float, more: Mapping[str, object] | None = None
    ) -> None:
        self.path, self.cwd, self.at = path, cwd, began
        self.id = path.stem
        self._more = more or {}
        self._calls = 0
        self._agents = 0
        path.parent.mkdir(parents=True, exist_ok=True)

    def put(self, record: object) -> None:
        """Write a record as it is."""
        line = record if isinstance(record, str) else json.dumps(record, separators=(",", ":"))
        with self.path.open("a", encoding="utf-8", errors="surrogatepass") as file:
            file.write(f"{line}\n")
        os.utime(self.path, (self.at, self.at))

    def record(self, kind: str, **fields: object) -> None:
        """Write a record with what most of them have."""
        self.at += 1
        self.put(
            {
                "parentUuid": None,
                "isSidechain": False,
                **self._more,
                **{key: value for key, value in fields.items() if key != "type"},
                "type": kind,
                "timestamp": stamp(self.at),
                "cwd": self.cwd,
                "sessionId": self.id,
                "version": VERSION,
            }
        )

    # ── what the user says ───────────────────────────────────────────────────────────────────────

    def command(self, name: str = "exito:build", asked: str = ASKED) -> None:
        """A slash command, and what it stands for."""
        said = (
            f"<command-message>{name}</command-message>\n<command-name>/{name}</command-name>\n"
            f"<command-args>{asked}</command-args>"
        )
        self.put({"type": "mode", "mode": "normal", "sessionId": self.id})
        self.says(said)
        self.user([{"type": "text", "text": "Work in `.claude/sessions/build/$ID`."}], isMeta=True)
        self.attachment("skill_listing", content="build, think, craft")

    def user(self, content: object, **fields: object) -> None:
        self.record("user", message={"role": "user", "content": content}, **fields)

    def says(self, text: str) -> None:
        """The user types something."""
        self.user(text, turnOrigin="human", promptSource="typed")

    def interrupts(self, *, tool: bool = False) -> None:
        """The user presses Esc."""
        tail = " for tool use" if tool else ""
        self.user([{"type": "text", "text": f"[Request interrupted by user{tail}]"}])

    # ── what the program writes besides ──────────────────────────────────────────────────────────

    def attachment(self, kind: str, **fields: object) -> None:
        self.at += 1
        self.put(
            {
                "parentUuid": "u-1",
                "isSidechain": False,
                "attachment": {"type": kind, **fields},
                "type": "attachment",
                "timestamp": stamp(self.at),
                "cwd": self.cwd,
            }
        )

    def requests(self, times: int = 1) -> None:
        """The model is called, so many times without an answer."""
        for _ in range(times):
            self.at += 1
            self.put({"type": "api-request-blob", "sessionId": self.id, "message": "x" * 200})
            self.put(
                {
                    "type": "api-request",
                    "sessionId": self.id,
                    "id": "r-1",
                    "timestamp": stamp(self.at),
                    "version": VERSION,
                    "querySource": "repl_main_thread",
                }
            )

    def ends_turn(self, *, pending: int = 0) -> None:
        more = {"pendingBackgroundAgentCount": pending} if pending else {}
        self.record("system", subtype="turn_duration", durationMs=1200, messageCount=4, **more)

    # ── what the model does ──────────────────────────────────────────────────────────────────────

    def block(self, block: object, stop: object = "end_turn", **fields: object) -> None:
        """One block of a message: each is a record of its own."""
        message = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude-opus-5-5",
            "content": [block],
            "stop_reason": stop,
            "usage": {
                "input_tokens": 10,
                "cache_read_input_tokens": 900,
                "cache_creation_input_tokens": 50,
                "output_tokens": 40,
            },
        }
        self.record("assistant", message=message, **fields)

    def answers(self, text: str, stop: object = "end_turn", **fields: object) -> None:
        """The model says something, and that is all."""
        self.block({"type": "text", "text": text}, stop, **fields)

    def calls(self, tool: str, **given: object) -> str:
        """The model calls a tool; the id of the call."""
        self._calls += 1
        call_id = f"toolu_{self.id[:8]}_{self._calls}"
        self.block({"type": "tool_use", "id": call_id, "name": tool, "input": given}, "tool_use")
        return call_id

    def returns(
        self, call_id: str, text: object = "done", *, error: bool = False, **fields: object
    ) -> None:
        """A call has its result."""
        block = {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": error}
        self.user([block], **fields)

    def refused(self, call_id: str, *, by: str = "user_reject") -> None:
        """A call is refused, by the user or by a rule (`config`)."""
        kind = {"toolDenialKind": "user-rejected"} if by == "user_reject" else {}
        self.returns(
            call_id,
            "Permission for this tool use was denied.",
            error=True,
            permissionDecision={"decision": "reject", "source": by},
            **kind,
        )

    def does(self, tool: str, **given: object) -> None:
        """A call and its result."""
        self.returns(self.calls(tool, **given))

    def fails(self) -> None:
        """A call of the model ends in an error, and the turn with it."""
        self.record(
            "assistant",
            message={
                "model": "<synthetic>",
                "content": [{"type": "text", "text": "API Error: 529 overloaded"}],
                "stop_reason": "stop_sequence",
            },
            isApiErrorMessage=True,
        )

    # ── agents ───────────────────────────────────────────────────────────────────────────────────

    def launches(
        self,
        kind: str,
        place: str = "",
        *,
        task: str = "",
        brief: str = "",
        own: str = "",
        background: bool = True,
    ) -> "AgentTalk":
        """An agent is started, for the session in a place of the root (`build/build_…`); `own` is
        its id."""
        self._agents += 1
        own = own or f"a{self.id[:8]}{self._agents}"
        brief = brief or (
            f"Task: {ASKED}\nSession: {place.rpartition('/')[2]}\n"
            f"Directory: .claude/sessions/{place}"
        )
        task = task or f"{kind}: {ASKED}"
        call_id = self.calls("Agent", description=task, prompt=brief, subagent_type=f"exito:{kind}")
        agent = AgentTalk(self, own, kind, task, brief, call_id)
        if background:
            self.returns(
                call_id,
                [{"type": "text", "text": "Async agent launched successfully."}],
                toolUseResult={"isAsync": True, "status": "async_launched", "agentId": agent.id},
            )
        return agent

    def hears(self, agent: "AgentTalk", status: str = "completed", result: str = "Done.") -> None:
        """An agent in the background came back."""
        self.at = max(self.at, agent.at)
        self.notified(agent.id, status, result, agent.call_id, agent.task)

    def notified(
        self,
        agent_id: str,
        status: str = "completed",
        result: str = "Done.",
        call_id: str = "",
        task: str = "",
    ) -> None:
        """The notice that an agent came back."""
        said = (
            f"<task-notification>\n<task-id>{agent_id}</task-id>\n"
            f"<tool-use-id>{call_id}</tool-use-id>\n<status>{status}</status>\n"
            f'<summary>Agent "{task}" finished</summary>\n<result>{result}</result>\n'
            "</task-notification>"
        )
        self.put(
            {
                "type": "queue-operation",
                "operation": "enqueue",
                "timestamp": stamp(self.at),
                "sessionId": self.id,
                "content": said,
            }
        )
        self.user(said, turnOrigin="task_notification", promptSource="system")


class AgentTalk(Talk):
    """The transcript of an agent."""

    def __init__(
        self, lead: Talk, own: str, kind: str, task: str, brief: str, call_id: str
    ) -> None:
        folder = lead.path.with_suffix("") / "subagents"
        super().__init__(
            folder / f"agent-{own}.jsonl", lead.cwd, lead.at, {"isSidechain": True, "agentId": own}
        )
        self.id, self.kind, self.task, self.call_id, self.lead = own, kind, task, call_id, lead
        self.meta()
        self.user(brief)

    def meta(self, **more: object) -> None:
        """What stands beside it."""
        made = {"agentType": f"exito:{self.kind}", "description": self.task, "spawnDepth": 1}
        self.path.with_suffix(".meta.json").write_text(
            json.dumps({**made, "toolUseId": self.call_id, **more})
        )

    def comes_back(self, text: str = "I am done.", *, told: bool = True) -> None:
        """It says its last words; `told`: the conversation hears of it."""
        self.answers(text)
        self.meta(finished=True)
        if told:
            self.lead.hears(self, result=text)

    def leaves(self, root: Root, place: str, text: str = "# Report\n\nwords\n") -> None:
        """It writes a file of its session with Write, and comes back."""
        path = f"{root.path}/{place}"
        call = self.calls("Write", file_path=path, content=text)
        root.write(place, text, at=self.at)
        self.returns(call, f"File created at {path}")
        self.comes_back()

    def is_stopped_by_user(self) -> None:
        """The user stops it."""
        self.interrupts()
        self.meta(stoppedByUser=True)
        said = f'Background agent "{self.task}" was stopped by the user.'
        self.lead.at = max(self.lead.at, self.at)
        self.lead.record("system", subtype="agents_killed")
        self.lead.user(said, turnOrigin="task_notification")
        self.lead.answers("All right.")
        self.lead.ends_turn()


def session_id(ago: float, command: str = "build") -> str:
    """The id of a session of a command that began so many seconds ago."""
    return f"{command}_{time.strftime('%Y%m%d_%H%M%S', time.localtime(time.time() - ago))}"
