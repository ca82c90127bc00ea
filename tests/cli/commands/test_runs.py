"""Runs that have no folder yet, as the commands tell of them."""

import json
import os

import pytest

from exito_tui.cli.commands.wait import LookedAt
from exito_tui.cli.options import Options
from exito_tui.cli.output import Failure
from exito_tui.cli.shared.select import judged_roots, session_called
from tests.claude.moments import Moment
from tests.claude.records_builder import ASKED, REPORT, session_id
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.terminal.pty import Terminal


def begun(now: Moment) -> str:
    """A run whose id nobody has told yet, at work; its key until it has a folder."""
    now.talk.command()
    now.talk.requests()
    now.lives("busy")
    return f"build/build_{now.talk.id[:8]}"


def keys(now: Moment) -> list[str]:
    told = as_json(run("ls", "--json", "--root", str(now.root.project)))
    return [one["key"] for one in told["sessions"]]


@pytest.mark.parametrize("there", [True, False], ids=["root", "no root"])
def test_why_agents_and_show_take_its_key(now: Moment, there: bool) -> None:
    key = begun(now)
    if not there:
        now.root.path.rmdir()
    agent = now.talk.launches("investigator", brief="Look around.")
    agent.answers("I look.")
    where = ["--root", str(now.root.project)]
    assert keys(now) == [key]
    why = as_json(run("why", "--json", key, *where))
    assert why["state"] == "running" and "investigator is at work" in why["reason"]
    assert b"investigator" in run("agents", key, *where).stdout
    assert b"I look." in run("show", key, "--agent", "investigator", *where).stdout
    shown = run("show", key, *where)
    assert shown.returncode == 1 and b"has no folder yet, and so no files" in shown.stderr
    assert b"no session is called" in run("show", "build/nothing", *where).stderr or not there


@pytest.mark.parametrize("there", [True, False], ids=["root", "no root"])
def test_wait_goes_on_with_the_session_that_a_run_becomes(now: Moment, there: bool) -> None:
    key = begun(now)
    if not there:
        now.root.path.rmdir()
    options = Options(root=[str(now.root.project)])
    snapshots, judge = judged_roots(options)
    looked_at = LookedAt(options, snapshots, judge, [session_called(snapshots, key)])

    def seen() -> tuple[str, str]:
        (session,), (verdict,) = looked_at.verdicts()
        return session.key, verdict.state

    assert seen() == (key, "running")
    now.talk.calls("Bash", command=f"mkdir -p .claude/sessions/{now.place}")
    now.lives("waiting", waitingFor="permission prompt")
    assert seen() == (now.place, "waiting"), "a run still, whose name is told"
    now.root.folder(now.place)
    now.lives("busy")
    assert seen() == (now.place, "running")
    (now.root.path / now.place).rmdir()
    os.remove(now.claude.path / "sessions" / f"{os.getpid()}.json")
    with pytest.raises(Failure, match="is not there any more"):
        seen()


def test_one_that_has_ended_without_a_folder_is_gone(now: Moment) -> None:
    begun(now)
    agent = now.talk.launches("investigator", brief="Look around.")
    agent.does("Read", file_path="pay/ledger.py")
    assert len(keys(now)) == 1
    now.is_over()
    os.remove(now.claude.path / "sessions" / f"{os.getpid()}.json")
    assert keys(now) == []


def test_one_that_was_killed_is_gone_though_its_entry_stays(now: Moment) -> None:
    begun(now)
    now.lives("busy", procStart="1")
    assert keys(now) == []


def test_one_that_has_ended_stays_while_it_holds_a_report_and_says_so(now: Moment) -> None:
    key = begun(now)
    now.talk.launches("investigator", brief="Look around.").comes_back(REPORT)
    now.talk.ends_turn()
    os.remove(now.claude.path / "sessions" / f"{os.getpid()}.json")
    assert keys(now) == [key]
    where = ["--root", str(now.root.project)]
    why = as_json(run("why", "--json", key, *where))
    command = f"`exito-tui show {key.partition('/')[2]} --agent investigator` shows what"
    assert command in why["next_step"] and "claude --resume" in why["next_step"]
    assert "recover" not in why["next_step"]
    shown = run("show", key.partition("/")[2], "--agent", "investigator", *where)
    assert REPORT[:30].encode() in shown.stdout


