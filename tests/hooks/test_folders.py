"""A session's folder that nobody else has."""

import json
import os
import threading
from pathlib import Path

import pytest

from exito_tui.hooks.folders import NewFolderError, RunFacts, facts_of, new_folder
from exito_tui.hooks.project import project_folder
from exito_tui.store.fs import mutations
from exito_tui.store.operations.hook_notes import METADATA

NOW = 1_762_443_045.0


def test_a_folder_is_made_with_its_metadata(tmp_path: Path) -> None:
    facts = RunFacts("Rate limits", "3f2a-1", 42)
    made = new_folder(str(tmp_path.resolve()), "exito:build", facts, NOW)
    assert made.id.startswith("build_2025") and made.directory.endswith(made.id)
    assert made.lines == f"Session: {made.id}\nDirectory: .claude/sessions/build/{made.id}\n"
    said = json.loads((tmp_path / made.directory / METADATA).read_text())
    assert said["title"] == "Rate limits" and said["claude_session_id"] == "3f2a-1"
    assert said["claude_pid"] == 42 and said["status"] == "in_progress"
    assert said["command"] == "build" and said["session_id"] == made.id


def test_the_second_of_a_second_gets_a_number(tmp_path: Path) -> None:
    ids = [new_folder(str(tmp_path.resolve()), "build", RunFacts(), NOW).id for _ in range(3)]
    assert ids[1:] == [f"{ids[0]}_2", f"{ids[0]}_3"]


def test_many_at_once_get_a_folder_each(tmp_path: Path) -> None:
    ids: list[str] = []

    def make() -> None:
        ids.append(new_folder(str(tmp_path.resolve()), "craft", RunFacts(), NOW).id)

    threads = [threading.Thread(target=make) for _ in range(64)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(ids)) == 64 == len(list((tmp_path / ".claude/sessions/craft").iterdir()))


@pytest.mark.parametrize(
    "command", ["", "..", "a/b", "Build", "-x", "a b", "build\n", ".hidden", "x" * 60, "$(id)"]
)
def test_what_is_no_command_makes_nothing(tmp_path: Path, command: str) -> None:
    with pytest.raises(NewFolderError):
        new_folder(str(tmp_path.resolve()), command, RunFacts(), NOW)
    assert not (tmp_path / ".claude").exists()


@pytest.mark.parametrize("link", [".claude", ".claude/sessions", ".claude/sessions/build"])
def test_nothing_is_made_through_a_link(tmp_path: Path, link: str) -> None:
    outside, project = tmp_path / "outside", tmp_path / "shop"
    outside.mkdir()
    (project / link).parent.mkdir(parents=True, exist_ok=True)
    (project / link).symlink_to(outside)
    with pytest.raises(NewFolderError):
        new_folder(str(project.resolve()), "build", RunFacts(), NOW)
    assert not list(outside.iterdir())


@pytest.mark.parametrize("call", ["mkdir", "open", "write", "fsync"])
@pytest.mark.parametrize("had", ["", ".claude", ".claude/sessions/build"])
def test_a_full_disk_is_told_and_nothing_is_left(
    tmp_path: Path, call: str, had: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / had).mkdir(parents=True, exist_ok=True)
    before = sorted(tmp_path.rglob("*"))

    def fail(what: str, when: str) -> None:
        if what == call and when == "before":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(mutations, "probe", fail)
    with pytest.raises(NewFolderError, match="build: no space left on the disk"):
        new_folder(str(tmp_path.resolve()), "build", RunFacts(), NOW)
    assert sorted(tmp_path.rglob("*")) == before


def test_facts_come_from_the_environment() -> None:
    facts = facts_of({"CLAUDE_CODE_SESSION_ID": "abc", "CLAUDE_PID": "17"}, "  two\nlines ")
    assert facts == RunFacts("two lines", "abc", 17)
    assert facts_of({"CLAUDE_PID": "x1"}) == RunFacts()
    assert facts_of({"USER": "", "LOGNAME": "ada"}) == RunFacts(user="ada")


@pytest.mark.parametrize(
    ("head", "branch"),
    [("ref: refs/heads/fix/cart\n", "fix/cart"), ("3f2a9c0\n", None), ("ref: refs/heads/a\nb", None),
     ("x" * 9000, None), ("", None)],
)  # fmt: skip
@pytest.mark.parametrize("work_tree", [False, True])
def test_the_metadata_tells_user_and_branch(
    tmp_path: Path, head: str, branch: str | None, work_tree: bool
) -> None:
    git = tmp_path / ("main/.git/worktrees/w" if work_tree else ".git")
    git.mkdir(parents=True)
    (git / "HEAD").write_text(head)
    if work_tree:
        (tmp_path / ".git").write_text(f"gitdir: {git}\n")
    made = new_folder(str(tmp_path.resolve()), "build", RunFacts(user="ada"), NOW)
    said = json.loads((tmp_path / made.directory / METADATA).read_text())
    assert (said["user"], said.get("git_branch")) == ("ada", branch)


def test_a_git_that_is_a_pipe_tells_no_branch(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".git")
    made = new_folder(str(tmp_path.resolve()), "build", RunFacts(), NOW)
    said = json.loads((tmp_path / made.directory / METADATA).read_text())
    assert "git_branch" not in said and "user" not in said


def test_the_project_is_the_one_that_claude_code_names(tmp_path: Path) -> None:
    project = tmp_path / "shop"
    inner = project / "packages" / "api"
    inner.mkdir(parents=True)
    (project / ".git").mkdir()
    environment = {"CLAUDE_PROJECT_DIR": str(inner)}
    assert project_folder({}, environment) == str(project.resolve())
    (inner / ".claude" / "sessions").mkdir(parents=True)
    assert project_folder({"cwd": "/"}, environment) == str(inner.resolve())
    with pytest.raises(ValueError, match="names a folder"):
        project_folder({"cwd": "relative"}, {})
    with pytest.raises(ValueError, match="not a folder"):
        project_folder({"cwd": str(tmp_path / "nowhere")}, {})
