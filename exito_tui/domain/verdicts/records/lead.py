"""How a conversation itself stands, apart from its agents."""

from typing import Literal, NamedTuple

from exito_tui.domain.records.conversation import Known
from exito_tui.domain.text import one_line
from exito_tui.domain.verdicts.records.asking import asking, asks_permission
from exito_tui.domain.verdicts.records.words import name_of, short_call, short_doing

LeadState = Literal["waiting", "running", "resting", "finished", "lost"]
"""`waiting`: for the user's answer; `resting`: nothing is to be done, or it is not known to live;
`lost`: its process ended in the middle of a turn."""


class Lead(NamedTuple):
    """How it stands, and that in a few words."""

    state: LeadState
    says: str


def lead_of(known: Known) -> Lead:
    """How the conversation stands in the work on a session, as the registry and its transcript
    tell."""
    turn = known.conversation.turn
    if known.is_gone:
        if known.is_current and not turn.over:
            return Lead("lost", "ended in mid-turn")
        return Lead("finished", "ended")
    if not known.is_current:
        return Lead("resting", "went on to something else")
    if not known.is_alive:
        return Lead("resting", "its turn is over" if turn.over else "its turn has no end")
    status = known.status
    if status == "waiting":
        return _before_an_answer(known)
    if status in ("idle", "shell") or (not status and turn.over):
        if turn.error:
            return Lead("resting", f"error: {one_line(turn.error)}")
        return Lead("resting", f"{'interrupted, ' if turn.interrupted else ''}at its prompt")
    return _at_work(known)


def _before_an_answer(known: Known) -> Lead:
    process, question = known.process, one_line(known.conversation.turn.question)
    if asks_permission(known):
        found = asking(known)
        own = [one.call for one in found if one.agent.type == "lead"]
        if found and not own:
            return _at_work(known)  # one of its agents asks
        if len(found) > 1:
            return Lead("waiting", short_doing(known.conversation.lead))
        needs = short_call(own[0]) if own else one_line(process.needs if process else "")
        return Lead("waiting", f"asks you to allow {needs or 'a tool'}")
    if process and process.waiting_for == "input needed":
        return Lead("waiting", f"asks you: {question}" if question else "asks you a question")
    return Lead("waiting", "a dialog is open")


def _at_work(known: Known) -> Lead:
    conversation = known.conversation
    turn, agents = conversation.turn, conversation.running
    if turn.over and agents:
        return Lead("resting", f"waits for {', '.join(dict.fromkeys(map(name_of, agents)))}")
    if turn.attempt > 1 and not agents:
        return Lead("running", f"model is silent, attempt {turn.attempt}")
    return Lead("running", short_doing(conversation.lead))
