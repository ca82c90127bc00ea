"""Taking back what was written into a plugin, whatever else lies among what is kept."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from exito_tui.store.operations.plugin_fix import PluginChangedError, undo_fixed, write_fixed


@pytest.mark.parametrize(
    "text",
    [
        "", "{broken", "[]", "[" * 100_000, "7", "{}", '{"plugin": 1, "before": {}, "after": {}}',
        '{"plugin": "PLUGIN"}', '{"plugin": "PLUGIN", "before": [], "after": {}}',
        '{"plugin": "PLUGIN", "before": {"a.md": 1}, "after": {"a.md": "new"}}',
        '{"plugin": "PLUGIN", "before": {"a.md": "old"}, "after": {"a.md": null}}',
    ],
)  # fmt: skip
def test_what_is_no_record_of_ours_is_passed_over(tmp_path: Path, text: str) -> None:
    plugin, file = str(tmp_path), tmp_path / "a.md"
    file.write_text("old")
    kept = Path(write_fixed(plugin, {"a.md": "old"}, {"a.md": "new"}))
    later = kept.with_name("99991231-235959-1.json")
    later.write_text(text.replace("PLUGIN", plugin))
    kept.with_name("99991231-235959-2.json").mkdir()
    kept.with_name("99991231-235959-3.json").symlink_to("nowhere")
    assert undo_fixed(plugin) == ["a.md"] and file.read_text() == "old"
    assert later.exists(), "it is somebody else's"
    with pytest.raises(PluginChangedError, match="nothing was fixed here"):
        undo_fixed(plugin)


BEFORE = {"a.md": "old a", "b.md": "old b", "c.md": None}
AFTER = {"a.md": "new a", "b.md": "new b", "c.md": "new c"}


def texts(plugin: Path) -> dict[str, str]:
    return {one.name: one.read_text() for one in plugin.iterdir()}


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    folder = tmp_path / "plugin"
    folder.mkdir()
    for name, text in BEFORE.items():
        if text is not None:
            (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("room", range(3))
def test_where_there_is_no_room_for_all_no_file_is_another_one(
    plugin: Path, probed: Callable[..., None], room: int
) -> None:
    def full_after(files: int) -> Callable[[str, str], None]:
        left = [files]

        def full(name: str, phase: str) -> None:
            if (name, phase) == ("write", "before"):
                left[0] -= 1
                if left[0] < 0:
                    raise OSError(errno.ENOSPC, "full")

        return full

    before = texts(plugin)
    probed(full_after(1 + room))  # the first is what is kept
    with pytest.raises(OSError, match="full"):
        write_fixed(str(plugin), BEFORE, AFTER)
    assert texts(plugin) == before
    probed(lambda *_: None)
    with pytest.raises(PluginChangedError, match="nothing was fixed here"):
        undo_fixed(str(plugin))

    write_fixed(str(plugin), BEFORE, AFTER)
    assert texts(plugin) == AFTER
    probed(full_after(min(room, 1)))
    with pytest.raises(OSError, match="full"):
        undo_fixed(str(plugin))
    assert texts(plugin) == AFTER
    probed(lambda *_: None)
    assert undo_fixed(str(plugin)) == [*BEFORE] and texts(plugin) == before


def test_an_undo_that_was_cut_off_goes_on(plugin: Path) -> None:
    before = texts(plugin)
    write_fixed(str(plugin), BEFORE, AFTER)
    (plugin / "b.md").write_text("old b")
    (plugin / "c.md").unlink()
    assert undo_fixed(str(plugin)) == [*BEFORE] and texts(plugin) == before


@pytest.mark.parametrize("done", range(3))
def test_what_fails_while_files_take_their_places_can_be_taken_back(
    plugin: Path, probed: Callable[..., None], done: int
) -> None:
    left, before = [done], texts(plugin)

    def broken(name: str, phase: str) -> None:
        if (name, phase) == ("rename", "before"):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.EIO, "broken")

    probed(broken)
    with pytest.raises(OSError, match="broken"):
        write_fixed(str(plugin), BEFORE, AFTER)
    written = texts(plugin)
    assert written == {**before, **dict([*AFTER.items()][:done])}, "and no draft is left"
    probed(lambda *_: None)
    if done:
        assert undo_fixed(str(plugin)) == [*BEFORE]
    else:
        with pytest.raises(PluginChangedError):
            undo_fixed(str(plugin))
    assert texts(plugin) == before
