"""`pin` and `unpin`."""

from tests.cli.commands.support import KEY, OTHER, out
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root


def test_taking_a_pin_back_tells_of_the_session_alone(filled: Root) -> None:
    out(filled, "pin", KEY)
    assert out(filled, "undo")[0] == f"{KEY}\n"


def test_pin_and_unpin(filled: Root) -> None:
    assert "1 session pinned" in out(filled, "pin", KEY)[1]
    assert "already pinned; nothing changed" in out(filled, "pin", KEY)[1]
    pinned = {
        one["key"]: one["pinned"]
        for one in as_json(run("ls", "--json", "--root", str(filled)))["sessions"]
    }
    assert pinned == {KEY: True, OTHER: False, "pr_reviews/pr_7": False}
    assert "it is pinned" in out(filled, "rm", KEY, code=1)[1]
    assert "1 session unpinned" in out(filled, "unpin", KEY)[1]
    out(filled, "rm", KEY)
