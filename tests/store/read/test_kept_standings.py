"""What is kept of standings holds for the very session that was judged, and for no other."""

import os
from typing import Any

import pytest

from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.store.fs import safefs
from exito_tui.store.read.kept_standings import KeptStandings, Stand
from exito_tui.store.read.scan import scan_names
from tests.support import Root

KEY = "build/build_20251106_153045"


def looked_at(names: Snapshot, kept: KeptStandings) -> Any:
    with safefs.opened_root(names.root) as folder:
        return kept.look(folder, list(names.sessions.values()))


@pytest.fixture
def names(root: Root) -> Snapshot:
    """A root of which it is kept how its one session stands."""
    root.write(f"{KEY}/context.md", "# Context\n")
    root.write(f"{KEY}/below/more.md", "# More\n")
    names = scan_names(str(root))
    kept = KeptStandings(names, "settings")
    seen, stands = looked_at(names, kept)
    assert not stands
    kept.save(seen, {KEY: Stand("failed", is_old=True)}, "clocks")
    return names


def test_what_is_kept_is_known_again(names: Snapshot) -> None:
    kept = KeptStandings(names, "settings")
    assert looked_at(names, kept)[1] == {KEY: Stand("failed", is_old=True)}
    assert kept.clocks == "clocks" and kept.is_whole


@pytest.mark.parametrize(
    "other", [{"is_current": True}, {"command": "patch"}, {"shape": "semantic"}, {"stamp": "2025"}]
)
def test_a_session_that_is_called_otherwise_is_another_one(
    names: Snapshot, other: dict[str, Any]
) -> None:
    session = names.sessions[KEY]._replace(**other)
    kept = KeptStandings(names, "settings")
    assert not looked_at(names._replace(sessions={KEY: session}), kept)[1]


@pytest.mark.parametrize("name", ["context.md", "below/more.md"])
def test_a_file_that_was_written_with_its_time_kept_is_seen(
    root: Root, names: Snapshot, name: str
) -> None:
    status = os.stat(root.path / KEY / name)
    root.write(f"{KEY}/{name}", "# Longer than it was\n")
    os.utime(root.path / KEY / name, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not looked_at(names, KeptStandings(names, "settings"))[1]


def test_other_settings_moments_and_layouts_are_other_judges(names: Snapshot) -> None:
    assert not looked_at(names, KeptStandings(names, "others"))[1]
    at_git = names._replace(checkouts=frozenset((1,)))
    assert not looked_at(at_git, KeptStandings(at_git, "settings"))[1]


def test_what_cannot_be_read_stands_nowhere(root: Root, names: Snapshot) -> None:
    (root.path / KEY).rename(root.path / "build" / "elsewhere")
    seen, stands = looked_at(names, KeptStandings(names, "settings"))
    assert seen[KEY].sign is None and not stands


def test_loose_files_files_and_links_are_kept_too(root: Root) -> None:
    root.write("build/context_20251106_153045.md", "# Loose\n")
    root.write("2025-11-06-notes.md", "# Notes\n")
    root.folder("build")
    (root.path / "build" / "build_20251106_160000").symlink_to("/nowhere")
    names = scan_names(str(root))
    kept = KeptStandings(names, "")
    seen, _ = looked_at(names, kept)
    assert len(seen) >= 2 and all(one.sign is not None for one in seen.values())
    kept.save(seen, {key: Stand("completed", is_old=False) for key in seen}, "")
    assert looked_at(names, KeptStandings(names, ""))[1].keys() == seen.keys()
    root.append("2025-11-06-notes.md", "more\n")
    names = scan_names(str(root))
    assert "2025-11-06-notes.md" not in looked_at(names, KeptStandings(names, ""))[1]
