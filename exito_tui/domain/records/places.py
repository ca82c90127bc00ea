"""Where in a root the words of a task or a tool's input point to.

A place is a path below a sessions folder (`build/build_20251106_153045`), or an id that bears a
time (`build_20251106_153045`): agents are told both, as `Directory:` and `Session:`.
"""

from exito_tui.domain.regex import regex

_MARK = ".claude/sessions/"
_ENDS = r"\s\"'`\\<>|;&()*?="
_PLACE = regex(rf"[^/{_ENDS}]+(?:/[^/{_ENDS}]+)?")
_END = regex(f"[{_ENDS}]")
_ID = regex(r"(?<![\w/.-])[a-z][\w-]{0,100}?_\d{8}_\d{6}(?:_\d{1,4})?(?![\w-])")
_HERE = ("", ".", "$PWD", "$CLAUDE_PROJECT_DIR", "${CLAUDE_PROJECT_DIR}")
_TOLD = ("session:", "directory:")
_WRITES = regex(r"\b(?:mkdir|tee|touch|cp|mv|rm|ln|install)\b|(?<![0-9&=-])>(?![&=])")
_MOST = 64
_LONGEST = 100_000
_LONGEST_PATH = 4096


def places_in(text: str, cwd: str) -> list[str]:
    """The places that a text names, in their order; paths that lead out of `cwd` (absolute) are
    left out. Time grows with the text's length, whatever it holds."""
    text = text[:_LONGEST]
    found: dict[str, None] = {}
    at = text.find(_MARK)
    while at >= 0 and len(found) < _MOST:
        after = at + len(_MARK)
        place = _PLACE.match(text, after)
        before = _END.split(text[max(0, at - _LONGEST_PATH) : at])[-1].rstrip("/")
        if place and (before in _HERE or _is_in(before, cwd) or _is_in(cwd, before)):
            found[place[0].rstrip(".,:")] = None
        at = text.find(_MARK, after)
    for match in _ID.finditer(text):
        if len(found) >= _MOST:
            break
        found[match[0]] = None
    return list(found)


def places_told(brief: str, cwd: str) -> list[str]:
    """The places that an agent is told to work in: those of the lines `Session:` and `Directory:`,
    as agents read them; without these all that its task names."""
    lines = (line.strip(" \t*-`") for line in brief[:_LONGEST].splitlines())
    told = [line for line in lines if line[:10].lower().startswith(_TOLD)]
    return places_in("\n".join(told), cwd) or places_in(brief, cwd)


def places_written(command: str, cwd: str) -> list[str]:
    """The places in a shell command that writes; to look at something is not to work on it."""
    return places_in(command, cwd) if _WRITES.search(command[:_LONGEST]) else []


def _is_in(path: str, folder: str) -> bool:
    return bool(folder) and f"{path}/".startswith(f"{folder}/")
