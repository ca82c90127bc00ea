"""Where Claude Code keeps its records, and which of them may be a project's, by names and times
alone."""

import contextlib
import os
import re
from collections.abc import Collection, Iterator, Mapping

from exito_tui.domain.regex import regex
from exito_tui.domain.root_paths import WORK_TREES

_TRANSCRIPT = regex(r"[0-9a-fA-F][0-9a-fA-F-]{7,63}\.jsonl\Z")
_SLUG_LENGTH = 200


def config_folder(environment: Mapping[str, str] = os.environ) -> str:
    """Where Claude Code keeps its records."""
    named = environment.get("CLAUDE_CONFIG_DIR", "")
    return named or os.path.join(os.path.expanduser("~"), ".claude")


def are_silent(config: str, project: str, since_ns: int) -> bool:
    """Whether no process of a project is registered, and no conversation that may be the project's
    was written since."""
    paths = paths_of(project)
    if any(modified_ns >= since_ns for _, modified_ns in transcripts(config, paths)):
        return False
    try:
        registered = os.listdir(os.path.join(config, "sessions"))
    except OSError:
        return True
    if not registered:
        return True
    from exito_tui.claude.registry import processes

    return not any(belongs(one.cwd, paths) for one in processes(config))


def paths_of(project: str) -> frozenset[str]:
    """What records may call a project's folder."""
    return frozenset(path.rstrip("/") for path in (project, os.path.realpath(project)))


def belongs(cwd: str, paths: Collection[str]) -> bool:
    """Whether a folder is the project's, which has these paths, and not of a project inside it that
    has sessions of its own, as each work tree has."""
    for project in paths:
        if f"{cwd}/".startswith(f"{project}/"):
            inside = cwd[len(project) :]
            return not f"{inside}/".startswith(WORK_TREES) and not _has_nearer(project, inside)
    return False


def _has_nearer(project: str, inside: str) -> bool:
    names = inside.strip("/").split("/")[:50] if inside else []
    folders = ("/".join((project, *names[: at + 1])) for at in range(len(names)))
    return any(os.path.isdir(f"{folder}/.claude/sessions") for folder in folders)


def transcripts(config: str, folders: Collection[str]) -> Iterator[tuple[str, int]]:
    """The conversations that may have been led in one of some folders: the path of each, and when
    it was written."""
    base = os.path.join(config, "projects")
    slugs = {slug(path or "/") for path in folders}
    with contextlib.suppress(OSError):
        for name in os.listdir(base):
            if any(_may_be(name, one) for one in slugs):
                yield from files_in(os.path.join(base, name), _TRANSCRIPT)


def slug(path: str) -> str:
    """The name of a project's folder: each UTF-16 unit that is no letter or digit of ASCII becomes
    a hyphen; after 200 of them follow a hyphen and six signs (observed with 2.1.332)."""
    units = len(path.encode("utf-16-le", "surrogatepass")) // 2
    made = re.sub("[^A-Za-z0-9]", lambda one: "-" * (2 if one[0] > "\uffff" else 1), path)
    return made if units <= _SLUG_LENGTH else made[:_SLUG_LENGTH]


def _may_be(name: str, wanted: str) -> bool:
    """Whether a folder may hold conversations of a project, or of a folder inside it: what `cwd`
    says in them decides."""
    return (
        name == wanted
        or name.startswith(f"{wanted}-")
        or (len(wanted) == _SLUG_LENGTH and name.startswith(wanted))
    )


def files_in(folder: str, pattern: re.Pattern[str]) -> list[tuple[str, int]]:
    """The regular files in a folder whose names fit, and when they were written."""
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if pattern.match(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    modified_ns = entry.stat(follow_symlinks=False).st_mtime_ns
                    found.append((entry.path, modified_ns))
    return found
