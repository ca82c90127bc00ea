"""The part of the parser that is about looking: what there is, why it stands where it does, and
what is wrong."""

from exito_tui.cli.parser.add import Add, add_consent
from exito_tui.cli.parser.argument_types import duration, lines, since, states, until
from exito_tui.domain.sessions.orders import GROUPINGS, SORTS


def add_inspect(add: Add) -> None:
    """Add the commands that read: what there is, why it stands where it does, and what is wrong."""
    _listing(add)
    _searching(add)
    _explaining(add)
    _waiting(add)
    _checking(add)
    _showing(add)


def _listing(add: Add) -> None:
    ls = add("ls", "ls", "List the sessions: a table on a terminal, tab-separated when piped.")
    ls.add_argument("--sort", choices=SORTS, default=None, help="the order (default: started)")
    ls.add_argument("--by", choices=GROUPINGS, help="by need, by command, or flat by time")
    ls.add_argument(
        "--filter", metavar="TEXT", default="", help="such as 'state:stuck age:<2d limits'"
    )
    ls.add_argument(
        "--state",
        metavar="STATE,...",
        type=states,
        default=(),
        help="only sessions in these states",
    )

    add("status", "status", "How many sessions need you: ?3 !2 ◐3 (exit code 3 when any).")


def _searching(add: Add) -> None:
    search = add(
        "search", "search", "Find a text in all that was ever written (exit code 1 when nowhere)."
    )
    search.add_argument("text", metavar="TEXT", help="an upper case letter makes case count")
    search.add_argument("--regex", action="store_true", help="TEXT is a regular expression")
    search.add_argument(
        "--state",
        metavar="STATE,...",
        type=states,
        default=(),
        help="only sessions in these states",
    )
    search.add_argument("--command", metavar="NAME,...", help="only sessions of these commands")
    search.add_argument("--file", metavar="NAME", help="only files whose name has this, or fits")
    search.add_argument(
        "--since", metavar="TIME", type=since, help="of sessions written since: 2d, 3h, today"
    )
    search.add_argument(
        "--until", metavar="TIME", type=until, help="of sessions last written until: 3h, yesterday"
    )
    search.add_argument(
        "--context", metavar="N", type=lines, default=0, help="also N lines before and after each"
    )
    search.add_argument("--trash", action="store_true", help="also what lies in the trash")


def _explaining(add: Add) -> None:
    why = add("why", "why", "Say why a session waits, runs, is stuck or done, with the evidence.")
    why.add_argument("session", metavar="SESSION")

    agents = add(
        "agents",
        "agents",
        "Say what Claude Code's agents do for a session, or for all that it works on now.",
    )
    agents.add_argument("session", metavar="SESSION", nargs="?")

    add(
        "stats",
        "stats",
        "Figures per command and phase on a terminal, per session when piped: states, durations, "
        "sizes, commits, tokens.",
        json="both as one JSON object",
        more="Columns when piped: key, state, agents, seconds, files, bytes, commits,\n"
        "tokens spared, and the root where there are several.",
    )


def _waiting(add: Add) -> None:
    wait = add(
        "wait",
        "wait",
        "Wait until sessions get into a state (exit code 1 when the time runs out).",
    )
    wait.add_argument("sessions", metavar="SESSION", nargs="+")
    wait.add_argument("--any", action="store_true", help="until one of them does, not all")
    wait.add_argument(
        "--for",
        dest="states",
        metavar="STATE,...",
        type=states,
        default=states("completed,waiting,failed"),
        help="the states to wait for (default: completed,waiting,failed)",
    )
    wait.add_argument(
        "--timeout", metavar="TIME", type=duration, help="such as 90s or 2h (default: for ever)"
    )

    add(
        "watch",
        "watch",
        "Tell of every change, until interrupted.",
        json="one JSON object a line",
    )


def _checking(add: Add) -> None:
    doctor = add(
        "doctor",
        "doctor",
        "Say what is wrong with a root's folders and files (exit code 3 if anything is).",
    )
    doctor.add_argument(
        "--fix", action="store_true", help="carry out the moves that fix what was found"
    )
    add_consent(doctor, "the moves", given="--fix")


def _showing(add: Add) -> None:
    show = add(
        "show",
        "show",
        "Show one file of a session: rendered on a terminal, its very bytes when piped.",
        json="the session, or the file's text, as JSON",
    )
    show.add_argument("session", metavar="SESSION")
    show.add_argument("file", metavar="FILE", nargs="?", help="default: the file written last")
    show.add_argument(
        "--agent", metavar="NAME", help="the transcript of an agent, by its name or id, or `lead`"
    )

    layouts = add(
        "layouts",
        "layouts",
        "Say which names are known, or how some names are read and why.",
    )
    layouts.add_argument("names", metavar="NAME", nargs="*", help="the name of a file or folder")
