"""The right half: one session's header, its files, and the document."""

from textual.app import ComposeResult

from exito_tui.domain.documents.document import View
from exito_tui.domain.documents.needle import Needle
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.group_facts import GroupFacts
from exito_tui.domain.sessions.list_rows import Heading
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.render.theme import RenderTheme
from exito_tui.store.read.file_page import WINDOW, Page
from exito_tui.ui.document.loader import Loaded, Loader, ShownFile
from exito_tui.ui.document.remarks import no_document, part_shown, remarks
from exito_tui.ui.document.view import DocumentView
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.messages import (
    EarlierWanted,
    Failed,
    FileChosen,
    LastChangePassed,
    PositionChanged,
    SessionSeen,
)
from exito_tui.ui.seen import Seen
from exito_tui.ui.widgets.file_choice import FileChoice, FilePlace
from exito_tui.ui.widgets.file_tabs import FileTabs
from exito_tui.ui.widgets.ground import Rows
from exito_tui.ui.widgets.group_view import GroupView
from exito_tui.ui.widgets.pipeline import Pipeline
from exito_tui.ui.widgets.session_header import SessionHeader

_MOST_SHOWN = 8 * 1024 * 1024


class SessionPane(Rows):
    """Shows a session (or a note): header, tabs, document. Remembers which file of a session was
    read."""

    def __init__(self, *, glyphs: Glyphs, writing_ns: int, theme: RenderTheme, seen: Seen) -> None:
        super().__init__(id="session")
        self._seen = seen
        self._glyphs = glyphs
        self.header = SessionHeader(glyphs, writing_ns)
        self.pipeline = Pipeline(glyphs)
        self.tabs = FileTabs(glyphs, writing_ns)
        self.document = DocumentView(theme)
        self.group = GroupView(glyphs)
        self._loader = Loader(self._deliver, self._tell_failure)
        self._choice = FileChoice(writing_ns)
        self._title = ""
        self._view: View = "rendered"
        self._unopened = False
        """Whether the row on show still waits for its first verdict, which says where to open."""
        self._wanted: FilePlace | None = None
        self._window = WINDOW
        self._shown: Loaded | None = None
        self._seen_ns = 0
        """When all of the document on show last counted as seen."""

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.pipeline
        yield self.tabs
        yield self.document
        yield self.group

    def on_unmount(self) -> None:
        self._loader.want(None)

    @property
    def row(self) -> Session | None:
        """What is shown."""
        return self._choice.row

    @property
    def file(self) -> Artefact | None:
        """The file that is shown."""
        return self._choice.file

    @property
    def files(self) -> tuple[Artefact, ...]:
        """The session's files in workflow order."""
        return self._choice.index.artefacts

    @property
    def path(self) -> str | None:
        """The absolute path of the file that is shown, or of a session without files."""
        return self._choice.path

    @property
    def has_text(self) -> bool:
        """Whether the text of a file is on show, not our own words in its place."""
        return self._shown is not None and not self._shown.words

    @property
    def part_shown(self) -> str:
        """What of the file is on show, in words: its name, or `The last 256 kB of x.md`."""
        return part_shown(self.file.name if self.file else "", self._page)

    @property
    def _page(self) -> Page | None:
        return self._shown.page if self._shown else None

    @property
    def reading(self) -> bool:
        """Whether a file is being read."""
        return self._loader.busy

    @property
    def grows(self) -> bool:
        """Whether the file on show grows: it is brought up to date without being asked for."""
        return self._loader.looking

    async def wait_idle(self, timeout: float) -> None:
        """Wait until the file on show has been read, `timeout` seconds at most."""
        await self._loader.wait_idle(timeout)

    def show(
        self, row: Session | None, verdict: Verdict | None, now_ns: int, title: str = ""
    ) -> None:
        """Show a session as it is now, what it is about, and what is to be thought of it.

        Another one than before starts anew; the same one is brought up to date, if it changed.
        """
        choice = self._choice
        same = row is not None and (row, verdict) == (choice.row, choice.verdict)
        if same and not self.has_class("-group"):
            return
        self.set_class(False, "-group")
        another = choice.is_another(row)
        if another:
            self._leave()
            self.tabs.show_current()
        choice.take(row, verdict, now_ns)
        self._title = title
        if another:
            self._window = WINDOW
            self._wanted = None
            self._unopened = row is not None and not choice.is_chosen
        self._refresh_bars()
        self._load()
        self._open_where_the_verdict_points()

    def show_group(self, heading: Heading, facts: GroupFacts, newest: str, now_ns: int) -> None:
        """Show what a heading of the list holds, and no session; `newest` is the title of the
        session written last."""
        self.set_class(True, "-group")
        self.group.show(heading, facts, newest, now_ns)
        self._refresh_bars()

    def tick(self, verdict: Verdict | None, now_ns: int) -> None:
        """Let time pass."""
        self._choice.take(self.row, verdict, now_ns)
        self._refresh_bars()
        if self._unopened and verdict is not None:
            self._load()
            self._open_where_the_verdict_points()

    def _open_where_the_verdict_points(self) -> None:
        """Once for each row: the first verdict may come after the first look at a file."""
        row, file, shown = self.row, self.file, self._shown
        if not self._unopened or self._choice.verdict is None or row is None or file is None:
            return
        self._unopened = False
        opening = self._choice.opening
        if opening.line:
            self._wanted = FilePlace(opening.file, opening.line)
        if shown and (shown.target.root, shown.target.relative) == (row.root, row.place(file.name)):
            self._open(shown)
            self._go_to_wanted()

    def choose(self, name: str, window: int = WINDOW) -> None:
        """Show one of the files; of a huge one, so many bytes of its end."""
        if self.row is not None:
            self._leave()
            self._unopened = False
            self._choice.choose(name)
            self._window = window
            self._refresh_bars()
            self._load()

    def _leave(self) -> None:
        """The file on show has been read."""
        shown = self._shown
        if shown and self.row and self.display:
            target, text = shown.target, shown.document.text
            self._seen.read(target.root, target.relative, text, self._choice.now_ns)

    def _is_new(self, file: Artefact) -> bool:
        """Whether a file was written since it was read; a copy's times tell nothing of that."""
        row, is_copy = self.row, self._choice.index.is_copy
        return row is not None and not is_copy and self._seen.is_file_new(row, file)

    def on_session_seen(self, event: SessionSeen) -> None:
        event.stop()
        if (row := self.row) is None:
            return
        for file in self.files:
            if self._is_new(file):
                self._seen.read(row.root, row.place(file.name), None, self._choice.now_ns)
        self._leave()
        self.document.see_all()
        self._refresh_bars()

    def choose_place(self, name: str, line: int, text: str = "") -> None:
        """Show one of the files at a line, counted from 1. A text that stands there is looked for:
        it is highlighted, and the next ones can be gone to. Of a huge file so much is shown that
        its lines can be counted, or as much as may be."""
        self._wanted = FilePlace(name, line, text)
        file = self._choice.index.artefact(name)
        window = WINDOW
        while file and window < min(file.size, _MOST_SHOWN):
            window = min(window * 4, _MOST_SHOWN)
        shown = self._shown
        is_shown = self.file is not None and self.file.name == name and shown is not None
        if is_shown and shown and shown.target.artefact.name == name and window <= self._window:
            self._go_to_wanted()
        else:
            self.choose(name, window)

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted and self.file and wanted.file == self.file.name:
            line = max(0, wanted.line - 1)
            if wanted.text.strip():
                self.document.find(Needle(wanted.text), line)
            if not wanted.text.strip() or not len(self.document.matches):
                self.document.jump_to_line(line)

    def find(self, text: str) -> None:
        """Look for a text in the document, from here on; an empty one ends that."""
        self.document.find(Needle(text) if text else None)

    def choose_next(self, step: int) -> None:
        """Show the next file, or the previous one, going round."""
        if name := self._choice.after(step):
            self.choose(name)

    def choose_newest(self) -> None:
        """Show the file written last, at its end."""
        newest = self._choice.index.newest
        if newest and self.row:
            if self.file is None or newest.name != self.file.name:
                self.choose(newest.name)
            self.document.action_end()

    def toggle_raw(self) -> None:
        """Switch between rendered and raw."""
        self._view = "raw" if self._view == "rendered" else "rendered"
        self._load()

    def wear(self, theme: RenderTheme) -> None:
        """Use other colours."""
        self.document.wear(theme)

    def _refresh_bars(self) -> None:
        choice, file, seen = self._choice, self.file, self._seen
        index, verdict, now_ns = choice.index, choice.verdict, choice.now_ns
        self.header.show(self.row, index, verdict, now_ns, self._title)
        self.pipeline.show(None if self.has_class("-group") else verdict, now_ns)
        self.tabs.show(index, file.name if file else "", now_ns, self._is_new)
        if seen.all_ns > self._seen_ns:
            self._seen_ns = seen.all_ns
            self.document.see_all()

    def _load(self) -> None:
        file, row = self.file, self.row
        if file is None or row is None:
            self._loader.want(None)
            self._shown = None
            self.document.close(no_document(row))
            self._say_place()
            return
        self._loader.want(ShownFile(row.root, row.folder, file, self._view, self._window))

    def _tell_failure(self, error: BaseException) -> None:
        self.app.post_message(Failed(error))

    def _deliver(self, loaded: Loaded) -> None:
        if not self.is_mounted:
            return
        before, self._shown = self._shown, loaded
        if not loaded.fresh and _start_of(before) == _start_of(loaded):
            self.document.update_document(loaded.document)
        elif (
            before
            and before.target.relative == loaded.target.relative
            and before.target.root == loaded.target.root
        ):
            self._reopen(before, loaded)
        else:
            self._open(loaded)
        self._go_to_wanted()
        self._say_place()

    def _open(self, loaded: Loaded) -> None:
        """Show a file from where its reader wants it: the line named, its end while it is written,
        or its beginning."""
        target, opening = loaded.target, self._choice.opening
        name, wanted = target.artefact.name, self._wanted
        is_being_written = self._choice.is_being_written(target.artefact)
        at_end = is_being_written or (opening.at_end and opening.file == name)
        self.document.open(
            loaded.document,
            at_end=at_end and not (wanted and wanted.file == name),
            seen=self._seen.text(target.root, target.relative),
        )

    def _reopen(self, before: Loaded, loaded: Loaded) -> None:
        """Another view, or another part, of the same file: stay near the line that was being
        read."""
        document = self.document
        bytes_later = _start_of(loaded) - _start_of(before)
        later = 0
        if bytes_later < 0:
            later = loaded.document.text.count("\n") - before.document.text.count("\n")
        elif bytes_later and before.page:
            later = -before.page.raw.count(b"\n", 0, bytes_later)
        at_end = document.following and bytes_later >= 0
        document.reopen(loaded.document, at_end=at_end, later=later)

    def on_file_chosen(self, event: FileChosen) -> None:
        event.stop()
        self.choose(event.name)

    def on_position_changed(self, event: PositionChanged) -> None:
        event.stop()
        self._say_place()

    def _new_file_after(self, step: int) -> str:
        """The name of the file so many places after this one, going round, if it is new."""
        name = self._choice.after(step)
        file = self._choice.index.artefact(name)
        return name if file and self._is_new(file) else ""

    def on_last_change_passed(self, event: LastChangePassed) -> None:
        event.stop()
        if name := next(filter(None, map(self._new_file_after, range(1, len(self.files)))), ""):
            self.choose(name)
        elif event.first is not None:
            self.document.jump_to(event.first)
        else:
            self.notify("Nothing here is new.", markup=False)

    def on_earlier_wanted(self, event: EarlierWanted) -> None:
        event.stop()
        if self._page and self._page.start:
            if self._window >= _MOST_SHOWN:
                self.notify("No more is shown here; o opens the file in your editor.", markup=False)
                return
            self._window = min(self._window * 4, _MOST_SHOWN)
            self._load()

    def _say_place(self) -> None:
        self.tabs.remark(remarks(self.document, self._page, self._view, self._glyphs))


def _start_of(loaded: Loaded | None) -> int:
    """The offset in bytes at which what is shown of a file begins."""
    return loaded.page.start if loaded and loaded.page else 0
