"""The programs that are measured against."""

import os
import shutil
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

TOOLONG = "toolong==1.5.0"
CLAUDE_CODE_LOG = "claude-code-log==1.7.0"
AGENTS_TREE = "agents-tree==1.2.0"

EVERY_LINE = """
import json, pathlib, sys, time
began = time.perf_counter()
for path in pathlib.Path(sys.argv[1]).rglob("*.jsonl"):
    with open(path, "rb") as file:
        for line in file:
            json.loads(line)
print((time.perf_counter() - began) * 1000)
"""
"""How long `json.loads` takes for every line of some transcripts, and nothing else."""

OPTIONS_APP = """
from textual.app import App
from textual.widgets import OptionList

class Options(App):
    def compose(self):
        ids = (f"build_20251106_{number:06}" for number in range({count}))
        yield OptionList(*(f"{one}  context plan progress" for one in ids))

Options().run()
"""

EMPTY_APP = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("an empty app")

Empty().run()
"""


def toolong(folder: Path) -> str:
    """The path of `tl`, in a virtual environment of its own that is made once."""
    return _installed(folder / "toolong", TOOLONG, "tl")


def claude_code_log(folder: Path) -> str:
    """The path of `claude-code-log`, likewise."""
    return _installed(folder / "claude-code-log", CLAUDE_CODE_LOG, "claude-code-log")


def agents_tree(folder: Path) -> str:
    """The path of `agents-tree`, likewise."""
    return _installed(folder / "agents-tree", AGENTS_TREE, "agents-tree")


def _installed(place: Path, what: str, name: str) -> str:
    command = place / "bin" / name
    if not command.exists():
        venv.create(place, with_pip=True)
        subprocess.run(
            [place / "bin" / "python", "-m", "pip", "install", "--quiet", what], check=True
        )
        subprocess.run(
            [place / "bin" / "python", "-m", "compileall", "-q", place / "lib"], check=False
        )
    return str(command)


@cache
def ours() -> list[str]:
    """The command of this program, compiled as one is that was installed and has run."""
    package = Path(__file__).parents[1] / "exito_tui"
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(package)], check=True)
    command = [os.path.join(os.path.dirname(sys.executable), "exito-tui")]
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([*command, "layouts"], env=kept, stdout=subprocess.DEVNULL, check=True)
    return command


def find(root: Path) -> list[str]:
    """`find` with the sizes and times of everything below a root."""
    return ["find", str(root), "-printf", "%p %s %T@\\n"]


def rg() -> str:
    """The path of ripgrep; empty where it is not installed."""
    return shutil.which("rg") or ""
