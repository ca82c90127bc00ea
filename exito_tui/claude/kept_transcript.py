"""What has been read of a transcript, without its words, so that another run need not read it
again.

Of the words just the places are noted: which lines hold those that are still needed. A run that
goes on from what was kept reads these few lines again.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from exito_tui.claude.transcript import STOPPED_BY_USER, Transcript
from exito_tui.domain.records.conversation import Place
from exito_tui.domain.regex import regex

_PLAIN = ("cwd", "mode", "_version", "_first_ns", "_last_ns", "_calls", "_report_bytes", "_model",
          "_tokens", "_over", "_over_ns", "_interrupted", "_asking_ns", "_attempt",
          "_is_told")  # fmt: skip
_NAME = regex(r"[\w.:@/-]{0,100}\Z", re.A)
_STATES = ("completed", "stopped", STOPPED_BY_USER)
_MOST_PAIRS = 50

Kept = dict[str, Any]
"""Facts that are no words: ids, times, counts, states, paths, and at which bytes lines begin."""


class KeptTranscript(Transcript):
    """A transcript that knows where the lines begin of whose words it still has any."""

    def __init__(self) -> None:
        super().__init__()
        self._begins: list[int] = []
        """Where commands were typed and agents started."""
        self._open_at: dict[str, int] = {}
        self._failed_at: list[int] = []
        """Where calls that failed were made, and where their results are."""
        self._said_at = self._called_at = self._erred_at = -1

    def _take(self, record: Mapping[str, Any]) -> None:
        said, error = self._said, self._error
        last = self._failures[-1] if self._failures else None
        super()._take(record)
        at = self.offset
        if self._said is not said:
            self._said_at = at
        if self._error is not error:
            self._erred_at = at if self._error else -1
        if len(self._open_at) != len(self._open):
            gone = [name for name in self._open_at if name not in self._open]
            where = [self._open_at.pop(name) for name in gone]
            if self._failures and self._failures[-1] is not last:
                self._failed_at = [*self._failed_at, *where, at][-4 * _MOST_PAIRS :]

    def _called(self, block: Mapping[str, Any], at_ns: int | None) -> None:
        calls, launched = self._calls, len(self.launched)
        super()._called(block, at_ns)
        if self._calls > calls:
            self._called_at = self.offset
            if block["id"] in self._open:
                self._open_at[block["id"]] = self.offset
            self._note_begin(more=len(self.launched) > launched)

    def _command(self, text: str, at_ns: int | None) -> None:
        typed = len(self.commands)
        super()._command(text, at_ns)
        self._note_begin(more=len(self.commands) > typed)

    def _note_begin(self, *, more: bool) -> None:
        """Note where the line begins if it has `more` commands or agents, once."""
        if more and self._begins[-1:] != [self.offset]:
            self._begins.append(self.offset)

    def take_start(self, start: bytes) -> None:
        """Take the start of a line that is too long."""
        super().take_start(start)
        self._open_at = {name: at for name, at in self._open_at.items() if name in self._open}

    def kept(self) -> Kept | None:
        """What can be kept of it; None where something is not as Claude Code writes it."""
        if not all(map(_NAME.match, (self._version, self._model, self.mode))):
            return None
        single = {at for at in (self._said_at, self._called_at, self._erred_at) if at >= 0}
        lines = {*self._begins, *self._open_at.values(), *self._failed_at, *single}
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "version": self.version,
            "totals": self._totals,
            "ended": {name: [_state(state), at] for name, (state, at) in self.ended.items()},
            "order": [list(place) for place in self.order.values()],
            "wrote": list(self._wrote),
            "launched": {call: agent.id for call, agent in self.launched.items()},
            "open": self._open_at,
            "counts": [len(self.commands), len(self._failures), bool(self._error)],
            "marks": [
                self._begins,
                self._failed_at,
                self._said_at,
                self._called_at,
                self._erred_at,
            ],
            "lines": sorted(lines),
        }

    @classmethod
    def restored(cls, kept: Mapping[str, Any], line_at: Callable[[int], bytes]) -> "KeptTranscript":
        """The transcript of which something was kept; `line_at` gives the line that begins at some
        byte.

        Raises:
            ValueError, TypeError, KeyError: it is not as it was kept.
        """
        words = Transcript()
        words.cwd = str(kept["cwd"])
        for at in kept["lines"]:
            words.take(line_at(at))
        made = cls()
        for name in _PLAIN:
            value, usual = kept[name], getattr(made, name)
            if usual is None:
                _moment(value)
            elif type(value) is not type(usual):
                raise TypeError(f"{name} is no {type(usual).__name__}")
            setattr(made, name, value)
        made.version = tuple(map(int, kept["version"]))
        made._totals = {str(name): int(count) for name, count in kept["totals"].items()}
        made.ended = {
            str(name): (str(state), _moment(at)) for name, (state, at) in kept["ended"].items()
        }
        made.order = {
            str(name): Place(str(name), _moment(first_ns), _moment(last_ns), bool(is_made))
            for name, first_ns, last_ns, is_made in kept["order"]
        }
        made._wrote = dict.fromkeys(map(str, kept["wrote"]))
        made.commands = words.commands
        made.launched = {
            call: words.launched[call]._replace(id=str(agent_id))
            for call, agent_id in kept["launched"].items()
        }
        made._open = {call: words._open[call] for call in kept["open"]}
        made._open_at = {call: int(at) for call, at in kept["open"].items()}
        made._failures = words._failures
        made._said, made._last_call, made._error = words._said, words._last_call, words._error
        found = [len(made.commands), len(made._failures), bool(made._error)]
        if found != kept["counts"]:
            raise ValueError("its lines are others")
        begins, failed, said, called, erred = kept["marks"]
        made._begins, made._failed_at = list(map(int, begins)), list(map(int, failed))
        made._said_at, made._called_at, made._erred_at = int(said), int(called), int(erred)
        return made


def _moment(value: object) -> int | None:
    """Epoch ns, or None.

    Raises:
        TypeError: it is neither.
    """
    if value is not None and type(value) is not int:
        raise TypeError(f"{value!r} is not a moment")
    return value


def _state(state: str) -> str:
    """One of the states that an agent ends in: what else may stand there comes to the same."""
    return state if state in _STATES else "completed"
