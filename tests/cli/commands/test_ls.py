"""`ls`: when sessions began, as their root tells."""

import time

from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root

HOUR = 3600


def test_a_start_in_a_zone_that_is_behind_is_shown_as_it_was(root: Root) -> None:
    now = int(time.time()) // HOUR * HOUR
    for day in (1, 2, 3):
        start = now - day * 25 * HOUR
        name = time.strftime("build_%Y%m%d_%H%M%S", time.gmtime(start - 7 * HOUR))
        for at, file in enumerate(("context.md", "plan.md")):
            root.write(f"build/{name}/{file}", "# x\n", at=start + 120 + 600 * at)
    listed = as_json(run("ls", "--json", "--root", str(root)))["sessions"]
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 25 * HOUR))
    assert listed[0]["started_at"] == began
    (first, *_) = [
        line for line in run("ls", "--root", str(root)).stdout.decode().splitlines() if "_" in line
    ]
    assert began[11:16] in first
