"""Transcripts of Claude Code to measure on: 200 MB of them, as much of each kind as was seen.

Most bytes are what the program keeps for itself (request blobs, snapshots of prompts); the rest is
what was said, called and given back.
"""

import json
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import UUID

from exito_tui.claude.folders import slug
from exito_tui.demo.stand_ins import StandIns
from exito_tui.demo.writes import stamp

VERSION = "2.1.332"
_LIVE = 10
_LINES = (
    "    rows = [row for row in store.rows() if row.key == key and not row.is_expired(now)]\n",
    'The caller says "never", yet the nightly job writes here, too: see `tasks.py`, line 40.\n',
    "| shop/carts/store.py | 412 | reads and writes each cart | 17 tests |\n",
    "\n",
)


class Tree(NamedTuple):
    """A project with its root, and the configuration folder of its Claude Code."""

    project: Path
    config: Path

    @property
    def root(self) -> Path:
        """The root of its sessions."""
        return self.project / ".claude" / "sessions"

    @property
    def transcripts(self) -> Path:
        """The folder of its conversations."""
        return self.config / "projects" / slug(str(self.project))


def tree(folder: Path, megabytes: int) -> Tree:
    """A project of so many megabytes of transcripts in conversations of five, the last ten of them
    live once they are registered; made once."""
    made = Tree(
        folder / f"transcripts-{megabytes}" / "shop", folder / f"transcripts-{megabytes}" / "config"
    )
    if not (made.config / "whole").exists():
        for number in range(megabytes // 5):
            conversation(made, number, 5_000_000, time.time() - 60.0 * (megabytes // 5 - number))
        (made.config / "whole").touch()
    return made


def large(folder: Path) -> tuple[Tree, Path]:
    """A project with one conversation, whose transcript has 20 MB; made anew."""
    shutil.rmtree(folder / "transcript-large", ignore_errors=True)
    made = Tree(folder / "transcript-large" / "shop", folder / "transcript-large" / "config")
    return made, conversation(made, 1, 20_000_000, time.time() - 600, agents_share=0.001)


def register(made: Tree, living: StandIns, count: int = _LIVE) -> None:
    """Register the last of its conversations as busy."""
    entries = made.config / "sessions"
    entries.mkdir(exist_ok=True)
    for entry in entries.iterdir():
        entry.unlink()
    for path in sorted(made.transcripts.glob("*.jsonl"))[-count:]:
        one, now = living.another(), int(time.time() * 1000) - 60_000
        said = {
            "pid": one.pid, "sessionId": path.stem, "cwd": str(made.project), "startedAt": now,
            "procStart": one.start, "version": VERSION, "kind": "interactive",
            "entrypoint": "cli", "pidDomain": one.domain, "status": "busy",
            "statusUpdatedAt": now, "updatedAt": now,
        }  # fmt: skip
        (entries / f"{one.pid}.json").write_text(json.dumps(said), encoding="utf-8")


def conversation(
    made: Tree, number: int, size: int, began: float, agents_share: float = 1 / 3
) -> Path:
    """One conversation of `size` bytes at least with its session; `agents_share` of them are its
    agent's. The path of its own transcript."""
    rng = Random(number)
    name = str(UUID(int=(number << 64) | 1 << 127))
    session = f"build_{stamp(began)}"
    folder = made.root / "build" / session
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "context.md").write_text("# Context: saved carts\n", encoding="utf-8")
    lead, agent = made.transcripts / f"{name}.jsonl", f"a{number:016x}"
    below = made.transcripts / name / "subagents"
    below.mkdir(parents=True, exist_ok=True)
    meta = {"agentType": "exito:builder", "description": "Build", "spawnDepth": 1}
    (below / f"agent-{agent}.meta.json").write_text(json.dumps(meta), encoding="utf-8")
    task = f"Build\nSession: {session}\nDirectory: .claude/sessions/build/{session}"
    call = {"subagent_type": "exito:builder", "description": "Build", "prompt": task}
    given = {"isAsync": True, "status": "async_launched", "agentId": agent}
    pen = _Pen(str(made.project), name, "", began, rng)
    command = "<command-name>/exito:build</command-name>\n<command-args>Saved carts</command-args>"
    begin = [
        pen.user(command), *pen.called("Agent", call, "launched", toolUseResult=given)
    ]  # fmt: skip
    _write(lead, begin, pen, size * (1 - agents_share))
    pen = _Pen(str(made.project), name, agent, began + 1, rng)
    _write(below / f"agent-{agent}.jsonl", [pen.user(task)], pen, size * agents_share)
    return lead


def one_line(made: Tree, conversation_id: str, text: str) -> bytes:
    """A record of something that was said just now, by a model of that name."""
    pen = _Pen(str(made.project), conversation_id, "", time.time(), Random(0))
    record = {"needle": text, **json.loads(pen.assistant({"type": "text", "text": text}))}
    record["message"]["model"] = text
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def _write(path: Path, begin: list[bytes], pen: "_Pen", size: float) -> None:
    with path.open("wb") as file:
        file.writelines(begin)
        file.writelines(pen.of_the_program(60_000) for _ in range(2))
        while file.tell() < size:
            file.writelines(pen.turn())


class _Pen:
    """Writes the records of one transcript, a second apart."""

    def __init__(self, cwd: str, name: str, agent: str, began: float, rng: Random) -> None:
        self._rng, self._at = rng, began
        self._last: str | None = None
        self._text = "".join(rng.choice(_LINES) for _ in range(2_000))
        self._more = {
            "userType": "external", "entrypoint": "cli", "cwd": cwd, "sessionId": name,
            "version": VERSION, "gitBranch": "main",
        }  # fmt: skip
        self._own = {"isSidechain": bool(agent)} | ({"agentId": agent} if agent else {})

    def turn(self) -> list[bytes]:
        """A call of the model and what came of it: a thought, words, a call of a tool."""
        rng = self._rng
        path = f"{self._more['cwd']}/shop/carts/{rng.choice(('store', 'views', 'tasks'))}.py"
        lines = [self.request(), self.of_the_program(rng.randrange(2_000, 24_000))]
        if rng.random() < 0.3:
            lines.append(self.assistant({"type": "thinking", "thinking": self._words(900)}))
        lines.append(self.assistant({"type": "text", "text": self._words(400)}))
        edit = {"file_path": path, "old_string": self._words(200), "new_string": self._words(300)}
        tool, given, size = rng.choice((
            ("Read", {"file_path": path}, 12_000),
            ("Bash", {"command": "pytest -q tests/carts", "description": "Test"}, 3_000),
            ("Edit", edit, 800),
        ))  # fmt: skip
        lines += self.called(tool, given, self._words(rng.randrange(size // 2, size)))
        return lines

    def called(
        self, tool: str, given: Mapping[str, object], gives: str, **more: object
    ) -> list[bytes]:
        call_id = f"toolu_{self._rng.getrandbits(96):024x}"
        call = {"type": "tool_use", "id": call_id, "name": tool, "input": given}
        result = {"tool_use_id": call_id, "type": "tool_result", "content": gives}
        made = {"toolUseResult": {"stdout": gives[:2_000]}} | more
        return [self.assistant(call, stop="tool_use"), self._record("user", [result], **made)]

    def user(self, text: str) -> bytes:
        return self._record("user", text, turnOrigin="human")

    def assistant(self, block: Mapping[str, object], stop: str = "tool_use") -> bytes:
        usage = {"input_tokens": 12, "cache_read_input_tokens": 17_000, "output_tokens": 80}
        more = {
            "id": f"msg_{self._rng.getrandbits(96):024x}", "type": "message",
            "model": "claude-opus-5-5", "stop_reason": stop, "stop_sequence": None, "usage": usage,
        }  # fmt: skip
        return self._record("assistant", [block], message=more)

    def request(self) -> bytes:
        head: dict[str, object] = {"type": "api-request", "sessionId": self._more["sessionId"]}
        return _line(head | {"timestamp": self._stamp(), "version": VERSION})

    def of_the_program(self, size: int) -> bytes:
        """What the program keeps for itself."""
        kind = self._rng.randrange(3)
        if kind == 0:
            snapshot = {"type": "prompt_snapshot", "systemPrompt": self._words(size)}
            own: dict[str, object] = {
                "parentUuid": None,
                **self._own,
                "attachment": snapshot,
                "type": "attachment",
            }
            return _line(own | {"timestamp": self._stamp()} | self._more)
        name = ("api-request-shape", "api-request-blob")[kind - 1]
        head = {"type": name, "sessionId": self._more["sessionId"], "hash": "3de3bed5"}
        schema = {"type": "string", "description": "The absolute path of the file"}
        tool = {"name": "Read", "input_schema": {"properties": {"file_path": schema}}}
        held: object = [tool] * (size // 130) if kind == 1 else self._words(size)
        return _line(head | {"message": held})

    def _record(self, kind: str, content: object, **more: object) -> bytes:
        given = more.pop("message", {})
        assert isinstance(given, dict)
        message = {"role": kind, **given, "content": content}
        before, self._last = self._last, str(UUID(int=self._rng.getrandbits(128), version=4))
        head = {"parentUuid": before, **self._own, "type": kind, "message": message}
        head |= {"uuid": self._last}
        return _line(head | {"timestamp": self._stamp()} | self._more | more)

    def _words(self, size: int) -> str:
        at = self._rng.randrange(len(self._text) - min(size, len(self._text) - 1))
        return (self._text[at : at + size] * (size // len(self._text) + 1))[:size]

    def _stamp(self) -> str:
        self._at += 0.02
        moment = datetime.fromtimestamp(self._at, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _line(record: Mapping[str, object]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"
