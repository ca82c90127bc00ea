"""The verdict on a session: what state it is in, why, and what the user can do."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from exito_tui.domain.text import one_line
from exito_tui.domain.units import DAY_NS, SECOND_NS, duration, short_age, short_length
from exito_tui.domain.verdicts.expectation import Expectation
from exito_tui.domain.verdicts.state import NEEDS_USER, Standing, State
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.verdicts.warnings import Warned

Confidence = Literal["certain", "likely", "guess"]
GateName = Literal["approve", "choose", "answer", "permission", "question", "dialog", "prompt"]
"""What is waited for: an answer to what a file says, or to what Claude Code shows: a permission, a
question, another dialog, or its prompt."""
EvidenceSource = Literal[
    "artefact", "agent_log", "metadata", "history", "clock", "registry", "transcript"
]


class Evidence(NamedTuple):
    """One fact that a verdict rests on; `line` counts from 1, 0 for none; `file` is empty for
    none."""

    source: EvidenceSource
    fact: str
    file: str = ""
    line: int = 0


class PhaseAt(NamedTuple):
    """Whose turn it is: the agent, the file it owes, and its place among the workflow's phases,
    from 1."""

    agent: str
    artefact: str
    place: int
    of: int


class Verdict(NamedTuple):
    """What is to be thought of a session at a moment.

    `since_ns` is when the state began. `reason` and `next_step` are sentences, `now` is a phrase
    for a narrow place. `steps` are the workflow's steps as they stand; `expected` is how long the
    phase in turn may take. `until_ns` is the next moment at which time alone may make it another
    state; None: only a write may.
    """

    state: State
    since_ns: int | None
    reason: str
    next_step: str
    confidence: Confidence
    now: str
    workflow: str = ""
    gate: GateName | None = None
    phase: PhaseAt | None = None
    evidence: tuple[Evidence, ...] = ()
    warnings: tuple[Warned, ...] = ()
    steps: tuple[StepView, ...] = ()
    expected: Expectation | None = None
    until_ns: int | None = None
    copied: bool = False
    """Whether the files' times are those of a copy, and tell nothing."""
    is_old: bool = False
    """Whether it asks, or has failed, for so long that it presses no more."""
    behind_ns: int = 0
    """How far the clock that wrote the session's name is behind."""

    @property
    def standing(self) -> Standing:
        """How the session stands."""
        since_ns = self.since_ns if self.state in NEEDS_USER else None
        return Standing(self.state, since_ns, self.is_old)


class TimeRules(NamedTuple):
    """Durations in ns: how long after a write a file counts as being written, after how long
    without one a session counts as interrupted, and for how long a question or a failure
    presses."""

    writing_ns: int = 20 * SECOND_NS
    interrupted_ns: int = DAY_NS
    pressing_ns: int = DAY_NS


DEFAULT_TIME_RULES = TimeRules()


def until_learned(verdict: Verdict) -> Verdict:
    """A verdict while it is still being read how long phases take in this root: what is late by the
    clock alone, and by a time that is nobody's setting, is not called stuck yet."""
    expected = verdict.expected
    if verdict.state != "stuck" or expected is None or expected.source == "config":
        return verdict
    return verdict._replace(
        state="unknown",
        reason="Still reading how long this takes here.",
        next_step="One moment.",
        confidence="guess",
        now="reading",
    )


_HEADLINES: Mapping[State, tuple[str, str]] = {
    "waiting": ("waiting for you", " for {age}"),
    "stuck": ("stuck", " for {age}"),
    "failed": ("failed", " {age} ago"),
    "running": ("running", " for {age}"),
    "interrupted": ("interrupted", " {age} ago"),
    "completed": ("completed", " {age} ago"),
    "unknown": ("unknown", ""),
}


def headline(verdict: Verdict, now_ns: int) -> str:
    """A verdict in a few words: `probably stuck for 50 min`, `completed 3 min ago`."""
    sure = {"certain": "", "likely": "probably ", "guess": "perhaps "}[verdict.confidence]
    word, since = _HEADLINES[verdict.state]
    if verdict.state == "unknown" or verdict.since_ns is None or verdict.since_ns > now_ns:
        since = ""
    if verdict.copied and verdict.state == "waiting":
        since = ", in a copy"
    lasted = short_length(now_ns - (verdict.since_ns or 0))
    return f"{'' if verdict.state == 'unknown' else sure}{word}{since.format(age=lasted)}"


def in_a_row(verdict: Verdict, now_ns: int, sign: str) -> str:
    """What goes on in a session, for its row in a list; `sign` stands before a warning."""
    if verdict.state == "waiting" and verdict.copied:
        return "copied while it asked"
    if verdict.state == "waiting" and verdict.is_old and verdict.since_ns is not None:
        return f"asked {short_age(now_ns - verdict.since_ns)} ago"
    if verdict.warnings and verdict.state in ("completed", "interrupted", "unknown"):
        return one_line(f"{sign} {verdict.warnings[0].fact}")
    return one_line(verdict.now)


def basis(expected: Expectation) -> str:
    """Where an expectation comes from, in words."""
    within = duration(int(expected.seconds * SECOND_NS))
    return {
        "config": f"{within}: set in the settings",
        "history": f"{within}: twice the 95th percentile of {expected.runs} runs here",
        "budget": f"{within}: stated by the plugin",
        "default": f"{within}: the default, as nothing better is known",
    }[expected.source]
