"""The signs of states are told apart without seeing red and green, and without seeing colours.

What is measured, in every theme that is shipped, on the cell of a row's sign as it is painted: the
character; whether the cell is filled or bold; the colour that dominates the cell (its ground if it
is filled), as a deuteranope sees it (Machado, Oliveira and Fernandes 2009, severity 1) as a
distance in CIELAB, and in grey as a difference of lightness L*.
"""

from itertools import combinations
from typing import NamedTuple

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.theme import BUILTIN_THEMES

from exito_tui.config.settings import Config
from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.state import STATES
from exito_tui.ui.drawing.contrast import Triplet, legible_style
from exito_tui.ui.drawing.glyphs import ASCII, UNICODE
from tests.support import NOW_NS, Root
from tests.ui.driver import Browser, browsing

THEMES = [name for name in BUILTIN_THEMES if "ansi" not in name]
TOLD_APART = ("waiting", "stuck", "failed", "completed")
ALARMS = {"stuck", "failed"}
LEAST_DISTANCE, LEAST_LIGHTNESS = 15.0, 10.0

DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
)  # fmt: skip
TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.95047, 1.0, 1.08883)

Vector = tuple[float, float, float]


def linear(colour: Triplet) -> Vector:
    red, green, blue = (
        part / 12.92 if (part := value / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for value in colour
    )
    return red, green, blue


def times(matrix: tuple[Vector, Vector, Vector], vector: Vector) -> Vector:
    one, two, three = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def lab(rgb: Vector) -> Vector:
    """CIELAB of a linear colour."""
    clipped = tuple(min(1.0, max(0.0, value)) for value in rgb)
    x, y, z = (
        share ** (1 / 3) if share > 0.008856 else 7.787 * share + 16 / 116
        for share in (
            value / white
            for value, white in zip(times(TO_XYZ, clipped), WHITE, strict=True)  # type: ignore[arg-type]
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


class Sign(NamedTuple):
    """A sign as it is painted."""

    text: str
    filled: bool
    bold: bool
    colour: Triplet

    def distance(self, other: "Sign") -> float:
        mine, theirs = (lab(times(DEUTERANOPIA, linear(one.colour))) for one in (self, other))
        return float(sum((a - b) ** 2 for a, b in zip(mine, theirs, strict=True)) ** 0.5)

    def lightness(self, other: "Sign") -> float:
        return abs(lab(linear(self.colour))[0] - lab(linear(other.colour))[0])


def sign_of(segment: Segment) -> Sign:
    style = legible_style(segment.style or Style())
    assert style.color and style.color.triplet
    return Sign(segment.text.strip(), bool(style.reverse), bool(style.bold), style.color.triplet)


def painted(browser: Browser) -> dict[str, Sign]:
    """The signs on the screen, by state."""
    rows = browser.app.browser.session_list
    found: dict[str, Sign] = {}
    for place, row in enumerate(rows.rows[: rows.size.height]):
        verdict = browser.app.browser.fleet.verdicts.of(row)
        if not isinstance(row, Session) or place == rows.cursor or verdict is None:
            continue
        if verdict.state in TOLD_APART and not verdict.is_old:
            signs = [
                one
                for one in rows.render_line(place)
                if one.text == getattr(UNICODE, verdict.state)
            ]
            found.setdefault(verdict.state, sign_of(signs[0]))
    return found


def test_every_state_has_a_character_of_its_own() -> None:
    for glyphs in (UNICODE, ASCII):
        assert len({getattr(glyphs, state) for state in STATES if state != "unknown"}) == 6


async def test_states_differ_to_a_deuteranope_and_in_grey(root: Root) -> None:
    put(str(root), past(1, NOW_NS / 1e9), NOW_NS / 1e9)
    config = Config(ascii="never", by="need")
    async with browsing(root, size=(140, 60), config=config) as browser:
        for theme in THEMES:
            browser.app.theme = theme
            await browser.settle()
            signs = painted(browser)
            for one, other in combinations(TOLD_APART, 2):
                a, b = signs[one], signs[other]
                assert a.text != b.text
                if {one, other} == ALARMS:
                    assert a.filled and b.filled  # both call for help; ! and ✗ say what for
                    continue
                apart = a.filled != b.filled or a.distance(b) >= LEAST_DISTANCE
                assert apart, f"{theme}: {one} and {other}: {a.distance(b):.0f}"
                grey = (a.filled, a.bold) != (b.filled, b.bold) or a.lightness(b) >= LEAST_LIGHTNESS
                assert grey, f"{theme}: {one} and {other} in grey"


def test_the_simulation_is_that_of_a_deuteranope() -> None:
    """White stays white; the red and the green of equal lightness become nearly one colour."""
    assert times(DEUTERANOPIA, (1.0, 1.0, 1.0)) == pytest.approx((1.0, 1.0, 1.0), abs=1e-5)
    red, green = Sign("", False, False, (200, 60, 40)), Sign("", False, False, (110, 120, 40))
    assert red.distance(green) < 25 < 60 < plain_distance(red, green)


def plain_distance(one: Sign, other: Sign) -> float:
    a, b = lab(linear(one.colour)), lab(linear(other.colour))
    return float(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5)
