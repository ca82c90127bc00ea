"""Simulated sessions of people who keep them otherwise: dated files, dated folders, and shelves."""

import time
from collections.abc import Iterator
from itertools import count, takewhile
from random import Random

from exito_tui.demo.topics import TOPICS, Topic
from exito_tui.demo.writes import DAY, MINUTE, Write

LAYOUTS = ("exito", "files", "folders", "shelves")
"""The layouts that a demo can have: the plugin's own, and these."""

_PAUSE = 6.0


def past_of(layout: str, seed: int, now: float) -> list[Write]:
    """What was there before the demo began, oldest first."""
    rng = Random(seed)
    sessions = 14
    writes: list[Write] = []
    for number in range(sessions):
        topic = TOPICS[(number * 5 + seed) % len(TOPICS)]
        began = -(0.6 + (sessions - number) * 2.3 + rng.random()) * DAY
        ended = None if number in (3, sessions - 1) else began + (40 + rng.random() * 120) * MINUTE
        writes += _session(layout, topic, began, ended, now, rng)
    current = _current(layout, seed, now)
    writes.append(Write(-9 * MINUTE, current, _begun(_topic(seed), now - 30 * MINUTE), whole=True))
    if layout == "files":
        writes.append(Write(-9 * MINUTE, ".current-session", current + "\n", whole=True))
        writes.append(
            Write(-50 * DAY, "README.md", "# Sessions\n\nOne file for each piece of work.\n")
        )
        writes.append(
            Write(-50 * DAY, "conventions.md", "# Conventions\n\nSmall commits. Tests first.\n")
        )
    writes.sort(key=lambda write: write.at)
    return writes


def live_of(layout: str, seed: int, now: float) -> Iterator[Write]:
    """What is written from the beginning of the demo on, for ever: the current session grows."""
    topic, path, at = _topic(seed), _current(layout, seed, now), _PAUSE
    for number in count(1):
        clock = time.strftime("%H:%M", time.localtime(now + at))
        step = topic.steps[number % len(topic.steps)]
        yield Write(at, path, f"\n### {clock}\n\n{step}. Checked against {topic.risk}.\n")
        at += _PAUSE


def live_of_until(layout: str, seed: int, now: float, seconds: float) -> Iterator[Write]:
    """As `live_of`, for so many seconds."""
    return takewhile(lambda write: write.at < seconds, live_of(layout, seed, now))


def _topic(seed: int) -> Topic:
    return TOPICS[(7 + seed) % len(TOPICS)]


def _current(layout: str, seed: int, now: float) -> str:
    day = time.strftime("%Y-%m-%d-%H%M", time.localtime(now - 30 * MINUTE))
    slug = _topic(seed).slug
    return {
        "files": f"{day}-{slug}.md",
        "folders": f"{day[:10]}-{slug}/notes.md",
        "shelves": f"active/{day[:10]}-{slug}/notes.md",
    }[layout]


def _session(
    layout: str, topic: Topic, began: float, ended: float | None, now: float, rng: Random
) -> list[Write]:
    day = time.strftime("%Y-%m-%d-%H%M", time.localtime(now + began))
    last = ended if ended is not None else began + 35 * MINUTE
    text = _begun(topic, now + began) + _progress(topic, now + began, ended is not None)
    if ended is not None:
        text += _ending(topic, now + ended)
    if layout == "files":
        return [Write(last, f"{day}-{topic.slug}.md", text, whole=True)]
    folder = f"{day[:10]}-{topic.slug}"
    if layout == "shelves":
        folder = f"{'completed' if ended is not None else 'active'}/{folder}"
        if ended is not None and rng.random() < 0.4:
            year_month = time.strftime("%Y/%m", time.localtime(now + began))
            folder = f"archived/{year_month}/{day[:10]}-{topic.slug}"
    brief = f"# {topic.title}\n\nFor {topic.user}, in `{topic.module}`.\n"
    return [
        Write(began + MINUTE, f"{folder}/brief.md", brief, whole=True),
        Write(last, f"{folder}/notes.md", text, whole=True),
    ]


def _begun(topic: Topic, at: float) -> str:
    started = time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
    goals = "".join(f"- [ ] {step}\n" for step in topic.steps[:4])
    return f"# {topic.title}\n\n**Started:** {started}\n\n## Goals\n\n{goals}\n## Progress\n"


def _progress(topic: Topic, at: float, done: bool) -> str:
    text = ""
    for number, step in enumerate(topic.steps[: 4 if done else 2], 1):
        clock = time.strftime("%H:%M", time.localtime(at + number * 9 * MINUTE))
        text += f"\n### {clock}\n\n{step}: done, in `{topic.module}`.\n"
    return text


def _ending(topic: Topic, at: float) -> str:
    ended = time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
    return (
        f"\n## Session End Summary\n\n**Ended:** {ended}\n\n{topic.title} works for {topic.user}. "
        f"Left for later: {topic.risk}.\n"
    )
