"""What a simulated fleet writes, and when: a pure, seeded script."""

import heapq
import time
from collections.abc import Iterable, Iterator
from itertools import count, islice, takewhile
from random import Random

from exito_tui.demo.texts import artefact_text, progress_texts
from exito_tui.demo.topics import TOPICS, Topic
from exito_tui.demo.troubles import every_finding, every_state
from exito_tui.demo.writes import DAY, Write, stamp
from exito_tui.demo.writes import MINUTE as _MINUTE
from exito_tui.domain.workflows.reader import builtin

_LIVE_COMMANDS = ("build", "workflow", "patch", "ui", "implement", "craft", "think", "execute")
AT_A_TIME = 4
"""How many runs go on at a time."""

_PR_FILES = (
    "context.md",
    "clean-code-auditor_report.md",
    "security-scanner_report.md",
    "performance-analyzer_report.md",
    "testing-assessor_report.md",
    "accessibility-checker_report.md",
    "architecture-reviewer_report.md",
    "final_review.md",
)


def past(seed: int, now: float) -> list[Write]:
    """What was there before the demo began, oldest first: runs of the past weeks, and those that
    went wrong."""
    rng = Random(seed)
    writes: list[Write] = []
    for number in range(34):
        age = (0.08 + number * 0.84 + rng.random() * 0.5) * DAY
        command = rng.choice(
            (
                "build",
                "build",
                "build",
                "patch",
                "patch",
                "implement",
                "workflow",
                "think",
                "craft",
                "refine",
                "execute",
            )
        )
        writes += _finished(command, -age, now, rng)
    writes += _waiting_at_a_gate(now, rng)
    writes += _stuck(now, rng)
    writes += _split(now, rng)
    writes += every_state(now, rng)
    writes += every_finding(now, rng)
    writes += _other_shapes(now, rng)
    writes += _notes(rng)
    writes.sort(key=lambda write: write.at)
    return writes


def crowd(seed: int, now: float, each: int) -> Iterator[Write]:
    """`each` more runs of every one of five commands, of the past half year: most of them
    completed, some left at the question whether their plan is approved, some broken off."""
    rng = Random(seed + 2)
    for command in ("build", "craft", "implement", "patch", "workflow"):
        names = builtin()[command].files
        for number in range(each):
            age = (1.2 + 180 * (number + rng.random()) / each) * DAY
            left = rng.choices((len(names), names.index("plan.md") + 1, 1), (17, 2, 1))[0]
            session = f"{command}_{stamp(now - age)}"
            topic = rng.choice(TOPICS)
            yield from _phases(f"{command}/{session}", names[:left], session, topic, -age, rng)


def live(seed: int, now: float) -> Iterator[Write]:
    """What the fleet writes from the beginning on, for ever: several runs at a time, each through
    its phases."""
    return in_time((since, writes) for _, since, writes in live_runs(seed, now))


def live_runs(seed: int, now: float) -> Iterator[tuple[int, float, list[Write]]]:
    """The runs of the fleet, for ever, each with its place among those that go on at a time and
    when the one before it in that place ended (seconds): it begins some seconds later."""
    rng = Random(seed + 1)
    ends: list[tuple[float, int]] = []
    for number in count():
        if number < AT_A_TIME:
            place, since, at = number, 0.0, 0.5 + number * 5.0
        else:
            since, place = heapq.heappop(ends)
            at = since + rng.uniform(4, 15)
        command = _LIVE_COMMANDS[number % len(_LIVE_COMMANDS)]
        writes = list(_live_run(command, at, now, Random(rng.getrandbits(32))))
        heapq.heappush(ends, (writes[-1].at, place))
        yield place, since, writes


def in_time(batches: Iterable[tuple[float, list[Write]]]) -> Iterator[Write]:
    """The writes of batches in the order of their times. No batch, nor any that follows it, has a
    write before the moment (seconds) that it comes with."""
    waiting: list[tuple[float, int, Write]] = []
    number = count()
    for since, batch in batches:
        while waiting and waiting[0][0] < since:
            yield heapq.heappop(waiting)[2]
        for write in batch:
            heapq.heappush(waiting, (write.at, next(number), write))
    while waiting:
        yield heapq.heappop(waiting)[2]


def live_until(seed: int, now: float, seconds: float) -> Iterator[Write]:
    """`live`, as far as it gets in so many seconds."""
    return takewhile(lambda write: write.at <= seconds, live(seed, now))


def many(count: int, now: float, files: int = 5) -> Iterator[Write]:
    """`count` sessions of one command, a minute apart, with small files: for benchmarks."""
    names = (*builtin()["build"].files, "notes.md")[:files]
    for number in range(count):
        at = -60.0 * (count - number)
        session = f"build/build_{stamp(now + at)}"
        for name in names:
            yield Write(at, f"{session}/{name}", f"# {name}\n\nsession {number}\n")


def _live_run(command: str, at: float, now: float, rng: Random) -> Iterator[Write]:
    topic = rng.choice(TOPICS)
    session = f"{command}_{stamp(now + at)}"
    folder = f"{command}/{session}"
    yield Write(at, folder, None)
    for name in builtin()[command].files:
        at += rng.uniform(1.5, 5)
        if name == "progress.md":
            for text in progress_texts(topic, session, rng):
                yield Write(at, f"{folder}/{name}", text, whole=True)
                at += rng.uniform(1.5, 3.5)
            continue
        for burst in _bursts(artefact_text(name, topic, session, rng), rng):
            yield Write(at, f"{folder}/{name}", burst)
            at += rng.uniform(0.3, 1.8)


