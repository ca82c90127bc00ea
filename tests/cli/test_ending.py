"""A signal that asks the process to end does so, wherever it comes."""

import signal
from contextlib import suppress

import pytest

from exito_tui.cli.ending import SIGNALS, Ended, go_on, raising


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_came_where_nothing_can_be_raised_ends_the_next_round(number: int) -> None:
    with raising():
        go_on()
        with suppress(Ended):  # as Python does with what is raised while it collects garbage
            signal.raise_signal(number)
        signal.raise_signal(number)  # a second one disturbs nothing
        with pytest.raises(Ended) as caught:
            go_on()
        assert caught.value.number == number
    with raising():
        go_on()
