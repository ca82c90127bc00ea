"""Waiting for files to change, in a small set of folders.

Watching may fail in many ways (a limit of the system, a name that is not UTF-8, a folder that
vanished), and it may miss events without a word. So it only ever gives hints, and says whether it
works at all.
"""

import contextlib
import math
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from exito_tui.store.live.doorbell import Doorbell, Wake

if TYPE_CHECKING:
    from watchfiles.main import FileChange

FINE_MS = 20
"""The file on show is looked at more closely by who shows it."""
COARSE_MS = 400
_LONGEST_BURST_MS = 40
_ASKS = 5
"""The library may learn of a change a little later than the doorbell rings."""


class Watcher:
    """Waits for changes right inside some folders (not below their subfolders).

    The watching library asks itself many times a second whether there is news, also while it
    rests. Where there is a doorbell, it is only asked after that rang.
    """

    def __init__(self, wake: Wake) -> None:
        """`wake` ends a wait early when it is set."""
        self._wake = wake
        self._folders: Sequence[tuple[str, int]] = ()
        self._pace = (False, 0.0)
        self._changes: Generator[set[FileChange]] | None = None
        self._doorbell: Doorbell | None = None

    @property
    def watches(self) -> int:
        """How many folders are watched now."""
        return len(self._folders) if self._changes else 0

    def arm(self, folders: Sequence[tuple[str, int]], timeout: float, *, fine: bool) -> bool:
        """Watch these folders from now on; whether this set is a new one, whose past must be looked
        at.

        A folder is a path and its inode: one that was made anew under the old name would be watched
        in vain. `timeout` bounds each wait, in seconds. `fine` notices a change within a few
        hundredths of a second, at the cost of more wake-ups; with a doorbell that costs nothing.

        Raises:
            Exception: whatever the watching library raises; the caller goes on without it.
        """
        folders = [folder for folder in folders if _is_utf8(folder[0])]
        before, self._pace = self._pace, (fine, timeout)
        if self._changes and folders == self._folders and (self._doorbell or self._pace == before):
            return False
        self.close()
        paths = [path for path, _ in folders]
        with contextlib.suppress(OSError):  # without it, the library asks itself
            self._doorbell = Doorbell(paths, self._wake)
        self._changes = self._watch(paths)
        self._folders = folders
        if self._doorbell:
            self._ask()  # only from now on it hears anything
        return True

    def _watch(self, paths: Sequence[str]) -> "Generator[set[FileChange]]":
        from watchfiles import watch

        fine, timeout = self._pace
        step = FINE_MS if fine or self._doorbell else COARSE_MS
        return watch(
            *paths,
            recursive=False,
            watch_filter=None,
            step=step,
            debounce=max(step, _LONGEST_BURST_MS),
            rust_timeout=step if self._doorbell else max(1, int(timeout * 1000)),
            yield_on_timeout=True,
            stop_event=None if self._doorbell else self._wake,
            raise_interrupt=False,
            force_polling=False,
            ignore_permission_denied=True,
        )

    def wait(self, at_most: float = math.inf) -> set[str]:
        """Wait for changes and return the changed paths: none when the time ran out or the wait was
        ended. `at_most` seconds; without a doorbell as long as it was armed for.

        Raises:
            Exception: whatever the watching library raises; the caller goes on without it.
        """
        if self._doorbell is None:
            return self._ask()
        if self._doorbell.wait(min(self._pace[1], at_most)):
            for _ in range(_ASKS):
                if (paths := self._ask()) or self._wake.is_set():
                    return paths
        return set()

    def _ask(self) -> set[str]:
        if self._changes is None:
            return set()
        try:
            changes = next(self._changes, None)
        except BaseException:
            self.close()
            raise
        if changes is None:
            self.close()
            return set()
        return {path for _, path in changes}

    def close(self) -> None:
        """Watch nothing."""
        if self._changes:
            self._changes.close()
        if self._doorbell:
            self._doorbell.close()
        self._changes = self._doorbell = None


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
