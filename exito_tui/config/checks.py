"""What each setting must be: a check gives its value, or raises UnfitError with what was
expected."""

import os
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from exito_tui.domain.text import did_you_mean
from exito_tui.domain.units import parse_duration

if TYPE_CHECKING:
    from exito_tui.domain.cleanup.retention import Policy
    from exito_tui.domain.sessions.layouts import Layouts
    from exito_tui.domain.workflows.model import Workflow


Check = Callable[[object], Any]
"""Gives the value of a setting as it is used. Raises UnfitError."""


class Problem(NamedTuple):
    """One thing wrong with the settings: where, which key, and what was expected."""

    where: str
    key: str
    expected: str

    def __str__(self) -> str:
        return (
            f"{self.where}: {self.key}: {self.expected}"
            if self.key
            else f"{self.where}: {self.expected}"
        )


class ConfigError(Exception):
    """Everything that is wrong with the settings, at once."""

    exit_code = 2
    """The command line's exit code when this ends a command."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class UnfitError(Exception):
    """A value is not of the kind its setting wants; `expected` says what is, for each thing that is
    wrong."""

    def __init__(self, *expected: str) -> None:
        super().__init__("; ".join(expected))
        self.expected = expected


def text(value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise UnfitError("expected a quoted string")
    return value


def truth(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise UnfitError("expected true or false")
    return value


def truth_from_text(text: str) -> object:
    """What an environment variable says of a switch; the text itself when it says neither."""
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
        text.lower(), text
    )


def duration(value: object) -> float:
    """Seconds, of a text such as "20s"."""
    if not isinstance(value, str):
        raise UnfitError('expected a duration with its unit, such as "20s" or "5min"')
    try:
        return parse_duration(value)
    except ValueError:
        raise UnfitError('expected a duration with its unit, such as "20s" or "5min"') from None


def one_of(*choices: str) -> Check:
    """A check for one of some words."""

    def check(value: object) -> str:
        if value not in choices:
            raise UnfitError(f"expected one of {', '.join(choices)}")
        return str(value)

    return check


def theme_of(names: Collection[str]) -> Check:
    """A check for the name of a theme."""

    def check(value: object) -> str:
        name = text(value)
        if name and name not in names:
            raise UnfitError(f"unknown theme {name!r}{did_you_mean(name, sorted(names))}")
        return name

    return check


def keys(value: object) -> dict[str, str]:
    """Keys by action: Textual's key names, comma-separated."""
    from exito_tui.actions import BY_ID, key_clashes, key_problem

    if not isinstance(value, dict):
        raise UnfitError('expected a table: [keys], then lines such as filter = "slash,ctrl+k"')
    wrong = [
        key_problem(command, keys)
        if command in BY_ID
        else f"there is no command {command!r}{did_you_mean(command, BY_ID)}"
        for command, keys in value.items()
    ]
    if problems := [problem for problem in wrong if problem]:
        raise UnfitError(*problems)
    if clashes := key_clashes(value):
        raise UnfitError(*clashes)
    return dict(value)


def paths(value: object) -> tuple[str, ...]:
    """Absolute paths, links resolved."""
    if not isinstance(value, list) or not all(isinstance(path, str) and path for path in value):
        raise UnfitError('expected a list of paths: ["~/notes/sessions"]')
    return tuple(os.path.realpath(os.path.expanduser(path)) for path in value)


def expected(value: object) -> dict[str, float]:
    """Seconds by agent, or by `command.agent`."""
    if not isinstance(value, dict):
        raise UnfitError('expected a table: [expected], then lines such as builder = "45min"')
    flat: dict[str, object] = {}
    for name, one in value.items():
        if isinstance(one, dict):
            flat.update({f"{name}.{agent}": length for agent, length in one.items()})
        else:
            flat[name] = one
    found, wrong = {}, []
    for name, one in flat.items():
        try:
            found[name] = duration(one)
        except UnfitError as error:
            wrong.append(f"{name}: {error}")
    if wrong:
        raise UnfitError(*wrong)
    return found


def workflows(value: object) -> Mapping[str, "Workflow"]:
    """Workflows by name."""
    from exito_tui.domain.workflows.reader import WorkflowError, builtin, read_workflows

    if not isinstance(value, dict):
        raise UnfitError("expected a table: [workflows.NAME], with `steps`")
    made: dict[str, Workflow] = {}
    wrong: list[str] = []
    waiting = dict(value)
    while waiting:  # one that is `like` another of these comes after it
        ready = {
            name: table for name, table in waiting.items() if not _is_like_one_of(table, waiting)
        } or waiting
        for name, table in ready.items():
            try:
                made.update(read_workflows({name: table}, {**builtin(), **made}))
            except WorkflowError as error:
                wrong.append(str(error))
        waiting = {name: table for name, table in waiting.items() if name not in ready}
    if wrong:
        raise UnfitError(*wrong)
    return made


def layouts(value: object) -> "Layouts":
    """Layouts of names, each with its place."""
    from exito_tui.domain.sessions.layouts import Layout, LayoutError, read_layout

    if not isinstance(value, list):
        raise UnfitError("expected a list of tables: [[layouts]]")
    made: list[Layout] = []
    wrong: list[str] = []
    for at, table in enumerate(value, 1):
        try:
            made.append(read_layout(table, str(at), "settings"))
        except LayoutError as error:
            wrong.append(str(error))
    if wrong:
        raise UnfitError(*wrong)
    return tuple(made)


def policies(value: object) -> Mapping[str, "Policy"]:
    """Retention policies by name."""
    from exito_tui.domain.cleanup.policy import PolicyError, read_policy

    if not isinstance(value, dict):
        raise UnfitError("expected a table: [policies.NAME], then lines such as keep_last = 20")
    made, wrong = {}, []
    for name, table in value.items():
        try:
            made[name] = read_policy(table if isinstance(table, dict) else {})
        except PolicyError as error:
            wrong += [f"{name}: {problem}" for problem in error.problems]
    if wrong:
        raise UnfitError(*wrong)
    return made


def filters(value: object) -> Mapping[str, str]:
    """Filters of the list by name."""
    from exito_tui.domain.sessions.filters import parse_filter

    if not isinstance(value, dict):
        raise UnfitError('expected a table: [filters], then lines such as mine = "state:stuck"')
    wrong = []
    for name, text in value.items():
        if not isinstance(text, str) or not text.strip():
            wrong.append(f'{name}: expected a quoted filter, such as "state:stuck"')
        elif problem := parse_filter(text).problem:
            wrong.append(f"{name}: {problem}")
    if wrong:
        raise UnfitError(*wrong)
    return value


def _is_like_one_of(table: object, names: Mapping[str, object]) -> bool:
    return isinstance(table, dict) and isinstance(table.get("like"), str) and table["like"] in names
