"""`exito-tui watch`: every change, one line each, until interrupted."""

import queue
import time

from exito_tui.cli.ending import go_on
from exito_tui.cli.json.schema import (
    Object,
    change_object,
    document,
    root_change_object,
    state_change_object,
)
from exito_tui.cli.options import Options
from exito_tui.cli.output import complain, flush, separated, write
from exito_tui.cli.shared.claude import records_source
from exito_tui.cli.shared.roots import wanted_roots
from exito_tui.cli.shared.select import judge_for
from exito_tui.cli.shared.settings import layouts_for


def run(options: Options) -> int:
    """Print changes as they happen, until a signal ends it."""
    from exito_tui.config.sources import load
    from exito_tui.store.live.events import Update
    from exito_tui.store.live.feed import Feed, Intervals
    from exito_tui.store.read.scan import scan

    config = load()
    wanted = wanted_roots(options)
    roots = wanted.places or wanted.all
    updates: queue.SimpleQueue[Update] = queue.SimpleQueue()
    snapshots = [scan(root, layouts_for(root)) for root in roots]
    judge = judge_for(roots)
    feed = Feed(
        snapshots,
        updates.put,
        pace=Intervals(reconcile=config.reconcile),
        force_polling=config.polling,
        judge=judge,
        records=records_source(options, snapshots, judge),
        on_failure=lambda error: complain(f"the last look failed: {type(error).__name__}: {error}"),
    )
    feed.start()
    states = {snapshot.root: snapshot.state for snapshot in snapshots}
    try:
        while True:
            go_on()
            try:
                # Not for ever: a signal that reaches another thread does not wake this one.
                update = updates.get(timeout=_LONGEST_WAIT)
            except queue.Empty:
                continue
            at = time.time_ns()
            for snapshot in update.snapshots:
                if states[snapshot.root] != snapshot.state:
                    states[snapshot.root] = snapshot.state
                    _print(options.json, root_change_object(snapshot, at))
            for change in update.changes:
                _print(options.json, change_object(change, at))
            for state_change in update.state_changes:
                known = update.judge.known(state_change.session, at) if update.judge else None
                _print(options.json, state_change_object(state_change, at, known))
            flush()
    finally:
        feed.stop()


_LONGEST_WAIT = 0.5


def _print(as_json: bool, event: Object) -> None:
    if as_json:
        write(document(event))
    elif event["event"] == "root":
        write(separated((event["at"], "root", event["root"], event["state"])))
    elif event["event"] == "state":
        write(separated((event["at"], "state", event["key"], f"{event['from']} {event['to']}")))
    else:
        write(separated((event["at"], event["event"], event["key"], " ".join(event["files"]))))
