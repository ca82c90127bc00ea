"""Imports run one way, and the command line stays light."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "exito_tui"
MAY_IMPORT = {
    "domain": set(),
    "store": {"domain", "growth", "safe_read", "safe_write", "user_folders"},
    "claude": {"domain", "growth", "processes", "safe_read", "safe_write", "user_folders"},
    "hooks": {"domain", "store", "claude", "config", "safe_read", "safe_write", "user_folders"},
    "render": {"domain"},
    "demo": {"domain", "claude", "processes"},
    "config": {"domain", "actions", "safe_read", "user_folders"},
    "actions": set(),
    "app_state": {"safe_read", "safe_write"},
    "growth": {"domain"},
    "safe_read": set(),
    "safe_write": set(),
    "kept_answer": {"processes", "safe_read", "user_folders"},
    "looks": {"kept_answer", "processes"},
    "processes": {"safe_read"},
    "user_folders": set(),
    "ui": {
        "domain",
        "store",
        "claude",
        "render",
        "config",
        "app_state",
        "actions",
        "growth",
        "safe_read",
        "safe_write",
    },
    "cli": {
        "domain",
        "store",
        "claude",
        "hooks",
        "render",
        "config",
        "app_state",
        "actions",
        "demo",
        "ui",
        "kept_answer",
        "looks",
        "safe_write",
        "user_folders",
    },
    "__main__": {"cli", "hooks", "kept_answer"},
    "__init__": set(),
}
"""Each room, and the rooms it may import from."""

ORDERS = {
    "store": ("fs", "read", "live", "trash", "operations"),
    "ui": ("drawing", "document", "widgets", "dialogs", "browser"),
    "cli": ("shared", "json", "commands"),
}
"""The sub-packages of a room, from the ground up: each may import from those before it."""


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The rooms of this package that a module imports from."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if (
                parts[0] == "exito_tui"
                and len(parts) > 1
                and (PACKAGE / parts[1]).with_suffix(".py").exists() | (PACKAGE / parts[1]).is_dir()
            ):
                found.add(parts[1])
    return found


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_imports_run_one_way(path: Path) -> None:
    room = room_of(path)
    assert imports(path) - {room} <= MAY_IMPORT[room]


@pytest.mark.parametrize("room", ORDERS)
def test_the_sub_packages_of_a_room_stand_on_those_before(room: str) -> None:
    order = ORDERS[room]
    for place, name in enumerate(order):
        for path in (PACKAGE / room / name).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            used = set(re.findall(rf"(?:from|import) exito_tui\.{room}\.(\w+)", text))
            assert not used & set(order[place + 1 :]), (
                f"{path.relative_to(PACKAGE)} imports from {used}"
            )


def test_only_browsing_and_the_demo_start_the_app() -> None:
    starting = {path.name for path in (PACKAGE / "cli").rglob("*.py") if "ui" in imports(path)}
    assert starting == {"browsing.py"}


def test_commands_share_by_what_is_shared() -> None:
    """`hook` alone is two modules: it is called too often to load what installs it."""
    for path in (PACKAGE / "cli" / "commands").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        used = set(re.findall(r"(?:from|import) exito_tui\.cli\.commands\.(\w+)", text))
        assert used <= ({"hook_settings"} if path.stem == "hook" else set()), path.name


@pytest.mark.parametrize("room", ["domain"])
def test_the_domain_is_pure(room: str) -> None:
    for path in (PACKAGE / room).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"^\s*(?:import|from) (?:textual|rich|watchfiles|threading|asyncio|subprocess)",
            text,
            re.M,
        ), path
        assert not re.search(r"\bopen\(|os\.(?:listdir|scandir|stat)\(|time\.time|print\(", text), (
            path
        )


CHANGING = {
    "rename", "replace", "renames", "unlink", "remove", "rmdir", "removedirs", "mkdir", "makedirs", "link", "symlink",
    "write", "truncate", "ftruncate", "chmod", "fchmod", "chown", "utime", "mkfifo",
}  # fmt: skip
"""What of `os` changes something on disk."""
LOOKING = {"open", "stat", "lstat", "listdir", "scandir", "readlink", "access"}
BY_PATH = {
    "scan.py",
    "root_names.py",
    "sibling_roots.py",
    "session_index.py",
    "roots.py",
    "watched_folders.py",
    "checkouts.py",
    "verdict_cache.py",
    "safefs.py",
}
"""Modules of the store that open a root, a file of our own, or one of git's, by its path; or that
are the primitives themselves."""


def os_calls(path: Path, names: set[str]) -> Iterator[ast.Call]:
    """The calls of functions of `os` by these names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in names
        ):
            module = node.func.value
            if isinstance(module, ast.Name) and module.id == "os":
                yield node


