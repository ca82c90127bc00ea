"""The order in which the exito workflows write their files, and which file each command must leave.

Read off the plugin's commands (November 2025): every phase of a command leaves one report file behind.
"""

import re
from functools import lru_cache

_BUILD = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")
_FULL = ("context.md", "validation-report.md", "alternatives.md", "plan.md", "progress.md")
_DESIGN = ("alternatives.md", "feasibility.md", "plan.md", "progress.md", "review.md")

EXPECTED: dict[str, tuple[str, ...]] = {
    "build": _BUILD,
    "think": _BUILD,
    "ui": _BUILD,
    "implement": _BUILD[:3],
    "patch": _BUILD[:4],
    "workflow": (*_FULL, "test_report.md", "review.md"),
    "execute": _FULL,
    "craft": ("context.md", "validation-report.md", *_DESIGN),
    "genesis": ("context.md", "validation-report.md", "genesis-design.md", *_DESIGN),
    "refine": ("context.md", "philosophy.md", *_DESIGN),
    "pixel": ("context.md", "visual-analysis.md", *_DESIGN),
}
"""The files of each command in the order its phases write them."""

_ALTERNATIVES = {"review.md": "quality.md"}
"""A file on the left may be replaced by the one on the right: the auditor writes either."""

_ORDER = (
    "CLAUDE.md", "code-search.md", "web-research.md", "explore.md", "synthesis.md",
    "context.md", "validation-report.md", "visual-analysis.md", "philosophy.md", "genesis-design.md",
    "alternatives.md", "feasibility.md", "plan.md", "code.md", "progress.md", "test_report.md",
    "audit_context.md", "audit_code_quality.md", "audit_architecture.md", "audit_security.md",
    "audit_performance.md", "audit_testing.md", "audit_documentation.md", "quality.md", "review.md",
)  # fmt: skip
_RANK = {name: place for place, name in enumerate(_ORDER)}
_LAST = len(_ORDER)
_PULL_REQUEST_PART = re.compile(
    r"pr_\d+_(?:(context)|(business[\w-]*)|((?:final|performance|security)_review)|[\w-]+)\.md\Z"
)
_HOUSEKEEPING = ("session_summary.md", "session_metadata.json", "activity.log", ".agent_log", ".write_test")
_LABELS = {"validation-report": "valid", "visual-analysis": "visual", "genesis-design": "design",
           "alternatives": "altern", "feasibility": "feasib", "philosophy": "philos", "test_report": "test",
           "progress": "prog", "quality": "review"}  # fmt: skip


@lru_cache(maxsize=8192)
def rank(name: str) -> int:
    """Where a file belongs in the workflow: lower comes first; files of no known phase share one rank."""
    known = _RANK.get(name)
    if known is not None:
        return known
    part = _PULL_REQUEST_PART.match(name)
    if part:
        return _RANK["context.md"] if part[1] else _RANK["plan.md"] if part[2] else _LAST if part[3] else _LAST - 1
    return _LAST + 2 + _HOUSEKEEPING.index(name) if name in _HOUSEKEEPING else _LAST + 1


def label(name: str) -> str:
    """A file's name for a narrow place: `test_report.md` is `test`."""
    stem = name.rpartition(".")[0] or name
    return _LABELS.get(stem, stem)


def stand_in(name: str) -> str | None:
    """The file that may stand for an expected one, or None."""
    return _ALTERNATIVES.get(name)
