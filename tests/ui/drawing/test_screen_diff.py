"""Of each frame only what changed is sent, and the terminal shows the same."""

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st

from exito_tui.ui.drawing.screen_diff import ScreenDiff

WIDTH, HEIGHT = 30, 6
STYLES = st.sampled_from([
    "", "1", "2;38;2;150;150;150", "38;2;224;224;224;48;2;30;30;30", "7;38;2;1;2;3", "31", "44",
    "1;4;91;102", "38;5;9;48;5;10", "1;38;2;255;196;115;48;2;79;59;32",
])  # fmt: skip
TEXTS = st.sampled_from(
    ["build", " ", "        ", "● ○ ◐", "é", "漢字", "a\u0301b", "🙂", "▾ notes", "x"]
)


def segment(style: str, text: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style else text


@st.composite
def frames(draw: st.DrawFn) -> str:
    """What Textual sends in one frame: pieces of lines, each with its colours."""
    made = ["\x1b[?2026h"]
    for _ in range(draw(st.integers(1, 5))):
        row, column = draw(st.integers(1, HEIGHT)), draw(st.integers(1, 8))
        made.append(f"\x1b[{row};{column}H")
        made += [segment(draw(STYLES), draw(TEXTS)) for _ in range(draw(st.integers(1, 2)))]
    made.append(draw(st.sampled_from(["", "\x1b[2;2H", "\x1b[?25l", "\x1b]0;title\x07"])))
    return "".join(made) + "\x1b[?2026l"


def screen() -> tuple[pyte.Screen, pyte.Stream]:
    made = pyte.Screen(WIDTH, HEIGHT)
    return made, pyte.Stream(made)


@given(st.lists(frames() | st.just("\x1b[2J") | st.just("\x07"), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_the_terminal_shows_the_same(data: list[str]) -> None:
    plain, plain_stream = screen()
    spared, spared_stream = screen()
    diff = ScreenDiff()
    for frame in data:
        plain_stream.feed(frame)
        spared_stream.feed(diff.reduce(frame, WIDTH, HEIGHT))
        for row in range(HEIGHT):
            for column in range(WIDTH):
                assert plain.buffer[row][column] == spared.buffer[row][column], (row, column, frame)


def test_a_frame_that_changes_nothing_sends_nothing_and_a_change_little() -> None:
    diff = ScreenDiff()
    pieces = "".join(segment("38;2;224;224;224;48;2;30;30;30", f"word{at:02} ") for at in range(4))
    frame = "".join(f"\x1b[{row};1H{pieces}" for row in range(1, 7))
    first = diff.reduce(frame, WIDTH, HEIGHT)
    assert len(first) < len(frame)
    assert diff.reduce(frame, WIDTH, HEIGHT) == ""
    changed = diff.reduce(frame.replace("word01 ", "worx01 ", 1), WIDTH, HEIGHT)
    assert changed == "\x1b[1;11H\x1b[38;2;224;224;224;48;2;30;30;30mx\x1b[0m"


def test_what_is_not_understood_goes_through_and_all_is_sent_anew_after_it() -> None:
    diff = ScreenDiff()
    frame = "\x1b[1;1Hhello"
    diff.reduce(frame, WIDTH, HEIGHT)
    assert diff.reduce("\x1b[2J", WIDTH, HEIGHT) == "\x1b[2J"
    assert "hello" in diff.reduce(frame, WIDTH, HEIGHT)
    assert "hello" in diff.reduce(frame, WIDTH + 1, HEIGHT)  # another size
    diff.forget()
    assert "hello" in diff.reduce(frame, WIDTH + 1, HEIGHT)
    outside = "\x1b[99;1Hx"
    assert diff.reduce(outside, WIDTH, HEIGHT) == outside
