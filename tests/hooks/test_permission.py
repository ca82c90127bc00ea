"""Only what is plainly an agent's output is written without a question."""

import os
from pathlib import Path

import pytest

from exito_tui.hooks.permission import is_allowed, may_be_written

RUN = ".claude/sessions/build/build_20251106_153045"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "shop"
    (made / RUN).mkdir(parents=True)
    (made / RUN / "plan.md").write_text("# Plan\n")
    (made / "src").mkdir()
    (made / ".claude" / "settings.json").write_text("{}")
    return made.resolve()


@pytest.mark.parametrize(
    "path",
    [
        f"{RUN}/context.md",
        f"{RUN}/plan.md",
        f"{RUN}/notes.txt",
        f"{RUN}/session_metadata.json",
        f"{RUN}/audit_code-quality.md",
        f"{RUN}/deep/er/report.md",
        f"./{RUN}/context.md",
    ],
)
def test_an_agents_output_is_allowed(project: Path, path: str) -> None:
    assert may_be_written(str(project / path), str(project), str(project))
    assert may_be_written(path, str(project), str(project))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "src/app.py",
        ".claude/settings.json",
        ".claude/sessions",
        ".claude/sessions/context.md",
        ".claude/sessions/build/context.md",
        ".claude/sessions/build/build_20251106_999999/context.md",  # no such session
        f"{RUN}/../../../settings.json",
        f"{RUN}/../../../../src/app.md",
        f"{RUN}/..",
        f"{RUN}/",
        f"{RUN}/script.sh",
        f"{RUN}/run.py",
        f"{RUN}/plan",
        f"{RUN}/.hidden.md",
        f"{RUN}/.git/config.txt",
        f"{RUN}/.claude/settings.json",
        f"{RUN}/CLAUDE.md",
        f"{RUN}/claude.md",
        f"{RUN}/CLAUDE.local.md",
        f"{RUN}/AGENTS.md",
        f"{RUN}/plan\n.md",
        f"{RUN}/plan\x00.md",
        f"{RUN}/plan\x1b[31m.md",
        f"{RUN}/pl an.md",
        f"{RUN}/plan;rm.md",
        f"{RUN}/$HOME.md",
        f"{RUN}/ünder.md",
        f"{RUN}//plan.md/x",
        ".claude/sessionsX/build/build_20251106_153045/plan.md",
        "~/.claude/sessions/build/build_20251106_153045/plan.md",
        "~root/x.md",
        "/etc/passwd",
        "/tmp/plan.md",
        f"{RUN}/{'a' * 5000}.md",
    ],
)
def test_all_else_is_asked_about(project: Path, path: str) -> None:
    assert not may_be_written(path, str(project), str(project))
    if not path.startswith(("/", "~")):
        assert not may_be_written(os.path.join(project, path), str(project), str(project))


def test_links_and_other_files_are_asked_about(project: Path, tmp_path: Path) -> None:
    run = project / RUN
    outside = tmp_path / "outside.md"
    outside.write_text("mine")
    (run / "link.md").symlink_to(outside)
    (run / "dangling.md").symlink_to(tmp_path / "nowhere.md")
    (run / "folder").symlink_to(tmp_path)
    os.link(outside, run / "hard.md")
    os.mkfifo(run / "pipe.md")
    (run / "dir.md").mkdir()
    for name in ("link.md", "dangling.md", "folder/x.md", "hard.md", "pipe.md", "dir.md"):
        assert not may_be_written(f"{RUN}/{name}", str(project), str(project)), name
    way_in = project / "src" / "in"
    way_in.symlink_to(run)
    assert not may_be_written("src/in/plan.md", str(project), str(project))


def test_a_sessions_folder_that_is_a_link_allows_nothing(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "build" / "build_20251106_153045"
    real.mkdir(parents=True)
    project = tmp_path / "shop"
    (project / ".claude").mkdir(parents=True)
    (project / ".claude" / "sessions").symlink_to(tmp_path / "elsewhere")
    assert not may_be_written(f"{RUN}/plan.md", str(project), str(project.resolve()))


def test_a_project_may_be_opened_through_a_link(project: Path, tmp_path: Path) -> None:
    way = tmp_path / "way"
    way.symlink_to(project)
    assert may_be_written(str(way / RUN / "context.md"), str(way), str(project))


@pytest.mark.parametrize("tool", ["Bash", "NotebookEdit", "MultiEdit", "Read", None, 3, ["Write"]])
def test_only_write_and_edit_are_answered(project: Path, tool: object) -> None:
    given = {"file_path": f"{RUN}/plan.md", "command": f"mkdir -p {RUN}"}
    assert not is_allowed(tool, given, str(project), str(project))
    assert is_allowed("Edit", given, str(project), str(project))


@pytest.mark.parametrize("given", [None, [], "x", {}, {"file_path": 3}, {"file_path": None}])
def test_what_has_another_shape_is_asked_about(project: Path, given: object) -> None:
    assert not is_allowed("Write", given, str(project), str(project))
    assert not is_allowed("Write", {"file_path": f"{RUN}/plan.md"}, None, str(project))
