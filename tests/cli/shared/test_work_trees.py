"""The work trees that Claude Code makes are listed with their project, and found in it."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.claude.conversations import Run
from tests.claude.records_builder import ASKED, ClaudeFolder
from tests.cli.test_cli import SCHEMA
from tests.programs import run
from tests.support import Root

OLD = 1_735_700_000.0
MAIN, OTHER = "build/build_20250101_100000", "patch/patch_20250102_100000"


@pytest.fixture
def tree(root: Root) -> Root:
    """A work tree with a session, in a project with another one."""
    root.write(f"{MAIN}/context.md", "# Main\n", at=OLD)
    made = Root(root.project / ".claude/worktrees/fix-login")
    made.write(f"{OTHER}/context.md", "# In the work tree\n", at=OLD)
    return made


def out(root: Root, *arguments: str, code: int = 0) -> tuple[str, str]:
    done = run(*arguments, cwd=root.project)
    assert done.returncode == code, done
    return done.stdout.decode(), done.stderr.decode()


def ls(root: Root, *more: str) -> Any:
    return json.loads(out(root, "ls", "--json", *more)[0])


def test_ls_lists_them_with_their_project(root: Root, tree: Root) -> None:
    said, error = out(root, "ls")
    rows = [line.split("\t") for line in said.splitlines()]
    assert {(row[0], row[-1]) for row in rows} == {(MAIN, str(root)), (OTHER, str(tree))}
    assert "more root" not in error


@pytest.mark.parametrize("more", [[], ["--filter", "command:build,patch"]])
def test_json_keeps_its_form_and_gains_the_work_trees(
    root: Root, tree: Root, more: list[str]
) -> None:
    made = ls(root, *more)
    jsonschema.validate(made, SCHEMA)
    assert made["root"] == str(root) and [one["key"] for one in made["sessions"]] == [MAIN]
    (inner,) = made["worktrees"]
    assert (inner["worktree"], inner["root"]) == ("fix-login", str(tree))
    assert [one["key"] for one in inner["sessions"]] == [OTHER]


def test_a_project_without_any_is_as_before(root: Root) -> None:
    root.write(f"{MAIN}/context.md", "# Main\n", at=OLD)
    assert "worktrees" not in ls(root)


def test_their_sessions_are_found_by_name_and_counted(root: Root, tree: Root) -> None:
    assert OTHER in out(root, "why", "patch_20250102_100000")[0]
    assert out(root, "show", "patch_20250102_100000")[0] == "# In the work tree\n"
    assert OTHER in out(root, "search", "work tree")[0]
    assert sum(json.loads(out(root, "status", "--json")[0])["states"].values()) == 2
    assert len(json.loads(out(root, "stats", "--json")[0])["sessions"]) == 1


def test_what_is_in_both_is_that_of_the_project(root: Root, tree: Root) -> None:
    tree.write(f"{MAIN}/context.md", "# A copy\n", at=OLD)
    assert out(root, "show", MAIN)[0] == "# Main\n"


def test_what_is_done_there_is_undone_there(root: Root, tree: Root) -> None:
    error = out(root, "rm", "patch_20250102_100000")[1]
    assert not (tree.path / OTHER).exists()
    assert f"`exito-tui undo --root {tree}` takes it back" in error
    assert "nothing to undo" in out(root, "undo", code=1)[1]
    out(root, "undo", "--root", str(tree))
    assert (tree.path / OTHER / "context.md").exists()
    assert "`exito-tui undo` takes it back" in out(root, "rm", MAIN)[1]


def test_a_project_that_has_sessions_in_work_trees_alone(tmp_path: Path) -> None:
    project = tmp_path / "alone"
    tree = Root(project / ".claude/worktrees/fix-login")
    tree.write(f"{OTHER}/context.md", "# x\n", at=OLD)
    done = run("ls", "--json", cwd=project)
    made = json.loads(done.stdout)
    assert made["root"] == str(tree) and made["sessions"][0]["key"] == OTHER


def test_a_conversation_of_a_work_tree_is_told_of_there_alone(root: Root, tree: Root) -> None:
    key = time.strftime("build/build_%Y%m%d_%H%M%S", time.gmtime(time.time() - 60))
    tree.folder(key)
    talk = Run(tree, key)
    talk.register(statusUpdatedAt=1_700_000_000_000)
    talk.agent("a1")
    made = ls(root)
    (inner,) = made["worktrees"]
    assert [one["key"] for one in made["sessions"]] == [MAIN]
    known = {one["key"]: one["claude"] for one in inner["sessions"]}
    assert known[key]["session_id"] == talk.id and known[OTHER] is None


# ── a run in a work tree that has no sessions yet ─────────────────────────────────────────────────


def asks_in_a_bare_tree(root: Root, claude: ClaudeFolder) -> Path:
    """A run in a new work tree asks to make its folder; the work tree."""
    tree = root.project / ".claude/worktrees/fix-login"
    tree.mkdir(parents=True)
    talk = claude.talk(cwd=tree)
    talk.command()
    talk.calls("Bash", command="mkdir -p .claude/sessions/build/build_20251106_153045")
    claude.register(talk, "waiting", waitingFor="permission prompt")
    return tree


@pytest.mark.parametrize("main", [True, False], ids=["beside others", "alone"])
def test_a_run_in_a_tree_without_sessions_is_listed(
    root: Root, claude: ClaudeFolder, main: bool
) -> None:
    tree = asks_in_a_bare_tree(root, claude)
    root.write(f"{MAIN}/context.md", "# Main\n", at=OLD)
    if not main:
        shutil.rmtree(root.path)
    made = ls(root)
    jsonschema.validate(made, SCHEMA)
    (inner,) = made["worktrees"] if main else [made]
    assert inner["root"] == f"{tree}/.claude/sessions"
    assert [(one["title"], one["state"]) for one in inner["sessions"]] == [(ASKED, "waiting")]
    assert inner["sessions"][0]["key"] in out(root, "ls")[0]
    assert "allow Bash mkdir" in out(root, "why", "build_20251106_153045")[0]
    assert out(root, "status", code=3)[0].startswith("?1")
    assert not (tree / ".claude").exists(), "nothing was made"


def test_a_tree_in_which_nothing_is_at_work_is_not_listed(root: Root, claude: ClaudeFolder) -> None:
    root.write(f"{MAIN}/context.md", "# Main\n", at=OLD)
    tree = asks_in_a_bare_tree(root, claude)
    assert "worktrees" not in ls(root, "--no-claude")
    (tree / ".claude").symlink_to(root.project / ".claude")
    assert "worktrees" not in ls(root), "a link leads out of it"
    (tree / ".claude").unlink()
    claude.register(claude.talk(cwd=tree, ago=60), "idle")  # the process is another conversation
    assert "worktrees" not in ls(root)
