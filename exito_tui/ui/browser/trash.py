"""The trash: what is in it, and what the user does with that."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import pluralize, short_size
from exito_tui.render.reasons import sentence
from exito_tui.ui.browser.execution import Executor
from exito_tui.ui.browser.fleet import Fleet

if TYPE_CHECKING:
    from exito_tui.domain.cleanup.operation import Entry
    from exito_tui.ui.dialogs.trash import TrashContent

_MOST_NAMED = 3
"""How many of the entries are named that a question is about."""


async def visit_trash(
    root: str, fleet: Fleet, executor: Executor, screen: Screen[None], where: str
) -> None:
    """Show what is in the trash of a root, and do what the user wants with it, until it is closed.
    `where` is what the root is called where there are several, else empty."""
    from exito_tui.store.trash.contents import entries_of, operations_of
    from exito_tui.ui.dialogs.trash import TrashContent, TrashScreen

    titles: dict[str, str] = {}
    while True:
        entries, operations = (
            await executor.attempt(entries_of, root),
            await executor.attempt(operations_of, root),
        )
        if entries is None or operations is None:
            return
        snapshot = fleet.snapshot_of(root)
        content = TrashContent(
            root,
            entries,
            operations,
            snapshot.layouts if snapshot else (),
            partial(fleet.title_in_place, root),
            titles,
        )
        read_only = bool(fleet.why_read_only(root))
        shown = TrashScreen(content, fleet.now_ns, read_only=read_only, where=where)
        wanted = await screen.app.push_screen_wait(shown)
        if wanted is None:
            return
        if wanted.wish == "purge":
            await _purge(content, wanted.entries, fleet, executor, screen)
        else:
            await _restore(root, wanted.entries[0].id, executor, screen)


async def _restore(root: str, entry: str, executor: Executor, screen: Screen[None]) -> None:
    from exito_tui.store.operations.restore import restore
    from exito_tui.ui.dialogs.prompt import AskScreen

    new = problem = ""
    while True:
        outcome = await executor.attempt(restore, root, [entry], new)
        if outcome is None:
            return
        if not any(why.involves("exists") for _, why in outcome.failed):
            executor.tell(root, outcome, "restored")
            return
        asked = await screen.app.push_screen_wait(
            AskScreen(
                "Something is there already",
                "Both are kept. Under which id shall this one come back?",
                text=new,
                problem=problem,
                verb="restore under this id",
            )
        )
        if asked is None:
            return
        new, problem = asked, f"{asked} is there as well."


async def _purge(
    content: "TrashContent",
    entries: Sequence["Entry"],
    fleet: Fleet,
    executor: Executor,
    screen: Screen[None],
) -> None:
    from exito_tui.store.operations.purge import capture_entries, purge, written_since
    from exito_tui.ui.dialogs.prompt import AskScreen

    root = content.root
    targets = await executor.attempt(capture_entries, root, entries)
    if not targets:
        return
    written = {
        target.entry.id: sentence(why)
        for target in targets
        if (why := written_since(target, fleet.now_ns))
    }
    # One alone may be destroyed all the same: the user is told, and types the word.
    forced = frozenset(written) if len(targets) == 1 else frozenset()
    going = [
        target
        for target in targets
        if not target.problem and (target.entry.id in forced or target.entry.id not in written)
    ]
    size = short_size(sum(target.tree.size for target in going))
    names = await _names(content, [target.entry for target in going[:_MOST_NAMED]])
    more = f"and {len(going) - _MOST_NAMED:,} more\n" if len(going) > _MOST_NAMED else ""
    warning = "".join(f"{one_line(why)}.\n" for why in written.values()) if forced else ""
    question = AskScreen(
        f"Destroy {pluralize(len(going), 'entry')} ({size}) for good?",
        f"{names}{more}{warning}This cannot be undone. Type purge to do it.", wanted="purge",
        verb="destroy for good",
    )  # fmt: skip
    if going:
        asked = await screen.app.push_screen_wait(question)
        if not asked:
            return
    await executor.execute(
        root,
        "Purging",
        len(targets),
        lambda progress: purge(root, targets, forced=forced, progress=progress),
        "destroyed for good",
        undoable=False,
    )


async def _names(content: "TrashContent", entries: Sequence["Entry"]) -> str:
    """What entries are about, and what they were called, each on a line: the list shows the one,
    and what is destroyed for good is the other."""
    from exito_tui.store.trash.preview import titles_in_trash

    # Who is quick asks before the list has read them.
    unread = [entry for entry in entries if entry.id not in content.titles]
    reading = titles_in_trash(content.root, unread, content.layouts)
    content.titles.update(await asyncio.to_thread(lambda: list(reading)))
    lines = []
    for entry in entries:
        name = one_line(decoded(entry.item.what))
        title = content.titles.get(entry.id, "")
        lines.append(name if name.endswith(title) else f"{title} ({name})")
    return "".join(f"{line}\n" for line in lines)
