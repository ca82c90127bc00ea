"""Which times of a session are to be believed: files that were cloned, checked out, unpacked or
synced bear the time of that, and a name may be in another zone.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from exito_tui.domain.sessions.artefact import Artefact, is_work
from exito_tui.domain.sessions.stamps import DAY, seconds_in_utc
from exito_tui.domain.units import SECOND_NS

EARLIEST_NS = 1_577_836_800 * SECOND_NS
"""The beginning of 2020: no session is older, so a time before it is none (unpacked files bear 1970
or 1980)."""

_TOGETHER_NS = 5 * SECOND_NS
"""Agents take minutes: files of several phases written within so little were copied."""
_HOUR_NS = 3600 * SECOND_NS
WIDEST_ZONES_NS = 14 * _HOUR_NS
"""How far local time may be from UTC."""
_LONGEST_FIRST_NS = 45 * 60 * SECOND_NS
"""Within what time a run's first file is there, so that a zone can be told by it."""
_SLACK_NS = 60 * SECOND_NS
_FIRST_MINUTES_NS = 5 * 60 * SECOND_NS
_FEWEST_COPIED = 2
"""So many sessions, begun a day and more ago at different times, do not write their only files in
the same second."""
_FEWEST_COPIED_TODAY = 3
_DAY_NS = 24 * _HOUR_NS
_FIRST_FILE_NS = 10 * 60 * SECOND_NS
"""Within what time of its start the first file of a quick run is there."""
_FEWEST_BEHIND = 3
"""So many sessions, begun in different hours, are not all slow by the same whole hours."""


class Clocks(NamedTuple):
    """What the sessions of a root tell together of their times: the moments (epoch seconds) at
    which whole ones were copied there, and how far (ns) the clock that wrote their names is
    behind."""

    copied_at: frozenset[int] = frozenset()
    behind_ns: int = 0


def work_times(artefacts: Iterable[Artefact]) -> list[int]:
    """The times of the files that somebody worked on, without those that cannot be."""
    return [
        artefact.modified_ns
        for artefact in artefacts
        if artefact.modified_ns >= EARLIEST_NS and is_work(artefact)
    ]


def are_together(times: Sequence[int]) -> bool:
    """Whether several files have nearly one time."""
    return len(times) > 1 and max(times) - min(times) < _TOGETHER_NS


def are_of_a_copy(together: Sequence[int], started_ns: int | None) -> bool:
    """Whether files that have nearly one time have that of a copy: it is more than a day after the
    start that the name tells. Within a day a single run may well write its files at once, or have
    them edited at once."""
    return started_ns is not None and min(together) - started_ns > _DAY_NS


def moments_of_copies(sessions: Iterable[tuple[int | None, Sequence[int]]]) -> frozenset[int]:
    """The moments (epoch seconds) at which whole sessions appeared at once: somebody cloned,
    checked out, unpacked or synced them.

    Each session is given by its start (epoch ns, None: not known) and the times of its files.
    """
    starts: dict[int, set[int]] = {}
    old: set[int] = set()
    for started_ns, times in sessions:
        if started_ns is None or not times or max(times) - min(times) >= _TOGETHER_NS:
            continue
        if min(times) - started_ns > _FIRST_MINUTES_NS:
            for second in range(min(times) // SECOND_NS - 1, max(times) // SECOND_NS + 2):
                starts.setdefault(second, set()).add(started_ns // _FIRST_MINUTES_NS)
            if min(times) - started_ns > _DAY_NS:
                old.add(min(times) // SECOND_NS)
    return frozenset(
        second
        for second, apart in starts.items()
        if len(apart) >= (_FEWEST_COPIED if second in old else _FEWEST_COPIED_TODAY)
    )


def appeared_at(moments: Collection[int], started_ns: int | None, times: Sequence[int]) -> bool:
    """Whether all files of a session appeared at one of the moments of copies, well after its
    start (if its name tells one)."""
    return (
        bool(times)
        and max(times) - min(times) < _TOGETHER_NS
        and (started_ns is None or min(times) - started_ns > _FIRST_MINUTES_NS)
        and min(times) // SECOND_NS in moments
    )


def how_far_behind(sessions: Iterable[tuple[int | None, Sequence[int]]]) -> int:
    """How far the clock that wrote the names in a root is behind the one of its files, in ns: some
    whole or half hours, an hour at least, when a container runs in another zone. 0 when nothing
    says so: one session alone may have been slow, and one whose first file came sooner contradicts.

    Each session is given by the start that its name tells (epoch ns, None: none to the minute) and
    the times of its files.
    """
    waits = [
        (min(times) - start, start) for start, times in sessions if start is not None and times
    ]
    half_ns = _HOUR_NS // 2
    least = min((wait for wait, _ in waits), default=0)
    behind_ns = (least + _SLACK_NS) // half_ns * half_ns
    if not _HOUR_NS <= behind_ns <= WIDEST_ZONES_NS:
        return 0
    hours = {start // _HOUR_NS for wait, start in waits if wait - behind_ns <= _FIRST_FILE_NS}
    return behind_ns if len(hours) >= _FEWEST_BEHIND else 0


def is_behind(behind_ns: int, started_ns: int | None, times: Sequence[int]) -> bool:
    """Whether a start that a name tells may lie so much later, given the times of the files."""
    return started_ns is not None and (
        not times or min(times) - started_ns >= behind_ns - _SLACK_NS
    )


def start_in_its_zone(stamp: str, started_ns: int, times: Sequence[int]) -> int:
    """The start that a stamp tells, given the times of the session's files: in UTC when that alone
    fits them (a container wrote the name), and never after the last write.

    `started_ns` is the stamp read in local time.
    """
    if not times or len(stamp) == DAY:
        return started_ns
    first, last = min(times), max(times)
    early = first - started_ns > _HOUR_NS - _SLACK_NS
    late = started_ns > last + _SLACK_NS
    if not early and not late:
        return started_ns
    utc_ns = seconds_in_utc(stamp) * SECOND_NS
    if utc_ns != started_ns and -_SLACK_NS <= first - utc_ns < _LONGEST_FIRST_NS:
        return utc_ns
    return first if late else started_ns
