"""`python -m benchmarks [ROW ...]`: measure, and print each figure beside its peer's.

The trees and the peers are kept in $EXITO_BENCH (default: a folder in the system's temporary one).
"""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.rows import ROWS


def main(wanted: list[str]) -> int:
    """Print a table; the exit code is 1 when a target is missed."""
    unknown = [name for name in wanted if name not in ROWS]
    if unknown:
        print(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}", file=sys.stderr)
        return 2
    folder = Path(os.environ.get("EXITO_BENCH") or Path(tempfile.gettempdir()) / "exito-benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    missed = 0
    print(f"{'what':<40}{'ours':>10}  {'peer':<26}{'its':>10}{'ratio':>9}{'target':>9}")
    for name in wanted or ROWS:
        for figure in ROWS[name](folder):
            met = figure.ratio <= figure.target
            missed += not met
            print(
                f"{figure.what:<40}{figure.ours:>7.1f} {figure.item}  "
                f"{figure.peer_name:<26}{figure.peer:>7.1f} "
                f"{figure.item}{figure.ratio:>9.2f}{figure.target:>9.2f}  "
                f"{'met' if met else 'missed'}",
                flush=True,
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
