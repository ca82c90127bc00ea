"""All that Claude Code's records tell of one project: its conversations, with their agents, and its
processes. Read-only; whatever is missing or cannot be read is just not there."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

from exito_tui.claude.fields import bare
from exito_tui.claude.folders import belongs, files_in, paths_of, transcripts
from exito_tui.claude.follower import Follower
from exito_tui.claude.kept_transcript import KeptTranscript
from exito_tui.claude.records_cache import RecordsCache
from exito_tui.claude.registry import processes
from exito_tui.claude.transcript import STOPPED_BY_USER
from exito_tui.domain.records.conversation import Agent, AgentState, Conversation, Process
from exito_tui.domain.regex import regex
from exito_tui.domain.units import SECOND_NS
from exito_tui.safe_read import read_own_file

_AGENT = regex(r"agent-([0-9A-Za-z_-]{1,100})\.jsonl\Z")
_META_KEYS = ("agentType", "description", "parentAgentId", "model", "finished", "stoppedByUser")
REGISTERING = (2, 1, 300)
"""From this version on every process is registered while it lives (observed with 2.1.332)."""
_SHARE = 4 * 1024 * 1024
_PROBE = 256 * 1024
"""In so many bytes a transcript says where it belongs, nearly always."""
_MOST_AGENTS = 2000
_LONGEST_META = 64 * 1024
_LATELY_NS = 3600 * SECOND_NS
_WORTH_KEEPING = 1024 * 1024
"""What took no longer to read than so many bytes do is read again by the next run."""


Follow = Callable[[str], Follower[KeptTranscript]]


class Records:
    """Follows the records of one project, the folder `project` (absolute). One thread owns it."""

    def __init__(self, config: str, project: str) -> None:
        self.config = config
        self._paths = paths_of(project)
        self._conversations: dict[str, _Files] = {}
        self._cache = RecordsCache(config, project)
        self._unkept = 0
        """How many bytes were read since anything was kept."""
        self._living: frozenset[str] = frozenset()
        self.processes: list[Process] = []
        self.version = 0
        """Another number whenever anything more was read."""

    def look(self, since_ns: int = 0, most: int = 1 << 62) -> bool:
        """Look at what there is, and read `most` bytes of what is new, the living first; whether
        all is read. Conversations that were last written before `since_ns` are left out."""
        self.processes = [one for one in processes(self.config) if self._is_of_project(one.cwd)]
        lived = self._living
        self._living = frozenset(one.conversation for one in self.processes)
        for path, modified_ns in self._transcripts():
            name = os.path.basename(path).removesuffix(".jsonl")
            files = self._conversations.get(name)
            if files:
                files.modified_ns = modified_ns
            elif modified_ns >= since_ns or name in self._living:
                self._conversations[name] = _Files(path, modified_ns, self._cache.follow)
        order = sorted(
            self._conversations.items(),
            key=lambda item: (item[0] in self._living, item[1].modified_ns),
            reverse=True,
        )
        lately_ns = max((files.modified_ns for _, files in order), default=0) - _LATELY_NS
        for name, files in order:
            is_live = (
                name in self._living
                or name in lived
                or (not files.registers(self._has_folder) and files.modified_ns >= lately_ns)
            )
            taken = files.read(most, self._is_of_project, is_live=is_live)
            self.version += taken > 0
            self._unkept += taken
            most -= taken
            if most <= 0:
                return False
        if self._unkept >= _WORTH_KEEPING:
            self._unkept = 0
            self._cache.save(one for files in self._conversations.values() for one in files.all)
        return True

    def folders(self) -> list[str]:
        """The folders in which something is written when anything changes, as far as they are
        there: the registry, the project's conversations, and the agents of those that live."""
        living = {one.conversation for one in self.processes if one.life == "alive"}
        own = {name: one for name, one in self._conversations.items() if self._is_own(one)}
        folders = [os.path.join(self.config, "sessions")]
        folders += sorted({os.path.dirname(files.lead.path) for files in own.values()})
        folders += [files.folder for name, files in own.items() if name in living]
        return [folder for folder in folders if os.path.isdir(folder)]

    def conversations(self) -> list[Conversation]:
        """What is known of each conversation of the project; the same one while nothing more is."""
        alive = {one.conversation: one for one in self.processes if one.life != "dead"}
        found = []
        for name, files in self._conversations.items():
            if self._is_own(files):
                registers, process = files.registers(self._has_folder), alive.get(name)
                is_dead = registers and process is None
                since_ns = (process.started_ns or 0) if process else 0
                found.append(files.conversation(name, registers, is_dead, since_ns))
        return found

    def _is_own(self, files: "_Files") -> bool:
        return self._is_of_project(files.lead.taker.cwd)

    @property
    def _has_folder(self) -> bool:
        return os.path.isdir(os.path.join(self.config, "sessions"))

    def _transcripts(self) -> Iterator[tuple[str, int]]:
        """The conversations whose folder may be this project's, and when they were written."""
        return transcripts(self.config, {*self._paths, *(one.cwd for one in self.processes)})

    def _is_of_project(self, cwd: str) -> bool:
        return belongs(cwd, self._paths)


