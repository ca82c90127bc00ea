"""What the app remembers between runs: the theme, how the list is grouped, and what was seen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exito_tui.safe_read import read_own_file
from exito_tui.safe_write import keep_own_file


@dataclass(slots=True)
class Remembered:
    """`seen_ns` is, per root, the moment up to which everything was seen, and `looked_ns` when
    sessions (by key) were looked at later (epoch nanoseconds); `is_first`: nothing was ever
    remembered, so this is the very first start."""

    theme: str = ""
    by: str = ""
    seen_ns: dict[str, int] = field(default_factory=dict)
    looked_ns: dict[str, dict[str, int]] = field(default_factory=dict)
    is_first: bool = False


_MOST_ROOTS = 200
_MOST_SESSIONS = 500
"""Of so many sessions of a root it is remembered that they were looked at, the latest."""


def recall(path: str) -> Remembered:
    """Read the state file; a missing or broken one is as good as none."""
    try:
        content: Any = json.loads(read_own_file(path))
        theme, seen = content.get("theme", ""), content.get("seen_ns", {})
        by, looked = content.get("by", ""), content.get("looked_ns", {})
        return Remembered(
            theme if isinstance(theme, str) else "",
            by if isinstance(by, str) else "",
            _times(seen),
            {str(root): _times(keys) for root, keys in looked.items()},
        )
    except FileNotFoundError:
        return Remembered(is_first=True)
    except (OSError, ValueError, AttributeError, RecursionError):
        return Remembered()


def _times(found: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): when for name, when in found.items() if type(when) is int}


def _latest(times: Mapping[str, int], most: int) -> dict[str, int]:
    return dict(sorted(times.items(), key=lambda item: item[1])[-most:])


def remember(path: str, state: Remembered) -> None:
    """Write the state file, whole or not at all. Failing to is no reason to trouble the user."""
    seen_ns = _latest(state.seen_ns, _MOST_ROOTS)
    looked_ns = {
        root: _latest(keys, _MOST_SESSIONS)
        for root, keys in state.looked_ns.items()
        if keys and root in seen_ns
    }
    content = {
        "theme": state.theme, "by": state.by, "seen_ns": seen_ns, "looked_ns": looked_ns
    }  # fmt: skip
    keep_own_file(path, json.dumps(content, indent=1).encode())
