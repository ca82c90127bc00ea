"""The agents of a session as a tree: the conversation itself, its agents, and theirs."""

from collections.abc import Collection, Iterable, Sequence
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
from exito_tui.domain.sessions.hook_notes import SAVED
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.records.asking import asking
from exito_tui.domain.verdicts.records.words import name_of, short_doing
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.workflows.model import Phase
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, fit, line, tone

_NAME = 24
_TONES = {"running": "active", "finished": "done", "stopped": "due", "lost": "alarm"}


class Branch(NamedTuple):
    """An agent and how deep it stands: 0 for the conversation itself. `left` is the file of its
    phase that is there (`is_saved`: from its answer), `owes` the one that is not; an agent that is
    yet to come has no id."""

    agent: Agent
    depth: int
    left: str = ""
    owes: str = ""
    is_saved: bool = False


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
        """An agent was highlighted, or (`opens`) is to be read."""

        def __init__(self, agent: Agent, *, opens: bool = False) -> None:
            super().__init__()
            self.agent = agent
            self.opens = opens

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="agents")
        self._glyphs = glyphs
        self._rows: Sequence[Branch] = ()
        self._now_ns = 0
        self._name_width = _NAME
        self._asking: frozenset[str] = frozenset()

    @property
    def agent(self) -> Agent | None:
        """The agent that is highlighted."""
        return self._rows[self.cursor].agent if self.cursor < len(self._rows) else None

    def show(
        self,
        known: Known | None,
        steps: Sequence[StepView],
        now_ns: int,
        saved: Collection[str] = (),
    ) -> None:
        """Show the agents as they are now, and those of the `steps` that are yet to come; the
        highlighted one stays so. `saved` are the files that were saved from answers."""
        before = self.agent
        self._now_ns = now_ns
        self._asking = _asking(known)
        self._rows = branches(known, steps, saved) if known else ()
        names = [2 * one.depth + 2 + cell_len(_label(one.agent)) for one in self._rows]
        self._name_width = min(_NAME, max(names, default=0))
        self.virtual_size = Size(self.size.width, len(self._rows))
        places = {_place(branch.agent): at for at, branch in enumerate(self._rows)}
        if before is None and self._rows:
            self.cursor = _first_choice(self._rows)
            self.post_message(self.Chosen(self._rows[self.cursor].agent))
        else:
            self.set_reactive(AgentTree.cursor, places.get(_place(before) if before else "", 0))
        self.refresh()

    def action_move(self, step: int) -> None:
        """Highlight another agent."""
        if self._rows:
            self.cursor = max(0, min(len(self._rows) - 1, self.cursor + step))

    def watch_cursor(self) -> None:
        """Tell of the agent that is highlighted now."""
        if agent := self.agent:
            height = max(1, self.size.height)
            if not self.scroll_y <= self.cursor < self.scroll_y + height:
                self.scroll_to(y=max(0, self.cursor - height // 2), animate=False)
            self.post_message(self.Chosen(agent))
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        row = int(event.y + self.scroll_y)
        if row < len(self._rows):
            self.cursor = row
            if event.chain > 1 and self.agent:
                self.post_message(self.Chosen(self.agent, opens=True))

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
        name = f"{'  ' * depth}{self._sign(branch)} {_label(agent)}"
        colour = "muted" if _is_to_come(agent) else _TONES[agent.state]
        left: list[Part] = [
            (self._glyphs.cursor if row == self.cursor and self.has_focus else " ", Style()),
            (
                fit(name, self._name_width, self._glyphs.ellipsis),
                tone(self, f"pipeline--{colour}"),
            ),
            (f" {self._about(branch)}", muted if agent.state != "running" else Style()),
        ]
        right: list[Part] = [(f"  {self._took(agent):>7} {_tokens(agent):>5} ", muted)]
        return line(self.size.width, left, right, ground, self._glyphs.ellipsis)

    def _sign(self, branch: Branch) -> str:
        agent, glyphs = branch.agent, self._glyphs
        if _is_to_come(agent):
            return glyphs.missing
        asks = _place(agent) in self._asking
        return {
            "running": glyphs.waiting if asks else glyphs.running,
            "finished": glyphs.problem if branch.owes else glyphs.completed,
            "stopped": glyphs.interrupted,
            "lost": glyphs.failed,
        }[agent.state]

    def _about(self, branch: Branch) -> str:
        agent, arrow = branch.agent, self._glyphs.next
        if _is_to_come(agent):
            return f"{arrow} {one_line(branch.owes)}"
        if agent.state == "running":
            return short_doing(agent)
        if branch.left:
            tail = f", {SAVED}" if branch.is_saved else ""
            return f"{arrow} {one_line(decoded(branch.left))}{tail}"
        if agent.state == "finished" and branch.owes:
            return f"left no {one_line(branch.owes)}"
        return {"stopped": "stopped by you", "lost": "did not come back"}.get(
            agent.state, one_line(agent.task)
        )

    def _took(self, agent: Agent) -> str:
        if agent.started_ns is None or agent.type == "lead":
            return ""
        return duration((agent.ended_ns or self._now_ns) - agent.started_ns)


def _asking(known: Known | None) -> frozenset[str]:
    """Who may ask for permission, or for an answer."""
    if known is None or known.process is None or known.process.status != "waiting":
        return frozenset()
    return frozenset(_place(one.agent) for one in asking(known))


def branches(
    known: Known, steps: Sequence[StepView] = (), saved: Collection[str] = ()
) -> list[Branch]:
    """The conversation, then its agents, each followed by those that it started, then those whose
    turn is yet to come."""
    conversation = known.conversation
    lead = conversation.lead._replace(state="running" if known.is_alive else "finished")
    ids = {agent.id for agent in known.agents}
    files = {view.step.agent: view for view in steps if isinstance(view.step, Phase)}
    made = [Branch(lead, 0)]

    def add(agents: Iterable[Agent], depth: int) -> None:
        for agent in agents:
            if len(made) > len(known.agents):
                return  # agents that started each other
            view = files.get(agent.type)
            left = view.artefact.name if view and view.artefact else ""
            owes = _owed(view) if view and not left else ""
            made.append(Branch(agent, depth, left, owes, left in saved))
            add((one for one in known.agents if one.parent == agent.id), depth + 1)

    add((agent for agent in known.agents if agent.parent not in ids), 1)
    seen = {agent.type for agent in known.agents}
    coming = [view for name, view in files.items() if name not in seen and not view.artefact]
    return made + [
        Branch(Agent("", view.step.agent), 1, owes=_owed(view))
        for view in coming
        if isinstance(view.step, Phase) and view.step.required
    ]


def _owed(view: StepView) -> str:
    phase = view.step
    return phase.artefact if isinstance(phase, Phase) and phase.required else ""


def _place(agent: Agent) -> str:
    return agent.id or agent.type


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


def _label(agent: Agent) -> str:
    return "lead" if agent.type == "lead" else name_of(agent)


def _tokens(agent: Agent) -> str:
    if not agent.tokens:
        return ""
    return f"{agent.tokens // 1000}k" if agent.tokens >= 1000 else str(agent.tokens)
