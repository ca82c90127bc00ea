"""Every sentence that a verdict says, whole, with its evidence, its phase and its times."""

from pathlib import Path

import pytest

from exito_tui.domain.units import DAY_NS, SECOND_NS
from exito_tui.domain.verdicts.expectation import PhaseHistory
from exito_tui.domain.verdicts.judge import Judge, JudgeSettings
from exito_tui.domain.verdicts.verdict import Verdict, headline
from exito_tui.domain.workflows.model import Gate, Phase, Workflow
from tests.domain.verdicts.test_classify import MINUTE, judged, made
from tests.support import NOW_NS


def at(moment_ns: int | None) -> str:
    """A moment as minutes from now, exact to the nanosecond."""
    if moment_ns is None:
        return "never"
    minutes, rest = divmod(moment_ns - NOW_NS, MINUTE)
    return f"{minutes} min" + (f" {rest} ns" if rest else "")


def told(verdict: Verdict) -> str:
    """All of a verdict but its warnings and steps, as text."""
    lines = [
        f"{verdict.state} ({verdict.confidence}) since {at(verdict.since_ns)}, until "
        f"{at(verdict.until_ns)}",
        verdict.reason,
        verdict.next_step,
        verdict.now,
    ]
    if verdict.gate:
        lines.append(f"gate: {verdict.gate}")
    if verdict.phase:
        agent, artefact, place, of = verdict.phase
        lines.append(f"phase: {agent} {artefact} {place} of {of}")
    lines += [f"{one.source}: {one.fact} [{one.file} {one.line}]" for one in verdict.evidence]
    return "\n".join(lines)


SESSIONS = {
    "completed by its files": made("implement", {"context.md": 90, "plan.md": 80, "progress.md": 60}),
    "completed under a name without a time": made("implement", {"context.md": 90, "plan.md": 80, "progress.md": 60}, session_id="session"),
    "completed by its only file": made("research", {"queues.md": 60}, session_id="queues")._replace(shape="flat"),
    "completed by its metadata": made("build", {"context.md": 90, "session_metadata.json": 80}, {"session_metadata.json": '{\n"status": "completed"}'}),
    "failed by the log": made("patch", {"context.md": 90, ".agent_log": 80}, {".agent_log": "2025-11-06T19:10:00Z | ERROR | architect | no plan\n"}),
    "failed by the log without a message": made("patch", {"context.md": 90, ".agent_log": 80}, {".agent_log": "2025-11-06T19:10:00Z | ERROR | architect\n"}),
    "failed by its metadata": made("build", {"context.md": 90, "session_metadata.json": 80}, {"session_metadata.json": '{"status": "failed"}'}),
    "interrupted by its metadata": made("build", {"context.md": 90, "session_metadata.json": 80, ".agent_log": 70}, {"session_metadata.json": '{"status": "interrupted"}'}),
    "needs information": made("workflow", {"context.md": 60, "validation-report.md": 50, ".agent_log": 40}, {"validation-report.md": "# V\n\nStatus: NEEDS_INFO\n"}),
    "blocked at a step": made("build", {"context.md": 90, "plan.md": 80, "progress.md": 50}, {"progress.md": "# P\n\n**Status**: Blocked\n\n- [x] a\n- [ ] b\n"}),
    "blocked with every step ticked": made("build", {"context.md": 90, "plan.md": 80, "progress.md": 50}, {"progress.md": "# P\n\n**Status**: Blocked\n\n- [x] a\n"}),
    "waits for approval": made("build", {"context.md": 90, "plan.md": 5}),
    "waits for approval for over a day": made("build", {"context.md": 1600, "plan.md": 1500}),
    "waits for a choice": made("workflow", {"context.md": 60, "validation-report.md": 50, "alternatives.md": 5}),
    "its last phase is skipped": made("build", {"context.md": 90, "plan.md": 80, "progress.md": 70, "review.md": 5}),
    "interrupted by the time": made("build", {"context.md": 1500}),
    "stuck by the default": made("patch", {"context.md": 90, "plan.md": 80}),
    "stuck by the budget": made("build", {}),
    "six are stuck": made("pr_reviews", {"pr_7_context.md": 90, "pr_7_business.md": 80, "pr_7_perfx_report.md": 40, "pr_7_codequality_report.md": 41, "pr_7_archx_report.md": 41}, session_id="pr_7"),
    "two are running": made("pr_reviews", {"pr_7_context.md": 90, "pr_7_business.md": 80, "pr_7_perfx_report.md": 5, "pr_7_codequality_report.md": 6, "pr_7_archx_report.md": 7, "pr_7_secx_report.md": 7}, session_id="pr_7"),
    "one of a group is running": made("pr_reviews", {"pr_7_context.md": 90, "pr_7_business.md": 80, "pr_7_perfx_report.md": 5, "pr_7_codequality_report.md": 6, "pr_7_archx_report.md": 7, "pr_7_secx_report.md": 7, "pr_7_testx_report.md": 7}, session_id="pr_7"),
    "running at a step": made("build", {"context.md": 90, "plan.md": 80, "progress.md": 5}, {"progress.md": "# P\nStatus: In Progress\n- [x] a\n- [ ] wire it\n"}),
    "running with a file that says nothing": made("build", {"context.md": 0.1}, {"context.md": "words\n"}),
    "running part by part": made("build", {"context.md": 99, "plan.md": 95, "progress.md": 90, "test_report.md": 85, "audit_context.md": 6, "audit_testing.md": 5}),
    "the turn of the next": made("patch", {"context.md": 90, "plan.md": 5}),
    "it began just now": made("build", {}, session_id="build_20251106_202800"),
    "its start lies ahead": made("build", {}, session_id="build_20251106_223000"),
    "its last write lies ahead": made("build", {"context.md": -180}),
    "no time is known": made("build", {}, session_id="session"),
    "it cannot be read": made("build", {"context.md": 90})._replace(problem="permission denied"),
    "of no known workflow": made("validator", {"test_report.md": 90}),
    "of no known workflow and being written": made("validator", {"test_report.md": 0.1}),
    "of no known workflow and without files": made("validator", {}),
    "loose files": made("build", {"plan.md": 90})._replace(key="build", shape="named", form="loose"),
    "its metadata says less than a later file": made("build", {"context.md": 90, "plan.md": 80, "session_metadata.json": 85}, {"session_metadata.json": '{"status": "failed"}'}),
    "a file of the next phase went on after the answer was asked for": made("workflow", {"context.md": 60, "validation-report.md": 50, "alternatives.md": 40}, {"validation-report.md": "Status: NEEDS_INFO\n"}),
    "a file is being written out of turn": made("build", {"plan.md": 90, "progress.md": 0.1}),
}  # fmt: skip


