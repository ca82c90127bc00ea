"""Regular expressions that are compiled when they are first used: a command needs few of them, and
to compile all takes longer than some commands."""

import re
from typing import Any, AnyStr, cast


class _Unread:
    """Stands for a pattern, and becomes as quick as one: each of its methods is looked for once."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, but a broken expression raises `re.error` only when it is used."""
    return cast("re.Pattern[AnyStr]", _Unread(text, flags))
