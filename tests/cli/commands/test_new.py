"""Where `exito-tui new` makes a session's folder, and where it makes none."""

import json
import os
from pathlib import Path

import pytest

from exito_tui.claude.registry import own_domain
from exito_tui.cli.commands import new
from exito_tui.cli.output import Failure
from exito_tui.cli.parser import parse
from exito_tui.processes import start_of
from tests.cli.test_cli import as_json
from tests.programs import run


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "shop"
    (made / ".git").mkdir(parents=True)
    for variable in ("CLAUDE_PROJECT_DIR", "CLAUDE_CODE_SESSION_ID"):
        monkeypatch.delenv(variable, raising=False)
    return made


@pytest.fixture
def elsewhere(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder outside the project, which the user is in."""
    made = tmp_path / "elsewhere"
    made.mkdir()
    monkeypatch.chdir(made)
    return made


@pytest.mark.parametrize("how", ["flag", "environment"])
def test_it_is_made_in_the_root_that_is_named(
    project: Path, elsewhere: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "environment":
        monkeypatch.setenv("EXITO_TUI_ROOT", str(project))
    made = as_json(run("new", "build", "--json", *(["--root", str(project)] * (how == "flag"))))
    assert made["path"].startswith(f"{project.resolve()}/.claude/sessions/build/build_")
    assert made["directory"] == made["path"], "a relative one would mean another folder from here"
    assert Path(made["path"], "session_metadata.json").is_file()
    assert list(elsewhere.iterdir()) == []


def test_it_is_made_in_a_sessions_folder_of_any_place(elsewhere: Path, tmp_path: Path) -> None:
    root = tmp_path / "kept" / "sessions"
    root.mkdir(parents=True)
    path = run("new", "build", "--path", "--root", str(root)).stdout.decode().strip()
    assert path.startswith(f"{root.resolve()}/build/build_") and Path(path).is_dir()
    gone = run("new", "build", "--root", str(tmp_path / "nowhere"))
    assert gone.returncode == 1 and b"no folder can be made in" in gone.stderr


def test_several_roots_are_one_too_many(project: Path, elsewhere: Path) -> None:
    done = run("new", "build", "--root", str(project), "--root", str(elsewhere))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"there are several roots; name one with --root PATH" in done.stderr
    assert not (project / ".claude").exists() and not (elsewhere / ".claude").exists()


def test_outside_any_project_nothing_is_made(elsewhere: Path) -> None:
    done = run("new", "build")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"no project here" in done.stderr and b"--root PATH" in done.stderr
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("variable", ["CLAUDE_PROJECT_DIR", "CLAUDE_CODE_SESSION_ID"])
def test_wherever_claude_code_works_is_a_project(
    elsewhere: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(elsewhere))
    made = run("new", "build", "--path")
    assert made.stdout.startswith(os.fsencode(elsewhere.resolve())), made.stderr
    assert len(list((elsewhere / ".claude/sessions/build").iterdir())) == 1


@pytest.mark.parametrize(
    ("changed", "is_known"),
    [({}, True), ({"procStart": "1"}, False), ({"sessionId": "b"}, False), ({"cwd": ""}, False)],
)
def test_below_where_claude_code_was_started_that_is_the_project(
    elsewhere: Path, changed: dict[str, str], is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its shell stays where a `cd` has led it."""
    pid = os.getpid()
    entry = {
        "pid": pid, "sessionId": "a", "cwd": str(elsewhere), "procStart": start_of(pid),
        "pidDomain": own_domain(), **changed,
    }  # fmt: skip
    registry = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "sessions"
    registry.mkdir(parents=True)
    (registry / f"{pid}.json").write_text(json.dumps(entry))
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", "a")
    monkeypatch.setenv("CLAUDE_PID", str(pid))
    inner = elsewhere / "src"
    inner.mkdir()
    made = run("new", "build", "--path", cwd=inner).stdout.decode()
    assert made.startswith(f"{elsewhere.resolve() if is_known else inner.resolve()}/.claude/")


def test_a_claude_folder_above_makes_a_project(elsewhere: Path) -> None:
    (elsewhere / ".claude").mkdir()
    inner = elsewhere / "src"
    inner.mkdir()
    done = run("new", "build", cwd=inner)
    assert b"is new: this project had no sessions yet" in done.stderr
    assert len(list((elsewhere / ".claude/sessions/build").iterdir())) == 1
    assert list(inner.iterdir()) == []
    assert run("new", "build", cwd=inner).stderr == b"", "told once"


@pytest.mark.parametrize("where", ["home", "everybody's"])
@pytest.mark.parametrize("is_started_there", [True, False])
def test_folders_above_every_project_get_no_sessions(
    where: str, is_started_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / where
    folder.mkdir(exist_ok=True)
    if where == "everybody's":
        folder.chmod(0o1777)
    (folder / ".claude").mkdir(exist_ok=True)
    (folder / ".git").mkdir()
    inner = folder / "x"
    inner.mkdir()
    monkeypatch.chdir(folder if is_started_there else inner)
    monkeypatch.delenv("CLAUDE_PROJECT_DIR", raising=False)
    done = run("new", "build")
    assert done.returncode == 1 and b"--root PATH" in done.stderr
    assert not (folder / ".claude" / "sessions").exists() and list(inner.iterdir()) == []


def test_a_root_of_another_user_is_left_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".claude/sessions").mkdir(parents=True)
    monkeypatch.chdir(project)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(Failure, match="belongs to another user and was found, not named"):
        new.run(parse(["new", "build"]))
    assert list((project / ".claude/sessions").iterdir()) == []
    assert new.run(parse(["new", "build", "--root", str(project)])) == 0


@pytest.mark.parametrize("how", ["flag", "setting", "environment"])
@pytest.mark.parametrize("named", [True, False])
def test_read_only_makes_nothing(
    project: Path, how: str, named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    if how == "setting":
        file = Path(os.environ["XDG_CONFIG_HOME"], "exito-tui", "config.toml")
        file.parent.mkdir(parents=True)
        file.write_text("read_only = true\n")
    if how == "environment":
        monkeypatch.setenv("EXITO_TUI_READ_ONLY", "1")
    more = [*(["--read-only"] if how == "flag" else []), *(["--root", "."] if named else [])]
    done = run("new", "build", *more)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"nothing was done: read_only is set" in done.stderr
    assert not (project / ".claude").exists()


def test_a_command_in_a_project_is_told_relative_to_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = project / "src"
    inner.mkdir()
    monkeypatch.chdir(inner)
    said = run("new", "build").stdout.decode().splitlines()
    assert said[1].startswith("Directory: .claude/sessions/build/")
    file = project / said[1].removeprefix("Directory: ") / "session_metadata.json"
    assert json.loads(file.read_text())["working_directory"] == str(project.resolve())
