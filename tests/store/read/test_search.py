"""Finding a text in everything that was written."""

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exito_tui.domain.documents.needle import Needle, NeedleError
from exito_tui.domain.sessions.list_rows import in_order
from exito_tui.store.fs import safefs
from exito_tui.store.read import search as module
from exito_tui.store.read.scan import scan
from exito_tui.store.read.search import Match, search
from tests.support import Root


def found(root: Root, needle: Needle) -> list[tuple[str, str, int, str]]:
    return [
        (match.session.id, match.file, line.line, line.text)
        for match in matches(root, needle)
        for line in match.lines
    ]


def matches(root: Root, needle: Needle) -> list[Match]:
    with safefs.opened_root(str(root)) as folder:
        sessions = in_order(scan(str(root)).sessions.values(), "started")
        return list(search(folder, sessions, needle))


@pytest.fixture
def filled(root: Root) -> Root:
    root.write(
        "build/build_20251106_153045/plan.md", "# Plan\n\nThe Rate limit\nrate limits twice rate\n"
    )
    root.write("build/build_20251105_153045/notes/deep.md", "no\nrate here\n")
    root.write("build/build_20251104_153045/latin.md", "Gr\xf6\xdfe der Rate\n".encode("latin-1"))
    root.write("build/build_20251104_153045/picture.png", b"\x89PNG\0\0rate\0" * 50)
    root.write("build/build_20251103_153045/wide.md", "eine Rate, weit\n".encode("utf-16-le"))
    return root


def test_files_are_found_newest_session_first_with_their_lines(filled: Root) -> None:
    assert found(filled, Needle("rate")) == [
        ("build_20251106_153045", "plan.md", 3, "The Rate limit"),
        ("build_20251106_153045", "plan.md", 4, "rate limits twice rate"),
        ("build_20251105_153045", "notes/deep.md", 2, "rate here"),
        ("build_20251104_153045", "latin.md", 1, "Größe der Rate"),
        ("build_20251103_153045", "wide.md", 1, "eine Rate, weit"),
    ]  # fmt: skip


def test_an_upper_case_letter_makes_case_count(filled: Root) -> None:
    assert [one[3] for one in found(filled, Needle("Rate"))] == [
        "The Rate limit", "Größe der Rate", "eine Rate, weit",
    ]  # fmt: skip
    assert [one[3] for one in found(filled, Needle("größe"))] == ["Größe der Rate"]


def test_a_regular_expression_and_a_broken_one(filled: Root) -> None:
    assert [one[3] for one in found(filled, Needle(r"^rate\b.*", regex=True))] == [
        "rate limits twice rate", "rate here",
    ]  # fmt: skip
    assert len(found(filled, Needle(r"rate .imits", regex=True))) == 1
    with pytest.raises(NeedleError, match="not a valid regular expression"):
        Needle("(", regex=True)


def test_links_are_not_followed_and_what_cannot_be_read_holds_nothing(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.write("../../outside.md", "rate outside\n")
    os.symlink(
        filled.path / "../../outside.md", filled.path / "build/build_20251106_153045/link.md"
    )
    assert not any("outside" in one[3] for one in found(filled, Needle("rate")))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(safefs, "open_seen", refuse)
    assert found(filled, Needle("rate")) == []


def test_it_ends_when_it_is_over(filled: Root) -> None:
    with safefs.opened_root(str(filled)) as folder:
        sessions = list(scan(str(filled)).sessions.values())
        assert list(search(folder, sessions, Needle("rate"), is_over=lambda: True)) == []


def test_of_a_huge_file_the_end_is_searched_with_its_own_line_numbers(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_READ", 40)
    root.write("build/build_20251106_153045/long.log", "word here\n" * 100 + "the needle\n")
    assert found(root, Needle("needle")) == [
        ("build_20251106_153045", "long.log", 101, "the needle")
    ]
    (match,) = matches(root, Needle("word"))
    assert match.lines[0].line == 99 and match.more == 0


def test_the_holes_of_a_file_are_not_read(root: Root) -> None:
    path = root.write("build/build_20251106_153045/holes.log", "one\n")
    os.truncate(path, 1 << 42)
    with open(path, "ab") as file:
        file.write(b"\ntwo\nthe needle\n")
    assert found(root, Needle("needle"))[0][2] == 4


def test_of_many_lines_the_first_are_told_and_that_there_are_more(root: Root) -> None:
    root.write("build/build_20251106_153045/many.md", "needle\n" * 80)
    (match,) = matches(root, Needle("needle"))
    assert len(match.lines) == 50 and match.more == 1


@given(st.text(max_size=80), st.text(min_size=1, max_size=4))
@example("\u212a", "k")
def test_the_quick_look_never_misses_what_is_there(text: str, wanted: str) -> None:
    needle = Needle(wanted)
    if needle.is_in(text):
        assert needle.may_be_in(text.encode(errors="replace"))
        lines = list(needle.find(text))
        assert "\n" in wanted or all(needle.is_in(line.text) for line in lines)
