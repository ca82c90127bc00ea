"""Judging one session. Pure: the clock is a parameter.

The order of the questions is the order of their strength: what is complete stays complete; what
says that it failed has failed; what asks the user waits; only then does time decide.
"""

from collections.abc import Callable

from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.domain.units import SECOND_NS, duration, local_time, short_size
from exito_tui.domain.verdicts.claims import NOTHING, Claim, Claims, Status
from exito_tui.domain.verdicts.expectation import Expectation
from exito_tui.domain.verdicts.phrases import Phrases
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.steps import CLOCK_SLACK_NS, StepView, evaluate_steps
from exito_tui.domain.verdicts.verdict import (
    DEFAULT_TIME_RULES,
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
from exito_tui.domain.workflows.model import Gate, Phase, Workflow

_SAME_MOMENT_NS = 2 * SECOND_NS

Expecting = Callable[[Phase], Expectation]


def classify(
    session: Session,
    workflow: Workflow | None,
    expecting: Expecting,
    now_ns: int,
    rules: TimeRules = DEFAULT_TIME_RULES,
) -> Verdict:
    """Judge a session whose files have been read. `expecting` tells how long each phase may
    take."""
    return _Classifier(session, workflow, expecting, now_ns, rules).verdict()


class _Classifier:
    """One session before the judge."""

    def __init__(
        self,
        session: Session,
        workflow: Workflow | None,
        expecting: Expecting,
        now_ns: int,
        rules: TimeRules,
    ) -> None:
        self.session, self.workflow, self.expecting, self.now_ns, self.rules = (
            session, workflow, expecting, now_ns, rules)  # fmt: skip
        self.claims: Claims = session.claims or NOTHING
        self.steps = (
            evaluate_steps(session, workflow, self.claims, now_ns, rules.writing_ns)
            if workflow
            else []
        )
        self.say = Phrases(session, self.claims, self.steps, now_ns)
        self.written_ns = session.last_write_ns
        self.evidence: list[Evidence] = []

    def verdict(self) -> Verdict:
        """The first answer that holds."""
        if self.session.problem:
            return self._unreadable()
        if not self.workflow:
            return self._completed_by_metadata() or self._ended() or self._unknown()
        return (
            self._completed_by_metadata()
            or self._completed()
            or self._ended()
            or self._asks()
            or self._at_gate()
            or self._in_turn()
        )

    # ── what is over ─────────────────────────────────────────────────────────────────────────────

    def _completed_by_metadata(self) -> Verdict | None:
        claim = self.claims.says("metadata", "completed")
        if not claim:
            return None
        self._metadata_says(claim, "completed")
        return self._make(
            "completed",
            claim.artefact.modified_ns,
            "The session's metadata says that it is completed.",
            "Nothing to do.",
            "certain",
            f"done {self.say.ago(self.written_ns)}",
        )

    def _completed(self) -> Verdict | None:
        required = [
            view for view in self.steps if isinstance(view.step, Phase) and view.step.required
        ]
        if not all(view.state == "done" and view.artefact for view in required):
            return None
        last = max(
            (view.artefact for view in required if view.artefact),
            key=lambda artefact: artefact.modified_ns,
        )
        name = decoded(last.name)
        count = "The file" if len(required) == 1 else f"All {len(required)} files"
        there = "is" if len(required) == 1 else "are"
        return self._make(
            "completed",
            last.modified_ns,
            f"{count} of the workflow {there} there; {name} was written last, "
            f"{local_time(last.modified_ns)[:16]}.",
            f"Nothing to do; the outcome is in {name}.",
            "certain" if self.session.shape in ("canonical", "flat") else "likely",
            f"done {self.say.ago(last.modified_ns)}, {name}",
        )

    def _ended(self) -> Verdict | None:
        """Failed or interrupted, by what the metadata or the log says, if nothing was written
        since."""
        failed = self.claims.says("log", "failed")
        if failed and self._is_last_word(failed):
            message = f": {failed.message}" if failed.message else ""
            name = decoded(failed.artefact.name)
            self.evidence.append(
                Evidence("agent_log", f"ERROR by {failed.agent}{message}", name, failed.line)
            )
            return self._make(
                "failed",
                failed.artefact.modified_ns,
                f"The last entry of {name} is an error of {failed.agent}{message}.",
                f"Read {name}, line {failed.line}; then let Claude Code start {failed.agent} "
                "again.",
                "certain",
                f"{failed.agent} failed{message}",
            )
        for state in ("failed", "interrupted"):
            claim = self.claims.says("metadata", state)
            if claim and self._is_last_word(claim, "log"):
                self._metadata_says(claim, state)
                return self._make(
                    "failed" if state == "failed" else "interrupted",
                    claim.artefact.modified_ns,
                    "The session's metadata says that it "
                    f"{'failed' if state == 'failed' else 'was interrupted'}.",
                    self.say.resume(),
                    "certain",
                    f"{state} {self.say.ago(claim.artefact.modified_ns)}",
                )
        return None

    # ── what waits for the user ──────────────────────────────────────────────────────────────────

    def _asks(self) -> Verdict | None:
        questions: tuple[tuple[Role, Status, str], ...] = (
            ("validation", "needs_info", "NEEDS_INFO"), ("progress", "blocked", "Blocked"),
        )  # fmt: skip
        for asking, status, word in questions:
            claim = self.claims.says(asking, status)
            if not claim or not self._is_last_word(claim, "log"):
                continue
            name = decoded(claim.artefact.name)
            self.evidence.append(Evidence("artefact", f"says {word}", name, claim.line))
            step = f" at step {claim.done + 1} of {claim.total}" if claim.total > claim.done else ""
            asks = "asks you for more" if status == "needs_info" else f"is blocked{step}"
            return self._make(
                "waiting",
                claim.artefact.modified_ns,
                f"{name} says {word}{step}, {self.say.ago(claim.artefact.modified_ns)}; it goes "
                "on once you answer.",
                f"Read {name} from line {claim.line}, and answer in Claude Code.",
                "certain",
                f"{name} {asks}",
                gate="answer",
                phase=self._phase_of(claim.artefact.name),
            )
        return None

    def _at_gate(self) -> Verdict | None:
        place = next((at for at, view in enumerate(self.steps) if view.state == "gate"), None)
        if place is None:
            return None
        gate = self.steps[place].step
        assert isinstance(gate, Gate)
        before = next(
            (view.artefact for view in reversed(self.steps[:place]) if view.artefact), None
        )
        done_ns = before.modified_ns if before else self.session.started_ns
        name = decoded(before.name) if before else "Nothing"
        approve = gate.kind == "approve"
        answer = "approval" if approve else "choice"
        old = done_ns is not None and self.now_ns - done_ns > self.rules.interrupted_ns
        forgotten = " If that is long over, it can go." if old else ""
        following = next(
            (view.step for view in self.steps[place:] if isinstance(view.step, Phase)), None
        )
        return self._make(
            "waiting", done_ns,
            f"{name} was finished {self.say.ago(done_ns)}; the next step is your {answer}.",
            ("Answer in Claude Code: proceed, or say what to change." if approve else
             "Answer in Claude Code: name the option you want, or ask for another.") + forgotten,
            "guess" if old else "likely",
            f"{name} {self.say.ago(done_ns)}, waits for your {answer}",
            gate=gate.kind, phase=self._phase_at(following) if following else None,
        )  # fmt: skip

    # ── what time decides ────────────────────────────────────────────────────────────────────────

    def _in_turn(self) -> Verdict:
        view = next((view for view in self.steps if view.state == "active"), None)
        view = view or next(view for view in self.steps if view.state == "due")
        phase = view.step
        assert isinstance(phase, Phase)
        owed = self.say.owed(view)
        expected = self.expecting(phase)
        last_ns = self.written_ns if self.written_ns is not None else self.session.started_ns
        if last_ns is None or last_ns > self.now_ns + CLOCK_SLACK_NS:
            return self._timeless(phase, view, expected, last_ns)
        quiet_ns = max(0, self.now_ns - last_ns)
        who = self._who(phase)
        self._clock_says(last_ns, quiet_ns, expected)
        at = self._phase_at(phase)
        if quiet_ns > self.rules.interrupted_ns:
            return self._make(
                "interrupted",
                last_ns,
                f"Nothing was written for {duration(quiet_ns)}, in the turn of {who}: {owed}.",
                self.say.resume(),
                "likely",
                f"stopped {self.say.ago(last_ns)}, {owed}",
                phase=at,
                expected=expected,
            )
        if quiet_ns > expected.seconds * SECOND_NS:
            within = duration(int(expected.seconds * SECOND_NS))
            return self._make(
                "stuck",
                last_ns + int(expected.seconds * SECOND_NS),
                f"{who} {'has' if who == phase.agent else 'have'} been quiet for "
                f"{duration(quiet_ns)}, longer than the "
                f"{within} expected; {owed}.",
                "Look at Claude Code: a permission prompt may wait there. If the agent has "
                "returned without its file, "
                f"ask for {self.say.file_name(view)} again.",
                "guess" if expected.source == "default" else "likely",
                f"{phase.agent} quiet for {duration(quiet_ns)}, {owed}",
                phase=at,
                expected=expected,
            )
        return self._running(phase, view, quiet_ns, expected)

    def _running(
        self, phase: Phase, view: StepView, quiet_ns: int, expected: Expectation
    ) -> Verdict:
        ago = self.say.ago(self.now_ns - quiet_ns)
        within = duration(int(expected.seconds * SECOND_NS))
        step = self.say.step_in(view)
        if view.artefact:
            name = decoded(view.artefact.name)
            reason = (
                f"{phase.agent} is at work{': ' + step if step else ''}; {name} was written {ago}."
            )
            now = f"{phase.agent}, {step}" if step else f"{phase.agent} writes {name}, {ago}"
        elif part := self.say.part_in(phase):
            reason, now = f"{phase.agent} is at work: {part}.", f"{phase.agent}, {part}"
        else:
            waited = (
                f"the last write was {ago}" if self.written_ns is not None else f"it began {ago}"
            )
            reason = (
                f"It is the turn of {self._who(phase)}: {waited}, {self.say.owed(view)}, "
                f"expected within {within}."
            )
            now = f"turn of {self._who(phase)}, {self.say.owed(view)}"
        return self._make(
            "running",
            view.began_ns if view.began_ns is not None else self.now_ns - quiet_ns,
            reason,
            f"Nothing: wait for {self.say.file_name(view)}.",
            "certain" if quiet_ns < self.rules.writing_ns else "likely",
            now,
            phase=self._phase_at(phase),
            expected=expected,
        )

    def _who(self, phase: Phase) -> str:
        """The agent in turn, or how many of them when they work side by side."""
        due = sum(view.state == "due" for view in self.steps)
        return f"{due} agents" if phase.group and due > 1 else phase.agent

    def _timeless(
        self, phase: Phase, view: StepView, expected: Expectation, last_ns: int | None
    ) -> Verdict:
        """The clock tells nothing: no time, or one in the future. That never makes a session
        stuck."""
        what = "the last write" if self.written_ns is not None else "its start"
        fact = (
            "no time is known" if last_ns is None else f"{what} lies ahead: {local_time(last_ns)}"
        )
        self.evidence.append(Evidence("clock", fact))
        return self._make(
            "running",
            last_ns,
            f"It is the turn of {phase.agent}; how long it has been quiet cannot be told: {fact}.",
            f"Look at Claude Code; {self.say.file_name(view)} comes next.",
            "guess",
            f"{phase.agent}'s turn, {fact}",
            phase=self._phase_at(phase),
            expected=expected,
        )

    def _unreadable(self) -> Verdict:
        problem = self.session.problem
        return self._make(
            "unknown",
            None,
            f"This folder cannot be read: {problem}.",
            "Give yourself the right to read it (chmod u+rx); it is looked at again every few "
            "seconds.",
            "certain",
            f"cannot be read: {problem}",
        )

    def _unknown(self) -> Verdict:
        command = decoded(self.session.command)
        written = self.written_ns
        busy = written is not None and abs(self.now_ns - written) < self.rules.writing_ns
        loose = self.session.key == self.session.command
        why = (
            "These files lie in the command's folder, outside any session" if loose
            else f"No workflow is known for {command}"
        )  # fmt: skip
        did = (
            "it is being written" if busy else f"it is quiet, last written {self.say.ago(written)}"
        )
        if written is None:
            did = "it has no files"
        return self._make(
            "unknown",
            written,
            f"{why}; {did}.",
            "`exito-tui doctor` names where they belong." if loose else "Read what is there.",
            "guess",
            "being written"
            if busy
            else f"quiet, {self.say.ago(written)}"
            if written is not None
            else "no files",
        )

    # ── words and facts ──────────────────────────────────────────────────────────────────────────

    def _make(
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
        found = warnings_of(self.session, self.claims, self.steps)
        facts = [*self.evidence, *self._files(since_ns if state == "completed" else None)]
        return Verdict(
            state,
            since_ns,
            reason,
            next_step,
            confidence,
            now,
            self.workflow.name if self.workflow else "",
            gate,
            phase,
            tuple(facts),
            tuple(found),
            tuple(self.steps),
            expected,
            self._until(expected),
        )

    def _until(self, expected: Expectation | None) -> int | None:
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
        return min(
            (at for turn in state_changes for at in (turn, turn + 1) if at > self.now_ns),
            default=None,
        )

    def _files(self, at_ns: int | None) -> list[Evidence]:
        """The files of the phases as evidence; of a completed session the one that completed it, at
        that moment."""
        return [
            Evidence(
                "artefact",
                f"{short_size(view.artefact.size)}, written "
                f"{local_time(view.artefact.modified_ns)}",
                view.artefact.name,
            )
            for view in self.steps
            if view.artefact and at_ns in (None, view.artefact.modified_ns)
        ]

    def _metadata_says(self, claim: Claim, status: str) -> None:
        self.evidence.append(
            Evidence("metadata", f"status is {status}", claim.artefact.name, claim.line)
        )

    def _clock_says(self, last_ns: int, quiet_ns: int, expected: Expectation) -> None:
        self.evidence.append(
            Evidence("clock", f"quiet for {duration(quiet_ns)}, since {local_time(last_ns)}")
        )
        self.evidence.append(
            Evidence("history" if expected.source == "history" else "clock", basis(expected))
        )

    def _is_last_word(self, claim: Claim, *besides: Role) -> bool:
        """Whether no agent wrote anything after the file of a claim."""
        said_ns = claim.artefact.modified_ns + _SAME_MOMENT_NS
        own = self.workflow.own if self.workflow else ()
        ignored = {claim.role, "summary", "metadata", *besides}
        return all(
            artefact.modified_ns <= said_ns
            for artefact in self.session.artefacts or ()
            if artefact.name != claim.artefact.name and role(artefact.name, own) not in ignored
        )

    def _phase_at(self, phase: Phase) -> PhaseAt:
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

    def _phase_of(self, name: str) -> PhaseAt | None:
        found = next(
            (view.step for view in self.steps if view.artefact and view.artefact.name == name), None
        )
        return self._phase_at(found) if isinstance(found, Phase) else None
