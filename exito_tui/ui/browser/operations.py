"""What the user does to sessions: each is asked or told, and carried out off the event loop."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from textual import work

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import SECOND_NS, duration, pluralize, short_size
from exito_tui.render.reasons import sentence
from exito_tui.ui.browser.acting import Acting, one_at_a_time
from exito_tui.ui.messages import RootsTouched

if TYPE_CHECKING:
    from exito_tui.domain.cleanup.operation import Entry
    from exito_tui.domain.cleanup.protection import Blocker
    from exito_tui.domain.doctor.finding import Finding
    from exito_tui.store.operations.common import ChangeRules, Progress
    from exito_tui.store.operations.fix import Fix
    from exito_tui.store.trash.journal import Outcome
    from exito_tui.store.trash.targets import Target
    from exito_tui.ui.dialogs.confirm import Question

_WHERE_IT_GOES = (
    "They go to .trash in the root, and nothing is freed before you purge it. u takes it back."
)


class Actions(Acting):
    """The part of the browser that changes something on disk."""

    # ── to the trash, into an archive ────────────────────────────────────────────────────────────

    @work(group="action")
    @one_at_a_time
    async def action_trash(self) -> None:
        """Move the chosen sessions to the trash, once the user agrees."""
        await self._move_away("rm")

    @work(group="action")
    @one_at_a_time
    async def action_archive(self) -> None:
        """Pack the chosen sessions into archives, then move them to the trash, once the user
        agrees."""
        await self._move_away("archive")

    async def _move_away(self, how: Literal["rm", "archive"]) -> None:
        from exito_tui.store.operations.archive import archive
        from exito_tui.store.operations.move import move_to_trash
        from exito_tui.store.trash.targets import capture_targets

        for root, sessions in self._chosen().items():
            # As they are at this moment: what the user sees and agrees to is the question, not the
            # list behind it.
            targets = await self._try(
                capture_targets, root, [one._replace(artefacts=None) for one in sessions]
            )
            if targets is None:
                return
            rules = await self._agreed(root, targets, how)
            if rules is None:
                return
            going = [
                target
                for target in targets
                if target.session.key in rules.forced or not self._left.get(target.session.key)
            ]

            def work_on(
                progress: "Progress",
                root: str = root,
                going: list["Target"] = going,
                rules: "ChangeRules" = rules,
            ) -> "Outcome":
                if how == "archive":
                    return archive(root, going, "", rules, progress=progress)
                return move_to_trash(root, going, rules, progress=progress)

            word = "archived" if how == "archive" else "in the trash"
            await self._execute(f"{pluralize(len(going))} to the trash", len(going), work_on, word)

    async def _agreed(
        self, root: str, targets: Sequence["Target"], how: str
    ) -> "ChangeRules | None":
        """The rules under which the user agrees, or None."""
        from exito_tui.store.operations.common import blockers

        rules = self._rules(root)
        found = await self._try(blockers, root, targets, rules, self._clock_ns())
        if found is None:
            return None
        self._left: dict[str, Blocker] = found
        answer = await self._ask(self._question(targets, how))
        if answer == "force":
            return rules._replace(forced=frozenset(self._left))
        return rules if answer == "yes" else None

    def _question(self, targets: Sequence["Target"], how: str) -> "Question":
        from exito_tui.ui.dialogs.confirm import Question

        going = [target for target in targets if target.session.key not in self._left]
        left = [
            (decoded(target.session.key), sentence(self._left[target.session.key].reason))
            for target in targets
            if target not in going
        ]
        files, size = sum(one.files for one in going), short_size(sum(one.size for one in going))
        rows = [
            (decoded(target.session.key), _amount(target), self._remark(target.session))
            for target in going
        ]
        archiving = how == "archive"
        about = f"{files} file{'' if files == 1 else 's'}, {size}. " if going else ""
        if archiving:
            about += "Each is packed into .archive in the root and read back first. "
        forceable = (
            len(targets) == 1 and bool(left) and not self._left[targets[0].session.key].final
        )
        count = pluralize(len(going))
        return Question(
            f"{'Archive' if archiving else 'Move'} {count}{'' if archiving else ' to the trash'}?"
            if going
            else f"Nothing to {'archive' if archiving else 'move'}",
            about + _WHERE_IT_GOES,
            rows,
            left,
            "archives" if archiving else "moves",
            forceable,
        )

    def _remark(self, session: Session) -> str:
        """Why it is safe to move a session: its state, and since when nothing was written."""
        state = self._state_of(session)
        written = session.last_write_ns
        quiet = (
            f"quiet {duration(self._clock_ns() - written)}" if written is not None else "no files"
        )
        return f"{state}, {quiet}" if state else quiet

    # ── back ─────────────────────────────────────────────────────────────────────────────────────

    @work(group="action")
    async def action_undo(self) -> None:
        """Take the last operation back."""
        from exito_tui.store.operations.restore import undo

        async with self.at_work:  # pressed quickly, each takes back one more
            if root := self._root_in_hand():
                outcome = await self._try(undo, root)
                if outcome:
                    self._tell(outcome, "back as before", undoable=False)

    @work(group="action")
    @one_at_a_time
    async def action_show_trash(self) -> None:
        """Show what is in the trash, and do what the user wants with it."""
        from exito_tui.store.trash.contents import entries_of, operations_of
        from exito_tui.ui.dialogs.trash import TrashScreen

        root = self._root_in_hand(reading=True)
        while root:
            entries, operations = (
                await self._try(entries_of, root),
                await self._try(operations_of, root),
            )
            if entries is None or operations is None:
                return
            screen = TrashScreen(
                root,
                entries,
                operations,
                self._clock_ns(),
                read_only=bool(self.why_read_only(root)),
            )
            wanted = await self.app.push_screen_wait(screen)
            if wanted is None:
                return
            if wanted.wish == "purge":
                await self._purge(root, wanted.entries)
            else:
                await self._restore(root, wanted.entries[0].id)

    async def _restore(self, root: str, entry: str) -> None:
        from exito_tui.store.operations.restore import restore
        from exito_tui.ui.dialogs.prompt import AskScreen

        new = ""
        while True:
            outcome = await self._try(restore, root, [entry], new)
            if outcome is None:
                return
            if not any(why.involves("exists") for _, why in outcome.failed):
                self._tell(outcome, "restored")
                return
            asked = await self.app.push_screen_wait(
                AskScreen(
                    "Something is there already",
                    "Both are kept. Under which id shall this one come back?",
                )
            )
            if asked is None:
                return
            new = asked

    async def _purge(self, root: str, entries: Sequence["Entry"]) -> None:
        from exito_tui.store.operations.purge import capture_entries, purge, written_since
        from exito_tui.ui.dialogs.prompt import AskScreen

        targets = await self._try(capture_entries, root, entries)
        if not targets:
            return
        written = {
            target.entry.id: sentence(why)
            for target in targets
            if (why := written_since(target, self._clock_ns()))
        }
        # One alone may be destroyed all the same: the user is told, and types the word.
        forced = frozenset(written) if len(targets) == 1 else frozenset()
        going = [
            target
            for target in targets
            if not target.problem and (target.entry.id in forced or target.entry.id not in written)
        ]
        size = short_size(sum(target.tree.size for target in going))
        names = ", ".join(one_line(decoded(target.entry.item.what)) for target in going[:3])
        more = f" and {len(going) - 3} more" if len(going) > 3 else ""
        warning = "".join(f"\n{one_line(why)}." for why in written.values()) if forced else ""
        question = AskScreen(
            f"Destroy {pluralize(len(going), 'entry')} ({size}) for good?",
            f"{names}{more}{warning}\nThis cannot be undone. Type purge to do it.", wanted="purge",
        )  # fmt: skip
        if going:
            asked = await self.app.push_screen_wait(question)
            if not asked:
                return
        await self._execute(
            "Purging",
            len(targets),
            lambda progress: purge(root, targets, forced=forced, progress=progress),
            "destroyed for good",
            undoable=False,
        )

    # ── pins, ends, policies, findings ───────────────────────────────────────────────────────────

    @work(group="action")
    @one_at_a_time
    async def action_pin(self) -> None:
        """Pin the chosen sessions; if all of them are pinned, take the pins off."""
        from functools import partial

        from exito_tui.store.operations.pin import set_pins

        for root, sessions in self._chosen().items():
            pins = next(
                (snapshot.pinned for snapshot in self.snapshots if snapshot.root == root),
                frozenset(),
            )
            keys = [session.key for session in sessions]
            pinned = not all(key in pins for key in keys)
            changed = await self._try(partial(set_pins, pinned=pinned), root, keys)
            if changed is not None:
                done = "pinned: whatever cleans up leaves them" if pinned else "no longer pinned"
                self.notify(f"{pluralize(len(changed))} {done}.", markup=False)
                self.post_message(RootsTouched())

    @work(group="action")
    @one_at_a_time
    async def action_finalize(self) -> None:
        """Write the end of the chosen sessions into them, once the user agrees."""
        from exito_tui.store.operations.finalize import finalize
        from exito_tui.ui.dialogs.confirm import Question

        judge = self.verdicts.judge
        for root, sessions in self._chosen().items() if judge else ():
            rows = [
                (decoded(session.key), "", self._state_of(session) or "") for session in sessions
            ]
            running = [one for one in sessions if self._state_of(one) == "running"]
            question = Question(
                f"Finalize {pluralize(len(sessions))}?",
                "Status, end and a summary are written into each: session_metadata.json and "
                "session_summary.md. What "
                "was there is kept in the trash. u takes it back.",
                rows,
                [
                    (decoded(session.key), sentence(Reason("running")))
                    for session in running
                    if len(sessions) > 1
                ],
                "finalizes",
                forceable=len(sessions) == 1 and bool(running),
            )
            answer = await self._ask(question)
            if answer is None or judge is None:
                return
            rules = self._rules(root)
            if answer == "force":
                rules = rules._replace(forced=frozenset(session.key for session in sessions))
            made = await self._try(finalize, root, sessions, judge, rules)
            if made:
                if made.same and not made.outcome.failed and not made.outcome.done:
                    self.notify("Finalized before; nothing changed.", markup=False)
                self._tell(made.outcome, "finalized")

    @work(group="action")
    @one_at_a_time
    async def action_prune(self) -> None:
        """Find a policy with a live preview, then carry out just the plan that was shown."""
        from exito_tui.domain.cleanup.retention import Facts
        from exito_tui.store.operations.move import move_to_trash
        from exito_tui.store.trash.targets import capture_targets
        from exito_tui.ui.dialogs.prune import PruneScreen

        root = self._root_in_hand()
        snapshot = next((one for one in self.snapshots if one.root == root), None)
        if not root or snapshot is None:
            return
        rules = self._rules(root)
        facts = Facts(rules.states, snapshot.pinned, self._clock_ns(), rules.quiet_ns)
        sessions = list(snapshot.sessions.values())
        unread = sum(session.key not in rules.states for session in sessions)
        plan = await self.app.push_screen_wait(
            PruneScreen(sessions, facts, self.config.policies, unread)
        )
        targets = await self._try(capture_targets, root, plan.removed) if plan else None
        agreed = await self._agreed(root, targets, "rm") if targets else None
        if agreed and targets:
            await self._execute(
                f"{pluralize(len(targets))} to the trash",
                len(targets),
                lambda progress: move_to_trash(
                    root, targets, agreed, action="prune", progress=progress
                ),
                "in the trash",
            )

    async def fix(self, findings: Sequence["Finding"]) -> None:
        """Show the moves that fix findings, and carry them out once the user agrees."""
        async with self.at_work:
            await self._fix(findings)

    async def _fix(self, findings: Sequence["Finding"]) -> None:
        from exito_tui.store.operations.fix import fix, plan_fixes
        from exito_tui.ui.dialogs.confirm import Question

        root = self._root_in_hand()
        fixes = await self._try(plan_fixes, root, findings) if root else None
        if not root or not fixes:
            return
        rows = [(line, "", "") for one in fixes if not one.problem for line in _moves(one)]
        left = [(decoded(fix.finding.place), sentence(fix.problem)) for fix in fixes if fix.problem]
        count = len(fixes) - len(left)
        title = f"Fix {pluralize(count, 'finding')}?"
        about = "Nothing is ever overwritten. u takes it back."
        if await self._ask(Question(title, about, rows, left, "moves")):
            quiet_ns = int(self.config.quiet * SECOND_NS)
            await self._execute(
                "Fix", count, lambda progress: fix(root, fixes, quiet_ns), "fixed", counts="finding"
            )

    @work(group="action")
    async def recover(self) -> None:
        """At the start: finish or take back what was interrupted, and say so."""
        from exito_tui.store.operations.common import recover
        from exito_tui.store.trash.contents import is_interrupted

        for snapshot in self.snapshots:
            if not self.why_read_only(snapshot.root) and await self._try(
                is_interrupted, snapshot.root
            ):
                for note in await self._try(recover, snapshot.root) or ():
                    self.notify(
                        one_line(sentence(note)), severity="warning", markup=False, timeout=12
                    )
                self.post_message(RootsTouched())


def _moves(fix: "Fix") -> list[str]:
    """The moves that fix a finding, in lines."""
    lines: list[str] = [fix.finding.code]
    for move in fix.finding.moves:
        lines += [f"  {decoded(move.source)}", f"    to {decoded(move.target) or 'the trash'}"]
    return (
        [*lines, f"  {decoded(fix.emptied)}", "    to the trash, once it is empty"]
        if fix.emptied
        else lines
    )


def _amount(target: "Target") -> str:
    return f"{target.files} file{'' if target.files == 1 else 's'}  {short_size(target.size):>7}"
