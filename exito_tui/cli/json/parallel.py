"""Long work done in chunks by several processes, where there are several processors."""

import marshal
import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

_FEWEST = 1_000
"""A chunk smaller than this is not worth a process."""
_MOST = 4
_OWN = 1.4
"""How much more this process takes on than each of the others: their memory must be copied first,
and their results sent."""

T = TypeVar("T")
R = TypeVar("R")


def parallel_map(items: Sequence[T], work: Callable[[Sequence[T]], list[R]]) -> list[R]:
    """What `work` gives for consecutive chunks of the items, in their order.

    `work` must give one result an item, and for two halves what it gives for the whole; a result is
    plain data: texts, numbers, None, and tuples and lists of those. To be called only while there
    is one thread.
    """
    count = max(1, min(_processors(), _MOST, len(items) // _FEWEST))
    share = len(items) / (count - 1 + _OWN)
    ends = [0, *(round(share * (number + _OWN)) for number in range(count))]
    mine, *others = [items[start:end] for start, end in pairwise(ends)]
    started = [_start(chunk, work) for chunk in others]
    results = work(mine)
    for process, chunk in zip(started, others, strict=True):
        results += _finish(process, chunk, work)
    return results


def _start(chunk: Sequence[T], work: Callable[[Sequence[T]], list[R]]) -> tuple[int, int]:
    """Begin a chunk in a child process; returns its id and the pipe that its results come
    through."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        with open(writing, "wb", buffering=0) as pipe:
            left = memoryview(marshal.dumps(work(chunk)))
            while left:
                left = left[pipe.write(left) or 0 :]
        code = 0
    finally:
        os._exit(code)  # nothing of the parent's may be flushed or cleaned up here


def _finish(
    process: tuple[int, int], chunk: Sequence[T], work: Callable[[Sequence[T]], list[R]]
) -> list[R]:
    child, reading = process
    with open(reading, "rb") as pipe:
        content = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        return work(chunk)
    results: list[Any] = marshal.loads(content)  # noqa: S302 our own child made it just now
    return results


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
