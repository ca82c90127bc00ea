"""The programs that are measured against."""

import os
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

TOOLONG = "toolong==1.5.0"

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
    place = folder / "toolong"
    command = place / "bin" / "tl"
    if not command.exists():
        venv.create(place, with_pip=True)
        subprocess.run(
            [place / "bin" / "python", "-m", "pip", "install", "--quiet", TOOLONG], check=True
        )
        subprocess.run(
            [place / "bin" / "python", "-m", "compileall", "-q", place / "lib"], check=False
        )
    return str(command)


@cache
def ours() -> list[str]:
    """The command of this program, compiled as an installed one is."""
    package = Path(__file__).parents[1] / "exito_tui"
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(package)], check=True)
    return [os.path.join(os.path.dirname(sys.executable), "exito-tui")]


def find(root: Path) -> list[str]:
    """`find` with the sizes and times of everything below a root."""
    return ["find", str(root), "-printf", "%p %s %T@\\n"]
