"""The terminal's driver, which sends of each frame only what changed."""

from functools import cache

from textual.driver import Driver

from exito_tui.ui.drawing.screen_diff import ScreenDiff


@cache
def sparing(base: type[Driver]) -> type[Driver]:
    """A driver like `base` that keeps what the terminal shows, and sends the difference."""

    class SparingDriver(base):  # type: ignore[misc, valid-type]
        def write(self, data: str) -> None:
            width, height = self._app.size
            super().write(self.screen_diff.reduce(data, width, height))

        def start_application_mode(self) -> None:
            self.screen_diff.forget()
            super().start_application_mode()

        @property
        def screen_diff(self) -> ScreenDiff:
            """What the terminal shows."""
            made = getattr(self, "_screen_diff", None)
            if made is None:
                made = self._screen_diff = ScreenDiff()
            return made

    return SparingDriver
