"""Telling what became of operations, in words or as JSON."""

from collections.abc import Sequence

from exito_tui.cli.json.cleanup import outcome_object
from exito_tui.cli.json.schema import Object, document
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_FAILED, complain, separated, write
from exito_tui.cli.shared.change import undo_command
from exito_tui.domain.cleanup.protection import FORCED
from exito_tui.domain.text import decoded
from exito_tui.domain.units import pluralize, short_size
from exito_tui.render.reasons import sentence
from exito_tui.store.trash.journal import Outcome


class Outcomes:
    """Tells of outcomes: in words as they come, or at the end as one JSON object.

    `done` says what was done, such as "moved to the trash" (empty: the command says it itself),
    `counts` to what; `undoable` is whether the command is told that takes it back.
    """

    def __init__(
        self,
        options: Options,
        done: str,
        *,
        counts: str = "session",
        undoable: bool = True,
    ) -> None:
        self.code = 0
        self._options = options
        self._done = done
        self._counts = counts
        self._undoable = undoable
        self._objects: list[Object] = []

    def __enter__(self) -> "Outcomes":
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._options.json and self._objects:  # what was done before an error is told as well
            write(document(self._objects))

    def add(
        self,
        outcome: Outcome,
        root: str,
        more: Object | None = None,
        lines: Sequence[tuple[str, ...]] | None = None,
    ) -> None:
        """Tell of an outcome on a root; `more` are members of its JSON object besides, `lines` the
        fields of what is written in words (None: each item, its archive or its entry, its
        size)."""
        if outcome.failed:
            self.code = EXIT_FAILED
        undo = undo_command(self._options, root) if self._undoable and outcome.done else ""
        if self._options.json:
            self._objects.append({**outcome_object(outcome, root, undo), **(more or {})})
        else:
            for line in _lines(outcome) if lines is None else lines:
                write(separated(line))
            self._say(outcome, undo)

    def _say(self, outcome: Outcome, undo: str) -> None:
        for note in outcome.notes:
            complain(sentence(note))
        for what, why in outcome.failed:
            complain(f"{decoded(what)}: {sentence(why)}")
        can_force = getattr(self._options, "force", None) is False
        if can_force and any(why.code in FORCED for _, why in outcome.failed):
            complain("with --force it is done all the same, to one session named alone")
        if outcome.done and self._done:
            size = short_size(sum(item.size for item in outcome.done))
            hint = f"; `{undo}` takes it back" if undo else ""
            complain(f"{pluralize(len(outcome.done), self._counts)} {self._done} ({size}){hint}")


def _lines(outcome: Outcome) -> list[tuple[str, ...]]:
    return [
        (decoded(item.what), where, str(item.size))
        if (where := item.archive or item.entry) and item.renames
        else (decoded(item.what),)
        for item in outcome.done
    ]