def test_session_files_are_changed_by_one_module_alone() -> None:
    """Everything that changes a root goes through store/fs/mutations.py, where tests can let it
    fail. What else writes has files of its own, and is named here."""
    own = {
        "store/trash/archive_file.py": {"makedirs"},  # the folder that archives go to
        "store/trash/user_record.py": {"makedirs"},  # in the user's own state folder
        "app_state.py": {"makedirs", "replace"},
        "config/saving.py": {"makedirs", "replace", "fchmod", "unlink"},  # the user's settings
        # the log of errors, and what is kept between runs
        "safe_write.py": {"makedirs", "replace", "fchmod", "write", "unlink"},
        "kept_answer.py": {"unlink"},  # what it has kept
        "cli/terminal.py": {"write"},  # to the terminal
        "store/live/doorbell.py": {"write"},  # to a pipe of its own
        "cli/commands/hook.py": {"makedirs", "replace"},  # its log
        "cli/commands/demo.py": {"makedirs"},
        "store/operations/plugin_fix.py": {"makedirs"},  # in the user's own state folder
        "cli/commands/config.py": {"makedirs"},  # the folder of the user's settings
        "cli/json/parallel.py": set(),
        "demo/player.py": {"makedirs", "utime", "replace"},
    }
    for path in PACKAGE.rglob("*.py"):
        name = str(path.relative_to(PACKAGE))
        found = {
            call.func.attr
            for call in os_calls(path, CHANGING)
            if isinstance(call.func, ast.Attribute)
        }
        assert name == "store/fs/mutations.py" or found <= own.get(name, set()), f"{name}: {found}"
        # of their own: the demo's project, and the plugin that was made of some parts
        removes = name in ("demo/player.py", "cli/commands/plugin.py")
        assert removes or "rmtree" not in path.read_text(encoding="utf-8"), name


def test_session_files_are_reached_from_the_roots_descriptor() -> None:
    for path in (PACKAGE / "store").rglob("*.py"):
        if path.name in BY_PATH:
            continue
        for call in os_calls(path, LOOKING):
            given = {keyword.arg for keyword in call.keywords}
            first = ast.unparse(call.args[0])
            by_descriptor = (
                given & {"dir_fd"} or first in ("folder", "/proc/self/fd/") or "proc/self" in first
            )
            outside = (path.name, first) in {
                ("archive_file.py", "folder"), ("commits.py", "own"), ("user_record.py", "path"),
                ("ripgrep.py", "path"),
            }  # fmt: skip
            assert by_descriptor or outside, f"{path.name}:{call.lineno}: os.{ast.unparse(call)}"


@pytest.mark.parametrize("command", [["ls", "--json"], ["ls"], ["--version"], ["config", "path"]])
def test_light_commands_import_neither_textual_nor_asyncio(
    command: list[str], tmp_path: Path
) -> None:
    root = tmp_path / ".claude" / "sessions" / "build" / "build_20251106_153045"
    root.mkdir(parents=True)
    (root / "plan.md").write_text("# Plan\n")
    program = (
        "import sys\nfrom exito_tui.cli import run\n"
        "try:\n    run(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'textual', 'asyncio', 'rich', 'watchfiles', 'markdown_it', 'dataclasses'} & "
        "set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_files_stay_small() -> None:
    """A file that grows past this is two things."""
    large = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert not large


def test_functions_stay_small() -> None:
    """So is a function."""
    large = {
        f"{path.relative_to(PACKAGE)}:{node.name}": lines
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > 50
    }
    assert not large


def test_no_two_public_classes_share_a_name() -> None:
    """One word for one thing; who reads a name knows which it is."""
    where: dict[str, list[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert not {name: paths for name, paths in where.items() if len(paths) > 1}


def test_the_project_speaks_of_itself_alone() -> None:
    """No addresses of package registries and no paths of a machine in what is published."""
    top = PACKAGE.parent
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=top, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    for name in filter(None, names):
        if name.startswith("tests/"):
            continue
        text = (top / name).read_text(encoding="utf-8", errors="replace")
        assert not re.search(
            r"pypi\.org|pythonhosted|files\.python|registry\.npmjs|/(?:work|root)/", text
        ), name
