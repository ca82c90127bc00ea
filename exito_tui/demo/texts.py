"""The files that simulated agents write: plausible, varied, and all our own words."""

from collections.abc import Callable
from random import Random

from exito_tui.demo.topics import Topic


def artefact_text(name: str, topic: Topic, session: str, rng: Random) -> str:
    """The text of one artefact. `name` is its file name; the same arguments give the same text."""
    for ending, writer in _WRITERS.items():
        if name.endswith(ending):
            return writer(topic, session, rng)
    return _report(topic, session, rng, name.removesuffix(".md").replace("_", " ").capitalize())


def _context(topic: Topic, session: str, rng: Random) -> str:
    files = rng.randint(4, 9)
    rows = "\n".join(
        f"| `{topic.module}/{name}.py` | {rng.randint(40, 420)} | {what} |"
        for name, what in [
            ("__init__", f"exports the {topic.thing} type"),
            ("store", f"reads and writes each {topic.thing}"),
            ("views", f"what {topic.user} sees"),
            ("tasks", "work done off the request"),
        ]
    )
    return f"""# Context: {topic.title}

**Session**: {session} | **Depth**: standard | **Files read**: {files * 3}

## What is asked for

Let {topic.user} rely on this: {_a(topic.thing)} is never lost and never shown to anybody \
else. Today the code in
`{topic.module}` assumes that nothing goes wrong in between, and it does.

## Where the code is

| file | lines | role |
|---|---:|---|
{rows}

```python
class {topic.thing.capitalize()}Store:
    def save(self, item: {topic.thing.capitalize()}) -> None:
        # no lock is taken here, and the callers assume there is one
        self._rows[item.key] = item
```

## What is known

- Each {topic.thing} has a key that clients may choose, so it must be checked.
- The nightly job touches the same rows; it runs for about {rng.randint(3, 25)} minutes.
- There are {rng.randint(11, 64)} tests for this folder and none for {topic.risk}.

> The riskiest part is {topic.risk}. It was reported {rng.randint(2, 6)} times since spring.

## Questions left

1. May {_a(topic.thing)} outlive the account it belongs to?
2. Who is told when something is dropped?
"""


def _plan(topic: Topic, session: str, rng: Random) -> str:
    steps = "\n".join(
        f"{number}. **{step}**\n   - file: "
        f"`{topic.module}/{rng.choice(('store', 'views', 'tasks'))}.py`\n"
        f"   - done when its test is green, about {rng.choice((10, 15, 20, 30))} minutes"
        for number, step in enumerate(topic.steps, 1)
    )
    return f"""# Implementation plan: {topic.title}

**Session**: {session} | **Complexity**: {rng.choice(("low", "medium", "medium", "high"))}

## Goal

{topic.title}: the smallest change that lets {topic.user} stop worrying about {topic.risk}.

## Steps

{steps}

## How we know it works

- [ ] a test for {topic.risk}
- [ ] the old tests pass unchanged
- [ ] `make check` is quiet

## Risks

| risk | likelihood | answer |
|---|---|---|
| {topic.risk} | likely | one writer at a time, and a test that proves it |
| the migration takes long | unlikely | it runs in batches of 500 |

Approve this plan, or say what to change.
"""


def _progress(topic: Topic, session: str, rng: Random) -> str:
    return progress_texts(topic, session, rng)[-1]


def progress_texts(topic: Topic, session: str, rng: Random) -> list[str]:
    """progress.md as the builder rewrites it: with no step ticked, with one more each time, and
    completed."""
    commits = [f"{rng.getrandbits(28):07x}" for _ in topic.steps]
    remarks = [rng.choice(_REMARKS).format(thing=topic.thing, risk=topic.risk) for _ in topic.steps]
    texts = []
    for done in range(len(topic.steps) + 1):
        whole = done == len(topic.steps)
        items = "\n".join(
            f"- [x] {step} (`{commit}`)" if number < done else f"- [ ] {step}"
            for number, (step, commit) in enumerate(zip(topic.steps, commits, strict=True))
        )
        log = "\n".join(
            f"### Step {number}: {step}\n\n{remark}\n"
            for number, (step, remark) in enumerate(
                zip(topic.steps[:done], remarks, strict=False), 1
            )
        )
        texts.append(
            f"# Progress: {topic.title}\n\n**Session**: {session}\n"
            f"**Status**: {'Completed' if whole else 'In Progress'}\n\n## Steps\n\n{items}\n\n## "
            f"Log\n\n{log}"
        )
    return texts


