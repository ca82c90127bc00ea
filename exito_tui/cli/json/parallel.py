"""Long work done in shares by several processes, where there are several processors."""

import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

_FEWEST = 1_000
"""A share smaller than this is not worth a process."""
_MOST = 4

T = TypeVar("T")


def in_chunks(items: Sequence[T], work: Callable[[Sequence[T]], str], *, separator: str) -> str:
    """`work(items)`, put together with `joint` from the texts of consecutive shares of the items.

    `work` must give for two halves, joined, what it gives for the whole. To be called only while
    there is one thread.
    """
    count = max(1, min(_processors(), _MOST, len(items) // _FEWEST))
    ends = [len(items) * number // count for number in range(count + 1)]
    mine, *others = [items[start:end] for start, end in pairwise(ends)]
    started = [_start(share, work) for share in others]
    texts = [work(mine)]
    texts += [_finish(process, share, work) for process, share in zip(started, others, strict=True)]
    return separator.join(texts)


def _start(share: Sequence[T], work: Callable[[Sequence[T]], str]) -> tuple[int, int]:
    """Begin a share in a child process; returns its id and the pipe that its text comes through."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        with open(writing, "wb", buffering=0) as pipe:
            text = memoryview(work(share).encode("ascii"))
            while text:
                text = text[pipe.write(text) or 0 :]
        code = 0
    finally:
        os._exit(code)  # nothing of the parent's may be flushed or cleaned up here


def _finish(
    process: tuple[int, int], share: Sequence[T], work: Callable[[Sequence[T]], str]
) -> str:
    child, reading = process
    with open(reading, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return text.decode("ascii") if status == 0 else work(share)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
