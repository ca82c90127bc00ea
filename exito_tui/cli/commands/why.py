"""`exito-tui why`: the verdict on one session, with its evidence."""

import time
from collections.abc import Sequence

from exito_tui.cli.json.claude import claude_object, paths_left
from exito_tui.cli.json.schema import document, verdict_object
from exito_tui.cli.options import Options
from exito_tui.cli.output import paragraph, write
from exito_tui.cli.shared.select import judged_roots, session_known_as
from exito_tui.domain.sessions.hook_notes import hook_work
from exito_tui.domain.text import decoded
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.verdicts.verdict import Verdict, basis, headline
from exito_tui.domain.workflows.model import Phase


def run(options: Options) -> int:
    """Say why a session is in its state, or print it as JSON."""
    snapshots, judge = judged_roots(options)
    session = session_known_as(options, snapshots, judge, options.session)
    now_ns = time.time_ns()
    verdict = judge.verdict(session, now_ns)
    if options.json:
        head = {"key": decoded(session.key), "root": decoded(session.root)}
        known = judge.known(session, now_ns)
        claude = {"claude": claude_object(known, paths_left(session, verdict.steps))}
        hooks = {"hooks": hook_work(session)}
        write(document({**head, **verdict_object(verdict), **hooks, **claude}))
        return 0
    write(_words(decoded(session.key), verdict, hook_work(session), now_ns))
    return 0


def _words(key: str, verdict: Verdict, work: Sequence[str], now_ns: int) -> str:
    lines = [
        paragraph(f"{key}: {headline(verdict, now_ns)}"),
        paragraph(verdict.reason, 2, 0),
        paragraph(verdict.next_step, 2, 0),
    ]
    if verdict.steps:
        lines += ["\n", paragraph(f"Steps of {verdict.workflow}:")]
        lines += [paragraph(_step(view), 2, _STATE) for view in verdict.steps]
    if verdict.warnings:
        lines += ["\n", "Warnings:\n"]
        lines += [
            paragraph(f"{_where(finding.file, finding.line)}{finding.fact} [{finding.code}]", 2)
            for finding in verdict.warnings
        ]
    if verdict.evidence:
        lines += ["\n", "Evidence:\n"]
        lines += [
            paragraph(f"{_where(one.file, one.line)}{one.fact}", 2) for one in verdict.evidence
        ]
    if work:
        lines += ["\n", "Hooks:\n", *(paragraph(one, 2) for one in work)]
    if verdict.expected:
        lines += ["\n", paragraph(f"Expected: {basis(verdict.expected)}.")]
    return "".join(lines)


_STATE = 9
"""Cells of a step's state, and the space after it."""


def _where(file: str, line: int) -> str:
    return f"{file}{f':{line}' if line else ''}: " if file else ""


def _step(view: StepView) -> str:
    if not isinstance(view.step, Phase):
        return f"{view.state:<{_STATE}}your answer ({view.step.kind})"
    name = view.artefact.name if view.artefact else view.step.artefact or "outside the session"
    took = ""
    if view.state == "done" and view.began_ns is not None and view.ended_ns is not None:
        took = f", {duration(view.ended_ns - view.began_ns)}"
    return f"{view.state:<{_STATE}}{view.step.agent}: {name}{took}"
