"""Files that nobody wrote as work."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exito_tui.domain.sessions import foreign_files
from exito_tui.domain.sessions.foreign_files import conflict_of, evicted_name, is_noise
from exito_tui.domain.workflows.file_roles import known_files


@pytest.mark.parametrize(
    "name",
    [".DS_Store", "._plan.md", "Thumbs.db", "desktop.ini", ".plan.md.swp", ".plan.md.swx", ".swp",
     "plan.md~", "#plan.md#", ".#plan.md", "4913", ".goutputstream-K3PZ21", ".nfs0000000001",
     ".syncthing.plan.md.tmp", "plan.md.tmp", "plan.md.tmp.1234.ab", "~$plan.docx", ".~lock.plan.odt#",
     "docs/.DS_Store", ".plan.md.kate-swp", "plan.md.part", ".fuse_hidden0001", "plan.md___jb_tmp___"],
)  # fmt: skip
def test_what_editors_and_systems_leave_is_no_artefact(name: str) -> None:
    assert is_noise(name)


@pytest.mark.parametrize(
    "name", [*known_files(), "plan.md", "tmp.md", "DS_Store.md", "a~b.md", "#1.md"]
)
def test_what_agents_leave_is(name: str) -> None:
    assert not is_noise(name)


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("plan 2.md", "plan.md"),
        ("plan (conflicted copy).md", "plan.md"),
        ("plan (Anna's conflicted copy 2026-10-01).md", "plan.md"),
        ("plan.sync-conflict-20261001-101500-ABCDEFG.md", "plan.md"),
        ("plan_conflict-20261001-101500.md", "plan.md"),
        ("patch_20251106_153045 (conflicted copy)", "patch_20251106_153045"),
        ("patch_20251106_153045 2", "patch_20251106_153045"),
        ("plan.md", ""),
        ("017 - Name 2", ""),
        ("plan (draft).md", ""),
        ("step 25.md", ""),
    ],
)
def test_conflict_copies_are_known_by_their_names(name: str, original: str) -> None:
    assert conflict_of(name) == original


def test_what_icloud_holds() -> None:
    assert evicted_name(".context.md.icloud") == "context.md"
    assert evicted_name("docs/.a b.md.icloud") == "a b.md"
    assert not evicted_name("context.md") and not evicted_name("x.icloud")


@given(st.text("aZ4é~#._-$/", max_size=4), st.sampled_from(("", ".md", ".json", ".tmp.md", ".md~")))
@example("~$plan", ".md")
@example("a.tmp", ".md")
def test_the_quick_look_says_what_the_whole_says(stem: str, ending: str) -> None:
    name = stem + ending
    whole = foreign_files._NOISE.fullmatch(name.rpartition("/")[2])
    assert is_noise(name) == (whole is not None)
