"""`finalize`: one session, or all that have ended."""

import time

from tests.cli.commands.support import KEY, OTHER, out
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root


def test_finalize_and_all_that_have_ended(filled: Root) -> None:
    said, error = out(filled, "finalize", KEY)
    assert (
        said == f"{KEY}\tinterrupted\tSession interrupted during research\n"
        and "1 session finalized" in error
    )
    assert "finalized before; nothing changed" in out(filled, "finalize", KEY)[1]
    filled.write(
        "build/build_20250103_100000/plan.md", "# Plan\n", at=time.time() - 3000
    )  # waits for an approval
    said, error = out(filled, "finalize", "--ended", "--dry-run")
    assert sorted(said.splitlines()) == [f"{KEY}\tinterrupted", f"{OTHER}\tinterrupted"]
    assert error == "exito-tui: 2 sessions would be finalized; nothing was done\n"
    assert not (filled.path / OTHER / "session_summary.md").exists()
    said, error = out(filled, "finalize", "--ended", code=2)
    assert f"{OTHER}\tinterrupted" in said and "without a terminal it needs --yes" in error
    said = out(filled, "finalize", "--ended", "--yes")[0]
    assert {line.split("\t")[0] for line in said.splitlines()} == {OTHER}
    assert "name sessions, or give --ended" in out(filled, "finalize", code=2)[1]
    assert "name sessions, or give --ended" in out(filled, "finalize", "--ended", KEY, code=2)[1]
    assert as_json(run("why", KEY, "--json", "--root", str(filled)))["state"] == "interrupted"


def test_what_would_be_left_is_no_part_of_the_plan(filled: Root) -> None:
    out(filled, "pin", KEY)
    said, error = out(filled, "finalize", KEY, OTHER, "--dry-run")
    assert said == f"{OTHER}\tinterrupted\n"
    assert f"{KEY}: it is pinned" in error and "1 session would be finalized" in error
    made = as_json(run("finalize", KEY, OTHER, "--dry-run", "--json", "--root", str(filled)))
    assert [one["key"] for one in made["sessions"]] == [OTHER]
    assert made["failed"] == [{"what": KEY, "reason": "it is pinned"}]
    assert out(filled, "finalize", KEY, "--force", "--dry-run")[0] == f"{KEY}\tinterrupted\n"
    assert out(filled, "finalize", "--ended", "--dry-run")[0] == f"{OTHER}\tinterrupted\n"
    assert "it is pinned" in out(filled, "finalize", KEY, code=1)[1]
