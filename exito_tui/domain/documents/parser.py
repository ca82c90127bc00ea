"""The Markdown parser: CommonMark with GitHub's tables and strikethrough, and footnotes as text."""

from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference


def make_parser(options: Mapping[str, Any] | None = None) -> MarkdownIt:
    """A parser, as the cutting and the rendering of documents use it."""
    parser = MarkdownIt("commonmark", dict(options or {})).enable(["table", "strikethrough"])
    parser.block.ruler.at("reference", _reference)
    return parser


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """As CommonMark has it, but that a footnote (`[^1]: words`) defines no link: it is text."""
    at = state.bMarks[start] + state.tShift[start]
    if state.src.startswith("[^", at):
        return False
    return reference(state, start, end, silent)
