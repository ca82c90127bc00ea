"""What was said and done, as Markdown."""

from exito_tui.domain.records.conversation import Call
from exito_tui.domain.records.script import ScriptEntry, script_text
from exito_tui.domain.units import SECOND_NS
from tests.support import NOW_NS

SESSION = "/p/.claude/sessions/build/build_20251106_193000"


def told(tool: str, target: str) -> str:
    entry = ScriptEntry("call", "", NOW_NS - 9 * SECOND_NS, Call(tool, target), "open")
    return script_text([entry], NOW_NS, near=[SESSION, "/p"]).partition("**")[2]


def test_a_path_is_told_from_the_nearest_folder() -> None:
    assert told("Write", f"{SESSION}/plan.md") == "Write** `plan.md` — no result yet, 9 s\n"
    assert "`shop/carts.py`" in told("Edit", "/p/shop/carts.py")
    assert "`/etc/hosts`" in told("Read", "/etc/hosts")


def test_a_command_is_told_as_it_is_run() -> None:
    """Below the folder in which it is run, and no nearer: there it would name another file."""
    command = f"cat {SESSION}/plan.md /p/notes.md"
    relative = "cat .claude/sessions/build/build_20251106_193000/plan.md notes.md"
    assert f"`{relative}`" in told("Bash", command)
