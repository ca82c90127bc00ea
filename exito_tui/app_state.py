"""What the app remembers between runs: the theme, how the list is grouped, and when each root was
last looked at."""

import json
import os
from dataclasses import dataclass, field
from typing import Any

from exito_tui.safe_read import read_own_file


@dataclass(slots=True)
class Remembered:
    """`seen_ns` is, per root, when the app last closed (epoch nanoseconds); `is_first`: nothing was
    ever remembered, so this is the very first start."""

    theme: str = ""
    by: str = ""
    seen_ns: dict[str, int] = field(default_factory=dict)
    is_first: bool = False


_MOST_ROOTS = 200


def recall(path: str) -> Remembered:
    """Read the state file; a missing or broken one is as good as none."""
    try:
        content: Any = json.loads(read_own_file(path))
        theme, seen = content.get("theme", ""), content.get("seen_ns", {})
        by = content.get("by", "")
        return Remembered(
            theme if isinstance(theme, str) else "",
            by if isinstance(by, str) else "",
            {str(root): int(when) for root, when in seen.items() if isinstance(when, int)},
        )
    except FileNotFoundError:
        return Remembered(is_first=True)
    except (OSError, ValueError, AttributeError, RecursionError):
        return Remembered()


def remember(path: str, state: Remembered) -> None:
    """Write the state file, whole or not at all. Failing to is no reason to trouble the user."""
    newest = dict(sorted(state.seen_ns.items(), key=lambda item: item[1])[-_MOST_ROOTS:])
    draft = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(draft, "w", encoding="utf-8") as file:
            json.dump({"theme": state.theme, "by": state.by, "seen_ns": newest}, file, indent=1)
        os.replace(draft, path)
    except OSError:
        return
