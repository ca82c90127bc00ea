"""What is known about files is data: a phase of one's own behaves like a built-in one in every
place."""

from typing import Any

import pytest

from exito_tui.config.settings import Config
from exito_tui.config.sources import load, user_file
from exito_tui.domain.cleanup.summary import close
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session, in_order_of
from exito_tui.domain.verdicts.claim_readers import read_claim
from exito_tui.domain.verdicts.claims import Claims
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.workflows.file_roles import account_files, facts_of, label, rank, role
from exito_tui.domain.workflows.reader import WorkflowError, builtin, read_workflows
from tests.support import NOW_NS, Root, until
from tests.ui.driver import browsing

OWN = """
[workflows.ship]
steps = [
  { agent = "investigator", leaves = "context.md" },
  { agent = "scribe", leaves = "spec.md", stage = "specification" },
  { agent = "architect", leaves = "plan.md" },
  { agent = "maker", leaves = "work.md", role = "progress", label = "made", stage = "the making" },
  { agent = "prover", leaves = "proof.md", role = "tests", parts = ["proof_a.md", "proof_b.md"] },
  { agent = "judge", leaves = "ruling.md", role = "review" },
]
"""
MINUTE_NS = 60 * 10**9


def judge() -> Judge:
    from pathlib import Path

    path = Path(user_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(OWN)
    return Judge(load().judge_settings)


def session(files: dict[str, str], *, age_min: int = 30) -> Session:
    """A session of `ship` whose files were written one minute after another, the last `age_min`
    minutes ago."""
    own = judge().workflows_in("/r")["ship"].own
    made, claims = [], {}
    for number, (name, text) in enumerate(files.items()):
        at = NOW_NS - (age_min + len(files) - number - 1) * MINUTE_NS
        artefact = Artefact(name, "markdown", len(text), at, number + 1)
        made.append(artefact)
        claims[name] = read_claim(artefact, role(name, own), "ship_20251106_190000", text)
    return Session(
        "/r", "ship/ship_20251106_190000", "ship", "ship_20251106_190000", "canonical", "20251106190000", tuple(made),
        claims=Claims(claims),
    )  # fmt: skip


ALL = {
    "context.md": "# c\n", "spec.md": "# s\n", "plan.md": "# p\n", "work.md": "Status: Completed\n",
    "proof.md": "Status: PASS\n", "ruling.md": "Verdict: APPROVED\n",
}  # fmt: skip


def test_the_files_of_ones_own_stand_in_the_order_of_the_steps() -> None:
    shuffled = session(
        {name: ALL[name] for name in sorted(ALL)}
        | {"zebra.md": "x\n", "session_metadata.json": "{}"}
    )
    ordered = in_order_of(shuffled, judge().own_files(shuffled))
    assert [one.name for one in ordered.artefacts or ()] == [
        *ALL,
        "zebra.md",
        "session_metadata.json",
    ]


def test_a_workflow_that_adds_nothing_costs_no_sorting() -> None:
    assert all(not workflow.own for name, workflow in builtin().items() if name != "research")


def test_progress_of_ones_own_is_finished_or_not() -> None:
    files = {name: ALL[name] for name in ("context.md", "spec.md", "plan.md")}
    verdict = judge().verdict(session({**files, "work.md": "- [x] a\n- [ ] b\n"}), NOW_NS)
    assert (
        verdict.state == "running"
        and "maker is writing work.md, now at step 2 of 2: b" in verdict.reason
    )
    blocked = judge().verdict(session({**files, "work.md": "Status: Blocked\n"}), NOW_NS)
    assert (blocked.state, blocked.gate) == (
        "waiting",
        "answer",
    ) and "(work.md, line 1)" in blocked.reason
    assert judge().verdict(session(ALL), NOW_NS).state == "completed"


def test_tests_reviews_and_checklists_of_ones_own_warn() -> None:
    files = {**ALL, "work.md": "Status: Completed\n- [ ] a\n", "proof.md": "Status: FAIL\n", "ruling.md": "Verdict: rejected\nScore: 3/10\n"}  # fmt: skip
    found = {one.code: one for one in judge().verdict(session(files), NOW_NS).warnings}
    assert set(found) == {"tests-failed", "not-approved", "low-score", "unticked-steps"}
    assert (
        found["tests-failed"].file == "proof.md"
        and "though work.md says complete" in found["tests-failed"].fact
    )
    assert (found["unticked-steps"].file, found["not-approved"].file) == ("work.md", "ruling.md")


def test_parts_tell_how_far_an_agent_has_come() -> None:
    files = {name: ALL[name] for name in ("context.md", "spec.md", "plan.md", "work.md")}
    verdict = judge().verdict(session({**files, "proof_a.md": "x\n"}), NOW_NS)
    assert verdict.reason.startswith("prover has written 1 of 2 parts; still to come: proof b")


def test_the_auditors_parts_are_data_as_well() -> None:
    phase = builtin()["build"].phases[-1]
    assert phase.agent == "auditor" and "audit_security.md" in phase.parts and len(phase.parts) == 7


@pytest.mark.parametrize(
    ("last", "stage"),
    [("spec.md", "specification"), ("work.md", "the making"), ("plan.md", "planning")],
)
def test_the_summary_names_the_stage(last: str, stage: str) -> None:
    names = list(ALL)[: list(ALL).index(last) + 1]
    text = {"work.md": "- [ ] a\n"}
    made = close(
        session({name: text.get(name, ALL[name]) for name in names}), judge(), None, "/p", NOW_NS
    )
    assert made.message == f"Session interrupted during {stage}"


async def test_a_phase_of_ones_own_on_the_screen(root: Root) -> None:
    for number, (name, text) in enumerate(list(ALL.items())[:5]):
        root.write(f"ship/ship_20251106_190000/{name}", text, at=NOW_NS / 1e9 - 3000 + 60 * number)
    judge()
    async with browsing(root, size=(200, 50), config=load()._replace(ascii="never")) as app:
        await app.shows("made")
        line = next(line for line in app.text.split("\n") if "made" in line)
        assert line.index("context") < line.index("spec") < line.index("plan") < line.index("made")
        pane = app.app.browser.pane
        await until(
            lambda: pane and [file.name for file in pane.files] == list(ALL)[:5],
            "the order of the tabs",
        )


@pytest.mark.parametrize(
    ("key", "value", "expected"), [("role", "tester", "one of context, plan, validation"), ("label", 3, "expected a string"), ("stage", [], "expected a string")]
)  # fmt: skip
def test_what_is_said_wrong_of_a_file_is_reported_with_its_place(
    key: str, value: Any, expected: str
) -> None:
    with pytest.raises(WorkflowError) as caught:
        read_workflows({"x": {"steps": [{"agent": "a", "leaves": "a.md", key: value}]}}, builtin())
    assert caught.value.place == f"x.steps[0].{key}" and expected in caught.value.expected


def test_the_longest_name_or_pattern_that_fits_counts() -> None:
    assert (
        facts_of("pr_7_final_review.md").rank
        > facts_of("pr_7_security_report.md").rank
        > rank("plan.md")
    )
    assert (
        role("pr_7_x_report.md") == "report"
        and role("audit_own.md") == "audit"
        and role("notes.md") == ""
    )
    assert label("validation-report.md") == "valid" and rank("unheard-of.md") == rank(
        "another.md"
    ) < rank(".agent_log")


def test_without_settings_nothing_is_of_ones_own() -> None:
    assert Judge(Config().judge_settings).own_files(session(ALL)) == account_files(one_file=False)
