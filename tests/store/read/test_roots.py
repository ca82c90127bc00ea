"""Which root a search upwards finds, and what may be done to it."""

import os
from pathlib import Path

import pytest

from exito_tui.store.read.roots import candidates, discover, is_user_level, named, why_only_read
from tests.support import Root

SESSION = "build/build_20251106_153045"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Root:
    """HOME, with the registry that Claude Code keeps there."""
    made = Root(Path(os.environ["HOME"]))
    made.write("5150.json", '{"pid": 5150}')
    made.write("pid-7.json", "{}")
    return made


@pytest.fixture
def shop(home: Root) -> Path:
    """A project below HOME without sessions."""
    folder = home.project / "code" / "shop"
    folder.mkdir(parents=True)
    return folder


def found(folder: Path) -> str | None:
    made = discover(str(folder))
    return os.path.realpath(made) if made else None


def real(root: Root) -> str:
    return os.path.realpath(str(root))


def test_the_registry_of_the_user_is_no_projects_root(home: Root, shop: Path) -> None:
    assert found(shop) is None and found(shop.parent) is None
    assert found(home.project) == real(home)  # a start in HOME itself means it
    assert named(str(home.project)) == real(home)  # and so does naming it


def test_a_user_level_root_with_sessions_is_found_until_there_is_a_nearer_one(
    home: Root, shop: Path
) -> None:
    home.write("notes.md")
    assert found(shop) is None  # a note is no session
    home.write(f"{SESSION}/context.md")
    assert found(shop) == real(home)
    assert discover(str(shop), short_of=str(home)) is None
    own = Root(shop)
    assert found(shop) == real(own)
    assert discover(str(shop), short_of=str(home)) == str(own)
    assert discover(str(shop), short_of=str(own)) is None


def test_the_folder_itself_counts_and_not_its_name(home: Root, shop: Path, tmp_path: Path) -> None:
    (shop / ".claude").mkdir()
    (shop / ".claude" / "sessions").symlink_to(home.path)
    assert is_user_level(str(shop / ".claude" / "sessions")) and found(shop) is None


def test_the_folder_of_the_settings_counts_as_well(
    home: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Root(tmp_path / "away")
    away.write("5150.json", "{}")
    below = tmp_path / "away" / "src"
    below.mkdir()
    assert found(below) == real(away)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(away.path.parent))
    assert found(below) is None
    monkeypatch.delenv("CLAUDE_CONFIG_DIR")
    assert is_user_level(str(home)) and not is_user_level(str(away))


def test_places_begin_with_the_nearest(shop: Path) -> None:
    assert candidates(str(shop))[:2] == [
        f"{folder}/.claude/sessions" for folder in (shop, shop.parent)
    ]


def test_a_root_of_somebody_else_is_only_read_unless_it_was_named(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert why_only_read(str(root), named=False) == ""
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    why = why_only_read(str(root), named=False)
    assert str(root) in why and "belongs to another user" in why and "--root PATH" in why
    assert why_only_read(str(root), named=True) == ""
    assert why_only_read(f"{root}/nowhere", named=False) == ""


def test_a_project_is_not_taken_for_a_sessions_folder(tmp_path: Path) -> None:
    for folder in ("src/foo", "target/debug", "build/lib", "node_modules/react"):
        (tmp_path / "proj" / folder).mkdir(parents=True)
    assert named(str(tmp_path / "proj")) == str(
        (tmp_path / "proj" / ".claude" / "sessions").resolve()
    )
    (tmp_path / "kept" / "build" / "build_20251106_153045").mkdir(parents=True)
    assert named(str(tmp_path / "kept")) == str((tmp_path / "kept").resolve())
    (tmp_path / "sessions").mkdir()
    assert named(str(tmp_path / "sessions")) == str((tmp_path / "sessions").resolve())


def test_the_claude_folder_of_a_project_stands_for_it(tmp_path: Path) -> None:
    project = tmp_path.resolve() / "proj"
    assert named(str(project / ".claude")) == str(project / ".claude" / "sessions")
    own = project / ".claude" / ".claude" / "sessions"  # settings that are a project themselves
    own.mkdir(parents=True)
    assert named(str(project / ".claude")) == str(own)
