"""The part of the parser that is about making the workflows of Claude Code work."""

from exito_tui.cli.parser.add import Add, add_consent
from exito_tui.domain.hook_setup import PARTS


def add_workflows(add: Add) -> None:
    """Add the commands that make session folders, and that look at plugins."""
    _session_folders(add)
    _checking_plugins(add)
    _our_plugin(add)


def _session_folders(add: Add) -> None:
    new = add(
        "new",
        "new",
        "Make the folder of a new session, which nobody else can have, and print what agents are "
        "told.",
    )
    new.add_argument("command", metavar="COMMAND", help="such as build")
    new.add_argument("--title", metavar="TEXT", default="", help="what the session is about")
    new.add_argument("--path", action="store_true", help="print the folder's absolute path alone")


def _checking_plugins(add: Add) -> None:
    workflows = add(
        "workflows",
        "workflows",
        "List the workflows that are known, beside what the installed plugins say of them.",
    )
    workflows.add_argument("--plugin", metavar="DIR", help="a plugin's folder, installed or not")

    lint = add(
        "lint",
        "lint",
        "Say whether a plugin keeps the session contract in today's Claude Code (exit code 3 if "
        "not).",
    )
    lint.add_argument("plugin", metavar="PLUGIN_DIR", help="the plugin's folder")
    lint.add_argument("--only", metavar="CODE,...", help="only some findings, and all of them")
    lint.add_argument("--fix", action="store_true", help="put right what can be by rule")
    add_consent(lint, "the diff", given="--fix")
    lint.add_argument("--undo", action="store_true", help="take the last --fix of it back")


def _our_plugin(add: Add) -> None:
    plugin = add(
        "plugin",
        "plugin",
        "Install the plugin for Claude Code that makes its workflows' sessions work.",
    )
    plugin.add_argument(
        "what",
        metavar="{path,install,uninstall,status}",
        choices=["path", "install", "uninstall", "status"],
    )
    plugin.add_argument(
        "--scope", choices=["user", "project"], default="user", help="for whom it is installed"
    )
    plugin.add_argument("--only", metavar="PART,...", help=f"only some of {', '.join(PARTS)}")
    add_consent(plugin, "what would be run")

    hook = add(
        "hook",
        "hook",
        "Be one of Claude Code's hooks, or put them into its settings: without the plugin.",
        json="",
    )
    hook.add_argument(
        "what",
        metavar="{install,uninstall,print,session-end,run,permission,...}",
        choices=["install", "uninstall", "print", "run", *PARTS],
    )
    hook.add_argument(
        "--scope", choices=["user", "project"], default="user", help="whose settings.json"
    )
    hook.add_argument("--only", metavar="PART,...", help=f"only some of {', '.join(PARTS)}")
    hook.add_argument("--dry-run", action="store_true", help="only show the diff")
    hook.add_argument("--yes", action="store_true", help="without asking")
    hook.add_argument("--undo", action="store_true", help="take the last change back")
