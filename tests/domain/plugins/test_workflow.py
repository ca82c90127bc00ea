"""Which of the workflows that installed plugins tell counts."""

import pytest

from exito_tui.domain.plugins.source import Plugin, PluginFile
from exito_tui.domain.plugins.workflow import PluginWorkflow, counting, differs, plugin_workflows
from exito_tui.domain.workflows.model import Gate, Phase
from exito_tui.domain.workflows.reader import builtin

BUILT_IN = PluginWorkflow("build", builtin()["build"].steps)
OTHER = PluginWorkflow("build", (Phase("scout", ("scouting.md",)), Gate("approve")))


def test_a_built_in_workflow_stays_unless_every_plugin_tells_another() -> None:
    assert counting([]) == counting([BUILT_IN]) == counting([OTHER, BUILT_IN]) == {}
    (made,) = counting([OTHER, OTHER._replace(steps=BUILT_IN.steps[:2])]).values()
    assert made.steps == OTHER.steps
    known = builtin()["build"]
    assert (made.folder, made.budget) == (known.folder, known.budget) and made.budget


def test_what_is_not_built_in_counts() -> None:
    (made,) = counting([OTHER._replace(name="ship")]).values()
    assert (made.name, made.folder, made.budget) == ("ship", "ship", {})


def test_an_agent_that_goes_on_is_waited_for_once() -> None:
    made = Phase("maker", ("made.md",))
    after = Phase("checker", ("checked.md",))
    assert not differs([made, made, after], [made, after])
    assert not differs([made, Phase("writer", (), outside=True), after], [made, after])
    assert differs([made, after, made], [made, after])
    assert differs([made, Gate("approve"), made], [made])


def test_one_that_leaves_another_file_is_another() -> None:
    made = Phase("maker", ("made.md", "more.md"))
    assert not differs([made], [Phase("maker", ("more.md",))])
    assert differs([made], [Phase("maker", ("other.md",))])


@pytest.mark.parametrize(
    ("agent", "command", "leaves"),
    [
        ("Write your design to `design.md`.", "It designs.", "design.md"),
        ("Write your design to `design.md`.", "It leaves plan.md.", "plan.md"),
        ("Write `design.md`, then write `plan.md`.", "It designs.", "plan.md"),
        ("Design.", "It designs.", "plan.md"),
    ],
)
def test_a_known_agent_leaves_what_the_plugin_says(agent: str, command: str, leaves: str) -> None:
    task = '<Task agent="exito:architect">\nDesign it.\n</Task>'
    files = (
        PluginFile("commands/build.md", "command", f"{command}\n\n{task}\n"),
        PluginFile("agents/architect.md", "agent", f"---\nname: architect\n---\n{agent}\n"),
    )
    (told,) = plugin_workflows(Plugin("exito", files, frozenset()), {"architect": ["plan.md"]})
    (step,) = told.steps
    assert isinstance(step, Phase) and step.leaves == (leaves,)
