"""`python -m real_claude [SCENARIO ...]`: what exito-tui says of the real Claude Code, checked.

$EXITO_CLAUDE_CODE names a folder where npm has put it already, or shall; else it is `.claude-code`.
$EXITO_MARKET names a marketplace with a plugin `exito`, to be played instead of the stand-in.
"""

import glob
import os
import shutil
import subprocess
import sys

from real_claude import box
from real_claude.scenarios import SCENARIOS, played

VERSION = "2.1.332"
_CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_CACHE = f"{_CHECKOUT}/.claude-code"
_MARKET = f"{_CACHE}/market"
_INSIDE = "--inside"


def main(arguments: list[str]) -> int:
    """Install, shut in, play; the exit code is 1 where a check failed."""
    if arguments[:1] == [_INSIDE]:
        box.enter(f"{_CACHE}/root", arguments[1], _CHECKOUT)
        market = _MARKET if os.path.isdir(_MARKET) else ""
        return played(arguments[2:], f"{_CHECKOUT}/.venv/bin", VERSION, market)
    unknown = [name for name in arguments if name not in SCENARIOS]
    if unknown:
        print(f"no scenario {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
        return 2
    lacking = box.missing()
    if lacking:
        print(f"skipped: {lacking}")
        return 0
    print("Claude Code is Anthropic's, and is installed and run here under its own terms.")
    program = _installed()
    if program is None:
        print(f"skipped: npm did not bring Claude Code {VERSION}")
        return 0
    shutil.rmtree(_MARKET, ignore_errors=True)
    if given := os.environ.get("EXITO_MARKET"):
        shutil.copytree(given, _MARKET)
    wanted = arguments or list(SCENARIOS)
    return box.run([sys.executable, "-m", "real_claude", _INSIDE, program, *wanted])


def _installed() -> str | None:
    """The folder of the program, which is fetched where it is missing."""
    folder = os.environ.get("EXITO_CLAUDE_CODE") or f"{_CACHE}/{VERSION}"
    place = f"{folder}/node_modules/@anthropic-ai/claude-code-linux-*/claude"
    if not glob.glob(place):
        package = f"@anthropic-ai/claude-code@{VERSION}"
        os.makedirs(folder, exist_ok=True)
        quietly = ("--no-audit", "--no-fund", "--ignore-scripts")
        subprocess.run(["npm", "install", "--prefix", folder, *quietly, package], check=False)
    return next((os.path.dirname(found) for found in sorted(glob.glob(place))), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
