"""Files that are there under nearly the right name."""

import pytest

from exito_tui.domain.sessions.artefact import Artefact, Kind
from exito_tui.domain.verdicts.near_misses import what_is_there_instead
from tests.support import NOW_NS


def files(*names: str, kind: Kind = "markdown") -> list[Artefact]:
    return [Artefact(name, kind, 9, NOW_NS, 1) for name in names]


@pytest.mark.parametrize(
    ("there", "wanted", "says"),
    [
        (("CONTEXT.md",), "context.md", "CONTEXT.md looks like it"),
        (("test-report.md",), "test_report.md", "test-report.md looks like it"),
        (("docs/plan.md",), "plan.md", "docs/plan.md looks like it"),
        (("implementation-plan.md",), "plan.md", "implementation-plan.md looks like it"),
        (("review-report.md",), "review.md", "review-report.md looks like it"),
        (("implementation-plan.md", "PLAN.md"), "plan.md", "PLAN.md looks like it"),
        (("audit_context.md",), "context.md", ""),
        (("plan 2.md",), "plan.md", ""),
        (("plan.json",), "plan.md", ""),
        (("planning.md",), "plan.md", ""),
        ((), "plan.md", ""),
    ],
)
def test_what_looks_like_it(there: tuple[str, ...], wanted: str, says: str) -> None:
    assert what_is_there_instead(files(*there), wanted) == says


def test_a_link_and_a_file_that_is_elsewhere() -> None:
    assert "a link" in what_is_there_instead(files("context.md", kind="symlink"), "context.md")
    evicted = files(".context.md.icloud", kind="evicted")
    assert "not on this machine" in what_is_there_instead(evicted, "context.md")
