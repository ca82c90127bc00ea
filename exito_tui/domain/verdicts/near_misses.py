"""Files that may be meant where one is missing: there under another name, as a link, or
elsewhere."""

from collections.abc import Iterable

from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.foreign_files import conflict_of, evicted_name
from exito_tui.domain.text import decoded
from exito_tui.domain.workflows.file_roles import is_known

_APART = regex(r"[-_ .]+")


def near_miss(artefacts: Iterable[Artefact], wanted: str) -> Artefact | None:
    """The file that looks like a wanted one that is missing: other case or separators
    (`CONTEXT.md`, `test-report.md`), in a subfolder, or with more words (`implementation-plan.md`).
    None when there is none, or the wanted one is there."""
    words = _words(wanted)
    found: Artefact | None = None
    for artefact in artefacts:
        name = artefact.name.rpartition("/")[2]
        if artefact.name == wanted or conflict_of(name):
            continue
        theirs = _words(name)
        if theirs == words and _suffix(name) == _suffix(wanted):
            return artefact
        if words <= theirs and not is_known(name) and _suffix(name) == _suffix(wanted):
            found = found or artefact
    return found


def what_is_there_instead(artefacts: Iterable[Artefact], wanted: str) -> str:
    """What is to be said of a file that is missing: that it is a link, or on no disk of this
    machine, or which other file looks like it. Empty when there is nothing to be said."""
    files = list(artefacts)
    for artefact in files:
        if artefact.name == wanted and artefact.kind == "symlink":
            return "a link lies there, which is not followed"
        if evicted_name(artefact.name) == wanted.rpartition("/")[2]:
            return "it is not on this machine: iCloud holds it"
    other = near_miss(files, wanted)
    return f"{decoded(other.name)} looks like it" if other else ""


def _words(name: str) -> frozenset[str]:
    stem = name.rpartition(".")[0] or name
    return frozenset(_APART.split(stem.lower())) - {""}


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()
