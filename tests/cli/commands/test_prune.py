"""`prune`: what would go, what stays and why, and standing policies."""

import time
from typing import Any

import pytest

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.claude.moments import Moment, at_the_gate, main_asks_to_make_the_folder
from tests.claude.records_builder import ASKED
from tests.cli.commands.support import KEY, OLD, OTHER, configure, keys, out
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root


def dry(root: Root, *rules: str) -> dict[str, Any]:
    made: dict[str, Any] = as_json(run("prune", "--root", str(root), *rules, "--dry-run", "--json"))
    return made


def test_the_dry_run_equals_the_run(root: Root) -> None:
    now = time.time()
    put(str(root), past(1, now), now)
    rules = ("--keep-last", "2", "--keep-within", "5d")
    made = dry(root, *rules)
    assert made["policy"] == "keep the last 2 of each command, keep 5 d"
    before = keys(root)
    said = out(root, "prune", *rules, "--yes")[0]
    going = {one["key"] for one in made["remove"]}
    moved = {line.split("\t")[0] for line in said.splitlines() if line.count("\t") == 2}
    assert moved == going and keys(root) == before - going == {one["key"] for one in made["keep"]}
    out(root, "undo")
    assert keys(root) == before


def titles(made: dict[str, Any], *lists: str) -> dict[str, tuple[str, str]]:
    return {one["key"]: (one["title"], one["title_source"]) for name in lists for one in made[name]}


def test_titles_are_those_of_the_list(root: Root) -> None:
    now = time.time()
    put(str(root), past(1, now), now)
    root.write(
        f"{KEY}/session_metadata.json", '{"title": "A \\"title\\"\\t of its own"}', at=now - 90_000
    )
    for kept in ("nothing is kept", "verdicts are kept", "something was written since"):
        if kept.startswith("something"):
            for path in root.path.glob("*/*/plan.md"):
                path.write_text(f"# Implementation plan: {path.parent.name} anew\n")
        before = dry(root, "--keep-last", "2")
        listed = as_json(run("ls", "--json", "--root", str(root)))
        found = titles(before, "keep", "remove")
        assert found == titles(listed, "sessions"), kept
        assert found == titles(dry(root, "--keep-last", "2"), "keep", "remove"), kept
        assert {"heading", "id"} <= {source for _, source in found.values()}
        assert found[KEY][1] == "metadata"


def test_a_run_without_a_folder_is_no_part_of_a_plan(now: Moment) -> None:
    main_asks_to_make_the_folder(now)
    listed = as_json(run("ls", "--json", "--root", str(now.root)))
    assert listed["sessions"] and not titles(dry(now.root, "--keep-last", "1"), "keep", "remove")


def test_what_was_asked_for_is_the_title(now: Moment) -> None:
    at_the_gate(now)
    ((title, source),) = titles(dry(now.root, "--keep-last", "1"), "keep", "remove").values()
    assert (title, source) == (ASKED, "asked")


def test_prune_shows_what_goes_and_what_stays_and_why(filled: Root) -> None:
    filled.write("build/build_20250103_100000/context.md", "# y\n", at=OLD + 9)
    said, error = out(filled, "prune", "--keep-last", "1", "--dry-run")
    rows = {line.split("\t")[1]: line.split("\t")[::4] for line in said.splitlines()}
    assert rows["build/build_20250103_100000"] == ["keep", "among the last 1 of build"]
    assert rows[KEY][0] == "remove" and rows[KEY][1].endswith("not among the last 1 of build")
    assert rows["pr_reviews/pr_7"][0] == "keep"
    assert "1 session to go (4 B), 3 to stay (12 B)" in error and KEY in keys(filled)
    assert (
        "without a terminal it needs --yes" in out(filled, "prune", "--keep-last", "1", code=2)[1]
    )


@pytest.mark.parametrize(
    "rules",
    [
        (), ("--state", "completed"), ("--command", "build"), ("--keep-last", "0"), ("--keep-last", "-1"),
        ("--keep-within", "30"), ("--max-size", "2"), ("--max-size", "-2G"), ("--older-than", "0d"),
        ("--keep-last", "1", "--state", "gone"), ("--policy", "none"), ("--policy", "x", "--keep-last", "1"),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_a_usage_error(filled: Root, rules: tuple[str, ...]) -> None:
    assert out(filled, "prune", *rules, "--yes", code=2)[1]
    assert keys(filled) == {KEY, OTHER, "pr_reviews/pr_7"}


def test_a_size_that_cannot_be_reached_is_told(filled: Root) -> None:
    said = out(filled, "prune", "--max-size", "0.001kB", "--keep-last", "1", "--dry-run")
    assert "12 B stay, more than 1 B" in " ".join(said)
    made = dry(filled, "--max-size", "0.001kB", "--keep-last", "1")
    assert made["note"] == (
        "12 B stay, more than 1 B: what would have to go is kept by another rule or may not "
        "go, and nothing newer goes in its place"
    )


def test_standing_policies_live_in_the_users_settings(filled: Root) -> None:
    configure('[policies.weekly]\nolder_than = "30d"\ncommand = ["build"]\n')
    assert [one["key"] for one in dry(filled, "--policy", "weekly")["remove"]] == [KEY]
    (filled.project / ".claude" / "exito-tui.toml").write_text("[policies.weekly]\nkeep_last = 1\n")
    error = out(filled, "prune", "--policy", "weekly", "--dry-run")[1]
    assert "policies: may not be set by a project's file" in error and "it does not count" in error
    (filled.project / ".claude" / "exito-tui.toml").unlink()
    error = out(filled, "prune", "--policy", "weekyl", "--dry-run", code=2)[1]
    assert "there is no policy 'weekyl' in your settings; did you mean weekly?" in error
    configure("")
    error = out(filled, "prune", "--policy", "weekly", "--dry-run", code=2)[1]
    assert "there is no policy 'weekly': your settings have none" in error
    configure('on_session_end = "x"\n[policies.bad]\nkeep_last = 0\nolder = "1d"\n')
    error = out(filled, "prune", "--policy", "weekly", "--dry-run", code=2)[1]
    assert "bad: keep_last" in error and "no rule 'older'" in error and "no [policies.x]" in error


def test_a_state_that_is_none_is_called_as_it_was_typed(filled: Root) -> None:
    error = out(filled, "prune", "--keep-last", "1", "--state", "bogus", code=2)[1]
    assert "--state: unknown state 'bogus'" in error
