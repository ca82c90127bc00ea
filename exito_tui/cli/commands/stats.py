"""`exito-tui stats`: figures per session and per command."""

from exito_tui.cli.json.schema import command_figures_object, document, session_figures_object
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    COMMAND_WIDTH,
    TableRow,
    on_terminal,
    paragraph,
    sections,
    separated,
    shortened,
    table,
    write,
)
from exito_tui.cli.shared.select import judged_roots, verdicts_of
from exito_tui.cli.shared.signs import sign_of
from exito_tui.domain.sessions.orders import newest_first
from exito_tui.domain.text import decoded
from exito_tui.domain.units import duration, pluralize, short_size
from exito_tui.domain.verdicts.state import STATES
from exito_tui.domain.verdicts.stats import (
    FORMULA,
    CommandFigures,
    SessionFigures,
    command_figures,
    session_figures,
)
from exito_tui.store.read.commits import commits_by_session
from exito_tui.store.read.roots import project_of


def run(options: Options) -> int:
    """Print figures: by command on a terminal, by session when piped, both as JSON."""
    snapshots, judge = judged_roots(options, work_trees=False)
    roots = []
    for snapshot in snapshots:
        project = project_of(snapshot.root)
        commits = commits_by_session(project) if project else {}
        verdicts = verdicts_of(snapshot, judge)
        sessions = [
            session_figures(session, verdicts[session.key], commits.get(session.id, ()))
            for session in newest_first(snapshot.sessions.values())
        ]
        by_command: dict[str, list[SessionFigures]] = {}
        for figures in sessions:
            by_command.setdefault(figures.session.command, []).append(figures)
        commands = [
            command_figures(members, snapshot, judge) for _, members in sorted(by_command.items())
        ]
        roots.append((snapshot.root, sessions, commands))
    if options.json:
        made = [
            {
                "root": decoded(root),
                "sessions": [session_figures_object(one) for one in sessions],
                "commands": [command_figures_object(one) for one in commands],
            }
            for root, sessions, commands in roots
        ]
        write(document(made, formula=FORMULA))
    elif on_terminal():
        for root, sessions, commands in roots:
            if len(roots) > 1:
                write(paragraph(decoded(root)))
            in_order = list(dict.fromkeys(one.session.command for one in sessions))
            _tables(sorted(commands, key=lambda one: in_order.index(one.command)))
        write("\n" + paragraph(FORMULA, hang=0))
    else:
        several = sum(1 for _, sessions, _ in roots if sessions) > 1
        for root, sessions, _ in roots:
            for one in sessions:
                write(separated((*_fields(one), *([decoded(root)] if several else ()))))
    return 0


def _fields(figures: SessionFigures) -> tuple[str, ...]:
    return (
        decoded(figures.session.key),
        figures.state,
        " ".join(figures.agents),
        "" if figures.seconds is None else f"{figures.seconds:.0f}",
        str(len(figures.session.artefacts or ())),
        str(figures.session.size),
        str(len(figures.commits)),
        str(figures.tokens_spared),
    )


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else duration(int(seconds * 1e9))


def _tables(commands: list[CommandFigures]) -> None:
    """The commands, then the phases of each; `commands` are in the order of their newest
    sessions."""
    rows = [
        (
            shortened(decoded(figures.command), COMMAND_WIDTH),
            f"{figures.sessions:,}",
            " ".join(
                f"{sign_of(state)}{figures.states[state]}"
                for state in STATES
                if figures.states.get(state)
            ),
            _seconds(figures.median),
            _seconds(figures.slowest),
            short_size(figures.size),
            f"{figures.commits:,}",
            f"{figures.tokens_spared:,}",
        )
        for figures in commands
    ]
    heading = ("COMMAND", "RUNS", "STATES", "MEDIAN", "SLOWEST", "SIZE", "COMMITS", "TOKENS SPARED")
    write(table(heading, rows, frozenset({1, 3, 4, 5, 6, 7}), drop=(7, 6, 5, 4)))
    groups = [
        (
            decoded(one.command),
            [
                TableRow((
                    "", *key.split("/", 1), pluralize(past.runs, "run"), _seconds(past.median),
                    f"at most {_seconds(past.slowest)}" if past.runs > 1 else "",
                ))
                for key, past in one.phases.items()
            ],
        )
        for one in commands
        if one.phases
    ]  # fmt: skip
    if groups:
        write("\n" + sections(groups, frozenset({3, 4, 5}), drop=(2, 3)))
