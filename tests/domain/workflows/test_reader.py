"""Workflows are data: the plugin's own, the user's, and broken ones."""

from typing import Any

import pytest

from exito_tui.config.checks import ConfigError
from exito_tui.config.sources import load, user_file
from exito_tui.domain.workflows.file_roles import label, matching
from exito_tui.domain.workflows.model import Gate, Phase, Workflow
from exito_tui.domain.workflows.reader import WorkflowError, builtin, read_workflows


def test_the_plugins_commands_are_all_there() -> None:
    assert set(builtin()) == {
        "build", "think", "ui", "implement", "patch", "workflow", "execute", "craft", "genesis", "refine", "pixel",
        "review", "review-perf", "review-sec", "research",
    }  # fmt: skip
    gates = {
        name: [step.kind for step in one.steps if isinstance(step, Gate)]
        for name, one in builtin().items()
    }
    assert (
        gates["build"] == ["approve"]
        and gates["craft"] == ["choose", "approve"]
        and gates["patch"] == []
    )
    assert builtin()["think"].budget == {"investigator": 2400.0}
    assert builtin()["build"].files == (
        "context.md",
        "plan.md",
        "progress.md",
        "test_report.md",
        "review.md",
    )


def test_a_definition_of_ones_own() -> None:
    made = read_workflows(
        {"ship": {"like": "build", "budget": {"builder": "2h"}}, "tidy": {"folder": "tidying", "steps": [{"agent": "a", "leaves": ["x.md", "y.md"]}]}},
        builtin(),
    )  # fmt: skip
    assert made["ship"].steps == builtin()["build"].steps and made["ship"].budget["builder"] == 7200
    assert made["tidy"]._replace(own=()) == Workflow(
        "tidy", "tidying", (Phase("a", ("x.md", "y.md")),), {}, (0,)
    )


@pytest.mark.parametrize(
    ("table", "place", "expected"),
    [
        ("text", "x", "a table with `steps`"),
        ({}, "x.steps", "at least one"),
        ({"steps": "no"}, "x.steps", "a list of steps"),
        ({"steps": [7]}, "x.steps[0]", "a phase"),
        ({"steps": [{"agnt": "a"}]}, "x.steps[0].agnt", "did you mean agent?"),
        ({"steps": [{"agent": "a"}]}, "x.steps[0].leaves", "the name of the file"),
        ({"steps": [{"leaves": "a.md"}]}, "x.steps[0].agent", "the name of an agent"),
        ({"steps": [{"agent": "a", "leaves": 7}]}, "x.steps[0].leaves", "a file name"),
        (
            {"steps": [{"agent": "a", "leaves": "a.md", "optional": "yes"}]},
            "x.steps[0].optional",
            "true or false",
        ),
        ({"steps": [{"gate": "maybe"}]}, "x.steps[0].gate", "one of approve, choose"),
        ({"steps": [{"parallel": []}]}, "x.steps[0].parallel", "a list of phases"),
        ({"steps": [{"parallel": [7]}]}, "x.steps[0].parallel[0]", "a phase"),
        ({"steps": [{"agent": "a", "outside": True}]}, "x.steps", "at least one"),
        ({"like": "nobody"}, "x.like", "the name of a workflow"),
        ({"like": "build", "folder": "a/b"}, "x.folder", "the name of a folder"),
        ({"like": "build", "budget": {"a": "soon"}}, "x.budget", "not a duration"),
        ({"like": "build", "budget": 7}, "x.budget", "a table of durations"),
        ({"like": "build", "colour": 7}, "x.colour", "unknown; there are"),
    ],
)
def test_a_broken_definition_is_reported_with_its_place(
    table: Any, place: str, expected: str
) -> None:
    with pytest.raises(WorkflowError) as caught:
        read_workflows({"x": table}, builtin())
    assert caught.value.place == place and expected in caught.value.expected


def test_the_settings_bring_workflows_and_expected_times(tmp_path: object) -> None:
    import os

    os.makedirs(os.path.dirname(user_file()))
    with open(user_file(), "w") as file:
        file.write(
            'interrupted = "8h"\n[workflows.ship]\nlike = "build"\n[expected]\nbuilder = '
            '"45min"\n[expected.think]\ninvestigator = "2h"\n'
        )
    config = load()
    assert (
        config.workflows["ship"].folder == "ship"
        and config.judge_settings.rules.interrupted_ns == 8 * 3600 * 10**9
    )
    assert config.expected == {"builder": 2700.0, "think.investigator": 7200.0}
    with open(user_file(), "w") as file:
        file.write(
            'toast = "no"\n[workflows.ship]\nsteps = [{ gate = "x" }]\n[expected]\nbuilder = '
            '"soon"\n'
        )
    with pytest.raises(ConfigError) as caught:
        load()
    said = str(caught.value)
    assert (
        "workflows: ship.steps[0].gate: expected one of approve, choose" in said
        and "builder: expected a duration" in said
        and "toast: expected true or false" in said
    )


def test_patterns_and_labels() -> None:
    assert matching(["pr_7_x.md", "a.md"], ["*.md"]) == ["pr_7_x.md", "a.md"]
    assert matching(["b.md", "a.md"], ["a.md", "b.md"]) == ["a.md", "b.md"]
    assert matching(["[x].md"], ["[x].md"]) == ["[x].md"]
    assert (
        label("test_report.md") == "test"
        and label("pr_7_security-scanner_report.md") == "security-scanner"
    )
