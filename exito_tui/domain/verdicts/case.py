"""The case of one session: what is known of it, and the verdict that an answer makes of it."""

from collections.abc import Callable

from exito_tui.domain.records.as_of import HELD_NS, REST_NS
from exito_tui.domain.records.conversation import Known
from exito_tui.domain.sessions.layouts import Outcome
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import SECOND_NS, duration, local_time, short_size
from exito_tui.domain.verdicts.claims import NOTHING, Claim, Claims
from exito_tui.domain.verdicts.expectation import Expectation
from exito_tui.domain.verdicts.phrases import Phrases
from exito_tui.domain.verdicts.records.owed import offer
from exito_tui.domain.verdicts.records.warnings import warnings_of_records
from exito_tui.domain.verdicts.state import COOLING, State
from exito_tui.domain.verdicts.steps import CLOCK_SLACK_NS, evaluate_steps
from exito_tui.domain.verdicts.verdict import (
    Confidence,
    Evidence,
    GateName,
    PhaseAt,
    TimeRules,
    Verdict,
    basis,
)
from exito_tui.domain.verdicts.warnings import warnings_of
from exito_tui.domain.workflows.file_roles import Role, role
from exito_tui.domain.workflows.model import Phase, Workflow

_SAME_MOMENT_NS = 2 * SECOND_NS
COPIED = "its files have the time of a copy"

Expecting = Callable[[Phase], Expectation]


