"""The filter: plain words, and a small language of `key:value` terms.

limits                    in the command, title, id, file names, state or date
"rate limits"             words that stand together
state:waiting,stuck       one of these states
command:build             the command, or how its name begins
age:<2d  age:>1h          how long ago it was written last, or began
size:>1M                  how much its files hold
has:review.md             a file of this name (with * and ?), or whose name holds it
missing:context.md        no such file
is:pinned                 pinned, new, current, old (an old question) or copied
-completed                a minus takes away what fits
"""

import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, did_you_mean
from exito_tui.domain.units import SECOND_NS, parse_duration, parse_size
from exito_tui.domain.verdicts.state import STATES, Standing, states_called

_TERM = regex(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)
_LIMIT = regex(r"([<>])([^=].*)")


class FilterFacts(NamedTuple):
    """What a filter may ask of a session besides its name and files."""

    title: str = ""
    standing: Standing | None = None
    pinned: bool = False
    is_new: bool = False


Test = Callable[[Session, FilterFacts, int], bool]
"""Whether a session fits, by its facts and the time it is (epoch ns)."""


class FilterError(Exception):
    """A term means nothing; the message names it and the remedy."""


class Filter(NamedTuple):
    """What a filter's text asks for; `problem` is what is wrong with it, in words. The terms that
    mean something hold all the same."""

    tests: tuple[Test, ...]
    problem: str

    def matches(self, session: Session, facts: FilterFacts, now_ns: int) -> bool:
        """Whether a session fits every term."""
        return all(test(session, facts, now_ns) for test in self.tests)


@lru_cache(maxsize=64)
def parse_filter(text: str) -> Filter:
    """Read a filter."""
    tests: list[Test] = []
    problem = ""
    for minus, key, quoted, word in (found.groups() for found in _TERM.finditer(text)):
        value = quoted if quoted is not None else word
        try:
            test = _test(key.lower(), value) if key else _plain(value)
        except FilterError as error:
            problem = problem or str(error)
            continue
        tests.append(_not(test) if minus else test)
    return Filter(tuple(tests), problem)


def completion(text: str, names: Iterable[str] = ()) -> str:
    """The filter's text with its last term completed, or an empty text: keys, states, what `is:`
    knows, and of the `names` (commands and files) one that begins so."""
    before, _, last = text.rpartition(" ")
    lead = "-" if last.startswith("-") else ""
    key, colon, value = last[len(lead) :].partition(":")
    if not colon:
        found = next((f"{one}:" for one in _KEYS if key and one.startswith(key.lower())), "")
    else:
        listed, comma, part = value.rpartition(",")
        known = {"state": STATES, "is": tuple(_FLAGS)}.get(key.lower(), tuple(names))
        word = next((one for one in known if part and one.startswith(part)), "")
        found = f"{key}:{listed}{comma}{word}" if word else ""
    if not found:
        return ""
    return f"{before} {lead}{found}" if before else f"{lead}{found}"


def _not(test: Test) -> Test:
    return lambda session, facts, now_ns: not test(session, facts, now_ns)


def _plain(word: str) -> Test:
    wanted = word.lower()
    if wanted.endswith(":") and wanted[:-1] in _KEYS:
        raise FilterError(f"{word} wants a value")

    def test(session: Session, facts: FilterFacts, now_ns: int) -> bool:
        return (
            wanted in decoded(session.key).lower()
            or wanted in session.command.lower()
            or wanted in facts.title.lower()
            or (facts.standing is not None and wanted in facts.standing.state)
            or wanted in _date(session.order)
            or any(wanted in decoded(one.name).lower() for one in session.artefacts or ())
        )

    return test


def _date(stamp: str) -> str:
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]} {stamp[8:10]}:{stamp[10:12]}" if stamp else ""


def _test(key: str, value: str) -> Test:
    if key not in _KEYS:
        raise FilterError(f"{key}: is not a key{did_you_mean(key, _KEYS)}")
    return _KEYS[key](value)


def _state(value: str) -> Test:
    try:
        wanted = states_called(value)
    except ValueError as error:
        raise FilterError(str(error)) from None
    return lambda session, facts, now_ns: (
        (facts.standing.state if facts.standing else "unknown") in wanted
    )


def _command(value: str) -> Test:
    wanted = tuple(one.lower() for one in value.split(",") if one)
    return lambda session, facts, now_ns: session.command.lower().startswith(wanted)


def _age(value: str) -> Test:
    sign, limit_ns = _limit("age", value, lambda text: int(parse_duration(text) * SECOND_NS))

    def test(session: Session, facts: FilterFacts, now_ns: int) -> bool:
        when = session.last_write_ns or session.started_ns
        return when is not None and _compares(sign, now_ns - when, limit_ns)

    return test


def _size(value: str) -> Test:
    sign, limit = _limit("size", value, parse_size)
    return lambda session, facts, now_ns: _compares(sign, session.size, limit)


def _limit(key: str, value: str, parse: Callable[[str], int]) -> tuple[str, int]:
    found = _LIMIT.fullmatch(value)
    try:
        if not found:
            raise ValueError
        return found[1], parse(found[2])
    except ValueError:
        example = "age:<2d or age:>1h" if key == "age" else "size:>1M or size:<10k"
        raise FilterError(f"{key}:{value} is not understood; write {example}") from None


def _compares(sign: str, number: int, limit: int) -> bool:
    return number > limit if sign == ">" else number < limit


def _has(value: str) -> Test:
    wanted = value.lower() if set(value) & set("*?") else f"*{value.lower()}*"
    return lambda session, facts, now_ns: any(
        fnmatchcase(decoded(one.name).lower(), wanted) for one in session.artefacts or ()
    )


def _missing(value: str) -> Test:
    has = _has(value)
    return lambda session, facts, now_ns: not session.is_note and not has(session, facts, now_ns)


def _is(value: str) -> Test:
    flag = next((one for one in _FLAGS if value and one.startswith(value.lower())), "")
    if not flag:
        raise FilterError(f"is:{value} means nothing{did_you_mean(value.lower(), _FLAGS)}")
    return _FLAGS[flag]


_FLAGS: Mapping[str, Test] = {
    "pinned": lambda session, facts, now_ns: facts.pinned,
    "new": lambda session, facts, now_ns: facts.is_new,
    "current": lambda session, facts, now_ns: session.is_current,
    "old": lambda session, facts, now_ns: bool(facts.standing and facts.standing.is_old),
    "copied": lambda session, facts, now_ns: session.is_copy,
}
_KEYS: Mapping[str, Callable[[str], Test]] = {
    "state": _state,
    "command": _command,
    "age": _age,
    "size": _size,
    "has": _has,
    "missing": _missing,
    "is": _is,
}
