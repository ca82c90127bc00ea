"""What the hooks note in a session's metadata."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from exito_tui.store.fs import mutations, safefs
from exito_tui.store.operations.hook_notes import METADATA, count, forgotten, note, saved
from tests.support import Root

KEY = "build/build_20250101_100000"


def noted(root: Root, *changes: object) -> None:
    with safefs.opened_root(str(root)) as descriptor:
        for change in changes:
            note(descriptor, KEY, change)  # type: ignore[arg-type]


def metadata(root: Root) -> dict[str, object]:
    made = json.loads((root.path / KEY / METADATA).read_text())
    assert isinstance(made, dict)
    return made


def test_notes_are_added_to_what_is_there(root: Root) -> None:
    root.write(f"{KEY}/{METADATA}", '{"status": "in_progress", "hooks": {"begin": true}}')
    (root.path / KEY / METADATA).chmod(0o600)
    noted(root, count("permission"), count("permission"), saved("plan.md", "architect", 7))
    hooks = {"begin": True, "permission": 2, "save": {"plan.md": {"agent": "architect", "size": 7}}}
    assert metadata(root) == {"status": "in_progress", "hooks": hooks}
    assert os.listdir(root.path / KEY) == [METADATA]
    assert stat.S_IMODE((root.path / KEY / METADATA).stat().st_mode) == 0o600


def test_metadata_is_made_where_there_is_none(root: Root) -> None:
    root.folder(KEY)
    noted(root, saved("plan.md", "architect", 7), saved("review.md", "auditor", 8))
    files = {
        "plan.md": {"agent": "architect", "size": 7},
        "review.md": {"agent": "auditor", "size": 8},
    }
    assert metadata(root) == {"hooks": {"save": files}}


def test_what_is_forgotten_leaves_all_else_as_it_was(root: Root) -> None:
    root.write(f"{KEY}/{METADATA}", '{"status": "in_progress"}')
    noted(root, saved("plan.md", "architect", 7), saved("review.md", "auditor", 8))
    noted(root, forgotten("plan.md"))
    files = {"review.md": {"agent": "auditor", "size": 8}}
    assert metadata(root) == {"status": "in_progress", "hooks": {"save": files}}
    noted(root, forgotten("review.md"))
    assert metadata(root) == {"status": "in_progress"}
    root.write(f"{KEY}/{METADATA}", text := '{"hooks": {"save": "?"},   "a": 1}')
    noted(root, forgotten("plan.md"))
    assert (root.path / KEY / METADATA).read_text() == text


def test_metadata_that_told_nothing_else_goes_with_its_notes(root: Root) -> None:
    root.folder(KEY)
    noted(root, forgotten("plan.md"))
    noted(root, saved("plan.md", "architect", 7), forgotten("plan.md"))
    assert os.listdir(root.path / KEY) == []


@pytest.mark.parametrize("text", ["{", "[]", "3", "[" * 50_000, '{"a": "' + "x" * 70_000 + '"}'])
def test_what_is_no_metadata_stays_as_it_is(root: Root, text: str) -> None:
    root.write(f"{KEY}/{METADATA}", text)
    noted(root, count("permission"))
    assert (root.path / KEY / METADATA).read_text() == text
    assert os.listdir(root.path / KEY) == [METADATA]


def test_a_link_is_not_followed(root: Root, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text("{}")
    root.folder(KEY)
    (root.path / KEY / METADATA).symlink_to(outside)
    noted(root, count("permission"))
    assert outside.read_text() == "{}" and (root.path / KEY / METADATA).is_symlink()


def test_of_many_at_once_none_is_lost(root: Root) -> None:
    root.folder(KEY)
    threads = [threading.Thread(target=noted, args=(root, count("permission"))) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert metadata(root) == {"hooks": {"permission": 16}}


def test_who_ends_the_session_meanwhile_has_the_last_word(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write(f"{KEY}/{METADATA}", "{}")

    def end(call: str, phase: str) -> None:
        if (call, phase) == ("fsync", "after"):
            other = root.path / KEY / "other"
            other.write_text('{"status": "completed"}')
            other.rename(root.path / KEY / METADATA)

    monkeypatch.setattr(mutations, "probe", end)
    noted(root, count("permission"))
    assert metadata(root) == {"status": "completed"}
    assert os.listdir(root.path / KEY) == [METADATA]