def sentences() -> dict[str, str]:
    """What is expected, by case, from the file beside this one."""
    text = Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8")
    blocks = (block.partition("\n") for block in text.removeprefix("== ").split("\n== "))
    return {name: said.strip("\n") for name, _, said in blocks}


def test_every_case_has_its_sentences() -> None:
    assert list(sentences()) == list(SESSIONS)


@pytest.mark.parametrize("case", SESSIONS)
def test_a_verdict_says(case: str) -> None:
    assert told(judged(SESSIONS[case])) == sentences()[case]


@pytest.mark.parametrize(("age", "since_ns"), [(5, -5 * MINUTE), (0, 0), (-0.5, 0)])
def test_a_first_turn_of_unknown_start_began_with_the_last_write(age: float, since_ns: int) -> None:
    verdict = judged(made("build", {"notes.txt": age}, session_id="session"))
    assert (verdict.state, verdict.since_ns) == ("running", NOW_NS + since_ns)


def test_a_gate_may_be_the_first_step() -> None:
    steps = (Gate("choose"), Phase("writer", ("text.md",)))
    workflow = Workflow("own", "own", steps, {}, (0, 1))
    verdict = Judge(JudgeSettings({"own": workflow})).verdict(made("own", {}), NOW_NS)
    assert (verdict.state, verdict.gate, verdict.since_ns) == (
        "waiting",
        "choose",
        -630 * MINUTE + NOW_NS,
    )
    assert verdict.reason == "Everything waits for your choice."
    assert verdict.workflow == "own"
    assert judged(made("validator", {})).workflow == ""


def test_history_is_named_as_the_source_of_what_it_expects() -> None:
    past = {"architect/plan.md": PhaseHistory(5, 240.0, 300.0, 300.0)}
    verdict = Judge(None, {("/r", "build"): past}).verdict(
        made("build", {"context.md": 60}), NOW_NS
    )
    assert (verdict.state, verdict.confidence, verdict.since_ns) == (
        "stuck", "likely", NOW_NS - 50 * MINUTE,
    )  # fmt: skip
    assert [one.source for one in verdict.evidence] == ["clock", "history", "artefact"]
    assert "(usually up to 10 min)" in verdict.reason


