"""`exito-tui watch`: every change, one line each, until interrupted."""

import argparse
import json
import queue
import time
from typing import Any

from exito_tui.cli.output import complain, flush, separated, write
from exito_tui.cli.shared.roots import wanted_roots
from exito_tui.domain.sessions.snapshot import Change
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc


def run(options: argparse.Namespace) -> int:
    """Print changes as they happen, until a signal ends it."""
    from exito_tui.config.sources import load
    from exito_tui.store.live.events import Update
    from exito_tui.store.live.feed import Feed, Intervals
    from exito_tui.store.read.scan import scan

    config = load()
    wanted = wanted_roots(options)
    roots = wanted.places or wanted.roots
    updates: queue.SimpleQueue[Update] = queue.SimpleQueue()
    snapshots = [scan(root) for root in roots]
    feed = Feed(
        snapshots,
        updates.put,
        pace=Intervals(reconcile=config.reconcile),
        force_polling=config.polling,
        on_failure=lambda error: complain(f"the last look failed: {type(error).__name__}: {error}"),
    )
    feed.start()
    states = {snapshot.root: snapshot.state for snapshot in snapshots}
    try:
        while True:
            try:
                # Not for ever: a signal that reaches another thread does not wake this one.
                update = updates.get(timeout=_LONGEST_WAIT)
            except queue.Empty:
                continue
            at = time.time_ns()
            for snapshot in update.snapshots:
                if states[snapshot.root] != snapshot.state:
                    states[snapshot.root] = snapshot.state
                    _print(
                        options.json,
                        {
                            "event": "root",
                            "at": iso_utc(at),
                            "root": decoded(snapshot.root),
                            "state": snapshot.state,
                        },
                    )
            for change in update.changes:
                _print(options.json, _object(change, at))
            flush()
    finally:
        feed.stop()


_LONGEST_WAIT = 0.5


def _object(change: Change, at_ns: int) -> dict[str, Any]:
    session = change.session
    written = session.last_write_ns
    return {
        "event": change.kind,
        "at": iso_utc(at_ns),
        "root": decoded(session.root),
        "key": decoded(session.key),
        "command": decoded(session.command),
        "files": [decoded(name) for name in change.files],
        "size_bytes": session.size,
        "last_write_at": None if written is None else iso_utc(written),
    }


def _print(as_json: bool, event: dict[str, Any]) -> None:
    if as_json:
        write(json.dumps({"schema": 1, **event}) + "\n")
    elif event["event"] == "root":
        write(separated((event["at"], "root", event["root"], event["state"])))
    else:
        write(separated((event["at"], event["event"], event["key"], " ".join(event["files"]))))
