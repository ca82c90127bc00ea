"""Which file of a session its reader wants first, and where in it."""

from typing import NamedTuple

from exito_tui.domain.verdicts.steps import outcome_of
from exito_tui.domain.verdicts.verdict import Verdict


class Opening(NamedTuple):
    """A file (empty: none in particular), the line (from 1; 0: the top), and whether it is wanted
    from its end."""

    file: str = ""
    line: int = 0
    at_end: bool = False


def opening_of(verdict: Verdict | None, newest: str) -> Opening:
    """Where a session opens, by what is thought of it: at a gate the file to approve; where an
    agent asks or has failed, the line that says so; while one works, is stuck or was interrupted,
    the end of what was written last (`newest`); when all is done, the file that the next step
    names."""
    if verdict is None:
        return Opening()
    said = next((one for one in verdict.evidence if one.file and one.line), None)
    if verdict.gate == "answer" or verdict.state == "failed":
        return Opening(said.file, said.line) if said else Opening(newest)
    if verdict.gate:
        return Opening(_before_the_gate(verdict) or newest)
    if verdict.expected or verdict.state in ("running", "stuck", "interrupted"):
        return Opening(newest, at_end=True)
    if verdict.state == "completed":
        done = outcome_of(verdict.steps, is_copy=verdict.copied)
        return Opening(done.name if done else said.file if said else newest)
    return Opening()


def _before_the_gate(verdict: Verdict) -> str:
    """The file that was finished last before the gate; empty when there is none."""
    found = ""
    for view in verdict.steps:
        if view.state == "gate":
            break
        found = view.artefact.name if view.artefact else found
    return found
