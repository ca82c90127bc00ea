"""Searching by a regular expression in a process of its own: one that goes on for ever, as a repeat
of a repeat may, can be ended there, and nobody waits for it."""

import os
import pickle
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from exito_tui.domain.documents.needle import Needle, NeedleError
from exito_tui.store.trash.search_all import Hit, Progress, SearchedRoot, search_all

_SILENCE = 5.0
"""Seconds without a word after which a search is given up."""
_PAUSE = 0.1
_LENGTH = 4


def search_apart(
    places: Sequence[SearchedRoot],
    expression: str,
    *,
    trash: bool = False,
    is_over: Callable[[], bool] = lambda: False,
    on_progress: Progress = lambda done, count: None,
    silence: float = _SILENCE,
) -> Iterator[Hit]:
    """As `search_all`. Raises NeedleError when the expression takes longer than `silence` seconds
    for one file."""
    # Not from where the user is: a project may hold modules that are called as ours are.
    command = [sys.executable, "-P", "-m", __name__]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/"
    ) as child:
        assert child.stdin and child.stdout
        try:
            pickle.dump((places, expression, trash), child.stdin)
            child.stdin.close()
            for said in _told(child.stdout.fileno(), is_over, silence):
                if isinstance(said, Hit):
                    yield said
                else:
                    on_progress(*said)
        except BrokenPipeError:
            return  # it ended by itself
        finally:
            child.kill()


def _told(pipe: int, is_over: Callable[[], bool], silence: float) -> Iterator[Any]:
    """What the other process says, until it ends or nobody wants it any more."""
    buffer = b""
    heard = time.monotonic()
    while not is_over():
        if select.select([pipe], [], [], _PAUSE)[0]:
            heard = time.monotonic()
            if not (read := os.read(pipe, 1 << 16)):
                return
            buffer += read
            while (end := _end(buffer)) and len(buffer) >= end:
                yield pickle.loads(buffer[_LENGTH:end])  # noqa: S301 - our own process
                buffer = buffer[end:]
        elif time.monotonic() - heard > silence:
            raise NeedleError(
                "The expression takes too long: a repeat of a repeat, such as (a+)+, may go on for "
                "ever."
            )


def _end(buffer: bytes) -> int:
    """Where the first message of a buffer ends; 0 when not even its length is there."""
    if len(buffer) < _LENGTH:
        return 0
    return _LENGTH + int.from_bytes(buffer[:_LENGTH], "big")


def _say(pipe: IO[bytes], said: object) -> None:
    raw = pickle.dumps(said)
    pipe.write(len(raw).to_bytes(_LENGTH, "big") + raw)
    pipe.flush()


def main() -> None:
    """The other process: what is wanted comes in, what is found goes out."""
    places, expression, trash = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own process
    out = sys.stdout.buffer

    def progress(done: int, count: int) -> None:
        _say(out, (done, count))

    needle = Needle(expression, regex=True)
    for hit in search_all(places, needle, trash=trash, on_progress=progress):
        _say(out, hit)


if __name__ == "__main__":
    main()
