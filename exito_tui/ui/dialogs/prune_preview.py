"""What a plan would do, as text: a line for each command, what goes, and what stays."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from exito_tui.domain.cleanup.retention import Decision, Plan
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import short_age, short_size
from exito_tui.render.reasons import remarks
from exito_tui.render.wrapping import wrapped
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import fit

TitleOf = Callable[[Session], str]

MOST_ROWS = 300
"""How many sessions of a kind are listed."""

_WIDEST_COMMAND, _WIDEST_TITLE, _NARROW_TITLE = 14, 40, 26
_ROOMY = 100


class Widths(NamedTuple):
    """In cells: the whole line, and the longest command's name."""

    room: int
    command: int


def commands_text(plan: Plan, glyphs: Glyphs, room: int) -> Text:
    """How many sessions of each command there are, how many there would be, and what that frees,
    in lines of so many cells."""
    by_command: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in plan.decisions:
        by_command[decision.session.command].append(decision)
    text = Text(no_wrap=True, overflow="ellipsis")
    untouched = []
    width = command_width(plan.decisions)
    ordered = sorted(by_command.items(), key=lambda pair: -_freed(pair[1]))
    for command, all_of_it in ordered:
        stay = sum(one.keep for one in all_of_it)
        name = one_line(decoded(command))
        if stay == len(all_of_it):
            untouched.append(f"{name} {stay:,}")
            continue
        text.append(f"{fit(name, width, glyphs.ellipsis)}  ")
        text.append(f"{len(all_of_it):>5,} {glyphs.next} {stay:<5,}", style="bold")
        text.append(f"  frees {short_size(_freed(all_of_it))}\n")
    if untouched:
        lines = wrapped(f"untouched: {', '.join(untouched)}", room, rest="  ")
        text.append("".join(f"{one}\n" for one in lines), style="dim")
    return text


def decisions_text(
    decisions: Sequence[Decision], title_of: TitleOf, now_ns: int, glyphs: Glyphs, widths: Widths
) -> Text:
    """Sessions with their ages, sizes and titles, and why they go or stay."""
    text = Text(no_wrap=True, overflow="ellipsis")
    shown = [(one, one_line(title_of(one.session))) for one in decisions[:MOST_ROWS]]
    widest = _WIDEST_TITLE if widths.room >= _ROOMY else _NARROW_TITLE
    title = min(max((cell_len(words) for _, words in shown), default=0), widest)
    for one, words in shown:
        age = short_age(now_ns - one.when_ns) if one.when_ns is not None else ""
        text.append(f"{age:>7}  {short_size(one.session.size):>7}  ", style="dim")
        command = fit(one_line(decoded(one.session.command)), widths.command, glyphs.ellipsis)
        text.append(f"{command}  {fit(words, title, glyphs.ellipsis)}  ")
        text.append(f"{one_line(remarks(one.reasons))}\n", style="dim")
    if len(decisions) > MOST_ROWS:
        text.append(f"  and {len(decisions) - MOST_ROWS:,} more\n", style="dim")
    return text


def split(plan: Plan) -> tuple[list[Decision], list[Decision]]:
    """(what goes, the oldest first; what stays, the newest first)."""
    going = [one for one in plan.decisions if not one.keep][::-1]
    return going, [one for one in plan.decisions if one.keep]


def _freed(decisions: Sequence[Decision]) -> int:
    return sum(one.session.size for one in decisions if not one.keep)


def command_width(decisions: Sequence[Decision]) -> int:
    """Cells for the longest command's name."""
    names = {one.session.command for one in decisions}
    return min(max((len(one_line(decoded(name))) for name in names), default=0), _WIDEST_COMMAND)