def _bursts(text: str, rng: Random) -> Iterator[str]:
    """The text in the pieces in which it is written: a few paragraphs at a time."""
    paragraphs = iter(text.split("\n\n"))
    first = True
    while piece := list(islice(paragraphs, rng.randint(1, 3))):
        yield ("" if first else "\n\n") + "\n\n".join(piece)
        first = False


def _finished(command: str, at: float, now: float, rng: Random) -> Iterator[Write]:
    topic = rng.choice(TOPICS)
    session = f"{command}_{stamp(now + at)}"
    yield from _phases(f"{command}/{session}", builtin()[command].files, session, topic, at, rng)


def _phases(
    folder: str, names: tuple[str, ...], session: str, topic: Topic, at: float, rng: Random
) -> Iterator[Write]:
    for name in names:
        at += rng.uniform(3, 14) * _MINUTE
        yield Write(at, f"{folder}/{name}", artefact_text(name, topic, session, rng))


def _waiting_at_a_gate(now: float, rng: Random) -> Iterator[Write]:
    session = f"craft_{stamp(now - 41 * _MINUTE)}"
    at = -40 * _MINUTE
    for name in (
        "context.md",
        "validation-report.md",
        "alternatives.md",
        "feasibility.md",
        "plan.md",
    ):
        yield Write(at, f"craft/{session}/{name}", artefact_text(name, TOPICS[3], session, rng))
        at += 4 * _MINUTE if name != "feasibility.md" else 5 * _MINUTE


def _stuck(now: float, rng: Random) -> Iterator[Write]:
    session = f"patch_{stamp(now - 95 * _MINUTE)}"
    yield Write(
        -88 * _MINUTE,
        f"patch/{session}/context.md",
        artefact_text("context.md", TOPICS[4], session, rng),
    )
    yield Write(
        -80 * _MINUTE, f"patch/{session}/plan.md", artefact_text("plan.md", TOPICS[4], session, rng)
    )


def _split(now: float, rng: Random) -> Iterator[Write]:
    """The validator got no folder and made one of its own."""
    session = f"build_{stamp(now - 150 * _MINUTE)}"
    yield from _phases(
        f"build/{session}", builtin()["build"].files[:3], session, TOPICS[5], -149 * _MINUTE, rng
    )
    stray = f"validator_{stamp(now - 104 * _MINUTE)}"
    yield Write(
        -100 * _MINUTE,
        f"{stray}/test_report.md",
        artefact_text("test_report.md", TOPICS[5], stray, rng),
    )


def _other_shapes(now: float, rng: Random) -> Iterator[Write]:
    for number, days in ((412, 0.4), (398, 3.1), (377, 11.0)):
        at = -days * DAY
        for name in _PR_FILES:
            at += rng.uniform(1, 6) * _MINUTE
            yield Write(
                at,
                f"pr_reviews/pr_{number}_{name}",
                artefact_text(name, TOPICS[number % 8], f"pr_{number}", rng),
            )
    for slug, days in (("queue-libraries", 2.2), ("trigram-indexes", 9.4), ("print-css", 20.0)):
        name = f"{slug}_{stamp(now - days * DAY)}"
        yield Write(
            -days * DAY + 300,
            f"research/{name}.md",
            artefact_text(f"{slug}.md", TOPICS[5], name, rng),
        )
    old = f"investigator_{TOPICS[7].slug}_{stamp(now - 19 * DAY)}"
    yield Write(
        -19 * DAY + 600, f"tasks/{old}/context.md", artefact_text("context.md", TOPICS[7], old, rng)
    )
    log = "".join(
        f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now - 19 * DAY + second))}Z | {status} "
        f"| {agent}{message}\n"
        for second, status, agent, message in (
            (0, "START", "investigator", ""),
            (580, "SUCCESS", "investigator", " | context.md written"),
            (600, "START", "architect", ""),
            (640, "ERROR", "architect", " | no plan: the request is unclear"),
        )
    )
    yield Write(-19 * DAY + 700, f"tasks/{old}/.agent_log", log)
    epoch = f"build/investigator-{int(now - 23 * DAY)}"
    yield Write(
        -23 * DAY + 500, f"{epoch}/context.md", artefact_text("context.md", TOPICS[1], epoch, rng)
    )
    yield Write(
        -6 * DAY, "build/session/context.md", artefact_text("context.md", TOPICS[2], "session", rng)
    )
    sister = f"{stamp(now - 14 * DAY)}_{rng.getrandbits(32):08x}_{TOPICS[0].slug}"
    names = ("CLAUDE.md", "code-search.md", "synthesis.md", "plan.md", "code.md")
    yield from _phases(sister, names, sister, TOPICS[0], -14 * DAY, rng)


def _notes(rng: Random) -> Iterator[Write]:
    yield Write(
        -5 * DAY,
        "RELEASE-CHECKLIST.md",
        "# Before a release\n\n- [x] changelog\n- [ ] tag\n- [ ] announce\n",
    )
    yield Write(
        -16 * DAY, "lessons.md", "# Lessons\n\nSmall plans finish; large plans get rewritten.\n"
    )
