"""Cutting documents into blocks: nothing is lost, and appending gives what starting anew gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exito_tui.domain.documents.block import MOST_CHARACTERS
from exito_tui.domain.documents.blocks import (
    CHUNK_LINES,
    Blocks,
    grow_lines,
    grow_markdown,
    markdown_in_shares,
    split_lines,
    split_markdown,
)
from exito_tui.domain.documents.document import make_document, update_document
from exito_tui.render.blocks import render_block
from exito_tui.render.theme import RenderTheme

PIECES = st.sampled_from([
    "# Title\n", "Text over\ntwo lines\n", "\n", "- item\n", "  - nested\n\n  more of it\n", "1. one\n", "```python\n", "x = 1\n", "```\n",
    "~~~\n", "> quoted\n", "| a | b |\n|---|---|\n", "| 1 | 2 |\n", "<div>\n", "</div>\n", "    indented\n", "---\n", "===\n",
    "[ref]: https://example.org\n", "see [ref]\n", "\ttab\n", "- [ ] task\n", "key: value\n", "&amp;\n", "***\n", "word", " ",
])  # fmt: skip

TORN = st.sampled_from([
    "-", "+", "*", "#", ">", "`", "``", "|", "=", "--", "<", "1.", "10", "\"", "\\\n", "lazy\n", "> > deeper\n", "2) two\n", "a | b\n",
    "--|--\n", "<!-- note\n", "-->\n", "<b>\n", "[ref]:\n", "[ref]: /other\n'ti\ntle'\n", "'title'\n", "---\nkey: value\n---\n", "...\n",
])  # fmt: skip
LONG = st.sampled_from([
    "- x\n" * 45, "> q\n" * 45, "| 1 | 2 |\n" * 45, "w\n" * 45, "x" * 9_000, "> - q\n> lazy\n" * 30, "1. a\n\n   b\n" * 20, "  y\n" * 45,
])  # fmt: skip


def shapes(blocks: Blocks) -> list[tuple[object, ...]]:
    return [(block.content, block.line, block.construct) for block in blocks.blocks]


@given(st.lists(PIECES | TORN | LONG, max_size=16), st.data())
@settings(max_examples=200, deadline=None)
def test_a_text_that_grew_is_cut_as_if_it_had_come_whole(
    pieces: list[str], data: st.DataObject
) -> None:
    """Wherever it was cut: in the middle of a line, of a word, of a mark."""
    text = "".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
    document = make_document("plan.md", "markdown", "rendered", "")
    for cut in (*cuts, len(text)):
        document = update_document(document, text[:cut])
    whole = split_markdown(text)
    assert shapes(document.blocks) == shapes(whole)
    assert document.blocks.references == whole.references
    assert document.blocks.defined_at == whole.defined_at


@given(st.lists(PIECES | TORN | LONG, max_size=16), st.integers(1, 200), st.integers(1, 400))
@settings(max_examples=150, deadline=None)
def test_shares_of_a_text_are_the_whole_of_it(
    pieces: list[str], first: int, following: int
) -> None:
    text = "".join(pieces)
    shares = list(markdown_in_shares(text, first, following))
    whole = split_markdown(text)
    parts = [block for share in shares for block in share.blocks]
    assert shapes(Blocks(tuple(parts), {})) == shapes(whole)


def test_link_definitions_hold_in_every_share() -> None:
    text = "see [Ref]\n\n" + "words\n\n" * 200 + "[ref]: https://example.org/x\n"
    shares = list(markdown_in_shares(text, 10, 100))
    assert len(shares) > 3
    assert all(share.references["REF"]["href"] == "https://example.org/x" for share in shares)


@pytest.mark.parametrize(
    ("old", "more"),
    [
        ("- a\n***", "b\n"), ("> a\n```", "x`\n"), ("text\n#", "x\n"), ("text\n<div", "x\n"), ("[ref]: /u", "rl\n"),
        ("[ref]: /url\n'ti", "tle'\n"), ("text\n\n[ref]: /url\n'ti\n", "tle'\n"), ("--", "-\ntitle: x\n---\n"),
        ("---\ntitle: x\n---", "-\n"), ("---\n" + "a: b\n" * 200 + "--", "-\n"), ("# one\n\n[ref]: /u", "rl\n\n[ref]\n"),
    ],
)  # fmt: skip
def test_a_line_that_was_not_whole_may_turn_out_to_be_something_else(old: str, more: str) -> None:
    grown = update_document(make_document("plan.md", "markdown", "rendered", old), old + more)
    assert shapes(grown.blocks) == shapes(split_markdown(old + more))
    assert grown.blocks.references == split_markdown(old + more).references


@given(
    st.lists(
        st.sampled_from(["a\n", "\n", "b", "c\n" * 60, "d" * 3_000, "e " * 3_000]), max_size=12
    ),
    st.integers(0, 12),
)
def test_lines_that_grew_are_cut_as_if_they_had_come_whole(pieces: list[str], at: int) -> None:
    old, new = "".join(pieces[:at]), "".join(pieces)
    assert shapes(grow_lines(split_lines(old, "plain"), new, "plain")) == shapes(
        split_lines(new, "plain")
    )


@given(st.lists(PIECES, max_size=30))
@settings(deadline=None)
def test_every_word_of_a_document_is_in_exactly_one_block(pieces: list[str]) -> None:
    text = "".join(
        f"{piece.rstrip(chr(10))} w{number}w\n" if piece.strip().isalpha() else piece
        for number, piece in enumerate(pieces)
    )
    cut = " ".join(block.text for block in split_markdown(text).blocks)
    for number in range(len(pieces)):
        if f"w{number}w" in text:
            assert cut.count(f"w{number}w") == 1


def test_an_append_keeps_the_blocks_before() -> None:
    old = "# One\n\nTwo\n\nThree\n"
    before = split_markdown(old)
    after = grow_markdown(before, old, old + "and more\n")
    assert all(new is kept for new, kept in zip(after.blocks[:2], before.blocks[:2], strict=True))
    assert after.blocks[2].text == "Three\nand more"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("---\ntitle: x\ntags: [a]\n---\n# H\n", ["front", "heading"]),
        ("---\n\nnot front matter\n", ["markdown", "markdown"]),
        ("````md\n```py\ncode\n```\n````\nafter\n", ["code", "markdown"]),
        ("- a\n\n  b\n\n- c\n\nText\n", ["markdown", "markdown"]),
        ("> a\n>\n> b\n\nText\n", ["markdown", "markdown"]),
        ("<details>\n<summary>x</summary>\n\ntext\n\n</details>\n", ["html", "markdown", "html"]),
        ("Title\n=====\n\ntext\n", ["heading", "markdown"]),
        ("```\nnever closed\n\n# still code\n", ["code"]),
    ],
)
def test_constructs_stay_whole(text: str, kinds: list[str]) -> None:
    assert [block.kind for block in split_markdown(text).blocks] == kinds


def test_long_code_and_long_lists_are_cut_into_small_parts() -> None:
    code = split_markdown("```\n" + "line\n" * 500 + "```\n").blocks
    items = split_markdown("".join(f"- item {number}\n" for number in range(500))).blocks
    for parts in (code, items):
        assert len(parts) > 5
        assert all(part.text.count("\n") < CHUNK_LINES for part in parts)
        assert [part.first for part in parts] == [True] + [False] * (len(parts) - 1)
        assert parts[-1].last


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n" + "| some | words |\n" * 5_000, "> quoted words\n" * 5_000, "> a\n" + "lazy words\n" * 5_000,
        "words\n" * 5_000, "words " * 50_000, "- item\n" + "  words\n" * 5_000, "- item\n\n" + "  words\n\n" * 2_000,
        "- a\n" + "  - item\n" * 5_000, "> - item\n" * 2_000, "> > > words\n" * 2_000, "> " * 12 + "words\n" + "words\n" * 2_000,
        "".join("  " * depth + "- a\n" for depth in range(150)), "<div>\n" + "words\n" * 5_000, "<div>" + "words " * 50_000,
        "```\n" + "words " * 50_000 + "\n```\n", "# " + "words " * 50_000, "words\n" * 5_000 + "===\n", "    " + "words " * 50_000,
        "---\n" + "key: value\n" * 150 + "other: " + "x" * 90_000 + "\n---\n", "| a |\n|---|\n| " + "words " * 50_000 + " |\n",
        "| a |\n|---|\n" + f"| {'words ' * 600} |\n" * 200, "- " + "words " * 50_000, "1. " + "x" * 300_000,
    ],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_no_block_is_large_whatever_it_is_cut_from(text: str) -> None:
    blocks = split_markdown(text).blocks
    assert len(blocks) > 3
    assert max(block.text.count("\n") for block in blocks) <= CHUNK_LINES
    assert max(len(block.text) for block in blocks) <= 4 * MOST_CHARACTERS
    assert [block.last for block in blocks] == [False] * (len(blocks) - 1) + [True]


def test_blank_lines_without_end_within_a_list_are_passed_over_at_once() -> None:
    """They were counted again from each of them."""
    blocks = split_markdown("- a\n" + "\n" * 100_000 + "  b\n").blocks
    assert [(block.text, block.line) for block in blocks] == [("a", 0), ("b", 100_001)]


def test_a_table_of_thousands_of_columns_is_shown_as_text() -> None:
    row = "|" + "x|" * 3000
    blocks = split_markdown(f"{row}\n{'|' + '-|' * 3000}\n{row}\n").blocks
    lines = render_block(blocks[0], 100, RenderTheme(), {})
    assert "".join(part.text for part in lines[0]).startswith("|x|x|")
    assert {block.kind for block in blocks} == {"plain"}
