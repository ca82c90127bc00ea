"""What agents say in their files: statuses, checklists, scores. Their texts vary, so reading is
lenient; what cannot be read for sure is not claimed at all."""

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from exito_tui.domain.documents.agent_log import read_entry
from exito_tui.domain.regex import regex
from exito_tui.domain.sessions import hook_notes
from exito_tui.domain.verdicts.account import read_account
from exito_tui.domain.verdicts.claims import Claim, Status
from exito_tui.domain.workflows.file_roles import Role

if TYPE_CHECKING:
    from exito_tui.domain.sessions.artefact import Artefact


_WORDS: dict[str, tuple[tuple[str, Status], ...]] = {
    "progress": (
        (r"(?:100 ?% ?)?(?:complete(?:d|ly)?|done|finished)\b|✅(?!.*\w)", "completed"),
        (r"in[ _-]?progress\b|ongoing\b|wip\b|started\b|working\b", "in_progress"),
        (r"block(?:ed)?\b", "blocked"),
    ),
    "validation": (
        (r"needs?[ _-]?(?:more[ _-])?info(?:rmation)?\b|needs?[ _-]clarification\b"
         r"|incomplete\b", "needs_info"),
        (r"complete(?:d)?\b", "completed"),
    ),
    "tests": (
        (r"fail(?:ed|ing|ures?|s)?\b|red\b|(?:all|some|[1-9]\d*) (?:of \d+ )?(?:tests? )?"
         r"fail(?:ed|ing|ures?|s)?\b|"
         r"\d+ pass(?:ed)?\W+(?:and )?[1-9]\d* fail(?:ed|ures?)?\b|❌(?!.*\w)", "fail"),
        (r"pass(?:ed|ing|es)?\b|success(?:ful|fully)?\b|green\b|all (?:\d+ )?tests pass|"
         r"[1-9]\d* pass(?:ed)?\b(?!.*[1-9]\d* fail)|✅(?!.*\w)", "pass"),
    ),
    "review": (
        (r"reject(?:ed)?\b|not (?:approved|ready)\b|(?:request(?:s|ed)? )?"
         r"changes(?: (?:requested|required|needed))?\b|"
         r"do not (?:merge|ship)\b|needs? "
         r"(?:work|changes|revision|rework|improvement)\b|block(?:ed)?\b|"
         r"fail(?:ed|s)?\b", "rejected"),
        (r"approve(?:d|s)?\b|accept(?:ed)?\b|lgtm\b|ship it\b|ready to (?:merge|ship)\b"
         r"|pass(?:ed|es)?\b", "approved"),
    ),
}  # fmt: skip
_KEYS = {
    "progress": r"(?:overall |current |build |implementation )?status",
    "validation": r"(?:overall |validation )?status",
    "tests": r"(?:test|validation) (?:report|results?)|(?:overall|final|test)?[ _]*"
    r"(?:status|results?|verdict|outcome)|overall",
    "review": r"(?:final|overall|review|audit)?[ _]*"
    r"(?:verdict|decision|recommendation|status|approval|result|assessment)",
}


@cache
def _statement(kind: str) -> re.Pattern[str]:
    """What a line that states something looks like; its first group is the value."""
    return re.compile(rf"[^\w\n]{{0,12}}(?:{_KEYS[kind]})\b[^\w\n✅❌]*(.*)", re.IGNORECASE)


@cache
def _values(kind: str) -> list[tuple[re.Pattern[str], Status]]:
    """What the values of such a line look like, and what each means."""
    return [
        (
            re.compile(
                rf"[^\w✅❌]*(?:✅|❌)?[^\w]*(?:{words})|[^\w✅❌]*(?:{words})", re.IGNORECASE
            ),
            status,
        )
        for words, status in _WORDS[kind]
    ]


_DOUBT = regex(
    r"\b(?:not|isn't|incomplete|partial(?:ly)?|almost|nearly|unless|if|when|pending|tbd)\b",
    re.IGNORECASE,
)
_BARE = {
    "tests": regex(r"\W*(pass(?:ed)?|fail(?:ed)?)\W*\Z", re.IGNORECASE),
    "review": regex(r"\W*(approved|rejected)\W*\Z", re.IGNORECASE),
}
_HEADING = regex(r" {0,3}(#{1,6})[ \t]+(.*)")
_CLOSING_PART = regex(
    r"\W*(?:final|overall|result|summary|status|conclusion|verdict|outcome|decision"
    r"|recommendation)",
    re.IGNORECASE,
)
_ITEM = regex(r"\s*(?:[-*+]|\d+[.)])\s+\[([ xX✓✔])\]\s+(.*)")
_SCORE = regex(
    r"(?<![\d./])(\d{1,2}(?:\.\d+)?)\s*(?:/|out of)\s*10(?![\d./]*\d)(?!\s+[a-z])", re.IGNORECASE
)
_SESSION = regex(r"\W*session(?:[ _]?id)?\W+([A-Za-z][\w-]*_\d{8}_\d{6})\b", re.IGNORECASE)
_STEP = regex(r"\W*(?:step|task|phase|item|commit|\d)", re.IGNORECASE)
_CHOICES = regex(r"[|/]|\bor\b")
_EMPHASIS = regex(r"(?<!\w)_+|_+(?!\w)|[*`~]+")
_LONGEST_VALUE = 200
_HEAD_LINES = 30
_LONGEST_LINE = 1_000
_HEAD_CHARACTERS = 8_000
_TOP_LINES = 12
_FENCE_LINE = regex(r"^ {0,3}(`{3,}|~{3,})([^\n]*)", re.MULTILINE)
_FENCE = regex(r" {0,3}(`{3,}|~{3,})")

