"""Which sessions a policy would let go, and why each of the others stays. Pure: nothing is moved
here.

The rules are in the manner of restic's: keeps are a union, what any rule keeps stays; states,
commands and an age only narrow what may go; a size takes the oldest first, and never against a
keep.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from exito_tui.domain.cleanup.protection import find_blocker, when_ns
from exito_tui.domain.cleanup.reason import Reason, Value
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.state import State


class Policy(NamedTuple):
    """What to keep and what may go. Lengths of time in ns, sizes in bytes; None: no such rule.

    `keep_last` is for each command, `keep_within` reaches back from now. With `max_size` no more
    goes than is needed to get the root's sessions down to it. `states`, `commands` and `older_than`
    narrow what may go.
    """

    keep_last: int | None = None
    keep_within: int | None = None
    max_size: int | None = None
    states: tuple[State, ...] = ()
    commands: tuple[str, ...] = ()
    older_than: int | None = None

    @property
    def has_rule(self) -> bool:
        """Whether there is any rule that tells what goes; without one a policy would let go of
        everything."""
        return any(
            rule is not None
            for rule in (self.keep_last, self.keep_within, self.max_size, self.older_than)
        )


class Facts(NamedTuple):
    """What is known besides the sessions: their states by key, the keys of the pinned ones, the
    moment (epoch ns), and for how long nothing may have been written to what goes (ns)."""

    states: Mapping[str, State]
    pinned: Collection[str]
    now_ns: int
    quiet_ns: int


class Decision(NamedTuple):
    """What a plan says of one session, and why; `when_ns` is the time its age counts from (None:
    not known)."""

    session: Session
    keep: bool
    reasons: tuple[Reason, ...]
    when_ns: int | None


class Plan(NamedTuple):
    """A decision on every session, newest first; `note` says what the policy could not reach."""

    decisions: tuple[Decision, ...]
    note: Reason | None = None

    @property
    def removed(self) -> list[Session]:
        """The sessions that go."""
        return [one.session for one in self.decisions if not one.keep]

    def size(self, *, keep: bool) -> int:
        """Bytes in the sessions that stay, or that go."""
        return sum(one.session.size for one in self.decisions if one.keep is keep)


def plan(sessions: Iterable[Session], policy: Policy, facts: Facts) -> Plan:
    """What a policy does to sessions whose files have been read."""
    ordered = sorted(
        ((when_ns(one), one) for one in sessions), key=lambda pair: (-(pair[0] or 0), pair[1].key)
    )
    seen: dict[str, int] = {}
    made: list[Decision] = []
    candidates: list[int] = []
    for at, (when, session) in enumerate(ordered):
        number = seen[session.command] = seen.get(session.command, 0) + 1
        left_out = _always(session, when, policy, facts) or _left_out(session, when, policy, facts)
        if not left_out:
            candidates.append(at)
        kept = left_out or _kept(session, when, number, policy, facts.now_ns)
        reasons = (kept,) if kept else _why_it_goes(session, when, policy, facts.now_ns)
        made.append(Decision(session, bool(kept), reasons, when))
    if policy.max_size is None:
        return Plan(tuple(made))
    return _no_more_than_needed(made, candidates, policy.max_size)


def _always(session: Session, when: int | None, policy: Policy, facts: Facts) -> Reason | None:
    """Why a session stays whatever the rules say, or None. What waits goes only where the policy
    names that state: most runs that were given up end at a gate."""
    state = facts.states.get(session.key)
    pinned = session.key in facts.pinned
    found = find_blocker(
        session, state, pinned=pinned, when=when, now_ns=facts.now_ns, quiet_ns=facts.quiet_ns
    )
    if found:
        return found.reason
    if state == "waiting" and state not in policy.states:
        return Reason("waiting")
    return Reason("no-time") if session.is_stray else None


def _left_out(session: Session, when: int | None, policy: Policy, facts: Facts) -> Reason | None:
    """Why a session is not among those that the policy is about, or None."""
    if policy.commands and session.command not in policy.commands:
        return Reason("other-command", {"command": session.command})
    state = facts.states.get(session.key, "unknown")
    if policy.states and state not in policy.states:
        return Reason("other-state", {"state": state})
    if when is None:
        return Reason("age-unknown")
    if policy.older_than is not None and facts.now_ns - when <= policy.older_than:
        return Reason("too-young", {"length": policy.older_than})
    return None


def _kept(
    session: Session, when: int | None, number: int, policy: Policy, now_ns: int
) -> Reason | None:
    """Why a rule keeps a session, or None. `number` counts from 1, the newest of its command."""
    if policy.keep_last is not None and number <= policy.keep_last:
        return Reason("among-last", {"count": policy.keep_last, "command": session.command})
    if policy.keep_within is not None and when is not None and now_ns - when <= policy.keep_within:
        return Reason("within", {"length": policy.keep_within})
    return None


def _why_it_goes(
    session: Session, when: int | None, policy: Policy, now_ns: int
) -> tuple[Reason, ...]:
    assert when is not None  # one whose age is not known stays
    reasons = [Reason("old", {"length": now_ns - when})]
    if policy.keep_last is not None:
        values: dict[str, Value] = {"count": policy.keep_last, "command": session.command}
        reasons.append(Reason("not-among-last", values))
    return tuple(reasons)


def _no_more_than_needed(made: Sequence[Decision], candidates: Sequence[int], most: int) -> Plan:
    """Of what may go, the oldest as far as is needed for the rest to fit. What a rule keeps of
    those stays, and nothing newer goes in its place: to ask for more to be kept never costs a
    session."""
    total = sum(target.session.size for target in made)
    after = list(made)
    left = total
    for at in reversed(candidates):
        one = made[at]
        if left > most:
            left -= one.session.size
            if not one.keep:
                down = Reason("to-get-down", {"limit": most})
                after[at] = one._replace(reasons=(*one.reasons, down))
        elif not one.keep:
            after[at] = one._replace(keep=True, reasons=(Reason("fits", {"limit": most}),))
    made_plan = Plan(tuple(after))
    left = made_plan.size(keep=True)
    if left <= most:
        return made_plan
    return made_plan._replace(note=Reason("too-much-stays", {"size": left, "limit": most}))
