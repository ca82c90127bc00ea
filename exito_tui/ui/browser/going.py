"""Going to where Claude Code runs."""

import asyncio
from typing import TYPE_CHECKING

from textual.screen import Screen

from exito_tui.domain.text import decoded, one_line

if TYPE_CHECKING:
    from exito_tui.domain.records.conversation import Known
    from exito_tui.domain.verdicts.verdict import Verdict


def is_offered(verdict: "Verdict", known: "Known | None") -> bool:
    """Whether a session waits in a process that can be gone to."""
    return verdict.state in ("waiting", "stuck") and known is not None and known.is_alive


async def go_there(screen: Screen[None], known: "Known | None") -> None:
    """Select the tmux pane of a session's process; else copy the command that leads to it."""
    if known is None:
        screen.notify("Claude Code's records tell nothing of it.", markup=False)
        return
    from exito_tui.claude.tmux import select_pane
    from exito_tui.domain.records.returning import command_back

    process = known.process if known.is_alive else None
    if process and process.tmux:
        tmux, pid = process.tmux, process.pid
        if await asyncio.to_thread(lambda: select_pane(tmux, pid)):
            return
    command = command_back(known)
    shown = one_line(command)
    screen.app.copy_to_clipboard(shown)
    where = f"It runs in {one_line(decoded(process.cwd))}, pid {process.pid}. " if process else ""
    signs = "" if shown == command else ", with signs for what cannot be pasted"
    screen.notify(f"{where}Copied{signs}: {shown}", markup=False, timeout=10)
