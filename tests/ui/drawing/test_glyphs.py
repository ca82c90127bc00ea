"""The signs: in either set, no two that stand in one place look alike."""

import pytest

from exito_tui.domain.verdicts.state import STATES
from exito_tui.ui.drawing.glyphs import ASCII, UNICODE, Glyphs


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_what_is_counted_on_top_has_signs_that_differ(glyphs: Glyphs) -> None:
    signs = [getattr(glyphs, state, "") for state in STATES if state != "unknown"]
    signs += [glyphs.changed, glyphs.marked]
    assert len(set(signs)) == len(signs)
