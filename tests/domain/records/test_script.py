"""What was said and done, as Markdown."""

from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.records.conversation import Call
from exito_tui.domain.records.script import ScriptEntry, ScriptText, script_text
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


STEPS = st.lists(
    st.sampled_from(["said", "thought", "told", "call", "result", "drop"]), max_size=30
)


@given(STEPS, st.booleans())
def test_a_text_that_grows_is_what_it_is_as_a_whole(steps: list[str], expanded: bool) -> None:
    """Whatever comes, returns, or is dropped from the beginning, in whatever order."""
    text = ScriptText(near=["/p"], expanded=expanded)
    entries: list[ScriptEntry] = []
    for number, step in enumerate(steps):
        now_ns = NOW_NS + number * SECOND_NS
        if step == "result":
            calls = [at for at, one in enumerate(entries) if one.kind == "call"]
            for at in calls[number % 3 :: 3]:
                back = entries[at]._replace(took_ns=2 * SECOND_NS)
                entries[at] = back._replace(outcome="ok" if number % 2 else "error")
        elif step == "drop":
            del entries[:2]
        elif step == "call":
            entries.append(ScriptEntry("call", "x", now_ns, Call("Read", f"/p/{number}")))
        else:
            entries.append(ScriptEntry(step, f"words {number}", now_ns))  # type: ignore[arg-type]
        whole = script_text(entries, now_ns, near=["/p"], expanded=expanded)
        assert text.of(entries, now_ns) == whole