class _Files:
    """The transcripts of one conversation: its own, and those of its agents."""

    def __init__(self, path: str, modified_ns: int, follow: Follow) -> None:
        self.lead = follow(path)
        self._follow = follow
        self.folder = os.path.join(path.removesuffix(".jsonl"), "subagents")
        self.modified_ns = modified_ns
        self._agents: dict[str, Follower[KeptTranscript]] = {}
        self._metas: dict[str, tuple[int, dict[str, Any]]] = {}
        self._looked_at = -1
        self._is_behind = True
        self._version = 0
        self._made: tuple[object, Conversation] | None = None

    @property
    def all(self) -> list[Follower[KeptTranscript]]:
        """What follows each of them."""
        return [self.lead, *self._agents.values()]

    def registers(self, has_folder: bool) -> bool:
        """Whether the Claude Code that wrote it registers its processes; where it does not say its
        version, the registry's folder tells."""
        version = self.lead.taker.version
        return version >= REGISTERING if version else has_folder

    def read(self, most: int, is_of_project: Callable[[str], bool], *, is_live: bool) -> int:
        """Read what is new of all of them, `most` bytes; how many were read. Nothing but its
        beginning is read of a conversation of another project; the agents of one that is over
        (`is_live`: it is not) are looked at when something in their folder or its own transcript
        changed."""
        taken = self._read(self.lead, most, is_of_project)
        cwd = self.lead.taker.cwd
        if cwd and not is_of_project(cwd):
            return taken
        folder_ns = _modified_ns(self.folder)
        if is_live or taken or self._is_behind or folder_ns != self._looked_at:
            self._looked_at = folder_ns
            for path, _ in files_in(self.folder, _AGENT):
                match = _AGENT.match(os.path.basename(path))
                if match and match[1] not in self._agents and len(self._agents) < _MOST_AGENTS:
                    self._agents[match[1]] = self._follow(path)
            for agent_id, follower in self._agents.items():
                taken += self._read(follower, most - taken)
                taken += self._read_meta(agent_id)
            self._is_behind = taken >= most
        self._version += taken > 0
        return taken

    def _read(
        self,
        follower: Follower[KeptTranscript],
        most: int,
        is_of_project: Callable[[str], bool] | None = None,
    ) -> int:
        """Read what is new of one of them, while it may be the project's."""
        taken = 0
        with contextlib.suppress(OSError):
            status = os.stat(follower.path, follow_symlinks=False)
            self.modified_ns = max(self.modified_ns, status.st_mtime_ns)
            while follower.is_behind(status) and taken < most:
                cwd = follower.taker.cwd
                if cwd and is_of_project and not is_of_project(cwd):
                    break
                read = follower.read(min(_SHARE if cwd else _PROBE, most - taken))
                taken += read
                if not read:
                    break
        return taken

    def _read_meta(self, agent_id: str) -> int:
        """Read what stands beside an agent's transcript; 1 if it is new."""
        path = os.path.join(self.folder, f"agent-{agent_id}.meta.json")
        with contextlib.suppress(OSError, ValueError, RecursionError):
            modified_ns = os.stat(path).st_mtime_ns
            known = self._metas.get(agent_id)
            if known is None or known[0] != modified_ns:
                made = json.loads(read_own_file(path, _LONGEST_META))
                if isinstance(made, dict):
                    self._metas[agent_id] = (
                        modified_ns,
                        {name: made[name] for name in _META_KEYS if name in made},
                    )
                    return 1
        return 0

    def conversation(
        self, name: str, registers: bool, is_dead: bool, since_ns: int
    ) -> Conversation:
        """What is known of it. An agent that has not come back is lost when the process is dead
        (`is_dead`), or has started, at `since_ns`, after the agent's last sign of life."""
        basis = (self._version, registers, is_dead, since_ns)
        if self._made is None or self._made[0] != basis:
            lead = self.lead.taker
            self._made = (
                basis,
                Conversation(
                    name,
                    lead.cwd,
                    lead.as_agent("")._replace(type="lead", path=self.lead.path),
                    lead.turn,
                    tuple(sorted(self._agents_of(is_dead, since_ns), key=_by_start)),
                    tuple(lead.commands),
                    tuple(lead.order.values()),
                    registers,
                    lead.mode,
                ),
            )
        return self._made[1]

    def _agents_of(self, is_dead: bool, since_ns: int) -> Iterator[Agent]:
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
            last_ns = max(told.last_ns or 0, began.started_ns or 0)
            state = _state(status, meta, is_lost=is_dead or 0 < last_ns < since_ns)
            yield told._replace(
                type=began.type or bare(meta.get("agentType")),
                task=began.task or _text(meta.get("description")),
                state=state,
                started_ns=began.started_ns or told.started_ns,
                ended_ns=(ended_ns or told.last_ns) if state in ("finished", "stopped") else None,
                tokens=lead.totals_of(agent_id) or told.tokens,
                parent=_text(meta.get("parentAgentId")),
                model=told.model or _text(meta.get("model")),
                places=told.places | began.places,
                path=own.path if own else "",
            )


def _state(status: str, meta: dict[str, Any], *, is_lost: bool) -> AgentState:
    if meta.get("stoppedByUser") is True or status == STOPPED_BY_USER:
        return "stopped"
    if status == "stopped":  # told so on resuming, of agents that the end of a process cut off
        return "lost"
    if status or meta.get("finished") is True:
        return "finished"
    return "lost" if is_lost else "running"


def _by_start(agent: Agent) -> tuple[int, str]:
    return (agent.started_ns or 0, agent.id)


def _modified_ns(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _text(value: object) -> str:
    return value[:300] if isinstance(value, str) else ""
