"""What GitHub's Markdown has beyond CommonMark: alerts and footnotes show as what they are."""

import pytest

from exito_tui.domain.documents.document import make_document, update_document
from exito_tui.render.blocks import render_block
from exito_tui.render.theme import RenderTheme


def shown(text: str, *, ascii_only: bool = False) -> list[str]:
    document = make_document("plan.md", "markdown", "rendered", text)
    theme = RenderTheme(ascii_only=ascii_only)
    return [
        "".join(segment.text for segment in line).rstrip()
        for block in document.blocks.blocks
        for line in render_block(block, 60, theme, document.blocks.references)
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("> [!NOTE]\n> Mind the gap.\n", ["▌ Note", "▌ Mind the gap."]),
        ("> [!caution]\n", ["▌ Caution"]),
        ("> [!NOTE] on the same line\n", ["▌ [!NOTE] on the same line"]),
        ("> [!OTHER]\n> x\n", ["▌ [!OTHER] x"]),
        ("[!NOTE]\nnot in a quote\n", ["[!NOTE] not in a quote"]),
        ("See[^1] and[^why].\n", ["See¹ and[why]."]),
        ("[^1]: One word\n[^12]: two\n", ["¹ One word", "¹² two"]),
        ("[^1]: word\n", ["¹ word"]),
        ("`[^1]` stays\n", ["[^1] stays"]),
        ("[a]: https://x.org\n\n[a] [b][^3]\n", ["a (https://x.org) [b]³"]),
    ],
)
def test_alerts_and_footnotes(text: str, lines: list[str]) -> None:
    assert shown(text) == lines


def test_without_unicode_marks_stand_in_brackets() -> None:
    assert shown("See[^1].\n", ascii_only=True) == ["See[1]."]


def test_a_long_quote_keeps_its_title() -> None:
    text = "> [!WARNING]\n" + "".join(f"> line {number}\n>\n" for number in range(60))
    assert shown(text)[0] == "▌ Warning"


def test_a_footnote_that_grows_is_cut_as_a_whole_one() -> None:
    text = "Text[^1].\n\n[^1]: https://example.org\n"
    document = make_document("plan.md", "markdown", "rendered", text[:14])
    grown = update_document(document, text)
    assert [one.text for one in grown.blocks.blocks] == ["Text[^1].", "[^1]: https://example.org"]
