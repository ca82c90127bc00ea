"""The states, as they are named."""

import pytest

from exito_tui.domain.verdicts.state import STATES, states_called


def test_of_a_state_its_beginning_is_enough() -> None:
    for state in STATES:
        assert states_called(state[0]) == states_called(state.upper()) == (state,)
    assert states_called("stu, w,waiting,") == ("stuck", "waiting")


@pytest.mark.parametrize("text", ["", ",", "x", "waiting,x", "waitings"])
def test_what_names_none_is_told_what_there_are(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"unknown state '.*'; (there are waiting, stuck|did you mean waiting)"
    ):
        states_called(text)
