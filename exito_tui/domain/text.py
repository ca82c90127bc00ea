"""Making untrusted text safe to show.

Agents write names and contents; both can hold bytes that a terminal obeys (escape sequences, C1
codes) or that make a reader see something else than is there (bidirectional overrides, invisible
characters).
"""

import re
from collections.abc import Iterable, Sequence

from exito_tui.domain.regex import regex

_CONTROL_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}
_IN_ASCII = {code: f"^{chr(code ^ 0x40)}" for code in _CONTROL_PICTURES} | {
    0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r",
}  # fmt: skip
_controls = dict(_CONTROL_PICTURES)
"""What control characters are shown as: a choice of whoever draws, for the whole program."""

# Newline and tab, ZWJ/ZWNJ (joined emoji, Persian) and variation selectors stay: they are ordinary
# text.
_UNSAFE = regex(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b"
    "\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_RAW_BYTES = regex("[\ud800-\udfff]")
_LINE_BREAKS = regex("[\t\n]")


def show_controls(*, in_ascii: bool) -> None:
    """Show control characters as `\\n` and `^[` from now on, or as pictures, `␊` and `␛`."""
    _controls.update(_IN_ASCII if in_ascii else _CONTROL_PICTURES)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in _controls:
        return _controls[code]
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8, as os.fsdecode keeps it
        return f"\\x{code - 0xDC00:02x}"
    return f"<U+{code:04X}>"


def sanitise(text: str) -> str:
    """Return `text` with every dangerous character made visible; newlines and tabs stay."""
    return _UNSAFE.sub(_visible, text)


def one_line(text: str) -> str:
    """Return `text` made safe for a single row: as `sanitise`, with newlines and tabs visible
    too."""
    if text.isascii() and text.isprintable():
        return text  # nearly always, and many rows are written
    return _LINE_BREAKS.sub(lambda found: _controls[ord(found[0])], sanitise(text))


def decoded(name: str) -> str:
    """A file name as Python's `os` gives it, with bytes that are not UTF-8 shown as `\\xff`."""
    return name if name.isascii() else _RAW_BYTES.sub(_visible, name)


def as_sentence(words: str) -> str:
    """Words with a full stop at the end and, unless a name stands there (`plan.md`), a capital at
    the beginning."""
    first = words.partition(" ")[0].rstrip(",;:")
    is_word = first.replace("'", "").replace("-", "").isalpha()
    begin = words[:1].upper() if is_word else words[:1]
    return f"{begin}{words[1:]}{'' if words.endswith('.') else '.'}"


def shorten(text: str, width: int, *, ellipsis: str = "…") -> str:
    """Cut `text` to at most `width` characters, saying so with an ellipsis at the end."""
    if len(text) <= width:
        return text
    return text[: max(0, width - len(ellipsis))] + ellipsis[:width]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence on a word that is not known: the one that was meant, or all that there
    are. It was meant where the word is its beginning, or where few letters are wrong; what all
    known ones begin with says nothing of that."""
    names = list(known)
    shared = _beginning_of_all(names) if len(names) > 1 else ""
    own = word.removeprefix(shared)
    most = (len(own) + 1) // 3
    near = [
        (0 if len(own) > 2 and name.startswith(word) else _slips(word, name, most), at)
        for at, name in enumerate(names)
    ]
    slips, at = min(near, default=(most + 1, 0))
    if slips <= most:
        return f"; did you mean {names[at]}?"
    return f"; there are {', '.join(names) or 'none'}"


def _beginning_of_all(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    return next((first[:at] for at in range(len(first)) if first[at] != last[at : at + 1]), first)


def _slips(word: str, name: str, most: int) -> int:
    """How many letters of a word are wrong, missing, too many, or swapped with the next; more than
    `most` of them are not counted."""
    if abs(len(word) - len(name)) > most:
        return most + 1
    above: list[int] = []
    row: list[int] = [*range(len(name) + 1)]
    for i, letter in enumerate(word, 1):
        older, above, row = above, row, [i]
        for j, other in enumerate(name, 1):
            found = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other:
                found = min(found, older[j - 2] + 1)
            row.append(found)
    return row[-1]
