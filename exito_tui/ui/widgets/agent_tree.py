"""The agents of a session as a tree: the conversation itself, its agents, and theirs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from exito_tui.domain.records.conversation import Agent, Known
from exito_tui.domain.text import one_line
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.records.agent_files import (
    NO_FILE,
    AgentFile,
    agent_files,
    ended_as,
)
from exito_tui.domain.verdicts.records.asking import asking, asks_permission
from exito_tui.domain.verdicts.records.lead import Lead, lead_of
from exito_tui.domain.verdicts.records.words import name_of, short_doing
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.scrolling import set_content_size
from exito_tui.ui.drawing.strips import Part, fit, line, tone

_NAME = 24
"""Cells of names that are longer, where there is no room to spare."""
_TONES = {
    "running": "active", "finished": "done", "stopped": "due", "lost": "alarm",
    "waiting": "due", "resting": "muted",
}  # fmt: skip


class Branch(NamedTuple):
    """An agent and how deep it stands: 0 for the conversation itself; and the file
    of its phase. An agent that is yet to come has no id. `lead` is how a conversation stands."""

    agent: Agent
    depth: int
    name: str
    file: AgentFile = NO_FILE
    lead: Lead | None = None

    @property
    def state(self) -> str:
        """How the agent, or the conversation, stands."""
        return self.lead.state if self.lead else self.agent.state


class AgentTree(ScrollView, can_focus=True):
    """Shows the agents; tells which one is highlighted."""

    COMPONENT_CLASSES = {
        "pipeline--done",
        "pipeline--active",
        "pipeline--due",
        "pipeline--alarm",
        "pipeline--muted",
        "list--cursor",
    }
    BINDINGS = [
        ("j,down", "move(1)", "Down"),
        ("k,up", "move(-1)", "Up"),
        ("home", "move(-9999)", "First"),
        ("end", "move(9999)", "Last"),
    ]

    cursor: reactive[int] = reactive(0, init=False)

    class Chosen(Message):
        """An agent, which is called `name`, is highlighted, or (`opens`) is to be read."""

        def __init__(self, agent: Agent, name: str, *, opens: bool = False) -> None:
            super().__init__()
            self.agent = agent
            self.name = name
            self.opens = opens

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="agents")
        self._glyphs = glyphs
        self._rows: Sequence[Branch] = ()
        self._now_ns = 0
        self._name_width = 0
        self._asking: frozenset[str] = frozenset()

    @property
    def agent(self) -> Agent | None:
        """The agent that is highlighted."""
        return self._branch.agent if self._branch else None

    @property
    def _branch(self) -> Branch | None:
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    def show(
        self,
        known: Known | None,
        steps: Sequence[StepView],
        now_ns: int,
        saved: Collection[str] = (),
    ) -> None:
        """Show the agents as they are now, and those of the `steps` that are yet to come; the
        highlighted one stays so, and is told of as it is now. `saved` are the files that were saved
        from answers."""
        before = self.agent
        self._now_ns = now_ns
        self._asking = _asking(known)
        self._rows = branches(known, steps, saved) if known else ()
        self._fit_names()
        set_content_size(self, Size(0, len(self._rows)))
        if before is None:
            self.cursor = _first_choice(self._rows)
        else:
            self.set_reactive(AgentTree.cursor, _place_of(before, self._rows))
        if branch := self._branch:
            self._tell(branch)
        self.refresh()

    def _fit_names(self) -> None:
        """Give the names the room that is free beside them. What an agent does now changes all the
        time, and would make them jump: it gives way, as does what is cut in any case."""
        longest = max((2 * one.depth + 2 + cell_len(one.name) for one in self._rows), default=0)
        width = self.size.width
        said = [
            sum(map(cell_len, (" ", self._about(one), *self._figures(one.agent))))
            for one in self._rows
            if one.state != "running"
        ]
        room = width - 1 - max((one for one in said if one < width - _NAME), default=0)
        self._name_width = min(longest, max(_NAME, min(room, width // 2)))

    def on_resize(self) -> None:
        self._fit_names()

    def action_move(self, step: int) -> None:
        """Highlight another agent."""
        if self._rows:
            self.cursor = max(0, min(len(self._rows) - 1, self.cursor + step))

    def watch_cursor(self) -> None:
        """Tell of the agent that is highlighted now."""
        if branch := self._branch:
            height = max(1, self.size.height)
            if not self.scroll_y <= self.cursor < self.scroll_y + height:
                self.scroll_to(y=max(0, self.cursor - height // 2), animate=False)
            self._tell(branch)
        self.refresh()

    def _tell(self, branch: Branch, *, opens: bool = False) -> None:
        self.post_message(self.Chosen(branch.agent, branch.name, opens=opens))

    def on_click(self, event: events.Click) -> None:
        row = int(event.y + self.scroll_y)
        if row < len(self._rows):
            self.cursor = row
            if event.chain > 1:
                self._tell(self._rows[row], opens=True)

    def render_line(self, y: int) -> Strip:
        """One agent."""
        row = y + int(self.scroll_y)
        ground = self.rich_style
        if row >= len(self._rows):
            return Strip.blank(self.size.width, ground)
        branch = self._rows[row]
        agent, depth = branch.agent, branch.depth
        if row == self.cursor:
            ground += tone(self, "list--cursor", ground=True)
        muted = tone(self, "pipeline--muted")
        sign = self._sign(branch)
        name = f"{'  ' * depth}{sign} {branch.name}"
        colour = "muted" if _is_to_come(agent) else _TONES[branch.state]
        if sign in (self._glyphs.waiting, self._glyphs.problem):
            colour = "due"
        left: list[Part] = [
            (self._glyphs.cursor if row == self.cursor and self.has_focus else " ", Style()),
            (
                fit(name, self._name_width, self._glyphs.ellipsis),
                tone(self, f"pipeline--{colour}"),
            ),
            (
                f" {self._about(branch)}",
                Style() if branch.state in ("running", "waiting") else muted,
            ),
        ]
        right: list[Part] = [(text, muted) for text in self._figures(agent)]
        return line(self.size.width, left, right, ground, self._glyphs.ellipsis)

    def _sign(self, branch: Branch) -> str:
        agent, glyphs = branch.agent, self._glyphs
        if _is_to_come(agent):
            return glyphs.missing
        asks = not branch.lead and _key(agent) in self._asking
        return {
            "waiting": glyphs.waiting,
            "resting": glyphs.quiet,
            "running": glyphs.waiting if asks else glyphs.running,
            "finished": glyphs.problem if branch.file.owes else glyphs.completed,
            "stopped": glyphs.interrupted,
            "lost": glyphs.failed,
        }[branch.state]

    def _about(self, branch: Branch) -> str:
        agent, arrow = branch.agent, self._glyphs.next
        if branch.lead:
            return branch.lead.says
        if _is_to_come(agent):
            return f"{arrow} {one_line(branch.file.owes)}"
        if agent.state == "running":
            return short_doing(agent)
        words = ended_as(agent, branch.file)
        return f"{arrow} {words}" if branch.file.left else words

    def _figures(self, agent: Agent) -> Sequence[str]:
        took, tokens = self._took(agent), _tokens(agent)
        return [f"  {took:>7} {tokens:>5} "] if took or tokens else []

    def _took(self, agent: Agent) -> str:
        if agent.started_ns is None or agent.type == "lead":
            return ""
        return duration((agent.ended_ns or self._now_ns) - agent.started_ns)


def _asking(known: Known | None) -> frozenset[str]:
    """The agents that may ask for permission."""
    every = known.every if known else ()
    return frozenset(
        _key(each.agent) for one in every if asks_permission(one) for each in asking(one)
    )


def branches(
    known: Known, steps: Sequence[StepView] = (), saved: Collection[str] = ()
) -> list[Branch]:
    """Each conversation, then its agents, each followed by those that it started; then those whose
    turn is yet to come. Of several conversations each is called by its pid, or by the beginning of
    its id where it is not known to live."""
    files = agent_files(steps, saved)
    made: list[Branch] = []
    for one in known.every:
        name = f"lead ({_which(one)})" if known.others else "lead"
        made += _of_conversation(one, name, lead_of(one), files)
    seen = {branch.agent.type for branch in made}
    return made + [
        Branch(Agent("", name), 1, one_line(name), file)
        for name, file in files.items()
        if name not in seen and file.owes
    ]


def _which(known: Known) -> str:
    process = known.process if known.is_alive else None
    return f"pid {process.pid}" if process else one_line(known.conversation.id[:8])


def _of_conversation(
    known: Known, name: str, lead: Lead, files: Mapping[str, AgentFile]
) -> list[Branch]:
    ids = {agent.id for agent in known.agents}
    made = [Branch(known.conversation.lead, 0, name, lead=lead)]

    def add(agents: Iterable[Agent], depth: int) -> None:
        for agent in agents:
            if len(made) > len(known.agents):
                return  # agents that started each other
            made.append(Branch(agent, depth, name_of(agent), files.get(agent.type, NO_FILE)))
            add((one for one in known.agents if one.parent == agent.id), depth + 1)

    add((agent for agent in known.agents if agent.parent not in ids), 1)
    return made


def _key(agent: Agent) -> str:
    return agent.id or agent.path or agent.type


def _place_of(agent: Agent, rows: Sequence[Branch]) -> int:
    """Where an agent stands now, also when it was yet to come and has begun; 0 when it is gone."""
    places = {branch.agent.type: at for at, branch in enumerate(rows)} if _is_to_come(agent) else {}
    places |= {_key(branch.agent): at for at, branch in enumerate(rows)}
    return places.get(_key(agent), 0)


def _is_to_come(agent: Agent) -> bool:
    return not agent.id and agent.type != "lead"


def _first_choice(rows: Sequence[Branch]) -> int:
    """The agent that works, else the one that ended last."""
    agents = [
        (branch.agent.state == "running", branch.agent.started_ns or 0, at)
        for at, branch in enumerate(rows)
        if branch.agent.id
    ]
    return max(agents)[2] if agents else 0


def _tokens(agent: Agent) -> str:
    if not agent.tokens:
        return ""
    return f"{agent.tokens // 1000}k" if agent.tokens >= 1000 else str(agent.tokens)