_REMARKS = (
    "The test came first and was red for the right reason.",
    "Slower than planned: the {thing} is built in three places, now in one.",
    "Kept the old name as an alias; two callers outside the folder still use it.",
    "Found while here: {risk} was possible in the import as well. Noted for later.",
    "No surprises.",
)


def _tests(topic: Topic, session: str, rng: Random) -> str:
    passed = rng.randint(48, 260)
    return f"""# Test report: {topic.title}

**Session**: {session}
**Overall**: PASS

| suite | passed | failed | seconds |
|---|---:|---:|---:|
| unit | {passed} | 0 | {rng.randint(2, 14)} |
| integration | {passed // 6} | 0 | {rng.randint(12, 80)} |

```text
{passed + passed // 6} passed in {rng.randint(15, 90)}.{rng.randint(10, 99)}s
```

The case of {topic.risk} is covered by `test_{topic.thing}_under_load`; it was seen to fail \
without the change.
"""


def _review(topic: Topic, session: str, rng: Random) -> str:
    scores = [rng.randint(7, 10) for _ in range(4)]
    return f"""# Review: {topic.title}

**Session**: {session}
**Verdict**: APPROVED

| aspect | score |
|---|---:|
| code quality | {scores[0]}/10 |
| architecture | {scores[1]}/10 |
| security | {scores[2]}/10 |
| tests | {scores[3]}/10 |

## Worth knowing

- `{topic.module}/store.py` takes the lock in one place only, which is easy to keep true.
- Nothing new is logged about {topic.user}.

## Small wishes

1. Name the constant in `tasks.py`.
2. The word *{topic.thing}* means two things in the docs; choose one.
"""


def _validation(topic: Topic, session: str, rng: Random) -> str:
    return f"""# Requirements check

Status: COMPLETE

The request for **{topic.title.lower()}** says who needs it ({topic.user}), what must hold, \
and when it is done.

- [x] scope is clear
- [x] what happens on {topic.risk} is decided: the first one wins, the second is told
- [x] no open question
"""


def _alternatives(topic: Topic, session: str, rng: Random) -> str:
    options = [
        ("A lock per key", "simple, and slow only for those who collide", rng.randint(2, 4)),
        ("One writer and a queue", "no locks at all, one more moving part", rng.randint(4, 8)),
        ("Let the database decide", "a constraint and a retry; least code", rng.randint(1, 3)),
    ]
    sections = "\n".join(
        f"## Option {letter}: {name}\n\n{what.capitalize()}.\n\n- effort: {days} days\n- answers "
        f"{topic.risk}: yes\n"
        for letter, (name, what, days) in zip("ABC", options, strict=True)
    )
    return (
        f"# Alternatives: {topic.title}\n\n{sections}\n## Advice\n\nOption C. Choose one, or ask "
        "for another.\n"
    )


def _feasibility(topic: Topic, session: str, rng: Random) -> str:
    scores = [rng.randint(5, 9) for _ in range(3)]
    rows = "\n".join(
        f"| {letter} | {score}/10 |" for letter, score in zip("ABC", scores, strict=True)
    )
    return (
        f"# Feasibility: {topic.title}\n\n| option | score |\n|---|---:|\n{rows}\n\nAll three "
        "can be built here.\n"
    )


def _report(topic: Topic, session: str, rng: Random, heading: str = "Report") -> str:
    return f"""# {heading}: {topic.title}

**Session**: {session}

Score: {rng.randint(6, 10)}/10

What stands out in `{topic.module}`:

- names say what things are; the {topic.thing} is one type throughout
- {topic.risk} is handled where it happens, not where it hurts
- one function is longer than a screen

```diff
-    rows = list(all_rows())
+    rows = rows_of(key)
```
"""


_WRITERS: dict[str, Callable[[Topic, str, Random], str]] = {
    "context.md": _context,
    "CLAUDE.md": _context,
    "plan.md": _plan,
    "progress.md": _progress,
    "test_report.md": _tests,
    "review.md": _review,
    "quality.md": _review,
    "validation-report.md": _validation,
    "alternatives.md": _alternatives,
    "feasibility.md": _feasibility,
}


def _a(thing: str) -> str:
    """A thing with its article: `a cart`, `an invoice`."""
    return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"
