"""The rows of the list: groups, orders, filters, folds."""

from typing import get_args

import pytest

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.list_rows import (
    MORE_TODAY,
    TODAY,
    Arrangement,
    Heading,
    Row,
    arrange,
    identity,
    in_order,
    unhidden,
)
from exito_tui.domain.sessions.orders import GROUPINGS, SORTS, Grouping, Sort, grouping_called
from exito_tui.domain.sessions.session import Note, Session, sessions_of_folders
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.state import Standing, State
from tests.support import NOW_NS


def session(
    identifier: str, command: str, written: int, size: int = 1, file: str = "plan.md"
) -> Session:
    [made] = sessions_of_folders("/r", command, command, [identifier])
    return made._replace(
        artefacts=(Artefact(file, "markdown", size, NOW_NS + written * SECOND_NS, 1),)
    )


ALL = [
    session("build_20251106_100000", "build", written=9, size=5),
    session("build_20251105_100000", "build", written=1, size=50, file="context.md"),
    session("patch_20251106_110000", "patch", written=2, size=7),
    session("made-up", "patch", written=-86_400),
]
NOTE = Note("/r", "lessons.md", "markdown", 3, NOW_NS, 9)
SNAPSHOT = Snapshot("/r", {one.key: one for one in ALL}, (NOTE,))


def shown(rows: list[Row]) -> list[str]:
    return [
        f"[{row.title} {row.size}]"
        if isinstance(row, Heading)
        else identity(row)[2].rpartition("/")[2]
        for row in rows
    ]


def test_grouped_newest_first_with_the_notes_last() -> None:
    assert shown(arrange([SNAPSHOT], Arrangement("command"))) == [
        "[patch 2]", "patch_20251106_110000", "made-up",
        "[build 2]", "build_20251106_100000", "build_20251105_100000", "[notes 1]", "lessons.md",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (
            "started",
            ["patch_20251106_110000", "build_20251106_100000", "made-up", "build_20251105_100000"],
        ),
        (
            "written",
            ["build_20251106_100000", "patch_20251106_110000", "build_20251105_100000", "made-up"],
        ),
        (
            "size",
            ["build_20251105_100000", "patch_20251106_110000", "build_20251106_100000", "made-up"],
        ),
        (
            "name",
            ["build_20251105_100000", "build_20251106_100000", "made-up", "patch_20251106_110000"],
        ),
    ],
)
def test_flat_in_every_order(sort: str, expected: list[str]) -> None:
    rows = arrange([SNAPSHOT], Arrangement("time", sort))  # type: ignore[arg-type]
    assert shown(rows)[:4] == expected


def test_a_name_without_a_time_is_placed_by_its_files() -> None:
    rows = shown(arrange([SNAPSHOT], Arrangement("time")))
    assert rows.index("made-up") == 2  # written a day before the frozen now: the 5th at 20:30


@pytest.mark.parametrize(
    ("text", "expected"),
    [("patch", ["patch_20251106_110000", "made-up"]), ("CONTEXT", ["build_20251105_100000"]), ("2025-11-05", ["made-up", "build_20251105_100000"]),
     ("build 11-06", ["build_20251106_100000"]), ("lessons", ["lessons.md"]), ("nothing like it", [])],
)  # fmt: skip
def test_filter_by_command_id_date_and_file_name(text: str, expected: list[str]) -> None:
    rows = [
        row
        for row in arrange([SNAPSHOT], Arrangement("command", filter=text))
        if not isinstance(row, Heading)
    ]
    assert shown(list(rows)) == expected


def test_a_folded_group_shows_its_heading_alone_and_a_filter_looks_into_it() -> None:
    folded = Arrangement("command", folded=frozenset({"/r patch"}))
    assert shown(arrange([SNAPSHOT], folded))[:2] == ["[patch 2]", "[build 2]"]
    assert "made-up" in shown(arrange([SNAPSHOT], folded._replace(filter="made")))


def test_several_roots_stand_under_headings_of_their_own() -> None:
    other = SNAPSHOT._replace(root="/s", sessions={})
    rows = arrange([SNAPSHOT, other], Arrangement("command"))
    assert [row.title for row in rows if isinstance(row, Heading) and row.level == 0] == [
        "r",
        "s",
    ]


def test_the_heading_tells_its_newest_time() -> None:
    headings = [
        row for row in arrange([SNAPSHOT], Arrangement("command")) if isinstance(row, Heading)
    ]
    assert [row.newest_ns for row in headings] == [
        NOW_NS + 2 * SECOND_NS,
        NOW_NS + 9 * SECOND_NS,
        NOW_NS,
    ]


