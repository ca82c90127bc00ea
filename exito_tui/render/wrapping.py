"""Words in a width, on several lines or on one, for the command line and the screen alike."""

import re

from rich.cells import cell_len, chop_cells, set_cell_size

from exito_tui.domain.text import one_line
from exito_tui.domain.verdicts.brief import briefer

_WORDS = re.compile(r"( *)([(]?\d+(?:\.\d+)? (?:s|min|h|d|B|kB|MB|GB)\b[^ ]*|[^ ]+)")
"""The space before a word, and the word; a number and its unit are one."""
_PATH_PARTS = re.compile(r"[^/]*/+|[^/]+")


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """A text in lines of at most `width` cells, made safe to show; the first one and the rest begin
    with these words (after which the text may begin on the next line). None for no text.

    A path that no line can hold goes on after a `/`; what is still too long is cut wherever a line
    ends.
    """
    lines: list[str] = []
    line, is_empty = first, True
    room = max(1, width - cell_len(rest))
    for gap, word in _WORDS.findall(one_line(text).strip(" ")):
        for part in _parts(word, room):
            added = part if is_empty else gap + part
            gap = ""
            if cell_len(line) + cell_len(added) > width and line.strip():
                lines.append(line.rstrip())
                line, added = rest, part
            line, is_empty = line + added, False
    return lines if is_empty else [*lines, line]


def headed(head: str, text: str, width: int, first: str, rest: str) -> tuple[str, int]:
    """A head and the text after it, two cells apart, in lines as of `wrapped`; and how many of the
    characters are those of the head."""
    above = wrapped(head, width, first, rest)
    below = wrapped(text, width, f"{above[-1]}  " if above else first, rest)
    return "\n".join([*above[:-1], *(below or above[-1:])]), len("\n".join(above))


def cut_by_parts(phrase: str, width: int, ellipsis: str) -> str:
    """A phrase in at most so many cells: the longest of its forms that fits, else the shortest cut
    between two words; a word is cut only where whole ones would leave half of the room empty."""
    brief = phrase
    for form in briefer(phrase):
        if cell_len(form) <= width:
            return form
        brief = form if form.strip() else brief
    cut = brief.rfind(" ", 0, max(0, width - len(ellipsis) + 1))
    if cut > width // 2:
        return f"{brief[:cut]}{ellipsis}"
    return set_cell_size(brief, max(0, width - len(ellipsis))).rstrip() + ellipsis[:width]


def _parts(word: str, room: int) -> list[str]:
    """A word in parts of at most `room` cells: one, if it is not too long."""
    if cell_len(word) <= room:
        return [word]
    return [cut for part in _PATH_PARTS.findall(word) for cut in chop_cells(part, room)]
