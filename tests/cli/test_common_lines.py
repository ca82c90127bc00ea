"""The command lines that are read by hand mean what the parser takes them to mean."""

import itertools
import subprocess
import sys
from typing import Any

import pytest

from exito_tui.cli.common_lines import read_common
from exito_tui.cli.parser import parse
from tests.support import Root

COMMANDS: tuple[list[str], ...] = ([], ["ls"], ["status"], ["search", "rate limit"], ["search", ""])
OPTIONS = (
    ["--json"], ["--no-claude"], ["--read-only"], ["--worktrees"], ["--root", "a b"], ["--root", ""],
    ["--by", "need"], ["--sort", "size"],
)  # fmt: skip


def told(options: Any) -> dict[str, Any]:
    """What a command line says, but for who carries it out."""
    return {name: value for name, value in vars(options).items() if name not in ("run", "parser")}


def taken(command: list[str], line: list[str]) -> bool:
    """Whether a command takes all the options of a line."""
    if "search" in command and "--no-claude" in line:
        return False
    if "status" in command or "search" in command:
        return "--by" not in line and "--sort" not in line
    return bool(command) or "--json" not in line


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_they_mean_the_same(command: list[str]) -> None:
    for count in range(3):
        for chosen in itertools.product(OPTIONS, repeat=count):
            line = [*command, *(word for option in chosen for word in option)]
            if taken(command, line):
                found = read_common(line)
                assert found is not None
                assert told(found) == told(parse(line)), line
            else:
                assert read_common(line) is None


@pytest.mark.parametrize(
    "line",
    ["ls -h", "--root", "--root -x", "ls --root --json", "status now", "why latest", "--json", "ls --by mood",
     "--root=a", "--no-claude ls", "statu", "--version", "ls --", "status --jso", "ls ls", "--by", "status --by need",
     "search", "search a b", "search -x", "search a --regex", "search --root a", "search a --by need", "search a --no-claude"],
)  # fmt: skip
def test_any_other_is_left_to_the_parser(line: str) -> None:
    assert read_common(line.split()) is None


@pytest.mark.parametrize(
    "line", [["status"], ["ls", "--json"], ["status", "--no-claude"], ["search", "x"]]
)
def test_neither_the_parser_is_made_nor_a_known_file_parsed(root: Root, line: list[str]) -> None:
    root.folder("build/build_20251106_153045")
    program = (
        "import sys\nsys.dont_write_bytecode = False\nfrom exito_tui.cli import run\n"
        "run([*sys.argv[1:]])\n"
        "print(*({'exito_tui.cli.parser', 'tomllib'} & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, *line, "--root", str(root)]
    for _ in range(2):  # the first time leaves the files compiled
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr.strip() == ""
