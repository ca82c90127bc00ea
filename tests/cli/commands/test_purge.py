"""`purge`: only with a yes."""

from tests.cli.commands.support import KEY, OTHER, keys, out
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root


def test_purge_needs_a_yes(filled: Root) -> None:
    out(filled, "rm", KEY)
    out(filled, "rm", OTHER)
    assert "without a terminal it needs --yes" in out(filled, "purge", code=2)[1]
    assert "there is nothing to purge" in out(filled, "purge", "--older-than", "1d", "--yes")[1]
    assert out(filled, "purge", KEY, "--yes")[0].startswith(KEY)
    assert "destroyed for good" in out(filled, "purge", "--yes")[1]
    assert as_json(run("trash", "--json", "--root", str(filled)))["entries"] == []
    assert keys(filled) == {"pr_reviews/pr_7"}


def test_a_purge_can_be_looked_at_first(filled: Root) -> None:
    out(filled, "rm", KEY)
    said, error = out(filled, "purge", "--dry-run")
    assert said.endswith(f"\t{KEY}\n") and said.count("\n") == 1, "data is on stdout"
    assert error == "exito-tui: 1 entry would be destroyed (4 B); nothing was done\n"
    assert len(as_json(run("trash", "--json", "--root", str(filled)))["entries"]) == 1
