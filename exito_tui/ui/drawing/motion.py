"""Whether signs may move, and the signs of rows that do."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from textual.scroll_view import ScrollView
from textual.timer import Timer

from exito_tui.ui.drawing.glyphs import ASCII, TURNING, UNICODE, Glyphs

Motion = Literal["auto", "always", "never"]

_TURN = 0.6
"""Seconds for a quarter of a turn."""


def may_move(
    wanted: Motion, *, headless: bool, environment: Mapping[str, str] = os.environ
) -> bool:
    """Whether signs may move; by itself not over ssh, where each move is sent, not where nobody
    looks, and not when the environment asks for stillness."""
    still = any(environment.get(name) for name in ("NO_MOTION", "SSH_CONNECTION", "SSH_TTY"))
    return wanted == "always" or (wanted == "auto" and not headless and not still)


def glyphs_for(wanted: Motion, *, ascii_only: bool, headless: bool) -> Glyphs:
    """The signs to draw with: those of what grows turn where they may."""
    if ascii_only:
        return ASCII
    return replace(UNICODE, turning=TURNING) if may_move(wanted, headless=headless) else UNICODE


class Turning:
    """Turns the signs of lines of a widget. A line that asks for its sign is drawn again after a
    while; as long as none asks, nothing happens."""

    def __init__(self, widget: ScrollView, glyphs: Glyphs) -> None:
        self._widget = widget
        self._signs = glyphs.turning
        self._phase = 0
        self._lines: set[int] = set()
        self._timer: Timer | None = None
        self.is_at_rest = True
        """Whether nothing will move by itself."""

    def sign(self, line: int) -> str:
        """The sign for a line (counted as `ScrollView.refresh_line` does) that is being drawn."""
        if len(self._signs) > 1:
            self._lines.add(line)
            self._start()
        return self._signs[self._phase]

    def _start(self) -> None:
        if not self.is_at_rest:
            return
        self.is_at_rest = False
        if self._timer is None:
            self._timer = self._widget.set_interval(_TURN, self._turn, name="turning")
        else:
            self._timer.resume()

    def _turn(self) -> None:
        lines, self._lines = self._lines, set()
        if not lines and self._timer:
            self.is_at_rest = True
            self._timer.pause()
            return
        self._phase = (self._phase + 1) % len(self._signs)
        for line in lines:
            self._widget.refresh_line(line)
