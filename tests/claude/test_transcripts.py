"""What a conversation's transcript says of the sessions that it used."""

import json
from pathlib import Path

from exito_tui.claude.transcripts import used_places


def test_to_read_a_file_of_a_session_is_not_to_use_it(tmp_path: Path) -> None:
    def call(tool: str, key: str) -> str:
        given = {"file_path": f"/x/.claude/sessions/{key}/context.md"}
        item = {"type": "tool_use", "name": tool, "input": given}
        return (
            json.dumps({"type": "assistant", "message": {"content": [item]}}, separators=(",", ":"))
            + "\n"
        )

    path = tmp_path / "t.jsonl"
    path.write_text(
        call("Read", "build/read") + call("Grep", "build/sought") + call("Write", "build/written")
    )
    assert used_places(str(path), 5).places == {"build/written"}
