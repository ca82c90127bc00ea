"""Runs that went wrong, one for every state and every finding of the doctor."""

import json
import time
from collections.abc import Iterator
from random import Random

from exito_tui.demo.texts import artefact_text, progress_texts
from exito_tui.demo.topics import TOPICS
from exito_tui.demo.writes import DAY, MINUTE, Write, stamp


def every_state(now: float, rng: Random) -> Iterator[Write]:
    """Sessions that ask, are blocked, have failed, were interrupted, or disagree with
    themselves."""
    yield from _asks(now, rng)
    yield from _blocked(now, rng)
    yield from _failed(now, rng)
    yield from _interrupted(now, rng)
    yield from _disagrees(now, rng)
    yield from _stale_copy(now, rng)


def _asks(now: float, rng: Random) -> Iterator[Write]:
    session = f"workflow_{stamp(now - 70 * MINUTE)}"
    yield _artefact(-58 * MINUTE, f"workflow/{session}", "context.md", 6, rng)
    text = (
        "# Requirements check\n\nStatus: NEEDS_INFO\n\nTwo things are not said:\n\n"
        "1. Is a session that ran out told to the nurse, or ended silently?\n"
        "2. How long may a draft be kept?\n"
    )
    yield Write(-52 * MINUTE, f"workflow/{session}/validation-report.md", text)


def _blocked(now: float, rng: Random) -> Iterator[Write]:
    session = f"implement_{stamp(now - 130 * MINUTE)}"
    folder = f"implement/{session}"
    yield _artefact(-121 * MINUTE, folder, "context.md", 3, rng)
    yield _artefact(-115 * MINUTE, folder, "plan.md", 3, rng)
    text = progress_texts(TOPICS[3], session, rng)[2].replace("In Progress", "Blocked")
    text += "\nThe staging database refuses the migration: who may run it?\n"
    yield Write(-74 * MINUTE, f"{folder}/progress.md", text)


def _failed(now: float, rng: Random) -> Iterator[Write]:
    folder = f"patch/patch_{stamp(now - 5 * 60 * MINUTE)}"
    yield _artefact(-295 * MINUTE, folder, "context.md", 2, rng)
    lines = (
        (-298, "START", "investigator", ""),
        (-295, "SUCCESS", "investigator", " | context.md written"),
        (-294, "START", "architect", ""),
        (-290, "ERROR", "architect", " | the file to patch does not exist"),
    )
    text = "".join(
        f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now + minute * MINUTE))}Z | {status} | "
        f"{agent}{message}\n"
        for minute, status, agent, message in lines
    )
    yield Write(-290 * MINUTE, f"{folder}/.agent_log", text)


def _interrupted(now: float, rng: Random) -> Iterator[Write]:
    session = f"refine_{stamp(now - 4 * DAY)}"
    for minutes, name in ((9, "context.md"), (16, "philosophy.md"), (25, "alternatives.md")):
        yield _artefact(-4 * DAY + minutes * MINUTE, f"refine/{session}", name, 1, rng)


def _disagrees(now: float, rng: Random) -> Iterator[Write]:
    """It says that it is completed: its tests fail, steps are open, the review does not approve."""
    session = f"build_{stamp(now - 26 * 60 * MINUTE)}"
    folder, at = f"build/{session}", -25 * 60 * MINUTE
    for name in ("context.md", "plan.md"):
        yield _artefact(at, folder, name, 0, rng)
        at += 8 * MINUTE
    half = progress_texts(TOPICS[0], session, rng)[4].replace("In Progress", "Completed")
    yield Write(at, f"{folder}/progress.md", half)
    tests = artefact_text("test_report.md", TOPICS[0], session, rng).replace("PASS", "FAIL")
    yield Write(at + 9 * MINUTE, f"{folder}/test_report.md", tests.replace("| 0 |", "| 3 |", 1))
    review = artefact_text("review.md", TOPICS[0], session, rng).replace(
        "APPROVED", "CHANGES REQUESTED"
    )
    yield Write(
        at + 21 * MINUTE,
        f"{folder}/review.md",
        review.replace("| tests | ", "| tests | 3/10, was ", 1),
    )


def _stale_copy(now: float, rng: Random) -> Iterator[Write]:
    """The second of two runs of one command took its context over from the first."""
    first, second = (f"think_{stamp(now - days * DAY)}" for days in (6.2, 6.1))
    context = artefact_text("context.md", TOPICS[4], first, rng)
    yield Write(-6.2 * DAY + 900, f"think/{first}/context.md", context)
    yield Write(-6.1 * DAY + 30, f"think/{second}/context.md", context)


def every_finding(now: float, rng: Random) -> Iterator[Write]:
    """What the doctor finds, besides the split workflow and the made-up id that the fleet has
    anyway."""
    yield from _no_validation(now, rng)
    yield Write(
        -30 * DAY, "48213.json", '{"pid": 48213, "status": "idle"}\n'
    )  # of Claude Code itself
    stray = f"documentation-checker_{stamp(now - 13 * DAY)}"
    yield Write(
        -13 * DAY + 400, f"{stray}/checked.md", artefact_text("checked.md", TOPICS[3], stray, rng)
    )
    yield Write(
        -3.4 * DAY,
        "craft/$SESSION_ID/context.md",
        artefact_text("context.md", TOPICS[2], "$SESSION_ID", rng),
    )
    nested = f"patch/patch_{stamp(now - 8 * DAY)}"
    yield _artefact(-8 * DAY + 6 * MINUTE, nested, "context.md", 6, rng)
    inner = f".claude/sessions/{nested}"
    yield _artefact(-8 * DAY + 14 * MINUTE, inner, "plan.md", 6, rng)
    yield _artefact(-9 * DAY + 300, f"execute/patch_{stamp(now - 9 * DAY)}", "context.md", 5, rng)
    yield _artefact(-2.2 * DAY, f"ui/ui_{stamp(now - 300 * DAY)}", "context.md", 7, rng)
    yield Write(-12 * DAY, f"think/think_{stamp(now - 12 * DAY)}", None)
    torn = f"craft/craft_{stamp(now - 7 * DAY)}"
    yield _artefact(-7 * DAY + 600, torn, "context.md", 1, rng)
    yield Write(-7 * DAY + 900, f"{torn}/alternatives.md", "")
    yield Write(-7 * DAY + 901, f"{torn}/.write_test", "")
    stale = f"implement/implement_{stamp(now - 17 * DAY)}"
    yield _artefact(-17 * DAY + 500, stale, "context.md", 4, rng)
    metadata = {
        "session_id": stale.partition("/")[2],
        "status": "in_progress",
        "command": "implement",
    }
    yield Write(
        -17 * DAY + 400, f"{stale}/session_metadata.json", json.dumps(metadata, indent=2) + "\n"
    )


def _no_validation(now: float, rng: Random) -> Iterator[Write]:
    """The validator was told no session id, so its report lies in the command's folder."""
    session = f"patch_{stamp(now - 1.6 * DAY)}"
    at = -1.6 * DAY
    for name in ("context.md", "plan.md", "progress.md"):
        at += 7 * MINUTE
        yield _artefact(at, f"patch/{session}", name, 2, rng)
    text = artefact_text("test_report.md", TOPICS[2], session, rng)
    yield Write(at + 6 * MINUTE, "patch/test_report.md", text)


def _artefact(at: float, folder: str, name: str, topic: int, rng: Random) -> Write:
    return Write(
        at, f"{folder}/{name}", artefact_text(name, TOPICS[topic], folder.rpartition("/")[2], rng)
    )
