"""What a hostile tester found once: each stays fixed."""

import os
from pathlib import Path

import pytest

from exito_tui.app_state import Remembered, recall
from exito_tui.config.sources import ConfigError, load, user_file
from exito_tui.domain.doctor.finding import Finding
from exito_tui.domain.documents.agent_log import read_entry
from exito_tui.domain.documents.blocks import split_markdown
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.render.blocks import render_block
from exito_tui.render.theme import RenderTheme
from exito_tui.store.read.root_reader import examined, findings
from exito_tui.store.read.roots import named
from exito_tui.store.read.scan import scan
from tests.domain.verdicts.test_claim_readers import claim
from tests.domain.verdicts.test_classify import judged, made
from tests.support import NOW_NS, Root

NOW = NOW_NS / 1e9


def doctored(root: Root) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in findings([scan(str(root))], Judge(), NOW_NS):
        found.setdefault(one.code, []).append(one)
    return found


def verdict(root: Root, key: str) -> Verdict:
    snapshot, judge = examined(scan(str(root)), Judge())
    return judge.verdict(snapshot.sessions[key], NOW_NS)


def test_the_time_that_the_user_took_to_answer_is_not_the_next_agents() -> None:
    slow = [
        made("build", {"context.md": 900, "plan.md": 890, "progress.md": 290, "test_report.md": 280, "review.md": 270}, session_id=f"build_2025110{day}_100000")
        for day in range(1, 6)
    ]  # fmt: skip
    judge = Judge().learned("/r", slow)
    late = made(
        "build",
        {"context.md": 600, "plan.md": 590, "progress.md": 460},
        {"progress.md": "Status: In Progress\n- [x] a\n- [ ] b\n"},
    )
    found = judge.verdict(late, NOW_NS)
    assert found.state == "stuck" and found.expected and found.expected.source == "default"


def test_settings_and_state_that_are_pipes_do_not_block(tmp_path: Path) -> None:
    os.makedirs(os.path.dirname(user_file()))
    os.mkfifo(user_file())
    with pytest.raises(ConfigError, match="not a regular file"):
        load()
    os.mkfifo(tmp_path / "state.json")
    assert recall(str(tmp_path / "state.json")) == Remembered()


@pytest.mark.parametrize(
    "text", ["# " + "# " * 50_000 + "x", "Status: " + " ." * 50_000 + "x", "- [ ] " + "[ ] " * 50_000, "Session " * 20_000, "#" * 200_000, "7" * 200_000 + "/10"]
)  # fmt: skip
def test_no_line_is_so_odd_that_reading_it_takes_minutes(text: str) -> None:
    """It took minutes: a line is cut before any pattern meets it."""
    for name in (
        "progress.md",
        "context.md",
        "review.md",
        "validation-report.md",
        "test_report.md",
    ):
        found = claim(name, f"{text}\n" * 3)
        assert max(len(found.last), len(found.next), len(found.score_of)) <= 1000


@pytest.mark.parametrize(
    "text", [" " * 100_000 + "x", " |" * 100_000, "x " * 100_000, "|" * 100_000]
)
def test_no_line_of_a_log_is_so_odd_that_reading_it_takes_minutes(text: str) -> None:
    """Spaces were counted again from each of them."""
    entry = read_entry(f"2025-11-06T15:30:45Z | ERROR | builder | {text}")
    assert entry and entry.message == text.strip()
    assert read_entry(f"2025-11-06T15:30:45Z {text}") is None or "|" in text


def test_blank_lines_without_end_within_a_list_are_passed_over_at_once() -> None:
    """They were counted again from each of them."""
    blocks = split_markdown("- a\n" + "\n" * 100_000 + "  b\n").blocks
    assert [(block.text, block.line) for block in blocks] == [("a", 0), ("b", 100_001)]


def test_a_table_of_thousands_of_columns_is_shown_as_text() -> None:
    row = "|" + "x|" * 3000
    blocks = split_markdown(f"{row}\n{'|' + '-|' * 3000}\n{row}\n").blocks
    lines = render_block(blocks[0], 100, RenderTheme(), {})
    assert "".join(part.text for part in lines[0]).startswith("|x|x|")
    assert {block.kind for block in blocks} == {"plain"}


def test_a_folder_that_cannot_be_read_is_not_called_stuck(root: Root) -> None:
    session = made("build", {})._replace(problem="permission denied")
    found = judged(session)
    assert found.state == "unknown" and "cannot be read: permission denied" in found.reason


def test_a_project_is_not_taken_for_a_sessions_folder(tmp_path: Path) -> None:
    for folder in ("src/foo", "target/debug", "build/lib", "node_modules/react"):
        (tmp_path / "proj" / folder).mkdir(parents=True)
    assert named(str(tmp_path / "proj")) == str(
        (tmp_path / "proj" / ".claude" / "sessions").resolve()
    )
    (tmp_path / "kept" / "build" / "build_20251106_153045").mkdir(parents=True)
    assert named(str(tmp_path / "kept")) == str((tmp_path / "kept").resolve())
    (tmp_path / "sessions").mkdir()
    assert named(str(tmp_path / "sessions")) == str((tmp_path / "sessions").resolve())


