"""Reasons in words."""

import errno

import pytest

from exito_tui.domain.cleanup.reason import Code, Reason
from exito_tui.render.reasons import sentence


@pytest.mark.parametrize("code", ["not-written-down", "perhaps-not-on-disk"])
def test_what_is_done_is_not_to_be_tried_again(code: Code) -> None:
    cause = Reason("system", {"errno": errno.ENOSPC, "detail": ""})
    said = sentence(Reason(code, {"cause": cause, "path": "build/a"}))
    assert "no space left on the disk" in said and "try again" not in said
