"""Runs that a part of the plugin would have mended, and what hinders it."""

import time

import pytest

from exito_tui.cli.options import Options
from exito_tui.cli.shared.claude import with_records
from exito_tui.domain.doctor.finding import Finding
from exito_tui.domain.hook_setup import PARTS, HookSetup, install_line
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.read.root_reader import findings
from exito_tui.store.read.scan import scan
from tests.claude.records_builder import REPORT, ClaudeFolder, Talk, session_id
from tests.support import Root

OFF = HookSetup()
ALL = frozenset(PARTS)
KEY = f"build/{session_id(300)}"
CODES = {
    "shared-folder",
    "run-without-folder",
    "task-without-folder",
    "report-in-answer",
    "write-asked",
}


def found(root: Root, setup: HookSetup | None = OFF) -> list[Finding]:
    """What the doctor finds of our hooks."""
    (snapshot,), judge = with_records(Options(), [scan(str(root))], Judge())
    every = findings([snapshot], judge, time.time_ns(), setup)
    assert all(one.fact and one.cause and one.remedy for one in every)
    return [one for one in every if one.code in CODES]


@pytest.fixture
def talk(root: Root, claude: ClaudeFolder) -> Talk:
    """A build that began, with a folder that holds nothing yet."""
    root.folder(KEY)
    made = claude.talk(ago=300)
    made.command()
    return made


def writes(root: Root, talk: Talk, place: str = f"{KEY}/context.md") -> str:
    """An agent calls Write; the id of the call."""
    agent = talk.launches("investigator", KEY)
    call = agent.calls("Write", file_path=f"{root.path}/{place}", content="# C\n")
    talk.at = agent.at
    return call


def test_a_question_about_a_write_into_the_session(
    root: Root, claude: ClaudeFolder, talk: Talk
) -> None:
    writes(root, talk)
    claude.register(talk, "waiting", waitingFor="permission prompt")
    (one,) = found(root)
    assert (one.code, one.place) == ("write-asked", KEY)
    assert one.fact == "investigator waits for your yes to write context.md"
    assert one.remedy == "To be asked no more: exito-tui plugin install --only permission"
    assert not found(root, HookSetup(frozenset({"permission"})))
    assert not found(root, None), "where nobody looked at the hooks nothing is said"


@pytest.mark.parametrize("place", ["src/x.md", "../src/x.md", "build/build_20250101_000000/x.md"])
def test_a_question_about_another_write_is_rightly_asked(
    root: Root, claude: ClaudeFolder, talk: Talk, place: str
) -> None:
    writes(root, talk, place)
    claude.register(talk, "waiting", waitingFor="permission prompt")
    assert not found(root)


@pytest.mark.parametrize("by_settings", [True, False])
def test_a_mode_that_hinders_is_the_cause(
    root: Root, claude: ClaudeFolder, talk: Talk, *, by_settings: bool
) -> None:
    agent = talk.launches("investigator", KEY)
    call = agent.calls("Write", file_path=f"{root.path}/{KEY}/context.md", content="# C\n")
    agent.refused(call, by="config")
    if not by_settings:
        talk.put({"type": "permission-mode", "permissionMode": "dontAsk", "sessionId": talk.id})
    setup = HookSetup(ALL, "dontAsk" if by_settings else "acceptEdits")
    claude.register(talk, "busy")
    (one,) = found(root, setup)
    assert one.code == "write-asked" and "was refused to write context.md" in one.fact
    assert one.cause.startswith("In dontAsk mode every write below .claude is refused unasked")
    assert one.remedy == "Start Claude Code in acceptEdits or manual mode (shift+tab)."
    (two,) = found(root, setup._replace(on=frozenset()))
    assert "exito-tui plugin install --only permission" in two.remedy


def test_what_the_user_refused_is_no_fault(root: Root, claude: ClaudeFolder, talk: Talk) -> None:
    agent = talk.launches("investigator", KEY)
    agent.refused(agent.calls("Write", file_path=f"{root.path}/{KEY}/context.md", content="# C\n"))
    agent.comes_back(REPORT)
    claude.register(talk)
    assert not found(root, HookSetup(mode="dontAsk"))


