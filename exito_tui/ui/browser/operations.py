"""What the user does to sessions: each is asked or told, and carried out off the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Concatenate, Literal, NamedTuple, ParamSpec

from textual.screen import Screen

from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.units import SECOND_NS, pluralize
from exito_tui.render.reasons import sentence
from exito_tui.ui.browser.execution import Executor
from exito_tui.ui.browser.fleet import Fleet
from exito_tui.ui.browser.selection import Selection
from exito_tui.ui.browser.undoing import Undoing
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import home_path
from exito_tui.ui.messages import RootsTouched

if TYPE_CHECKING:
    from exito_tui.domain.cleanup.protection import Blocker
    from exito_tui.domain.doctor.finding import Finding
    from exito_tui.store.operations.common import ChangeRules, Progress
    from exito_tui.store.trash.journal import Outcome
    from exito_tui.store.trash.targets import Target
    from exito_tui.ui.dialogs.confirm import Answer, Question

P = ParamSpec("P")
Action = Callable[Concatenate["Operations", P], Awaitable[None]]
Alone = Callable[Concatenate["Operations", P], Coroutine[None, None, None]]


class Consent(NamedTuple):
    """What the user has agreed to: the rules under which sessions are changed, and why some of them
    are to be left alone, by key."""

    rules: "ChangeRules"
    blockers: Mapping[str, "Blocker"]

    def covers(self, session: Session) -> bool:
        """Whether a session is one of those that the user agreed to change."""
        return session.key in self.rules.forced or session.key not in self.blockers


def one_at_a_time(action: Action[P]) -> Alone[P]:
    """An action that is refused, and says so, while another one is at work or asks something."""

    @wraps(action)
    async def alone(self: "Operations", /, *arguments: P.args, **named: P.kwargs) -> None:
        if self.at_work.locked():
            self.screen.notify("Still at work; one moment.", markup=False, timeout=2)
            return
        async with self.at_work:
            # What is told of the deed before, such as "u to undo", is over
            self.screen.app.clear_notifications()
            await action(self, *arguments, **named)

    return alone


class Operations:
    """Changes what is on disk, as the user wants it on a screen. Each is to be run in a worker."""

    def __init__(
        self, screen: Screen[None], fleet: Fleet, selection: Selection, glyphs: Glyphs
    ) -> None:
        self.screen = screen
        self.at_work = asyncio.Lock()
        """Held by the action that is at work."""
        self._fleet = fleet
        self._selection = selection
        self._glyphs = glyphs
        self._executor = Executor(screen, selection)
        self._undoing = Undoing(self._ask, fleet, self._executor)

    # ── to the trash, into an archive ────────────────────────────────────────────────────────────

    @one_at_a_time
    async def trash(self) -> None:
        """Move the chosen sessions to the trash, once the user agrees."""
        await self._move_away("rm")

    @one_at_a_time
    async def archive(self) -> None:
        """Pack the chosen sessions into archives, then move them to the trash, once the user
        agrees."""
        await self._move_away("archive")

    async def _move_away(self, how: Literal["rm", "archive"]) -> None:
        from exito_tui.store.operations.archive import archive
        from exito_tui.store.operations.move import move_to_trash
        from exito_tui.store.trash.targets import capture_targets

        for root, sessions in self._selection.chosen().items():
            # As they are at this moment: what the user sees and agrees to is the question, not the
            # list behind it.
            targets = await self._executor.attempt(
                capture_targets, root, [one._replace(artefacts=None) for one in sessions]
            )
            if targets is None:
                return
            consent = await self._ask_to_move(root, targets, how)
            if consent is None:
                return
            going = [target for target in targets if consent.covers(target.session)]

            def work_on(
                progress: "Progress",
                root: str = root,
                going: list["Target"] = going,
                rules: "ChangeRules" = consent.rules,
            ) -> "Outcome":
                if how == "archive":
                    return archive(root, going, "", rules, progress=progress)
                return move_to_trash(root, going, rules, progress=progress)

            word = "archived" if how == "archive" else "in the trash"
            await self._executor.execute(
                root, f"{pluralize(len(going))} to the trash", len(going), work_on, word
            )

    async def _ask_to_move(
        self, root: str, targets: Sequence["Target"], how: Literal["rm", "archive"]
    ) -> Consent | None:
        """What the user agrees to, or None."""
        from exito_tui.store.operations.common import blockers
        from exito_tui.ui.browser.questions import move_question

        rules = self._rules(root)
        found = await self._executor.attempt(blockers, root, targets, rules, self._fleet.now_ns)
        if found is None:
            return None
        states = self._fleet.states_of(root)
        await self._fleet.read_titles(target.session for target in targets)
        answer = await self._ask(
            move_question(
                targets,
                found,
                states,
                self._fleet.title_of,
                self._fleet.now_ns,
                archiving=how == "archive",
            )
        )
        if answer == "force":
            rules = rules._replace(forced=frozenset(found))
        return Consent(rules, found) if answer else None

    # ── back ─────────────────────────────────────────────────────────────────────────────────────

    async def undo(self) -> None:
        """Take back what was done last in this run, else in the root in hand."""
        async with self.at_work:  # pressed quickly, each takes back one more
            self.screen.app.clear_notifications()
            last = self._last_root if self._executor.last_done else ""
            if root := last or self._selection.root_in_hand():
                await self._undoing.undo(root)

    @one_at_a_time
    async def redo(self) -> None:
        """Do again what undo took back."""
        if root := self._last_root or self._selection.root_in_hand():
            await self._undoing.redo(root, self._rules(root))

    @one_at_a_time
    async def show_trash(self) -> None:
        """Show what is in the trash, and do what the user wants with it."""
        from exito_tui.ui.browser.trash import visit_trash

        if root := self._selection.root_in_hand(reading=True):
            where = self._selection.told_apart(root)
            await visit_trash(root, self._fleet, self._executor, self.screen, where)

    # ── pins, ends, policies, findings ───────────────────────────────────────────────────────────

    @one_at_a_time
    async def pin(self) -> None:
        """Pin the chosen sessions; if all of them are pinned, take the pins off."""
        from exito_tui.store.operations.pin import set_pins

        for root, sessions in self._selection.chosen().items():
            snapshot = self._fleet.snapshot_of(root)
            pins = snapshot.pinned if snapshot else frozenset()
            keys = [session.key for session in sessions]
            pinned = not all(key in pins for key in keys)
            changed = await self._executor.attempt(partial(set_pins, pinned=pinned), root, keys)
            if changed is not None:
                await self._undoing.remember_last(root)
                left = "it" if len(changed) == 1 else "them"
                done = f"pinned: whatever cleans up leaves {left}" if pinned else "no longer pinned"
                self.screen.notify(f"{pluralize(len(changed))} {done}.", markup=False)
                self.screen.post_message(RootsTouched())

    @one_at_a_time
    async def finalize(self) -> None:
        """Write the end of the chosen sessions into them, once the user agrees."""
        from exito_tui.store.operations.finalize import finalize

        judge = self._fleet.verdicts.judge
        for root, sessions in self._selection.chosen().items() if judge else ():
            consent = await self._ask_to_finalize(root, sessions)
            if consent is None or judge is None:
                return
            going = [one for one in sessions if consent.covers(one)]
            made = await self._executor.attempt(finalize, root, going, judge, consent.rules)
            if made:
                if made.same and not made.outcome.failed and not made.outcome.done:
                    self.screen.notify("Finalized before; nothing changed.", markup=False)
                self._executor.tell(root, made.outcome, "finalized")

    async def _ask_to_finalize(self, root: str, sessions: Sequence[Session]) -> Consent | None:
        """What the user agrees to, or None."""
        from exito_tui.store.operations.finalize import finalize_blockers
        from exito_tui.ui.browser.questions import finalize_question

        rules, now_ns = self._rules(root), self._fleet.now_ns
        found = await self._executor.attempt(finalize_blockers, root, sessions, rules, now_ns)
        if found is None:
            return None
        await self._fleet.read_titles(sessions)
        answer = await self._ask(
            finalize_question(sessions, found, rules.states, self._fleet.title_of)
        )
        # What runs by now, and did not when the user was asked, is left.
        forced = frozenset(found) if answer == "force" else frozenset()
        return Consent(self._rules(root)._replace(forced=forced), found) if answer else None

    @one_at_a_time
    async def save_reports(self) -> None:
        """Save what agents of the chosen sessions returned as text, once the user agrees."""
        chosen = self._selection.chosen().values()
        await self._save_reports([one for sessions in chosen for one in sessions])

    @one_at_a_time
    async def save_reports_of(self, session: Session) -> None:
        """Save what agents of one session returned as text, once the user agrees."""
        if self._selection.may_change(session.root):
            await self._save_reports([session])

    async def _save_reports(self, sessions: Sequence[Session]) -> None:
        from exito_tui.ui.browser.recovering import save_reports_of

        await save_reports_of(sessions, self._fleet, self._executor, self._ask)

    @one_at_a_time
    async def prune(self) -> None:
        """Find a policy with a live preview, then carry out just the plan that was shown."""
        from exito_tui.domain.cleanup.retention import Facts
        from exito_tui.store.operations.move import move_to_trash
        from exito_tui.store.trash.targets import capture_targets
        from exito_tui.ui.dialogs.prune import Prunable, PruneScreen

        root = self._selection.root_in_hand()
        snapshot = self._fleet.snapshot_of(root) if root else None
        if not root or snapshot is None:
            return
        rules = self._rules(root)
        facts = Facts(rules.states, snapshot.pinned, self._fleet.now_ns, rules.quiet_ns)
        sessions = list(snapshot.sessions.values())
        unread = sum(session.key not in rules.states for session in sessions)
        config = self._fleet.config
        prunable = Prunable(
            sessions,
            facts,
            self._fleet.title_of,
            self._fleet.read_titles,
            unread,
            int(config.pressing * SECOND_NS),
        )
        where = self._selection.told_apart(root)
        screen = PruneScreen(prunable, config.policies, self._glyphs, where)
        plan = await self.screen.app.push_screen_wait(screen)
        self._fleet.config = self._fleet.config._replace(policies=screen.policies)
        targets = (
            await self._executor.attempt(capture_targets, root, plan.removed) if plan else None
        )
        consent = await self._ask_to_move(root, targets, "rm") if targets else None
        if consent and targets:
            agreed = consent.rules
            await self._executor.execute(
                root,
                f"{pluralize(len(targets))} to the trash",
                len(targets),
                lambda progress: move_to_trash(
                    root, targets, agreed, action="prune", progress=progress
                ),
                "in the trash",
            )

    async def fix(self, root: str, findings: Sequence["Finding"]) -> None:
        """Show the moves that fix what was found in a root, and carry them out once the user
        agrees."""
        async with self.at_work:
            if self._selection.may_change(root):
                await self._fix(root, findings)

    async def _fix(self, root: str, findings: Sequence["Finding"]) -> None:
        from exito_tui.store.operations.fix import fix, plan_fixes
        from exito_tui.ui.browser.questions import fix_question

        fixes = await self._executor.attempt(plan_fixes, root, findings)
        if not fixes:
            return
        named = home_path(root) if len(self._fleet.snapshots) > 1 else ""
        if await self._ask(fix_question(fixes, named)):
            count = sum(not one.problem for one in fixes)
            quiet_ns = self._quiet_ns
            await self._executor.execute(
                root,
                "Fix",
                count,
                lambda progress: fix(root, fixes, quiet_ns),
                "fixed",
                counts="problem",
            )

    async def recover(self) -> None:
        """At the start: finish or take back what was interrupted, and say so."""
        from exito_tui.store.operations.common import recover
        from exito_tui.store.trash.contents import is_interrupted

        for snapshot in self._fleet.snapshots:
            root = snapshot.root
            if self._fleet.why_read_only(root):
                continue
            if await self._executor.attempt(is_interrupted, root):
                for note in await self._executor.attempt(recover, root) or ():
                    self.screen.notify(
                        one_line(sentence(note)), severity="warning", markup=False, timeout=12
                    )
                self.screen.post_message(RootsTouched())

    # ── what they share ──────────────────────────────────────────────────────────────────────────

    @property
    def _last_root(self) -> str:
        """The root in which something was done last in this run, while it is open; else empty."""
        root = self._executor.last_root
        return root if self._fleet.snapshot_of(root) else ""

    @property
    def _quiet_ns(self) -> int:
        """For how long nothing may have been written into a session that is moved."""
        return int(self._fleet.config.quiet * SECOND_NS)

    def _rules(self, root: str) -> "ChangeRules":
        from exito_tui.store.operations.common import ChangeRules

        return ChangeRules(self._quiet_ns, frozenset(), self._fleet.states_of(root))

    async def _ask(self, question: "Question") -> "Answer | None":
        from exito_tui.ui.dialogs.confirm import ConfirmScreen

        return await self.screen.app.push_screen_wait(ConfirmScreen(question))
