"""What a heading of the list holds, in the place of a session."""

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from exito_tui.domain.sessions.group_facts import GroupFacts
from exito_tui.domain.sessions.list_rows import Heading
from exito_tui.domain.text import one_line
from exito_tui.domain.units import pluralize, short_age, short_size
from exito_tui.domain.verdicts.state import STATES, State
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import tone
from exito_tui.ui.widgets.session_header import HEADER_TONES

_WORDS: dict[State, str] = {
    "waiting": "waiting for you", "stuck": "stuck", "failed": "failed", "running": "running",
    "interrupted": "interrupted", "completed": "completed", "unknown": "of no known state",
}  # fmt: skip
_TONES: dict[State, str] = {
    "waiting": "warn", "stuck": "alarm", "failed": "alarm", "running": "writing",
}  # fmt: skip


class GroupView(Static):
    """The name of a group, how many sessions are in which state, how large they are, and which was
    written last."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*HEADER_TONES}

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="group", markup=False)
        self._glyphs = glyphs

    def show(self, heading: Heading, facts: GroupFacts, newest: str, now_ns: int) -> None:
        """Show what a heading holds; `newest` is the title of the session written last."""
        muted = tone(self, "header--muted")
        text = Text(one_line(heading.title), tone(self, "header--id"))
        text.append(f"\n{amount(heading, facts)}\n", muted)
        for sign, words, name in self._states(heading, facts):
            text.append(f"\n{sign} ", tone(self, f"header--{name}"))
            text.append(words, muted if name == "muted" else Style())
        if facts.newest and (written := facts.newest.last_write_ns):
            age = short_age(max(0, now_ns - written))
            text.append("\n\nWritten last: ", muted)
            text.append(one_line(newest))
            text.append(f", {'just now' if age == 'now' else f'{age} ago'}", muted)
        key = "unfolds" if heading.folded else "folds"
        text.append(f"\n\nenter {key} it.", muted)
        if text != self.content:  # another text lays out the whole screen
            self.update(text)

    def _states(self, heading: Heading, facts: GroupFacts) -> list[tuple[str, str, str]]:
        """The sign, the words and the tone of each state that there is; notes have none."""
        if _holds_notes(heading):
            return []
        shown = [
            (getattr(self._glyphs, state, self._glyphs.quiet), f"{facts.states[state]:,} {words}",
             _TONES.get(state, "muted"))
            for state, words in ((state, _WORDS[state]) for state in STATES)
            if facts.states.get(state)
        ]  # fmt: skip
        if facts.old:
            shown.append((self._glyphs.waiting, pluralize(facts.old, "old question"), "muted"))
        if facts.unread:
            shown.append((self._glyphs.quiet, f"{facts.unread:,} still being read", "muted"))
        return shown


def in_short(heading: Heading, facts: GroupFacts) -> str:
    """What a heading holds, in a sentence."""
    states = [
        f"{facts.states[state]:,} {_WORDS[state]}" for state in STATES if facts.states.get(state)
    ]
    states += [pluralize(facts.old, "old question")] if facts.old else []
    shown = "" if _holds_notes(heading) or not states else f": {', '.join(states)}"
    return f"{amount(heading, facts)}{shown}."


def amount(heading: Heading, facts: GroupFacts) -> str:
    """How much a heading holds: `13 sessions, 40 files, 613 B`."""
    parts = [pluralize(heading.size, "note" if _holds_notes(heading) else "session")]
    if facts.files is not None and facts.size is not None:
        parts += [pluralize(facts.files, "file"), short_size(facts.size)]
    return ", ".join(parts)


def _holds_notes(heading: Heading) -> bool:
    return all(one.is_note for one in heading.members[:1])
