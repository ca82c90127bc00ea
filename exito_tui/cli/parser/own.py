"""The part of the parser that is about exito-tui itself: its demo and its settings."""

from exito_tui.cli.parser.add import Add
from exito_tui.cli.parser.argument_types import number_of_sessions, speed


def add_own(add: Add) -> None:
    """Add the commands that need no sessions."""
    _demo(add)
    _config(add)


def _demo(add: Add) -> None:
    demo = add("demo", "demo", "Play a simulated fleet of workflows, and browse it.", json="")
    demo.add_argument(
        "--speed",
        type=speed,
        default=1.0,
        help="how many times faster than life (default 1; 0: at once)",
    )
    demo.add_argument("--seed", type=int, default=1, help="another number, another fleet")
    demo.add_argument(
        "--layout",
        choices=("exito", "files", "folders", "shelves"),
        default="exito",
        help="how its sessions are kept (default: exito)",
    )
    demo.add_argument(
        "--sessions",
        type=number_of_sessions,
        default=0,
        metavar="N",
        help="so many more sessions of each of five commands, such as 200",
    )
    demo.add_argument("--headless", metavar="DIR", help="only write, into this new or empty folder")


def _config(add: Add) -> None:
    config = add("config", "config", "Write a settings file, show the settings, or check them.")
    config.add_argument(
        "what",
        metavar="{path,show,check,init,themes}",
        choices=["path", "show", "check", "init", "themes"],
        help="where they are; each with its value and origin; whether they are well; a new file "
        "with every setting; the themes",
    )
    config.add_argument("--stdout", action="store_true", help="with init: only print the file")
