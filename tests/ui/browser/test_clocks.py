"""When sessions began, on the screen: by the clock of the root, not by the one of a container."""

import os
import time

from exito_tui.domain.units import SECOND_NS
from tests.support import NOW_NS, Root
from tests.ui.driver import browsing

NOW, HOUR = NOW_NS // SECOND_NS, 3600


def name(start: int) -> str:
    """The name of a build that a container called so, whose clock is seven hours behind."""
    return time.strftime("build_%Y%m%d_%H%M%S", time.gmtime(start - 7 * HOUR))


async def test_a_run_of_a_container_began_when_it_did_and_is_not_stuck(root: Root) -> None:
    for day in (1, 2, 3):
        start = NOW - day * 25 * HOUR
        for at, file in enumerate(("context.md", "plan.md")):
            root.write(f"build/{name(start)}/{file}", "# x\n", at=start + 120 + 600 * at)
    os.makedirs(root.path / "build" / name(NOW - 180))
    async with browsing(root) as browser:
        await browser.shows("◐ running · 3 min")
        assert "no files yet · started 6 Nov 20:27" in browser.text
        line = next(one for one in browser.text.split("\n") if "▌" in one)
        assert "20:27" in line and "3 min" in line, line
        assert "? Wed 19:30  x" in browser.text
