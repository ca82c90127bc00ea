"""What Claude Code does for one session: its agents as a tree, and the transcript of one of them,
live."""

import asyncio
import os
import threading
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from exito_tui.actions import BY_ID, Command
from exito_tui.claude.follower import Follower
from exito_tui.claude.script import TAIL, Script
from exito_tui.domain.documents.document import make_document, update_document
from exito_tui.domain.records.conversation import Agent, Known
from exito_tui.domain.records.script import ScriptText
from exito_tui.domain.sessions.hook_notes import (
    NO_NOTES,
    SAVED,
    notes_of,
    saved_from,
    saved_names,
)
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import pluralize
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.render.theme import RenderTheme
from exito_tui.ui.dialogs.agents_heading import TONES, heading
from exito_tui.ui.dialogs.hints import Hint, Hints
from exito_tui.ui.document.view import DocumentView
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import tone
from exito_tui.ui.error_log import guarded
from exito_tui.ui.widgets.agent_tree import AgentTree
from exito_tui.ui.widgets.ground import Columns, Ground, Rows

_HINTS = (
    Hint("enter", "read", "screen.read"),
    Hint("e", "expand", "screen.expand"),
    Hint("o", "open its file", "screen.file"),
    Hint("G", "follow", "screen.end"),
    Hint("tab", "switch", "screen.switch"),
    Hint("esc", "back", "screen.dismiss(None)"),
)
_LOOK_EVERY = 0.02
_TICK = 1.0
_SIDE_BY_SIDE = 100


class ShownSession(NamedTuple):
    """What is shown: the session with its title, the verdict on it, and what the records tell."""

    session: Session
    title: str
    verdict: Verdict
    known: Known | None


