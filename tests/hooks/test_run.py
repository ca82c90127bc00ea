"""The hooks as Claude Code runs them: JSON in, JSON or nothing out, and never in the way."""

import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from exito_tui.domain.cleanup.operation import Origin
from exito_tui.domain.hook_setup import PARTS
from exito_tui.hooks import save
from exito_tui.hooks.dispatch import answer
from exito_tui.hooks.run import main
from exito_tui.store.operations.hook_notes import METADATA
from exito_tui.store.operations.restore import undo
from exito_tui.store.trash.contents import operations_of
from exito_tui.store.trash.trash import locked

ID = "3f2a0000-1111-2222-3333-444455556666"
ALL = frozenset(PARTS)
REPORT = "# Context\n\nThe cart has no coupons.\n"


def said(project: Path, event: str, **more: Any) -> dict[str, Any]:
    return {"hook_event_name": event, "session_id": ID, "cwd": str(project), **more}


def begun(project: Path, command: str = "exito:build") -> str:
    """The directory of a run that the hook has begun."""
    made = answer(
        said(project, "UserPromptExpansion", command_name=command, command_args="Add a coupon"), ALL
    )
    assert made
    words = made["hookSpecificOutput"]["additionalContext"]
    assert isinstance(words, str)
    return words.partition("Directory: ")[2].partition("\n")[0]


def test_a_run_has_its_folder_before_the_first_word(project: Path) -> None:
    directory = begun(project)
    metadata = json.loads((project / directory / "session_metadata.json").read_text())
    assert metadata["claude_session_id"] == ID and metadata["title"] == "Add a coupon"


@pytest.mark.parametrize("name", ["build", "exito:review", "other:thing", "help", "", 3, None])
def test_other_commands_begin_nothing(project: Path, name: object) -> None:
    assert answer(said(project, "UserPromptExpansion", command_name=name), ALL) is None
    assert not (project / ".claude").exists()


def test_a_skill_begins_a_run_too(project: Path) -> None:
    tool_input = {"skill": "exito:workflow", "args": "Saved carts"}
    made = answer(said(project, "PreToolUse", tool_name="Skill", tool_input=tool_input), ALL)
    assert made and "Directory: .claude/sessions/workflow/" in str(made)


@pytest.mark.parametrize(
    "prompt",
    [
        "Task: x",
        "Task: x\nSession: $SESSION_ID\nDirectory: .claude/sessions/build/$SESSION_ID",
        "Task: x\nSession: ${SESSION_ID}\nDirectory: .claude/sessions/build/${SESSION_ID}",
        "Task: x\nSession: build_1\nDirectory: .claude/sessions/build/build_1",
        "Session Directory: .claude/sessions/build/nowhere",
    ],
)
def test_an_agent_is_told_its_folder(project: Path, prompt: str) -> None:
    directory = begun(project)
    given = {"subagent_type": "exito:architect", "description": "Plan", "prompt": prompt}
    made = answer(said(project, "PreToolUse", tool_name="Agent", tool_input=given), ALL)
    assert made
    better = made["hookSpecificOutput"]["updatedInput"]
    assert f"Directory: {directory}" in better["prompt"] and "$" not in better["prompt"]
    assert {**better, "prompt": prompt} == given, "every key is handed back"
    again = answer(said(project, "PreToolUse", tool_name="Agent", tool_input=better), ALL)
    assert again is None, "what is right stays as it is"


@pytest.mark.parametrize(
    ("prompt", "better"),
    [
        ("Plan\nDirectory: @DIR@", "Plan\nDirectory: @DIR@\nSession: @ID@"),
        ("Plan\nSession:\nDirectory: @DIR@", "Plan\nDirectory: @DIR@\nSession: @ID@"),
        ("Read $SESSION_ID/context.md\nSession: @ID@\nDirectory: @DIR@",
         "Read @ID@/context.md\nSession: @ID@\nDirectory: @DIR@"),
        ("Say ${SESSION_ID} and $SESSION_IDS\n- Session: @ID@\nDirectory: @DIR@",
         "Say @ID@ and $SESSION_IDS\n- Session: @ID@\nDirectory: @DIR@"),
    ],
)  # fmt: skip
def test_a_right_directory_does_not_hide_what_is_missing(
    project: Path, prompt: str, better: str
) -> None:
    """The folder that the prompt names counts, be it that the conversation began another one."""
    directory = begun(project)
    begun(project, "exito:think")

    def filled(text: str) -> str:
        return text.replace("@ID@", os.path.basename(directory)).replace("@DIR@", directory)

    given = {"subagent_type": "exito:architect", "prompt": filled(prompt)}
    made = answer(said(project, "PreToolUse", tool_name="Agent", tool_input=given), ALL)
    assert made
    assert made["hookSpecificOutput"]["updatedInput"] == {**given, "prompt": filled(better)}
    noted = json.loads((project / directory / METADATA).read_text())
    assert noted["hooks"]["brief"] == 1


