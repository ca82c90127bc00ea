"""What stands above the agents fits its screen: nothing of it is wrapped by chance, or cut."""

import pytest
from rich.cells import cell_len

from exito_tui.domain.records.conversation import Agent, Conversation, Known, Process
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.domain.verdicts.warnings import Warned
from exito_tui.ui.dialogs.agents_heading import heading
from exito_tui.ui.drawing.glyphs import Glyphs
from tests.support import NOW_NS

KNOWN = Known(
    Conversation("aaaa", "/p", Agent("", "lead")), Process(4242, "aaaa", "/p", "alive", "waiting")
)
FACT = "investigator came back without context.md: it has no Write tool; its report came back as"


def lines(
    columns: int, rows: int, warnings: int = 1, name: str = "build › Undo a payment"
) -> list[str]:
    warned = tuple(
        Warned("agent-without-file", "", 0, f"{FACT} text {number}") for number in range(warnings)
    )
    verdict = Verdict(
        "waiting", NOW_NS - 180 * 10**9, "architect asks you to allow Write plan.md, " * 2,
        "Answer in Claude Code (pid 4242).", "certain", "allow?", warnings=warned,
    )  # fmt: skip
    glyphs = Glyphs()
    return heading(name, verdict, KNOWN, NOW_NS, glyphs, (columns, rows)).plain.split("\n")


@pytest.mark.parametrize("size", [(78, 24), (118, 40), (198, 50), (40, 10)])
@pytest.mark.parametrize("warnings", [0, 1, 5])
def test_no_line_is_wider_than_the_screen(size: tuple[int, int], warnings: int) -> None:
    made = lines(*size, warnings, name="build › " + "Zahlungen rückgängig machen 取り消し " * 9)
    assert max(map(cell_len, made)) <= size[0]
    assert made[0].endswith("? needs you · 3 min   pid 4242") and "…" in made[0]


def test_a_warning_is_whole_at_80_by_24() -> None:
    made = lines(78, 24)
    assert len(made) <= 7
    assert " ".join(" ".join(made).split()).endswith(f"! {FACT} text 0")


def test_warnings_without_room_are_counted() -> None:
    assert lines(78, 24, 3)[-1] == "! 2 more warnings: esc, then w"
    assert lines(78, 10, 2)[-1] == "! 2 warnings: esc, then w"
    assert sum("text" in line for line in lines(198, 50, 3)) == 3
