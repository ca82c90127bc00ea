"""What is known about files by their names: their place in the order, what their text means, and
what they are called.

The data is the table `[files]` of `workflows.toml`; a phase of a workflow may say the same of a
file of its own.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Literal, NamedTuple, get_args

from exito_tui.domain.workflows.data import workflows_data

Role = Literal[
    "",
    "context",
    "plan",
    "validation",
    "progress",
    "tests",
    "review",
    "audit",
    "report",
    "log",
    "metadata",
    "summary",
    "probe",
    "account",
]
"""What a file's text says: `report` is one reviewer's, `probe` says nothing at all, `account` is
what a session of no workflow says of itself; most files have none."""

ROLES: tuple[Role, ...] = get_args(Role)


class FileFacts(NamedTuple):
    """What is known about a file. `rank` is its place in the order, lower comes first; `parts` are
    the files (with * and ?) that show how far its agent has come."""

    rank: float
    role: Role = ""
    label: str = ""
    stage: str = ""
    parts: tuple[str, ...] = ()


OwnFiles = tuple[tuple[str, FileFacts], ...]
"""What one workflow says about files of its own, by name or pattern."""

EVERY_OTHER = "*"


@cache
def known_files() -> Mapping[str, FileFacts]:
    """What is known about files, by name or pattern, in their order."""
    return {
        name: FileFacts(
            rank,
            facts.get("role", ""),
            facts.get("label", ""),
            facts.get("stage", ""),
            tuple(facts.get("parts", ())),
        )
        for rank, (name, facts) in enumerate(workflows_data()["files"].items())
    }


_ACCOUNTS = (
    "STATUS.md", "status.md", "SESSION_CONTEXT.md", "session.md", "SESSION.md", "summary.md",
    "SUMMARY.md", "notes.md", "NOTES.md", "handoff.md", "HANDOFF.md", "README.md",
)  # fmt: skip
"""Files of a session's folder in which sessions of no workflow were seen to say how they stand."""


@cache
def account_files(*, one_file: bool) -> OwnFiles:
    """Which files of a session of no workflow tell how it stands: its one file, or some by name."""
    facts = FileFacts(known_files()[EVERY_OTHER].rank, "account")
    return tuple((name, facts) for name in ((EVERY_OTHER,) if one_file else _ACCOUNTS))


@lru_cache(maxsize=8192)
def facts_of(name: str, own: OwnFiles = ()) -> FileFacts:
    """What is known about a file; `own` is what its session's workflow says itself, which goes
    first."""
    for pattern, facts in own:
        if fits(name, pattern):
            return facts
    known = known_files()
    if name in known:
        return known[name]
    return known[max((pattern for pattern in known if fits(name, pattern)), key=len)]


def is_known(name: str) -> bool:
    """Whether anything is known about a file by its name."""
    return facts_of(name) is not known_files()[EVERY_OTHER]


def rank(name: str, own: OwnFiles = ()) -> float:
    """Where a file belongs in the workflow: lower comes first; files of which nothing is known
    share one rank."""
    return facts_of(name, own).rank


def role(name: str, own: OwnFiles = ()) -> Role:
    """What a file's text says, or an empty text."""
    return facts_of(name, own).role


@lru_cache(maxsize=8192)
def label(name: str) -> str:
    """A file's name for a narrow place: `test_report.md` is `test`, `pr_*_arch*_report.md` is
    `arch`."""
    known = facts_of(name).label
    if known:
        return known
    stem = name.rpartition(".")[0] or name
    if stem.startswith("pr_"):
        stem = stem[3:].partition("_")[2] or stem
        stem = stem.removesuffix("_report").replace("*", "")
    return stem


def matching(names: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """The names that one of the patterns stands for, in the order of the patterns."""
    return [name for pattern in patterns for name in names if fits(name, pattern)]


def is_pattern(name: str) -> bool:
    """Whether a name in a workflow stands for others: `*` for any text, `?` for one character."""
    return "*" in name or "?" in name


@lru_cache(maxsize=8192)
def fits(name: str, pattern: str) -> bool:
    """Whether a name is that name, or one that the pattern stands for."""
    return name == pattern or (is_pattern(pattern) and fnmatchcase(name, pattern))
