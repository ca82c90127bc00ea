"""Where this user's own files lie: settings, state and cache, by the XDG base directory
specification."""

import os

TYPE_CHECKING = False  # a status line waits for this, and importing typing takes longer
if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = "exito-tui"

KEPT = ("answers", "records", "standings", "verdicts", "workflows")
"""The folders in the cache folder, by what is kept in them between calls."""


def config_folder(environment: "Mapping[str, str]" = os.environ) -> str:
    """Where the settings lie."""
    return _folder(environment, "XDG_CONFIG_HOME", ".config")


def state_folder(environment: "Mapping[str, str]" = os.environ) -> str:
    """Where the program keeps what must outlive it."""
    return _folder(environment, "XDG_STATE_HOME", os.path.join(".local", "state"))


def cache_folder(environment: "Mapping[str, str]" = os.environ) -> str:
    """Where the program keeps what may be deleted at any time."""
    return _folder(environment, "XDG_CACHE_HOME", ".cache")


def _folder(environment: "Mapping[str, str]", variable: str, default: str) -> str:
    base = environment.get(variable, "")
    if not os.path.isabs(base):  # the specification: a relative path is to be ignored
        base = os.path.join(os.path.expanduser("~"), default)
    return os.path.join(base, _NAME)