class AgentsScreen(Screen[str | None], Ground):
    """Gives back the name of the file of the session that the user wants to read, or None."""

    BINDINGS = [
        ("escape,q,a", "dismiss(None)", "Close"),
        ("tab,shift+tab", "switch", "Switch pane"),
        ("enter", "read", "Read"),
        ("e", "expand", "Expand"),
        ("o", "file", "Its file"),
        ("G,end", "end", "Follow"),
        *(
            Binding(",".join(one.keys), f"command('{one.id}')", one.title, show=False, id=one.id)
            for one in (BY_ID["recover"], BY_ID["go-there"])
        ),
    ]
    AUTO_FOCUS = "#agents"
    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONES}

    def __init__(
        self,
        tell: Callable[[], ShownSession | None],
        glyphs: Glyphs,
        theme: RenderTheme,
        command: Callable[[Command, Session], object],
        clock: Callable[[], int],
    ) -> None:
        """`tell` gives what there is to show now; None once the session is gone. `command` does to
        the session what is asked for here."""
        super().__init__()
        self._tell = tell
        self._glyphs = glyphs
        self._command = command
        self._clock = clock
        self.agents = AgentTree(glyphs)
        self.transcript = DocumentView(theme)
        self._head = Static(id="agents-head", markup=False)
        self._caption = Static(id="agents-caption", markup=False)
        self._told: ShownSession | None = None
        self._follower: Follower[Script] | None = None
        self._reading = asyncio.Lock()
        self._interrupt = threading.Event()
        """Ends the close look at a transcript that grows."""
        self._expanded = False
        self._drawn: tuple[object, ...] = ()
        self._near: list[str] = []
        self._text = ScriptText()

    def compose(self) -> ComposeResult:
        yield self._head
        with Columns(id="agents-body"):
            yield self.agents
            with Rows(id="agents-side"):
                yield self._caption
                yield self.transcript
        with Horizontal(id="agents-foot"):
            yield Hints(_HINTS)

    def on_mount(self) -> None:
        self._show()
        self.set_interval(_TICK, guarded(self.app, self._show))
        self.set_interval(_LOOK_EVERY, guarded(self.app, self._look))

    def on_unmount(self) -> None:
        self._follower = None
        self._interrupt.set()

    def on_resize(self) -> None:
        self.set_class(self.size.width < _SIDE_BY_SIDE, "-narrow")
        if self._told:
            self._head.update(self._heading(self._told))

    def _show(self) -> None:
        told = self._tell()
        if told is None:
            self.dismiss(None)
            return
        self._told = told
        self._head.update(self._heading(told))
        saved = saved_names(told.session)
        self.agents.show(told.known, told.verdict.steps, self._clock(), saved)

    def _heading(self, told: ShownSession) -> Text:
        name = f"{one_line(told.session.command)} › {told.title}"
        now_ns, (columns, rows) = self._clock(), self.size
        size, styles = (columns - 2, rows), {one: tone(self, one) for one in TONES}
        return heading(name, told.verdict, told.known, now_ns, self._glyphs, size, styles)

    def action_command(self, name: str) -> None:
        """Do what the heading names to the session."""
        if self._told:
            self._command(BY_ID[name], self._told.session)

    # ── the transcript ───────────────────────────────────────────────────────────────────────────

    def on_agent_tree_chosen(self, event: AgentTree.Chosen) -> None:
        event.stop()
        agent = event.agent
        if self._follower is None or self._follower.path != agent.path:
            self._follower = Follower(agent.path, Script, tail=TAIL) if agent.path else None
            self._drawn = ()
            self._interrupt.set()
            if self._follower is None:
                self.transcript.close("Nothing is recorded of this agent.")
        self._say(agent, event.name)
        self._look()
        if event.opens:
            self.transcript.focus()

    @property
    def reading(self) -> bool:
        """Whether the transcript of the chosen agent is still to be read."""
        return self._follower is not None and not self._drawn

    async def _read(self) -> None:
        """Read and draw the transcript on show, as long as it grows or another one is chosen."""
        async with self._reading:
            goes_on = True
            while goes_on and self.is_mounted and (follower := self._follower):
                self._interrupt.clear()
                wait = self._interrupt if self._drawn else None
                goes_on = await asyncio.to_thread(_read_more, follower, wait)
                if follower is not self._follower:
                    goes_on = True
                elif self.is_mounted:
                    self._draw(follower)

    def _look(self) -> None:
        """Read what is new of the transcript on show, if anything is."""
        follower = self._follower
        if follower is None or self._reading.locked():
            return
        try:  # here and now: to ask a thread for it would take far longer
            behind = follower.is_behind(os.stat(follower.path))
        except OSError:
            return
        if behind:
            self.run_worker(self._read(), group="transcript")

    def _draw(self, follower: "Follower[Script]") -> None:
        script = follower.taker
        # One that was written anew counts its versions from the beginning.
        wanted = (follower.path, script.version, self._expanded, script)
        if wanted == self._drawn:
            return
        fresh = not self._drawn or self._drawn[0] != follower.path
        unfolds = bool(self._drawn) and self._drawn[2] != self._expanded
        self._drawn = wanted
        told = self._told
        cwd = told.known.conversation.cwd if told and told.known else ""
        near = (
            [f"{cwd}/.claude/sessions/{decoded(told.session.folder)}", cwd] if told and cwd else []
        )
        if fresh or unfolds or near != self._near:
            self._near, self._text = near, ScriptText(near=near, expanded=self._expanded)
        text = self._text.of(script.entries, self._clock())
        shown = self.transcript.document
        if fresh or shown is None:
            document = make_document("transcript.md", "markdown", "rendered", text)
            self.transcript.open(document, at_end=True)
        else:
            self.transcript.update_document(update_document(shown, text))
            if unfolds:
                self.transcript.see_all()  # more is shown, nothing was written

    def _say(self, agent: Agent, name: str) -> None:
        model = f", {one_line(agent.model)}" if agent.model else ""
        calls = f", {pluralize(agent.calls, 'tool call')}" if agent.calls else ""
        self._caption.update(f"{name}{self._saved(agent)}{calls}{model}")

    def _saved(self, agent: Agent) -> str:
        """That an agent's file was saved from its answer, if it was."""
        session = self._told.session if self._told else None
        notes = notes_of(session) if session else NO_NOTES
        files = session.artefacts or () if session else ()
        saved = {who: one.name for one in files if (who := saved_from(one, notes))}
        name = saved.get(agent.type, "")
        return f": {one_line(decoded(name))} {SAVED}" if name else ""

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────

    def action_switch(self) -> None:
        """Go to the other pane."""
        (self.agents if self.transcript.has_focus else self.transcript).focus()

    def action_read(self) -> None:
        """Read the transcript."""
        self.transcript.focus()

    def action_expand(self) -> None:
        """Show each call with its result, and thoughts; or many calls in one line."""
        self._expanded = not self._expanded
        if self._follower:
            self._draw(self._follower)

    def action_end(self) -> None:
        """Follow what is written."""
        self.transcript.action_end()

    def action_file(self) -> None:
        """Read the file that the agent left in the session."""
        agent, told = self.agents.agent, self._told
        names = {one.name for one in (told.session.artefacts if told else None) or ()}
        left = [path.rpartition("/")[2] for path in (agent.wrote if agent else ())]
        found = next((name for name in reversed(left) if name in names), None)
        if found:
            self.dismiss(found)
        else:
            self.notify("This agent left no file in the session.", markup=False)


def _read_more(follower: "Follower[Script]", wait: threading.Event | None) -> bool:
    """Read what is new of a transcript, if need be after waiting for it until `wait` is set:
    whether there was anything."""
    return (wait is None or follower.wait_while_growing(wait)) and follower.read(TAIL) > 0
