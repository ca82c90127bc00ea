"""How far a session has come, step by step, on a workflow small enough to see through."""

from collections.abc import Mapping

import pytest

from exito_tui.domain.sessions.artefact import Artefact, Kind
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.claims import NOTHING, Claim, Claims, Status
from exito_tui.domain.verdicts.steps import (
    CLOCK_SLACK_NS,
    StepView,
    evaluate_steps,
    is_finished,
)
from exito_tui.domain.workflows.file_roles import Role
from exito_tui.domain.workflows.model import Gate, Phase, Workflow
from tests.support import NOW_NS

WRITING_NS = 20 * SECOND_NS
STARTED_NS = NOW_NS - 1000 * SECOND_NS
PLAIN = Workflow(
    "plain",
    "plain",
    (
        Phase("reader", ("read.md",)),
        Gate("approve"),
        Phase("helper", ("help.md",), optional=True),
        Phase("writer", ("text.md",)),
        Phase("teller", outside=True),
        Phase("tester", ("test-*.md", "checks.md")),
    ),
    {},
    (0, 1, 2, 3, 4, 5),
)
GROUPS = Workflow(
    "groups",
    "groups",
    (
        Phase("left", ("left.md",), group=1),
        Phase("right", ("right.md",), group=1),
        Phase("spare", ("spare.md",), optional=True, group=1),
        Phase("upper", ("upper.md",), group=2),
        Phase("lower", ("lower.md",), group=2),
        Gate("choose"),
    ),
    {},
    (0, 0, 0, 1, 1, 2),
)


def file(name: str, age: float, size: int = 1, kind: Kind = "markdown") -> Artefact:
    return Artefact(name, kind, size, NOW_NS - int(age) * SECOND_NS, 1)


def steps(
    workflow: Workflow, *files: Artefact, claims: Claims = NOTHING, started: bool = True
) -> list[StepView]:
    stamp = "20251106201320" if started else ""
    name = "plain_20251106_201320" if started else "session"
    shape = "canonical" if started else "named"
    session = Session("/r", f"plain/{name}", "plain", name, shape, stamp, files)  # type: ignore[arg-type]
    return evaluate_steps(session, workflow, claims, NOW_NS, WRITING_NS)


def says(name: str, role: Role = "", status: Status = "", **more: object) -> dict[str, Claim]:
    return {name: Claim(file(name, 500), role, status, **more)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("workflow", "names", "states"),
    [
        (PLAIN, "", "due later later later later later"),
        (PLAIN, "read.md", "done gate later later later later"),
        (PLAIN, "read.md help.md", "done done done due later later"),
        (PLAIN, "read.md text.md", "done done skipped done later due"),
        (PLAIN, "text.md", "missing done skipped done later due"),
        (PLAIN, "checks.md", "due done skipped missing skipped done"),
        (PLAIN, "read.md text.md test-a.md", "done done skipped done skipped done"),
        (PLAIN, "read.md checks.md", "done done skipped due skipped done"),
        (GROUPS, "", "due due later later later later"),
        (GROUPS, "right.md", "due done later later later later"),
        (GROUPS, "left.md right.md", "done done later due due later"),
        (GROUPS, "left.md upper.md", "done missing skipped done due later"),
        (GROUPS, "left.md right.md upper.md lower.md", "done done skipped done done gate"),
    ],
)
def test_the_states_of_the_steps(workflow: Workflow, names: str, states: str) -> None:
    views = steps(workflow, *(file(name, 100) for name in names.split()))
    assert " ".join(view.state for view in views) == states
    assert [view.step for view in views] == list(workflow.steps)


@pytest.mark.parametrize(
    ("age", "states"),
    [
        (30, "done due later later later later"),
        (10, "active due due later later later"),
        (-10, "active due due later later later"),
    ],
)
def test_while_one_of_a_group_writes_the_others_of_it_are_due(age: float, states: str) -> None:
    views = steps(GROUPS, file("left.md", age))
    assert " ".join(view.state for view in views) == states


def test_what_is_active_further_back_hides_no_turn() -> None:
    views = steps(PLAIN, file("read.md", 5), file("text.md", 50))
    assert [view.state for view in views[:4]] == ["done", "done", "skipped", "done"]
    assert views[5].state == "due"


@pytest.mark.parametrize(
    ("found", "holds"),
    [
        (file("read.md", 100), True),
        (file("read.md", 100, size=0), False),
        (file("read.md", 100, kind="symlink"), False),
        (file("read.md", 100, kind="special"), False),
    ],
)
def test_only_a_file_that_holds_something_finishes_a_phase(found: Artefact, holds: bool) -> None:
    assert (steps(PLAIN, found)[0].state == "done") is holds


