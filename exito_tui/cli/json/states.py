"""All sessions of a root with their files and their states, read in shares where there are several
processors."""

import marshal
from collections.abc import Sequence

from exito_tui.cli.json.parallel import in_chunks
from exito_tui.domain.sessions.session import Artefact, Session
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

    def text_of(share: Sequence[Session]) -> str:
        states = with_states(reader, judge, share, now_ns)
        read = [
            (
                session.artefacts and [tuple(artefact) for artefact in session.artefacts],
                session.problem,
                state,
            )
            for session, state in zip(reader.with_files(share), states, strict=True)
        ]
        return marshal.dumps(read).hex()

    parts = in_chunks(ordered, text_of, separator=" ").split(" ") if ordered else []
    found = [one for part in parts for one in marshal.loads(bytes.fromhex(part))]  # noqa: S302 made just above
    return [
        (
            session._replace(
                artefacts=tuple(map(Artefact._make, artefacts or ())), problem=problem
            ),
            state,
        )
        for session, (artefacts, problem, state) in zip(ordered, found, strict=True)
    ]
