"""The other roots of a repository."""

import subprocess
from pathlib import Path

import pytest

from exito_tui.store.read.sibling_roots import sibling_roots
from tests.programs import run


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with three work trees and a package, each with sessions."""
    project = tmp_path / "p"
    project.mkdir()
    git(project, "init", "-q")
    git(project, "commit", "-q", "--allow-empty", "-m", "i")
    git(project, "worktree", "add", "-q", ".claude/worktrees/agent-1")
    git(project, "worktree", "add", "-q", "../side")
    git(project, "worktree", "add", "-q", "../empty")
    places = (
        project,
        project / ".claude/worktrees/agent-1",
        tmp_path / "side",
        project / "packages/api",
    )
    for place in places:
        run_folder = place / ".claude/sessions/build/build_20251106_153045"
        run_folder.mkdir(parents=True)
        (run_folder / "context.md").write_text("# Context\n")
    return project


def test_the_roots_of_all_work_trees_and_packages_are_found_from_each(project: Path) -> None:
    side = project.parent / "side"
    roots = {
        str(place / ".claude/sessions")
        for place in (
            project,
            project / ".claude/worktrees/agent-1",
            side,
            project / "packages/api",
        )
    }
    main = str(project / ".claude/sessions")
    assert set(sibling_roots(main)) == roots - {main}
    beside = str(side / ".claude/sessions")
    assert main in sibling_roots(beside)


def test_what_is_broken_or_not_there_is_no_root(project: Path, tmp_path: Path) -> None:
    worktrees = project / ".git/worktrees"
    (worktrees / "a").mkdir()
    (worktrees / "a/gitdir").write_text("relative/.git\n")
    (worktrees / "b").mkdir()
    (worktrees / "b/gitdir").write_bytes(b"\xff\0" * 10_000)
    (worktrees / "c").mkdir()
    assert len(sibling_roots(str(project / ".claude/sessions"))) == 3
    assert sibling_roots(str(tmp_path / "elsewhere")) == []
    alone = tmp_path / "alone/.claude/sessions"
    alone.mkdir(parents=True)
    (tmp_path / "alone/.git").write_text("gitdir: ../gone\n")
    assert sibling_roots(str(alone)) == []


def test_ls_says_that_there_are_more_and_lists_them_when_asked(project: Path) -> None:
    done = run("ls", cwd=project)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 2, "with Claude Code's own"
    assert b"2 more roots in this repository" in done.stderr
    every = run("ls", "--worktrees", cwd=project)
    assert len(every.stdout.splitlines()) == 4 and not every.stderr


def test_an_unpacked_repository_names_no_folder_that_does_not_name_it(
    project: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    (victim / ".claude/sessions/build/build_20251106_153045").mkdir(parents=True)
    git(victim, "init", "-q")
    evil = project / ".git/worktrees/evil"
    evil.mkdir()
    (evil / "gitdir").write_text(f"{victim}/.git\n")
    (project / "packages/out").symlink_to(victim)
    (project / "linked").mkdir()
    (project / "linked/.claude").symlink_to(victim / ".claude")
    (project / ".claude/worktrees/out").symlink_to(victim)
    assert not any("victim" in root for root in sibling_roots(str(project / ".claude/sessions")))
    stray = tmp_path / "stray"
    (stray / ".claude/sessions").mkdir(parents=True)
    (stray / ".git").write_text(f"gitdir: {project}/.git/worktrees/agent-1\n")
    assert sibling_roots(str(stray / ".claude/sessions")) == []


def test_without_a_repository_none_is_spoken_of(tmp_path: Path) -> None:
    for name in (".", "shop"):
        (tmp_path / "all" / name / ".claude/sessions/build/build_20251106_153045").mkdir(
            parents=True
        )
    done = run("ls", cwd=tmp_path / "all")
    assert b"1 more root in the folders below; see them with --worktrees" in done.stderr
