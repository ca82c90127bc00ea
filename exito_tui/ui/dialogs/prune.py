"""The prune wizard: rules on top, by one key each or typed, and below them at once what they would
let go and keep, and why."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Grid, Vertical, VerticalScroll
from textual.widgets import Input, Static

from exito_tui.config.saving import NotSavedError, save_policy
from exito_tui.domain.cleanup.policy import PolicyError, policy_words, read_policy
from exito_tui.domain.cleanup.retention import Facts, Plan, Policy, plan
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.units import short_size
from exito_tui.render.reasons import sentence
from exito_tui.ui.dialogs.base import Dialog, titled
from exito_tui.ui.dialogs.chips import Chips
from exito_tui.ui.dialogs.hints import Hint
from exito_tui.ui.dialogs.prompt import AskScreen
from exito_tui.ui.dialogs.prune_preview import (
    MOST_ROWS,
    TitleOf,
    Widths,
    command_width,
    commands_text,
    decisions_text,
    split,
)
from exito_tui.ui.dialogs.prune_rules import FIELDS, Fields, presets, rules_of
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import home_path

_MOST_CHIPS = 9
_NOTHING = "Choose what to keep: press 1 or 2, or type a rule."


class Prunable(NamedTuple):
    """What is pruned: the sessions, what is known of them, how they are called, what has that read
    where it is not known, how many of them have not been read yet, and after how long a question is
    old (ns)."""

    sessions: Sequence[Session]
    facts: Facts
    title_of: TitleOf
    read_titles: Callable[[Iterable[Session]], Awaitable[object]]
    unread: int
    pressing_ns: int


class _StayLine(Static):
    """How many stay; a click folds and unfolds them."""

    async def on_click(self) -> None:
        await self.app.run_action("fold", self.screen)


class PruneScreen(Dialog[Plan | None]):
    """Gives back the plan to carry out, or None. Policies that are saved are added to
    `policies`."""

    WIDEST = 150
    AUTO_FOCUS = ""
    BINDINGS = [
        ("escape", "close", "Close"),
        ("enter", "agree", "Review"),
        *((f"{number}", f"chip({number})", "Rule") for number in range(1, _MOST_CHIPS + 1)),
        ("minus", "fold", "What stays"),
        ("S", "save", "Save"),
        ("ctrl+d,pagedown", "scroll_page(1)", "Down"),
        ("ctrl+u,pageup", "scroll_page(-1)", "Up"),
        ("j,down", "scroll_line(1)", "Down"),
        ("k,up", "scroll_line(-1)", "Up"),
    ]

    def __init__(
        self,
        prunable: Prunable,
        policies: Mapping[str, Policy],
        glyphs: Glyphs,
        where: str = "",
    ) -> None:
        """`where` is what the root is called where there are several."""
        super().__init__()
        self._where = where
        self._prunable = prunable
        self.policies = dict(policies)
        self._glyphs = glyphs
        self._policy: Policy | None = None
        self._plan: Plan | None = None
        self._shows_stay = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            title = titled("Prune", self._where)
            yield self.title_bar(f"{title}: what no rule keeps goes to the trash")
            yield Chips(self._glyphs)
            with Grid(id="prune-fields"):
                for name, label, placeholder in FIELDS:
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
                yield _StayLine(id="prune-stay", markup=False)
                yield Static(id="prune-staying", markup=False)
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        if isinstance(self.focused, Input):
            return (
                Hint("enter", "review and move", "agree"),
                Hint("tab", "next rule", "app.focus_next"),
                Hint("esc", "leave the field", "close"),
            )
        stays = "hide what stays" if self._shows_stay else "show what stays"
        return (
            Hint("enter", "review and move", "agree"),
            Hint("tab", "type a rule", "app.focus_next"),
            Hint("-", stays, "fold"),
            Hint("S", "save as a policy", "save"),
            Hint("esc", "close", "close"),
        )

    def on_mount(self) -> None:
        self._work_out()

    def on_descendant_focus(self) -> None:
        self.show_hints()

    def on_descendant_blur(self) -> None:
        self.call_after_refresh(self.show_hints)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._work_out()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_agree()

    # ── the rules ────────────────────────────────────────────────────────────────────────────────

    @property
    def fields(self) -> Fields:
        """What is typed now."""
        return {name: self._field(name).value.strip() for name, _, _ in FIELDS}

    def _field(self, name: str) -> Input:
        return self.query_one(f"#prune-{name}", Input)

    def action_chip(self, number: int) -> None:
        """Switch a preset on or off; counted from 1."""
        found = presets(self._prunable.pressing_ns, self.policies)
        if number <= len(found):
            for name, value in found[number - 1].switched(self.fields).items():
                self._field(name).value = value

    def _show_chips(self) -> None:
        fields = self.fields
        found = presets(self._prunable.pressing_ns, self.policies)[:_MOST_CHIPS]
        chips = [
            Hint(f"{number}", one_line(one.words), f"chip({number})")
            for number, one in enumerate(found, 1)
        ]
        on = {chip.action for chip, one in zip(chips, found, strict=True) if one.is_on(fields)}
        self.query_one(Chips).show_chips(chips, on)

    @work(exclusive=True)
    async def _work_out(self) -> None:
        """Work the plan out off the event loop, and show it."""
        self._policy = self._plan = None
        self._show_chips()
        typed = {name: value for name, value in self.fields.items() if value}
        if self._prunable.unread:
            self._say(
                f"{self._prunable.unread:,} sessions have not been read yet; close this, and open "
                "it again in a moment."
            )
            return
        try:
            policy = read_policy(typed)
        except PolicyError as error:
            rules = {name for name in typed if name not in ("state", "command")}
            self._say("; ".join(error.problems).replace("_", " ") if rules else _NOTHING)
            return
        self._policy = policy
        made = await asyncio.to_thread(plan, self._prunable.sessions, policy, self._prunable.facts)
        listed = (one for part in split(made) for one in part[:MOST_ROWS])
        await self._prunable.read_titles(one.session for one in listed)
        self._plan = made
        going = len(made.removed)
        self._say(
            f"{going:,} go ({short_size(made.size(keep=False))}), {len(made.decisions) - going:,} "
            f"stay ({short_size(made.size(keep=True))}): {policy_words(policy)}"
            + (f"\n{sentence(made.note)}" if made.note else "")
        )

    # ── what they would do ───────────────────────────────────────────────────────────────────────

    def _say(self, words: str) -> None:
        self.query_one("#prune-counts", Static).update(Text(words))
        self._show_plan()

    def _show_plan(self) -> None:
        rows, stay, staying = Text(no_wrap=True), Text(no_wrap=True), Text()
        if made := self._plan:
            going, left = split(made)
            now_ns, title_of = self._prunable.facts.now_ns, self._prunable.title_of
            room = self.query_one("#prune-preview").size.width
            widths = Widths(room, command_width(made.decisions))
            rows = commands_text(made, self._glyphs, room)
            if going:
                rows.append("\nGo to the trash, the oldest first\n", style="bold")
                rows.append_text(decisions_text(going, title_of, now_ns, self._glyphs, widths))
            sign = self._glyphs.unfolded if self._shows_stay else self._glyphs.folded
            stay.append(f"{sign} {len(left):,} stay", style="bold")
            if self._shows_stay:
                staying = decisions_text(left, title_of, now_ns, self._glyphs, widths)
        made = self._plan
        self.set_class(made is None, "-no-rule")
        self.set_class(made is not None and not made.removed and not self._shows_stay, "-nothing")
        for name, text in (("rows", rows), ("stay", stay), ("staying", staying)):
            self.query_one(f"#prune-{name}", Static).update(text)

    def action_fold(self) -> None:
        """Show what stays, or hide it."""
        self._shows_stay = not self._shows_stay
        self._show_plan()
        self.show_hints()
        if self._shows_stay:
            self.call_after_refresh(
                lambda: self.query_one("#prune-stay").scroll_visible(top=True, animate=False)
            )

    def action_scroll_page(self, step: int) -> None:
        """Scroll by what is on screen: down (1) or up (-1)."""
        preview = self.query_one("#prune-preview")
        preview.scroll_relative(y=step * max(1, preview.size.height - 1), animate=False)

    def action_scroll_line(self, step: int) -> None:
        """Scroll by a line: down (1) or up (-1)."""
        self.query_one("#prune-preview").scroll_relative(y=step, animate=False)

    # ── what is done with them ───────────────────────────────────────────────────────────────────

    def action_close(self) -> None:
        """Leave the field that is typed in; outside of any, close."""
        if isinstance(self.focused, Input):
            self.set_focus(None)
        else:
            super().action_close()

    def action_agree(self) -> None:
        """Give the plan back, if there is one and anything goes."""
        if self._plan and self._plan.removed:
            self.dismiss(self._plan)
        elif self._plan:
            self.notify("By these rules nothing goes.", markup=False, timeout=4)

    @work
    async def action_save(self) -> None:
        """Save the rules as a policy, under a name that is asked for."""
        policy, fields = self._policy, self.fields
        if policy is None:
            self.notify("There is no rule to save yet.", markup=False)
            return
        about = (
            f"{policy_words(policy)}\nA name for it, such as weekly: exito-tui prune --policy NAME."
        )
        name = problem = path = ""
        while not path:
            asking = AskScreen("Save as a policy", about, text=name, problem=problem, verb="save")
            named = await self.app.push_screen_wait(asking)
            if named is None:
                return
            name = named
            try:
                path = await asyncio.to_thread(save_policy, name, rules_of(fields, policy))
            except NotSavedError as error:
                problem = f"Not saved: {error}"
        self.policies[name] = policy
        self._show_chips()
        self.notify(f"Saved as [policies.{name}] in {home_path(path)}", markup=False, timeout=10)