_WORDS_OF: dict[Role, str] = {
    "progress": "progress", "validation": "validation", "tests": "tests", "review": "review",
    "audit": "review", "report": "review",
}  # fmt: skip
"""Whose words count in the files of a role."""

_TELLING: frozenset[Role] = frozenset(
    ("progress", "validation", "tests", "review", "audit", "log", "metadata", "account")
)
_SCORED: frozenset[Role] = frozenset(("review", "audit"))


def is_telling(role: Role) -> bool:
    """Whether the text of a file can change what is thought of its session."""
    return role in _TELLING


def read_claim(
    artefact: "Artefact", role: Role, session_id: str, text: str, *, whole: bool = True
) -> Claim:
    """Read one file's text (made safe already) as its role has it. `whole` is False when its middle
    was left out: then line numbers are those of the part that was read, and torn fences are not
    looked for."""
    if role == "log":
        return _log(artefact, text)
    if role == "metadata":
        return _metadata(artefact, text)
    if role == "account":
        return read_account(artefact, text)
    kind = _WORDS_OF.get(role, "")
    if not kind:
        return _silent(artefact, role, session_id, text, whole=whole)
    reader = _Reader(kind, session_id, scored=role in _SCORED)
    torn = reader.read(text) and whole
    return Claim(
        artefact, role, torn=torn or "\ufffd" in text[-4:] or text.isspace(), **reader.found
    )


def _silent(artefact: "Artefact", role: Role, session_id: str, text: str, *, whole: bool) -> Claim:
    """The claim of a file that states nothing: whether it is torn, its last heading, and whose it
    says it is."""
    fences: list[tuple[int, int]] = []
    fence, opened = "", 0
    for mark in _FENCE_LINE.finditer(text) if "```" in text or "~~~" in text else ():
        if not fence:
            fence, opened = mark[1], mark.start()
        elif mark[1].startswith(fence) and not mark[2].strip():
            fences.append((opened, mark.end()))
            fence = ""
    last_line, last = 0, ""
    at = len(text)
    while (at := text.rfind("#", 0, at)) >= 0:
        begin = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        found = _HEADING.match(
            text[begin : min(end if end >= 0 else len(text), begin + _LONGEST_LINE)]
        )
        if (
            found
            and not (fence and begin > opened)
            and not any(start <= begin < end for start, end in fences)
        ):
            last_line, last = text.count("\n", 0, begin) + 1, found[2].rstrip("# \t")
            break
        at = begin
    session, session_line = "", 0
    for number, line in enumerate(text[:_HEAD_CHARACTERS].split("\n")[:_HEAD_LINES], 1):
        own = _SESSION.match(line[:_LONGEST_LINE]) if "ession" in line.lower() else None
        if own and own[1] != session_id:
            session, session_line = own[1], number
            break
    return Claim(
        artefact, role, last=last, last_line=last_line, session=session, session_line=session_line,
        torn=(bool(fence) and whole) or "\ufffd" in text[-4:] or text.isspace(),
    )  # fmt: skip


