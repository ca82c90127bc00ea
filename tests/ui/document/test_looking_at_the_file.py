"""The file on show is looked at while it is written, and no other."""

import time

from tests.support import Root, until
from tests.ui.driver import browsing

SESSION = "notebook/notebook_20251106_193000"


async def test_a_file_at_rest_is_not_looked_at(root: Root) -> None:
    root.write(f"{SESSION}/plan.md", "# Plan\n", at=1_700_000_000)
    async with browsing(root) as browser:
        pane = browser.app.browser.pane
        await until(
            lambda: pane and pane._loader._task and pane._loader._task.done(), "the end of loading"
        )
        assert pane and not pane.grows


async def test_another_file_ends_the_look_at_the_one_before(root: Root) -> None:
    root.write(f"{SESSION}/context.md", "# Context\n", at=1_700_000_000)
    root.write(f"{SESSION}/plan.md", "# Plan\n")
    async with browsing(root, clock=time.time_ns) as browser:
        await browser.shows("following")
        await browser.press("[")
        await browser.shows("Context")
        pane = browser.app.browser.pane
        await until(
            lambda: pane and pane._loader._task and pane._loader._task.done(), "the end of looking"
        )
        assert pane and not pane.grows