def test_the_heading_of_who_needs_the_user_counts_from_when_that_began() -> None:
    [asking] = sessions_of_folders("/r", "build", "build", ["build_20251106_100000"])
    at_work = session("build_20251106_090000", "build", written=-9000)
    known = {asking.key: standing("waiting", 180), at_work.key: standing("running")}
    snapshot = Snapshot("/r", {one.key: one for one in (asking, at_work)})
    heading = arrange([snapshot], Arrangement("command"), [known])[0]
    assert isinstance(heading, Heading) and heading.newest_ns == NOW_NS - 180 * SECOND_NS


def standing(state: State, ago_s: int = 0, *, is_old: bool = False) -> Standing:
    return Standing(state, NOW_NS - ago_s * SECOND_NS if ago_s else None, is_old)


def fleet(count: int = 3) -> tuple[Snapshot, dict[str, Standing]]:
    """A session in every state, and some of yesterday."""
    day = -86_400
    made = [
        (session("build_20251106_180000", "build", -60), standing("running")),
        (session("build_20251106_170000", "build", -90), standing("running")),
        (session("craft_20251106_160000", "craft", -600), standing("waiting", 600)),
        (session("craft_20251106_150000", "craft", -6000), standing("waiting", 6000)),
        (session("patch_20251106_140000", "patch", -9000), standing("stuck", 9000)),
        (session("patch_20251106_130000", "patch", -99), standing("completed")),
        (session("patch_20251101_130000", "patch", 9 * day), standing("waiting", -9 * day, is_old=True)),
        (session("patch_20251101_120000", "patch", 9 * day), standing("failed", -9 * day, is_old=True)),
        (session("made-up", "think", 9 * day), standing("completed")),
    ]  # fmt: skip
    made += [
        (session(f"ui_202510{day:02}_120000", "ui", -86_400 * 20), standing("completed"))
        for day in range(1, count + 1)
    ]
    sessions = {one.key: one for one, _ in made}
    return Snapshot("/r", sessions, (NOTE,)), {one.key: stands for one, stands in made}


def test_by_need_the_oldest_question_comes_first_and_old_ones_are_a_fold() -> None:
    snapshot, known = fleet()
    rows = arrange([snapshot], Arrangement(), [known], NOW_NS)
    assert shown(rows) == [
        "[NEEDS YOU 3]", "craft_20251106_150000", "craft_20251106_160000", "patch_20251106_140000",
        "[RUNNING 2]", "build_20251106_180000", "build_20251106_170000",
        "[TODAY 1]", "patch_20251106_130000", "[OLD QUESTIONS 1]",
        "[EARLIER 5]", "[patch 1]", "patch_20251101_120000",
        "[think 1]", "made-up",
        "[ui 3]", "ui_20251003_120000", "ui_20251002_120000", "ui_20251001_120000",
        "[notes 1]", "lessons.md",
    ]  # fmt: skip


def test_groups_that_do_not_fit_are_folded_until_the_user_unfolds_them() -> None:
    snapshot, known = fleet(20)
    small = Arrangement(room=24)
    folded = [row.title for row in arrange([snapshot], small, [known], NOW_NS)
              if isinstance(row, Heading) and row.folded]  # fmt: skip
    assert folded == ["OLD QUESTIONS", "ui"]
    unfolded = small._replace(unfolded=frozenset({"EARLIER ui", "OLD QUESTIONS"}))
    assert "patch_20251101_130000" in shown(arrange([snapshot], unfolded, [known], NOW_NS))
    filtered = small._replace(filter="state:waiting")
    assert shown(arrange([snapshot], filtered, [known], NOW_NS)) == [
        "[NEEDS YOU 2]", "craft_20251106_150000", "craft_20251106_160000",
        "[OLD QUESTIONS 1]", "patch_20251101_130000",
    ]  # fmt: skip


def test_headings_tell_the_states_of_their_groups() -> None:
    snapshot, known = fleet()
    rows = arrange([snapshot], Arrangement("command"), [known], NOW_NS)
    of = {row.title: row for row in rows if isinstance(row, Heading)}
    assert of["patch"].states == {"stuck": 1, "completed": 1, "failed": 1} and of["patch"].old == 1
    assert of["craft"].states == {"waiting": 2} and of["notes"].states == {}


def test_the_sections_reach_across_roots_and_nothing_earlier_is_under_no_heading() -> None:
    snapshot, known = fleet()
    other = [session("build_20251106_100000", "build", -50)._replace(root="/s")]
    second = Snapshot("/s", {one.key: one for one in other})
    rows = arrange([snapshot, second], Arrangement(), [known, {other[0].key: standing("running")}], NOW_NS)  # fmt: skip
    assert rows[5:7] == [other[0], snapshot.sessions["build/build_20251106_180000"]]
    assert isinstance(rows[0], Heading) and not any(
        row.level for row in rows[:5] if isinstance(row, Heading)
    )