def test_its_key_leads_to_the_session_that_it_has_become(now: Moment) -> None:
    key = begun(now)
    now.talk.launches("investigator", now.place).answers("I look.")
    now.root.write(f"{now.place}/context.md", "# Undo a payment\n")
    where = ["--root", str(now.root.project)]
    assert keys(now) == [now.place]
    for name in (key, key.partition("/")[2]):
        why = run("why", "--json", name, *where)
        assert json.loads(why.stdout)["key"] == now.place
        assert f"{name} has become {now.place}".encode() in why.stderr
        assert now.place.encode() in run("agents", name, *where).stdout
        assert run("show", name, *where).stdout == b"# Undo a payment\n"
        assert json.loads(run("show", name, "--json", *where).stdout)["key"] == now.place
        assert b"I look." in run("show", name, "--agent", "investigator", *where).stdout
        assert run("wait", name, "--timeout", "9s", "--for", "running", *where).returncode == 0
    no_more = run("why", key, "--no-claude", *where)
    assert no_more.returncode == 1 and b"no session is called" in no_more.stderr
    for other in ("craft/" + key.partition("/")[2], "build/build_0000000f"):
        assert b"no session is called" in run("why", other, *where).stderr


def test_of_several_sessions_of_a_conversation_its_key_leads_to_the_latest(now: Moment) -> None:
    key = begun(now)
    now.talk.launches("investigator", now.place)
    now.root.folder(now.place)
    now.talk.command()
    later = f"build/{session_id(300)}"
    now.root.folder(later)
    now.talk.at += 290
    now.talk.launches("investigator", later)
    now.lives("busy")
    where = ["--root", str(now.root.project)]
    assert json.loads(run("why", "--json", key, *where).stdout)["key"] == later


def become(now: Moment) -> str:
    """A run that was done with, and is a session now; the key that it had until then."""
    key = begun(now)
    now.talk.launches("investigator", now.place).comes_back(REPORT)
    now.talk.ends_turn()
    now.lives("idle")
    now.root.write(f"{now.place}/notes.md", "# Notes\n", at=1_700_000_000)
    return key


def test_what_changes_a_session_takes_the_key_that_it_had_as_a_run(now: Moment) -> None:
    key = become(now)
    where = ["--root", str(now.root.project)]
    for command, left in (
        (["pin", key], True), (["unpin", key.partition("/")[2]], True), (["finalize", key, "--force"], True),
        (["recover", key, "--yes"], True), (["archive", key, "--force"], False), (["undo"], True),
        (["rm", key, "--force"], False),
    ):  # fmt: skip
        done = run(*command, *where)
        assert done.returncode == 0, (command, done.stderr)
        if len(command) > 1:
            assert f"{command[1]} has become {now.place}".encode() in done.stderr
        assert (now.root.path / now.place).exists() == left
    gone = run("rm", key, *where)
    assert gone.returncode == 1 and b"no session is called" in gone.stderr


def test_at_a_terminal_it_is_asked_about(now: Moment) -> None:
    key = become(now)
    with Terminal("rm", key, "--force", "--root", str(now.root)) as terminal:
        terminal.shows(f"Move {ASKED} ({now.place}) to the trash? [y/N]")
        terminal.press("n\n")
        assert terminal.exit_code() == 1
    assert (now.root.path / now.place).exists()


def test_nothing_is_done_by_the_key_of_a_run_that_may_be_any_of_several(now: Moment) -> None:
    key = become(now)
    now.talk.command()
    later = f"build/{session_id(300)}"
    now.root.folder(later)
    now.talk.at += 290
    now.talk.launches("investigator", later)
    done = run("rm", key, "--force", "--root", str(now.root))
    assert done.returncode == 2 and b"may have become any of 2 sessions" in done.stderr
    assert all(place.encode() in done.stderr for place in (now.place, later))
    assert (now.root.path / later).exists() and (now.root.path / now.place).exists()


def test_nothing_is_done_by_it_where_only_the_time_tells_what_it_became(now: Moment) -> None:
    key = begun(now)
    now.root.folder(now.place)
    where = ["--root", str(now.root.project)]
    assert json.loads(run("why", "--json", key, *where).stdout)["key"] == now.place
    done = run("rm", key, "--force", *where)
    assert done.returncode == 2 and b"has probably become this session" in done.stderr
    assert now.place.encode() in done.stderr and (now.root.path / now.place).exists()


def test_nothing_can_be_done_to_one_that_has_no_folder_yet(now: Moment) -> None:
    key = begun(now)
    told = now.claude.talk(uuid="0000000a-0000-4000-8000-000000000000")
    told.command()
    told.calls("Bash", command=f"mkdir -p .claude/sessions/{now.place}")
    now.claude.register(told, "waiting", pid=os.getppid(), waitingFor="permission prompt")
    for command in (["rm", key], ["pin", key], ["recover", key, "--yes"], ["rm", now.id]):
        done = run(*command, "--root", str(now.root))
        assert done.returncode == 1 and b"has no folder yet" in done.stderr
        assert b"Traceback" not in done.stderr
