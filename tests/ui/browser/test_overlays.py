"""What opens on top is made ready off the event loop, and says so when that takes a while."""

import threading

import pytest

from exito_tui.claude import plugins
from exito_tui.domain.hook_setup import HookSetup
from tests.store.support import OLD
from tests.support import Root
from tests.ui.driver import browsing


async def test_the_doctor_reads_off_the_event_loop(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write("build/build_20250103_100000/context.md", "# x\n", at=OLD)
    go, readers = threading.Event(), []

    def slow(*_: object) -> HookSetup:
        readers.append(threading.get_ident())
        go.wait(5)
        return HookSetup()

    monkeypatch.setattr(plugins, "hook_setup", slow)
    async with browsing(root) as browser:
        try:
            await browser.press("x")
            await browser.shows("Looking through the root ...")
            assert threading.get_ident() not in readers
        finally:
            go.set()
        await browser.shows("Doctor: ")