def test_no_two_moves_of_the_doctor_meet(root: Root) -> None:
    for name in ("$SESSION_ID", "${SESSION_ID}", "session"):
        root.write(f"build/{name}/context.md", "# x\n", at=NOW - 5000)
    root.write("build/build_20251106_180000/context.md", "# x\n", at=NOW - 8000)
    root.write("build/build_20251106_180000/plan.md", "# x\n", at=NOW - 7000)
    root.write("build/build_20251106_180000/progress.md", "Status: Completed\n", at=NOW - 6500)
    for minute in (10, 20):
        root.write(f"validator_20251106_18{minute}00/test_report.md", "x", at=NOW - 6000)
    root.write("patch/patch_20251106_170000/plan.md", "x", at=NOW - 9000)
    root.write("build/patch_20251106_170000/plan.md", "x", at=NOW - 9000)
    targets = [
        move.target for group in doctored(root).values() for one in group for move in one.moves
    ]
    assert len(targets) == len(set(targets)) and "patch/patch_20251106_170000" not in targets
    assert any(target.endswith("/test_report.md") for target in targets)


def test_a_stray_file_goes_to_the_session_whose_turn_it_was(root: Root) -> None:
    root.write("build/build_20251106_190000/context.md", "# waits for plan.md\n", at=NOW - 4000)
    root.write("build/build_20251106_180000/context.md", "# x\n", at=NOW - 8000)
    root.write("build/build_20251106_180000/plan.md", "# x\n", at=NOW - 7000)
    root.write("builder_20251106_191500/progress.md", "Status: Completed\n", at=NOW - 3600)
    ((one,),) = [group for code, group in doctored(root).items() if code == "split-workflow"]
    assert one.moves[0].target == "build/build_20251106_180000/progress.md"


def test_the_auditors_reports_belong_to_the_session_that_is_audited(root: Root) -> None:
    for at, name in enumerate(("context.md", "plan.md", "progress.md", "test_report.md")):
        root.write(
            f"build/build_20251106_180000/{name}", "Status: Completed\n", at=NOW - 5000 + at * 60
        )
    root.write("code-quality-reviewer_20251106_191500/audit_code_quality.md", "8/10", at=NOW - 4000)
    ((one,),) = [group for code, group in doctored(root).items() if code == "split-workflow"]
    assert one.moves[0].target == "build/build_20251106_180000/audit_code_quality.md"


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        (
            "validation-report.md",
            "# V\n" + "x\n" * 40 + "## Questions\n\n1. Why?\n\n**Status**: NEEDS_INFO\n",
            "needs_info",
        ),
        ("validation-report.md", "Status: NEEDS MORE INFO", "needs_info"),
        ("validation-report.md", "Status: INCOMPLETE", "needs_info"),
        ("test_report.md", "Status: All tests failing", "fail"),
        ("test_report.md", "Result: 12 passed, 2 failed", "fail"),
        ("test_report.md", "Result: 12 passed, 0 failed", "pass"),
        ("progress.md", "*Status*: _Completed_", "completed"),
        ("progress.md", "Status: 100% complete", "completed"),
    ],
)
def test_spellings_that_were_misread(name: str, text: str, status: str) -> None:
    assert claim(name, text).status == status


def test_more_misreadings() -> None:
    assert claim("review.md", "3 out of 10 files were touched").score is None
    log = claim(".agent_log", "2025-11-06T19:10:00+01:00 | ERROR | architect | no plan")
    assert (log.status, log.agent) == ("failed", "architect")
    assert claim("plan.md", " \n\n\t").torn


def test_a_report_that_is_missing_beside_a_final_review_is_warned_of_by_its_real_name() -> None:
    names = ("context", "code-quality-reviewer_report", "architecture-reviewer_report", "security-scanner_report",
             "performance-analyzer_report", "test-assessor_report", "final_review")  # fmt: skip
    found = judged(
        made(
            "pr_reviews",
            {f"pr_7_{name}.md": 9 - at for at, name in enumerate(names)},
            session_id="pr_7",
        )
    )
    assert [one.code for one in found.warnings] == ["phase-missing"]
    assert "pr_7_documentation-checker_report.md" in found.warnings[0].fact
    assert "*" not in found.reason + found.next_step


def test_reviewers_in_turn_together_are_counted_not_named_as_one() -> None:
    found = judged(made("pr_reviews", {"pr_7_context.md": 2}, session_id="pr_7"))
    assert "6 agents are working on their reports" in found.reason


def test_every_error_inside_a_table_is_reported_and_like_may_look_ahead(tmp_path: Path) -> None:
    os.makedirs(os.path.dirname(user_file()))
    Path(user_file()).write_text(
        '[keys]\nquit = "notakey"\nfilterr = "f"\n[expected]\na = "soon"\nb = "never"\n'
        '[workflows.x]\nsteps = []\n[workflows.y]\nlike = "nobody"\n'
    )
    with pytest.raises(ConfigError) as caught:
        load()
    assert len(caught.value.problems) == 6
    Path(user_file()).write_text('[workflows.b]\nlike = "a"\n[workflows.a]\nlike = "build"\n')
    assert load().workflows["b"].steps == Judge().workflows["build"].steps


def test_a_key_that_is_taken_is_refused_unless_its_owner_moves(tmp_path: Path) -> None:
    os.makedirs(os.path.dirname(user_file()))
    Path(user_file()).write_text('[keys]\nfilter = "q"\n')
    with pytest.raises(ConfigError, match="'q' is the key of quit already"):
        load()
    Path(user_file()).write_text('[keys]\nfilter = "q"\nquit = "Q"\n')
    assert load().keys["filter"] == "q"


def test_an_impossible_time_in_a_name_is_found(root: Root) -> None:
    root.write("build/build_20251399_256199/context.md", "x", at=NOW - 100)
    assert [one.fact for one in doctored(root)["clock-mismatch"]] == [
        "the time in its name is none that ever was"
    ]
    assert (
        "its start is in the future"
        in judged(made("build", {}, session_id="build_99991231_235959")).reason
    )