@pytest.mark.parametrize(
    ("files", "torn", "chosen"),
    [
        ((file("test-a.md", 100), file("test-b.md", 200)), "", "test-b.md"),
        ((file("test-a.md", 100), file("test-b.md", 200)), "test-b.md", "test-a.md"),
        ((file("test-a.md", 5), file("checks.md", -5)), "", "test-a.md"),
        ((file("test-a.md", 30), file("checks.md", 10)), "", "test-a.md"),
        ((file("test-a.md", -300), file("checks.md", 10)), "", "test-a.md"),
        ((file("test-a.md", 19), file("checks.md", -20)), "", "checks.md"),
        ((file("test-a.md", 5), file("checks.md", 100)), "checks.md", "test-a.md"),
        ((file("test-a.md", 100, size=0), file("checks.md", 50)), "", "checks.md"),
    ],
)
def test_of_several_files_a_phase_has_the_whole_the_finished_and_the_first(
    files: tuple[Artefact, ...], torn: str, chosen: str
) -> None:
    claims = Claims(
        {one.name: Claim(one, torn=one.name == torn) for one in files if one.name != "checks.md"}
        | (says("checks.md", torn=True) if torn == "checks.md" else {})
    )
    artefact = steps(PLAIN, *files, claims=claims)[5].artefact
    assert artefact and artefact.name == chosen


@pytest.mark.parametrize("pattern", ["part-?.md", "part*.md"])
def test_a_phase_may_have_one_pattern_alone(pattern: str) -> None:
    [view] = steps(
        Workflow("one", "one", (Phase("writer", (pattern,)),), {}, (0,)), file("part-1.md", 60)
    )
    assert view.artefact and (view.artefact.name, view.state) == ("part-1.md", "done")


def test_any_of_several_plain_names_finishes_a_phase() -> None:
    review = Phase("auditor", ("review.md", "quality.md"))
    workflow = Workflow("audit", "audit", (review,), {}, (0,))
    for name in review.leaves:
        assert steps(workflow, file(name, 100))[0].state == "done"


@pytest.mark.parametrize(
    ("age_ns", "claim", "finished"),
    [
        (WRITING_NS, None, True),
        (WRITING_NS - 1, None, False),
        (-WRITING_NS, None, True),
        (1 - WRITING_NS, None, False),
        (WRITING_NS, says("a"), True),
        (WRITING_NS, says("a", torn=True), False),
        (WRITING_NS, says("a", status="blocked"), False),
        (WRITING_NS, says("a", status="needs_info"), False),
        (WRITING_NS, says("a", "tests", "in_progress"), True),
        (WRITING_NS, says("a", "tests", done=1, total=2), True),
        (WRITING_NS, says("a", "progress", "in_progress"), False),
        (WRITING_NS, says("a", "progress", "in_progress", done=2, total=2), False),
        (WRITING_NS, says("a", "progress", "completed", done=1, total=2), True),
        (WRITING_NS, says("a", "progress", done=1, total=2), False),
        (WRITING_NS, says("a", "progress", done=2, total=2), True),
        (WRITING_NS, says("a", "progress"), True),
    ],
)
def test_when_the_last_file_is_finished(
    age_ns: int, claim: Mapping[str, Claim] | None, finished: bool
) -> None:
    artefact = file("a", 0)._replace(modified_ns=NOW_NS - age_ns)
    assert is_finished(artefact, claim["a"] if claim else None, NOW_NS, WRITING_NS) is finished


def seconds(views: list[StepView]) -> list[tuple[int | None, int | None]]:
    """From when to when each step lasted, in seconds since the start."""
    return [
        tuple(None if at is None else (at - STARTED_NS) // SECOND_NS for at in view[3:])  # type: ignore[misc]
        for view in views
    ]


@pytest.mark.parametrize(
    ("workflow", "ages", "times"),
    [
        (PLAIN, {"read.md": 900, "help.md": 800, "text.md": 700}, [(0, 100), (100, None), (100, 200), (200, 300), (None, None), (300, None)]),
        (PLAIN, {"read.md": 900}, [(0, 100), (100, None), (None, None), (None, None), (None, None), (None, None)]),
        (PLAIN, {"read.md": 600, "text.md": 700}, [(0, 400), (400, None), (None, None), (300, 300), (None, None), (400, None)]),
        (PLAIN, {"read.md": 1200, "text.md": 5}, [(-200, -200), (0, None), (None, None), (0, 995), (None, None), (None, None)]),
        (GROUPS, {"left.md": 900, "right.md": 800, "upper.md": 700}, [(0, 100), (0, 200), (None, None), (200, 300), (200, None), (None, None)]),
    ],
)  # fmt: skip
def test_a_step_lasts_from_the_end_of_what_came_before_to_its_last_write(
    workflow: Workflow, ages: dict[str, float], times: list[tuple[int | None, int | None]]
) -> None:
    views = steps(workflow, *(file(name, age) for name, age in ages.items()))
    assert seconds(views) == times


def test_without_a_start_the_first_file_begins_the_times() -> None:
    views = steps(PLAIN, file("read.md", 900), file("text.md", 700), started=False)
    assert seconds(views)[:4] == [(None, 100), (100, None), (None, None), (100, 300)]


def test_a_difference_of_clocks_is_up_to_a_minute() -> None:
    assert CLOCK_SLACK_NS == 60 * SECOND_NS
