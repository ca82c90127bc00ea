"""A run of one command with its agents, told in a few words; `records_builder` has the records."""

import os
from pathlib import Path
from typing import Any

from tests.claude import records_builder
from tests.claude.records_builder import ClaudeFolder
from tests.support import Root

ID = "11111111-2222-4333-8444-555555555555"
_SAYS = {"no-tool": "Error: No such tool available: Write.", "failed": "Error: EIO"}


class Run:
    """A conversation in the project of a root, in which a command runs."""

    def __init__(self, root: Root, session: str, talk_id: str = ID, cwd: str = "") -> None:
        """`session` is the key of the session that its agents are told to work in."""
        self.id, self.session = talk_id, session
        self._claude = ClaudeFolder(Path(os.environ["CLAUDE_CONFIG_DIR"]), root.project)
        self.talk = self._claude.talk(ago=120, cwd=cwd, uuid=talk_id)
        self.talk.command(asked="a coupon field")
        self.folder = self.talk.path.parent

    def agent(self, agent_id: str, kind: str = "investigator") -> "RunAgent":
        """Launch an agent in the background."""
        return RunAgent(self.talk.launches(kind, self.session, own=agent_id))

    def comes_back(self, agent_id: str, result: str) -> None:
        """The notice that an agent came back of which nothing else is known."""
        self.talk.notified(agent_id, result=result)

    def ends(self) -> None:
        """The main turn is over."""
        self.talk.ends_turn()

    def register(self, **entry: Any) -> Path:
        """Register a process of this conversation, which lives: that of the tests."""
        return self._claude.register(self.talk, **entry)


class RunAgent:
    """One agent of a run."""

    def __init__(self, talk: records_builder.AgentTalk) -> None:
        self.talk, self.path = talk, talk.path
        self._messages = 0

    def add(self, role: str, message: object, **more: Any) -> None:
        """One record."""
        self.talk.record(role, message=message, **more)

    def say(self, *texts: str, **more: Any) -> None:
        """A message of one or more texts, each in a record of its own, as they are written."""
        self._messages += 1
        for text in texts:
            content = [{"type": "text", "text": text}]
            self.add("assistant", {"id": f"msg_{self._messages}", "content": content,
                                   "stop_reason": "end_turn"}, **more)  # fmt: skip

    def write(self, path: str, content: object, outcome: str) -> None:
        """A call of Write that is `refused`, `failed`, `no-tool` or `done`."""
        call = self.talk.calls("Write", file_path=path, content=content)
        if outcome == "refused":
            self.talk.refused(call)
        else:
            self.talk.returns(call, _SAYS.get(outcome, "File created"), error=outcome != "done")

    def finish(self, result: str = "") -> None:
        """It comes back."""
        self.talk.meta(finished=True)
        self.talk.lead.hears(self.talk, result=result)
