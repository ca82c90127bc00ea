"""The prune wizard: rules on top, and below them at once what they would keep and let go, and
why."""

import asyncio
from collections.abc import Mapping, Sequence

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Grid, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from exito_tui.domain.cleanup.policy import PolicyError, policy_words, read_policy
from exito_tui.domain.cleanup.retention import Decision, Facts, Plan, Policy, plan
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import DAY_NS, SECOND_NS, short_age, short_size
from exito_tui.render.reasons import remarks, sentence
from exito_tui.ui.drawing.strips import fit

_FIELDS = (
    ("keep_last", "keep last", "N of each command"),
    ("keep_within", "keep within", "such as 30d"),
    ("max_size", "max size", "such as 2G"),
    ("older_than", "older than", "such as 14d"),
    ("state", "state", "completed,interrupted"),
    ("command", "command", "build,patch"),
)
_MOST_ROWS = 300
_WIDEST_NAME = 44


class PruneScreen(ModalScreen[Plan | None]):
    """Gives back the plan to carry out, or None."""

    BINDINGS = [
        ("escape", "dismiss(None)", "Close"),
        ("ctrl+n", "policy", "Next policy"),
        ("ctrl+d,pagedown", "scroll_down", "Down"),
        ("ctrl+u,pageup", "scroll_up", "Up"),
    ]

    def __init__(
        self, sessions: Sequence[Session], facts: Facts, policies: Mapping[str, Policy], unread: int
    ) -> None:
        super().__init__()
        self._sessions, self._facts, self._policies, self._unread = (
            sessions,
            facts,
            policies,
            unread,
        )
        self._named = ""
        self._plan: Plan | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static(
                "Prune: what no rule keeps goes to the trash", classes="dialog-title", markup=False
            )
            with Grid(id="prune-fields"):
                for name, label, placeholder in _FIELDS:
                    yield Static(label, classes="prune-label", markup=False)
                    yield Input(
                        placeholder=placeholder,
                        compact=True,
                        select_on_focus=False,
                        id=f"prune-{name}",
                    )
            yield Static(id="prune-counts", markup=False)
            with VerticalScroll(id="prune-preview", can_focus=False):
                yield Static(id="prune-rows", markup=False)
            yield Static(self._foot(), classes="dialog-foot", markup=False)

    def on_mount(self) -> None:
        self._work_out()

    def _foot(self) -> Text:
        foot = Text()
        keys = [("tab", "next rule"), ("pgdn", "scrolls"), ("enter", "goes on"), ("esc", "closes")]
        if self._policies:
            keys.insert(2, ("ctrl+n", "your policies"))
        for key, word in keys:
            foot.append(key, style="bold")
            foot.append(f" {word}   ")
        return foot

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._work_out()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._plan and self._plan.removed:
            self.dismiss(self._plan)

    @work(exclusive=True)
    async def _work_out(self) -> None:
        """Work the plan out off the event loop, and show it."""
        self._plan = None
        table = {
            name: value for name, _, _ in _FIELDS if (value := self._field(name).value.strip())
        }
        if self._unread:
            self._say(
                f"{self._unread:,} sessions have not been read yet; close this, and open it again "
                "in a moment."
            )
            return
        try:
            policy = read_policy(table)
        except PolicyError as error:
            problem = (
                "Give keep last, keep within, max size or older than."
                if not table
                else "; ".join(error.problems)
            )
            self._say(problem.replace("_", " "))
            return
        made = await asyncio.to_thread(plan, self._sessions, policy, self._facts)
        self._plan = made
        going = len(made.removed)
        self._say(
            f"{going:,} go ({short_size(made.size(keep=False))}), {len(made.decisions) - going:,} "
            "stay "
            f"({short_size(made.size(keep=True))}): {policy_words(policy)}"
            + (f"\n{sentence(made.note)}" if made.note else ""),
            made,
        )

    def _say(self, words: str, made: Plan | None = None) -> None:
        self.query_one("#prune-counts", Static).update(Text(words))
        self.query_one("#prune-rows", Static).update(self._rows(made) if made else Text())

    def _rows(self, made: Plan) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        longest = max(
            (len(one_line(decoded(target.session.key))) for target in made.decisions), default=0
        )
        width = min(longest, _WIDEST_NAME)
        for title, keep in (("Go to the trash", False), ("Stay", True)):
            these = [decision for decision in made.decisions if decision.keep is keep]
            if these:
                text.append(f"{title}\n", style="bold")
            for one in these[::-1][:_MOST_ROWS] if not keep else these[:_MOST_ROWS]:
                self._row(text, one, width)
            if len(these) > _MOST_ROWS:
                text.append(f"  and {len(these) - _MOST_ROWS:,} more\n", style="dim")
        return text

    def _row(self, text: Text, decision: Decision, width: int) -> None:
        age = (
            short_age(self._facts.now_ns - decision.when_ns) if decision.when_ns is not None else ""
        )
        text.append(f"{age:>7}  {short_size(decision.session.size):>7}  ", style="dim")
        text.append(f"{fit(one_line(decoded(decision.session.key)), width)}  ")
        text.append(f"{one_line(remarks(decision.reasons))}\n", style="dim")

    def _field(self, name: str) -> Input:
        return self.query_one(f"#prune-{name}", Input)

    def action_policy(self) -> None:
        """Fill in the next standing policy."""
        names = list(self._policies)
        if not names:
            return
        self._named = (
            names[(names.index(self._named) + 1) % len(names)] if self._named in names else names[0]
        )
        policy = self._policies[self._named]
        values = {
            "keep_last": str(policy.keep_last or ""), "keep_within": _length(policy.keep_within),
            "max_size": f"{policy.max_size / 1000:.3f}kB" if policy.max_size else "",
            "older_than": _length(policy.older_than), "state": ",".join(policy.states),
            "command": ",".join(policy.commands),
        }  # fmt: skip
        for name, value in values.items():
            self._field(name).value = value

    def action_scroll_down(self) -> None:
        self.query_one("#prune-preview").scroll_page_down(animate=False)

    def action_scroll_up(self) -> None:
        self.query_one("#prune-preview").scroll_page_up(animate=False)


def _length(length_ns: int | None) -> str:
    """A length of time as it is typed."""
    if not length_ns:
        return ""
    for unit, word in ((DAY_NS, "d"), (3600 * SECOND_NS, "h"), (60 * SECOND_NS, "min")):
        if length_ns % unit == 0:
            return f"{length_ns // unit}{word}"
    return f"{length_ns / SECOND_NS:.3f}s"