def test_what_was_done_today_leaves_room_for_everything_earlier() -> None:
    snapshot, known = fleet()
    done = [session(f"ui_20251106_01{minute:02}00", "ui", -100 - minute) for minute in range(20)]
    every = snapshot._replace(sessions={**snapshot.sessions, **{one.key: one for one in done}})
    known |= {one.key: standing("completed") for one in done}
    rows = arrange([every], Arrangement(room=24), [known], NOW_NS)
    place = shown(rows).index("[TODAY 21]")
    assert shown(rows)[place + 1 : place + 12] == [
        "patch_20251106_130000", *(f"ui_20251106_01{minute:02}00" for minute in range(8)),
        "[more 12]", "[OLD QUESTIONS 1]",
    ]  # fmt: skip
    assert len(rows) - len(shown(rows)[place + 12 :]) < 24
    unfolded = Arrangement(room=24, unfolded=frozenset({MORE_TODAY}))
    assert "ui_20251106_011900" in shown(arrange([every], unfolded, [known], NOW_NS))
    at_once = Arrangement(room=24, unfolded=frozenset({TODAY}))  # the user is there
    assert "[more 12]" not in shown(arrange([every], at_once, [known], NOW_NS))
    assert MORE_TODAY in unhidden(Arrangement(), done[0]).unfolded


def headings(rows: list[Row]) -> list[Heading]:
    return [row for row in rows if isinstance(row, Heading)]


def test_what_can_be_asked_for() -> None:
    assert get_args(Sort) == SORTS and get_args(Grouping) == GROUPINGS
    assert [grouping_called(name) for name in (*GROUPINGS, "x")] == [*GROUPINGS, "need"]
    assert Arrangement() == Arrangement("need", "started", "")
    assert identity(ALL[0]) == ("session", "/r", ALL[0].key)
    plain = Heading("k", "t", 1, False, 0, None)
    assert identity(plain) == ("heading", "", "k") and plain.old == 0 and not plain.is_section


def test_groups_have_keys_of_their_own_and_stand_below_their_root() -> None:
    other = SNAPSHOT._replace(root="/s", sessions={})
    one = headings(arrange([SNAPSHOT], Arrangement("command")))
    assert [(row.key, row.level) for row in one] == [
        ("/r patch", 0), ("/r build", 0), ("/r notes/", 0)
    ]  # fmt: skip
    two = headings(arrange([SNAPSHOT, other], Arrangement("command")))
    assert [(row.key, row.level, row.size) for row in two] == [
        ("root /r", 0, 4), ("/r patch", 1, 2), ("/r build", 1, 2), ("/r notes/", 1, 1),
        ("root /s", 0, 0), ("/s notes/", 1, 1),
    ]  # fmt: skip
    assert [row.title for row in two if row.level == 0] == ["r", "s"]
    folded = Arrangement("command", folded=frozenset({"root /r"}))
    assert len(arrange([SNAPSHOT, other], folded)) == 4


@pytest.mark.parametrize("by", ["command", "time"])
def test_a_root_stands_under_its_path_where_another_one_is_called_the_same(by: Grouping) -> None:
    roots = [f"/{place}/.claude/sessions" for place in ("a/shop", "b/shop", "b/inn")]
    empty = [SNAPSHOT._replace(root=root, sessions={}, notes=()) for root in roots]
    found = headings(arrange(empty, Arrangement(by)))
    assert [row.title for row in found] == [*roots[:2], "inn"]


def test_sections_are_told_from_groups() -> None:
    snapshot, known = fleet()
    rows = headings(arrange([snapshot], Arrangement(), [known], NOW_NS))
    assert [row.key for row in rows if row.is_section] == [
        "NEEDS YOU", "RUNNING", "TODAY", "OLD QUESTIONS", "EARLIER"
    ]  # fmt: skip
    groups = [row for row in rows if not row.is_section]
    assert [(row.key, row.level) for row in groups] == [
        ("EARLIER patch", 1), ("EARLIER think", 1), ("EARLIER ui", 1), ("EARLIER notes", 1)
    ]  # fmt: skip
    assert not any(row.states or row.old for row in rows if row.is_section)
    assert groups[0].states == {"failed": 1} and groups[0].old == 0


