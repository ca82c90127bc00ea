"""What is being written is not moved; what is written at a session's end does not count."""

import pytest

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.store.fs.tree import File, Tree
from exito_tui.store.operations.quiet import why_not_quiet


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, None),
        ({"plan.md": 100, "notes.md": 50}, None),
        ({"plan.md": 50, "notes.md": 101}, Reason("written-lately", {"length": 899})),
        ({"plan.md": 1_000}, Reason("lies-ahead")),
        ({"plan.md": 2_000}, Reason("lies-ahead")),
        ({"plan.md": 50, "session_summary.md": 999}, None),
    ],
)
def test_what_was_written_within_the_time_is_not_quiet(
    files: dict[str, int], why: Reason | None
) -> None:
    tree = Tree(1, tuple(File(path, 0, 0, at, 0) for path, at in files.items()))
    assert why_not_quiet(tree, now_ns=1_000, quiet_ns=900) == why
