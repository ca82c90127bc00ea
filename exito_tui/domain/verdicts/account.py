"""What a session of no workflow says of itself: that it has ended, or how it stands.

The forms are those of dated session files in public repositories: lines `Ended:` and `Status:`,
also in front matter, a heading of an end summary, and task boxes, which are only counted.
"""

import re
from typing import TYPE_CHECKING

from exito_tui.domain.documents.subject import subject_of
from exito_tui.domain.regex import regex
from exito_tui.domain.verdicts.claims import Claim, Status

if TYPE_CHECKING:
    from exito_tui.domain.sessions.artefact import Artefact

_LINE = regex(r"[\s>*_#|-]*(ended|end(?: time)?|status|state)[*_ ]*:[*_ ]*(.*)", re.IGNORECASE)
_HEADING = regex(r" {0,3}(#{1,6})[ \t]+(.*)")
_SUMMARY = regex(
    r"\W*(?:(?:session )?(?:end|final|closing)(?: of)?(?: session)?[ -]summary"
    r"|session (?:ended|closed|complete[d]?)|summary \(end of session\))\b",
    re.IGNORECASE,
)
_COMPLETED = regex(
    r"\W*(?:complete[d]?|done|finished|closed|ended|merged|shipped|wrapped)\b", re.IGNORECASE
)
_OPEN = regex(
    r"\W*(?:active|in[ _-]?progress|ongoing|wip|open|started|working|parked|paused|on hold"
    r"|blocked)\b",
    re.IGNORECASE,
)
_NOTHING = regex(
    r"\W*(?:(?:tbd|todo|pending|none|n/?a|in progress|ongoing|not yet.*|still.*|yyyy.*|\{.*|\[.*"
    r"|<.*)\W*)?\Z",
    re.IGNORECASE,
)
_DOUBT = regex(r"\b(?:not|isn't|incomplete|partial(?:ly)?|almost|nearly)\b|\|", re.IGNORECASE)
_ITEM = regex(r"\s*(?:[-*+]|\d+[.)])\s+\[([ xX✓✔])\]\s+(.*)")
_FENCE = regex(r" {0,3}(?:`{3,}|~{3,})")
_LONGEST_LINE = 1_000


def read_account(artefact: "Artefact", text: str) -> Claim:
    """What a file says of its session: `message` is the line that tells, `status` completed or
    in_progress if it tells any. That it has ended weighs more than any status."""
    status: Status = ""
    line, message = 0, ""
    done = total = 0
    fenced = False
    summary = 0
    for number, row in enumerate(text.split("\n"), 1):
        row = row[:_LONGEST_LINE]
        if _FENCE.match(row):
            fenced = not fenced
            continue
        if fenced or not row.strip():
            continue
        said: Status = ""
        at, words = number, row
        if heading := _HEADING.match(row):
            summary = number if _SUMMARY.match(heading[2]) else 0
            title = heading[2].rstrip("# ")
        elif summary:  # an empty part of a form says nothing
            said, at, words, summary = "completed", summary, title, 0
        if found := _LINE.match(row):
            said = _stands(found[1].lower(), found[2]) or said
            at, words = (number, row) if said else (at, words)
        elif item := _ITEM.match(row):
            total += 1
            done += item[1] != " "
        if said and status != "completed":
            status, line, message = said, at, words.strip(" >*_#|-").replace("**", "")
    title = subject_of(text)
    return Claim(artefact, "account", status, line, done, total, message=message, title=title)


def _stands(key: str, value: str) -> Status:
    """What a line says under a key."""
    if key.startswith("end"):
        return "" if _NOTHING.match(value) else "completed"
    if _DOUBT.search(value):
        return ""
    if _COMPLETED.match(value):
        return "completed"
    return "in_progress" if _OPEN.match(value) else ""
