"""Every shape of name that really occurs (and the ones models make up) lands somewhere."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.sessions.layouts import read_layouts, with_own_layouts
from exito_tui.domain.sessions.names import (
    PLUGIN,
    POINTER,
    command_of,
    file_in_root,
    flat_file,
    folder_in_root,
    folders_in_command,
    is_about,
    is_registry,
    meaningful_part,
    on_shelf,
    outcome_of,
)
from exito_tui.domain.sessions.stamps import started_seconds


def read(command: str, name: str) -> tuple[str, str]:
    [(same, shape, stamp)] = folders_in_command(command, [name])
    assert same == name
    return shape, stamp


@pytest.mark.parametrize(
    ("command", "name", "shape", "stamp"),
    [
        ("build", "build_20251106_153045", "canonical", "20251106153045"),
        ("tasks", "architect_saved-carts_20251106_153045", "semantic", "20251106153045"),
        ("tasks", "architect_task_20251106_153045", "semantic", "20251106153045"),
        ("build", "investigator-1762190736", "epoch", "20251103172536"),
        ("build", "investigator_1762190736", "epoch", "20251103172536"),
        ("build", "session", "named", ""),
        ("build", "$SESSION_ID", "named", ""),
        ("build", "${SESSION_ID}", "named", ""),
        ("build", "build_20251332_153045", "canonical", ""),
        ("build", "build_20251106_256199", "canonical", ""),
        ("build", "build_20250229_120000", "canonical", ""),
        ("build", "build_20240229_120000", "canonical", "20240229120000"),
        ("build", "build_20251128_153045", "canonical", "20251128153045"),
        ("build", "build_20251130_153045", "canonical", "20251130153045"),
        ("build", "build_20251131_153045", "canonical", ""),
        ("build", "build_20260431_153045", "canonical", ""),
        ("build", "build_00000000_000000", "canonical", ""),
        ("build", "a\nb_20251106_153045", "semantic", "20251106153045"),
        ("build", "-rf_20251106_153045", "semantic", "20251106153045"),
    ],
)
def test_folder_in_a_command(command: str, name: str, shape: str, stamp: str) -> None:
    assert read(command, name) == (shape, stamp)


@pytest.mark.parametrize(
    ("name", "command", "shape"),
    [
        ("builder_20251106_153045", "builder", "fallback"),
        ("auditor-orchestrator_20251106_153045", "auditor-orchestrator", "fallback"),
        ("investigation_20251106_153045", "investigation", "fallback"),
        ("architect_saved-carts_20251106_153045", "architect", "fallback"),
        ("_saved_20251106_153045", "_saved", "fallback"),
        ("investigator-1762443045", "investigator", "fallback"),
        ("architect_saved-carts_1762443045", "architect", "fallback"),
        ("_saved_1762443045", "_saved", "fallback"),
        ("20251106_153045_0123abcd_saved-carts", "cc", "foreign"),
        ("v2-20251106T153045-abcdefgh-saved-carts", "cc", "foreign"),
    ],
)
def test_folder_right_under_the_root(name: str, command: str, shape: str) -> None:
    found = folder_in_root(name)
    assert found is not None
    assert (found.command, found.shape, found.stamp) == (command, shape, "20251106153045")


@pytest.mark.parametrize(
    "name", ["build", "pr_reviews", "research", "tasks", "my_command", "2025", "_"]
)
def test_a_commands_folder_is_no_session(name: str) -> None:
    assert folder_in_root(name) is None


def test_a_v2_name_is_in_utc_and_all_others_are_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    found = folder_in_root("v2-20251106T153045-abcdefgi-saved-carts")
    assert found is not None
    assert found.stamp == "20251107003045"
    assert started_seconds("20251106153045") == 1762410645


@pytest.mark.parametrize(
    "name", ["v2-20251306T153045-abcdefgi-saved-carts", "20251306_153045_0123abcd_saved-carts"]
)
def test_a_foreign_name_with_an_impossible_time_has_none(name: str) -> None:
    assert folder_in_root(name) == ("cc", "foreign", "")


@pytest.mark.parametrize(
    ("command", "name", "expected"),
    [
        ("pr_reviews", "pr_789_context.md", ("pr_789", "")),
        ("pr_reviews", "pr_789_security-scanner_report.md", ("pr_789", "")),
        ("pr_reviews", "notes.md", None),
        ("research", "queues_20251106_153045.md", ("queues_20251106_153045", "20251106153045")),
        ("research", "queues.md", ("queues", "")),
        ("research", "queues.txt", None),
        ("build", "plan.md", None),
    ],
)
def test_files_that_are_flat_by_design(
    command: str, name: str, expected: tuple[str, str] | None
) -> None:
    assert flat_file(command, name) == expected


@pytest.mark.parametrize("name", ["1234.json", "pid-1234.json", "1234.abc.key", "x.key"])
def test_the_registry_of_claude_code_is_known(name: str) -> None:
    assert is_registry(name)


@pytest.mark.parametrize("name", ["index.json", "12a.json", "key", "plan.md"])
def test_other_files_are_not_taken_for_the_registry(name: str) -> None:
    assert not is_registry(name)


@pytest.mark.parametrize(
    ("command", "identifier", "part"),
    [
        ("build", "build_20251106_153045", ""),
        ("tasks", "architect_saved-carts_20251106_153045", "architect_saved-carts"),
        ("build", "investigator-1762190736", "investigator"),
        ("cc", "20251106_153045_0123abcd_saved-carts", "saved-carts"),
        ("cc", "20251106_153045_0123abcd", "0123abcd"),
        ("cc", "v2-20251106T153045-abcdefgh-saved-carts", "saved-carts"),
        ("build", "session", "session"),
    ],
)
def test_the_part_of_an_id_that_tells_something(command: str, identifier: str, part: str) -> None:
    assert meaningful_part(command, identifier) == part


def test_a_run_of_names_that_differ_in_their_clock_is_read_like_any_other() -> None:
    names = [
        "153045",
        "build_20251106_153045",
        "build_20251106_153046",
        "build_20251106_1153045",
        "build_20251106153045",
        "build_1153045",
        "build_153045",
        "build_20251106_256199",
        "build_20251106_153045",
        "build_20251107_153045",
        "build_20251332_153045",
        "153045",
        "build_20251332_153046",
        "other_20251107_153045",
        "other_20251107_153046",
        "153045",
        "session",
    ]
    for _ in range(2):  # the second time every clock time is known
        assert list(folders_in_command("build", names)) == [
            ("153045", "named", ""),
            ("build_20251106_153045", "canonical", "20251106153045"),
            ("build_20251106_153046", "canonical", "20251106153046"),
            ("build_20251106_1153045", "dated", "20251106"),
            ("build_20251106153045", "named", ""),
            ("build_1153045", "named", ""),
            ("build_153045", "named", ""),
            ("build_20251106_256199", "canonical", ""),
            ("build_20251106_153045", "canonical", "20251106153045"),
            ("build_20251107_153045", "canonical", "20251107153045"),
            ("build_20251332_153045", "canonical", ""),
            ("153045", "named", ""),
            ("build_20251332_153046", "canonical", ""),
            ("other_20251107_153045", "semantic", "20251107153045"),
            ("other_20251107_153046", "semantic", "20251107153046"),
            ("153045", "named", ""),
            ("session", "named", ""),
        ]


STAMPS = st.from_regex(r"\A[0-9]{8}_[0-9]{6}\Z")


@given(
    st.lists(
        st.one_of(
            st.text(min_size=1),
            st.tuples(st.text(), STAMPS).map("_".join),
            STAMPS.map("build_{}".format),
        )
    )
)
def test_many_names_at_once_are_read_as_each_alone(names: list[str]) -> None:
    """The quick path for runs of sorted names must not see other things than the careful one."""
    together = list(folders_in_command("build", sorted(names)))
    assert together == [next(folders_in_command("build", [name])) for name in sorted(names)]


@given(st.text())
def test_no_name_is_too_strange(name: str) -> None:
    folder_in_root(name)
    flat_file("pr_reviews", name)
    flat_file("research", name)
    shape, stamp = read("build", name)
    assert shape in ("canonical", "semantic", "epoch", "named")
    assert stamp == "" or len(stamp) == 14


OWN = with_own_layouts(
    read_layouts(
        [
            {
                "name": "sprint",
                "in": ["root-folder", "root-file", "shelf", "command"],
                "pattern": "sprint-{number}-{date}[-{slug}]",
                "command": "sprints",
            }
        ],
        "settings",
    )
)


def test_dated_names_in_each_place() -> None:
    assert folder_in_root("2026-04-18-menu") == ("sessions", "dated", "20260418")
    assert folder_in_root("planning") is None and folder_in_root("017 - Name") is None
    assert folder_in_root("sprint-7-20260418", OWN) == ("sprints", "dated", "20260418")
    assert file_in_root("2026-03-04-0915-login.md") == ("sessions", "dated", "202603040915")
    assert file_in_root("2026-03-04.tmp") == ("sessions", "dated", "20260304")
    assert file_in_root("sprint-7-20260418.md", OWN) == ("sprints", "dated", "20260418")
    assert file_in_root(".2026-03-04-x.md") is None and file_in_root("lessons.md") is None
    assert on_shelf("2026-03-04-0900-task.md", is_file=True) == "202603040900"
    assert on_shelf("2026-03-04-0900", is_file=False) == "202603040900"
    assert on_shelf("P-000-old", is_file=False) == ""
    assert on_shelf("sprint-7-20260418", is_file=False, layouts=OWN) == "20260418"
    assert read("build", "build_2026-10-12_17-30-00") == ("dated", "20261012173000")
    (own,) = folders_in_command("build", ["sprint-7-20260418-x"], OWN)
    assert own == ("sprint-7-20260418-x", "dated", "20260418")


def test_a_shelf_or_a_name_says_how_a_session_ended() -> None:
    assert outcome_of("completed/2026-03-04", "2026-03-04") == "completed"
    assert outcome_of("a/Archived/2025/x", "x") == "completed"
    assert outcome_of("active/20260418_101500_done", "20260418_101500_done") == "open"
    assert outcome_of("20260418_101500_done", "20260418_101500_done") == "completed"
    assert outcome_of("20260418_101500_parked", "20260418_101500_parked") == "open"
    assert outcome_of("completed", "completed") == "" and outcome_of("x/2026-03-04", "y") == ""


@pytest.mark.parametrize(
    ("session_id", "title"),
    [
        ("2026-03-04-0915-login form", "login form"),
        ("2026-03-04", ""),
        ("Session-2026-05-12-002", "Session-2026-05-12-002"),
        ("2026-04-18-3fa9c01b-session", "2026-04-18-3fa9c01b-session"),
        ("20260418_101500_done", "20260418_101500_done"),
        ("P-001-pricing", "P-001-pricing"),
    ],
)
def test_a_title_is_what_is_left_of_a_name_without_its_time(session_id: str, title: str) -> None:
    assert meaningful_part("sessions", session_id) == title


def test_titles_of_own_layouts() -> None:
    assert meaningful_part("sprints", "sprint-7-20260418-cart", OWN) == "cart"


@pytest.mark.parametrize(
    ("name", "about"),
    [("README.md", True), ("index", True), ("_template.md", True), ("latest.md", True), (".gitkeep", True),
     ("readme-first.md", False), ("plan.md", False)],
)  # fmt: skip
def test_files_about_a_folder(name: str, about: bool) -> None:
    assert is_about(name) is about


def test_a_command_is_called_without_the_plugin() -> None:
    assert [command_of(name) for name in ("exito:build", "build", "a:b:c", "odd:")] == [
        "build", "build", "c", "odd:",
    ]  # fmt: skip
    assert (PLUGIN, POINTER) == ("exito", ".current-session")
