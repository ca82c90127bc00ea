"""`exito-tui recover`: what an agent returned as text, saved as the file that it owes."""

import time
from collections.abc import Sequence

from exito_tui.claude.reports import FoundReports, find_reports
from exito_tui.cli.json.cleanup import reports_object
from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_FAILED, Failure, complain, write
from exito_tui.cli.shared.change import must_agree, settings
from exito_tui.cli.shared.claude import with_records_of
from exito_tui.cli.shared.roots import must_be_read
from exito_tui.cli.shared.select import session_to_change
from exito_tui.cli.shared.settings import layouts_for, settings_for
from exito_tui.domain.records import reports
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import DAY_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import safefs
from exito_tui.store.operations.recover import save_reports
from exito_tui.store.read.root_reader import JudgingReader
from exito_tui.store.read.scan import scan_names

_SHOWN = 12
"""How many lines of a report are shown before it is saved."""


def run(options: Options) -> int:
    """Show what can be saved; then, with a yes, save just that."""
    if getattr(options, "no_claude", False):
        raise Failure("--no-claude leaves out the records that a report would come from")
    roots, _ = settings(options, work_trees=True)
    session, found = _found(options, roots)
    if not options.json:
        for one in found.reports:
            write(_words(session, one))
    for name, why in found.left:
        complain(f"{one_line(decoded(session.key))}{f'/{one_line(name)}' if name else ''}: {why}")
    if options.dry_run or not found.reports:
        return _only_show(options, session, found)
    where = one_line(decoded(session.key))
    must_agree(f"Save {_files(found.reports)} in {where}?", yes=options.yes)
    with Outcomes(options, "saved", counts="file") as outcomes:
        outcome = save_reports(session, found.reports)
        outcomes.add(outcome, session.root, reports_object(session, found, outcome), [])
    return EXIT_FAILED if found.left else outcomes.code


def _found(options: Options, roots: Sequence[str]) -> tuple[Session, FoundReports]:
    """The session that is named, and the reports of its agents. Conversations that ended before it
    began are not read."""
    snapshots = [scan_names(root, layouts_for(root)) for root in roots]
    must_be_read(snapshots)
    session = session_to_change(options, snapshots, options.session)
    snapshot = next(one for one in snapshots if one.root == session.root)
    judge = Judge(settings_for(session.root).judge_settings)
    with safefs.opened_root(session.root) as root:
        (full,) = JudgingReader(root, snapshot, judge).with_files([session])
        snapshot = snapshot._replace(sessions={**snapshot.sessions, session.key: full})
        since_ns = max(0, (full.started_ns or 0) - DAY_NS)
        snapshot, judge = with_records_of(options, snapshot, judge, since_ns=since_ns)
        reader = JudgingReader(root, snapshot, judge)
        now_ns = time.time_ns()
        ((full, verdict),) = reader.judged([snapshot.sessions[session.key]], now_ns)
    return full, find_reports(full, verdict.steps, judge.known(full, now_ns), options.file or "")


def _only_show(options: Options, session: Session, found: FoundReports) -> int:
    """Tell that nothing was saved; the exit code."""
    if options.json:
        write(document(reports_object(session, found), dry_run=options.dry_run))
    elif found.reports:
        complain(f"{_files(found.reports)} would be saved; nothing was done")
    return 0 if found.reports or found.is_fine else EXIT_FAILED


def _files(found: Sequence[reports.Report]) -> str:
    return " and ".join(report.name for report in found)


def _words(session: Session, report: reports.Report) -> str:
    """A file that can be saved, where it comes from, and how it begins."""
    head = f"{one_line(decoded(session.key))}/{report.name}  ({one_line(report.about)})\n"
    return head + "".join(f"    {one_line(line)}\n" for line in reports.preview(report, _SHOWN))
