"""What the tests of the commands are given."""

import time

import pytest

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.support import Root


@pytest.fixture
def fleet(root: Root) -> Root:
    """The demo's past, as it is now: every state."""
    now = time.time()
    put(str(root), past(1, now), now)
    return root
