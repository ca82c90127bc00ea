"""`exito-tui ls`: the sessions, for people, for pipes and as JSON."""

import gc
import time
from collections.abc import Collection, Sequence
from functools import partial

from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    COMMAND_WIDTH,
    EXIT_USAGE,
    Failure,
    TableRow,
    brief,
    complain,
    on_terminal,
    sections,
    separated,
    shortened,
    write,
)
from exito_tui.cli.shared.claude import with_records_of
from exito_tui.cli.shared.complaints import complain_of_unreadable
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.cli.shared.select import judge_for, judged_roots, verdicts_of
from exito_tui.cli.shared.signs import ink_of, sign_of
from exito_tui.domain.root_paths import project_name, work_tree_of
from exito_tui.domain.sessions.filters import parse_filter
from exito_tui.domain.sessions.list_rows import OLD, Arrangement, Row, arrange, in_order
from exito_tui.domain.sessions.orders import Grouping, Sort
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc, pluralize, short_age
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.verdict import Verdict, in_a_row
from exito_tui.store.read.sibling_roots import sibling_roots, where_siblings_lie


def run(options: Options) -> int:
    """List the sessions of all roots, newest first."""
    # Nothing made here is garbage before the end; looking for some costs a third of the time
    gc.disable()
    roots = existing_roots(options, awaited=True)
    every = existing_roots(options, awaited=True, work_trees=True)
    work_trees = every[len(roots) :]
    sort: Sort = options.sort or "started"
    if options.json and options.by:
        raise Failure("--by is for people; JSON is ordered by --sort", EXIT_USAGE)
    if options.json and not options.filter:
        from exito_tui.cli.json.fast_listing import listing

        informing = partial(with_records_of, options)
        write(
            listing(roots, judge_for(every), sort, options.state, informing, work_trees=work_trees)
        )
        return 0
    snapshots, judge = judged_roots(options)
    listed = _Listed(snapshots, judge, time.time_ns())
    complain_of_unreadable(one for snapshot in snapshots for one in snapshot.sessions.values())
    rows = listed.rows(options.by or "time", sort, options.filter, options.state)
    if options.json:
        write(_filtered_document(rows, listed, roots, work_trees))
    elif on_terminal():
        _write_table(rows, listed, every)
        if not rows:
            narrowed = options.filter or options.state
            complain("no session fits" if narrowed else "there are no sessions yet")
    else:
        _write_separated([row for row in rows if isinstance(row, Session)], listed)
    more = {one for root in roots for one in sibling_roots(root)} - set(every)
    if more:
        where = where_siblings_lie(roots)
        complain(f"{pluralize(len(more), 'more root')} {where}; see them with --worktrees")
    return 0


def _filtered_document(
    rows: Sequence[Row], listed: "_Listed", roots: Sequence[str], work_trees: Sequence[str]
) -> str:
    """The sessions that a filter lets through, as `ls --json` prints all of them."""
    from exito_tui.cli.json.schema import document, session_object

    def objects(root: str) -> list[dict[str, object]]:
        sessions = [row for row in rows if isinstance(row, Session) and row.root == root]
        snapshot = listed.snapshots[root]
        return [
            session_object(
                session,
                listed.verdict(session),
                pinned=session.key in snapshot.pinned,
                layouts=snapshot.layouts,
                known=listed.judge.known(session, listed.now_ns),
            )
            for session in sessions
        ]

    def whole(root: str) -> dict[str, object]:
        return {"root": decoded(root), "sessions": objects(root), "notes": []}

    made = [whole(root) for root in roots]
    trees = [{"worktree": decoded(work_tree_of(root)), **whole(root)} for root in work_trees]
    if trees and len(made) == 1:
        made[0]["worktrees"] = trees
    else:
        made += trees
    return document(made, generated_at=iso_utc(listed.now_ns))


class _Listed:
    """The sessions of some roots, judged at one moment."""

    def __init__(self, snapshots: Sequence[Snapshot], judge: Judge, now_ns: int) -> None:
        self.now_ns = now_ns
        self.judge = judge
        self.snapshots = {snapshot.root: snapshot for snapshot in snapshots}
        self._verdicts = {snapshot.root: verdicts_of(snapshot, judge) for snapshot in snapshots}

    def rows(self, by: Grouping, sort: Sort, text: str, states: Collection[State]) -> Sequence[Row]:
        """The rows, only of sessions in the wanted states if any are named, and that a filter lets
        through. Raises Failure when the filter means nothing."""
        wanted = " ".join([text, f"state:{','.join(states)}" if states else ""]).strip()
        if problem := parse_filter(wanted).problem:
            raise Failure(problem, EXIT_USAGE)
        snapshots = [one._replace(notes=()) for one in self.snapshots.values()]
        standings = [
            {key: verdict.standing for key, verdict in self._verdicts[one.root].items()}
            for one in snapshots
        ]
        rows = arrange(
            snapshots,
            Arrangement(by, sort, wanted, unfolded=frozenset((OLD,))),
            standings,
            self.now_ns,
        )
        if by == "time":
            sessions = [row for row in rows if isinstance(row, Session)]
            return in_order(sessions, sort) if len(snapshots) > 1 and sort != "need" else sessions
        return rows

    def verdict(self, session: Session) -> Verdict:
        """The verdict on one of the sessions."""
        return self._verdicts[session.root][session.key]

    def title(self, session: Session) -> str:
        """What one of the sessions is about."""
        return title_of(session, self.snapshots[session.root].layouts).text


def _write_separated(sessions: Sequence[Session], listed: _Listed) -> None:
    """A line for each session; where they are of several roots, the last field names it."""
    several = len({session.root for session in sessions}) > 1
    for session in sessions:
        started, written = session.started_ns, session.last_write_ns
        write(separated((
            decoded(session.key),
            session.shape,
            "" if started is None else iso_utc(started),
            "" if written is None else iso_utc(written),
            str(session.size),
            str(len(session.artefacts or ())),
            listed.verdict(session).state,
            *([decoded(session.root)] if several else ()),
        )))  # fmt: skip


_PHRASE = 30
"""Cells of what goes on, at the most."""


def _write_table(rows: Sequence[Row], listed: _Listed, roots: Sequence[str]) -> None:
    """The rows under their headings, no wider than the terminal: the ids give way first, then the
    end of what goes on."""
    groups: list[tuple[str, list[TableRow]]] = []
    for row in rows:
        if not isinstance(row, Session):
            groups.append((f"{row.title} {row.size}", []))
            continue
        verdict = listed.verdict(row)
        ink = ink_of(verdict.state, is_old=verdict.is_old)
        groups = groups or [("", [])]
        groups[-1][1].append(TableRow(_cells(row, listed, several=len(roots) > 1), ink))
    last = 5 if len(roots) == 1 else 6
    write(
        sections(
            groups,
            frozenset({last - 1}),
            cut=(last - 3, last - 2),
            drop=(last, last - 2),
            phrases=(last - 2,),
        )
    )


def _cells(session: Session, listed: _Listed, *, several: bool) -> tuple[str, ...]:
    verdict = listed.verdict(session)
    when = verdict.standing.counts_from(session.last_write_ns, session.started_ns)
    return (
        sign_of(verdict.state),
        *([decoded(project_name(session.root))] if several else ()),
        shortened(decoded(session.command), COMMAND_WIDTH),
        listed.title(session),
        brief(in_a_row(verdict, listed.now_ns, "!"), _PHRASE),
        "" if when is None else short_age(listed.now_ns - when),
        decoded(session.id),
    )
