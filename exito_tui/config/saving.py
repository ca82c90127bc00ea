"""Adding a policy to the user's own settings file, which stays as it is but for what is added."""

import json
import os
import re
import tomllib
from collections.abc import Mapping

from exito_tui.config import checks
from exito_tui.config.sources import LARGEST, user_file
from exito_tui.safe_read import NotAFileError, TooLargeError, read_own_file

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")


Rules = Mapping[str, str | int | tuple[str, ...]]
"""The rules of a policy as they are written into a settings file."""


class NotSavedError(Exception):
    """The settings file was left as it is; the message says why."""


def save_policy(
    name: str,
    rules: Rules,
    environment: Mapping[str, str] = os.environ,
) -> str:
    """Append `[policies.NAME]` with its rules to the user's settings file, which is made if there
    is none; returns its path.

    Raises:
        NotSavedError: nothing was changed: the file is not well, the name is taken or is none.
    """
    path = user_file(environment)
    if not _NAME.match(name):
        raise NotSavedError(f"{name!r} is not a valid name: use letters, digits, - and _")
    before = _content(path)
    was = _parsed(before, f"{path} is not valid TOML")
    taken = was.get("policies")
    if isinstance(taken, dict) and name in taken:
        raise NotSavedError(f"there is a policy {name!r} already")
    lines = "".join(f"{rule} = {_toml(value)}\n" for rule, value in rules.items())
    gap = "" if not before else "\n" if before.endswith(b"\n") else "\n\n"
    try:
        after = before + f"{gap}[policies.{name}]\n{lines}".encode()
    except UnicodeEncodeError:
        raise NotSavedError("a name in the rules is not UTF-8") from None
    if len(after) > LARGEST:
        raise NotSavedError(f"{path} would be larger than {LARGEST // 1000} kB")
    now = _parsed(after, f"{path} cannot take a table [policies.{name}] at its end")
    try:
        checks.policies(now["policies"])
    except checks.UnfitError as error:
        raise NotSavedError(str(error)) from None
    if {**now, "policies": None} != {**was, "policies": None}:
        raise NotSavedError(f"{path} would say something else")
    _replace(path, before, after)
    return path


def _content(path: str) -> bytes:
    try:
        return read_own_file(path, LARGEST)
    except FileNotFoundError:
        return b""
    except (NotAFileError, TooLargeError) as error:
        raise NotSavedError(str(error)) from None
    except OSError as error:
        raise NotSavedError(f"{path} cannot be read: {error.strerror}") from None


def _parsed(content: bytes, problem: str) -> dict[str, object]:
    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise NotSavedError(f"{problem}: {error}") from None


def _toml(value: str | int | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _replace(path: str, before: bytes, after: bytes) -> None:
    """Put a new content in the place of the old one, whole or not at all; a link stays one, and the
    file's mode what it is."""
    real = os.path.realpath(path)
    draft = f"{real}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(real), mode=0o700, exist_ok=True)
        mode = os.stat(real).st_mode & 0o777 if before else 0o600
        with open(draft, "xb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        if _content(path) != before:
            raise NotSavedError(f"{path} was changed just now")
        os.replace(draft, real)
    except OSError as error:
        raise NotSavedError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)
