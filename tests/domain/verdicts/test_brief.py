"""Every phrase of a row has a form that fits its column: none is cut with an ellipsis."""

import pytest

from exito_tui.domain.verdicts.brief import briefer
from exito_tui.domain.workflows.model import Phase
from exito_tui.domain.workflows.reader import builtin

NARROW = 16
"""Cells of the column of phrases in a list of 60 columns, or of one side of 120."""
SEVERAL_ROOTS = 10
"""The same beside the names of the roots."""

STEPS = [step for one in builtin().values() for step in one.steps if isinstance(step, Phase)]
AGENTS = sorted({step.agent for step in STEPS})
FILES = sorted({step.artefact for step in STEPS if step.artefact and "*" not in step.artefact})
OF_AGENTS = (
    "{} quiet, plan.md due", "{}: Questions left", "{} writes plan.md", "{}: plan.md next", "{}: 2 of 6 parts",
    "{} next, no time is known", "{} failed: the file to patch is not there", "you stopped {}", "ended with {} at work", "{}: step 3 of 6: Keep the limits",
    "allow Bash git push, {}", "{}: Edit store.py", "! {} came back without plan.md: it has no Write tool",
)  # fmt: skip
OF_FILES = (
    "approve {}", "choose from {}", "stopped before {}", "no {}, builder came back without it", "builder quiet, {} due",
    "! plan.md is there without {}", "! the same text as in {}: a stale copy?", "! a sync tool's conflict copy of {}",
    "writing {}", "! {} says Blocked; Claude Code says that builder is at work",
)  # fmt: skip
OTHERS = (
    "done", "failed", "interrupted", "stopped", "quiet", "copied", "no files", "current", "reading", "review approves",
    "tests pass", "blocked at step 3 of 6", "blocked", "needs answers", "your approval", "your choice",
    "asks you: Redis, or Postgres?", "asks you a question", "a dialog is open", "at its prompt",
    "interrupted, at its prompt", "error: overloaded", "model is silent, attempt 3", "the model is writing",
    "allow Bash git push", "allow a tool, Claude Code", "allow mcp__github__create_issue x", "3 agents quiet, reports due",
    "3 agents: reports next", "ended in mid-turn", "ended before the next phase", "no folder yet", "a conflict copy",
    "cannot be read: permission denied", "permission denied", "current, but quiet", "3 of 5 tasks, being written",
    "being written", "asked 120 d ago", "copied while it asked",
    "! the test report says FAIL, though progress.md says complete", "! the review does not approve",
    "! 4 of 10 for security", "! 2 of 6 steps are not ticked, though it says complete: Warn at 80 percent",
    "! 2 conversations of Claude Code work in this folder and overwrite each other",
    "! every file is there; Claude Code says that builder is at work",
)  # fmt: skip
PHRASES = [
    *(one.format(agent) for one in OF_AGENTS for agent in AGENTS),
    *(one.format(file) for one in OF_FILES for file in FILES),
    *OTHERS,
]


@pytest.mark.parametrize("width", [SEVERAL_ROOTS, NARROW])
def test_every_phrase_has_a_form_that_fits(width: int) -> None:
    cut = [phrase for phrase in PHRASES if min(map(len, briefer(phrase))) > width]
    assert not cut


@pytest.mark.parametrize(
    ("phrase", "width", "shown"),
    [
        ("allow Bash git push, builder", 20, "allow Bash git push"),
        ("allow Bash git push, builder", 16, "allow Bash git"),
        ("allow Bash git push, builder", 12, "allow Bash"),
        ("allow Bash mkdir -p .claude/sessions", 24, "allow Bash mkdir -p"),
        ("blocked at step 3 of 6", 16, "blocked, 3/6"),
        ("stopped before plan.md", 16, "no plan.md"),
        ("stopped before validation-report.md", 16, "stopped"),
        ("requirements-validator quiet, validation-report.md due", 16, "validator quiet"),
        ("no test_report.md, validator came back without it", 16, "no test_report"),
        ("no validation-report.md, validator came back without it", 16, "file missing"),
        ("architect writes plan.md", 23, "architect: plan.md"),
        ("architect failed: the file is not there", 30, "the file is not there"),
        ("architect failed: the file is not there", 16, "architect failed"),
        ("choose from alternatives.md", 23, "choose one"),
        ("! the test report says FAIL, though progress.md says complete", 16, "! tests FAIL"),
    ],
)
def test_the_longest_form_that_fits_says_most(phrase: str, width: int, shown: str) -> None:
    assert next(form for form in briefer(phrase) if len(form) <= width) == shown


def test_what_others_wrote_has_no_other_form() -> None:
    assert list(dict.fromkeys(briefer("the file to patch does not exist"))) == [
        "the file to patch does not exist"
    ]
