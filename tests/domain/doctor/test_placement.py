"""Where the doctor would put a stray file, on real roots."""

from exito_tui.domain.doctor.finding import Finding
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.read.root_reader import findings
from exito_tui.store.read.scan import scan
from tests.domain.verdicts.test_classify import judged, made
from tests.support import NOW, NOW_NS, Root


def doctored(root: Root) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in findings([scan(str(root))], Judge(), NOW_NS):
        found.setdefault(one.code, []).append(one)
    return found


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


def test_an_impossible_time_in_a_name_is_found(root: Root) -> None:
    root.write("build/build_20251399_256199/context.md", "x", at=NOW - 100)
    assert [one.fact for one in doctored(root)["clock-mismatch"]] == [
        "its name holds an impossible date or time"
    ]
    assert (
        "its start is in the future"
        in judged(made("build", {}, session_id="build_99991231_235959")).reason
    )
