"""Writing records as Claude Code writes them: a conversation with a user, and its agents."""

import json
import os
import time
from pathlib import Path
from typing import Any

from exito_tui.claude.folders import slug
from tests.support import Root

ID = "11111111-2222-4333-8444-555555555555"


class Talk:
    """One conversation in the project of a root, written as it goes on."""

    def __init__(self, root: Root, session: str, talk_id: str = ID, cwd: str = "") -> None:
        """`session` is the key of the session that its agents are told to work in."""
        self.id, self.session = talk_id, session
        self.cwd = cwd or str(root.project)
        self.folder = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "projects" / slug(self.cwd)
        self.path = self.folder / f"{talk_id}.jsonl"
        self._calls = 0
        self._add(self.path, type="user", turnOrigin="human", message=_said(
            "<command-name>/exito:build</command-name><command-args>a coupon field</command-args>"
        ))  # fmt: skip

    def agent(self, agent_id: str, kind: str = "investigator") -> "AgentTalk":
        """Launch an agent in the background."""
        call = self._call()
        self._add(self.path, type="assistant", message=_use(call, "Agent", {
            "description": f"{kind} works", "subagent_type": f"exito:{kind}",
            "prompt": f"Task: x\nDirectory: .claude/sessions/{self.session}",
        }))  # fmt: skip
        self._add(
            self.path,
            type="user",
            toolUseResult={"isAsync": True, "status": "async_launched", "agentId": agent_id},
            message=_result(call, "launched"),
        )
        return AgentTalk(self, agent_id, kind)

    def comes_back(self, agent_id: str, result: str) -> None:
        """The notice that an agent came back."""
        self._add(self.path, type="user", turnOrigin="task_notification", message=_said(
            f"<task-notification>\n<task-id>{agent_id}</task-id>\n<status>completed</status>\n"
            f"<result>{result}</result>\n<usage></usage>\n</task-notification>"
        ))  # fmt: skip

    def ends(self) -> None:
        """The main turn is over."""
        self._add(self.path, type="system", subtype="turn_duration", durationMs=1)

    def register(self, **entry: Any) -> Path:
        """Register a process of this conversation, which lives: that of the tests."""
        with open("/proc/self/stat", "rb") as file:
            start = file.read().rpartition(b")")[2].split()[19].decode()
        pid = os.getpid()
        path = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "sessions" / f"{pid}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        domain = f"linux::{os.readlink('/proc/self/ns/pid')}"
        made = {"pid": pid, "sessionId": self.id, "cwd": self.cwd, "procStart": start,
                "pidDomain": domain, "kind": "interactive", "status": "idle", **entry}  # fmt: skip
        path.write_text(json.dumps(made))
        return path

    def _call(self) -> str:
        self._calls += 1
        return f"toolu_{self._calls:04}"

    def _add(self, path: Path, **record: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        full = {**record, "timestamp": stamp, "cwd": self.cwd, "sessionId": self.id,
                "version": "2.1.332"}  # fmt: skip
        with path.open("a") as file:
            file.write(json.dumps(full, separators=(",", ":")) + "\n")


class AgentTalk:
    """The transcript of one agent."""

    def __init__(self, talk: Talk, agent_id: str, kind: str) -> None:
        self._talk, self.id = talk, agent_id
        folder = talk.folder / talk.id / "subagents"
        self.path, self._meta = (
            folder / f"agent-{agent_id}.jsonl",
            folder / f"agent-{agent_id}.meta.json",
        )
        self._kind = kind
        self._messages = 0
        self.add("user", _said(f"Task: x\nDirectory: .claude/sessions/{talk.session}"))

    def add(self, role: str, message: object, **more: Any) -> None:
        """One record."""
        self._talk._add(
            self.path, type=role, isSidechain=True, agentId=self.id, message=message, **more
        )

    def say(self, *texts: str, **more: Any) -> None:
        """A message of one or more texts, each in a record of its own, as they are written."""
        self._messages += 1
        for text in texts:
            content = [{"type": "text", "text": text}]
            self.add("assistant", {"id": f"msg_{self._messages}", "content": content,
                                   "stop_reason": "end_turn"}, **more)  # fmt: skip

    def write(self, path: str, content: object, outcome: str) -> None:
        """A call of Write that is `refused`, `failed`, `no-tool` or `done`."""
        call = self._talk._call()
        self._messages += 1
        self.add("assistant", _use(call, "Write", {"file_path": path, "content": content}))
        says = {"no-tool": "Error: No such tool available: Write.", "failed": "Error: EIO",
                "refused": "Permission for this tool use was denied."}  # fmt: skip
        more: dict[str, Any] = {"toolDenialKind": "user-rejected"} if outcome == "refused" else {}
        message = _result(call, says.get(outcome, "File created"), is_error=outcome != "done")
        self.add("user", message, **more)

    def finish(self, result: str = "") -> None:
        """It comes back."""
        meta = {"agentType": f"exito:{self._kind}", "finished": True}
        self._meta.write_text(json.dumps(meta))
        self._talk.comes_back(self.id, result)


def _said(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def _use(call: str, tool: str, given: object) -> dict[str, Any]:
    block = {"type": "tool_use", "id": call, "name": tool, "input": given}
    return {"id": f"msg_{call}", "content": [block], "stop_reason": "tool_use"}


def _result(call: str, says: str, *, is_error: bool = False) -> dict[str, Any]:
    block = {"type": "tool_result", "tool_use_id": call, "content": says, "is_error": is_error}
    return {"role": "user", "content": [block]}
