"""How large the content of a view that scrolls is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.widget import Widget

from exito_tui.ui.drawing import scrolling
from exito_tui.ui.drawing.scrolling import set_content_size


class Page(App[None]):
    """A view of ten lines."""

    def compose(self) -> ComposeResult:
        yield ScrollView()


@pytest.mark.parametrize(
    ("before", "after", "laid_out"),
    [
        pytest.param((0, 20), (0, 30), False, id="more than fits, and more yet"),
        pytest.param((0, 5), (0, 8), False, id="all of it fits"),
        pytest.param((0, 10), (0, 11), True, id="a bar comes"),
        pytest.param((0, 11), (0, 10), True, id="a bar goes"),
        pytest.param((99, 20), (120, 25), False, id="both bars stay"),
        pytest.param((0, 20), (99, 20), True, id="a second bar comes"),
        pytest.param((0, 20), (40, 20), True, id="the bar below takes the room of the widest line"),
        pytest.param((99, 9), (99, 10), True, id="the bar beside takes the room of the last line"),
        pytest.param((99, 20), (40, 10), True, id="all of it fits without bars"),
    ],
)
async def test_the_screen_is_laid_out_only_where_a_bar_comes_or_goes(
    before: tuple[int, int], after: tuple[int, int], laid_out: bool
) -> None:
    app = Page()
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.query_one(ScrollView)
        layouts: list[Widget] = []
        app.screen.screen_layout_refresh_signal.subscribe(view, layouts.append)
        set_content_size(view, Size(*before))
        laid_out_at = -1
        while laid_out_at < len(layouts):  # a bar that comes lays out the screen once more
            laid_out_at = len(layouts)
            await pilot.pause()
        set_content_size(view, Size(*after))
        await pilot.pause()
        assert (len(layouts) > laid_out_at) is laid_out
        assert view.virtual_size == Size(*after)
        assert view.show_vertical_scrollbar is (after[1] > 10 - (after[0] > 40))
        assert view.show_horizontal_scrollbar is (after[0] > 40 - 2 * (after[1] > 10))
        if view.show_vertical_scrollbar:
            assert view.vertical_scrollbar.window_virtual_size == after[1]
        if view.show_horizontal_scrollbar:
            assert view.horizontal_scrollbar.window_virtual_size == after[0]
        view.scroll_end(animate=False, immediate=True)
        room = 10 - view.show_horizontal_scrollbar
        assert view.scroll_y == max(0, after[1] - room)


async def test_a_bar_that_comes_tells_the_place_that_was_scrolled_to_meanwhile() -> None:
    app = Page()
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.query_one(ScrollView)
        set_content_size(view, Size(0, 20), 10)
        view.scroll_to(y=10, animate=False, immediate=True, force=True)
        await pilot.pause()
        assert view.show_vertical_scrollbar
        assert view.vertical_scrollbar.position == view.scroll_y == 10


async def test_a_bar_that_does_not_know_its_room_yet_tells_the_place_all_the_same() -> None:
    app = Page()
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.query_one(ScrollView)
        set_content_size(view, Size(0, 20))
        await pilot.pause()
        view.scroll_end(animate=False, immediate=True)
        view.vertical_scrollbar.set_reactive(ScrollBar.window_size, 30)
        set_content_size(view, Size(0, 20), 10)
        assert view.vertical_scrollbar.position == view.scroll_y == 10


PLACES = st.tuples(st.integers(11, 4000), st.floats(0, 1))


@given(PLACES, st.tuples(st.integers(0, 4), st.floats(-0.01, 0.01)))
def test_where_the_thumb_is_the_same_the_bar_looks_the_same(
    place: tuple[int, float], step: tuple[int, float]
) -> None:
    length, window = 10, 10
    content, share = place
    bar = ScrollBar()
    bar.set_reactive(ScrollBar.window_size, window)
    looks, thumbs = [], []
    for lines, part in ((content, share), (content + step[0], min(1.0, max(0.0, share + step[1])))):
        position = int(8 * part * (lines - window)) / 8
        drawn = ScrollBarRender.render_bar(length, lines, window, position)
        looks.append([(one.text, one.style) for one in drawn.segments])
        thumbs.append(scrolling._thumb(bar, length, lines, position))
    assert looks[0] == looks[1] or thumbs[0] != thumbs[1]


@pytest.mark.parametrize(
    ("before", "after"), [((0, 60), (0, 20)), ((180, 60), (60, 20)), ((180, 6), (60, 6))]
)
async def test_content_that_gets_smaller_is_not_scrolled_past_its_end(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    app = Page()
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.query_one(ScrollView)
        set_content_size(view, Size(*before))
        await pilot.pause()
        view.scroll_to(view.max_scroll_x, view.max_scroll_y, animate=False)
        scrolled = view.scroll_offset
        set_content_size(view, Size(*after))
        await pilot.pause()
        assert view.scroll_offset == (view.max_scroll_x, view.max_scroll_y) != scrolled


@given(st.integers(0, 80), st.integers(1, 5000), st.integers(0, 40_000))
@example(59, 73, 8 * 66)
def test_the_thumb_is_known_as_finely_as_it_is_drawn(length: int, more: int, eighths: int) -> None:
    content, position = length + more, min(eighths, 8 * more) / 8
    bar = ScrollBar()
    bar.set_reactive(ScrollBar.window_size, length)
    drawn = [
        one.text for one in ScrollBarRender.render_bar(length, content, length, position).segments
    ]
    for step in scrolling._thumb(bar, length, content, position):
        at, part = divmod(step, 8)
        assert at == length or drawn[at] == ScrollBarRender.VERTICAL_BARS[7 - part]