def test_what_was_refused_to_a_shell_would_not_be_saved(
    root: Root, claude: ClaudeFolder, talk: Talk
) -> None:
    agent = talk.launches("investigator", KEY)
    agent.refused(agent.calls("Bash", command=f"cat > .claude/sessions/{KEY}/context.md <<E"))
    agent.comes_back(REPORT)
    claude.register(talk)
    assert "report-in-answer" not in [one.code for one in found(root)]


def test_a_report_that_came_back_as_text(root: Root, claude: ClaudeFolder, talk: Talk) -> None:
    talk.launches("investigator", KEY).comes_back(REPORT)
    claude.register(talk)
    (one,) = found(root, HookSetup(frozenset({"begin"})))
    assert one.code == "report-in-answer" and "came back without context.md" in one.fact
    assert one.remedy == (
        f"Save it now: exito-tui recover {KEY.partition('/')[2]}. "
        "For the next run: exito-tui plugin install --only save,begin"
    )
    assert not found(root, HookSetup(frozenset({"save"})))


def test_a_run_without_a_folder(root: Root, claude: ClaudeFolder) -> None:
    talk = claude.talk(ago=300)
    talk.command()
    claude.register(talk, "busy")
    assert not found(root), "it may be about to make one"
    talk.launches("investigator", brief="Find out how it works")
    (one,) = found(root)
    assert one.code == "run-without-folder" and one.place.startswith("build/build_")
    assert "exito-tui plugin install --only begin (" in one.remedy
    assert not found(root, HookSetup(frozenset({"begin"})))


def test_two_runs_in_one_folder(root: Root, claude: ClaudeFolder, talk: Talk) -> None:
    other = claude.talk(ago=290)
    other.command()
    for one in (talk, other):
        one.launches("investigator", KEY)
        one.at = talk.at + 60
        one.launches("architect", KEY)
    (told,) = found(root)
    assert (told.code, told.place) == ("shared-folder", KEY)
    assert "2 conversations of Claude Code work in this folder" in told.fact
    assert "exito-tui plugin install --only begin (" in told.remedy
    (told,) = found(root, HookSetup(frozenset({"begin"})))
    assert told.code == "shared-folder" and "End one of them" in told.remedy
    root.write(f"{KEY}/context.md", "# It\n\n**Session ID**: build_20251106_180000\n")
    (told,) = found(root)
    assert "2 conversations" in told.fact, "that is certain, and the header need not be told of"


def test_a_task_that_does_not_say_where_to_write(
    root: Root, claude: ClaudeFolder, talk: Talk
) -> None:
    talk.launches("investigator", KEY).leaves(root, f"{KEY}/context.md")
    talk.launches("architect", brief="Plan it. Directory: .claude/sessions/build/$SESSION_ID")
    talk.launches("general-purpose", brief="Look at the code")
    claude.register(talk, "busy")
    (one,) = found(root)
    assert one.code == "task-without-folder"
    assert one.fact == "the task of architect did not say where to write"
    assert "exito-tui plugin install --only brief (" in one.remedy
    assert not found(root, HookSetup(frozenset({"brief"})))


def test_a_run_that_goes_well_has_no_finding(root: Root, claude: ClaudeFolder, talk: Talk) -> None:
    talk.launches("investigator", KEY).leaves(root, f"{KEY}/context.md")
    talk.launches("architect", KEY)
    claude.register(talk, "busy")
    assert not found(root)


def test_a_run_without_a_folder_is_no_folder_that_cannot_be_read(
    root: Root, claude: ClaudeFolder
) -> None:
    talk = claude.talk(ago=7200)
    talk.command()
    talk.answers("Hm.")
    claude.register(talk, "idle")
    (snapshot,), judge = with_records(Options(), [scan(str(root))], Judge())
    assert snapshot.sessions
    assert {one.code for one in findings([snapshot], judge, time.time_ns(), OFF)} == {
        "run-without-folder"
    }


def test_the_line_that_installs_keeps_what_is_on() -> None:
    setup = HookSetup(frozenset({"begin"}), by_settings=True)
    assert setup.line_with("save") == "exito-tui hook install --only save,begin"
    assert install_line({"brief", "save"}) == "exito-tui plugin install --only save,brief"
    assert install_line(PARTS) == "exito-tui plugin install"
