"""Commits of a project, from its own repository alone; nothing that it names is run."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from exito_tui.store.read.commits import commits_by_session
from tests.store.support import KEY


def git(*arguments: str, cwd: Path) -> None:
    settings = (
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "init.defaultBranch=main",
    )
    subprocess.run(["git", *settings, *arguments], cwd=cwd, check=True, capture_output=True)


def committed(project: Path, *where: str) -> None:
    project.mkdir(parents=True, exist_ok=True)
    git("init", *where, cwd=project)
    git(
        "commit", "--allow-empty", "-m", f"Plan\n\nRelated to: {KEY.partition('/')[2]}", cwd=project
    )


def test_the_commits_of_a_project_are_found_from_a_work_tree_as_well(tmp_path: Path) -> None:
    committed(tmp_path / "project")
    git("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other", cwd=tmp_path / "project")
    for name in ("project", "tree"):
        assert list(commits_by_session(str(tmp_path / name))) == ["build_20250101_100000"]


RUNS = (
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "pager.log",
    "gpg.program",
    "diff.external",
    "core.editor",
)


@pytest.mark.parametrize(
    "layout", ["bare in the project", "the project's own", "a file that leads to a bare one"]
)
def test_a_repository_that_a_project_brings_runs_nothing(tmp_path: Path, layout: str) -> None:
    project, ran = tmp_path / "project", tmp_path / "ran"
    command = f"touch {ran}; false"
    committed(project)
    repository = project / ".git"
    if layout != "the project's own":
        inner = project / "inner.git"
        git("clone", "-q", "--bare", str(project), str(inner), cwd=tmp_path)
        if layout.startswith("bare"):
            for path in inner.iterdir():
                path.rename(project / path.name)
            repository = project
            shutil.rmtree(project / ".git")
        else:
            shutil.rmtree(project / ".git")
            (project / ".git").write_text("gitdir: inner.git\n")
            repository = inner
    for name in RUNS:
        git("config", "--file", str(repository / "config"), name, command, cwd=tmp_path)
    for name, value in {
        "log.showSignature": "true", "extensions.partialClone": "origin", "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::sh -c 'touch {ran}'", "protocol.ext.allow": "always", "protocol.allow": "always",
        "remote.origin.uploadpack": command, "include.path": str(tmp_path / "none"), "core.repositoryFormatVersion": "1",
    }.items():  # fmt: skip
        git("config", "--file", str(repository / "config"), name, value, cwd=tmp_path)
    for path in (repository / "objects").rglob("??/*"):
        if path.is_file() and layout == "the project's own":
            path.unlink()  # so that they would have to be fetched
    commits_by_session(str(project))
    assert not ran.exists()


def test_git_is_not_asked_about_a_project_without_a_repository_of_its_own(tmp_path: Path) -> None:
    committed(tmp_path / "above")
    (tmp_path / "above" / "project").mkdir()
    assert commits_by_session(str(tmp_path / "above" / "project")) == {}
    os.symlink(tmp_path / "above" / ".git", tmp_path / "above" / "project" / ".git")
    assert commits_by_session(str(tmp_path / "above" / "project")) == {}


def test_the_users_own_variables_do_not_lead_git_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(tmp_path / "elsewhere")
    (tmp_path / "project" / ".git").mkdir(parents=True)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))
    assert commits_by_session(str(tmp_path / "project")) == {}
