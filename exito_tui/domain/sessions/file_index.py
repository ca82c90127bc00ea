"""What is shown of a session's files again and again, worked out once: there may be many thousands
of them."""

from collections.abc import Iterator, Sequence
from itertools import islice

from exito_tui.domain.sessions.artefact import Artefact, is_work, newest_of
from exito_tui.domain.sessions.list_rows import Identity, Row, identity
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.workflows.file_roles import matching
from exito_tui.domain.workflows.model import Phase

_TOGETHER_NS = 5 * SECOND_NS
_MOST_KEPT = 128


class FileIndex:
    """The files of one session, in workflow order, and what one pass over them tells: their `size`
    in bytes, the `newest` of them, and the place of each by its name."""

    def __init__(self, artefacts: tuple[Artefact, ...], session: Session | None = None) -> None:
        """`session` is the one whose files these are."""
        self.artefacts = artefacts
        self.is_copy = session is not None and session.is_copy
        """Whether the files' times are those of a copy, and tell nothing."""
        self.started_ns = session.started_ns if session else None
        self.places = {artefact.name: place for place, artefact in enumerate(artefacts)}
        self.size = sum([artefact.size for artefact in artefacts])
        self.newest = newest_of(artefacts)
        work = [one for one in artefacts if is_work(one) and not self.is_copy]
        self.last_write_ns = max((artefact.modified_ns for artefact in work), default=None)
        """When an agent last wrote, or None when none ever did."""
        newest_ns = self.last_write_ns or 0
        self._together = frozenset(
            [artefact.name for artefact in work if newest_ns - artefact.modified_ns < _TOGETHER_NS]
        )
        self._row: tuple[Sequence[StepView], tuple[tuple[str, Artefact | None], ...]] | None = None

    def artefact(self, name: str) -> Artefact | None:
        """The artefact of that name, or None."""
        place = self.places.get(name)
        return None if place is None else self.artefacts[place]

    def being_written(self, now_ns: int, span_ns: int) -> frozenset[str]:
        """The names of the files that are being written: the newest, if that is less than `span_ns`
        ago, and any written together with it (parallel reviewers). Times a little in the future
        count too: clocks differ."""
        if self.last_write_ns is None or abs(now_ns - self.last_write_ns) >= span_ns:
            return frozenset()
        return self._together

    def first_files(
        self, steps: Sequence[StepView], most: int
    ) -> tuple[tuple[str, Artefact | None], ...]:
        """The file of each phase that must leave one (or did), None where it is not there, then
        every other file, in workflow order: the first `most` of them. Kept until other steps are
        given."""
        if self._row is None or self._row[0] is not steps:
            self._row = steps, tuple(islice(self._in_order(steps), most))
        return self._row[1]

    def _in_order(self, steps: Sequence[StepView]) -> Iterator[tuple[str, Artefact | None]]:
        expected = [
            self._file_of(view)
            for view in steps
            if isinstance(view.step, Phase) and (view.artefact or view.step.required)
        ]
        yield from ((name, self.artefact(name)) for name in expected)
        for artefact in self.artefacts:
            if artefact.name not in expected and not artefact.name.startswith("."):
                yield artefact.name, artefact

    def _file_of(self, view: StepView) -> str:
        """The name of a phase's file: the one it left, else an empty one, else the one to come."""
        assert isinstance(view.step, Phase)
        if view.artefact:
            return view.artefact.name
        return next(iter(matching(list(self.places), view.step.leaves)), view.step.artefact)


class FileIndexes:
    """The file indexes of the sessions that are shown; of each only that of its files as they are
    now."""

    def __init__(self) -> None:
        self._known: dict[Identity, FileIndex] = {}

    def of(self, row: Row) -> FileIndex:
        """The file index of a row of the list."""
        place = identity(row)
        known = self._known.get(place)
        artefacts = (row.artefacts or ()) if isinstance(row, Session) else ()
        if known is None or known.artefacts is not artefacts:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            session = row if isinstance(row, Session) else None
            known = self._known[place] = FileIndex(artefacts, session)
        return known
