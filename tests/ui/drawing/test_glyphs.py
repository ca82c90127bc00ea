"""The signs: in either set, no two that stand in one place look alike."""

import pytest
from rich.segment import ControlType, Segment
from textual.color import Color

from exito_tui.domain.verdicts.state import STATES
from exito_tui.ui.drawing.glyphs import ASCII, UNICODE, Glyphs
from exito_tui.ui.drawing.line_filters import AsciiFilter


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_what_is_counted_on_top_has_signs_that_differ(glyphs: Glyphs) -> None:
    signs = [getattr(glyphs, state, "") for state in STATES if state != "unknown"]
    signs += [glyphs.changed, glyphs.marked]
    assert len(set(signs)) == len(signs)


def test_what_is_drawn_beside_the_signs_has_stand_ins() -> None:
    drawn = [Segment(" • a ─│█▌ é"), Segment("•", control=[(ControlType.BELL,)])]
    shown = [one.text for one in AsciiFilter().apply(drawn, Color(0, 0, 0))]
    assert shown == [" * a --#  é", "•"]
