"""Rendering one block into lines of styled segments."""

import re
from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from exito_tui.domain.documents.agent_log import read_entry
from exito_tui.domain.documents.blocks import Block, Frame, References
from exito_tui.domain.text import sanitise
from exito_tui.render.markdown import SafeMarkdown
from exito_tui.render.theme import RenderTheme

Line = list[Segment]

TAB = 4
_LONGEST_CODE_LINE = 2_000
_LONGEST_ROW = 50_000
_MOST_COLUMNS = 120
_NARROW_LOG = 90
"""Cells below which a log has no room for whole words of status."""
_PIECE = 500
"""Characters of a segment of a line that is not wrapped: to cut what is shown out of it does not
measure all of it."""
_QUOTE_MARGIN = 4
QUOTE_BAR = "▌ "
_BULLET_WIDTH = 3
_MARKUP = r"\\`*_\[\]<>&~!"
_NEEDS_MARKUP = re.compile(f"[{_MARKUP}]")
_PLAIN_LINE = rf"[^\W\d_](?:[^{_MARKUP}\t\n]*[^{_MARKUP}\s])?"
_PLAIN = re.compile(rf"{_PLAIN_LINE}(?:\n{_PLAIN_LINE})*\n*\Z")
"""A paragraph without markup: every line begins with a letter, so it begins nothing else, and none
ends in spaces, which would be a line break."""
_PLAIN_LIST = re.compile(rf"([-*+]) {_PLAIN_LINE}(?:\n\1 {_PLAIN_LINE})*\n*\Z")
"""Items of a line each, without markup."""


def render_block(
    block: Block, width: int, theme: RenderTheme, references: References, gutter: int = 0
) -> list[Line]:
    """The lines of a block, `width` cells wide at most (those with line numbers may be wider).

    `gutter` is the width of the line numbers. Nothing that a block holds makes this raise: what a
    renderer cannot take is shown as plain text.
    """
    room = max(width - sum(map(_frame_width, block.frames)), 8)
    lines: Iterable[Line]
    try:
        lines = list(_render(block, room, theme, references, gutter))
    except (
        Exception
    ):  # a third-party renderer fed with anything at all; the text must still be seen
        lines = _lines(Text(block.text), room, theme)
    for frame in reversed(block.frames):
        lines = _framed(frame, lines, theme)
    return [[_safe(segment) for segment in line] for line in lines]


def _too_wide(text: str) -> bool:
    """Whether a table has so many columns that laying it out would take seconds, and nobody could
    read it."""
    first = text[: _LONGEST_ROW + 1].partition("\n")[0]
    return len(first) > _LONGEST_ROW or first.count("|") > _MOST_COLUMNS


def _render(
    block: Block, width: int, theme: RenderTheme, references: References, gutter: int
) -> Iterable[Line]:
    match block.kind:
        case "markdown" | "table" if _too_wide(block.text):
            return _lines(Text(block.text), width, theme)
        case "markdown" | "paragraph" if _PLAIN.match(block.text):
            plain = Text(" ".join(block.text.split("\n")).rstrip(), justify="left")
            return _lines(plain, width, theme)
        case "markdown" if _PLAIN_LIST.match(block.text):
            return _bullets(block.text.rstrip("\n").split("\n"), width, theme)
        case "markdown" | "paragraph" | "table":
            return _markdown(block, width, theme, references)
        case "heading":
            return _heading(block, width, theme, references)
        case "code":
            return _code(block, width, theme)
        case "html":
            return _lines(Text(block.text, style=theme.style(tone="muted")), width, theme)
        case "front":
            return _front_matter(block, width, theme)
        case "log":
            return _log(block, width, theme)
        case "numbered":
            return _numbered(block, theme, gutter)
        case "plain":
            return _lines(Text(block.text.expandtabs(TAB)), width, theme)


def _lines(renderable: RenderableType, width: int, theme: RenderTheme) -> list[Line]:
    options = theme.console.options.update(width=width, height=None)
    return theme.console.render_lines(renderable, options, pad=False)


def _markdown(block: Block, width: int, theme: RenderTheme, references: References) -> list[Line]:
    """Markdown without the blank lines that Rich puts around lists and tables."""
    lines = _lines(SafeMarkdown(block, references, theme), width, theme)
    shown = [at for at, line in enumerate(lines) if any(segment.text.strip() for segment in line)]
    return lines[shown[0] : shown[-1] + 1] if shown else []


def _bullets(items: Iterable[str], width: int, theme: RenderTheme) -> Iterator[Line]:
    style = theme.console.get_style("markdown.item.bullet")
    for item in items:
        lines = _lines(Text(item[2:], justify="left"), width - _BULLET_WIDTH, theme)
        for at, line in enumerate(lines):
            yield [Segment(" " * _BULLET_WIDTH if at else " • ", style), *line]


def drawn_before(block: Block, gutter: int, row: str) -> int:
    """How many characters stand before the own text of a row of a block: the number of a raw line,
    what code stands in, the bars of a quote."""
    if block.kind == "numbered":
        return gutter + 2
    if block.kind == "code":
        return 1 + sum(map(_frame_width, block.frames))
    quotes = any(frame.kind == "quote" for frame in block.frames) or block.text.startswith(">")
    return len(row) - len(row.lstrip(QUOTE_BAR)) if quotes else 0


def has_label(block: Block) -> bool:
    """Whether the first line of a block is none of its text: it says what language it is in."""
    return block.kind == "code" and block.first and bool(block.info)


