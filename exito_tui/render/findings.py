"""What the doctor finds, and the moves that fix it, in words: for the command line and the screen
alike."""

from collections.abc import Iterable

from exito_tui.domain.doctor.finding import Finding, Move
from exito_tui.domain.text import decoded
from exito_tui.domain.units import pluralize


def place_in_words(finding: Finding) -> str:
    """Where a finding is, with the line if it has one; empty for the root itself."""
    line = f":{finding.line}" if finding.line else ""
    return "" if finding.place == "." else f"{decoded(finding.place)}{line}"


def move_in_words(move: Move) -> tuple[str, str]:
    """What is moved, and where to: two parts, of one line or of two."""
    return f"{move.verb} {decoded(move.place)}", f"to {decoded(move.target) or 'the trash'}"


def fix_in_words(moves: Iterable[Move], emptied: str) -> list[tuple[str, str]]:
    """The moves of a fix, and of the folder that they empty (which may be none)."""
    told = [move_in_words(move) for move in moves]
    if emptied:
        what, where = move_in_words(Move(emptied))
        told.append((what, f"{where}, once it is empty"))
    return told


def first_moves_in_words(finding: Finding, most: int) -> list[str]:
    """The moves that fix a finding, each in a line; of many the first ones, and how many more there
    are."""
    told = [" ".join(move_in_words(move)) for move in finding.moves[:most]]
    more = len(finding.moves) - most
    return [*told, f"and {pluralize(more, 'more move')}"] if more > 0 else told
