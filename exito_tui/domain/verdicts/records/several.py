"""The verdict on a session in whose folder several conversations work."""

from collections.abc import Callable

from exito_tui.domain.records.conversation import Known
from exito_tui.domain.verdicts.records.words import where
from exito_tui.domain.verdicts.state import NEEDS_USER, STATES
from exito_tui.domain.verdicts.verdict import Evidence, Verdict


def of_several(known: Known, judged: Callable[[Known], Verdict]) -> Verdict:
    """The verdict by the conversation that needs the user most (an old question presses less than
    anything new), which also says what the others that live do or wait for. `judged` gives the
    verdict by one conversation."""
    living = [one for one in known.every if one.is_alive and one.is_current]
    if len(living) < 2:
        return judged(known)
    verdicts = [(judged(_first(one, known)), one) for one in living]
    verdicts.sort(key=lambda pair: (pair[0].is_old, STATES.index(pair[0].state)))
    (chosen, _), *others = verdicts
    moments = [one.until_ns for one, _ in verdicts if one.until_ns is not None]
    return chosen._replace(
        reason=" ".join([chosen.reason, *(_told(chosen, *pair) for pair in others)]),
        next_step=_joined(
            [chosen.next_step, *(one.next_step for one, _ in others if one.state in NEEDS_USER)]
        ),
        evidence=tuple(
            dict.fromkeys(
                [*chosen.evidence, *(fact for pair in others for fact in _evidence(*pair))]
            )
        ),
        warnings=tuple(dict.fromkeys(fact for one, _ in verdicts for fact in one.warnings)),
        until_ns=min(moments, default=None),
    )


def _first(one: Known, known: Known) -> Known:
    """What is known, with one of its conversations in front."""
    others = tuple(other._replace(others=()) for other in known.every if other is not one)
    return one._replace(others=others)


def _told(chosen: Verdict, verdict: Verdict, known: Known) -> str:
    """What another conversation does or waits for, in a sentence."""
    if verdict.reason == chosen.reason:
        return f"So it is with another conversation in this folder{where(known)}."
    return f"Another conversation in this folder{where(known)}: {verdict.reason}"


def _evidence(verdict: Verdict, known: Known) -> list[Evidence]:
    """What the records tell of another conversation; what files tell is the same for all."""
    return [
        fact._replace(fact=f"another conversation{where(known)}: {fact.fact}")
        for fact in verdict.evidence
        if fact.source in ("registry", "transcript")
    ]


def _joined(sentences: list[str]) -> str:
    return " ".join(dict.fromkeys(sentences))
