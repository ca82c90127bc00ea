"""What names mean is data: the layouts, the language of their patterns, and the settings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.sessions.layouts import (
    LayoutError,
    Where,
    builtin_layouts,
    own_suffix,
    read_layouts,
    read_name,
    readings,
    with_own_layouts,
)
from exito_tui.domain.sessions.names import folder_in_root, folders_in_command

BUILTIN = builtin_layouts()


@pytest.mark.parametrize(
    ("name", "where", "stamp", "title", "outcome"),
    [
        ("2026-03-04-0915-login form", "root-file", "202603040915", "login form", ""),
        ("2026-03-05-1810", "root-file", "202603051810", "", ""),
        ("2026-03-02-fix-tests", "root-file", "20260302", "fix-tests", ""),
        ("2026-03-02", "root-file", "20260302", "", ""),
        ("20260302-101530-fix", "root-file", "20260302101530", "fix", ""),
        ("session-2026-04-18_10-15", "root-file", "202604181015", "", ""),
        ("session_20260418_101500", "root-file", "20260418101500", "", ""),
        ("session-20260418-task-07-login", "root-file", "20260418", "task-07-login", ""),
        ("2026-04-18-3fa9c01b-session", "root-file", "20260418", "", ""),
        ("fix-auth-2026-03-04", "root-file", "20260304", "fix-auth", ""),
        ("2026-04-18-menu-redesign", "root-folder", "20260418", "menu-redesign", ""),
        ("Session-2026-05-12-002", "root-folder", "20260512", "", ""),
        ("session-20260418-1015-3fa9c01b", "root-folder", "202604181015", "", ""),
        ("2026-04-18T10-15-30-123Z", "root-file", "20260418101530", "", ""),
        ("20260418_101500_completed", "root-folder", "20260418101500", "", "completed"),
        ("20260418_101500_parked", "root-folder", "20260418101500", "", "open"),
        ("build_2026-10-12_17-30-00", "command", "20261012173000", "build", ""),
        ("build-20261012_172612", "command", "20261012172612", "build", ""),
        ("patch_20261012T173000Z", "command", "20261012173000", "patch", ""),
        ("20261012-1730-search", "command", "202610121730", "search", ""),
        ("build_20251106_153045_2", "command", "20251106153045", "build", ""),
        ("2026-10-01-login", "shelf", "20261001", "login", ""),
        ("2028-02-29", "root-file", "20280229", "", ""),
    ],
)
def test_dated_names(name: str, where: Where, stamp: str, title: str, outcome: str) -> None:
    reading = read_name(name, where, BUILTIN)
    assert reading is not None
    assert (reading.stamp, reading.title, reading.outcome) == (stamp, title, outcome)


@pytest.mark.parametrize(
    "name",
    ["README", "plan", "2026-13-01-x", "2026-02-30", "2025-02-29", "1234-56-78", "P-001-pricing",
     "017 - Name", "notes-2", "v1.2.3", "issue-20261", "12026-03-04x"],
)  # fmt: skip
def test_names_without_a_day_that_ever_was_tell_none(name: str) -> None:
    reading = read_name(name, "root-file", BUILTIN)
    assert reading is None or not reading.stamp


def test_a_z_means_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        reading = next(readings("2026-07-01T17-30-00Z-x", "root-file", BUILTIN))
        assert (reading.stamp, reading.zone) == ("20260701133000", "utc")
        local = next(readings("2026-07-01T17-30-00-x", "root-file", BUILTIN))
        assert (local.stamp, local.zone) == ("20260701173000", "local")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_quick_path_reads_as_the_layouts_say() -> None:
    """What names.py has in code is what known_layouts.toml declares."""
    names = [
        "build_20251106_153045", "other_20251106_153045", "investigator-1762190736", "session",
        "build_20251332_153045", "build_20251106_1530", "a_b_20251106_153045", "x_1762190736",
    ]  # fmt: skip
    for name, shape, stamp in folders_in_command("build", names):
        reading = read_name(name, "command", BUILTIN)
        if shape in ("canonical", "semantic", "epoch") and stamp:
            assert reading and reading.stamp == stamp, name
            same = shape if shape != "canonical" else "canonical"
            assert reading.layout.name == same or reading.parts.get("command") == name[:-16], name
    for name in ("validator_20251106_153045", "investigator-1762190736",
                 "20251106_153045_0a1b2c3d_slug", "v2-20251106T153045-ABCDEFG2-slug"):  # fmt: skip
        known, reading = folder_in_root(name), read_name(name, "root-folder", BUILTIN)
        assert known and reading and known.stamp == reading.stamp, name


@given(st.text(max_size=60), st.sampled_from(["root-file", "root-folder", "command", "shelf"]))
def test_any_name_is_read_or_not(name: str, where: Where) -> None:
    reading = read_name(name, where, BUILTIN)
    assert reading is None or reading.stamp == "" or len(reading.stamp) in (8, 12, 14)


def test_own_layouts_go_first_and_replace_by_name() -> None:
    own = read_layouts(
        [
            {"name": "sprint", "in": ["root-folder"], "pattern": "sprint-{number}-{date}"},
            {"name": "dated", "in": ["root-file"], "pattern": "log-{date}", "zone": "utc"},
        ],
        "settings",
    )
    layouts = with_own_layouts(own)
    sprint = read_name("sprint-7-2026-04-18", "root-folder", layouts)
    assert sprint and sprint.layout.source == "settings" and sprint.parts["number"] == "7"
    assert sum(layout.name == "dated" for layout in layouts) == 1
    assert read_name("2026-04-18-x", "root-file", layouts) is None
    assert with_own_layouts(()) == ()


@pytest.mark.parametrize(
    ("tables", "place", "words"),
    [
        ("x", "layouts", "a list of tables"),
        ([1], "layouts[1]", "a table with"),
        ([{"name": "a", "in": ["root-file"], "pattern": "{date}", "colour": 1}], "layouts[1].colour", "no such key"),
        ([{"name": "a", "in": ["root-file"]}], "layouts[1].pattern", "expected a string"),
        ([{"name": "a", "in": ["cellar"], "pattern": "{date}"}], "layouts[1].in", "root-folder"),
        ([{"name": "a", "in": ["root-file"], "pattern": "{when}"}], "layouts[1].pattern", "is not a part"),
        ([{"name": "a", "in": ["root-file"], "pattern": "{date}{date}"}], "layouts[1].pattern", "twice"),
        ([{"name": "a", "in": ["root-file"], "pattern": "[{date}"}], "layouts[1].pattern", "not closed"),
        ([{"name": "a", "in": ["root-file"], "pattern": "{date}]"}], "layouts[1].pattern", "no ["),
        ([{"name": "a", "in": ["root-file"], "pattern": "plain"}], "layouts[1].pattern", "neither"),
        ([{"name": "a", "in": ["root-file"], "pattern": "{slug:3}"}], "layouts[1].pattern", "counted"),
        ([{"name": "a", "in": ["root-file"], "pattern": "[-]" * 9 + "{date}"}], "layouts[1].pattern", "at most"),
        ([{"name": "a", "in": ["root-file"], "pattern": "{date}", "zone": "mars"}], "layouts[1].zone", "utc"),
        ([{"name": "a", "in": ["root-file"], "pattern": "{date}", "command": "a/b"}], "layouts[1].command", "group"),
        ([{"name": "a", "in": ["root-file"], "pattern": "meet-{number}"}], "layouts[1].pattern", "must tell a time"),
        ([{"name": "canonical", "in": ["command"], "pattern": "{date}"}], "layouts[1].name", "the plugin's own"),
    ],
)  # fmt: skip
def test_a_broken_layout_is_named_with_its_place(tables: object, place: str, words: str) -> None:
    with pytest.raises(LayoutError) as caught:
        read_layouts(tables, "settings")
    assert caught.value.place == place and words in caught.value.expected


def test_no_pattern_takes_long() -> None:
    """Optional parts are few, so that no name of a clone keeps anybody waiting."""
    (layout,) = read_layouts(
        [{"name": "a", "in": ["root-file"], "pattern": "[-]" * 8 + "{slug}{date}"}], "settings"
    )
    assert read_name("-" * 255, "root-file", (layout,)) is None


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.md", ".md"), ("2026.03.04", ""), ("x.TMP", ".TMP"), ("a.exe", "")]
)
def test_the_ending_of_a_kind_is_no_part_of_a_title(name: str, suffix: str) -> None:
    assert own_suffix(name) == suffix
