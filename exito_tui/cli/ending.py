"""Being asked to end by a signal: ctrl+c, `kill`, or a terminal that went away."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(KeyboardInterrupt):
    """A signal asked the process to end; `number` says which."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def exit_code(number: int) -> int:
    """The exit code of a process that a signal has ended."""
    return 128 + number


@contextmanager
def answering(answer: Callable[[int], None]) -> Iterator[None]:
    """Have `answer` called with the number of each signal that asks the process to end, in the main
    thread.

    A signal that is ignored stays so: `nohup` wants it. In any other thread nothing changes.
    """
    before = {
        number: handler
        for number in SIGNALS
        if (handler := signal.getsignal(number)) is not signal.SIG_IGN
    }
    try:
        for number in before:
            signal.signal(number, lambda caught, _: answer(caught))
    except ValueError:  # only the main thread can answer signals
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def raising() -> Iterator[None]:
    """Raise `Ended` where the program is when a signal asks it to end; a second one does not
    disturb what the first one has begun."""
    _asked.clear()

    def answer(number: int) -> None:
        if not _asked:
            _asked.append(number)
            raise Ended(number)

    with answering(answer):
        yield


@contextmanager
def held_back() -> Iterator[None]:
    """Within `raising`: when a signal asks to end meanwhile, raise `Ended` not before the end. What
    is begun here is known by then to whoever has to end it."""
    caught: list[int] = []
    with answering(caught.append):
        yield
    if caught:
        _asked.append(caught[0])
        raise Ended(caught[0])


_asked: list[int] = []
"""The signal that asked this process to end."""


def go_on() -> None:
    """For loops that would go on for ever: raise `Ended` if a signal has asked to end. Where Python
    ignores what is raised (while it collects garbage or imports), the signal alone ends nothing."""
    if _asked:
        raise Ended(_asked[0])
