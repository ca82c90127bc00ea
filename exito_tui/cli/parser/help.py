"""What the help says besides the options: the commands by what they are for, and examples."""

from collections.abc import Mapping

GROUPS: Mapping[str, tuple[str, ...]] = {
    "look": ("ls", "status", "search", "show", "why", "agents", "stats"),
    "wait and follow": ("wait", "watch"),
    "clean up": (
        "rm",
        "archive",
        "prune",
        "finalize",
        "recover",
        "pin",
        "unpin",
        "doctor",
        "purge",
    ),
    "bring back": ("trash", "log", "undo", "redo", "restore", "unarchive"),
    "make workflows work": ("new", "plugin", "hook", "lint", "workflows"),
    "set up": ("config", "layouts", "demo"),
}
"""Every command, in the order of the help."""

SESSION = """\
SESSION is one of
  build/build_20251106_153045   a key, as `exito-tui ls --json` has it
  build_20251106_153045         an id
  build_20251106                the beginning of either, if no other begins so
  latest, latest:build          the newest session, or the newest of a command"""

MAIN = f"""\
{SESSION}
STATE is one of waiting, stuck, failed, running, interrupted, completed, unknown.
Exit codes: 0 fine, 1 failed, 2 usage or configuration, 3 findings, \
128 + n signal n (130: ctrl+c), 141 broken pipe.
`exito-tui COMMAND --help` has examples of each."""

EXAMPLES: Mapping[str, tuple[str, str]] = {
    "ls": (
        "exito-tui ls --by need --state waiting,stuck",
        "exito-tui ls --filter 'age:<2d -state:completed limits'",
    ),
    "status": (
        "exito-tui status",
        "exito-tui status --json --root ~/shop",
    ),
    "search": (
        "exito-tui search 'rate limit' --since 2d",
        "exito-tui search 'TODO|FIXME' --regex --context 2 --trash",
    ),
    "show": (
        "exito-tui show latest:build plan.md",
        "exito-tui show build_20251106_153045 review.md --json",
    ),
    "why": ("exito-tui why latest", "exito-tui why latest:craft --json"),
    "agents": ("exito-tui agents", "exito-tui agents latest:craft --json"),
    "stats": ("exito-tui stats", "exito-tui stats --json"),
    "wait": (
        "exito-tui wait latest:build --for completed,waiting --timeout 2h",
        "exito-tui wait build_20251106 craft_20251106 --any",
    ),
    "watch": ("exito-tui watch", "exito-tui watch --json"),
    "rm": (
        "exito-tui rm build_20251106_153045 patch_20251106_185345",
        "exito-tui rm latest:patch --yes",
    ),
    "archive": (
        "exito-tui archive build_20251106_153045 --to ~/archives",
        "exito-tui archive latest:build --json",
    ),
    "prune": (
        "exito-tui prune --keep-last 20 --keep-within 30d --dry-run",
        "exito-tui prune --policy weekly --yes",
    ),
    "finalize": (
        "exito-tui finalize latest:build",
        "exito-tui finalize --ended --dry-run",
    ),
    "recover": (
        "exito-tui recover latest",
        "exito-tui recover build_20251106_153045 plan.md --dry-run",
    ),
    "pin": ("exito-tui pin latest:build", "exito-tui pin build_20251106_153045 --json"),
    "unpin": ("exito-tui unpin latest:build", "exito-tui unpin build_20251106_153045"),
    "doctor": ("exito-tui doctor", "exito-tui doctor --fix --dry-run"),
    "purge": (
        "exito-tui purge --older-than 30d --dry-run",
        "exito-tui purge kqvmxd --yes",
    ),
    "trash": ("exito-tui trash", "exito-tui trash --json"),
    "log": ("exito-tui log", "exito-tui log --json"),
    "undo": ("exito-tui undo", "exito-tui undo --json"),
    "redo": ("exito-tui redo", "exito-tui redo --json"),
    "restore": (
        "exito-tui restore patch_20251106_185345",
        "exito-tui restore kqvmxd --as patch_20251106_185346",
    ),
    "unarchive": (
        "exito-tui unarchive ~/archives/build_20251106_153045.tar.gz",
        "exito-tui unarchive --root ~/shop ~/archives/build_20251106_153045.tar.gz",
    ),
    "config": ("exito-tui config init", "exito-tui config show"),
    "layouts": (
        "exito-tui layouts",
        "exito-tui layouts 2026-03-04-0915-login.md active/fix-login",
    ),
    "new": (
        "exito-tui new build",
        "exito-tui new craft --title 'Saved carts' --json",
    ),
    "plugin": (
        "exito-tui plugin install --dry-run",
        "exito-tui plugin install --only permission,save",
    ),
    "lint": (
        "exito-tui lint ~/my-plugin --only not-executed,no-write-tool",
        "exito-tui lint ~/my-plugin --fix --dry-run",
    ),
    "workflows": ("exito-tui workflows", "exito-tui workflows --plugin ~/my-plugin --json"),
    "hook": ("exito-tui hook install --only save --dry-run", "exito-tui hook print"),
    "demo": ("exito-tui demo", "exito-tui demo --headless ./fleet --speed 0"),
}
"""Two lines for each command."""


def epilog(name: str, *, takes_session: bool, more: str = "") -> str:
    """What stands below the options of a command."""
    examples = "\n".join(f"  {line}" for line in EXAMPLES[name])
    parts = (more, SESSION if takes_session else "", f"examples:\n{examples}")
    return "\n\n".join(part for part in parts if part)
