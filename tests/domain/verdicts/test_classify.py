"""The truth table of states, case by case, with a clock that stands still."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.sessions.artefact import Artefact, kind_of
from exito_tui.domain.sessions.names import folders_in_command
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import DAY_NS, SECOND_NS, stamp_id
from exito_tui.domain.verdicts.case import COPIED
from exito_tui.domain.verdicts.claim_readers import read_claim
from exito_tui.domain.verdicts.claims import Claim, Claims
from exito_tui.domain.verdicts.expectation import (
    DEFAULT_SECONDS,
    FEWEST_SECONDS,
    PhaseHistory,
    expect,
    history,
)
from exito_tui.domain.verdicts.judge import Judge, JudgeSettings, is_long_completed
from exito_tui.domain.verdicts.state import NEEDS_USER, STATES
from exito_tui.domain.verdicts.verdict import TimeRules, Verdict, basis, headline, in_a_row
from exito_tui.domain.workflows.file_roles import role
from exito_tui.domain.workflows.model import Gate, Phase
from exito_tui.domain.workflows.reader import builtin
from tests.support import NOW_NS, Root

MINUTE = 60 * SECOND_NS
HOUR = 60 * MINUTE
ID = "20251106_100000"
STARTED_NS = 1_762_423_200 * SECOND_NS
WORKFLOWS = sorted(builtin())


def made(
    command: str,
    ages: Mapping[str, float],
    texts: Mapping[str, str] | None = None,
    session_id: str = "",
) -> Session:
    """A session of a command whose files were written so many minutes ago, with these texts
    (default: a heading)."""
    session_id = session_id or f"{command}_{ID}"
    ((name, shape, stamp),) = folders_in_command(command, [session_id])
    texts = texts or {}
    artefacts = []
    files = {}
    for file, age in ages.items():
        text = texts.get(file, f"# {file}\n\nwords\n")
        artefact = Artefact(file, kind_of(file, 0o100644), len(text), NOW_NS - int(age * MINUTE), 1)
        artefacts.append(artefact)
        if text:
            files[file] = read_claim(artefact, role(file), name, text)
    session = Session("/r", f"{command}/{name}", command, name, shape, stamp, tuple(artefacts))
    return session._replace(claims=Claims(files))


def judged(session: Session, judge_settings: JudgeSettings | None = None) -> Verdict:
    return Judge(judge_settings).verdict(session, NOW_NS)


def files_of(name: str) -> list[str]:
    """A real file name for each required phase."""
    return [file.replace("pr_*", "pr_7").replace("*", "x") for file in builtin()[name].files]


def folder_of(name: str) -> tuple[str, str]:
    folder = builtin()[name].folder
    return folder, "pr_7" if folder == "pr_reviews" else ""


@pytest.mark.parametrize("name", WORKFLOWS)
def test_completed_when_every_required_file_is_there(name: str) -> None:
    folder, session_id = folder_of(name)
    files = files_of(name)
    verdict = judged(
        made(folder, {file: 100 - at for at, file in enumerate(files)}, session_id=session_id)
    )
    assert verdict.state == "completed" and verdict.workflow == name
    assert verdict.phase is None and verdict.gate is None
    assert files[-1] in verdict.reason
    assert verdict.since_ns == NOW_NS - (100 - len(files) + 1) * MINUTE


def prefixes() -> list[tuple[str, int]]:
    return [
        (name, count)
        for name in WORKFLOWS
        for count in range(1, len(builtin()[name].files))
        if name != "research"
    ]


@pytest.mark.parametrize(("name", "count"), prefixes())
@pytest.mark.parametrize(
    ("quiet", "state"),
    [(2, "running"), (9, "running"), (45, "stuck"), (23 * 60, "stuck"), (25 * 60, "interrupted")],
)
def test_in_the_middle_the_next_step_decides(
    name: str, count: int, quiet: float, state: str
) -> None:
    """A gate waits however long it takes; an agent's turn runs, is stuck, or was interrupted, by
    its quiet time."""
    folder, session_id = folder_of(name)
    workflow = builtin()[name]
    done = files_of(name)[:count]
    session = made(
        folder,
        {file: quiet + 20 * (count - 1 - at) for at, file in enumerate(done)},
        session_id=session_id,
    )
    verdict = judged(session)
    if verdict.workflow != name:
        assert (
            folder == "pr_reviews"
        )  # which of the three it becomes is not told by its first files
        return
    required = [step for step in workflow.steps if isinstance(step, Gate) or step.required]
    place = [step for step in required if isinstance(step, Phase)][count - 1]
    following = required[required.index(place) + 1]
    if isinstance(following, Gate):
        assert (verdict.state, verdict.gate) == ("waiting", following.kind)
        assert done[-1] in verdict.reason and "your" in verdict.reason
        assert verdict.confidence == ("guess" if quiet > 24 * 60 else "likely")
    else:
        expected = expect(following, workflow, {}, {}).seconds / 60
        assert verdict.state == ("running" if quiet <= expected else state)
        assert verdict.phase and verdict.phase.agent == following.agent
        assert verdict.gate is None
    assert verdict.reason and verdict.next_step and verdict.now and verdict.evidence


@pytest.mark.parametrize("name", WORKFLOWS)
def test_nothing_written_yet_is_the_first_agents_turn(name: str) -> None:
    folder, session_id = folder_of(name)
    verdict = judged(
        made(folder, {}, session_id=session_id or f"{folder}_{stamp_id('20251106202800')}")
    )
    assert verdict.state == "running"
    assert verdict.phase and verdict.phase.place == 1


@pytest.mark.parametrize(
    ("command", "ages", "texts", "state", "gate", "words"),
    [
        ("workflow", {"context.md": 60, "validation-report.md": 50}, {"validation-report.md": "# V\n\nStatus: NEEDS_INFO\n"}, "waiting", "answer", "waited 50 min for answers from you"),
        ("workflow", {"context.md": 60, "validation-report.md": 50, "alternatives.md": 5}, {"validation-report.md": "# V\n\nStatus: NEEDS_INFO\n"}, "waiting", "choose", "alternatives.md"),
        ("build", {"context.md": 90, "plan.md": 80, "progress.md": 50}, {"progress.md": "# P\n\n**Status**: Blocked\n\n- [x] a\n- [ ] b\n"}, "waiting", "answer", "step 2 of 2"),
        ("build", {"context.md": 90, "plan.md": 80, "progress.md": 5}, {"progress.md": "# P\nStatus: In Progress\n- [x] a\n- [ ] wire it\n"}, "running", None, "step 2 of 2: wire it"),
        ("build", {"context.md": 90, "plan.md": 80, "progress.md": 50}, {"progress.md": "# P\nStatus: In Progress\n- [x] a\n- [ ] b\n"}, "stuck", None, "written nothing for 50 min (usually up to 30 min)"),
        ("build", {"context.md": 90, "plan.md": 80, "progress.md": 5}, {"progress.md": "# P\nStatus: Completed\n- [x] a\n"}, "running", None, "validator is working on test_report.md"),
        ("implement", {"context.md": 90, "plan.md": 80, "progress.md": 5}, {"progress.md": "# P\nStatus: In Progress\n- [x] a\n- [ ] b\n"}, "running", None, "builder"),
        ("implement", {"context.md": 90, "plan.md": 80, "progress.md": 5}, {"progress.md": "# P\n- [x] a\n- [x] b\n"}, "completed", None, "progress.md"),
        ("patch", {"context.md": 5, "plan.md": 4}, {"plan.md": ""}, "running", None, "architect"),
        ("patch", {"context.md": 5, "plan.md": 4}, {"plan.md": "# P\n\n```\ntorn"}, "running", None, "architect"),
        ("patch", {"context.md": 90, "plan.md": 80}, {"plan.md": "# P\n\n```\ntorn"}, "stuck", None, "ends in the middle"),
        ("build", {"context.md": 90, "plan.md": 0.1}, {}, "running", None, "architect is writing plan.md"),
        ("patch", {"context.md": 90, ".agent_log": 80}, {".agent_log": "2025-11-06T19:00:00Z | START | architect\n2025-11-06T19:10:00Z | ERROR | architect | no plan\n"}, "failed", None, "no plan"),
        ("patch", {"context.md": 90, ".agent_log": 80, "plan.md": 70}, {".agent_log": "2025-11-06T19:10:00Z | ERROR | architect | no plan\n"}, "stuck", None, "builder"),
        ("patch", {"context.md": 90, ".agent_log": 80}, {".agent_log": "2025-11-06T19:10:00Z | SUCCESS | architect\n"}, "stuck", None, "architect"),
        ("build", {"context.md": 90, "session_metadata.json": 80}, {"session_metadata.json": '{"status": "failed"}'}, "failed", None, "metadata"),
        ("build", {"context.md": 90, "session_metadata.json": 80}, {"session_metadata.json": '{"status": "interrupted"}'}, "interrupted", None, "metadata"),
        ("build", {"context.md": 90, "session_metadata.json": 80}, {"session_metadata.json": '{"status": "completed"}'}, "completed", None, "metadata"),
        ("build", {"context.md": 90, "session_metadata.json": 80, "plan.md": 5}, {"session_metadata.json": '{"status": "interrupted"}'}, "waiting", "approve", "plan.md"),
        ("build", {"context.md": 90, "session_metadata.json": 5}, {"session_metadata.json": '{"status": "in_progress"}'}, "stuck", None, "1 h 30 min"),
        ("validator", {"test_report.md": 90}, {}, "unknown", None, "No workflow"),
        ("build", {"context.md": -180}, {}, "running", None, "for an unknown time"),
        ("build", {"context.md": 90, "plan.md": 80, "progress.md": 70, "review.md": 5}, {}, "running", None, "validator"),
    ],
)  # fmt: skip
def test_the_truth_table(
    command: str,
    ages: dict[str, float],
    texts: dict[str, str],
    state: str,
    gate: str | None,
    words: str,
) -> None:
    verdict = judged(made(command, ages, texts))
    assert (verdict.state, verdict.gate) == (state, gate), verdict.reason
    assert words in verdict.reason
    assert verdict.next_step and verdict.now


def test_six_reviewers_are_six_pips_and_the_missing_one_is_named() -> None:
    files = {file: 40 - at for at, file in enumerate(files_of("review")[:-1])}
    del files["pr_7_perfx_report.md"]
    verdict = judged(made("pr_reviews", files, session_id="pr_7"))
    assert sum(isinstance(view.step, Phase) and view.step.group == 1 for view in verdict.steps) == 6
    assert (
        verdict.state == "stuck" and verdict.phase and verdict.phase.agent == "performance-analyzer"
    )
    assert "performance-analyzer" in verdict.reason
    del files["pr_7_secx_report.md"]
    verdict = judged(made("pr_reviews", files, session_id="pr_7"))
    assert "2 reports are missing: security-scanner, performance-analyzer" in verdict.reason


def test_the_auditors_own_reviewers_are_counted_and_the_missing_one_is_named() -> None:
    ages = {"context.md": 99, "plan.md": 95, "progress.md": 90, "test_report.md": 85}
    ages |= {
        f"audit_{name}.md": 6
        for name in (
            "context",
            "code_quality",
            "architecture",
            "performance",
            "testing",
            "documentation",
        )
    }
    verdict = judged(made("build", ages))
    assert (
        verdict.state == "running"
        and "6 of 7 parts; still to come: audit security" in verdict.reason
    )


def test_quality_stands_for_review_and_an_optional_phase_may_be_left_out() -> None:
    files = [file if file != "review.md" else "quality.md" for file in files_of("craft")]
    assert (
        judged(made("craft", {file: 50 - at for at, file in enumerate(files)})).state == "completed"
    )


def test_progress_without_a_plan_is_warned_of_and_an_older_plan_is_not() -> None:
    codes = [
        one.code for one in judged(made("build", {"context.md": 60, "progress.md": 50})).warnings
    ]
    assert codes == ["phase-missing"]
    assert judged(made("build", {"context.md": 5, "plan.md": 90})).warnings == ()


def test_what_disagrees_is_warned_of_with_its_line() -> None:
    texts = {
        "progress.md": "# P\n**Status**: ✅ Completed\n- [x] a\n- [ ] b\n",
        "test_report.md": "# T\n\n## Overall: ❌ FAIL\n",
        "review.md": "# R\n\nVerdict: changes requested\n\n| what | score |\n|---|---|\n| security | 4.5/10 |\n| style | 9/10 |\n",
    }
    ages = {
        "context.md": 99,
        "plan.md": 95,
        "progress.md": 90,
        "test_report.md": 85,
        "review.md": 80,
    }
    verdict = judged(made("build", ages, texts))
    assert verdict.state == "completed"
    assert [(one.code, one.file, one.line) for one in verdict.warnings] == [
        ("tests-failed", "test_report.md", 3), ("not-approved", "review.md", 3), ("low-score", "review.md", 7),
        ("unticked-steps", "progress.md", 4),
    ]  # fmt: skip
    assert (
        "though progress.md says complete" in verdict.warnings[0].fact
        and "security" in verdict.warnings[2].fact
    )


def test_a_copied_context_is_warned_of() -> None:
    session = made("build", {"context.md": 5})
    assert session.claims
    verdict = judged(session._replace(claims=session.claims._replace(copied="build/other")))
    assert [one.code for one in verdict.warnings] == ["stale-context"]


def test_expected_time_comes_from_config_then_history_then_budget_then_the_default() -> None:
    build = builtin()["build"]
    investigator, architect = (step for step in build.steps[:2] if isinstance(step, Phase))
    past = {"investigator/context.md": PhaseHistory(5, 60.0, 190.0, 200.0)}
    assert expect(investigator, build, {"investigator": 5.0, "build.investigator": 7.0}, past)[
        :2
    ] == (7.0, "config")
    assert expect(investigator, build, {"investigator": 5.0}, past)[:2] == (5.0, "config")
    assert expect(investigator, build, {}, past) == (380.0, "history", 5)
    quick = {"investigator/context.md": PhaseHistory(5, 6.0, 9.0, 10.0)}
    assert expect(investigator, build, {}, quick) == (FEWEST_SECONDS, "history", 5)
    few = {"investigator/context.md": PhaseHistory(4, 60.0, 90.0, 100.0)}
    assert expect(investigator, build, {}, few)[:2] == (1200.0, "budget")
    assert expect(architect, build, {}, {})[:2] == (DEFAULT_SECONDS, "default")
    for expected in (expect(architect, build, {}, {}), expect(investigator, build, {}, past)):
        assert basis(expected)


def test_history_is_learned_from_the_roots_own_sessions() -> None:
    old = [
        made(
            "build",
            {"context.md": 200, "plan.md": 200 - took},
            session_id=f"build_2025110{day}_170000",
        )
        for day, took in enumerate((2, 3, 4, 5, 50), 1)
    ]
    unlearned = Judge()
    judge = unlearned.learned("/r", old)
    assert unlearned.history("/r", builtin()["build"]) == {}  # what it learns makes another judge
    figures = judge.history("/r", builtin()["build"])["architect/plan.md"]
    assert figures == PhaseHistory(5, 240.0, 3000.0, 3000.0)
    session = made("build", {"context.md": 60})
    verdict = judge.verdict(session, NOW_NS)
    assert verdict.state == "running" and verdict.expected and verdict.expected.source == "history"
    assert any(one.source == "history" and "5 runs" in one.fact for one in verdict.evidence)
    assert history([], builtin()["build"]) == {}


def test_the_settings_decide_when_a_session_is_interrupted_and_what_is_expected() -> None:
    session = made("build", {"context.md": 50})
    assert (
        judged(session, JudgeSettings(rules=TimeRules(20 * SECOND_NS, HOUR // 2))).state
        == "interrupted"
    )
    assert judged(session, JudgeSettings(expected={"build.architect": 7200.0})).state == "running"


NAMES = ["context.md", "plan.md", "progress.md", "test_report.md", "review.md", "validation-report.md", ".agent_log",
         "session_metadata.json", "alternatives.md", "quality.md", "audit_security.md", "notes.txt", "\udcff.md"]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["", "Status: Blocked", "**Status**: Completed\n- [ ] x", "Status: NEEDS_INFO", "```\n", '{"status": "failed"}',
                     '{"status": "completed"}', "2025-11-06T19:10:00Z | ERROR | architect | x", "Overall: FAIL", "4/10", "[" * 500]),
)  # fmt: skip
SESSIONS = st.builds(
    lambda command, files: made(command, {name: age for name, (age, _) in files.items()}, {name: text for name, (_, text) in files.items()}),
    st.sampled_from([name for name in WORKFLOWS if not name.startswith("review")] + ["nobody"]),
    st.dictionaries(st.sampled_from(NAMES), st.tuples(st.floats(-1e7, 1e7), TEXTS), max_size=8),
)  # fmt: skip


@given(SESSIONS)
def test_no_files_times_or_torn_contents_raise(session: Session) -> None:
    verdict = judged(session)
    assert verdict.state in STATES and verdict.reason and verdict.next_step and verdict.now
    assert not (
        verdict.state in NEEDS_USER and verdict.confidence == "certain" and not verdict.evidence
    )


@given(SESSIONS, st.floats(-60, 1e6))
def test_adding_a_required_file_never_moves_a_session_away_from_completed(
    session: Session, age: float
) -> None:
    workflow = Judge().workflow_of(session)
    if not workflow or judged(session).state != "completed":
        return
    there = {one.name for one in session.artefacts or ()}
    for phase in workflow.phases:
        for name in phase.leaves:
            if name not in there:
                added = Artefact(name, "markdown", 10, NOW_NS - int(age * MINUTE), 2)
                assert (
                    judged(session._replace(artefacts=(*(session.artefacts or ()), added))).state
                    == "completed"
                )


def test_a_future_time_never_makes_something_stuck() -> None:
    for ahead in (2, 60, 1e6):
        assert judged(made("build", {"context.md": -ahead})).state == "running"


def test_what_is_settled_by_its_names_is_judged_the_same_with_its_texts() -> None:
    session = made("build", dict.fromkeys(files_of("build"), 100))
    unread = session._replace(claims=None)
    assert is_long_completed(unread, builtin()["build"], NOW_NS)
    assert judged(session).state == "completed"
    assert not is_long_completed(
        made("implement", dict.fromkeys(files_of("implement"), 100))._replace(claims=None),
        builtin()["implement"],
        NOW_NS,
    )


def test_until_then_time_alone_makes_it_no_other_state() -> None:
    """At every moment of two days, for sessions in every state: what is said of the next turn
    holds."""
    sessions = [
        made("build", dict(zip(files_of("build")[:count], ages[:count], strict=True)), texts)
        for count in range(6)
        for ages in (
            (50, 40, 30, 20, 10),
            (5000, 4000, 300, 30, 3),
            (9, 7, 5, -5, -90),
            (100, 100, 100, 100, 100),
        )
        for texts in ({}, {"progress.md": "Status: Blocked\n"}, {"test_report.md": "```\n"})
        if texts.keys() <= set(files_of("build")[:count])
    ]
    state_changes = 0
    for session in sessions:
        now_ns = NOW_NS - 10_000 * 10**9
        while now_ns < NOW_NS + 2 * DAY_NS:
            verdict = Judge().verdict(session, now_ns)
            if verdict.until_ns is None:
                break
            assert verdict.until_ns > now_ns
            for moment in (verdict.until_ns - 1, (now_ns + verdict.until_ns) // 2):
                assert Judge().verdict(session, moment).state == verdict.state
            now_ns = verdict.until_ns
            state_changes += Judge().verdict(session, now_ns).state != verdict.state
        later = Judge().verdict(session, NOW_NS + 30 * DAY_NS)
        assert later.until_ns is None
        assert Judge().verdict(session, NOW_NS + 300 * DAY_NS).state == later.state
    assert state_changes > 20


def copied(command: str, *names: str) -> Session:
    """A session that began twenty days ago, all of whose files were copied now."""
    files = tuple(Artefact(name, "markdown", 9, NOW_NS + at, 1) for at, name in enumerate(names))
    key = f"{command}/{command}_20251017_203000"
    return Session("/r", key, command, key.partition("/")[2], "canonical", "20251017203000", files)


def test_what_is_said_of_copies() -> None:
    done = Judge().verdict(copied("build", *ALL_OF_BUILD), NOW_NS)
    assert done.reason == "All 5 files are there, in a copy."
    assert done.next_step == "Done. Read review.md."
    gate = Judge().verdict(copied("build", "context.md", "plan.md"), NOW_NS)
    assert gate.reason == "plan.md waits for your approval, in a copy of a run begun 20 d ago."
    half = Judge().verdict(copied("patch", "context.md", "plan.md"), NOW_NS)
    assert half.reason == (
        "Stopped at builder: progress.md is missing (a copy of a run begun 20 d ago)."
    )
    assert {view.state for view in half.steps} == {"done", "due", "later"}
    assert half.copied
    assert [one.fact for one in half.evidence] == ["9 B", "9 B", COPIED]


def said(session: Session, *claims: Claim) -> Verdict:
    return Judge().verdict(
        session._replace(claims=Claims({one.artefact.name: one for one in claims})), NOW_NS
    )


def test_of_a_copy_only_what_its_files_tell_is_a_time() -> None:
    """The times of the files are those of the copying: nobody has waited since then."""
    session = copied(
        "build", "context.md", "plan.md", "progress.md", ".agent_log", "session_metadata.json"
    )
    *_, progress, log, metadata = session.artefacts or ()
    began_ns = session.started_ns
    blocked = said(session, Claim(progress, "progress", "blocked", 4, done=2, total=6))
    assert blocked.reason == (
        "Blocked at step 3 of 6, in a copy of a run begun 20 d ago: builder asks you (progress.md, line 4)."
    )
    assert blocked.since_ns == began_ns and blocked.is_old and blocked.confidence == "likely"
    assert headline(blocked, NOW_NS) == "probably waiting for you, in a copy"
    assert in_a_row(blocked, NOW_NS, "!") == "copied while it asked"
    validation = Artefact("validation-report.md", "markdown", 9, NOW_NS, 1)
    asks = said(
        copied("workflow", "context.md")._replace(artefacts=(validation, progress)),
        Claim(validation, "validation", "needs_info", 3),
    )
    assert asks.state != "waiting", "a later phase has left its file"
    asks = said(
        copied("workflow")._replace(artefacts=(validation, metadata), copied=True),
        Claim(validation, "validation", "needs_info", 3),
    )
    assert asks.reason.startswith(
        "requirements-validator waits for answers from you, in a copy of a run begun 20 d ago ("
    )
    failed = said(
        session,
        Claim(log, "log", "failed", 2, agent="validator", message="x", at_ns=NOW_NS - 9 * DAY_NS),
    )
    assert (failed.state, failed.since_ns) == ("failed", NOW_NS - 9 * DAY_NS)
    assert said(session, Claim(log, "log", "failed", 2, agent="validator")).since_ns == began_ns
    over = said(session, Claim(log, "log", "failed", 2, agent="architect", at_ns=5))
    assert over.state != "failed", "the builder came after it"
    for state in ("completed", "interrupted", "failed"):
        told = said(session, Claim(metadata, "metadata", state, 2, at_ns=NOW_NS - 8 * DAY_NS))
        assert (told.state, told.since_ns) == (state, NOW_NS - 8 * DAY_NS)


def test_a_copy_whose_name_tells_no_time_began_when_its_metadata_says() -> None:
    bare = copied("build", "context.md", "plan.md", "session_metadata.json")._replace(
        key="build/session", id="session", shape="named", stamp="", copied=True
    )
    *_, metadata = bare.artefacts or ()
    assert said(bare).reason.endswith("in a copy of a run begun at an unknown time.")
    told = said(bare, Claim(metadata, "metadata", began_ns=NOW_NS - 7 * DAY_NS))
    assert told.reason == "plan.md waits for your approval, in a copy of a run begun 7 d ago."
    assert told.since_ns == NOW_NS - 7 * DAY_NS


ALL_OF_BUILD = ("review.md", "context.md", "plan.md", "progress.md", "test_report.md")


def test_what_is_said_of_a_link() -> None:
    session = Session(
        "/r",
        "build",
        "build",
        "build",
        "named",
        "",
        (),
        "a link to ../x, not followed",
        form="link",
    )
    verdict = Judge().verdict(session, NOW_NS)
    assert verdict[:6] == (
        "unknown",
        None,
        "It is a link to ../x, not followed: a link in a clone may lead anywhere.",
        "To see what is there, open that folder: `exito-tui --root FOLDER`.",
        "certain",
        "a link to ../x, not followed",
    )


def test_the_current_session_is_looked_at_again_when_it_may_be_given_up() -> None:
    written = NOW_NS - 60 * SECOND_NS
    session = Session(
        "/r", "a.md", "sessions", "a", "dated", "20251106",
        (Artefact("a.md", "markdown", 9, written, 1),), form="file", is_current=True,
    )  # fmt: skip
    verdict = Judge().verdict(session, NOW_NS)
    assert verdict.state == "running" and verdict.until_ns == written + DAY_NS


def test_a_folder_that_cannot_be_read_is_not_called_stuck(root: Root) -> None:
    session = made("build", {})._replace(problem="permission denied")
    found = judged(session)
    assert found.state == "unknown" and "cannot be read: permission denied" in found.reason


def test_reviewers_in_turn_together_are_counted_not_named_as_one() -> None:
    found = judged(made("pr_reviews", {"pr_7_context.md": 2}, session_id="pr_7"))
    assert "6 agents are working on their reports" in found.reason
