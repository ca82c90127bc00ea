"""One-cell signs, and their stand-ins for terminals without Unicode."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs of the list, the tabs and the bars."""

    waiting: str = "?"
    stuck: str = "!"
    failed: str = "✗"
    running: str = "◐"
    interrupted: str = "–"
    completed: str = "✓"
    writing: str = "◐"
    quiet: str = "·"
    there: str = "●"
    missing: str = "○"
    changed: str = "•"
    marked: str = "◆"
    pinned: str = "⚑"
    current: str = "»"
    cursor: str = "▌"
    unfolded: str = "▾"
    folded: str = "▸"
    follows: str = "▼"
    paused: str = "‖"
    ellipsis: str = "…"
    bar: str = "│"
    dot: str = "·"
    lacking: str = "×"
    gate: str = "◇"
    block: str = "█"
    half_block: str = "▐"
    gate_bar: str = "░"
    problem: str = "!"
    rule: str = "─"
    next: str = "→"
    turning: str = "◐"
    """The sign of what grows, and more of them where it may turn."""


UNICODE = Glyphs()
ASCII = Glyphs(
    failed="X",
    running="*",
    interrupted="-",
    completed="+",
    lacking="x",
    gate="?",
    block="#",
    half_block="|",
    gate_bar=":",
    writing="*",
    quiet=".",
    there="#",
    missing="-",
    changed="o",
    marked="x",
    pinned="^",
    current="=",
    cursor=">",
    unfolded="v",
    folded=">",
    follows="v",
    paused="=",
    ellipsis="~",
    bar="|",
    dot="-",
    rule="-",
    next="->",
    turning="*",
)
TURNING = "◐◓◑◒"