def test_a_group_is_folded_when_it_and_the_headings_after_it_find_no_room() -> None:
    snapshot, known = fleet()
    whole = arrange([snapshot], Arrangement(), [known], NOW_NS)
    for room, folded in (
        (len(whole), ["OLD QUESTIONS"]),
        (len(whole) - 1, ["OLD QUESTIONS", "notes"]),
        (len(whole) - 2, ["OLD QUESTIONS", "ui"]),
    ):
        rows = headings(arrange([snapshot], Arrangement(room=room), [known], NOW_NS))
        assert [row.title for row in rows if row.folded] == folded, room


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("count", [1, 2])
def test_what_hides_a_session_is_taken_away(by: Grouping, count: int) -> None:
    snapshot, known = fleet()
    snapshots = [snapshot, SNAPSHOT._replace(root="/s", sessions={})][:count]
    keys = {row.key for row in headings(arrange(snapshots, Arrangement(by), [known], NOW_NS))}
    shut = Arrangement(by, filter="nothing like it", folded=frozenset(keys), room=1)
    for one in (*snapshot.sessions.values(), NOTE.session):
        found = unhidden(shut, one)
        assert one in arrange(snapshots, found, [known], NOW_NS), one.key
        assert found.by == by and not found.filter
    if by == "command":
        assert "/r build" in unhidden(shut, snapshot.sessions["think/made-up"]).folded


def test_a_filter_knows_pins_and_what_is_new() -> None:
    pinned = SNAPSHOT._replace(pinned=frozenset({ALL[1].key}), notes=())
    flat = Arrangement("time", filter="is:pinned")
    assert arrange([pinned], flat) == [ALL[1]]
    new = flat._replace(filter="is:new")
    assert arrange([pinned], new) == []
    assert arrange([pinned], new, is_new=lambda one: one is ALL[2]) == [ALL[2]]


MIDNIGHT_NS = NOW_NS // (86_400 * SECOND_NS) * (86_400 * SECOND_NS)


@pytest.mark.parametrize(
    ("stamp", "files", "today"),
    [
        ("20251106", None, True),
        ("20251106000000", None, True),
        ("20251105235959", None, False),
        ("20251105", {"plan.md": 0}, True),
        ("20251105", {"plan.md": -1}, False),
        ("20251105", {"plan.md": 1, "session_metadata.json": -1}, True),
        ("20251105", {"plan.md": -1, "session_metadata.json": 1}, False),
        ("20251105", {"session_metadata.json": 1}, False),
    ],
)
def test_today_is_what_began_or_was_written_since_midnight(
    stamp: str, files: dict[str, int] | None, today: bool
) -> None:
    artefacts = [Artefact(name, "markdown", 1, MIDNIGHT_NS + at, 1) for name, at in (files or {}).items()]  # fmt: skip
    one = session("made-up", "x", 0)._replace(stamp=stamp, artefacts=tuple(artefacts))
    rows = arrange([Snapshot("/r", {one.key: one})], Arrangement(), [], NOW_NS)
    assert (rows[0].key == "TODAY") is today


def test_orders_by_need_by_write_and_by_the_names_of_groups() -> None:
    snapshot, known = fleet(0)
    states = [known[one.key].state for one in in_order(snapshot.sessions.values(), "need", {"/r": known})]  # fmt: skip
    assert states == ["waiting"] * 3 + ["stuck"] + ["failed"] + ["running"] * 2 + ["completed"] * 2
    unwritten = session("build_20251106_200000", "build", 0)._replace(artefacts=())
    nothing = session("made-up", "build", 0)._replace(artefacts=())
    early = session("build_20251106_090000", "build", -3600)
    late = session("build_20251106_080000", "build", -1900)
    ordered = in_order([nothing, early, late, unwritten], "written")
    assert ordered == [unwritten, late, early, nothing]
    crossed = [session("a", "zeta", 0), session("b", "alpha", 0)]
    rows = headings(
        arrange([Snapshot("/r", {one.key: one for one in crossed})], Arrangement("command", "name"))
    )
    assert [row.title for row in rows] == ["alpha", "zeta"]


def test_one_command_alone_is_never_folded() -> None:
    sessions = [session(f"ui_202510{day:02}_120000", "ui", -86_400 * 20) for day in range(1, 30)]
    snapshot = Snapshot("/r", {one.key: one for one in sessions})
    rows = arrange([snapshot], Arrangement(room=12), [{}], NOW_NS)
    assert [row.folded for row in headings(rows)] == [False] and len(rows) == 30


def test_groups_without_a_section_above_stand_at_the_left() -> None:
    rows = arrange([Snapshot("/r", {}, (NOTE,))], Arrangement(), [{}], NOW_NS)
    assert [(row.title, row.level) for row in headings(rows)] == [("notes", 0)]


def test_what_is_earlier_stands_in_the_order_of_the_ages_beside_it() -> None:
    day = -86_400
    made = [
        session("ui_20251009_120000", "ui", 2 * day),
        session("patch_20251020_120000", "patch", 9 * day),
    ]
    snapshot = Snapshot("/r", {one.key: one for one in made})
    rows = headings(arrange([snapshot], Arrangement(), [{}], NOW_NS))
    assert [row.title for row in rows] == ["ui", "patch"]
    by_name = headings(arrange([snapshot], Arrangement(sort="name"), [{}], NOW_NS))
    assert [row.title for row in by_name] == ["patch", "ui"]
