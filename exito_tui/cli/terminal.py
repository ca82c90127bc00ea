"""The terminal, which is as it was before, however the app ends."""

import os
import select
import signal
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from exito_tui.cli.ending import answering, exit_code

_GRACE = 5.0
"""Seconds that the app has to end in its own way."""
_LFLAG = 3
_ORDERLY = "".join(
    f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1006, 1015, 1016, 1004, 2004, 2048)
)
"""No reports of the mouse, the focus and the size, and no marks around what is pasted."""
_LEAVING = "\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"
"""Lines wrap, keys come as they did, the main screen and the cursor are back."""


@contextmanager
def lent(end: Callable[[int], None], leave: Callable[[], None]) -> Iterator[None]:
    """Lend the terminal to an app, and take it back.

    A signal that asks the process to end is passed on to the app by `end`. At the end `leave` is
    called, to leave nothing behind. When the terminal is gone, or the app is still there some
    seconds after a signal, the process ends at once, with that done.
    """
    before = termios.tcgetattr(0)
    asked: list[threading.Timer] = []
    mine = threading.Lock()

    def at_once(number: int) -> None:
        mine.acquire()  # and never given back: whoever is first ends the process
        leave()
        _roll_back(before)
        os._exit(exit_code(number))

    def answer(number: int) -> None:
        if not asked:
            asked.append(threading.Timer(_GRACE, at_once, (number,)))
            asked[0].daemon = True
            asked[0].start()
            end(number)

    threading.Thread(
        target=_wait_for_hang_up, args=(lambda: at_once(signal.SIGHUP),), daemon=True
    ).start()
    with answering(answer):  # until all is left: a signal that comes then is not to disturb it
        try:
            yield
        finally:
            _roll_back(before)
            leave()
            for last_resort in asked:
                last_resort.cancel()


def _wait_for_hang_up(hung_up: Callable[[], None]) -> None:
    """Call `hung_up` when the terminal goes away: a signal says so only to some, and reading from
    it never ends."""
    poll = select.poll()
    poll.register(0, 0)  # nothing is asked for: a hang-up is always told
    if any(event & select.POLLHUP for _, event in poll.poll()):
        hung_up()


def _roll_back(before: list[Any]) -> None:
    """Give the terminal the attributes that it had before, and undo what the app asked it for."""
    try:
        raw = (termios.tcgetattr(0)[_LFLAG] ^ before[_LFLAG]) & termios.ICANON
        termios.tcsetattr(0, termios.TCSANOW, before)
        os.set_blocking(2, False)  # a terminal that takes nothing more must not hold us
        os.write(2, (_ORDERLY + (_LEAVING if raw else "")).encode())  # who is back already has left
        os.set_blocking(2, True)
    except (termios.error, OSError):
        return  # it is gone
