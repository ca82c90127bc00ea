"""`exito-tui show`: one file of a session, rendered or as it is."""

import codecs
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from exito_tui.cli.json.schema import artefact_object, document, session_object
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    Failure,
    complain,
    draws_unicode,
    on_terminal,
    wants_colour,
    write,
    write_bytes,
)
from exito_tui.cli.shared.claude import with_records
from exito_tui.cli.shared.roots import existing_roots, must_be_read
from exito_tui.cli.shared.select import judge_for, judged_roots, session_called, session_known_as
from exito_tui.cli.shared.settings import layouts_for
from exito_tui.domain.documents.encodings import codec_of, decode, is_binary
from exito_tui.domain.sessions.artefact import METADATA, NOT_OPENED, Artefact
from exito_tui.domain.sessions.hook_notes import (
    KEY,
    NO_NOTES,
    SAVED,
    HookNotes,
    read_notes,
    saved_from,
)
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line, sanitise
from exito_tui.domain.units import pluralize, short_size
from exito_tui.store.read.file_page import read_blocks, read_bytes
from exito_tui.store.read.scan import error_text, scan

if TYPE_CHECKING:
    from exito_tui.domain.documents.blocks import Blocks

MOST_RENDERED = 1 << 20
"""How many bytes of a file are rendered on a terminal at the most."""

MOST_IN_JSON = 8 << 20
"""How many bytes of a file are put into JSON at the most."""

_MOST_METADATA = 1 << 20


def run(options: Options) -> int:
    """Show a file: rendered on a terminal, its bytes when piped, or JSON."""
    if options.agent:
        return _transcript(options)
    if options.json and options.file is None:
        return _as_json(options)
    session = _named(options)
    artefact = _artefact(session, options.file)
    if artefact.kind in NOT_OPENED:
        raise Failure(
            f"{one_line(artefact.name)} is not a regular file ({artefact.kind}); it is not opened"
        )
    path = session.place(artefact.name)
    notes = _notes(session)
    if options.json:
        _file_as_json(session, artefact, path, notes)
    elif on_terminal():
        if agent := saved_from(artefact, notes):
            complain(f"{one_line(artefact.name)}: {SAVED} of {agent}")
        _render(session, artefact, path)
    else:
        _copy(session, artefact, path)
    return 0


def _named(options: Options) -> Session:
    """The session that is named. Only where none of the files is called that, Claude Code's records
    are asked: it may be a run that has no folder yet, and so no files, or was one when it had this
    name.

    Raises:
        Failure: none is called that, or it has no folder yet.
    """
    roots = existing_roots(options, awaited=True, work_trees=True)
    snapshots = [scan(root, layouts_for(root)) for root in roots]
    try:
        must_be_read(snapshots)
        return session_called(snapshots, options.session)
    except Failure:
        informed, judge = with_records(options, snapshots, judge_for(roots))
        if all(one.state == "present" for one in informed):
            session = session_known_as(options, informed, judge, options.session)
            if session.form == "run":
                name = one_line(decoded(session.id))
                raise Failure(
                    f"{name} has no folder yet, and so no files; "
                    f"`exito-tui agents {name}` lists its agents, `--agent NAME` shows one"
                ) from None
            return session
        raise


def _transcript(options: Options) -> int:
    """What was said and done in the transcript of an agent."""
    from exito_tui.claude.follower import Follower
    from exito_tui.claude.script import TAIL, Script
    from exito_tui.domain.records.script import script_text

    snapshots, judge = judged_roots(options)
    session = session_known_as(options, snapshots, judge, options.session)
    known = judge.known(session, time.time_ns())
    agents = [known.conversation.lead, *known.agents] if known else []
    wanted = [one for one in agents if options.agent in (one.type, one.id) and one.path]
    if known is None or not wanted:
        there = ", ".join(dict.fromkeys(one_line(one.type) for one in agents))
        raise Failure(
            f"no agent {one_line(options.agent)!r} is known of {one_line(decoded(session.key))}; "
            + (f"it has {there}" if there else "none is known")
        )
    follower = Follower(wanted[-1].path, Script, tail=TAIL)
    while follower.read(TAIL):
        pass
    cwd, entries = known.conversation.cwd, follower.taker.entries
    is_cut = os.stat(wanted[-1].path).st_size > TAIL or follower.taker.dropped > 0
    if is_cut and not options.json:
        complain(
            f"only the latest {pluralize(len(entries), 'entry')} of a long transcript; all of it "
            f"is in {one_line(decoded(wanted[-1].path))}"
        )
    text = script_text(entries, time.time_ns(), near=[cwd] if cwd else (), expanded=True)
    if options.json:
        made = {"key": decoded(session.key), "agent": wanted[-1].id, "text": text}
        write(document({**made, "truncated": is_cut}))
    elif on_terminal():
        from exito_tui.domain.documents.blocks import markdown_in_shares

        _print(markdown_in_shares(text))
    else:
        write(sanitise(text))
    return 0


@contextmanager
def _reading(artefact: Artefact) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Failure(f"{one_line(artefact.name)} cannot be read: {error_text(error)}") from None


def _copy(session: Session, artefact: Artefact, path: str) -> None:
    """The very bytes, however many there are."""
    blocks = read_blocks(session.root, path)
    while True:
        with _reading(artefact):
            block = next(blocks, b"")
        if not block:
            return
        write_bytes(block)


