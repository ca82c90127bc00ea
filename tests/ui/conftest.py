"""What the tests of the app are given."""

import pytest

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.support import NOW, Root


@pytest.fixture
def fleet(root: Root) -> Root:
    """The demo's past: every state."""
    put(str(root), past(1, NOW), NOW)
    return root
