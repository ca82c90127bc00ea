"""The end of a session in writing: the old hook's files, from the verdict, and the same each
time."""

import json
from typing import Any

import pytest

from exito_tui.domain.cleanup.summary import MetadataError, close
from exito_tui.domain.sessions.artefact import Artefact, kind_of
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.claim_readers import read_claim
from exito_tui.domain.verdicts.claims import Claims
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.workflows.file_roles import role
from exito_tui.render.reasons import sentence
from tests.support import NOW_NS

STARTED = 1_762_441_845  # 2025-11-06 15:10:45 UTC


def made(files: dict[str, str], *, command: str = "build", minutes: int = 5) -> Session:
    """A session with these files, written one after the other, read for what they say."""
    artefacts, claims = [], {}
    for number, (name, text) in enumerate(files.items(), 1):
        kind = kind_of(name, 0o100644)
        artefact = Artefact(
            name, kind, len(text), (STARTED + number * minutes * 60) * 10**9, number
        )
        artefacts.append(artefact)
        claims[name] = read_claim(artefact, role(artefact.name), f"{command}_20251106_151045", text)
    return Session(
        "/p/.claude/sessions", f"{command}/{command}_20251106_151045", command, f"{command}_20251106_151045", "canonical",
        "20251106151045", tuple(artefacts), claims=Claims(claims),
    )  # fmt: skip


ALL = {
    "context.md": "# C\n",
    "plan.md": "# P\n",
    "progress.md": "# P\n\nStatus: Completed\n",
    "test_report.md": "Overall: PASS\n",
    "review.md": "# R\n",
}


def closing(session: Session, metadata: str | None = None, now_ns: int = NOW_NS) -> Any:
    return close(session, Judge(), metadata, "/p", now_ns)


@pytest.mark.parametrize(
    ("names", "status", "message"),
    [
        (5, "completed", "Session completed"),
        (3, "interrupted", "Session interrupted during implementation"),
        (2, "interrupted", "Session interrupted during planning"),
        (1, "interrupted", "Session interrupted during research"),
        (0, "failed", "Session failed or was cancelled early: nothing was written"),
    ],
)
def test_the_status_follows_from_the_files_as_it_did_in_the_old_hook(
    names: int, status: str, message: str
) -> None:
    end = closing(made(dict(list(ALL.items())[:names])))
    assert (end.status, end.message) == (status, message)
    written = json.loads(end.metadata)
    assert list(written) == [
        "session_id",
        "created_at",
        "command",
        "status",
        "working_directory",
        "ended_at",
    ]
    assert written["status"] == status and written["created_at"] == "2025-11-06T15:10:45Z"
    ended = f"2025-11-06T15:{10 + 5 * names}:45Z"
    assert written["ended_at"] == ended


def test_an_error_in_the_log_is_a_failure() -> None:
    log = "2025-11-06T15:20:00Z | ERROR | architect | no plan\n"
    assert closing(made({"context.md": "# C\n", ".agent_log": log})).status == "failed"


def test_a_finished_review_of_an_unknown_workflow_is_completed_as_in_the_old_hook() -> None:
    assert (
        closing(made({"notes.md": "x\n", "review.md": "# R\n"}, command="deploy")).status
        == "completed"
    )
    assert closing(made({"notes.md": "x\n"}, command="deploy")).status == "interrupted"


def test_the_summary_has_what_the_old_one_had() -> None:
    summary = closing(made(dict(list(ALL.items())[:2]))).summary
    for part in (
        "# Session summary", "- Session: `build_20251106_151045`", "- Status: interrupted", "- Message: Session interrupted",
        "- Started: 2025-11-06T15:10:45Z", "- Ended: 2025-11-06T15:20:45Z",
        "- Directory: `/p/.claude/sessions/build/build_20251106_151045`", "## Artefacts", "`plan.md`: 4 B", "## Phases",
        "| investigator | context.md | done | 5 min |", "| your answer (approve) | | not answered |", "## What happened",
        "2 of 5 phases of build were done.", "It waited for your answer (approve).", "## Next steps",
        "go on in `.claude/sessions/build/build_20251106_151045` from `plan.md`",
    ):  # fmt: skip
        assert part in summary, part


def test_warnings_are_told() -> None:
    summary = closing(made({**ALL, "test_report.md": "Overall: FAIL\n"})).summary
    assert (
        "## Warnings" in summary
        and "`test_report.md`, line 1: the test report says FAIL" in summary
    )


def with_own(session: Session, end: Any, at: int) -> Session:
    """The session after its end was written into it."""
    own = [
        Artefact("session_metadata.json", "json", len(end.metadata), at * 10**9, 90),
        Artefact("session_summary.md", "markdown", len(end.summary), at * 10**9, 91),
    ]
    claims = dict(session.claims.files) if session.claims else {}
    for artefact, text in zip(own, (end.metadata, end.summary), strict=True):
        claims[artefact.name] = read_claim(artefact, role(artefact.name), session.id, text)
    return session._replace(artefacts=(*(session.artefacts or ()), *own), claims=Claims(claims))


@pytest.mark.parametrize("names", range(6))
def test_once_more_changes_nothing_however_much_later(names: int) -> None:
    session = made(dict(list(ALL.items())[:names]))
    first = closing(session, now_ns=NOW_NS)
    again = with_own(session, first, NOW_NS // 10**9)
    for later in (1, 3_600, 90 * 86_400):
        assert closing(again, first.metadata, NOW_NS + later * 10**9) == first


def test_unknown_keys_are_kept_in_their_place() -> None:
    before = '{"user": "ada", "status": "in_progress", "git_branch": "main", "x": [1, 2.5, null]}'
    written = json.loads(closing(made(ALL), before).metadata)
    assert (
        written["user"] == "ada"
        and written["git_branch"] == "main"
        and written["x"] == [1, 2.5, None]
    )
    assert written["status"] == "completed" and written["ended_at"]


def test_a_status_given_before_holds_until_an_agent_writes_again() -> None:
    session = made(dict(list(ALL.items())[:2]))
    said = '{"status": "failed", "ended_at": "2025-11-06T15:21:00Z"}'
    meta = Artefact("session_metadata.json", "json", len(said), (STARTED + 700) * 10**9, 9)
    ended = session._replace(artefacts=(*(session.artefacts or ()), meta))
    assert closing(ended, said).status == "failed"
    assert json.loads(closing(ended, said).metadata)["ended_at"] == "2025-11-06T15:21:00Z"
    more = Artefact("progress.md", "markdown", 5, (STARTED + 900) * 10**9, 10)
    resumed = ended._replace(artefacts=(*(ended.artefacts or ()), more))
    assert closing(resumed, said).status == "interrupted"
    assert json.loads(closing(resumed, said).metadata)["ended_at"] == "2025-11-06T15:25:45Z"


@pytest.mark.parametrize("text", ["{", "[1]", '"x"', "", "[" * 100_000])
def test_metadata_that_is_none_is_left_alone(text: str) -> None:
    with pytest.raises(MetadataError) as caught:
        closing(made(ALL), text)
    assert sentence(caught.value.reason).startswith("session_metadata.json is not")


def test_hostile_names_stay_inside_their_code() -> None:
    summary = closing(
        made({"a`b\n# x|y.md": "x\n", "\x1b[31m.md": "y\n"}, command="deploy")
    ).summary
    assert "`a'b␊# x|y.md`" in summary and "\x1b" not in summary and "\n# x" not in summary
