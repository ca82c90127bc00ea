"""Finding a text in everything that was ever written in a root. There is no index to be kept in
order: the files are read."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from exito_tui.domain.documents.encodings import text_is_wide, text_or_none
from exito_tui.domain.documents.needle import FoundLine, Needle
from exito_tui.domain.sessions.artefact import NOT_OPENED, Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.store.fs import safefs
from exito_tui.store.read.scan import read_session

MOST_READ = 32 << 20
"""How many bytes of a file are searched at the most: its last ones."""
_BLOCK = 1 << 20
MOST_LINES = 50
"""How many lines of one file are told at the most, where people read them."""


class Match(NamedTuple):
    """What was found in one file of a session; an empty `file` and line 0 stand for its title.
    `more` lines were found besides; `around` are the lines near those found, by their numbers."""

    session: Session
    file: str
    lines: tuple[FoundLine, ...]
    more: int = 0
    around: Mapping[int, str] = MappingProxyType({})


def titles_with(needle: Needle, titles: Mapping[str, str]) -> dict[str, str]:
    """Those of some titles, by the keys of their sessions, in which it is."""
    return {key: title for key, title in titles.items() if needle.is_in(title)}


def search(
    root: int,
    sessions: Iterable[Session],
    needle: Needle,
    *,
    titles: Mapping[str, str] = MappingProxyType({}),
    wants_file: Callable[[str], bool] = lambda name: True,
    is_over: Callable[[], bool] = lambda: False,
    most: int = MOST_LINES,
    context: int = 0,
    likely: frozenset[str] | None = None,
) -> Iterator[Match]:
    """What is found, session by session in their order, `most` lines of each file, with `context`
    lines before and after each. `root` is the root's descriptor; `titles` are, by key, those in
    which it is (as `titles_with` tells); `is_over` is asked before each file, and ends it; `likely`
    are the only files in which it is worth looking, where that is known (as `likely_files` tells).
    What cannot be read holds nothing."""
    folders = None if likely is None else _folders_of(likely)
    for session in sessions:
        if is_over():
            return
        title = titles.get(session.key)
        if title is None and folders is not None and session.folder not in folders:
            continue
        if session.artefacts is None:
            session = read_session(root, session)
        if title is not None:
            (found, *_) = needle.find(title)
            yield Match(session, "", (found._replace(line=0),))
        files = [
            one
            for one in session.artefacts or ()
            if one.kind not in NOT_OPENED
            and one.size
            and (likely is None or session.place(one.name) in likely)
            and wants_file(decoded(one.name))
        ]
        if not files or session.form == "link":
            continue
        try:
            with safefs.opened_folder(root, session.folder) as folder:
                for artefact in files:
                    if is_over():
                        return
                    match = _in_file(folder, session, artefact, needle, most, context, is_over)
                    if match:
                        yield match
        except OSError:
            continue


def _folders_of(files: Iterable[str]) -> frozenset[str]:
    """All folders that some files lie in or below; the root's is empty."""
    found = {""}
    for path in files:
        while (path := path.rpartition("/")[0]) not in found:
            found.add(path)
    return frozenset(found)


def _in_file(
    folder: int,
    session: Session,
    artefact: Artefact,
    needle: Needle,
    most: int,
    context: int,
    is_over: Callable[[], bool],
) -> Match | None:
    try:
        raw, skipped = _read(folder, artefact.name, is_over)
    except OSError:
        return None
    if not needle.may_be_in(raw) and not text_is_wide(raw):
        return None
    text = text_or_none(raw)
    if text is None:
        return None
    found = list(_first(needle.find(text), most))
    if not found:
        return None
    around = _around(text, found[:most], context) if context else {}
    return Match(
        session,
        artefact.name,
        tuple(one._replace(line=one.line + skipped) for one in found[:most]),
        max(0, len(found) - most),
        {number + skipped: line for number, line in around.items()},
    )


def _around(text: str, found: Iterable[FoundLine], context: int) -> dict[int, str]:
    """The lines at most `context` before or after one that was found, by their numbers, in their
    order."""
    lines = text.split("\n")
    numbers = {one.line for one in found}
    near = {
        number
        for line in numbers
        for number in range(max(1, line - context), min(len(lines), line + context) + 1)
    }
    return {number: lines[number - 1] for number in sorted(near - numbers)}


def _first(found: Iterator[FoundLine], count: int) -> Iterator[FoundLine]:
    """The first `count`, and one more if there is one."""
    for number, one in enumerate(found):
        yield one
        if number >= count:
            return


def _read(folder: int, name: str, is_over: Callable[[], bool]) -> tuple[bytes, int]:
    """The last bytes of a file in (or below) a folder, and how many lines come before them."""
    inner, _, last = name.rpartition("/")
    if inner:
        with safefs.opened_folder(folder, inner) as below:
            return _read(below, last, is_over)
    descriptor, status = safefs.open_seen(folder, name)
    try:
        start = max(0, status.st_size - MOST_READ)
        before = _lines_before(descriptor, start, is_over)
        return safefs.pread_all(descriptor, start, status.st_size - start), before
    finally:
        os.close(descriptor)


def _lines_before(descriptor: int, end: int, is_over: Callable[[], bool]) -> int:
    """How many lines end before a byte. Holes are passed over: a file of a few bytes may have
    terabytes of them."""
    at = count = 0
    while at < end and not is_over():
        try:
            at = os.lseek(descriptor, at, os.SEEK_DATA)
        except OSError:  # nothing but a hole
            break
        part = safefs.pread_all(descriptor, at, max(0, min(_BLOCK, end - at)))
        if not part:
            break
        count += part.count(b"\n")
        at += len(part)
    return count
