"""Which file of a session its reader wants first, and where in it."""

from typing import NamedTuple

from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.domain.workflows.model import Phase


class Opening(NamedTuple):
    """A file (empty: none in particular), the line (from 1; 0: the top), and whether it is wanted
    from its end."""

    file: str = ""
    line: int = 0
    at_end: bool = False


def opening_of(verdict: Verdict | None, newest: str) -> Opening:
    """Where a session opens, by what is thought of it: at a gate the file to approve; where an
    agent asks or has failed, the line that says so; while one works, the end of what was written
    last (`newest`); when all is done, the last file of the workflow."""
    if verdict is None:
        return Opening()
    if verdict.gate == "answer" or verdict.state == "failed":
        said = next((one for one in verdict.evidence if one.file and one.line), None)
        return Opening(said.file, said.line) if said else Opening(newest)
    if verdict.gate:
        before = [view.artefact for view in verdict.steps if view.artefact]
        return Opening(before[-1].name if before else newest)
    if verdict.state in ("running", "stuck"):
        return Opening(newest, at_end=True)
    if verdict.state == "completed":
        done = [
            view.artefact
            for view in verdict.steps
            if isinstance(view.step, Phase) and view.artefact
        ]
        return Opening(done[-1].name if done else newest)
    return Opening()
