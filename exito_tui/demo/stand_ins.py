"""Processes that simulated conversations can be registered with: idle threads of this one, which
end with it, however that may be."""

import os
import threading

from exito_tui.claude.registry import own_domain
from exito_tui.demo.recorder import StandIn
from exito_tui.processes import start_of


class StandIns:
    """Threads that wait until they are ended. Where there is no /proc nobody can tell whether they
    live."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def another(self) -> StandIn:
        """Start one more."""
        thread = threading.Thread(target=self._stop.wait, name="exito-demo-idle", daemon=True)
        thread.start()
        self._threads.append(thread)
        pid = thread.native_id or os.getpid()
        return StandIn(pid, start_of(pid), own_domain() or "elsewhere")

    def end(self) -> None:
        """End them all."""
        self._stop.set()
        for thread in self._threads:
            thread.join(1)
