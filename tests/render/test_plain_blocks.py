"""Prose and lists without markup are laid out without Rich's Markdown, and look just the same."""

import re
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from exito_tui.domain.documents.blocks import split_markdown
from exito_tui.render import blocks
from exito_tui.render.theme import RenderTheme

LOOK = RenderTheme(accent="#ff0000")
NEVER = re.compile(r"(?!)")
WORDS = st.sampled_from(
    ("word", "a", "é", "漢字", "x" * 30, "1.", "-", "*b*", "(c)", "=", "|", "#", ">", "é\u0301", "·", ":", "_", "  ")
)  # fmt: skip
LINES = st.builds(
    lambda start, words, end: f"{start}{' '.join(words)}{end}",
    st.sampled_from(("", "", "- ", "- ", "* ", "1. ", "  ", "    ", "> ")),
    st.lists(WORDS, max_size=8),
    st.sampled_from(("", "", "", " ", "  ")),
)


def cells(text: str, width: int) -> list[list[tuple[str, Style]]]:
    """Each character of each line, with its style."""
    split = split_markdown(text)
    return [
        [
            (character, segment.style or Style.null())
            for segment in Segment.simplify(line)
            for character in segment.text
        ]
        for block in split.blocks
        for line in blocks.render_block(block, width, LOOK, split.references)
    ]


@given(st.lists(LINES, min_size=1, max_size=4).map("\n".join), st.integers(8, 60))
@example("one line\nand another", 40)
@example("- one item\n- another that is longer", 12)
@example("ends in spaces  \nso it breaks", 40)
@example("- one\n* two lists", 40)
@example("Setext\n===", 40)
@example("a | b\n--- | ---\nc | d", 40)
def test_what_is_plain_looks_as_markdown_does(text: str, width: int) -> None:
    ours = cells(text, width)
    with patch.object(blocks, "_PLAIN", NEVER), patch.object(blocks, "_PLAIN_LIST", NEVER):
        assert ours == cells(text, width)


def test_what_is_plain_is_not_parsed_again() -> None:
    with patch.object(blocks, "SafeMarkdown", side_effect=AssertionError):
        assert cells("Some words.\nMore of them.\n\n- one\n- two\n", 30)