class _Reader:
    """One pass over a text, line by line, outside fences."""

    def __init__(self, kind: str, session_id: str, *, scored: bool) -> None:
        self._kind = kind
        self._says, self._bare = _statement(kind), _BARE.get(kind)
        self._scored = scored
        self._session_id = session_id
        self.found: dict[str, Any] = {}
        self._aside = False
        self._awaited = False
        self._done = self._total = 0

    def read(self, text: str) -> bool:
        """Read all; returns whether a fence is left open at the end."""
        fence = ""
        for number, line in enumerate(text.split("\n"), 1):
            mark = _FENCE.match(line) if "```" in line or "~~~" in line else None
            if mark and (not fence or (mark[1].startswith(fence) and not line.strip(" `~"))):
                fence = "" if fence else mark[1]
            elif not fence and line and not line.isspace():
                line = line[:_LONGEST_LINE]
                if number <= _HEAD_LINES and "ession" in line.lower():
                    self._own_session(number, line)
                if "#" in line:
                    self._heading(number, line)
                if "[" in line:
                    self._item(number, line)
                if not self._aside:
                    self._statement(number, line)
                if self._scored and "10" in line:
                    self._score(number, line)
        if self._total:
            self.found.update(done=self._done, total=self._total)
        return bool(fence)

    def _heading(self, number: int, line: str) -> None:
        if not line.lstrip().startswith("#") or not (found := _HEADING.match(line)):
            return
        title = found[2].rstrip("# \t")
        closing = (
            len(found[1]) == 1 or self._kind == "validation" or bool(_CLOSING_PART.match(title))
        )
        self._aside = not closing and (number > _TOP_LINES or bool(_STEP.match(title)))
        self.found.update(last=title, last_line=number)

    def _item(self, number: int, line: str) -> None:
        if not (found := _ITEM.match(line)):
            return
        self._total += 1
        if found[1] != " ":
            self._done += 1
            self.found.update(last=found[2], last_line=number)
        elif "next" not in self.found:
            self.found.update(next=found[2], next_line=number)

    def _statement(self, number: int, line: str) -> None:
        """The document's own status: in its head, or in a part that closes it; not one of its
        sections'."""
        said = self._says.match(line.lstrip("#|->*_ \t"))
        value = (
            said[1]
            if said
            else line
            if self._awaited or (self._bare and self._bare.match(line))
            else ""
        )
        self._awaited = bool(said) and not value.strip(
            "|*_ "
        )  # the value may stand in the line below
        if status := _status(self._kind, value):
            self.found.update(status=status, line=number)

    def _score(self, number: int, line: str) -> None:
        for found in _SCORE.finditer(line):
            score = float(found[1])
            lowest = self.found.get("score")
            if score <= 10 and (not isinstance(lowest, float) or score < lowest):
                label = line[: found.start()].strip("|#*-_:=~ \t") or str(
                    self.found.get("last", "")
                )
                self.found.update(score=score, score_line=number, score_of=label)

    def _own_session(self, number: int, line: str) -> None:
        found = _SESSION.match(line)
        if found and found[1] != self._session_id and "session" not in self.found:
            self.found.update(session=found[1], session_line=number)


def _status(kind: str, value: str) -> Status:
    value = _EMPHASIS.sub("", value[:_LONGEST_VALUE])
    if not value:
        return ""
    choices = {_status(kind, choice) for choice in _CHOICES.split(value) if choice != value} - {""}
    if len(choices) > 1:
        return ""  # a form that nobody filled in
    found: list[Status] = [status for pattern, status in _values(kind) if pattern.match(value)]
    if not found:
        return ""
    if found[0] in ("completed", "pass", "approved") and _DOUBT.search(value.partition("(")[0]):
        return ""
    return found[0]


def _log(artefact: "Artefact", text: str) -> Claim:
    for number, line in reversed(list(enumerate(text.split("\n"), 1))):
        if entry := read_entry(line):
            status: Status = (
                "failed"
                if entry.status == "ERROR"
                else "in_progress"
                if entry.status == "START"
                else ""
            )
            return Claim(
                artefact,
                "log",
                status,
                number,
                agent=entry.agent,
                message=entry.message,
                at_ns=_moment(entry.time),
            )
    return Claim(artefact, "log")


_CONVERSATION = regex(r"[0-9a-fA-F][0-9a-fA-F-]{7,63}\Z")

_METADATA: dict[str, Status] = {
    "completed": "completed", "in_progress": "in_progress", "interrupted": "interrupted",
    "failed": "failed",
}  # fmt: skip


def _metadata(artefact: "Artefact", text: str) -> Claim:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return Claim(artefact, "metadata", torn=True)
    if not isinstance(content, dict):
        return Claim(artefact, "metadata")
    said = content.get("status")
    status = _METADATA.get(said.strip().lower(), "") if isinstance(said, str) else ""
    line = next((number for number, row in enumerate(text.split("\n"), 1) if '"status"' in row), 0)
    title, claude = content.get("title"), content.get("claude_session_id")
    return Claim(
        artefact,
        "metadata",
        status,
        line,
        at_ns=_moment(content.get("ended_at")),
        began_ns=_moment(content.get("created_at")),
        title=title.strip()[:_LONGEST_VALUE] if isinstance(title, str) else "",
        claude=claude if isinstance(claude, str) and _CONVERSATION.match(claude) else "",
        hooks=hook_notes.text_in(content),
    )


def _moment(stamp: object) -> int:
    if not isinstance(stamp, str):
        return 0
    from exito_tui.domain.moments import epoch_ns  # what reads dates is slow to import

    return epoch_ns(stamp) or 0
