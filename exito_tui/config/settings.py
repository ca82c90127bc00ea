"""Settings: from the user's file, the project's file, the environment and flags, into one frozen
`Config`.

Precedence, strongest first: flag, environment (`EXITO_TUI_*`), project file, user file, default. A
project's file is somebody else's text, so it may not set what names programs, keys or places.
"""

import os
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from exito_tui.domain.sessions.list_rows import SORTS, Sort
from exito_tui.domain.units import SECOND_NS, parse_duration
from exito_tui.safe_read import NotAFileError, TooLargeError, read_own_file
from exito_tui.user_folders import config_folder, state_folder

if TYPE_CHECKING:
    from exito_tui.domain.cleanup.retention import Policy
    from exito_tui.domain.verdicts.judge import JudgeSettings
    from exito_tui.domain.workflows.model import Workflow

PREFIX = "EXITO_TUI_"
_LARGEST = 64_000
"""Bytes of a settings file. A project's may be anything, and is read at every start."""

_DEEPEST = 16
_QUOTED = re.compile(rb"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_DEEP = re.compile(rb"(?<![\w-])(?:[\w-]++[ \t]*\.[ \t]*){%d}" % _DEEPEST)
PROJECT_FILE = os.path.join(".claude", "exito-tui.toml")


class Config(NamedTuple):
    """All settings. Durations are in seconds."""

    theme: str = ""
    """A Textual theme; empty: the one chosen last in the app."""

    sort: Sort = "started"
    """The list's order."""

    grouped: bool = True
    """Whether the list is grouped by command."""

    writing: float = 20.0
    """How long after a write a session counts as being written."""

    reconcile: float = 8.0
    """How often to look for what the watching missed."""

    polling: bool = False
    """Never watch, always look: for network file systems."""

    ascii: Literal["auto", "always", "never"] = "auto"
    """Whether to draw with ASCII signs only; `auto` asks the locale."""

    interrupted: float = 86_400.0
    """After how long without a write a session that is not completed counts as interrupted."""

    toast: bool = True
    """Whether a state that changes is told of in the app."""

    bell: bool = True
    """Whether it rings the terminal's bell."""

    osc9: bool = True
    """Whether it sends the terminal a notification (OSC 9)."""

    read_only: bool = False
    """Whether everything is switched off that changes a sessions folder."""

    quiet: float = 900.0
    """For how long nothing may have been written to a session that is moved away."""

    policies: Mapping[str, "Policy"] = MappingProxyType({})
    """Standing policies for `prune`, by name."""

    on_session_end: str = ""
    """The policy that the SessionEnd hook applies; empty: none."""

    expected: Mapping[str, float] = MappingProxyType({})
    """How long agents are expected to take: `builder`, or `build.builder` for one command."""

    workflows: Mapping[str, "Workflow"] = MappingProxyType({})
    """More workflows, or other ones, by name."""

    editor: str = ""
    """The editor's command; empty: $VISUAL or $EDITOR."""

    keys: Mapping[str, str] = MappingProxyType({})
    """Other keys for commands: command id to Textual key names, comma-separated."""

    linked_roots: tuple[str, ...] = ()
    """Sessions folders in which hooks may work though a link of the project leads there (absolute
    paths)."""

    warnings: tuple["Problem", ...] = ()
    """What is wrong with the project's file: those lines of it do not count."""

    @property
    def judge_settings(self) -> "JudgeSettings":
        """The settings of judgement."""
        from exito_tui.domain.verdicts.judge import JudgeSettings
        from exito_tui.domain.verdicts.verdict import TimeRules

        rules = TimeRules(int(self.writing * SECOND_NS), int(self.interrupted * SECOND_NS))
        return JudgeSettings(self.workflows, self.expected, rules)


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


class _UnfitError(Exception):
    """A value is not of the kind its setting wants; `expected` says what is, for each thing that is
    wrong."""

    def __init__(self, *expected: str) -> None:
        super().__init__("; ".join(expected))
        self.expected = expected


def user_file(environment: Mapping[str, str] = os.environ) -> str:
    """The path of the user's settings file, whether or not it exists."""
    return os.path.join(config_folder(environment), "config.toml")


def state_file(environment: Mapping[str, str] = os.environ) -> str:
    """The path of what the app remembers between runs."""
    return os.path.join(state_folder(environment), "state.json")


def load(
    flags: Mapping[str, Any] | None = None,
    *,
    project: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Config:
    """Read all sources. `project` is the project's folder, if there is one.

    Raises:
        ConfigError: with every problem of the user's own sources; those of a project's file are
        `warnings`.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    path = user_file(environment)
    values.update(_checked(_read_toml(path, problems), path, _SETTINGS, problems))
    warnings: list[Problem] = []
    if (
        project
    ):  # somebody else's text: what is wrong with it must not keep the user from their sessions
        path = os.path.join(project, PROJECT_FILE)
        values.update(_checked(_read_toml(path, warnings), path, _PROJECT_SETTINGS, warnings))
    values.update(_from_environment(environment, problems))
    standing = values.get("on_session_end")
    if standing and standing not in values.get("policies", {}):
        problems.append(
            Problem(user_file(environment), "on_session_end", f"there is no [policies.{standing}]")
        )
    if problems:
        raise ConfigError(problems)
    values.update({name: value for name, value in (flags or {}).items() if value is not None})
    return Config()._replace(**values, warnings=tuple(warnings))


def _read_toml(path: str, problems: list[Problem]) -> dict[str, Any]:
    try:
        content = read_own_file(path, _LARGEST)
    except FileNotFoundError:
        return {}
    except TooLargeError:
        problems.append(
            Problem(path, "", f"is larger than {_LARGEST // 1000} kB, so it is not read")
        )
        return {}
    except NotAFileError:
        problems.append(Problem(path, "", "is not a regular file (a pipe, a folder or a device)"))
        return {}
    except OSError as error:
        problems.append(
            Problem(path, "", f"cannot be read: {os.strerror(error.errno or 0).lower()}")
        )
        return {}
    if deep := _too_deep(content):
        problems.append(
            Problem(path, f"line {deep}", f"a key of more than {_DEEPEST} parts; it is not read")
        )
        return {}
    import tomllib

    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        problems.append(Problem(path, "", f"is not valid TOML: {error}"))
        return {}


def _too_deep(content: bytes) -> int:
    """The number of the first line with a key of very many parts, or 0: the parser takes memory as
    the square of them."""
    plain = _QUOTED.sub(b"q", content)
    found = _DEEP.search(plain)
    return plain.count(b"\n", 0, found.start()) + 1 if found else 0


def _checked(
    table: Mapping[str, Any], where: str, settings: Mapping[str, "Check"], problems: list[Problem]
) -> dict[str, Any]:
    values = {}
    for key, value in table.items():
        check = settings.get(key)
        if check is None:
            problems.append(Problem(where, key, _unknown(key, settings)))
            continue
        try:
            values[key] = check(value)
        except _UnfitError as error:
            problems += [Problem(where, key, expected) for expected in error.expected]
    return values


def _unknown(key: str, settings: Mapping[str, "Check"]) -> str:
    if key in _SETTINGS:
        return "may not be set by a project's file; set it in your own"
    return f"unknown setting{_nearest(key, settings)}"


def _nearest(word: str, known: Mapping[str, Any] | list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(known))}"


def _from_environment(environment: Mapping[str, str], problems: list[Problem]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    known = {PREFIX + name.upper(): name for name in _SETTINGS if name not in _TABLES}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable == PREFIX + "ROOT":
            continue
        name = known.get(variable)
        if name is None:
            problems.append(
                Problem("environment", variable, f"unknown setting{_nearest(variable, known)}")
            )
        else:
            table[name] = _FROM_TEXT.get(name, str)(text)
    return _checked(table, "environment", _SETTINGS, problems)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _UnfitError("a text in quotes was expected")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _UnfitError("true or false was expected")
    return value


def _truth_from_text(text: str) -> object:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
        text.lower(), text
    )


def _duration(value: object) -> float:
    if not isinstance(value, str):
        raise _UnfitError('a duration with its unit was expected, such as "20s" or "5min"')
    try:
        return parse_duration(value)
    except ValueError:
        raise _UnfitError(
            'a duration with its unit was expected, such as "20s" or "5min"'
        ) from None


def _one_of(*choices: str) -> "Check":
    def check(value: object) -> str:
        if value not in choices:
            raise _UnfitError(f"one of {', '.join(choices)} was expected")
        return str(value)

    return check


def _keys(value: object) -> dict[str, str]:
    from exito_tui.actions import key_clashes, key_problem

    if not isinstance(value, dict):
        raise _UnfitError(
            'a table was expected: [keys], then lines such as filter = "slash,ctrl+k"'
        )
    if wrong := [
        problem for command, keys in value.items() if (problem := key_problem(command, keys))
    ]:
        raise _UnfitError(*wrong)
    if clashes := key_clashes(value):
        raise _UnfitError(*clashes)
    return dict(value)


def _paths(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(path, str) and path for path in value):
        raise _UnfitError('a list of paths was expected: ["~/notes/sessions"]')
    return tuple(os.path.realpath(os.path.expanduser(path)) for path in value)


def _expected(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise _UnfitError('a table was expected: [expected], then lines such as builder = "45min"')
    flat: dict[str, object] = {}
    for name, one in value.items():
        if isinstance(one, dict):
            flat.update({f"{name}.{agent}": length for agent, length in one.items()})
        else:
            flat[name] = one
    found, wrong = {}, []
    for name, one in flat.items():
        try:
            found[name] = _duration(one)
        except _UnfitError as error:
            wrong.append(f"{name}: {error}")
    if wrong:
        raise _UnfitError(*wrong)
    return found


def _workflows(value: object) -> Mapping[str, "Workflow"]:
    from exito_tui.domain.workflows.reader import WorkflowError, builtin, read_workflows

    if not isinstance(value, dict):
        raise _UnfitError("a table was expected: [workflows.NAME], with `steps`")
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
        raise _UnfitError(*wrong)
    return made


def _policies(value: object) -> Mapping[str, "Policy"]:
    from exito_tui.domain.cleanup.policy import PolicyError, read_policy

    if not isinstance(value, dict):
        raise _UnfitError(
            "a table was expected: [policies.NAME], then lines such as keep_last = 20"
        )
    made, wrong = {}, []
    for name, table in value.items():
        try:
            made[name] = read_policy(table if isinstance(table, dict) else {})
        except PolicyError as error:
            wrong += [f"{name}: {problem}" for problem in error.problems]
    if wrong:
        raise _UnfitError(*wrong)
    return made


def _is_like_one_of(table: object, names: Mapping[str, object]) -> bool:
    return isinstance(table, dict) and isinstance(table.get("like"), str) and table["like"] in names


Check = Callable[[object], Any]

_SETTINGS: dict[str, Check] = {
    "theme": _text,
    "sort": _one_of(*SORTS),
    "grouped": _truth,
    "writing": _duration,
    "reconcile": _duration,
    "polling": _truth,
    "ascii": _one_of("auto", "always", "never"),
    "interrupted": _duration,
    "toast": _truth,
    "bell": _truth,
    "osc9": _truth,
    "read_only": _truth,
    "quiet": _duration,
    "policies": _policies,
    "on_session_end": _text,
    "expected": _expected,
    "workflows": _workflows,
    "editor": _text,
    "keys": _keys,
    "linked_roots": _paths,
}
_FOR_PROJECTS = (
    "theme",
    "sort",
    "grouped",
    "writing",
    "reconcile",
    "polling",
    "interrupted",
    "expected",
    "workflows",
)
_TABLES = ("keys", "expected", "workflows", "policies", "linked_roots")
_PROJECT_SETTINGS = {name: _SETTINGS[name] for name in _FOR_PROJECTS}
_SWITCHES = ("grouped", "polling", "toast", "bell", "osc9", "read_only")
_FROM_TEXT: dict[str, Callable[[str], object]] = dict.fromkeys(_SWITCHES, _truth_from_text)
