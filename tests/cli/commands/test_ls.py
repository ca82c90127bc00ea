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


def test_what_is_folded_in_the_app_is_listed(root: Root) -> None:
    """To group is not to filter."""
    for days in (3, 9):
        ago = time.time() - days * 86_400
        name = time.strftime("build_%Y%m%d_%H%M%S", time.localtime(ago - 1200))
        for at, file in enumerate(("context.md", "plan.md")):
            root.write(f"build/{name}/{file}", "# x\n", at=ago + 600 * at - 600)
    whole = {by: run("ls", "--by", by, "--root", str(root)) for by in ("need", "command", "time")}
    assert {by: done.stdout.count(b"build/build_") for by, done in whole.items()} == {
        "need": 2, "command": 2, "time": 2,
    }  # fmt: skip
