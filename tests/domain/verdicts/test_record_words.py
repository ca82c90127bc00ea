"""What is said of Claude Code's agents."""

from exito_tui.domain.records.conversation import Agent
from exito_tui.domain.verdicts.records.words import name_of


def test_an_agent_whose_type_is_not_recorded_yet_is_not_called_by_its_id() -> None:
    assert name_of(Agent("afd787aafaf5c85ab")) == "an agent"
    assert name_of(Agent("afd787aafaf5c85ab", "architect")) == "architect"
    assert name_of(Agent("", "lead")) == name_of(None) == "Claude Code"
