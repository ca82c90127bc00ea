"""All sessions of a root with their files, their states and their titles, read in chunks where
there are several processors."""

from collections.abc import Sequence
from typing import Any

from exito_tui.cli.json.parallel import parallel_map
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import Title
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import State
from exito_tui.store.read.caching_reader import CachingReader, kept_of
from exito_tui.store.read.root_reader import with_states


def sessions_and_states(
    root: int, snapshot: Snapshot, judge: Judge, now_ns: int, *, titled: bool
) -> list[tuple[Session, State, Title | None]]:
    """`root` is the root's descriptor, `snapshot` has its names; titles (`titled`) are read where
    somebody will."""
    reader = CachingReader(root, snapshot, judge, kept_of(snapshot.root, judge))
    ordered = list(snapshot.sessions.values())

    def work(chunk: Sequence[Session]) -> list[tuple[Any, ...]]:
        read = reader.with_files(chunk)
        kept = {one.key: title for one in read if titled and (title := reader.kept_title(one))}
        others = [one for one in read if one.key not in kept]
        states = with_states(reader, judge, others, now_ns)
        state_of = {one.key: state for one, state in zip(others, states, strict=True)}
        return [
            (
                [tuple(artefact) for artefact in session.artefacts or ()],
                session.problem,
                session.copied,
                session.behind_ns,
                state_of.get(session.key, "completed"),
                tuple(kept.get(session.key) or reader.title(session)) if titled else (),
            )
            for session in map(reader.judge.by_its_clocks, read)
        ]

    found = parallel_map(ordered, work) if ordered else []
    return [
        (
            session._replace(
                artefacts=tuple(map(Artefact._make, artefacts)),
                problem=problem,
                copied=copied,
                behind_ns=behind_ns,
            ),
            state,
            Title(*title) if title else None,
        )
        for session, (artefacts, problem, copied, behind_ns, state, title) in zip(
            ordered, found, strict=True
        )
    ]
