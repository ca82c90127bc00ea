"""`exito-tui recover`: what an agent returned as text, saved as the file that it owes."""

import argparse
import time
from collections.abc import Sequence

from exito_tui.claude.reports import Found, find_reports
from exito_tui.cli.json.schema import Object, document
from exito_tui.cli.output import EXIT_FAILED, Failure, complain, write
from exito_tui.cli.shared.change import agreed, settings, undo_command
from exito_tui.cli.shared.claude import with_records_of
from exito_tui.cli.shared.roots import existing_roots, must_be_read
from exito_tui.cli.shared.select import session_called
from exito_tui.cli.shared.settings import layouts_for, settings_for
from exito_tui.domain.records.reports import Report, preview
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import DAY_NS, pluralize, short_size
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.render.reasons import sentence
from exito_tui.store.fs import safefs
from exito_tui.store.operations.recover import save_reports
from exito_tui.store.read.root_reader import JudgingReader
from exito_tui.store.read.scan import scan_names
from exito_tui.store.trash.journal import Outcome

_SHOWN = 12
"""How many lines of a report are shown before it is saved."""


def run(options: argparse.Namespace) -> int:
    """Show what can be saved; then, with a yes, save just that."""
    if getattr(options, "no_claude", False):
        raise Failure("--no-claude leaves out the records that a report would come from")
    roots = (
        existing_roots(options, work_trees=True)
        if options.dry_run
        else settings(options, work_trees=True)[0]
    )
    session, found = _found(options, roots)
    if not options.json:
        for report in found.reports:
            write(_words(session, report))
    for name, why in found.left:
        complain(f"{one_line(decoded(session.key))}{f'/{one_line(name)}' if name else ''}: {why}")
    outcome = None
    if found.reports and not options.dry_run:
        if not agreed(f"Save {_files(found.reports)}?", yes=options.yes):
            complain("nothing was done")
            return EXIT_FAILED
        outcome = save_reports(session, found.reports)
    if options.json:
        write(document(_object(session, found, outcome)))
    return _told(options, session, found, outcome)


def _found(options: argparse.Namespace, roots: Sequence[str]) -> tuple[Session, Found]:
    """The session that is named, and the reports of its agents. Conversations that ended before it
    began are not read."""
    snapshots = [scan_names(root, layouts_for(root)) for root in roots]
    must_be_read(snapshots)
    session = session_called(snapshots, options.session)
    snapshot = next(one for one in snapshots if one.root == session.root)
    judge = Judge(settings_for(session.root).judge_settings)
    with safefs.opened_root(session.root) as root:
        (full,) = JudgingReader(root, snapshot, judge).with_files([session])
        snapshot = snapshot._replace(sessions={**snapshot.sessions, session.key: full})
        since_ns = max(0, (full.started_ns or 0) - DAY_NS)
        snapshot, judge = with_records_of(options, snapshot, judge, since_ns=since_ns)
        reader = JudgingReader(root, snapshot, judge)
        ((full, verdict),) = reader.judged([snapshot.sessions[session.key]], time.time_ns())
    return full, find_reports(full, verdict.steps, judge.known(full), options.file or "")


def _told(
    options: argparse.Namespace, session: Session, found: Found, outcome: Outcome | None
) -> int:
    """Tell on stderr what became of it; the exit code."""
    if outcome is None:
        if found.reports:
            complain(f"{_files(found.reports)} would be saved; nothing was done")
        return 0 if found.reports or found.is_fine else EXIT_FAILED
    for note in outcome.notes:
        complain(sentence(note))
    for what, why in outcome.failed:
        complain(f"{decoded(what)}: {sentence(why)}")
    if outcome.done:
        size = short_size(sum(item.size for item in outcome.done))
        undo = undo_command(options, session.root)
        complain(f"{pluralize(len(outcome.done), 'file')} saved ({size}); `{undo}` takes it back")
    return EXIT_FAILED if outcome.failed or found.left else 0


def _files(reports: Sequence[Report]) -> str:
    return " and ".join(report.name for report in reports)


def _words(session: Session, report: Report) -> str:
    """A file that can be saved, where it comes from, and how it begins."""
    head = f"{one_line(decoded(session.key))}/{report.name}  ({one_line(report.about)})\n"
    return head + "".join(f"    {one_line(line)}\n" for line in preview(report, _SHOWN))


def _object(session: Session, found: Found, outcome: Outcome | None) -> Object:
    saved = {item.what for item in outcome.done} if outcome else set()
    failed = {what: sentence(why) for what, why in outcome.failed} if outcome else {}
    files = []
    for report in found.reports:
        what = f"{session.key}/{report.name}"
        files.append(
            {
                "file": report.name,
                "size_bytes": len(report.content),
                **report.origin._asdict(),
                "saved": what in saved,
                "problem": failed.get(what),
            }
        )
    left = [{"file": name or None, "problem": why} for name, why in found.left]
    head = {"key": decoded(session.key), "root": decoded(session.root)}
    return {**head, "files": files, "left": left}
