"""What is shown of a session's files, worked out once."""

from exito_tui.domain.sessions.file_index import FileIndex
from exito_tui.domain.units import SECOND_NS
from tests.domain.sessions.test_session import artefact
from tests.support import NOW_NS


def test_being_written_is_a_matter_of_seconds_and_of_those_written_together() -> None:
    files = (
        artefact("a", modified=NOW_NS),
        artefact("b", modified=NOW_NS - 3 * SECOND_NS),
        artefact("c", modified=NOW_NS - 9 * SECOND_NS),
    )
    written = FileIndex(files).being_written
    assert written(NOW_NS + 5 * SECOND_NS, 20 * SECOND_NS) == {"a", "b"}
    assert written(NOW_NS + 21 * SECOND_NS, 20 * SECOND_NS) == frozenset()
    assert FileIndex(()).being_written(NOW_NS, 20 * SECOND_NS) == frozenset()
