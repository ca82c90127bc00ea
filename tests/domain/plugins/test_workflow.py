"""Which of the workflows that installed plugins tell counts."""

from exito_tui.domain.plugins.workflow import ToldWorkflow, counting, differs
from exito_tui.domain.workflows.model import Gate, Phase
from exito_tui.domain.workflows.reader import builtin

BUILT_IN = ToldWorkflow("build", builtin()["build"].steps)
OTHER = ToldWorkflow("build", (Phase("scout", ("scouting.md",)), Gate("approve")))


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