class Case:
    """One session before the judge; `evidence` grows with what is looked at. `outcome` is what its
    name or its shelf says of how it ended, `known` what Claude Code's records tell of it."""

    def __init__(
        self,
        session: Session,
        workflow: Workflow | None,
        expecting: Expecting,
        now_ns: int,
        rules: TimeRules,
        outcome: Outcome,
        known: Known | None = None,
    ) -> None:
        self.outcome = outcome
        self.known = known
        times = session.times
        self.is_copy, self.written_ns = times.is_copy, times.last_write_ns
        if self.is_copy:  # what was copied just now is not being written
            rules = rules._replace(writing_ns=0)
        if known and known.is_current and known.is_settled:  # whoever wrote is done
            rules = rules._replace(writing_ns=0)
        self.session, self.workflow, self.expecting = session, workflow, expecting
        self.now_ns, self.rules = now_ns, rules
        self.claims: Claims = session.claims or NOTHING
        self.steps = (
            evaluate_steps(
                session,
                workflow,
                self.claims,
                now_ns,
                rules.writing_ns,
                known.working if known else None,
                known.begun if known else frozenset(),
            )
            if workflow
            else []
        )
        metadata = next((one for one in self.claims.of("metadata") if one.began_ns), None)
        self.began_ns = times.started_ns
        if self.began_ns is None and metadata:
            self.began_ns = metadata.began_ns
        self.say = Phrases(session, self.claims, self.steps, now_ns)
        self.evidence: list[Evidence] = []

    def answer(
        self,
        state: State,
        since_ns: int | None,
        reason: str,
        next_step: str,
        confidence: Confidence,
        now: str,
        *,
        gate: GateName | None = None,
        phase: PhaseAt | None = None,
        expected: Expectation | None = None,
    ) -> Verdict:
        """The verdict that an answer makes, with the warnings and the evidence there are; the next
        step also tells how to save what agents returned as text."""
        found = warnings_of(self.session, self.claims, self.steps)
        found += warnings_of_records(self.session, self.claims, self.steps, self.known, state)
        facts = [*self.evidence, *self._files(self._completing_ns(state, since_ns))]
        if self.is_copy:
            facts.append(Evidence("clock", COPIED))
        saving = offer(self.session, self.steps, self.known)
        steps = (saving, next_step) if state == "stuck" else (next_step, saving)
        return Verdict(
            state,
            since_ns,
            reason,
            " ".join(filter(None, steps)),
            confidence,
            now,
            self.workflow.name if self.workflow else "",
            gate,
            phase,
            tuple(facts),
            tuple(found),
            tuple(self.steps),
            expected,
            self._until(expected, since_ns if state in COOLING else None),
            self.is_copy,
            state in COOLING and self._is_old(since_ns),
        )

    def outcome_in_short(self) -> str:
        """How a completed session ended, for a narrow place."""
        if self.claims.says("review", "approved"):
            return "review approves"
        return "tests pass" if self.claims.says("tests", "pass") else "done"

    def _is_old(self, since_ns: int | None) -> bool:
        """Whether what began at a moment presses no more. Nobody waits for an answer to a copy."""
        return self.is_copy or (
            since_ns is not None and self.now_ns - since_ns > self.rules.pressing_ns
        )

    def _until(self, expected: Expectation | None, presses_since_ns: int | None) -> int | None:
        """The next moment at which one of the questions that ask for the time is answered
        otherwise."""
        writing_ns = self.rules.writing_ns
        state_changes = [
            artefact.modified_ns + ns
            for artefact in self.session.artefacts or ()
            for ns in (-writing_ns, writing_ns)
        ]
        last_ns = self.written_ns if self.written_ns is not None else self.session.started_ns
        if expected and last_ns is not None:
            state_changes += [last_ns - CLOCK_SLACK_NS, last_ns + int(expected.seconds * SECOND_NS)]
            state_changes += [last_ns + self.rules.interrupted_ns]
        elif self.session.is_current and last_ns is not None:
            state_changes += [last_ns + self.rules.interrupted_ns]
        process = self.known.process if self.known else None
        if process and process.since_ns is not None:
            state_changes += [process.since_ns + HELD_NS, process.since_ns + REST_NS]
        lead_ns = self.known.conversation.lead.last_ns if self.known else None
        if lead_ns is not None:
            state_changes += [lead_ns + self.rules.interrupted_ns]
        if presses_since_ns is not None:
            state_changes += [presses_since_ns + self.rules.pressing_ns]
        return min(
            (max(at, self.now_ns + 1) for at in state_changes if at >= self.now_ns), default=None
        )

    def said_ns(self, claim: Claim) -> int | None:
        """When what a file says was so: when it was written, or, of a copy, when it says itself
        that it was, else when the run began."""
        if not self.is_copy:
            return claim.artefact.modified_ns
        return claim.at_ns or self.began_ns

    def of_a_copy(self) -> str:
        """That it is a copy, and of what, in words."""
        return f"a copy of a run begun {self.say.ago(self.began_ns)}"

    def _completing_ns(self, state: State, since_ns: int | None) -> int | None:
        return since_ns if state == "completed" and not self.is_copy else None

    def _files(self, at_ns: int | None) -> list[Evidence]:
        """The files of the phases as evidence; of a completed session the one that completed it, at
        that moment."""
        return [
            Evidence(
                "artefact",
                short_size(view.artefact.size)
                if self.is_copy
                else f"{short_size(view.artefact.size)}, written "
                f"{local_time(view.artefact.modified_ns)}",
                view.artefact.name,
            )
            for view in self.steps
            if view.artefact and at_ns in (None, view.artefact.modified_ns)
        ]

    def metadata_says(self, claim: Claim, status: str) -> None:
        """Note as evidence what the metadata says."""
        self.evidence.append(
            Evidence("metadata", f"status is {status}", claim.artefact.name, claim.line)
        )

    def clock_says(self, last_ns: int, quiet_ns: int, expected: Expectation) -> None:
        """Note as evidence how long it is quiet, and how long it may be."""
        self.evidence.append(
            Evidence("clock", f"quiet for {duration(quiet_ns)}, since {local_time(last_ns)}")
        )
        self.evidence.append(
            Evidence("history" if expected.source == "history" else "clock", basis(expected))
        )

    def is_last_word(self, claim: Claim, *besides: Role) -> bool:
        """Whether no agent wrote anything after the file of a claim; in a copy, of which no times
        tell, whether no later phase has left its file."""
        if self.is_copy:
            return not self._is_past(claim)
        said_ns = claim.artefact.modified_ns + _SAME_MOMENT_NS
        own = self.workflow.own if self.workflow else ()
        ignored = {claim.role, "summary", "metadata", *besides}
        return all(
            artefact.modified_ns <= said_ns
            for artefact in self.session.artefacts or ()
            if artefact.name != claim.artefact.name and role(artefact.name, own) not in ignored
        )

    def _is_past(self, claim: Claim) -> bool:
        """Whether a phase after the one that a claim is about has left its file."""
        at = next(
            (
                at
                for at, view in enumerate(self.steps)
                if isinstance(view.step, Phase)
                and (view.artefact == claim.artefact or view.step.agent == claim.agent)
            ),
            len(self.steps),
        )
        return any(view.artefact for view in self.steps[at + 1 :])

    def phase_at(self, phase: Phase) -> PhaseAt:
        """A phase and its place among those of the workflow."""
        phases = [
            view.step
            for view in self.steps
            if isinstance(view.step, Phase) and not view.step.outside
        ]
        index = phases.index(phase) + 1 if phase in phases else len(phases)
        view = next((view for view in self.steps if view.step == phase), None)
        return PhaseAt(
            phase.agent, self.say.file_name(view) if view else phase.artefact, index, len(phases)
        )

    def phase_of(self, name: str) -> PhaseAt | None:
        """The phase whose file has a name, or None."""
        found = next(
            (view.step for view in self.steps if view.artefact and view.artefact.name == name), None
        )
        return self.phase_at(found) if isinstance(found, Phase) else None
