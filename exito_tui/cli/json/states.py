"""All sessions of a root with their files and their states, read in chunks where there are several
processors."""

from collections.abc import Sequence
from typing import Any

from exito_tui.cli.json.parallel import parallel_map
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import State
from exito_tui.store.read.root_reader import JudgingReader, with_states


def sessions_and_states(
    root: int, snapshot: Snapshot, judge: Judge, now_ns: int
) -> list[tuple[Session, State]]:
    """`root` is the root's descriptor, `snapshot` has its names."""
    reader = JudgingReader(root, snapshot, judge)
    ordered = list(snapshot.sessions.values())

    def work(chunk: Sequence[Session]) -> list[tuple[list[tuple[Any, ...]], str, State, bool, int]]:
        states = with_states(reader, judge, chunk, now_ns)
        return [
            (
                [tuple(artefact) for artefact in session.artefacts or ()],
                session.problem,
                state,
                session.copied,
                session.behind_ns,
            )
            for session, state in zip(
                map(reader.judge.by_its_clocks, reader.with_files(chunk)), states, strict=True
            )
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
        )
        for session, (artefacts, problem, state, copied, behind_ns) in zip(
            ordered, found, strict=True
        )
    ]
