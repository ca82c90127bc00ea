"""Where the words of a task or of a shell command point to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.records.places import places_in, places_told, places_written

PLACE, ID = "build/build_20251106_153045", "build_20251106_153045"
CWD = "/home/dev/shop"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (f".claude/sessions/{PLACE}", [PLACE]),
        (f"see `.claude/sessions/{PLACE}/plan.md`, please", [PLACE]),
        (f'"./.claude/sessions/{PLACE}/"', [PLACE]),
        (f"{CWD}/.claude/sessions/{PLACE}/plan.md", [PLACE]),
        (f"DIR=.claude/sessions/{PLACE}", [PLACE]),
        (f"$CLAUDE_PROJECT_DIR/.claude/sessions/{PLACE}", [PLACE]),
        (f"${{CLAUDE_PROJECT_DIR}}/.claude/sessions/{PLACE}", [PLACE]),
        ("(.claude/sessions/research/queues_20251106_153045.md).", ["research/queues_20251106_153045.md"]),
        (".claude/sessions/build", ["build"]),
        (".claude/sessions/", []),
        (".claude/sessions/ build", []),
        (f"/home/dev/other/.claude/sessions/{PLACE}", []),
        (f"../other/.claude/sessions/{PLACE}", []),
        (f"{CWD}-old/.claude/sessions/{PLACE}", []),
        (f"/home/dev/.claude/sessions/{PLACE}", [PLACE]),
        (f"Session: {ID}", [ID]),
        (f"Session: {ID}_12.", [f"{ID}_12"]),
        (f"Session: {ID}-draft", []),
        (f"x{ID}", [f"x{ID}"]),
        (f"/tmp/{ID}", []),
        ("20251106_153045", []),
        ("", []),
    ],
)  # fmt: skip
def test_the_places_in_a_text(text: str, places: list[str]) -> None:
    assert places_in(text, CWD) == places


def test_each_once_and_in_order() -> None:
    text = f".claude/sessions/b/2 .claude/sessions/a/1 .claude/sessions/b/2 {ID} {ID}"
    assert places_in(text, CWD) == ["b/2", "a/1", ID]


def test_not_more_than_some() -> None:
    text = " ".join(f".claude/sessions/b/{at} x_20251106_{at:06}" for at in range(500))
    assert len(places_in(text, CWD)) == 64


def test_who_is_told_where_to_work_works_there_alone() -> None:
    told = f"Session: {ID}\nDirectory: .claude/sessions/{PLACE}\n"
    other = "Context: .claude/sessions/build/build_20240101_000000/context.md\n"
    assert places_told(other + told, CWD) == [PLACE, ID]
    assert places_told(other, CWD) == ["build/build_20240101_000000"]
    assert places_told(f"{other}Session: $SESSION_ID\n", CWD) == ["build/build_20240101_000000"]
    assert places_told("", CWD) == []


@pytest.mark.parametrize(
    ("command", "writes"),
    [
        ("mkdir -p {}", True), ("cat > {}/a", True), ("cat a >> {}/a", True), ("cat <<X >{}/a", True),
        ("tee {}/a", True), ("cp a {}/a", True), ("mv {}/a b", True), ("touch {}/a", True),
        ("cat {}/a", False), ("ls {}", False), ("cat {}/a 2>/dev/null", False), ("cat {}/a 2>&1", False),
        ("grep -r 'a=>b' {}", False), ("grep '->' {}", False), ("mkdirs {}", False),
    ],
)  # fmt: skip
def test_to_look_is_not_to_write(command: str, writes: bool) -> None:
    found = places_written(command.format(f".claude/sessions/{PLACE}"), CWD)
    assert found == ([PLACE] if writes else [])


@given(st.text(alphabet='a/._-=$ \n"claudesinob0123', max_size=300), st.text(max_size=20))
def test_whatever_the_text_places_are_plain_paths(text: str, cwd: str) -> None:
    for asked in (places_in, places_told, places_written):
        for place in asked(text, cwd):
            assert 0 < len(place) <= len(text) and place.count("/") <= 1
            assert not set(place) & set(" \n\"'`")
