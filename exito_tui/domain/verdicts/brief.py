"""What goes on in a session, for narrow places: one phrase in ever fewer words."""

from collections.abc import Iterator

from exito_tui.domain.regex import regex

_STEP = regex(r"[,:]? (?:at )?step (\d+) of (\d+)")
_FAILED = regex(r"[a-z-]+ failed: (.+)")
_FORMS = tuple(
    (regex(pattern), forms)
    for pattern, forms in (
        # Who asks, and for what.
        (r"approve .+", ("approve",)),
        (r"choose from .+", ("choose one", "choose")),
        (r"your (approval|choice)", (r"\1",)),
        (r"needs answers|asks you a question", ("asks you", "asks")),
        (
            r"allow (\S+) (\S+) (\S+) .+",
            (r"allow \1 \2 \3", r"allow \1 \2", r"allow \1", "allow a tool", "allow"),
        ),
        (r"allow (\S+) (\S+) \S+", (r"allow \1 \2", r"allow \1", "allow a tool", "allow")),
        (r"allow (\S+) .+", (r"allow \1", "allow a tool", "allow")),
        (r"allow .+", ("allow a tool", "allow")),
        (r"a dialog is open", ("dialog open", "dialog")),
        (r"at its prompt", ("at prompt",)),
        (r"asked .+ ago", ("asked",)),
        (r"copied while it asked", ("copied",)),
        (r"interrupted", ("stopped",)),
        (r"review approves", ("approved",)),
        # Who works.
        (r"([a-z-]+-)?([a-z]+) writes (\S+)", (r"\1\2: \3", r"\1\2", r"\2", "at work")),
        (r"the model is writing", ("model writes", "writing")),
        (r"model is silent", ("no answer", "silent")),
        (r"writing .+|being written", ("being written", "written")),
        (r"no folder yet", ("no folder",)),
        # Who does not.
        (r"(\d+) agents quiet", ("quiet",)),
        (r"stopped before (\S+?)(\.\w+)?", (r"no \1\2", r"no \1", "stopped")),
        (r"stopped before .+", ("stopped",)),
        (r"no (?!file)(\S+)\.\w+", (r"no \1", "file missing", "no file")),
        (r"you stopped .+", ("you stopped it", "stopped")),
        (r"ended with .+ at work", ("ended at work", "ended")),
        (r"ended in mid-turn", ("ended mid-turn", "ended")),
        (r"ended before the next phase", ("ended",)),
        # What is wrong.
        (r"cannot be read|permission denied", ("unreadable",)),
        (r"([a-z-]+-)?([a-z]+) failed", (r"\2 failed", "failed")),
        (r"a conflict copy", ("conflict copy", "a copy")),
        (r"(\d+) of (\d+) tasks", (r"\1/\2 tasks", r"\1/\2")),
        (r"(\S) the test report says FAIL", (r"\1 tests FAIL", r"\1 FAIL")),
        (r"(\S) the review does not approve", (r"\1 not approved", r"\1 review")),
        (r"(\S) (\S+ of 10) for .+", (r"\1 \2",)),
        (r"(\S) (\d+ of \d+) steps are not ticked", (r"\1 \2 unticked", r"\1 unticked")),
        (r"(\S) .+ is there without (.+)", (r"\1 no \2", r"\1 file missing", r"\1 no file")),
        (r"(\S) .+ came back without (.+)", (r"\1 no \2", r"\1 file missing", r"\1 no file")),
        (r"(\S) the same text as in .+", (r"\1 a stale copy?", r"\1 stale")),
        (r"(\S) a sync tool's conflict copy of .+", (r"\1 conflict copy", r"\1 copies")),
        (r"(\S) \d+ conversations of .+", (r"\1 shared folder", r"\1 shared")),
        (r"(\S) every file is there; .+", (r"\1 still at work", r"\1 at work")),
        (r"(\S) .+ says .+; Claude Code says .+", (r"\1 still at work", r"\1 at work")),
        # What a policy says of it.
        (r"not among the last (\S+)", (r"not in last \1", r"not last \1")),
        (r"among the last (\S+)", (r"in last \1",)),
        (r"in no session", ("no session",)),
        (r"waits for you", ("needs you",)),
        # An agent by the last word of its name.
        (r"[a-z]+(?:-[a-z]+)*-([a-z]+) quiet", (r"\1 quiet", "quiet")),
        (r"[a-z]+ quiet", ("quiet",)),
        (r"([a-z-]+-)?([a-z]+) next", (r"\2 next", "next")),
        (r"([a-z-]+-)?([a-z]+):", (r"\2", "at work")),
        (r"\d+ agents:", ("at work",)),
    )
)  # fmt: skip
"""What can be said shorter once the ends of a phrase are gone, the longest form first; a colon at
the end stands for what somebody does."""


def briefer(phrase: str) -> Iterator[str]:
    """A phrase, then the same in ever fewer words: its end goes part by part, then what is left is
    said shorter, if that can be."""
    yield phrase
    if found := _FAILED.fullmatch(phrase):
        yield found[1]
    brief = _STEP.sub(r", \1/\2", phrase)
    yield brief
    while (cut := max(brief.rfind(", "), brief.rfind(": "))) > 0:
        brief = brief[:cut]
        yield brief
    subjects = (brief, f"{brief}:") if phrase.startswith(f"{brief}: ") else (brief,)
    for pattern, forms in _FORMS:
        for found in filter(None, map(pattern.fullmatch, subjects)):
            yield from map(found.expand, forms)
            return
