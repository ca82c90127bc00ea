"""Tables are never wider than the terminal, and keep what matters."""

import sys

import pytest

from exito_tui.cli import output
from exito_tui.cli.output import table
from exito_tui.domain.text import one_line, show_controls

NAME = "workflow/workflow_20251106_153045_2"
HEADING = ("SESSION", "STARTED", "WRITTEN", "FILES", "SIZE", "STATE")
ROW = (NAME, "2025-11-06 15:30", "40 min", "12", "12.3 kB", "interrupted")
WHY = "older than 14 days, and none of the last 20 of its command"


def made(
    monkeypatch: pytest.MonkeyPatch, columns: int, *arguments: object, **wishes: object
) -> list[str]:
    monkeypatch.setattr(output, "columns", lambda: columns)
    lines = table(*arguments, **wishes).split("\n")[:-1]  # type: ignore[arg-type]
    assert all(len(line) <= columns for line in lines), lines
    return lines


@pytest.mark.parametrize("columns, shown", [
    (120, "SESSION STARTED WRITTEN FILES SIZE STATE"), (100, "SESSION STARTED WRITTEN FILES SIZE STATE"),
    (80, "SESSION WRITTEN SIZE STATE"), (60, "SESSION WRITTEN STATE"), (49, "SESSION STATE"),
])  # fmt: skip
def test_the_least_important_columns_give_way(
    monkeypatch: pytest.MonkeyPatch, columns: int, shown: str
) -> None:
    heading, row = made(
        monkeypatch, columns, HEADING, [ROW], frozenset({2, 3, 4}), drop=(3, 1, 4, 2)
    )
    assert heading.split() == shown.split()
    assert NAME in row and "interrupted" in row


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_a_sentence_is_cut_before_a_column_goes(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    rows = [("remove", NAME, "2 w", "12.3 kB", WHY), ("keep", NAME, "1 d", "1 kB", "pinned")]
    heading, long, short = made(
        monkeypatch,
        columns,
        ("", "SESSION", "AGE", "SIZE", "WHY"),
        rows,
        frozenset({2, 3}),
        cut=(4,),
        drop=(3, 2),
    )
    assert heading.split() == ["SESSION", "AGE", "SIZE", "WHY"]
    assert NAME in long and NAME in short and short.endswith("pinned")
    assert long.endswith("…") is (columns < 120)


def test_wide_signs_are_counted_and_the_last_resort_is_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(output, "columns", lambda: 10)
    lines = table(("A", "B"), [("日本語日本語", "xy")], frozenset()).split("\n")
    assert lines[1] == "日本語…  xy" or lines[1] == "日本… xy" or lines[1].startswith("日本")
    from rich.cells import cell_len

    assert all(cell_len(line) <= 10 for line in lines)


def test_without_unicode_a_cut_is_told_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Plain:
        encoding = "ascii"

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdout", Plain())
    monkeypatch.setattr(output, "columns", lambda: 20)
    assert table(("A",), [("x" * 30,)], frozenset()).split("\n")[1] == "x" * 19 + "~"


def test_while_the_app_has_the_screen_it_says_itself_how_it_draws(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Settings of other roots are read meanwhile; where the app prints has no encoding."""
    show_controls(in_ascii=True)
    monkeypatch.setattr(output, "_people", [False])
    monkeypatch.setattr(sys, "stdout", object())
    output.draw_as("never")
    assert one_line("a\nb") == r"a\nb"


def test_where_nobody_can_be_told_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        encoding = "utf-8"

        def isatty(self) -> bool:
            return False

        def fileno(self) -> int:
            raise OSError(5, "Input/output error")

        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Gone())
    output.complain("the disk is full")
