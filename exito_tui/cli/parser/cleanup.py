"""The part of the parser that is about cleaning up."""

import argparse

from exito_tui.cli.parser.add import Add, add_consent
from exito_tui.cli.parser.argument_types import duration


def add_cleanup(add: Add) -> None:
    """Add the commands that move sessions, and bring them back."""
    _moving(add)
    _bringing_back(add)
    _pruning(add)
    _ending(add)
    _recovering(add)


def _moving(add: Add) -> None:
    rm = add("rm", "rm", "Move sessions to the trash; `exito-tui undo` takes it back.")
    _sessions_to_move(rm)

    archive = add(
        "archive", "archive", "Pack each session into a verified tar.gz, then move it to the trash."
    )
    _sessions_to_move(archive)
    archive.add_argument(
        "--to", metavar="DIR", help="where the archives go (default: .archive in the root)"
    )

    unarchive = add("unarchive", "archive", "Put the session of an archive back in its place.")
    unarchive.add_argument("file", metavar="FILE", nargs="+")

    for name, summary in (
        ("pin", "Pin sessions: they are left alone by whatever cleans up."),
        ("unpin", "Take the pins off."),
    ):
        pin = add(name, "pin", summary)
        pin.add_argument("session", metavar="SESSION", nargs="+")
        pin.set_defaults(pinned=name == "pin")


def _sessions_to_move(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION", nargs="+")
    parser.add_argument(
        "--force", action="store_true", help="though it is active or pinned; for one SESSION alone"
    )
    parser.add_argument(
        "--yes",
        action="store_true",
        help="without asking: at a terminal it asks about `latest`, and about what a run has "
        "become",
    )


def _bringing_back(add: Add) -> None:
    add("undo", "restore", "Take back the last thing that was done.")
    redo = add("redo", "restore", "Do again what undo took back.")
    redo.set_defaults(again=True)

    restore = add("restore", "restore", "Move entries of the trash back to where they came from.")
    restore.add_argument(
        "entry",
        metavar="ID",
        nargs="+",
        help="an entry's id, its beginning or its last letters, or its session",
    )
    restore.add_argument(
        "--as", dest="new", metavar="NEW", help="under another id, or COMMAND/ID; for one entry"
    )

    trash = add("trash", "trash", "List what is in the trash.")
    trash.set_defaults(log=False)

    log = add("log", "trash", "List all that was done.")
    log.set_defaults(log=True)

    purge = add("purge", "purge", "Destroy what is in the trash, for good.")
    purge.add_argument(
        "entry", metavar="ID", nargs="*", help="an entry's id (default: all entries)"
    )
    purge.add_argument(
        "--older-than",
        metavar="TIME",
        type=duration,
        help="only what came there before, such as 30d",
    )
    purge.add_argument(
        "--force", action="store_true", help="though it was written in the trash; for one ID alone"
    )
    add_consent(purge, "what would be destroyed")


def _pruning(add: Add) -> None:
    prune = add(
        "prune",
        "prune",
        "Move what a policy does not keep to the trash, after showing what would go and why.",
        json="what goes and what stays as one JSON object",
        more="Keeps are a union: what any rule keeps stays. At least one of --keep-last,\n"
        "--keep-within, --max-size, --older-than must be given, or --policy.",
    )
    prune.add_argument("--keep-last", metavar="N", help="keep the last N sessions of each command")
    prune.add_argument(
        "--keep-within", metavar="TIME", help="keep what is not older than this, such as 30d"
    )
    prune.add_argument(
        "--max-size", metavar="SIZE", help="the oldest go until the rest fits, such as 2G"
    )
    prune.add_argument("--state", metavar="STATE,...", help="only sessions in these states may go")
    prune.add_argument(
        "--command", metavar="NAME,...", help="only sessions of these commands may go"
    )
    prune.add_argument(
        "--older-than", metavar="TIME", help="only sessions older than this may go, such as 14d"
    )
    prune.add_argument(
        "--policy", metavar="NAME", help="the rules of [policies.NAME] in your settings"
    )
    add_consent(prune, "what would go and what stays, and why")


def _ending(add: Add) -> None:
    finalize = add("finalize", "finalize", "Write status, end and a summary into sessions.")
    finalize.add_argument("session", metavar="SESSION", nargs="*")
    finalize.add_argument(
        "--ended", action="store_true", help="all that are completed, failed or interrupted"
    )
    finalize.add_argument(
        "--force", action="store_true", help="though it is running or pinned; for one SESSION alone"
    )
    add_consent(finalize, "what would be written into which")


def _recovering(add: Add) -> None:
    recover = add(
        "recover",
        "recover",
        "Save what an agent returned as text, or was refused to write, as the file it owes.",
    )
    recover.add_argument("session", metavar="SESSION")
    recover.add_argument(
        "file", metavar="FILE", nargs="?", help="a file that is missing (default: all of them)"
    )
    add_consent(recover, "what would be saved, and from where")
