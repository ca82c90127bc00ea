"""Containers of which nothing shows but their ground."""

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.filter import Monochrome
from textual.geometry import Region
from textual.widgets import Static

from exito_tui.ui.widgets.ground import Rows


class Page(App[None]):
    """The same two panes, drawn by Textual and by us, in a ground that shines through."""

    CSS = """
    Screen { background: #102030; }
    .pane { width: 20; height: 4; background: #ffffff 10%; }
    """

    def compose(self) -> ComposeResult:
        with Vertical(classes="pane", id="theirs"):
            yield Static("one line")
        with Rows(classes="pane", id="ours"):
            yield Static("one line")


async def test_it_looks_as_textual_draws_it() -> None:
    app = Page()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        crop = Region(0, 0, 20, 4)
        theirs, ours = (app.query_one(name).render_lines(crop) for name in ("#theirs", "#ours"))
        grounds = [
            [{segment.style.bgcolor for segment in strip if segment.style} for strip in strips]
            for strips in (theirs, ours)
        ]
        assert [strip.text for strip in ours] == [strip.text for strip in theirs] == [" " * 20] * 4
        assert grounds[0] == grounds[1]


async def test_what_is_done_to_every_line_is_done_to_it() -> None:
    app = Page()
    async with app.run_test(size=(40, 10)) as pilot:
        app._filters.append(Monochrome())
        await pilot.pause()
        (strip,) = app.query_one("#ours").render_lines(Region(0, 0, 20, 1))
        colours = {s.style.bgcolor.triplet for s in strip if s.style and s.style.bgcolor}
        assert all(c is not None and c.red == c.green == c.blue for c in colours), colours
