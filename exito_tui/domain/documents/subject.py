"""What a document is about, by its first heading."""

import re
from collections.abc import Iterator

from exito_tui.domain.regex import regex

_HEAD_LINES = 60
_LONGEST = 200
_HEADING = regex(r" {0,3}#[ \t]+(.*?)[ \t#]*\Z")
_UNDERLINE = regex(r" {0,3}=+[ \t]*\Z")
_MAY_BE_UNDERLINED = regex(r" {0,3}(?![>|]|[-+*][ \t])\S")
_COMMENT = regex(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = regex(r" {0,3}(`{3,}|~{3,})")
_SEPARATOR = r"\s*(?:[:–—|]|\s-{1,2}\s)\s*"
_FORM = (
    r"(?:(?:"
    r"the|el|la|de|del|of|for|and|y|para|técnico|technical|detailed|detallado|final|initial"
    r"|inicial|research|investigation|investigación|implementation|implementación|development"
    r"|desarrollo|session|sesión|context|contexto|plan|planning|planificación|feature|task|tarea"
    r"|project|proyecto|work|document|documento|report|reporte|informe|summary|resumen|analysis"
    r"|análisis|design|diseño|build|workflow|craft|patch|notes|notas|log|file|status|progress"
    r"|exploration|architecture|arquitectura|solution|solución|brief"
    r")\b[\s-]*)+"
)
_PREFIX = regex(rf"(?:{_FORM}){_SEPARATOR}", re.IGNORECASE)
_ONLY_FORM = regex(rf"[\W\d_]*(?:{_FORM})?[\W\d_]*\Z", re.IGNORECASE)
_ID = regex(r"\S*\d{8}[-_]\d{4,6}\S*|[\d\s./:T-]+Z?")
_MARKUP = regex(r"\*\*|__|`|!?\[([^\]]*)\]\([^)]*\)")


def subject_of(text: str) -> str:
    """What the first heading of a document calls its subject, without the words that only say what
    kind of document it is (`Implementation plan: `, `Contexto: `); empty when it says no more than
    that, or a time or an id. The heading may be underlined with `===`."""
    before = ""
    head = text[: _HEAD_LINES * _LONGEST]
    for row in _rows(_COMMENT.sub("", head) if "<!--" in head else head):
        if found := _HEADING.match(row[: 2 * _LONGEST]):
            return _subject(found[1])
        if before and _UNDERLINE.match(row):
            return _subject(before)
        before = row[: 2 * _LONGEST].strip() if _MAY_BE_UNDERLINED.match(row) else ""
    return ""


def _rows(text: str) -> Iterator[str]:
    """The lines at the head of a text, without those of fences and of the metadata on top."""
    rows = text.split("\n")[:_HEAD_LINES]
    start = 0
    if rows[0].rstrip() == "---" and "---" in rows[1:]:
        start = rows.index("---", 1) + 1
    fence = ""
    for row in rows[start:]:
        if mark := _FENCE.match(row):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
            yield ""
        elif not fence:
            yield row


def _subject(heading: str) -> str:
    subject = _MARKUP.sub(lambda found: found[1] or "", heading).strip()
    subject = subject[_prefix_end(subject) :].strip()
    if not re.search(r"\w", subject) or _ONLY_FORM.match(subject) or _ID.fullmatch(subject):
        return ""
    return subject[:_LONGEST]


def _prefix_end(subject: str) -> int:
    found = _PREFIX.match(subject)
    return found.end() if found else 0
