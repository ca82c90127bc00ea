"""The document's colours, from Textual's theme."""

from collections.abc import Mapping

from textual.color import Color

from exito_tui.render.theme import RenderTheme


def theme_of(variables: Mapping[str, str], *, dark: bool, ascii_only: bool) -> RenderTheme:
    """The look that goes with a theme's CSS variables."""
    background = _colour(variables, "background", "#121212" if dark else "#e0e0e0")
    foreground = _colour(variables, "foreground", "#e0e0e0" if dark else "#121212")
    accent = _colour(variables, "text-accent", "#5fafff")
    return RenderTheme(
        accent=accent.hex6,
        muted=background.blend(foreground, 0.62, alpha=1).hex6,
        surface=background.blend(foreground, 0.07, alpha=1).hex6,
        code_theme="monokai" if dark else "friendly",
        ascii_only=ascii_only,
    )


def _colour(variables: Mapping[str, str], name: str, fallback: str) -> Color:
    try:
        colour = Color.parse(variables.get(name, fallback))
    except ValueError:
        return Color.parse(fallback)
    return Color.parse(fallback) if colour.ansi is not None else colour
