"""The colours and glyphs that blocks are rendered with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO

from rich.console import Console
from rich.style import Style
from rich.theme import Theme

IN_ASCII = {
    code: "-" if code < 0x2580 else "#" if code == 0x2588 else " " for code in range(0x2500, 0x25A0)
} | str.maketrans("•…·›—◐▸✗", "*~->-*>X")
"""What stands for lines, bars, marks, what is left out, and what our own words have between them,
on a terminal without Unicode."""


@dataclass(frozen=True)
class RenderTheme:
    """Colours as `#rrggbb`, empty for the terminal's own; `ascii_only` for terminals without
    Unicode."""

    accent: str = ""
    muted: str = ""
    surface: str = ""
    code_theme: str = "ansi_dark"
    ascii_only: bool = False
    console: Console = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        console = Console(
            file=StringIO(),
            width=80,
            height=100,  # without it, each block asks the system for the terminal's size
            force_terminal=True,
            color_system="truecolor",
            legacy_windows=False,
            emoji=False,
            markup=False,
            highlight=False,
            no_color=False,
            theme=self._theme(),
        )
        object.__setattr__(self, "console", console)

    def style(self, *, tone: str = "", surface: bool = False) -> Style:
        """A style with one of the look's tones: `accent`, `muted` or none."""
        colour = {"accent": self.accent, "muted": self.muted}.get(tone) or None
        dim = tone == "muted" and not colour
        ground = self.surface if surface and self.surface else None
        return Style(dim=dim or None, color=colour, bgcolor=ground)

    def glyph(self, unicode: str, plain: str) -> str:
        """`unicode`, or `plain` on a terminal that cannot show it."""
        return plain if self.ascii_only else unicode

    def _theme(self) -> Theme:
        muted, accent = self.style(tone="muted"), self.style(tone="accent")
        bold = Style(bold=True)
        styles: Mapping[str, Style | str] = {
            "markdown.code": self.style(tone="accent", surface=True),
            "markdown.block_quote": muted,
            "markdown.item.bullet": accent,
            "markdown.item.number": accent,
            "markdown.hr": muted,
            "markdown.h1": accent + bold,
            "markdown.h2": accent + bold,
            "markdown.h3": bold,
            "markdown.h4": bold + Style(italic=True),
            "markdown.h5": Style(italic=True),
            "markdown.h6": muted,
            "markdown.link": Style(underline=True),
            "markdown.url": muted,
            "markdown.image": muted,
            "markdown.task": accent,
            "markdown.footnote": accent,
            "markdown.alert": accent + bold,
            "markdown.table.border": muted,
            "markdown.table.header": bold,
        }
        return Theme(dict(styles))
