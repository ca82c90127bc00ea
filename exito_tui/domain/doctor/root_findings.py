"""What is wrong with a root as a whole, not with one of its sessions."""

from collections.abc import Iterator, Sequence

from exito_tui.domain.doctor.finding import Finding, Survey
from exito_tui.domain.sessions.names import PINS, POINTER
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import decoded, shorten

_LONGEST = 80


def root_findings(snapshot: Snapshot, survey: Survey) -> Iterator[Finding]:
    """What is wrong with the files of a root that are no session's."""
    if survey.registry:
        yield Finding(
            "registry-files",
            ".",
            f"process files of Claude Code lie here ({len(survey.registry)}): "
            f"{listed(survey.registry)}",
            "Claude Code writes one for each of its running processes.",
            "Leave them alone: they are never listed, opened or moved.",
        )
    if survey.pins:
        yield Finding(
            "damaged-pins",
            PINS,
            f"cannot be read: {survey.pins}",
            "It was edited by hand, merged, or half written by another tool.",
            "Repair it or remove it, then pin again what must stay; until then nothing is "
            "moved away.",
        )
    if snapshot.lost:
        yield Finding(
            "stale-metadata",
            POINTER,
            f"names {shorten(decoded(snapshot.lost), _LONGEST)} as the current session, "
            "and there is none",
            "The session was moved, renamed or let go, and the pointer was left.",
            f"Name another one in {POINTER}, or remove it.",
        )


def listed(names: Sequence[str]) -> str:
    """The first few of some names, and a sign that there are more."""
    return f"{', '.join(names[:3])}{', ...' if len(names) > 3 else ''}"
