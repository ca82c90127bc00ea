"""The command that leads back to a conversation."""

import shlex

import pytest

from exito_tui.domain.records.conversation import Agent, Conversation, Known, Process
from exito_tui.domain.records.returning import command_back


def known(
    cwd: str = "/home/dev/shop", name: str = "abc-1", process: Process | None = None
) -> Known:
    return Known(Conversation(name, cwd, Agent("", "lead")), process)


def test_a_conversation_is_resumed_in_its_folder() -> None:
    assert command_back(known()) == "cd /home/dev/shop && claude --resume abc-1"
    assert command_back(known("")) == "claude --resume abc-1"


@pytest.mark.parametrize("word", ["a b", "x'; rm -rf ~ #", "$(reboot)", "`id`", "a\nb", "-rf"])
def test_words_of_the_records_are_quoted(word: str) -> None:
    words = shlex.split(command_back(known(f"/{word}", word)))
    assert words == ["cd", f"/{word}", "&&", "claude", "--resume", word]


def test_a_background_job_is_attached_to_while_it_lives() -> None:
    job = Process(7, "abc-1", "/x", "alive", job="26f77fda")
    assert command_back(known(process=job)) == "claude attach 26f77fda"
    for other in (job._replace(life="dead"), job._replace(job="26f; reboot"), job._replace(job="")):
        assert command_back(known(process=other)).startswith("cd ")
