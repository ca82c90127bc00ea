"""Finding a session by what a person types."""

import pytest

from exito_tui.domain.sessions.lookup import LookupFailedError, find_session
from exito_tui.domain.units import SECOND_NS
from tests.domain.sessions.test_session import artefact, session
from tests.domain.sessions.test_snapshot import snapshot
from tests.support import NOW_NS

FLEET = snapshot(
    session("build_20251106_153045"), session("build_20251106_120000"), session("patch_20251107_090000", command="patch"),
    session("made-up", artefact("plan.md", modified=NOW_NS + 86_400 * SECOND_NS)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"),
    [("build/build_20251106_153045", "build/build_20251106_153045"), ("build_20251106_153045", "build/build_20251106_153045"),
     ("build_20251106_15", "build/build_20251106_153045"), ("patch", "patch/patch_20251107_090000"),
     ("patch/", "patch/patch_20251107_090000"), ("latest", "build/made-up"), ("latest:patch", "patch/patch_20251107_090000")],
)  # fmt: skip
def test_finding_a_session(name: str, key: str) -> None:
    assert find_session([FLEET], name).key == key


def test_an_ambiguous_name_lists_the_candidates_newest_first() -> None:
    with pytest.raises(LookupFailedError, match="2 sessions") as caught:
        find_session([FLEET], "build_2025")
    assert caught.value.candidates == ("build/build_20251106_153045", "build/build_20251106_120000")


@pytest.mark.parametrize("name", ["nothing", "latest:nothing", "", "/"])
def test_a_name_of_nothing(name: str) -> None:
    with pytest.raises(LookupFailedError) as caught:
        find_session([FLEET], name)
    assert caught.value.candidates == ()


@pytest.mark.parametrize(
    "copy",
    ["build_20251106_153045 2", "build_20251107_100000 (conflicted copy 2025-11-07)",
     "build_20251107_100000.sync-conflict-20251107-100000-ABCDEFG"],
)  # fmt: skip
def test_the_latest_is_never_a_conflict_copy(copy: str) -> None:
    late = session(copy, artefact("plan.md", modified=NOW_NS + 172_800 * SECOND_NS))
    known = snapshot(session("build_20251106_153045"), late)
    assert find_session([known], "latest").id == "build_20251106_153045"
    assert find_session([known], "latest:build").id == "build_20251106_153045"
    assert find_session([known], copy).id == copy, "it can be named"
    with pytest.raises(LookupFailedError, match="no session"):
        find_session([snapshot(late)], "latest")
