"""The rules of the prune wizard as they stand in its fields, and the presets that fill them in."""

from collections.abc import Mapping
from typing import NamedTuple

from exito_tui.config.saving import Rules
from exito_tui.domain.cleanup.retention import Policy
from exito_tui.domain.units import DAY_NS, SECOND_NS

Fields = Mapping[str, str]
"""What is typed, by the name of the rule."""

FIELDS = (
    ("keep_last", "keep last", "N per command"),
    ("keep_within", "keep within", "such as 30d"),
    ("max_size", "max size", "such as 2G"),
    ("older_than", "older than", "such as 14d"),
    ("state", "state", "completed"),
    ("command", "command", "build,patch"),
)
"""The rules: name, label, and what may be typed."""


class Preset(NamedTuple):
    """Rules that are switched on and off together: the fields that they fill in, and a state that
    is added to those that may go."""

    words: str
    fills: Fields = {}
    state: str = ""

    def is_on(self, fields: Fields) -> bool:
        """Whether the fields say what it would fill in."""
        return all(fields.get(name, "") == value for name, value in self.fills.items()) and (
            not self.state or self.state in _states(fields)
        )

    def switched(self, fields: Fields) -> dict[str, str]:
        """The fields with it on; if it is on, with it off."""
        off = self.is_on(fields)
        made = {**fields, **(dict.fromkeys(self.fills, "") if off else self.fills)}
        if self.state:
            others = [state for state in _states(fields) if state != self.state]
            made["state"] = ",".join(others if off else [*others, self.state])
        return made


def presets(pressing_ns: int, policies: Mapping[str, Policy]) -> list[Preset]:
    """What can be switched on: a question is old after `pressing_ns`; `policies` are the user's
    own."""
    return [
        Preset("last 10", {"keep_last": "10"}),
        Preset("30 days", {"keep_within": "30d"}),
        Preset("completed only", state="completed"),
        Preset("old questions", {"older_than": as_typed(pressing_ns)}, state="waiting"),
        *(Preset(name, fields_of(policy)) for name, policy in policies.items()),
    ]


def fields_of(policy: Policy) -> dict[str, str]:
    """A policy as it would be typed."""
    return {
        "keep_last": str(policy.keep_last or ""),
        "keep_within": as_typed(policy.keep_within),
        "max_size": f"{policy.max_size / 1000:.3f}kB" if policy.max_size else "",
        "older_than": as_typed(policy.older_than),
        "state": ",".join(policy.states),
        "command": ",".join(policy.commands),
    }


def rules_of(fields: Fields, policy: Policy) -> Rules:
    """The rules as a settings file has them: `policy` is what the fields were read as."""
    read: Rules = {
        "keep_last": policy.keep_last or 0, "state": policy.states, "command": policy.commands,
    }  # fmt: skip
    return {name: read.get(name, typed) for name, typed in fields.items() if typed}


def as_typed(length_ns: int | None) -> str:
    """A length of time as it is typed."""
    if not length_ns:
        return ""
    for unit, word in ((DAY_NS, "d"), (3600 * SECOND_NS, "h"), (60 * SECOND_NS, "min")):
        if length_ns % unit == 0:
            return f"{length_ns // unit}{word}"
    return f"{length_ns / SECOND_NS:.3f}s"


def _states(fields: Fields) -> list[str]:
    return [word for one in fields.get("state", "").split(",") if (word := one.strip())]
