"""Rich's Markdown, made fit for untrusted text in a narrow pane.

Differences from the stock renderer: HTML and entities show as text instead of vanishing, links show
where they lead and are never live, task lists have boxes, headings stay at the left, numbers keep
their dot.
"""

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, ClassVar, cast

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import (
    HorizontalRule,
    ListElement,
    ListItem,
    Markdown,
    MarkdownElement,
    TableElement,
)
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table

from exito_tui.domain.documents.blocks import Block, Head, References
from exito_tui.domain.documents.parser import make_parser
from exito_tui.render.theme import RenderTheme

_BETWEEN_CELLS = 3
"""A space at either side of a cell, and one in place of the line between two."""

_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*\Z", re.IGNORECASE)
"""GitHub's alerts: the first line of a quote."""
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,60}\]:")
_MARK = re.compile(r"\[\^([^\]\s]{1,60})\]:?")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_INLINES = {
    "em", "strong", "code", "s", "link", "url", "task", "image", "footnote", "alert",
}  # fmt: skip
_TASK = re.compile(r"\[([ xX])\](?=\s)")


@cache
def _parser() -> MarkdownIt:
    return make_parser({"html": False})


@cache
def _blank(code_theme: str) -> Markdown:
    """An empty Markdown: making one makes a parser each time, which takes most of the time that a
    block takes."""
    return Markdown("", code_theme=code_theme, hyperlinks=False)


class _Item(ListItem):
    def render_number(
        self, console: Console, options: ConsoleOptions, number: int, last_number: int
    ) -> RenderResult:
        width = len(str(last_number)) + 3
        lines = console.render_lines(
            self.elements, options.update(width=max(1, options.max_width - width))
        )
        style = console.get_style("markdown.item.number")
        for at, line in enumerate(lines):
            yield Segment(" " * width if at else f"{number}.".rjust(width - 1) + " ", style)
            yield from line
            yield Segment("\n")


class _List(ListElement):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.list_type == "bullet_list_open":
            yield from super().__rich_console__(console, options)
            return
        start = 1 if self.list_start is None else self.list_start
        for at, item in enumerate(self.items):
            yield from item.render_number(console, options, start + at, start + len(self.items) - 1)


class _Table(TableElement):
    part: Head | None = None

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> "_Table":
        made = cls()
        made.part = markdown.part if isinstance(markdown, SafeMarkdown) else None
        return made

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        heads = self.header.row.cells if self.header and self.header.row else []
        table = Table(
            box=box.SIMPLE_HEAD, pad_edge=False, style="markdown.table.border", show_edge=False,
            show_header=self.part is None or self.part.shown,
        )  # fmt: skip
        widths = _fitting(self.part.widths, options.max_width) if self.part else [None] * len(heads)
        for cell, width in zip(heads, widths, strict=True):
            heading = cell.content.copy()
            heading.stylize("markdown.table.header")
            justify = cell.content.justify or "default"
            table.add_column(heading, overflow="fold", justify=justify, width=width)
        for row in self.body.rows if self.body else []:
            table.add_row(*(cell.content for cell in row.cells))
        yield table


def _fitting(widths: Sequence[int], room: int) -> list[int | None]:
    """Widths of columns that fit, with what is between them, into `room` cells: the widest give
    way."""
    room -= _BETWEEN_CELLS * len(widths)
    fair = 1
    for index, width in enumerate(sorted(widths)):
        share = room // (len(widths) - index)
        fair = max(1, share)
        if width > share:
            break
        room -= width
    else:
        fair = max(widths, default=1)
    return [max(1, min(width, fair)) for width in widths]


class _Rule(HorizontalRule):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style="markdown.hr", characters="-" if options.ascii_only else "─")