def test_an_agent_that_writes_elsewhere_is_told_its_folder_too(project: Path) -> None:
    directory = begun(project, "exito:workflow")
    given = {"subagent_type": "exito:documentation-writer", "prompt": "Directory: $SESSION_ID"}
    made = answer(said(project, "PreToolUse", tool_name="Agent", tool_input=given), ALL)
    assert made and directory in made["hookSpecificOutput"]["updatedInput"]["prompt"]


def test_agents_of_others_are_left_alone(project: Path) -> None:
    begun(project)
    for kind in ("general-purpose", "architect", "other:thing", None):
        given = {"subagent_type": kind, "description": "x", "prompt": "look"}
        assert answer(said(project, "PreToolUse", tool_name="Agent", tool_input=given), ALL) is None


def stopped(project: Path, agent: str = "exito:investigator", **more: Any) -> dict[str, Any]:
    return said(project, "SubagentStop", agent_type=agent, **more)


def test_an_answer_is_saved_as_the_file_that_is_missing(project: Path) -> None:
    directory = project / begun(project)
    made = answer(stopped(project, last_assistant_message=REPORT), ALL)
    assert made == {"systemMessage": "exito-tui saved context.md from the agent's answer."}
    assert (directory / "context.md").read_text() == REPORT
    metadata = json.loads((directory / "session_metadata.json").read_text())
    assert metadata["hooks"] == {
        "begin": True, "save": {"context.md": {"agent": "investigator", "size": len(REPORT)}},
    }  # fmt: skip
    assert metadata["claude_session_id"] == ID
    assert answer(stopped(project, last_assistant_message="# Another\n"), ALL) is None
    assert (directory / "context.md").read_text() == REPORT, "never twice"
    assert sorted(path.name for path in directory.iterdir()) == [
        "context.md",
        "session_metadata.json",
    ]


def test_what_was_saved_is_in_the_log_and_can_be_taken_back(project: Path) -> None:
    directory = project / begun(project)
    told = stopped(project, last_assistant_message=REPORT, agent_id="a1b2")
    assert answer(told, frozenset({"save"}))
    root = str(project / ".claude/sessions")
    (logged,) = operations_of(root)
    assert logged.action == "recover" and logged.items[0].what.endswith("/context.md")
    assert logged.items[0].origin == Origin("last-words", "investigator", "a1b2", ID, by_hook=True)
    assert undo(root).done and not (directory / "context.md").exists()


def test_what_is_saved_of_a_run_without_metadata_is_noted_too(project: Path) -> None:
    directory = project / ".claude/sessions/build/build_20250101_100000"
    directory.mkdir(parents=True)
    path = project / "agent.jsonl"
    task = {"type": "user", "message": {"content": f"x\nDirectory: {directory}"}}
    path.write_text(json.dumps(task))
    told = stopped(project, last_assistant_message=REPORT, agent_transcript_path=str(path))
    assert answer(told, frozenset({"save"}))
    metadata = json.loads((directory / "session_metadata.json").read_text())
    assert metadata == {
        "hooks": {"save": {"context.md": {"agent": "investigator", "size": len(REPORT)}}}
    }


