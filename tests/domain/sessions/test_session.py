"""Sessions, their artefacts, what changed between two snapshots, and finding one by name."""

import os
import stat

import pytest

from exito_tui.domain.sessions.artefact import Artefact, artefacts_in_order, kind_of
from exito_tui.domain.sessions.file_index import FileIndex
from exito_tui.domain.sessions.lookup import LookupFailedError, find_session
from exito_tui.domain.sessions.session import Session, sessions_of_folders
from exito_tui.domain.sessions.snapshot import Snapshot, diff
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.workflows.file_roles import label, rank
from exito_tui.domain.workflows.reader import builtin
from tests.support import NOW_NS


def artefact(name: str, size: int = 1, modified: int = NOW_NS) -> Artefact:
    return Artefact(name, "markdown", size, modified, 1)


def session(identifier: str, *artefacts: Artefact, command: str = "build") -> Session:
    [made] = sessions_of_folders("/r", command, command, [identifier])
    return made._replace(artefacts=artefacts)


def status(size: int = 1, modified: int = 0, mode: int = stat.S_IFREG) -> os.stat_result:
    seconds = modified // SECOND_NS
    return os.stat_result(
        (mode, 1, 1, 1, 0, 0, size, seconds, seconds, seconds),
        {"st_mtime_ns": modified, "st_atime_ns": modified, "st_ctime_ns": modified},
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [("plan.md", "markdown"), ("x.JSON", "json"), (".agent_log", "agent_log"), ("sub/.agent_log", "agent_log"),
     ("screenshot-1.png", "image"), ("x.zip", "binary"), ("run.sh", "text"), ("README", "text"), ("", "text")],
)  # fmt: skip
def test_the_kind_of_a_regular_file(name: str, kind: str) -> None:
    assert kind_of(name, stat.S_IFREG | 0o644) == kind


@pytest.mark.parametrize(
    ("mode", "kind"), [(stat.S_IFLNK, "symlink"), (stat.S_IFIFO, "special"), (stat.S_IFSOCK, "special"), (stat.S_IFCHR, "special")]
)  # fmt: skip
def test_the_kind_of_other_files(mode: int, kind: str) -> None:
    assert kind_of("plan.md", mode) == kind


def test_artefacts_stand_in_workflow_order_then_by_time() -> None:
    names = [
        ".write_test",
        "late.md",
        "early.md",
        "review.md",
        "plan.md",
        "audit_security.md",
        "context.md",
        "test_report.md",
    ]
    found = [(name, status(modified=-at * SECOND_NS)) for at, name in enumerate(names)]
    assert [one.name for one in artefacts_in_order(found)] == [
        "context.md", "plan.md", "test_report.md", "audit_security.md", "review.md", "early.md", "late.md", ".write_test",
    ]  # fmt: skip


@pytest.mark.parametrize("command", builtin())
def test_every_commands_files_are_in_the_order_of_the_workflow(command: str) -> None:
    places = [rank(name) for name in builtin()[command].files]
    assert places == sorted(places)
    assert len(set(places)) == len(places) or "pr_" in builtin()[command].files[0]


def test_the_parts_of_a_pull_request_have_their_order() -> None:
    names = [
        "pr_7_final_review.md",
        "pr_7_security-scanner_report.md",
        "pr_7_context.md",
        "pr_7_business-validator_report.md",
    ]
    assert sorted(names, key=rank) == [
        "pr_7_context.md", "pr_7_business-validator_report.md", "pr_7_security-scanner_report.md", "pr_7_final_review.md",
    ]  # fmt: skip


def test_labels_are_short_and_names_without_one_stay() -> None:
    assert label("test_report.md") == "test"
    assert label("context.md") == "context"
    assert label(".agent_log") == ".agent_log"


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


def snapshot(*sessions: Session) -> Snapshot:
    return Snapshot("/r", {one.key: one for one in sessions})


def test_a_diff_tells_what_was_added_changed_and_removed() -> None:
    old = snapshot(
        session("build_20251106_153045", artefact("context.md"), artefact("gone.md")),
        session("old"),
    )
    new = snapshot(
        session("build_20251106_153045", artefact("context.md", 2), artefact("plan.md")),
        session("new", artefact("x")),
    )
    told = {(change.kind, change.session.id): change.files for change in diff(old, new)}
    assert told == {
        ("changed", "build_20251106_153045"): ("context.md", "plan.md", "gone.md"),
        ("added", "new"): ("x",),
        ("removed", "old"): (),
    }


def test_reading_files_for_the_first_time_is_no_change() -> None:
    unread = session("build_20251106_153045")._replace(artefacts=None)
    assert (
        diff(snapshot(unread), snapshot(session("build_20251106_153045", artefact("plan.md"))))
        == []
    )


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
