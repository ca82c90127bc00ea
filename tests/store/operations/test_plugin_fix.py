"""Taking back what was written into a plugin, whatever else lies among what is kept."""

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
