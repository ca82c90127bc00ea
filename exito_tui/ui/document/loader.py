"""Reading artefacts for the document view, off the event loop and never out of order."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from exito_tui.domain.documents.document import Document, View, make_document, update_document
from exito_tui.domain.sessions.artefact import NOT_OPENED, Artefact
from exito_tui.domain.text import one_line
from exito_tui.domain.units import short_size
from exito_tui.growth import is_growing
from exito_tui.store.read.file_page import (
    WINDOW,
    Page,
    read_bytes,
    read_page,
    reread,
    wait_while_growing,
)
from exito_tui.store.read.images import HEAD, dimensions
from exito_tui.store.read.scan import error_text


@dataclass(frozen=True, slots=True)
class ShownFile:
    """Which file to show, and how. `folder` is relative to the root."""

    root: str
    folder: str
    artefact: Artefact
    view: View = "rendered"
    window: int = WINDOW

    @property
    def relative(self) -> str:
        """The file's path relative to the root."""
        return f"{self.folder}/{self.artefact.name}" if self.folder else self.artefact.name

    def same_file(self, other: "ShownFile | None") -> bool:
        """Whether both name the same file in the same view."""
        return other is not None and (self.root, self.relative, self.view, self.window) == (
            other.root, other.relative, other.view, other.window)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """A target's content. `fresh` when it is another file than was shown before; `words` when the
    document is none of the file's text but says why there is none."""

    target: ShownFile
    document: Document
    page: Page | None
    fresh: bool
    words: bool = False


class Loader:
    """Loads one target at a time; a target asked for while another loads replaces what was asked
    before.

    While the file of a target grows, its growth is looked for closely, and delivered without being
    asked for.
    """

    def __init__(
        self, deliver: Callable[[Loaded], None], failed: Callable[[BaseException], None]
    ) -> None:
        """`deliver` gets what was loaded, `failed` an error of the program that ended the
        loading."""
        self._deliver = deliver
        self._failed = failed
        self._target: ShownFile | None = None
        self._asked = False
        self._done: Loaded | None = None
        self._task: asyncio.Task[None] | None = None
        self._interrupt = threading.Event()
        """Ends the look for growth."""
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def busy(self) -> bool:
        """Whether a target is being loaded."""
        return not self._idle.is_set()

    @property
    def looking(self) -> bool:
        """Whether the file on show is looked at closely, because it was written just now."""
        return (
            self._done is not None
            and self._done.page is not None
            and is_growing(self._done.page.modified_ns)
        )

    async def wait_idle(self, timeout: float) -> None:
        """Wait until nothing is being loaded, `timeout` seconds at most."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), timeout)

    def want(self, target: ShownFile | None) -> None:
        """Load a target, or look at it again if it is the one that is shown."""
        self._target, self._asked = target, target is not None
        self._interrupt.set()
        if target is None:
            self._done = None
            return
        self._idle.clear()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
            self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._failed(error)

    async def _run(self) -> None:
        try:
            while (self._asked or await self._grows()) and (target := self._target):
                self._asked = False
                before = self._done if self._done and target.same_file(self._done.target) else None
                loaded = await asyncio.to_thread(load, target, before)
                if target.same_file(self._target):
                    self._done = loaded
                    if before is None or loaded.document is not before.document:
                        self._deliver(loaded)
        finally:
            self._idle.set()

    async def _grows(self) -> bool:
        """Wait until the file on show has grown, or something is asked for; False once it rests."""
        self._idle.set()
        done = self._done
        if done is None or done.page is None or not self.looking:
            return False
        self._interrupt.clear()
        grown = await asyncio.to_thread(_wait_for_growth, done, done.page, self._interrupt)
        return self._asked or (grown and self._done is done)


def _wait_for_growth(shown: Loaded, page: Page, interrupt: threading.Event) -> bool:
    try:
        return wait_while_growing(shown.target.root, shown.target.relative, page, interrupt)
    except OSError:
        return False  # it went away: the feed tells of that


def load(target: ShownFile, before: Loaded | None) -> Loaded:
    """Read a target; `before` is what it was. Never raises: what cannot be read is said in the
    document."""
    artefact = target.artefact
    if artefact.kind in NOT_OPENED or artefact.kind == "binary":
        return _words(
            target, before, _NOT_SHOWN[artefact.kind].format(size=short_size(artefact.size))
        )
    try:
        if artefact.kind == "image":
            return _words(target, before, _image(target))
        if before is None or before.page is None:
            page = read_page(target.root, target.relative, target.window)
        else:
            step, page = reread(target.root, target.relative, before.page, target.window)
            if step == "same":
                return replace(before, page=page)
        if page.binary:
            size = short_size(page.size)
            return _words(
                target, before, f"Binary content, {size}. `o` opens it in your editor.", page
            )
        if not page.size:
            return _words(target, before, "This file is empty.", page)
        if before is None or before.words or before.page is None or page.start != before.page.start:
            kind = (
                "text" if artefact.kind == "json" and page.start else artefact.kind
            )  # a part of JSON is no JSON
            document = make_document(artefact.name, kind, target.view, page.text)
        else:
            document = update_document(before.document, page.text)
        return Loaded(target, document, page, before is None)
    except OSError as error:
        return _words(target, before, f"This file cannot be read: {error_text(error)}.")


_NOT_SHOWN = {
    "symlink": "A symbolic link. It is not followed: agents do not make links, so it may lead "
    "anywhere.",
    "special": "Not a regular file (a pipe, a socket, a device or the like). It is not opened.",
    "binary": "A binary file, {size}.",
    "evicted": "Not on this machine: iCloud holds this file. Open its folder in the Finder to get "
    "it.",
}


def _words(
    target: ShownFile, before: Loaded | None, words: str, page: Page | None = None
) -> Loaded:
    """A document of our own words in place of the content."""
    if before and before.document.text == words:
        return before
    document = make_document(target.artefact.name, "text", "rendered", words)
    return Loaded(target, document, page, before is None, words=True)


def _image(target: ShownFile) -> str:
    head = read_bytes(target.root, target.relative, HEAD)
    size = short_size(target.artefact.size)
    found = dimensions(head)
    if found is None:
        return (
            f"An image, {size}, whose dimensions cannot be read (empty, torn, or of an unknown "
            "format)."
        )
    return f"{one_line(found[0])} image, {found[1]} × {found[2]} pixels, {size}."
