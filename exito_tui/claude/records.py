"""All that Claude Code's records tell of one project: its conversations, with their agents, and its
processes. Read-only; whatever is missing or cannot be read is just not there."""

import contextlib
import json
import os
import re
from collections.abc import Iterator
from typing import Any

from exito_tui.claude.fields import bare
from exito_tui.claude.follower import Follower
from exito_tui.claude.registry import processes
from exito_tui.claude.transcript import Transcript
from exito_tui.domain.records.conversation import Agent, AgentState, Conversation, Process
from exito_tui.safe_read import read_own_file

_TRANSCRIPT = re.compile(r"[0-9a-fA-F][0-9a-fA-F-]{7,63}\.jsonl\Z")
_AGENT = re.compile(r"agent-([0-9A-Za-z_-]{1,100})\.jsonl\Z")
_SLUG_LENGTH = 200
REGISTERING = (2, 1, 300)
"""From this version on every process is registered while it lives (observed with 2.1.332)."""
_SHARE = 4 * 1024 * 1024
_MOST_AGENTS = 2000
_LONGEST_META = 64 * 1024


class Records:
    """Follows the records of one project, the folder `project` (absolute). One thread owns it."""

    def __init__(self, config: str, project: str) -> None:
        self.config = config
        self.project = project
        self._conversations: dict[str, _Files] = {}
        self.processes: list[Process] = []
        self.version = 0
        """Another number whenever anything more was read."""

    def look(self, since_ns: int = 0, most: int = 1 << 62) -> bool:
        """Look at what there is, and read `most` bytes of what is new, the living first; whether
        all is read. Conversations that were last written before `since_ns` are left out."""
        self.processes = [one for one in processes(self.config) if self._is_of_project(one.cwd)]
        living = {one.conversation for one in self.processes}
        for path, modified_ns in self._transcripts():
            name = os.path.basename(path).removesuffix(".jsonl")
            if name not in self._conversations and (modified_ns >= since_ns or name in living):
                self._conversations[name] = _Files(path)
        order = sorted(
            self._conversations.items(),
            key=lambda item: (item[0] in living, item[1].modified_ns),
            reverse=True,
        )
        for _, files in order:
            taken = files.read(most)
            self.version += taken > 0
            most -= taken
            if most <= 0:
                return False
        return True

    @property
    def has_registry(self) -> bool:
        """Whether this Claude Code registers its processes; older ones did not."""
        return os.path.isdir(os.path.join(self.config, "sessions")) or any(
            files.lead.taker.version >= REGISTERING for files in self._conversations.values()
        )

    def folders(self) -> list[str]:
        """The folders in which something is written when anything changes, as far as they are
        there: the registry, the project's conversations, and the agents of those that live."""
        living = {one.conversation for one in self.processes if one.life == "alive"}
        folders = [os.path.join(self.config, "sessions")]
        folders += sorted(
            {os.path.dirname(files.lead.path) for files in self._conversations.values()}
        )
        folders += [files.folder for name, files in self._conversations.items() if name in living]
        return [folder for folder in folders if os.path.isdir(folder)]

    def conversations(self) -> list[Conversation]:
        """What is known of each conversation of the project."""
        living = {one.conversation for one in self.processes if one.life != "dead"}
        return [
            files.conversation(name, is_dead=self.has_registry and name not in living)
            for name, files in self._conversations.items()
            if self._is_of_project(files.lead.taker.cwd)
        ]

    def _is_of_project(self, cwd: str) -> bool:
        """Whether a folder is the project, or in it; a work tree in it that has sessions of its own
        is another one."""
        for path in self._spellings():
            if f"{cwd}/".startswith(f"{path}/"):
                return not _has_own_sessions(path, cwd[len(path) + 1 :])
        return False

    def _spellings(self) -> set[str]:
        return {self.project, os.path.realpath(self.project)}

    def _transcripts(self) -> Iterator[tuple[str, int]]:
        """The conversations whose folder may be this project's, and when they were written."""
        base = os.path.join(self.config, "projects")
        slugs = {slug(path) for path in self._spellings()}
        slugs |= {slug(one.cwd) for one in self.processes}
        with contextlib.suppress(OSError):
            for name in os.listdir(base):
                if any(_may_be(name, one) for one in slugs):
                    yield from _listed(os.path.join(base, name), _TRANSCRIPT)


