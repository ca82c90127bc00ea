"""Every message that crosses widgets."""

from textual.message import Message

from exito_tui.actions import Command
from exito_tui.domain.sessions.list_rows import Row
from exito_tui.store.live.events import Focus, Update


class FeedUpdated(Message):
    """The feed's thread has a new picture of the roots."""

    def __init__(self, update: Update) -> None:
        super().__init__()
        self.update = update


class RowHighlighted(Message):
    """The list's highlight went to another row (None: the list is empty)."""

    def __init__(self, row: Row | None) -> None:
        super().__init__()
        self.row = row


class RowOpened(Message):
    """The user wants to read what a row stands for."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row


class FilterChosen(Message):
    """The user chooses a filter without typing it; once more takes it away."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class GroupToggled(Message):
    """The user folds or unfolds groups: `keys` are the headings' keys."""

    def __init__(self, keys: frozenset[str], folded: bool) -> None:
        super().__init__()
        self.keys = keys
        self.folded = folded


class MarksChanged(Message):
    """The user marked a session, or took its mark away."""


class RootsTouched(Message):
    """Something was done to the roots: they are to be looked at again."""


class Failed(Message):
    """A part of the work ended in an error, which nobody else tells of. It is posted to the app
    itself. `once`: it is told only the first time."""

    def __init__(self, error: BaseException, *, once: bool = False) -> None:
        super().__init__()
        self.error = error
        self.once = once


class VisibleChanged(Message):
    """Other rows of the list are on screen than before."""


class FocusChanged(Message):
    """The sessions on screen, per root: the feed looks at them more often."""

    def __init__(self, focus: Focus) -> None:
        super().__init__()
        self.focus = focus


class CommandChosen(Message):
    """The user clicked a command in the bottom bar."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command


class FileChosen(Message):
    """The user chose another file of the session."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class PositionChanged(Message):
    """The reader's place in the document, whether it follows, or the search's match has changed."""


class SessionSeen(Message):
    """The user counts what is new in the session on show as seen."""


class EarlierWanted(Message):
    """The reader wants what lies before the shown part of a huge file."""


class LastChangePassed(Message):
    """The reader wants the next part that is new, and none is left below in this file."""

    def __init__(self, first: int | None) -> None:
        """`first` is the index of its first new block; None when nothing in it is new."""
        super().__init__()
        self.first = first


class QueryChanged(Message):
    """The text of an input bar was changed."""

    def __init__(self, bar: str, text: str) -> None:
        super().__init__()
        self.bar = bar
        self.text = text


class QueryEnded(Message):
    """An input bar was left: kept with enter, given up with escape."""

    def __init__(self, bar: str, kept: bool) -> None:
        super().__init__()
        self.bar = bar
        self.kept = kept
