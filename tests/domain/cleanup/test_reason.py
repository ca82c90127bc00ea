"""Reasons are data, and each has its words."""

import errno
from string import Formatter
from typing import get_args

import pytest

from exito_tui.domain.cleanup.reason import Code, Reason, Value
from exito_tui.render.reasons import SENTENCES, remark, remarks, sentence
from exito_tui.store.fs.errors import ChangedError, reason_of

LENGTHS = ("ago", "when", "length", "size", "limit", "count", "most", "done")


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert SENTENCES.keys() == set(get_args(Code))


@pytest.mark.parametrize("code", get_args(Code))
def test_every_sentence_can_be_made_of_its_values(code: Code) -> None:
    lead, rest = SENTENCES[code]
    names = [name for _, name, _, _ in Formatter().parse(rest) if name]
    values: dict[str, Value] = {name: 7_000_000_000 if name in LENGTHS else "x" for name in names}
    if code == "system":
        values = {"errno": errno.EIO, "detail": ""}
    text = sentence(Reason(code, values))
    assert text == lead + remark(Reason(code, values)) and "{" not in text and text == text.strip()


def test_a_remark_is_a_sentence_without_its_beginning() -> None:
    assert sentence(Reason("pinned")) == "it is pinned" and remark(Reason("pinned")) == "pinned"
    assert sentence(Reason("began", {"ago": 1})) == "it began just now"
    assert remarks((Reason("old", {"length": 86_400 * 10**9}), Reason("waiting"))) == (
        "1 d old, waits for you"
    )


def test_a_reason_knows_what_is_behind_it() -> None:
    exists = reason_of(FileExistsError(errno.EEXIST, "x"))
    stuck = Reason("stuck", {"cause": Reason("changed"), "left": exists, "paths": ("a", "b\udcff")})
    assert stuck.involves("exists") and stuck.involves("stuck") and not stuck.involves("gone")
    assert sentence(stuck) == (
        "it has changed since you looked; and it could not be put back: something is there "
        "already; look at a, b\\xff; undo takes it back when that is fixed"
    )


def test_an_error_becomes_a_reason() -> None:
    changed = Reason("replaced", {"path": "a"})
    assert reason_of(ChangedError(changed)) == changed
    assert reason_of(OSError(errno.EIO, "x")) == Reason(
        "system", {"errno": errno.EIO, "detail": ""}
    )
    assert sentence(reason_of(OSError("no number"))) == "no number"
    assert sentence(reason_of(ValueError("damaged"))) == "damaged"
