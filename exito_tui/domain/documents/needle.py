"""What is looked for in texts: a piece of text, or a regular expression. Case counts when an upper
case letter stands in it."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class NeedleError(Exception):
    """A regular expression is broken; the message says how."""


class FoundLine(NamedTuple):
    """One line in which something was found: its number (from 1), its text, and where in it, in
    characters."""

    line: int
    text: str
    start: int
    end: int


class Needle:
    """Finds a text in others."""

    def __init__(self, text: str, *, regex: bool = False) -> None:
        """Raises NeedleError."""
        folds = not any(one.isupper() for one in text)
        quick = not regex and text.isascii()
        # Of plain letters just the plain ones are alike, as the quick look has it.
        flags = (re.IGNORECASE if folds else re.NOFLAG) | (re.ASCII if quick else re.NOFLAG)
        flags |= re.MULTILINE  # `^` and `$` are the ends of a line, as for all that tells lines
        try:
            self._pattern = re.compile(text if regex else re.escape(text), flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise NeedleError(f"{text!r} is not a valid regular expression: {error}") from None
        self.plain = text.encode() if quick else b""
        """What stands in the bytes of a file that has it, as it is or (`folds`) in any case; empty
        where bytes do not tell."""
        self.folds = folds

    def may_be_in(self, raw: bytes) -> bool:
        """Whether it is worth reading bytes as text: a look that costs next to nothing."""
        if not self.plain:
            return True
        return self.plain in (raw.lower() if self.folds else raw)

    def is_in(self, text: str) -> bool:
        """Whether it is in a text."""
        return self._pattern.search(text) is not None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in a text: (start, end) in characters, each at least one long."""
        return [one.span() for one in self._pattern.finditer(text) if one.end() > one.start()]

    def find(self, text: str) -> Iterator[FoundLine]:
        """The lines of a text in which it is, each once."""
        at, number, counted = 0, 1, 0
        while found := self._pattern.search(text, at):
            begin = text.rfind("\n", 0, found.start()) + 1
            end = text.find("\n", found.start())
            end = len(text) if end < 0 else end
            number += text.count("\n", counted, begin)
            counted = begin
            yield FoundLine(
                number, text[begin:end], found.start() - begin, min(found.end(), end) - begin
            )
            at = end + 1
            if at >= len(text):
                return
