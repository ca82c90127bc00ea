"""What Claude Code's own records tell, as data: its processes, conversations and agents.

The facts about the records were observed with Claude Code 2.1.332. Times are epoch nanoseconds.
"""

from typing import Literal, NamedTuple

AgentState = Literal["running", "finished", "stopped", "lost"]
"""`stopped`: by the user; `lost`: its process is gone, and nothing says that it came back."""

Cause = Literal["you", "rule", "no-tool", "error"]
"""Why a tool call did not do its work: the user or a rule refused it, the agent has no such tool,
or it failed."""

Life = Literal["alive", "dead", "unknown"]
"""`unknown`: it runs where nobody here can look, as in a container."""

EMPTY: frozenset[str] = frozenset()


class Call(NamedTuple):
    """A call of a tool. `target` is the path, the command or the task that it was given, cut."""

    tool: str
    target: str = ""
    at_ns: int | None = None

    def __str__(self) -> str:
        return f"{self.tool} {self.target}".strip()


class FailedCall(NamedTuple):
    """A call that did not do its work. `says` is the first line of its result."""

    call: Call
    cause: Cause
    says: str = ""


class Place(NamedTuple):
    """Something in a root that was used: see `places.py`. When it first and last was; `made`: a
    call that writes there did its work, so that it is there, or was."""

    name: str
    first_ns: int | None = None
    last_ns: int | None = None
    made: bool = False


class TypedCommand(NamedTuple):
    """A slash command as it was typed: `exito:build` and what came after it."""

    name: str
    asked: str
    at_ns: int | None


class Agent(NamedTuple):
    """An agent, or the conversation itself (`lead`), as its transcript shows it.

    `type` is without the plugin's name. `tokens` are those in its context, as far as is known.
    `open_calls` have no result yet, in their order. `said` is its last words, cut; `report_bytes`
    how long its last text is. `wrote` are the paths of Write and Edit that were done. `places` are
    what it was told to work under, and worked under: see `places.py`.
    """

    id: str
    type: str = ""
    task: str = ""
    state: AgentState = "running"
    started_ns: int | None = None
    ended_ns: int | None = None
    tokens: int = 0
    calls: int = 0
    last: Call | None = None
    open_calls: tuple[Call, ...] = ()
    said: str = ""
    report_bytes: int = 0
    parent: str = ""
    model: str = ""
    failures: tuple[FailedCall, ...] = ()
    wrote: tuple[str, ...] = ()
    places: frozenset[str] = EMPTY
    path: str = ""
    """The transcript of its own; empty while there is none."""
    last_ns: int | None = None
    """When anything was last recorded of it."""

    @property
    def open_call(self) -> Call | None:
        """The last call that has no result yet."""
        return self.open_calls[-1] if self.open_calls else None

    @property
    def name(self) -> str:
        """What it is called in a sentence; its type is not known until its start is recorded."""
        return self.type or "an agent"


class Turn(NamedTuple):
    """How the main conversation stands. `since_ns` is when that began; `question` what it asks in
    a dialog, `error` what the last call of the model ended with; `asking_ns` since when the model
    is waited for, at the `attempt`th try (0: it is not)."""

    over: bool = True
    since_ns: int | None = None
    question: str = ""
    error: str = ""
    interrupted: bool = False
    asking_ns: int | None = None
    attempt: int = 0


class Conversation(NamedTuple):
    """One conversation. `commands` are the slash commands that were typed, in order. `registers`:
    its Claude Code registers every process, so that one that is not registered has ended."""

    id: str
    cwd: str
    lead: Agent
    turn: Turn = Turn()
    agents: tuple[Agent, ...] = ()
    commands: tuple[TypedCommand, ...] = ()
    order: tuple[Place, ...] = ()
    """The places that it used, the latest last."""
    registers: bool = False
    mode: str = ""
    """The permission mode that it is in, as Claude Code calls it; empty: not recorded."""

    @property
    def running(self) -> tuple[Agent, ...]:
        """The agents at work."""
        return tuple(agent for agent in self.agents if agent.state == "running")


class Process(NamedTuple):
    """One entry of Claude Code's registry. `status` is one of `idle`, `busy`, `waiting`, `shell`;
    `since_ns` when it became that. `tmux` is `session:@window.%pane`."""

    pid: int
    conversation: str
    cwd: str
    life: Life
    status: str = ""
    since_ns: int | None = None
    waiting_for: str = ""
    tmux: str = ""
    job: str = ""
    needs: str = ""
    started_ns: int | None = None


class Known(NamedTuple):
    """What the records tell of one session. `is_current`: the conversation is still about it;
    `is_gone`: its process has certainly ended; `agents` are those that worked for it; `others` is
    what is known of other conversations that work in the same folder; `asked` is what the user
    wanted. `is_guess`: nothing but its command and its start tells that it is this session."""

    conversation: Conversation
    process: Process | None = None
    agents: tuple[Agent, ...] = ()
    is_current: bool = True
    is_gone: bool = False
    others: "tuple[Known, ...]" = ()
    asked: str = ""
    is_guess: bool = False

    @property
    def every(self) -> "tuple[Known, ...]":
        """It and the others, whose conversations work in the same folder."""
        return (self, *self.others)

    @property
    def begun(self) -> frozenset[str]:
        """The types of the agents that were started for it."""
        return frozenset(agent.type for agent in self.agents)

    @property
    def working(self) -> frozenset[str] | None:
        """The types of the agents at work; None where that is not known."""
        if not self.agents or not self.is_current or not (self.is_alive or self.is_gone):
            return None
        return frozenset(agent.type for agent in self.agents if agent.state == "running")

    @property
    def is_alive(self) -> bool:
        """Whether its process is known to live."""
        return self.process is not None and self.process.life == "alive"

    @property
    def status(self) -> str:
        """The status of its process; empty when that is not known to live."""
        return self.process.status if self.process and self.is_alive else ""

    @property
    def is_settled(self) -> bool:
        """Whether nobody works in its conversation: what that wrote is done with."""
        if self.conversation.running:
            return False
        if self.process is None and not self.is_gone:
            return self.conversation.turn.over
        return self.is_gone or self.status in ("idle", "shell")

    @property
    def resume(self) -> str:
        """The command that carries its conversation on; to be run in `conversation.cwd`."""
        return f"claude --resume {self.conversation.id}"