class _Files:
    """The transcripts of one conversation: its own, and those of its agents."""

    def __init__(self, path: str) -> None:
        self.lead = Follower(path, Transcript)
        self.folder = os.path.join(path.removesuffix(".jsonl"), "subagents")
        self._agents: dict[str, Follower[Transcript]] = {}
        self._metas: dict[str, tuple[int, dict[str, Any]]] = {}
        self.modified_ns = 0
        self.metas_read = 0

    def read(self, most: int) -> int:
        """Read what is new of all of them; how many bytes were read."""
        for path, _ in _listed(self.folder, _AGENT):
            match = _AGENT.match(os.path.basename(path))
            if match and match[1] not in self._agents and len(self._agents) < _MOST_AGENTS:
                self._agents[match[1]] = Follower(path, Transcript)
        taken = 0
        for follower in (self.lead, *self._agents.values()):
            with contextlib.suppress(OSError):
                status = os.stat(follower.path)
                self.modified_ns = max(self.modified_ns, status.st_mtime_ns)
                while follower.is_behind(status) and taken < most:
                    read = follower.read(min(_SHARE, most - taken))
                    taken += read
                    if not read:
                        break
        before = self.metas_read
        for agent_id in self._agents:
            self._read_meta(agent_id)
        return taken + (self.metas_read - before)

    def _read_meta(self, agent_id: str) -> None:
        path = os.path.join(self.folder, f"agent-{agent_id}.meta.json")
        with contextlib.suppress(OSError, ValueError, RecursionError):
            modified_ns = os.stat(path).st_mtime_ns
            known = self._metas.get(agent_id)
            if known is None or known[0] != modified_ns:
                made = json.loads(read_own_file(path, _LONGEST_META))
                if isinstance(made, dict):
                    self._metas[agent_id] = modified_ns, made
                    self.metas_read += 1

    def conversation(self, name: str, *, is_dead: bool) -> Conversation:
        """What is known of it; an agent that has not come back is lost when the process is dead."""
        lead = self.lead.taker
        return Conversation(
            name,
            lead.cwd,
            lead.as_agent("")._replace(type="lead", path=self.lead.path),
            lead.turn,
            tuple(sorted(self._agents_of(is_dead), key=_by_start)),
            tuple(lead.commands),
            tuple(lead.order.items()),
        )

    def _agents_of(self, is_dead: bool) -> Iterator[Agent]:
        lead = self.lead.taker
        ended = dict(lead.ended)
        launched = {agent.id: agent for agent in lead.launched.values() if agent.id}
        for follower in self._agents.values():  # nested ones are started by agents
            launched |= {one.id: one for one in follower.taker.launched.values() if one.id}
            ended |= follower.taker.ended
        for agent_id in dict.fromkeys([*launched, *self._agents]):
            began = launched.get(agent_id, Agent(agent_id))
            own = self._agents.get(agent_id)
            told = own.taker.as_agent(agent_id) if own else began
            meta = self._metas.get(agent_id, (0, {}))[1]
            status, ended_ns = ended.get(agent_id, ("", None))
            yield told._replace(
                type=began.type or bare(meta.get("agentType")),
                task=began.task or _text(meta.get("description")),
                state=_state(status, meta, is_dead),
                started_ns=began.started_ns or told.started_ns,
                ended_ns=(ended_ns or told.last_ns) if _is_over(status, meta) else None,
                tokens=lead.totals_of(agent_id) or told.tokens,
                parent=_text(meta.get("parentAgentId")),
                model=told.model or _text(meta.get("model")),
                places=told.places | began.places,
                path=own.path if own else "",
            )


def _has_own_sessions(project: str, inside: str) -> bool:
    parts = inside.split("/")
    return parts[:2] == [".claude", "worktrees"] and os.path.isdir(
        os.path.join(project, *parts[:3], ".claude", "sessions")
    )


def _state(status: str, meta: dict[str, Any], is_dead: bool) -> AgentState:
    if meta.get("stoppedByUser") is True:
        return "stopped"
    if status == "stopped":  # told so on resuming, of agents that the end of a process cut off
        return "lost"
    if status or meta.get("finished") is True:
        return "finished"
    return "lost" if is_dead else "running"


def _is_over(status: str, meta: dict[str, Any]) -> bool:
    return bool(status or meta.get("finished") is True or meta.get("stoppedByUser") is True)


def _by_start(agent: Agent) -> tuple[int, str]:
    return (agent.started_ns or 0, agent.id)


def slug(path: str) -> str:
    """The name of a project's folder: each UTF-16 unit that is no letter or digit of ASCII becomes
    a hyphen; after 200 of them follow a hyphen and six signs (observed with 2.1.332)."""
    units = len(path.encode("utf-16-le", "surrogatepass")) // 2
    made = re.sub("[^A-Za-z0-9]", lambda one: "-" * (2 if one[0] > "\uffff" else 1), path)
    return made if units <= _SLUG_LENGTH else made[:_SLUG_LENGTH]


def _may_be(name: str, wanted: str) -> bool:
    """Whether a folder may hold conversations of a project, or of a folder inside it: what `cwd`
    says in them decides."""
    return (
        name == wanted
        or name.startswith(f"{wanted}-")
        or (len(wanted) == _SLUG_LENGTH and name.startswith(wanted))
    )


def _listed(folder: str, pattern: re.Pattern[str]) -> list[tuple[str, int]]:
    """The regular files in a folder whose names fit, and when they were written."""
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if pattern.match(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    modified_ns = entry.stat(follow_symlinks=False).st_mtime_ns
                    found.append((entry.path, modified_ns))
    return found


def _text(value: object) -> str:
    return value[:300] if isinstance(value, str) else ""