class SafeMarkdown(Markdown):
    """A Markdown block. `references` are the link definitions of the document it stands in."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "list_item_open": _Item,
        "bullet_list_open": _List,
        "ordered_list_open": _List,
        "table_open": _Table,
        "hr": _Rule,
    }
    inlines: ClassVar[set[str]] = _INLINES  # type: ignore[misc]

    def __init__(self, block: Block, references: References, theme: RenderTheme) -> None:
        vars(self).update(vars(_blank(theme.code_theme)))
        self.part = block.head
        known: ChainMap[str, Any] = ChainMap({}, cast("dict[str, Any]", references))
        environment = {"references": known}
        if block.kind == "paragraph":
            end = "" if block.last else "\n"  # a line break at the cut is one, and no backslash
            content = _parser().parseInline(block.text + end, environment)
            tokens = [Token("paragraph_open", "p", 1), *content, Token("paragraph_close", "p", -1)]
        else:
            head = f"{block.head.source}\n" if block.head and block.head.source else ""
            tokens = _parser().parse(head + block.text, environment)
        if block.number is not None and tokens:
            tokens[0].attrs["start"] = block.number
        boxes = (theme.glyph("☐", "[ ]"), theme.glyph("☑", "[x]"))
        opens_item = (
            bool(block.frames) and block.frames[-1].kind == "item" and block.frames[-1].opens
        )
        opens_quote = (
            bool(block.frames) and block.frames[-1].kind == "quote" and block.frames[-1].opens
        )
        self.parsed = list(
            _prepared(
                tokens,
                boxes,
                opens_item=opens_item,
                opens_quote=opens_quote,
                ascii_only=theme.ascii_only,
            )
        )


def _prepared(
    tokens: list[Token],
    boxes: tuple[str, str],
    *,
    opens_item: bool,
    opens_quote: bool,
    ascii_only: bool,
) -> Iterator[Token]:
    for at, token in enumerate(tokens):
        if token.type == "inline" and token.children:
            before = tokens[at - 2].type if at > 1 else ""
            in_item = before == "list_item_open" if at > 1 else opens_item
            in_quote = before == "blockquote_open" if at > 1 else opens_quote
            children = _inline(token.children, boxes if in_item else None)
            noted = _footnotes(list(children), ascii_only=ascii_only)
            token.children = list(_alert(list(noted)) if in_quote else noted)
        yield token


def _alert(tokens: list[Token]) -> Iterator[Token]:
    """A quote that begins with `[!NOTE]` and the like, with its kind as a title on a line of its
    own."""
    found = _ALERT.match(tokens[0].content) if tokens and tokens[0].type == "text" else None
    if not found:
        yield from tokens
        return
    yield Token("alert", "alert", 0, content=found[1].capitalize())
    if len(tokens) > 1:
        yield Token("hardbreak", "br", 0)
    yield from tokens[2:] if len(tokens) > 1 and tokens[1].type == "softbreak" else tokens[1:]


def _footnotes(tokens: list[Token], *, ascii_only: bool) -> Iterator[Token]:
    """Marks of footnotes as raised numbers, and each footnote on a line of its own."""
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.type == "softbreak" and following and _FOOTNOTE.match(following.content):
            yield Token("hardbreak", "br", 0)
        elif token.type != "text" or "[^" not in token.content:
            yield token
        else:
            begin = 0
            for mark in _MARK.finditer(token.content):
                yield Token("text", "", 0, content=token.content[begin : mark.start()])
                raised = _raised(mark[1], ascii_only=ascii_only)
                yield Token("footnote", "footnote", 0, content=raised)
                begin = mark.end()
            yield Token("text", "", 0, content=token.content[begin:])


def _raised(label: str, *, ascii_only: bool) -> str:
    """The mark of a footnote: a raised number, or its name in brackets."""
    if ascii_only or not (label.isascii() and label.isdigit()):
        return f"[{label}]"
    return label.translate(_SUPERSCRIPTS)


def _inline(tokens: Iterable[Token], boxes: tuple[str, str] | None) -> Iterator[Token]:
    href, shown = "", ""
    for at, token in enumerate(tokens):
        if at == 0 and boxes and token.type == "text" and (task := _TASK.match(token.content)):
            yield Token("task", "task", 0, content=boxes[task[1] != " "])
            token.content = token.content[task.end() :]
        if token.type == "link_open":
            href, shown = str(token.attrs.get("href", "")), ""
            yield Token("link", "link", 1)
        elif token.type == "link_close":
            yield Token("link", "link", -1)
            if href.removeprefix("mailto:") != shown:
                yield Token("url", "url", 0, content=f" ({href})")
        elif token.type == "image":
            yield Token(
                "image",
                "image",
                0,
                content=f"[image: {token.content}] ({token.attrs.get('src', '')})",
            )
        else:
            shown += token.content
            yield token
