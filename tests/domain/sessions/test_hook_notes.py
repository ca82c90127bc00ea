"""What the hooks noted in a session's metadata, which may come from anybody."""

import json
from typing import Any

import pytest

from exito_tui.domain.sessions.artefact import METADATA, Artefact
from exito_tui.domain.sessions.hook_notes import (
    HookNotes,
    SavedFile,
    hook_work,
    hook_work_of_all,
    notes_object,
    read_notes,
    saved_in_short,
)
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.claim_readers import read_claim
from exito_tui.domain.verdicts.claims import Claims

NOTES = {
    "begin": True,
    "save": {"context.md": {"agent": "investigator", "size": 34}},
    "permission": 3,
    "brief": 1,
    "tell": 2,
}


def session(hooks: object, **sizes: int) -> Session:
    """A session whose metadata has these notes; `sizes` are those of its Markdown files."""
    files = tuple(
        Artefact(f"{name}.md", "markdown", size, 0, at)
        for at, (name, size) in enumerate(sizes.items())
    )
    file = Artefact(METADATA, "json", 9, 0, 99)
    claim = read_claim(file, "metadata", "", json.dumps({"hooks": hooks}))
    return Session(
        "/r", "build/b_1", "build", "b_1", "named", "", (*files, file), claims=Claims({METADATA: claim})
    )  # fmt: skip


def test_each_part_says_what_it_did() -> None:
    assert hook_work(session(NOTES, context=34)) == [
        "folder made by the hook",
        "context.md saved from the answer of investigator",
        "3 writes allowed",
        "1 task told the folder",
        "Claude told of 2 files",
    ]
    assert saved_in_short(session(NOTES, context=34)) == "context.md saved from the answer"
    assert notes_object(read_notes(NOTES)) == NOTES


@pytest.mark.parametrize("sizes", [{}, {"context": 35}, {"plan": 34}])
def test_a_file_that_is_gone_or_another_one_is_no_answer(sizes: dict[str, int]) -> None:
    assert saved_in_short(session(NOTES, **sizes)) == ""
    assert not any("saved" in one for one in hook_work(session(NOTES, **sizes)))


@pytest.mark.parametrize(
    "hooks",
    [None, 3, "x", [], [NOTES], {}, {"begin": 1}, {"begin": "yes"}, {"permission": -1},
     {"permission": True}, {"permission": 2.5}, {"permission": 10**30}, {"save": []},
     {"save": {"context.md": "investigator"}}, {"save": {"context.md": {"agent": 3, "size": 34}}},
     {"save": {"context.md": {"agent": "x", "size": "34"}}}, {"tell": -3}],
)  # fmt: skip
def test_what_is_no_note_counts_for_nothing(hooks: Any) -> None:
    assert hook_work(session(hooks, context=34)) == []
    assert read_notes(hooks) == HookNotes()


def test_what_the_notes_say_is_shown_as_text_alone() -> None:
    hostile = {"save": {"context.md": {"agent": "\x1b[31m\nx" * 100, "size": 34}}}
    (one,) = hook_work(session(hostile, context=34))
    assert one.isprintable() and len(one) < 150
    many = {"save": {f"{at}.md": {"agent": "x", "size": 1} for at in range(1000)}}
    assert len(read_notes(many).saved) == 50
    assert read_notes(NOTES).saved == {"context.md": SavedFile("investigator", 34)}


def test_all_sessions_together_are_one_sentence() -> None:
    assert hook_work_of_all([]) == "" == hook_work_of_all([session({}, context=34)])
    both = [session(NOTES, context=34), session(NOTES, context=1)]
    assert hook_work_of_all(both) == (
        "The hooks made 2 folders, saved 1 file from answers, allowed 6 writes, "
        "told 2 tasks the folder, told Claude of 4 files here."
    )
