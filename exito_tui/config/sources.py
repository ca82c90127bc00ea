"""Where settings come from: the user's file, the project's file, the environment and flags.

Precedence, strongest first: flag, environment (`EXITO_TUI_*`), project file, user file, default. A
project's settings come from others, so they may not name programs, keys or places.
"""

import os
from collections.abc import Collection, Mapping
from typing import Any

from exito_tui.config import checks
from exito_tui.config.checks import ConfigError, Problem, UnfitError
from exito_tui.config.settings import SETTINGS, Config, Setting
from exito_tui.domain.regex import regex
from exito_tui.domain.text import did_you_mean
from exito_tui.safe_read import NotAFileError, TooLargeError, read_own_file
from exito_tui.user_folders import config_folder, state_folder

PREFIX = "EXITO_TUI_"


LARGEST = 64_000
"""Bytes of a settings file. A project's may be anything, and is read at every start."""


_DEEPEST = 16


_QUOTED = regex(rb"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")


_DEEP = regex(rb"(?<![\w-])(?:[\w-]++[ \t]*\.[ \t]*){%d}" % _DEEPEST)


PROJECT_FILE = os.path.join(".claude", "exito-tui.toml")


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
    themes: Collection[str] = (),
) -> Config:
    """Read all sources. `project` is the project's folder, if there is one; `themes` are those that
    there are (none: any name will do).

    Raises:
        ConfigError: something is wrong with the user's own sources; it has all that is wrong. What
        is wrong with a project's file alone are `warnings`.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    path = user_file(environment)
    settings = dict(SETTINGS)
    if themes:
        settings["theme"] = settings["theme"]._replace(check=checks.theme_of(themes))
    values.update(_checked(_read_toml(path, problems), path, settings, problems))
    warnings: list[Problem] = []
    if project:
        # Somebody else's text: what is wrong with it must not keep the user from their sessions.
        path = os.path.join(project, PROJECT_FILE)
        allowed = {name: setting for name, setting in settings.items() if setting.by_projects}
        values.update(_checked(_read_toml(path, warnings), path, allowed, warnings))
    values.update(_from_environment(environment, settings, problems))
    standing = values.get("on_session_end")
    if standing and standing not in values.get("policies", {}):
        problems.append(
            Problem(user_file(environment), "on_session_end", f"there is no [policies.{standing}]")
        )
    if problems:
        raise ConfigError([*problems, *warnings])
    values.update({name: value for name, value in (flags or {}).items() if value is not None})
    return Config()._replace(**values, warnings=tuple(warnings))


def origins(
    *, project: str | None = None, environment: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Where each setting that is set comes from, by its name: the path of a file, or the name of an
    environment variable. To be asked of settings that `load` takes."""
    found = dict.fromkeys(_read_toml(user_file(environment), []), user_file(environment))
    if project:
        path = os.path.join(project, PROJECT_FILE)
        table = _read_toml(path, [])
        found.update(
            {name: path for name, one in SETTINGS.items() if name in table and one.by_projects}
        )
    variables = {name: PREFIX + name.upper() for name in SETTINGS}
    found.update({name: one for name, one in variables.items() if environment.get(one)})
    return found


def _read_toml(path: str, problems: list[Problem]) -> dict[str, Any]:
    try:
        content = read_own_file(path, LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except TooLargeError:
        problems.append(
            Problem(path, "", f"is larger than {LARGEST // 1000} kB, so it is not read")
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
    table: Mapping[str, Any],
    where: str,
    settings: Mapping[str, Setting],
    problems: list[Problem],
) -> dict[str, Any]:
    values = {}
    for key, value in table.items():
        setting = settings.get(key)
        if setting is None:
            problems.append(Problem(where, key, _unknown(key, settings)))
            continue
        try:
            values[key] = setting.check(value)
        except UnfitError as error:
            problems += [Problem(where, key, expected) for expected in error.expected]
    return values


def _unknown(key: str, settings: Mapping[str, Setting]) -> str:
    if key in SETTINGS:
        return "may not be set by a project's file; set it in your own"
    return f"unknown setting{did_you_mean(key, settings)}"


def _from_environment(
    environment: Mapping[str, str], settings: Mapping[str, Setting], problems: list[Problem]
) -> dict[str, Any]:
    table: dict[str, Any] = {}
    readers = {
        PREFIX + name.upper(): (name, setting.from_text)
        for name, setting in settings.items()
        if setting.from_text
    }
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable == PREFIX + "ROOT":
            continue
        if variable in readers:
            name, from_text = readers[variable]
            table[name] = from_text(text)
        else:
            problems.append(
                Problem(
                    "environment", variable, f"unknown setting{did_you_mean(variable, readers)}"
                )
            )
    unfit: list[Problem] = []
    values = _checked(table, "environment", settings, unfit)
    problems += [one._replace(key=PREFIX + one.key.upper()) for one in unfit]
    return values
