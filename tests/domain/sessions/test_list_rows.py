"""The rows of the list: groups, orders, filters, folds."""

import pytest

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.list_rows import Arrangement, Heading, Row, arrange, identity
from exito_tui.domain.sessions.session import Note, Session, sessions_of_folders
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.units import SECOND_NS
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
    assert shown(arrange([SNAPSHOT], Arrangement())) == [
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
    rows = arrange([SNAPSHOT], Arrangement(grouped=False, sort=sort))  # type: ignore[arg-type]
    assert shown(rows)[:4] == expected


def test_a_name_without_a_time_is_placed_by_its_files() -> None:
    rows = shown(arrange([SNAPSHOT], Arrangement(grouped=False)))
    assert rows.index("made-up") == 2  # written a day before the frozen now: the 5th at 20:30


@pytest.mark.parametrize(
    ("text", "expected"),
    [("patch", ["patch_20251106_110000", "made-up"]), ("CONTEXT", ["build_20251105_100000"]), ("2025-11-05", ["made-up", "build_20251105_100000"]),
     ("build 11-06", ["build_20251106_100000"]), ("lessons", ["lessons.md"]), ("nothing like it", [])],
)  # fmt: skip
def test_filter_by_command_id_date_and_file_name(text: str, expected: list[str]) -> None:
    rows = [
        row for row in arrange([SNAPSHOT], Arrangement(filter=text)) if not isinstance(row, Heading)
    ]
    assert shown(list(rows)) == expected


def test_a_folded_group_shows_its_heading_alone_and_a_filter_looks_into_it() -> None:
    folded = Arrangement(folded=frozenset({"/r patch"}))
    assert shown(arrange([SNAPSHOT], folded))[:2] == ["[patch 2]", "[build 2]"]
    assert "made-up" in shown(arrange([SNAPSHOT], folded._replace(filter="made")))


def test_several_roots_stand_under_headings_of_their_own() -> None:
    other = SNAPSHOT._replace(root="/s", sessions={})
    rows = arrange([SNAPSHOT, other], Arrangement())
    assert [row.title for row in rows if isinstance(row, Heading) and row.level == 0] == [
        "/r",
        "/s",
    ]


def test_the_heading_tells_its_newest_time() -> None:
    headings = [row for row in arrange([SNAPSHOT], Arrangement()) if isinstance(row, Heading)]
    assert [row.newest_ns for row in headings] == [
        NOW_NS + 2 * SECOND_NS,
        NOW_NS + 9 * SECOND_NS,
        NOW_NS,
    ]