def _notes(session: Session) -> HookNotes:
    """What the hooks noted in a session's metadata, if that can be read."""
    try:
        text = read_bytes(session.root, session.place(METADATA), _MOST_METADATA)
        made = json.loads(text) if session.artefact(METADATA) else {}
    except (OSError, ValueError, RecursionError):
        return NO_NOTES
    return read_notes(made.get(KEY)) if isinstance(made, dict) else NO_NOTES


def _file_as_json(session: Session, artefact: Artefact, path: str, notes: HookNotes) -> None:
    with _reading(artefact):
        content = read_bytes(session.root, path, MOST_IN_JSON + 1)
    truncated = len(content) > MOST_IN_JSON
    text, encoding = None, ""
    if not is_binary(content):
        codec, encoding = codec_of(content)
        decoder = codecs.getincrementaldecoder(codec)("replace")
        text = decoder.decode(content[:MOST_IN_JSON], final=not truncated)
    more = {
        "key": decoded(session.key),
        "text": text,
        "truncated": truncated,
        "encoding": encoding or "UTF-8",
    }
    write(document({**artefact_object(artefact, notes), **more}))


def _as_json(options: Options) -> int:
    snapshots, judge = judged_roots(options)
    session = session_known_as(options, snapshots, judge, options.session)
    pinned = any(
        session.key in snapshot.pinned for snapshot in snapshots if snapshot.root == session.root
    )
    now_ns = time.time_ns()
    verdict = judge.verdict(session, now_ns)
    layouts = judge.settings_in(session.root).layouts
    write(
        document(
            session_object(
                session,
                verdict,
                pinned=pinned,
                layouts=layouts,
                known=judge.known(session, now_ns),
            )
        )
    )
    return 0


def _artefact(session: Session, name: str | None) -> Artefact:
    if not session.artefacts:
        reason = session.problem or "it has no files"
        raise Failure(f"there is nothing to show of {one_line(session.key)}: {reason}")
    if name is None:
        newest = session.newest()
        assert newest is not None
        return newest
    found = [
        artefact
        for artefact in session.artefacts
        if name in (artefact.name, decoded(artefact.name))
    ]
    found = found or [
        artefact for artefact in session.artefacts if decoded(artefact.name).startswith(name)
    ]
    if len(found) != 1:
        files = ", ".join(one_line(artefact.name) for artefact in found or session.artefacts)
        reason = "may mean" if found else "is not a file of this session; it has"
        raise Failure(f"{name!r} {reason} {files}")
    return found[0]


def _render(session: Session, artefact: Artefact, path: str) -> None:
    with _reading(artefact):
        content = read_bytes(session.root, path, MOST_RENDERED + 1)
    if is_binary(content) or artefact.kind in ("binary", "image"):
        from humanize import naturalsize

        from exito_tui.store.read.images import dimensions

        found = dimensions(content)
        what = f"{found[0]} image, {found[1]} x {found[2]} pixels" if found else "binary"
        size = naturalsize(artefact.size)
        raise Failure(f"{one_line(artefact.name)}: {what}, {size}; pipe it to get the bytes")
    from exito_tui.domain.documents.blocks import markdown_in_shares
    from exito_tui.domain.documents.document import make_document

    whole = len(content) <= MOST_RENDERED
    if not whole:
        content = content[: content.rfind(b"\n", 0, MOST_RENDERED) + 1 or MOST_RENDERED]
    kind = (
        artefact.kind if whole or artefact.kind != "json" else "text"
    )  # a part of JSON is no JSON
    text, encoding = decode(content, ended=whole)
    if encoding:
        complain(f"{one_line(artefact.name)}: read as {encoding}")
    if kind == "markdown":
        _print(markdown_in_shares(text))
    else:
        document = make_document(artefact.name, kind, "rendered", text)
        if document.remark:
            complain(f"{one_line(artefact.name)}: {document.remark}")
        _print((document.blocks,))
    if not whole:
        part, size = short_size(len(content)), short_size(artefact.size)
        complain(
            f"{one_line(artefact.name)}: only the first {part} of {size} are rendered; pipe it "
            "for all"
        )


def _print(shares: "Iterable[Blocks]") -> None:
    """Print blocks as they come, rendered as wide as the terminal, within reason."""
    from shutil import get_terminal_size

    from rich.console import Console
    from rich.segment import Segment, Segments

    from exito_tui.render.blocks import render_block
    from exito_tui.render.theme import IN_ASCII, RenderTheme

    width = min(get_terminal_size().columns, 120)
    colour_system: Literal["auto"] | None = None if os.environ.get("TERM") == "dumb" else "auto"
    console = Console(
        width=width,
        color_system=colour_system,
        no_color=not wants_colour(),
        highlight=False,
        emoji=False,
        markup=False,
    )
    theme = RenderTheme(
        accent="",
        muted="",
        surface="",
        ascii_only=not draws_unicode(),
    )
    for share in shares:
        segments: list[Segment] = []
        for block in share.blocks:
            for line in render_block(block, width, theme, share.references):
                segments += (*line, Segment.line())
            if block.last and block.kind not in ("plain", "log"):
                segments.append(Segment.line())
        if theme.ascii_only:
            segments = [Segment(one.text.translate(IN_ASCII), one.style) for one in segments]
        console.print(Segments(segments), soft_wrap=True, end="")