def test_reports_that_come_at_once_wait_their_turn(project: Path) -> None:
    directory = project / begun(project, "exito:workflow")
    agents = {
        "exito:investigator": "context.md",
        "exito:requirements-validator": "validation-report.md",
        "exito:architect": "alternatives.md",
    }
    threads = [
        threading.Thread(
            target=answer, args=(stopped(project, one, last_assistant_message=REPORT), ALL)
        )
        for one in agents
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    saved = json.loads((directory / "session_metadata.json").read_text())["hooks"]["save"]
    assert len(operations_of(str(project / ".claude/sessions"))) == len(saved) == 3
    assert all((directory / name).read_text() == REPORT for name in saved)


def test_a_root_that_is_held_too_long_is_told_in_the_log(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = project / begun(project)
    monkeypatch.setattr(save, "_PATIENCE", 0.0)
    raw = json.dumps(stopped(project, last_assistant_message=REPORT)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    with locked(str(project / ".claude/sessions")):
        assert main(["save"]) == 0
    assert not (directory / "context.md").exists()
    log = Path(os.environ["XDG_STATE_HOME"], "exito-tui", "hook.log").read_text()
    assert "BusyError: another exito-tui is moving things" in log


def test_each_write_that_is_allowed_is_counted(project: Path) -> None:
    directory = begun(project)
    given = {"file_path": f"{directory}/plan.md"}
    asked = said(project, "PermissionRequest", tool_name="Write", tool_input=given)
    assert answer(asked, ALL) and answer(asked, ALL)
    prompt = {"subagent_type": "exito:architect", "description": "Plan", "prompt": "Plan it"}
    assert answer(said(project, "PreToolUse", tool_name="Agent", tool_input=prompt), ALL)
    hooks = json.loads((project / directory / "session_metadata.json").read_text())["hooks"]
    assert hooks == {"begin": True, "permission": 2, "brief": 1}


def test_a_file_that_is_there_stays(project: Path) -> None:
    directory = project / begun(project)
    (directory / "context.md").write_text("mine")
    assert answer(stopped(project, last_assistant_message=REPORT), ALL) is None
    assert (directory / "context.md").read_text() == "mine"


@pytest.mark.parametrize("words", ["", "Done.", "plan.md is written to /x/plan.md.", None, 7])
def test_what_is_no_report_is_not_saved(project: Path, words: object) -> None:
    directory = project / begun(project)
    assert answer(stopped(project, last_assistant_message=words), ALL) is None
    assert not (directory / "context.md").exists()


def calls(tmp_path: Path, *made: tuple[str, str, str]) -> str:
    """The transcript of an agent that called tools: each with what it was given (a path or a
    command), and who refused it (empty: nobody; "-": it did its work)."""
    records: list[dict[str, Any]] = [{"type": "user", "message": {"content": "Find out"}}]
    for number, (tool, given, refused) in enumerate(made):
        key, result = f"t{number}", {"type": "tool_result", "tool_use_id": f"t{number}"}
        tool_input = (
            {"command": given} if tool == "Bash" else {"file_path": given, "content": REPORT}
        )
        use = {"type": "tool_use", "id": key, "name": tool, "input": tool_input}
        denial = {"toolDenialKind": refused} if refused.strip("-") else {}
        records += [
            {"type": "assistant", "message": {"content": [use]}},
            {
                "type": "user",
                **denial,
                "message": {"content": [{**result, "is_error": refused != "-"}]},
            },
        ]
    path = tmp_path / "agent-2.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


HERE = "cat > .claude/sessions/build/x/context.md <<E"


@pytest.mark.parametrize(
    ("made", "is_saved"),
    [
        ([("Write", "context.md", ""), ("Bash", HERE, "user-rejected")], False),
        ([("Bash", HERE, "user-rejected"), ("Write", "context.md", "")], False),
        ([("Bash", HERE, "permission-rule")], False),
        ([("Write", "context.md", "user-rejected"), ("Write", "context.md", "")], False),
        ([("Bash", "rm -r /", "user-rejected"), ("Write", "context.md", "")], True),
        ([("Bash", HERE, ""), ("Write", "context.md", "")], True),
        ([("Write", "context.md", "user-rejected"), ("Write", "context.md", "-")], True),
    ],
)
def test_a_refusal_holds_whatever_it_was_tried_with(
    project: Path, tmp_path: Path, made: list[tuple[str, str, str]], is_saved: bool
) -> None:
    directory = project / begun(project)
    path = calls(tmp_path, *made)
    event = stopped(project, agent_transcript_path=path, last_assistant_message=REPORT)
    assert bool(answer(event, ALL)) == is_saved == (directory / "context.md").exists()


def transcript(tmp_path: Path, project: Path, directory: str, **result: Any) -> str:
    """The transcript of an agent whose Write of plan.md failed."""
    records = [
        {"type": "user", "message": {"content": f"Plan it\nDirectory: {directory}"}},
        {"type": "assistant", "message": {"content": [{
            "type": "tool_use", "id": "t1", "name": "Write",
            "input": {"file_path": f"{project}/{directory}/plan.md", "content": "# Plan\n\nSteps"},
        }]}},
        {"type": "user", **result, "message": {"content": [
            {"type": "tool_result", "tool_use_id": "t1", "is_error": True, "content": "no"},
        ]}},
        {"type": "api-request-blob", "message": {"content": [
            {"type": "tool_result", "tool_use_id": "t1", "is_error": True, "content": "no"},
        ]}},
    ]  # fmt: skip
    path = tmp_path / "agent-1.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


def test_what_it_could_not_write_is_saved(project: Path, tmp_path: Path) -> None:
    directory = begun(project)
    path = transcript(tmp_path, project, directory)
    words = "plan.md is written."
    made = answer(
        stopped(
            project, "exito:architect", agent_transcript_path=path, last_assistant_message=words
        ),
        ALL,
    )
    assert made
    assert (project / directory / "plan.md").read_text() == "# Plan\n\nSteps\n"


@pytest.mark.parametrize(
    "refusal",
    [
        {"toolDenialKind": "user-rejected"},
        {"toolDenialKind": "permission-rule"},
        {"permissionDecision": {"decision": "reject", "source": "user_reject"}},
    ],
)
def test_what_somebody_refused_is_never_saved(
    project: Path, tmp_path: Path, refusal: dict[str, Any]
) -> None:
    directory = begun(project)
    path = transcript(tmp_path, project, directory, **refusal)
    made = answer(
        stopped(project, "exito:architect", agent_transcript_path=path,
                last_assistant_message="# Plan\n\nAll of it, as text."),
        ALL,
    )  # fmt: skip
    assert made is None and not (project / directory / "plan.md").exists()


def test_the_model_is_told_whether_the_file_is_there(project: Path, tmp_path: Path) -> None:
    directory = begun(project)
    main = tmp_path / "main.jsonl"
    agents = tmp_path / "main" / "subagents"
    agents.mkdir(parents=True)
    (agents / "agent-a1.meta.json").write_text('{"agentType": "exito:investigator"}')
    prompt = "<task-notification>\n<task-id>a1</task-id>\n<status>completed</status>"
    told = said(project, "UserPromptSubmit", prompt=prompt, transcript_path=str(main))
    assert "context.md is NOT on disk" in str(answer(told, ALL))
    (project / directory / "context.md").write_text(REPORT)
    assert f"{directory}/context.md is on disk" in str(answer(told, ALL))
    assert json.loads((project / directory / METADATA).read_text())["hooks"]["tell"] == 2
    assert answer({**told, "prompt": "proceed"}, ALL) is None


def test_each_part_can_be_off(project: Path) -> None:
    one = said(project, "UserPromptExpansion", command_name="exito:build")
    assert answer(one, ALL - {"begin"}) is None
    directory = begun(project)
    asked = said(
        project, "PermissionRequest", tool_name="Write",
        tool_input={"file_path": f"{project}/{directory}/plan.md"},
    )  # fmt: skip
    assert answer(asked, frozenset({"permission"}))
    assert answer(asked, ALL - {"permission"}) is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{", '{"hook_event_name": 3}', '{"hook_event_name": "PreToolUse"}',
     '{"hook_event_name": "SubagentStop", "agent_type": ["x"]}', "[" * 100_000, "\x00",
     '{"hook_event_name": "PermissionRequest", "cwd": "/nowhere", "tool_name": "Write"}'],
)  # fmt: skip
def test_bad_input_is_as_if_there_were_no_hook(tmp_path: Path, text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "exito_tui", "hook", "run"],
        input=text, capture_output=True, text=True,  cwd=tmp_path, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_hook_starts_light() -> None:
    code = (
        "import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO(b'{}')); "
        "from exito_tui.hooks.run import main; main(['permission']); "
        "heavy = {'textual', 'rich', 'asyncio', 'argparse', 'subprocess'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_prompt_of_the_user_costs_next_to_nothing(project: Path) -> None:
    told = json.dumps(said(project, "UserPromptSubmit", prompt="Add a coupon"))
    code = (
        f"import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO({told.encode()!r})); "
        "from exito_tui.hooks.run import main; main(['tell']); "
        "heavy = {'tomllib', 'exito_tui.claude.plugins', 'exito_tui.domain.workflows.reader'}; "
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_saving_starts_light_too(project: Path) -> None:
    """Of the store it needs the trash alone, and of the domain what an operation is."""
    begun(project)
    told = json.dumps(stopped(project, last_assistant_message=REPORT))
    code = (
        f"import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO({told.encode()!r})); "
        "from exito_tui.hooks.run import main; main(['save']); "
        "heavy = {'textual', 'rich', 'asyncio', 'argparse', 'subprocess', 'secrets', "
        "'exito_tui.store.read.scan', 'exito_tui.domain.sessions.session', "
        "'exito_tui.domain.verdicts.judge', 'exito_tui.config.sources'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert b"saved context.md" in done.stdout


def test_main_answers_one_part(project: Path, capsys: pytest.CaptureFixture[str],
                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    raw = json.dumps(said(project, "UserPromptExpansion", command_name="exito:build")).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert main(["begin"]) == 0
    assert "Session: build_" in capsys.readouterr().out
