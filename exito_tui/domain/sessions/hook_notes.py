"""What our hooks for Claude Code did for a session, as its metadata tells, and which of its files
were saved from answers, by a hook or by hand.

The member `hooks` of session_metadata.json has one entry for each part that did something. The file
may come from anybody: what it says counts as far as it has the right form, and that a file was
saved from an answer only while that file is there and as long as it was.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line, shorten
from exito_tui.domain.units import pluralize

SAVED = "saved from the answer"
KEY = "hooks"
"""The member of the metadata."""
_MOST_FILES = 50
_MOST = 1_000_000
_LONGEST_NAME = 80


class SavedFile(NamedTuple):
    """A file that was saved from an agent's answer: the agent's type, and the file's size then, in
    bytes. `by_hand`: the user did it, and no hook."""

    agent: str
    size: int
    by_hand: bool = False


class HookNotes(NamedTuple):
    """What the parts did: whether `begin` made the folder, which files `save` saved, by name, how
    many writes `permission` allowed, into how many tasks `brief` put the folder, and how often
    `tell` told the model whether an agent's file is there."""

    begun: bool = False
    saved: Mapping[str, SavedFile] = {}
    allowed: int = 0
    briefed: int = 0
    told: int = 0

    @property
    def by_hooks(self) -> "HookNotes":
        """These, without what was saved by hand."""
        own = {name: one for name, one in self.saved.items() if not one.by_hand}
        return self._replace(saved=own)


NO_NOTES = HookNotes()


def read_notes(made: object) -> HookNotes:
    """The notes that a JSON value holds, whatever it is."""
    if not isinstance(made, dict):
        return NO_NOTES
    files = made.get("save")
    saved = {
        name: SavedFile(one["agent"], one["size"], one.get("by_hand") is True)
        for name, one in list(files.items() if isinstance(files, dict) else ())[:_MOST_FILES]
        if isinstance(one, dict) and isinstance(one.get("agent"), str) and _count(one.get("size"))
    }
    counts = (_count(made.get(part)) for part in ("permission", "brief", "tell"))
    return HookNotes(made.get("begin") is True, saved, *counts)


def text_in(metadata: Mapping[str, Any]) -> str:
    """The notes in a session's metadata, as JSON; empty when there are none."""
    made = notes_object(read_notes(metadata.get(KEY)))
    return json.dumps(made) if made else ""


def notes_object(notes: HookNotes) -> dict[str, Any]:
    """Notes as they are written: only of the parts that did something."""
    every: dict[str, Any] = {
        "begin": notes.begun,
        "save": {name: _saved_object(one) for name, one in notes.saved.items()},
        "permission": notes.allowed,
        "brief": notes.briefed,
        "tell": notes.told,
    }
    return {part: value for part, value in every.items() if value}


def _saved_object(one: SavedFile) -> dict[str, Any]:
    made = one._asdict()
    if not one.by_hand:
        del made["by_hand"]
    return made


def notes_of(session: Session) -> HookNotes:
    """What the hooks did for a session whose files have been read for what they say."""
    text = next((one.hooks for one in session.claims.of("metadata")), "") if session.claims else ""
    return read_notes(json.loads(text)) if text else NO_NOTES


def saved_from(artefact: Artefact, notes: HookNotes) -> str:
    """The agent from whose answer a file was saved, in one line; empty when it was not, or is
    another one by now."""
    saved = notes.saved.get(artefact.name)
    if saved is None or saved.size != artefact.size:
        return ""
    return shorten(one_line(saved.agent), _LONGEST_NAME) or "an agent"


def saved_names(session: Session) -> frozenset[str]:
    """The names of a session's files that were saved from answers."""
    return frozenset(artefact.name for artefact, _ in _saved(session, notes_of(session)))


def saved_in_short(session: Session) -> str:
    """Which files of a session were saved from answers, for a narrow place; empty when none."""
    names = saved_names(session)
    if len(names) > 1:
        return f"{pluralize(len(names), 'file')} saved from answers"
    return "".join(f"{one_line(decoded(name))} {SAVED}" for name in names)


def hook_work(session: Session) -> list[str]:
    """What the hooks did for a session, a phrase each."""
    notes = notes_of(session)
    work = ["folder made by the hook"] if notes.begun else []
    for artefact, agent in _saved(session, notes.by_hooks):
        work.append(f"{one_line(decoded(artefact.name))} {SAVED} of {agent}")
    if notes.allowed:
        work.append(f"{pluralize(notes.allowed, 'write')} allowed")
    if notes.briefed:
        work.append(f"{pluralize(notes.briefed, 'task')} told the folder")
    if notes.told:
        work.append(f"Claude told of {pluralize(notes.told, 'file')}")
    return work


def hook_work_of_all(sessions: Iterable[Session]) -> str:
    """What the hooks did for some sessions, in one sentence; empty when nothing."""
    folders = files = writes = tasks = told = 0
    for session in sessions:
        notes = notes_of(session)
        folders += notes.begun
        files += len(_saved(session, notes.by_hooks))
        writes += notes.allowed
        tasks += notes.briefed
        told += notes.told
    parts = [
        f"made {pluralize(folders, 'folder')}" if folders else "",
        f"saved {pluralize(files, 'file')} from answers" if files else "",
        f"allowed {pluralize(writes, 'write')}" if writes else "",
        f"told {pluralize(tasks, 'task')} the folder" if tasks else "",
        f"told Claude of {pluralize(told, 'file')}" if told else "",
    ]
    words = ", ".join(filter(None, parts))
    return f"The hooks {words} here." if words else ""


def _saved(session: Session, notes: HookNotes) -> list[tuple[Artefact, str]]:
    """The files that were saved from answers, each with its agent."""
    # There may be many thousands of files, and this is asked at every paint
    files = (session.artefacts or ()) if notes.saved else ()
    return [(one, agent) for one in files if (agent := saved_from(one, notes))]


def _count(value: object) -> int:
    """A whole number that may have been counted, else 0."""
    return value if type(value) is int and 0 < value < _MOST else 0
