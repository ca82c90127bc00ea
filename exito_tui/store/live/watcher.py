"""Waiting for files to change, in a small set of folders.

Watching may fail in many ways (a limit of the system, a name that is not UTF-8, a folder that
vanished), and it may miss events without a word. So it only ever gives hints, and says whether it
works at all.
"""

import threading
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchfiles.main import FileChange

FINE_MS = 20
"""The file on show is looked at more closely by who shows it."""
COARSE_MS = 400
_LONGEST_BURST_MS = 80


class Watcher:
    """Waits for changes right inside some folders (not below their subfolders)."""

    def __init__(self, wake: threading.Event) -> None:
        """`wake` ends a wait early when it is set."""
        self._wake = wake
        self._armed: tuple[object, ...] = ()
        self._changes: Generator[set[FileChange]] | None = None

    @property
    def watches(self) -> int:
        """How many folders are watched now."""
        return len(self._armed) - 2 if self._changes else 0

    def arm(self, folders: Sequence[tuple[str, int]], timeout: float, *, fine: bool) -> bool:
        """Watch these folders from now on; whether this set is a new one, whose past must be looked
        at.

        A folder is a path and its inode: one that was made anew under the old name would be watched
        in vain. `timeout` bounds each wait, in seconds. `fine` notices a change within a few
        hundredths of a second, at the cost of more wake-ups.
        """
        wanted = (fine, timeout, *(folder for folder in folders if _is_utf8(folder[0])))
        if self._changes and wanted == self._armed:
            return False
        self.close()
        from watchfiles import watch

        step = FINE_MS if fine else COARSE_MS
        self._changes = watch(
            *(path for path, _ in folders if _is_utf8(path)),
            recursive=False,
            watch_filter=None,
            step=step,
            debounce=max(step, _LONGEST_BURST_MS),
            rust_timeout=max(1, int(timeout * 1000)),
            yield_on_timeout=True,
            stop_event=self._wake,
            raise_interrupt=False,
            force_polling=False,
            ignore_permission_denied=True,
        )
        self._armed = wanted
        return True

    def wait(self) -> set[str]:
        """Wait for changes and return the changed paths: none when the time ran out or the wait was
        ended.

        Raises:
            Exception: whatever the watching library raises; the caller goes on without it.
        """
        assert self._changes is not None
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
        self._changes = None


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
