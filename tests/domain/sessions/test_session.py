"""Sessions, their artefacts, what changed between two snapshots, and finding one by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.names import folder_in_root
from exito_tui.domain.sessions.session import Session, sessions_of_folders
from exito_tui.domain.sessions.stamps import started_seconds
from exito_tui.domain.units import SECOND_NS
from tests.support import NOW_NS


def artefact(name: str, size: int = 1, modified: int = NOW_NS) -> Artefact:
    return Artefact(name, "markdown", size, modified, 1)


def session(identifier: str, *artefacts: Artefact, command: str = "build") -> Session:
    [made] = sessions_of_folders("/r", command, command, [identifier])
    return made._replace(artefacts=artefacts)


LATER = NOW_NS + 60 * SECOND_NS


def test_what_a_session_knows_of_itself() -> None:
    one = session(
        "build_20251106_153045", artefact("context.md", 10), artefact("plan.md", 5, LATER)
    )
    assert one.key == "build/build_20251106_153045"
    assert one.path == "/r/build/build_20251106_153045"
    assert one.started_ns == 1_762_443_045 * SECOND_NS
    assert one.last_write_ns == LATER
    assert one.size == 15
    assert one.newest() == artefact("plan.md", 5, LATER)
    assert session("session").started_ns is None
    assert session("investigator-1762190736").started_ns == 1_762_190_736 * SECOND_NS


@pytest.mark.parametrize(
    ("name", "shape", "stamp", "seconds"),
    [
        ("build_20251106_153045", "canonical", "20251106153045", 1762443045),
        ("investigator-1762443046", "epoch", "20251106153046", 1762443046),
        ("v2-20251106T153045-abcdefgh", "foreign", "20251106153045", 1762443045),
        ("session", "named", "", None),
    ],
)
def test_when_a_name_says_it_started(
    name: str, shape: str, stamp: str, seconds: int | None
) -> None:
    session = Session("/r", f"build/{name}", "build", name, shape, stamp)  # type: ignore[arg-type]
    assert session.started_ns == (None if seconds is None else seconds * SECOND_NS)


def test_a_flat_session_of_one_file_is_that_file() -> None:
    files = (Artefact("queues.md", "markdown", 1, 0, 1),)
    session = Session(
        "/r", "research/queues", "research", "queues", "flat", "", files, form="loose"
    )
    assert session.path == "/r/research/queues.md"
    assert session._replace(artefacts=files * 2).path == "/r/research"


@pytest.mark.parametrize("command", ["build", ""])
@given(
    name=st.one_of(
        st.from_regex(r"v2-[0-9x-]{0,9}T?[0-9x]{0,7}(-[a-zA-Z2-7]{8})?(_2025010[16]_100000)?\Z"),
        st.from_regex(r"[a-z2-]{0,4}[-_]([1-9]\d{9}|2025\d{4}_\d{6})\Z"),
    )
)
def test_whatever_a_folder_is_called_it_has_a_place_in_time(command: str, name: str) -> None:
    if command:
        made = sessions_of_folders("/r", command, command, [name])
    else:
        read = folder_in_root(name)
        made = [Session("/r", name, read.command, name, read.shape, read.stamp)] if read else []
    for one in made:
        assert one.named_ns is None or one.stamp
        assert one.started_ns is None or one.order
        assert isinstance(one.tells_local_clock, bool)


def test_only_a_layout_in_utc_tells_a_start_in_utc() -> None:
    stray = session("v2-x_20250106_100000")
    assert stray.started_ns == started_seconds("20250106100000") * SECOND_NS  # type: ignore[operator]
    assert stray.tells_local_clock
