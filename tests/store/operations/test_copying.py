"""Sessions in a work tree that is going to be deleted are told of, and copied into the project."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from exito_tui.domain.doctor.finding import Finding
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import mutations
from exito_tui.store.operations.fix import fix, plan_fixes
from exito_tui.store.operations.redo import redo
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.read.root_reader import findings
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import entries_of, operations_of
from exito_tui.store.trash.journal import Outcome
from tests.faults.harness import content_of
from tests.programs import run
from tests.store.read.test_sibling_roots import git
from tests.support import NOW_NS, Root, said, until
from tests.ui.driver import browsing

OLD = 1_735_700_000.0
FIRST, SECOND = "build/build_20250101_100000", "patch/patch_20250102_100000"
TREE = ".claude/worktrees/fix-login"


@pytest.fixture
def tree(root: Root) -> Root:
    """A work tree that Claude Code made, in a repository that ignores .claude/: with a session of
    several files, and one of a file that lies loose."""
    git(root.project, "init", "-q")
    (root.project / ".gitignore").write_text(".claude/\n")
    git(root.project, "add", ".gitignore")
    git(root.project, "commit", "-q", "-m", "i")
    git(root.project, "worktree", "add", "-q", TREE)
    made = Root(root.project / TREE)
    made.write(f"{FIRST}/plan.md", "# Plan\n", at=OLD)
    made.write(f"{FIRST}/sub/deep.txt", "deep\n", at=OLD)
    (made.path / FIRST / "link").symlink_to("/etc/passwd")
    os.utime(made.path / FIRST / "link", (OLD, OLD), follow_symlinks=False)
    os.chmod(made.path / FIRST / "plan.md", 0o640)
    os.utime(made.path / FIRST, (OLD, OLD))
    made.write("pr_reviews/pr_7_context.md", "# Seven\n", at=OLD)
    return made


def found(root: Root) -> list[Finding]:
    every = findings([scan(str(root))], Judge(), NOW_NS)
    return [one for one in every if one.code == "worktree-at-risk"]


def fixed(root: Root) -> Outcome:
    return fix(str(root), plan_fixes(str(root), found(root)))


def test_it_is_said_while_it_can_be_helped(root: Root, tree: Root) -> None:
    (one,) = found(root)
    assert one.place == TREE and one.fact == "2 sessions lie in this work tree alone"
    assert "deletes the work tree" in one.cause
    assert [(move.source, move.origin) for move in one.moves] == [
        (FIRST, str(tree)), ("pr_reviews/pr_7_context.md", str(tree)),
    ]  # fmt: skip


@pytest.mark.parametrize("where", ["exclude", "global", "configured", "inner"])
def test_whatever_makes_git_ignore_it_counts(root: Root, tree: Root, where: str) -> None:
    home = Path(os.environ["HOME"])
    for project in (root.project, tree.project):
        (project / ".gitignore").write_text("")
    assert found(root) == []
    if where == "exclude":
        (root.project / ".git/info").mkdir(exist_ok=True)
        (root.project / ".git/info/exclude").write_text(".claude/\n")
    elif where == "global":
        (home / ".config/git").mkdir(parents=True)
        (home / ".config/git/ignore").write_text("**/.claude/\n")
    elif where == "configured":
        (home / ".gitconfig").write_text("[core]\n\texcludesFile = ~/mine\n")
        (home / "mine").write_text(".claude\n")
    else:
        (tree.project / ".claude" / ".gitignore").write_text("sessions/\n")
    assert len(found(root)) == 1


def test_without_git_or_a_repository_nothing_is_said(
    root: Root, tree: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", "/nowhere")
    assert found(root) == []
    monkeypatch.setenv("PATH", path)
    assert found(root)
    (tree.project / ".git").unlink()
    assert found(root) == []


def test_nothing_of_a_repository_is_run(root: Root, tree: Root, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.hooksPath",
        "core.pager",
        "filter.x.clean",
        "alias.check-ignore",
    ):
        git(root.project, "config", key, str(program))
    assert found(root) and not (tmp_path / "ran").exists()


def test_the_copies_are_whole_and_the_originals_stay(root: Root, tree: Root) -> None:
    before = content_of(tree.path)
    outcome = fixed(root)
    assert len(outcome.done) == 2 and not outcome.failed
    assert content_of(root.path / FIRST) == content_of(tree.path / FIRST)
    assert (root.path / FIRST).stat().st_mtime == OLD
    assert os.readlink(root.path / FIRST / "link") == "/etc/passwd"
    assert (root.path / "pr_reviews/pr_7_context.md").read_text() == "# Seven\n"
    assert content_of(tree.path) == before
    assert found(root) == [] and entries_of(str(root)) == []
    assert operations_of(str(root))[-1].action == "fix"


def test_undo_takes_them_to_the_trash_where_they_are_safe(root: Root, tree: Root) -> None:
    whole = content_of(tree.path / FIRST)
    fixed(root)
    subprocess.run(["rm", "-rf", str(tree.project)], check=True)
    assert len(undo(str(root)).done) == 2
    assert not (root.path / FIRST).exists()
    entries = entries_of(str(root))
    assert len(entries) == 2
    restore(str(root), [entry.id for entry in entries])
    assert content_of(root.path / FIRST) == whole


def test_nothing_is_overwritten_and_what_differs_is_told(root: Root, tree: Root) -> None:
    fixes = plan_fixes(str(root), found(root))
    root.write(f"{FIRST}/plan.md", "# Mine\n")
    outcome = fix(str(root), fixes)
    assert [what for what, _ in outcome.failed] == [f"worktree-at-risk {TREE} {FIRST}"]
    assert said(outcome)[0][1] == "something is there already" and len(outcome.done) == 1
    assert (root.path / FIRST / "plan.md").read_text() == "# Mine\n"
    (one,) = found(root)
    assert not one.moves and f"Copy by hand what differs here: {FIRST}" in one.remedy


def test_what_was_taken_back_is_copied_again(root: Root, tree: Root) -> None:
    fixed(root)
    assert not undo(str(root)).failed and not (root.path / FIRST).exists()
    outcome = redo(str(root))
    assert len(outcome.done) == 2 and not outcome.failed
    assert content_of(root.path / FIRST) == content_of(tree.path / FIRST)
    assert not undo(str(root)).failed and not (root.path / FIRST).exists()


def test_what_is_being_written_is_left_until_it_is_quiet(root: Root, tree: Root) -> None:
    tree.write(f"{FIRST}/progress.md", "x\n")
    outcome = fixed(root)
    assert len(outcome.done) == 1 and "written" in said(outcome)[0][1]
    assert not (root.path / FIRST).exists()
    assert not any((root.path / ".trash" / "scratch").iterdir())


def test_what_is_written_while_it_is_copied_is_left(
    root: Root, tree: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    def probe(name: str, phase: str) -> None:
        begun = any((root.path / ".trash" / "scratch").glob("*/*/*/plan.md"))
        if name == "write" and begun and (tree.path / FIRST / "plan.md").stat().st_size < 9:
            tree.append(f"{FIRST}/plan.md", "and more of it\n")

    monkeypatch.setattr(mutations, "probe", probe)
    outcome = fixed(root)
    assert len(outcome.done) == 1 and "has changed" in said(outcome)[0][1]
    assert not (root.path / FIRST).exists()


def test_a_pipe_is_not_copied_nor_waited_for(root: Root, tree: Root) -> None:
    os.mkfifo(tree.path / FIRST / "pipe")
    os.utime(tree.path / FIRST / "pipe", (OLD, OLD))
    outcome = fixed(root)
    assert len(outcome.done) == 1 and "is a pipe" in said(outcome)[0][1]
    assert not (root.path / FIRST).exists()


def test_a_work_tree_that_leads_elsewhere_is_none(root: Root, tree: Root, tmp_path: Path) -> None:
    outside = Root(tmp_path / "outside")
    outside.write(f"{SECOND}/plan.md", "# Not ours\n", at=OLD)
    (root.project / ".claude/worktrees/evil").symlink_to(outside.project)
    inner = root.project / ".claude/worktrees/inner/.claude"
    inner.mkdir(parents=True)
    (inner / "sessions").symlink_to(outside.path)
    assert [one.place for one in found(root)] == [TREE]


def test_the_command_line_shows_and_copies_them(root: Root, tree: Root) -> None:
    said = run("doctor", "--root", str(root))
    assert said.returncode == 3 and f"copy {tree}/{FIRST} to {FIRST}".encode() in said.stdout
    shown = run("doctor", "--root", str(root), "--fix", "--dry-run")
    assert f"copy {tree}/{FIRST} to {FIRST}".encode() in shown.stdout
    assert not (root.path / FIRST).exists()
    done = run("doctor", "--root", str(root), "--fix", "--yes")
    assert done.returncode == 0 and b"2 problems fixed" in done.stderr, done
    assert content_of(root.path / FIRST) == content_of(tree.path / FIRST)
    made = json.loads(run("doctor", "--root", str(root), "--json").stdout)
    assert "worktree-at-risk" not in [one["code"] for one in made["findings"]]


async def test_the_doctor_of_the_app_copies_them_too(root: Root, tree: Root) -> None:
    async with browsing(root) as browser:
        await browser.press("x")
        await browser.shows("worktree-at-risk")
        await browser.agree("M", to=f"copy {tree}/{FIRST}"[:40])
        await until(lambda: (root.path / FIRST / "plan.md").exists(), "the copy")
        await browser.shows("fixed; u to undo")
