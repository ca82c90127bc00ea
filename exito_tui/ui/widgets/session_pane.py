"""The right half: one session's header, its files, and the document."""

from textual.app import ComposeResult
from textual.containers import Vertical

from exito_tui.domain.documents.document import View
from exito_tui.domain.documents.needle import Needle
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.file_index import FileIndex, FileIndexes
from exito_tui.domain.sessions.list_rows import Identity, identity
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.units import short_size
from exito_tui.domain.verdicts.opening import Opening, opening_of
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.render.theme import RenderTheme
from exito_tui.store.read.file_page import WINDOW
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.messages import EarlierWanted, Failed, FileChosen, PositionChanged, SessionSeen
from exito_tui.ui.seen import Seen
from exito_tui.ui.widgets.document_loader import Loaded, Loader, ShownFile
from exito_tui.ui.widgets.document_view import DocumentView
from exito_tui.ui.widgets.file_tabs import FileTabs
from exito_tui.ui.widgets.pipeline import Pipeline
from exito_tui.ui.widgets.session_header import SessionHeader

_MOST_SHOWN = 8 * 1024 * 1024


class SessionPane(Vertical):
    """Shows a session (or a note): header, tabs, document. Remembers which file of a session was
    read."""

    def __init__(self, *, glyphs: Glyphs, writing_ns: int, theme: RenderTheme, seen: Seen) -> None:
        super().__init__(id="session")
        self._seen = seen
        self._glyphs = glyphs
        self._writing_ns = writing_ns
        self.header = SessionHeader(glyphs, writing_ns)
        self.pipeline = Pipeline(glyphs)
        self.tabs = FileTabs(glyphs, writing_ns)
        self.document = DocumentView(theme)
        self._loader = Loader(self._deliver, self._tell_failure)
        self._file_indexes = FileIndexes()
        self._file_index = FileIndex(())
        self._row: Session | None = None
        self._verdict: Verdict | None = None
        self._title = ""
        self._chosen: dict[Identity, str] = {}
        self._view: View = "rendered"
        self._unopened = False
        """Whether the row on show still waits for its first verdict, which says where to open."""
        self._wanted_line: tuple[str, int] | None = None
        self._wanted_text = ""
        self._window = WINDOW
        self._shown: Loaded | None = None
        self._now_ns = 0
        self._seen_ns = 0
        """When all of the document on show last counted as seen."""

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.pipeline
        yield self.tabs
        yield self.document

    def on_unmount(self) -> None:
        self._loader.want(None)

    @property
    def row(self) -> Session | None:
        """What is shown."""
        return self._row

    @property
    def file(self) -> Artefact | None:
        """The file that is shown."""
        if self._row is None:
            return None
        name = self._chosen.get(identity(self._row))
        chosen = self._file_index.artefact(name) if name is not None else None
        return chosen or self._default()

    @property
    def files(self) -> tuple[Artefact, ...]:
        """The session's files in workflow order."""
        return self._file_index.artefacts

    @property
    def path(self) -> str | None:
        """The absolute path of the file that is shown, or of a session without files."""
        file, row = self.file, self._row
        if row is None:
            return None
        return f"{row.root}/{row.place(file.name)}" if file else row.path

    @property
    def has_text(self) -> bool:
        """Whether the text of a file is on show, not our own words in its place."""
        return self._shown is not None and not self._shown.words

    @property
    def part_shown(self) -> str:
        """What of the file is on show, in words: its name, or `The last 256 kB of x.md`."""
        shown, name = self._shown, one_line(self.file.name) if self.file else ""
        if shown and shown.page and shown.page.start:
            return f"The last {short_size(shown.page.size - shown.page.start)} of {name}"
        return f"All of {name}"

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

        Another one than before starts anew; the same one is brought up to date.
        """
        another = (identity(row) if row else None) != (identity(self._row) if self._row else None)
        if another:
            self._leave()
            self.tabs.show_current()
        self._row, self._verdict, self._now_ns = row, verdict, now_ns
        self._title = title
        self._file_index = self._file_indexes.of(row) if row else FileIndex(())
        if another:
            self._window = WINDOW
            self._wanted_line = None
            self._unopened = row is not None and identity(row) not in self._chosen
        self._refresh_bars()
        self._load()
        self._open_where_the_verdict_points()

    def tick(self, verdict: Verdict | None, now_ns: int) -> None:
        """Let time pass."""
        self._verdict, self._now_ns = verdict, now_ns
        self._refresh_bars()
        if self._unopened and verdict is not None:
            self._load()
            self._open_where_the_verdict_points()

    def _open_where_the_verdict_points(self) -> None:
        """Once for each row: the first verdict may come after the first look at a file."""
        row, file, shown = self._row, self.file, self._shown
        if not self._unopened or self._verdict is None or row is None or file is None:
            return
        self._unopened = False
        opening = self._opening
        if opening.line:
            self._wanted_line = (opening.file, opening.line)
        if shown and (shown.target.root, shown.target.relative) == (row.root, row.place(file.name)):
            self._open(shown)
            self._go_to_wanted_line()

    def choose(self, name: str, window: int = WINDOW) -> None:
        """Show one of the files; of a huge one, so many bytes of its end."""
        if self._row is not None:
            self._leave()
            self._unopened = False
            self._chosen[identity(self._row)] = name
            self._window = window
            self._refresh_bars()
            self._load()

    def _leave(self) -> None:
        """The file on show has been read."""
        shown = self._shown
        if shown and self._row and self.display:
            target, text = shown.target, shown.document.text
            self._seen.read(target.root, target.relative, text, self._now_ns)

    def _is_new(self, file: Artefact) -> bool:
        """Whether a file was written since it was read; a copy's times tell nothing of that."""
        row = self._row
        return (
            row is not None and not self._file_index.is_copy and self._seen.is_file_new(row, file)
        )

    def on_session_seen(self, event: SessionSeen) -> None:
        event.stop()
        if (row := self._row) is None:
            return
        for file in self.files:
            if self._is_new(file):
                self._seen.read(row.root, row.place(file.name), None, self._now_ns)
        self._leave()
        self.document.see_all()
        self._refresh_bars()

    def choose_place(self, name: str, line: int, text: str = "") -> None:
        """Show one of the files at a line, counted from 1. A text that stands there is looked for:
        it is highlighted, and the next ones can be gone to. Of a huge file so much is shown that
        its lines can be counted, or as much as may be."""
        self._wanted_line = (name, line)
        self._wanted_text = text
        file = self._file_index.artefact(name)
        window = WINDOW
        while file and window < min(file.size, _MOST_SHOWN):
            window = min(window * 4, _MOST_SHOWN)
        shown = self._shown
        is_shown = self.file is not None and self.file.name == name and shown is not None
        if is_shown and shown and shown.target.artefact.name == name and window <= self._window:
            self._go_to_wanted_line()
        else:
            self.choose(name, window)

    def _go_to_wanted_line(self) -> None:
        wanted, self._wanted_line = self._wanted_line, None
        text, self._wanted_text = self._wanted_text, ""
        if wanted and self.file and wanted[0] == self.file.name:
            line = max(0, wanted[1] - 1)
            if text.strip():
                self.document.find(Needle(text), line)
            if not text.strip() or not len(self.document.matches):
                self.document.jump_to_line(line)

    def find(self, text: str) -> None:
        """Look for a text in the document, from here on; an empty one ends that."""
        self.document.find(Needle(text) if text else None)

    def choose_next(self, step: int) -> None:
        """Show the next file, or the previous one, going round."""
        files, current = self.files, self.file
        if current and len(files) > 1:
            place = self._file_index.places[current.name]
            self.choose(files[(place + step) % len(files)].name)

    def choose_newest(self) -> None:
        """Show the file written last, at its end."""
        newest = self._file_index.newest
        if newest and self._row:
            if self.file is None or newest.name != self.file.name:
                self.choose(newest.name)
            self.document.action_end()

    def toggle_raw(self) -> View:
        """Switch between rendered and raw; returns the new view."""
        self._view = "raw" if self._view == "rendered" else "rendered"
        self._load()
        return self._view

    def wear(self, theme: RenderTheme) -> None:
        """Use other colours."""
        self.document.wear(theme)

    def _default(self) -> Artefact | None:
        """What a reader most likely wants: the file that the verdict points to; else the one being
        written, or the first."""
        newest = self._file_index.newest
        if newest is None:
            return None
        wanted = self._file_index.artefact(self._opening.file)
        if wanted or abs(self._now_ns - newest.modified_ns) < self._writing_ns:
            return wanted or newest
        return self.files[0]

    @property
    def _opening(self) -> Opening:
        newest = self._file_index.newest
        return opening_of(self._verdict, newest.name if newest else "")

    def _refresh_bars(self) -> None:
        file = self.file
        self.header.show(self._row, self._file_index, self._verdict, self._now_ns, self._title)
        self.pipeline.show(self._verdict, self._now_ns)
        seen = self._seen
        self.tabs.show(
            self._file_index,
            file.name if file else "",
            self._now_ns,
            self._is_new,
        )
        if seen.all_ns > self._seen_ns:
            self._seen_ns = seen.all_ns
            self.document.see_all()

    def _load(self) -> None:
        file, row = self.file, self._row
        if file is None or row is None:
            self._loader.want(None)
            self._shown = None
            self.document.close(_words(row))
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
        self._go_to_wanted_line()
        self._say_place()

    def _open(self, loaded: Loaded) -> None:
        """Show a file from where its reader wants it: the line named, its end while it is written,
        or its beginning."""
        target, opening = loaded.target, self._opening
        name, wanted = target.artefact.name, self._wanted_line
        writing = abs(self._now_ns - target.artefact.modified_ns) < self._writing_ns
        at_end = writing or (opening.at_end and opening.file == name)
        self.document.open(
            loaded.document,
            at_end=at_end and not (wanted and wanted[0] == name),
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

    def on_earlier_wanted(self, event: EarlierWanted) -> None:
        event.stop()
        if self._shown and self._shown.page and self._shown.page.start:
            if self._window >= _MOST_SHOWN:
                self.notify("No more is shown here; o opens the file in your editor.", markup=False)
                return
            self._window = min(self._window * 4, _MOST_SHOWN)
            self._load()

    def _say_place(self) -> None:
        document, shown = self.document, self._shown
        parts = []
        if shown and shown.page and shown.page.start:
            part = short_size(shown.page.size - shown.page.start)
            parts.append(f"the last {part} of {short_size(shown.page.size)}")
        if shown and shown.page and shown.page.encoding:
            parts.append(shown.page.encoding)
        if document.document and document.document.remark:
            parts.append(document.document.remark)
        if document.matches.position:
            parts.append(document.matches.position)
        if self._view == "raw":
            parts.append("raw")
        if document.document is not None:
            if document.following:
                parts.append(f"following {self._glyphs.follows}")
            elif document.paused:
                parts.append(f"{self._glyphs.paused} paused, end resumes")
            else:
                parts.append(f"{document.progress}%")
        self.tabs.remark(f" {self._glyphs.dot} ".join(parts))


def _start_of(loaded: Loaded | None) -> int:
    """The offset in bytes at which what is shown of a file begins."""
    return loaded.page.start if loaded and loaded.page else 0


def _words(row: Session | None) -> str:
    """What is said where there is no document."""
    if row is None:
        return "Nothing is selected."
    if row.problem and row.form != "run":
        return f"This folder cannot be read: {row.problem}."
    if row.artefacts is None:
        return "Reading ..."
    return "No files yet. Each shows up here as an agent writes it."
