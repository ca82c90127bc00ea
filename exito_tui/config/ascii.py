"""Whether to draw with ASCII signs alone."""

import os
from collections.abc import Mapping
from typing import Literal

Ascii = Literal["auto", "always", "never"]


def is_ascii_wanted(wanted: Ascii, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the setting, or where it leaves that to the locale, asks for ASCII signs."""
    return wanted == "always" or (wanted == "auto" and not speaks_unicode(environment))


def speaks_unicode(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the locale says UTF-8; one that says nothing is taken to."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environment.get(name):
            return "utf" in value.lower() or ("." not in value and value not in ("C", "POSIX"))
    return True
