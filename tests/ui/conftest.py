"""What the tests of the app are given."""

from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.support import NOW, Root

_parsed: dict[object, Any] = {}
_parse = Stylesheet._parse_rules


@pytest.fixture(autouse=True)
def style_sheets_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each app has style sheets of its own, with the same text, and to parse them is a quarter of
    its start. What is parsed depends on the text, where it is from, and the theme's colours."""

    def parse(self: Stylesheet, *what: Any, **how: Any) -> Any:
        key = (what, *sorted(how.items()), *sorted(self._variables.items()))
        if key not in _parsed:
            _parsed[key] = _parse(self, *what, **how)
        return _parsed[key]

    monkeypatch.setattr(Stylesheet, "_parse_rules", parse)


@pytest.fixture
def fleet(root: Root) -> Root:
    """The demo's past: every state."""
    put(str(root), past(1, NOW), NOW)
    return root