@pytest.mark.parametrize(
    ("files", "quiet_ns", "state", "confidence"),
    [
        ({"context.md": 0}, 20 * SECOND_NS - 1, "running", "certain"),
        ({"context.md": 0}, 20 * SECOND_NS, "running", "likely"),
        ({"context.md": 0}, 30 * MINUTE, "running", "likely"),
        ({"context.md": 0}, 30 * MINUTE + 1, "stuck", "guess"),
        ({"context.md": 0}, DAY_NS, "stuck", "guess"),
        ({"context.md": 0}, DAY_NS + 1, "interrupted", "likely"),
        ({"context.md": 0}, -MINUTE, "running", "certain"),
        ({"context.md": 0}, -MINUTE - 1, "running", "guess"),
        ({"context.md": 9, "plan.md": 0}, DAY_NS, "waiting", "likely"),
        ({"context.md": 9, "plan.md": 0}, DAY_NS + 1, "waiting", "guess"),
    ],
)
def test_the_moment_a_time_decides(
    files: dict[str, float], quiet_ns: int, state: str, confidence: str
) -> None:
    verdict = Judge().verdict(made("build", files), NOW_NS + quiet_ns)
    assert (verdict.state, verdict.confidence) == (state, confidence)


@pytest.mark.parametrize(
    ("quiet_ns", "words"),
    [(20 * SECOND_NS - 1, "being written"), (20 * SECOND_NS, "quiet")],
)
def test_the_moment_an_unknown_session_is_quiet(quiet_ns: int, words: str) -> None:
    session = made("validator", {"test_report.md": 0})
    assert Judge().verdict(session, NOW_NS + quiet_ns).now == words


@pytest.mark.parametrize(
    ("later_ns", "state"), [(2 * SECOND_NS, "failed"), (2 * SECOND_NS + 1, "running")]
)
def test_what_is_written_in_the_same_moment_as_a_claim_is_not_written_since(
    later_ns: int, state: str
) -> None:
    texts = {"session_metadata.json": '{"status": "failed"}'}
    session = made("build", {"session_metadata.json": 5, "context.md": 5}, texts)
    log, context = session.artefacts or ()
    context = context._replace(modified_ns=log.modified_ns + later_ns)
    assert judged(session._replace(artefacts=(log, context))).state == state


@pytest.mark.parametrize(
    ("quiet_ns", "next_ns"),
    [
        (-DAY_NS, -MINUTE),
        (-MINUTE, -MINUTE + 1),
        (-MINUTE + 1, -20 * SECOND_NS),
        (-20 * SECOND_NS, -20 * SECOND_NS + 1),
        (-20 * SECOND_NS + 1, 20 * SECOND_NS),
        (20 * SECOND_NS, 20 * SECOND_NS + 1),
        (20 * SECOND_NS + 1, 30 * MINUTE),
        (30 * MINUTE, 30 * MINUTE + 1),
        (30 * MINUTE + 1, DAY_NS),
        (DAY_NS, DAY_NS + 1),
        (DAY_NS + 1, None),
    ],
)
def test_the_next_moment_at_which_time_may_decide_otherwise(
    quiet_ns: int, next_ns: int | None
) -> None:
    verdict = Judge().verdict(made("build", {"context.md": 0}), NOW_NS + quiet_ns)
    assert verdict.until_ns == (None if next_ns is None else NOW_NS + next_ns)


@pytest.mark.parametrize(("case", "said"), [
    ("completed by its files", "completed 1 h ago"),
    ("failed by the log", "failed 1 h ago"),
    ("interrupted by the time", "probably interrupted 1 d ago"),
    ("needs information", "waiting for you for 50 min"),
    ("waits for approval for over a day", "perhaps waiting for you for 1 d"),
    ("stuck by the budget", "probably stuck for 10 h"),
    ("running with a file that says nothing", "running for 10 h"),
    ("its start lies ahead", "perhaps running"),
    ("no time is known", "perhaps running"),
    ("of no known workflow", "unknown"),
])  # fmt: skip
def test_a_verdict_in_a_few_words(case: str, said: str) -> None:
    assert headline(judged(SESSIONS[case]), NOW_NS) == said
