"""Where something is mounted inside a root."""

import os

from exito_tui.domain.regex import regex

_OCTAL = regex(r"\\([0-7]{3})")


def mounts_below(root: int, table: str = "/proc/self/mountinfo") -> list[str]:
    """Where something is mounted below an open folder, relative to it, as far as the system has a
    table of that (its fifth field is the place). Device numbers alone do not show a folder that is
    mounted a second time."""
    try:
        path = os.readlink(f"/proc/self/fd/{root}").rstrip("/") + "/"
        with open(table, encoding="utf-8", errors="surrogateescape") as file:
            places = [line.split(" ")[4] for line in file]
    except (OSError, IndexError):
        return []
    plain = [_OCTAL.sub(lambda found: chr(int(found[1], 8)), place) for place in places]
    return [place[len(path) :] for place in plain if place.startswith(path)]
