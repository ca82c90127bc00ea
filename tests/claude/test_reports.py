"""Which text of an agent is taken for the file that it owes, and where it is found."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from exito_tui.claude import reports
from exito_tui.claude.joined import JoinedRecords
from exito_tui.claude.reports import FoundReports, find_reports
from exito_tui.domain.cleanup.operation import Origin
from exito_tui.domain.records.reports import MOST_REPORT, preview
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import scan
from tests.claude.conversations import Run
from tests.support import Root

SESSION = time.strftime("build/build_%Y%m%d_%H%M%S", time.gmtime(time.time() - 60))
REPORT = "# Context: coupon field\n\nThe cart has no way to take a code off.\n"
OTHER = "# Context, said another way, which is long enough to be a report\n"


@pytest.fixture
def talk(root: Root) -> Run:
    root.folder(SESSION)
    made = Run(root, SESSION)
    made.register()
    return made


def found(root: Root, wanted: str = "", key: str = SESSION) -> FoundReports:
    snapshot, judge = examined(scan(str(root)), Judge())
    records = JoinedRecords({str(root): str(root.project)}, judge.folders)
    records.look([snapshot])
    judge = judge.knowing(str(root), records.joined[str(root)].known)
    session = snapshot.sessions[key]
    now_ns = time.time_ns()
    steps = judge.verdict(session, now_ns).steps
    return find_reports(session, steps, judge.known(session, now_ns), wanted)


def path_of(root: Root, name: str = "context.md") -> str:
    return f"{root}/{SESSION}/{name}"


def only(made: FoundReports) -> tuple[str, bytes, str]:
    (report,) = made.reports
    assert not made.left
    return report.name, report.content, report.source


@pytest.mark.parametrize(
    ("outcome", "source"),
    [("refused", "refused-write"), ("failed", "failed-write"), ("no-tool", "failed-write"),
     ("done", "lost-write")],
)  # fmt: skip
def test_the_write_of_that_very_file_comes_first(
    root: Root, talk: Run, outcome: str, source: str
) -> None:
    agent = talk.agent("a1")
    agent.write(path_of(root), "# an earlier one, which does not count\n", outcome)
    agent.write(path_of(root), REPORT, outcome)
    agent.write(path_of(root, "plan.md"), "# another file\n", outcome)
    agent.write(f"{root}/build/build_20250101_000000/context.md", "# another session\n", outcome)
    agent.say(OTHER)
    agent.finish(OTHER)
    assert only(found(root)) == ("context.md", REPORT.encode(), source)
    (report,) = found(root).reports
    assert report.origin == Origin(source, "investigator", "a1", talk.id)


def test_a_relative_path_is_meant_from_the_folder_of_the_conversation(
    root: Root, talk: Run
) -> None:
    agent = talk.agent("a1")
    agent.write(f"./.claude/sessions/{SESSION}/context.md", REPORT, "refused")
    agent.finish()
    assert only(found(root))[1:] == (REPORT.encode(), "refused-write")


def test_else_the_last_words_are_it_all_of_the_last_message(root: Root, talk: Run) -> None:
    agent = talk.agent("a1")
    agent.say("I look at the code first, which is a sentence of more than forty bytes.")
    agent.say("# Context: coupon field", "The cart has no way to take a code off.")
    agent.finish("something else that is long enough to be taken for a report, too")
    text = "# Context: coupon field\n\nThe cart has no way to take a code off."
    assert only(found(root)) == ("context.md", text.encode(), "last-words")


def test_else_what_the_notice_of_its_return_quotes(root: Root, talk: Run) -> None:
    agent = talk.agent("a1")
    agent.finish(REPORT + "</result> said <task-id>b2</task-id>")
    talk.comes_back("b2", OTHER)
    agent.say(REPORT)
    before = found(root)
    agent.path.unlink()  # its own transcript is gone
    assert only(before)[2] == "last-words"
    made = only(found(root))
    assert made[2] == "notification" and made[1].decode().startswith(REPORT)


def test_an_error_of_the_api_is_no_report(root: Root, talk: Run) -> None:
    agent = talk.agent("a1")
    agent.say("I look at the code first, which is a sentence of more than forty bytes.")
    agent.say(
        "API Error: 529 overloaded, which is far more than forty bytes", isApiErrorMessage=True
    )
    agent.finish()
    made = found(root)
    assert not made.reports and "its records hold no report" in made.left[0][1]


def test_a_word_is_no_report_nor_is_what_is_far_too_long(root: Root, talk: Run) -> None:
    agent = talk.agent("a1")
    agent.say("Done.")
    agent.finish("Done.")
    assert not found(root).reports
    agent.say("x" * (MOST_REPORT + 1))
    assert not found(root).reports
    agent.say("x" * MOST_REPORT)
    assert len(only(found(root))[1]) == MOST_REPORT


def test_the_bytes_are_those_that_the_agent_gave(root: Root, talk: Run) -> None:
    text = "\ufeff# T\x1b]0;own\x07\r\n\u202ex\x00 half \ud800 pair, no newline at the end"
    agent = talk.agent("a1")
    agent.write(path_of(root), text, "refused")
    agent.finish()
    name, content, _ = only(found(root))
    assert content == text.replace("\ud800", "?").encode()
    shown = "\n".join(preview(found(root).reports[0], 9))
    assert "\x1b" not in shown and "\u202e" not in shown and "half" in shown and name


def test_what_is_not_as_expected_is_passed_over(root: Root, talk: Run) -> None:
    agent = talk.agent("a1")
    for content in (None, 3, ["x"], {"a": 1}):
        agent.write(path_of(root), content, "refused")
    agent.add("assistant", {"content": [{"type": "tool_use", "name": "Write", "input": "x"}]})
    agent.add("user", {"content": [{"type": "tool_result", "tool_use_id": ["x"]}]})
    agent.add("assistant", "no object")
    with agent.path.open("ab") as file:
        file.write(b'{"type":"assistant","message":\xff}\n[1]\n' + b'{"message":' * 30_000 + b"\n")
    agent.say(REPORT)
    agent.finish()
    with agent.path.open("ab") as file:
        file.write(b'{"type":"assistant","message":{"id":"torn","content":[{"type":"te')
    assert only(found(root)) == ("context.md", REPORT.encode(), "last-words")


def test_lines_that_are_far_too_long_are_left_out(
    root: Root, talk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "_LONGEST_LINE", 2000)
    agent = talk.agent("a1")
    agent.say(REPORT)
    agent.say("x" * 2500)
    agent.finish()
    assert only(found(root))[1] == REPORT.encode()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_transcript_that_is_no_regular_file_is_not_read(
    root: Root, talk: Run, kind: str, tmp_path: Path
) -> None:
    agent = talk.agent("a1")
    agent.write(path_of(root), REPORT, "refused")
    agent.finish()
    snapshot, judge = examined(scan(str(root)), Judge())
    records = JoinedRecords({str(root): str(root.project)}, judge.folders)
    records.look([snapshot])
    known = records.joined[str(root)].known
    steps = (
        judge.knowing(str(root), known).verdict(snapshot.sessions[SESSION], time.time_ns()).steps
    )
    assert find_reports(snapshot.sessions[SESSION], steps, known[SESSION]).reports
    os.rename(agent.path, tmp_path / "elsewhere")
    if kind == "link":
        agent.path.symlink_to(tmp_path / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(agent.path)
    else:
        agent.path.mkdir()
    assert not find_reports(snapshot.sessions[SESSION], steps, known[SESSION]).reports


def test_only_a_file_that_the_workflow_leaves_can_be_asked_for(root: Root, talk: Run) -> None:
    agent = talk.agent("a1")
    agent.say(REPORT)
    agent.finish()
    assert only(found(root, "context.md"))[0] == "context.md"
    for name in (
        "../context.md",
        "/etc/passwd",
        ".hidden",
        "notes.md",
        "*",
        f"{SESSION}/context.md",
    ):
        made = found(root, name)
        assert not made.reports and "is not a file that a phase" in made.left[0][1], name
    assert "know of no architect" in found(root, "plan.md").left[0][1]


def test_a_file_that_is_there_or_an_agent_at_work_leaves_nothing_to_recover(
    root: Root, talk: Run
) -> None:
    first, second = talk.agent("a1"), talk.agent("a2", "architect")
    first.say(REPORT)
    first.finish()
    second.say(REPORT)
    talk.register(status="busy")
    assert "is still at work" in found(root, "plan.md").left[0][1]
    talk.register(status="idle")
    assert "did not come back" in found(root, "plan.md").left[0][1]
    root.write(f"{SESSION}/context.md", "# there\n")
    assert "is there already" in found(root, "context.md").left[0][1]
    made = found(root)
    assert made.is_fine and not made.reports


def test_files_that_lie_loose_and_runs_without_a_folder_are_left(root: Root, talk: Run) -> None:
    root.write("pr_reviews/pr_7_context.md", "# x\n")
    assert "lie loose" in found(root, key="pr_reviews/pr_7").left[0][1]
    root.write("build/build_20250101_100000/context.md", "# x\n")
    assert "tell nothing" in found(root, key="build/build_20250101_100000").left[0][1]


# ── the copies that Claude Code keeps of files ────────────────────────────────────────────────────


def keep(talk: Run, path: str, version: int, content: bytes) -> Path:
    """Keep a version of a file, as Claude Code does."""
    name = f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}@v{version}"
    made = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "file-history" / talk.id / name
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(content)
    return made


def test_else_the_latest_copy_that_is_kept_of_the_file(root: Root, talk: Run) -> None:
    talk.agent("a1").finish()
    assert found(root).reports == []
    for version in (2, 10, 9):
        keep(talk, path_of(root), version, f"# version {version}\n".encode())
    keep(talk, path_of(root, "plan.md"), 11, b"# another file\n")
    assert only(found(root)) == ("context.md", b"# version 10\n", "file-history")
    (report,) = found(root).reports
    assert report.origin == Origin("file-history", "investigator", "a1", talk.id)
    assert report.about.endswith("from investigator: the copy of the file that Claude Code kept")


def test_what_an_agent_said_comes_before_a_copy(root: Root, talk: Run) -> None:
    keep(talk, path_of(root), 2, b"# kept\n")
    agent = talk.agent("a1")
    agent.say(REPORT)
    agent.finish(REPORT)
    assert only(found(root))[1:] == (REPORT.encode(), "last-words")


def test_a_copy_that_is_empty_too_large_no_file_or_a_link_is_none(
    root: Root, talk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.agent("a1").finish()
    monkeypatch.setattr(reports, "MOST_REPORT", 20)
    first = keep(talk, path_of(root), 2, b"# kept\n")
    keep(talk, path_of(root), 3, b"")
    keep(talk, path_of(root), 4, b"x" * 21)
    os.mkfifo(keep(talk, path_of(root), 5, b"x").parent / f"{first.name[:-1]}6")
    secret = root.project / "secret"
    secret.write_text("secret\n")
    (first.parent / f"{first.name[:-1]}5").unlink()
    (first.parent / f"{first.name[:-1]}5").symlink_to(secret)
    (first.parent / f"{first.name[:-1]}7").mkdir()
    (first.parent / f"{first.name[:-1]}x").write_text("no version\n")
    assert only(found(root)) == ("context.md", b"# kept\n", "file-history")