def is_ornament(block: Block, row: int, rows: int) -> bool:
    """Whether a row of a block, of so many, is none of its text: the language of code, or the line
    below a title."""
    return (row == 0 and has_label(block)) or (
        block.kind == "heading" and block.level == 1 and 0 < row == rows - 1
    )


def _frame_width(frame: Frame) -> int:
    if frame.kind == "quote":
        return _QUOTE_MARGIN
    return len(frame.label) + 2 if frame.label else _BULLET_WIDTH


def _framed(frame: Frame, lines: Iterable[Line], theme: RenderTheme) -> Iterator[Line]:
    """The lines of a part of a long quote or item, as they look in a short one."""
    if frame.kind == "quote":
        style = theme.console.get_style("markdown.block_quote")
        for line in lines:
            yield [Segment(QUOTE_BAR, style), *Segment.apply_style(line, style)]
        return
    kind = "number" if frame.label else "bullet"
    style = theme.console.get_style(f"markdown.item.{kind}")
    mark = f" {frame.label} " if frame.label else " • "
    for at, line in enumerate(lines):
        yield [Segment(mark if frame.opens and at == 0 else " " * len(mark), style), *line]


def _heading(
    block: Block, width: int, theme: RenderTheme, references: References
) -> Iterator[Line]:
    style = theme.console.get_style(f"markdown.h{block.level}")
    lines = (
        _markdown(block, width, theme, references)
        if _NEEDS_MARKUP.search(block.text)
        else _lines(Text(block.text), width, theme)
    )
    for line in lines:
        yield list(Segment.apply_style(line, style))
    if block.level == 1:
        longest = max(
            (cell_len("".join(part.text for part in line).rstrip()) for line in lines), default=0
        )
        yield [Segment(theme.glyph("─", "-") * min(width, longest), theme.style(tone="muted"))]


def _code(block: Block, width: int, theme: RenderTheme) -> Iterator[Line]:
    ground = theme.style(surface=True)
    inner = max(4, width - 2)
    lexer = block.info if re.fullmatch(r"[\w.+#-]{1,40}", block.info) else "text"
    longest = max(map(len, block.text.split("\n")))
    if longest > _LONGEST_CODE_LINE:
        lexer = "text"  # a lexer's patterns may take for ever on one endless line
    syntax = Syntax(
        block.text, lexer, theme=theme.code_theme, word_wrap=True, tab_size=TAB,
        background_color=theme.surface or "default",
    )  # fmt: skip
    options = theme.console.options.update(width=inner, height=None)
    if has_label(block):
        yield [
            Segment(f" {block.info[:inner]}".ljust(width), theme.style(tone="muted", surface=True))
        ]
    for line in theme.console.render_lines(syntax, options, pad=True):
        yield [Segment(" ", ground), *line, Segment(" ", ground)]


def _front_matter(block: Block, width: int, theme: RenderTheme) -> Iterator[Line]:
    muted = theme.style(tone="muted")
    rows = Text()
    for number, source in enumerate(block.text.split("\n")):
        key, colon, value = source.partition(":")
        rows.append("\n" if number else "")
        rows.append(key + colon, style=theme.style(tone="accent") if colon else muted)
        rows.append(value)
    bar = Segment(theme.glyph("│", "|") + " ", muted)
    for line in _lines(rows, width - 2, theme):
        yield [bar, *line]


def _log(block: Block, width: int, theme: RenderTheme) -> Iterable[Line]:
    """The log as a table. Where there is little room, the year goes, and a status that has a sign
    is that alone: what the agents say has the most to say."""
    is_narrow = width < _NARROW_LOG
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=block.first, expand=False)
    for heading in ("time", "" if is_narrow else "status", "agent", "message"):
        table.add_column(
            heading,
            header_style=theme.style(tone="muted"),
            overflow="fold",
            no_wrap=heading != "message",
        )
    marks = {
        "START": theme.glyph("▸", ">"),
        "SUCCESS": theme.glyph("✓", "+"),
        "ERROR": theme.glyph("✗", "!"),
    }
    muted = theme.style(tone="muted")
    for line in block.text.split("\n"):
        entry = read_entry(line)
        if entry:
            style = Style(bold=True) if entry.status == "ERROR" else theme.style()
            when, sign = entry.time.replace("T", " ").removesuffix("Z"), marks.get(entry.status, "")
            if is_narrow:
                when, status = when[len("2025-") :], sign or entry.status
            else:
                status = f"{sign or ' '} {entry.status}"
            row = (Text(when, style=muted), Text(status, style=style), Text(entry.agent))
            table.add_row(*row, Text(entry.message))
        elif line.strip():
            table.add_row(Text(""), Text(""), Text(""), Text(line, style=muted))
    return _lines(table, width, theme)


def _numbered(block: Block, theme: RenderTheme, gutter: int) -> Iterator[Line]:
    muted = theme.style(tone="muted")
    for number, line in enumerate(block.text.split("\n"), block.line + 1):
        text = line.expandtabs(TAB)
        pieces = (text[start : start + _PIECE] for start in range(0, max(1, len(text)), _PIECE))
        yield [Segment(f"{number:>{gutter}}  ", muted), *map(Segment, pieces)]


def _safe(segment: Segment) -> Segment:
    """The segment with what entities may have brought back made visible, and no link that a
    terminal could open."""
    text, style, _ = segment
    clean = sanitise(text)
    if style and (style.link or style.meta):
        style = style.clear_meta_and_links()
    return segment if clean == text and style is segment.style else Segment(clean, style)
