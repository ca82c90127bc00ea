"""Where in a root the words of a task or a tool's input point to.

A place is a path below a sessions folder (`build/build_20251106_153045`), or an id that bears a
time (`build_20251106_153045`): agents are told both, as `Directory:` and `Session:`.
"""

import re

_PATH = re.compile(
    r"(?P<before>[^\s\"'`\\<>|;&()*?=]*)\.claude/sessions/"
    r"(?P<place>[^\s\"'`\\<>|;&()*?/]+(?:/[^\s\"'`\\<>|;&()*?/]+)?)"
)
_ID = re.compile(r"(?<![\w/.-])(?:[a-z][\w-]*?_)\d{8}_\d{6}(?:_\d{1,4})?(?![\w-])")
_MOST = 64
_LONGEST = 100_000


def places_in(text: str, cwd: str) -> list[str]:
    """The places that a text names, in their order; paths that lead out of `cwd` (absolute) are
    left out."""
    if "sessions/" not in text and not _ID.search(text[:_LONGEST]):
        return []
    found: dict[str, None] = {}
    for match in _PATH.finditer(text[:_LONGEST]):
        before = match["before"].rstrip("/")
        if before in ("", ".") or _is_in(before, cwd) or _is_in(cwd, before):
            found[match["place"].rstrip(".,:")] = None
        if len(found) >= _MOST:
            break
    for match in _ID.finditer(text[:_LONGEST]):
        found[match[0]] = None
        if len(found) >= _MOST:
            break
    return list(found)


def _is_in(path: str, folder: str) -> bool:
    return bool(folder) and f"{path}/".startswith(f"{folder}/")
