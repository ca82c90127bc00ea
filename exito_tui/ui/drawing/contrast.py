"""Text that can be read on its ground, in any theme."""

from functools import lru_cache

from rich.color import Color
from rich.style import Style

LEAST = 4.5
"""The contrast that text must have (WCAG 2.2, 1.4.3)."""
_STEPS = 20

Triplet = tuple[int, int, int]


def contrast(one: Triplet, other: Triplet) -> float:
    """The contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Triplet) -> float:
    red, green, blue = (
        part / 12.92 if (part := value / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=4096)
def legible(colour: Triplet, ground: Triplet) -> Triplet:
    """A colour that is legible on a ground: the same, or as little lighter or darker as it
    takes."""
    end = max((0, 0, 0), (255, 255, 255), key=lambda one: contrast(one, ground))
    for step in range(_STEPS + 1):
        red, green, blue = (
            round(value + (last - value) * step / _STEPS)
            for value, last in zip(colour, end, strict=True)
        )
        if contrast((red, green, blue), ground) >= LEAST:
            return red, green, blue
    return end


@lru_cache(maxsize=4096)
def legible_style(style: Style) -> Style:
    """A style whose text is legible on its ground; colours of the terminal's own are its own
    affair."""
    if style.color is None or style.bgcolor is None:
        return style
    if style.color.triplet is None or style.bgcolor.triplet is None:
        return style
    colour, ground = tuple(style.color.triplet), tuple(style.bgcolor.triplet)
    better = legible(colour, ground)
    return style if better == colour else style + Style(color=Color.from_rgb(*better))
