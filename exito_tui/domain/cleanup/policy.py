"""Reading a retention policy: from the command line's words, or from a table of the settings."""

from collections.abc import Mapping
from typing import Any

from exito_tui.domain.cleanup.retention import Policy
from exito_tui.domain.units import SECOND_NS, parse_duration, parse_size
from exito_tui.domain.verdicts.state import STATES, State, states_called

RULES = ("keep_last", "keep_within", "max_size", "state", "command", "older_than")


class PolicyError(ValueError):
    """A policy is not one; `problems` says all that is wrong with it."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_policy(table: Mapping[str, Any]) -> Policy:
    """The policy of a table: `keep_last` a whole number, lengths of time and sizes as text with
    their units, `state` and `command` as text with commas or as lists. None stands for what is not
    given.

    Raises:
        PolicyError: with all that is wrong.
    """
    problems: list[str] = []
    made: dict[str, Any] = {}
    for name, value in table.items():
        if name not in RULES:
            problems.append(f"there is no rule {name!r}; there are {', '.join(RULES)}")
        elif value is not None:
            try:
                made[name] = _READ[name](value)
            except ValueError as error:
                problems.append(f"{name}: {error}")
    policy = Policy(
        made.get("keep_last"), made.get("keep_within"), made.get("max_size"), made.get("state", ()),
        made.get("command", ()), made.get("older_than"),
    )  # fmt: skip
    if not problems and not policy.has_rule:
        problems.append(
            "no rule says what goes: give keep_last, keep_within, max_size or older_than"
        )
    if problems:
        raise PolicyError(*problems)
    return policy


def _count(value: object) -> int:
    text = str(value).strip()
    if (
        isinstance(value, bool)
        or not isinstance(value, int | str)
        or not text.isascii()
        or not text.isdigit()
    ):
        raise ValueError(f"{value!r} is not a whole number above zero")
    if not 0 < int(text[:12]) < 10**9:
        raise ValueError(f"{value!r} is not a whole number above zero")
    return int(text)


def _length(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a duration with its unit, such as 30d")
    return int(parse_duration(value) * SECOND_NS)


def _size(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a size with its unit, such as 2G")
    return parse_size(value)


def _states(value: object) -> tuple[State, ...]:
    wanted = states_called(",".join(_words(value)))
    return tuple(state for state in STATES if state in wanted)


def _words(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ValueError("expected a string or a list of strings")
    words = tuple(part.strip() for part in parts)
    if not words or not all(words):
        raise ValueError("a name is missing")
    return words


_READ = {
    "keep_last": _count,
    "keep_within": _length,
    "max_size": _size,
    "state": _states,
    "command": _words,
    "older_than": _length,
}


def policy_words(policy: Policy) -> str:
    """A policy in one line, as the command line would have it."""
    from exito_tui.domain.units import duration, short_size

    parts = []
    if policy.keep_last is not None:
        parts.append(f"keep the last {policy.keep_last} of each command")
    if policy.keep_within is not None:
        parts.append(f"keep {duration(policy.keep_within)}")
    if policy.max_size is not None:
        parts.append(f"at most {short_size(policy.max_size)}")
    if policy.older_than is not None:
        parts.append(f"only older than {duration(policy.older_than)}")
    if policy.states:
        parts.append(f"only {' or '.join(policy.states)}")
    if policy.commands:
        parts.append(f"only of {', '.join(policy.commands)}")
    return ", ".join(parts)
