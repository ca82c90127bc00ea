"""What stands above the agents: the session and how it is, why, what to do, and the warnings."""

from collections.abc import Mapping
from types import MappingProxyType

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from exito_tui.domain.records.conversation import Known
from exito_tui.domain.text import one_line
from exito_tui.domain.units import pluralize
from exito_tui.domain.verdicts.records.words import where
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.render.wrapping import wrapped
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import fit
from exito_tui.ui.widgets.session_header import state_words

TONES = (*(f"header--{name}" for name in ("muted", "warn", "alarm", "writing")), "pipeline--next")
_FEWEST = 5


def heading(
    name: str,
    verdict: Verdict,
    known: Known | None,
    now_ns: int,
    glyphs: Glyphs,
    size: tuple[int, int],
    styles: Mapping[str, Style] = MappingProxyType({}),
) -> Text:
    """The lines for a screen of a size (columns, rows), none wider than it and none cut: where they
    are too many, the last warnings are only counted. `name` is what the session is called,
    `styles` are those of `TONES`."""
    columns, rows = size
    most = max(_FEWEST, rows * 3 // 10)
    place = where(known).strip(" ()") if known and known.is_alive else ""
    state, tone = state_words(verdict, now_ns, glyphs)
    right = "   ".join(filter(None, (state, place)))
    head = Text(no_wrap=True)
    head.append(fit(name, max(1, columns - cell_len(right) - 2), glyphs.ellipsis), style="bold")
    head.append(f"  {state}", styles.get(f"header--{tone}"))
    head.append(right.removeprefix(state), styles.get("header--muted"))
    mark = f"{glyphs.next} "
    lines = wrapped(verdict.reason, columns)
    begin = len(lines)
    lines += wrapped(verdict.next_step, columns, mark, " " * cell_len(mark))
    end = len(lines)
    sign = f"{glyphs.problem} "
    warned = [wrapped(one.fact, columns, sign, " " * cell_len(sign)) for one in verdict.warnings]
    room = most - 1 - len(lines)
    while warned and sum(map(len, warned)) + (len(warned) < len(verdict.warnings)) > room:
        warned.pop()
    left = len(verdict.warnings) - len(warned)
    lines += [one for several in warned for one in several]
    if left:
        more = "more " if warned else ""
        lines.append(f"{sign}{pluralize(left, f'{more}warning')}: esc, then w")
    for at, one in enumerate(lines):
        style = styles.get("pipeline--next") if begin <= at < end else None
        head.append(f"\n{one_line(one)}", style)
    return head
