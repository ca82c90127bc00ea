"""The registry of processes: who lives is told by pid, start and namespace together."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exito_tui.claude.folders import config_folder
from exito_tui.claude.registry import processes
from tests.claude.records_builder import ClaudeFolder, start_of
from tests.claude.support import opened_paths

TALK = "0badcafe-0000-4000-8000-000000000001"


def lives_of(claude: ClaudeFolder) -> dict[int, str]:
    return {one.pid: one.life for one in processes(str(claude.path))}


def test_no_test_reads_the_folder_of_who_runs_it(tmp_path: Path) -> None:
    """Nor does any program that a test starts: it is told by the environment."""
    assert Path(config_folder()).is_relative_to(tmp_path)
    program = "from exito_tui.claude.folders import config_folder; print(config_folder())"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert Path(said.stdout.strip()).is_relative_to(tmp_path)


def test_where_the_folder_is() -> None:
    assert config_folder({"CLAUDE_CONFIG_DIR": "/there"}) == "/there"
    assert config_folder({"CLAUDE_CONFIG_DIR": ""}) == os.path.expanduser("~/.claude")
    assert config_folder({}) == os.path.expanduser("~/.claude")


def test_a_process_that_registered_itself_is_alive(claude: ClaudeFolder) -> None:
    claude.register(TALK, "waiting", waitingFor="permission prompt", tmux="w:@1.%2", since=10)
    (one,) = processes(str(claude.path))
    assert (one.pid, one.conversation, one.life) == (os.getpid(), TALK, "alive")
    assert (one.status, one.waiting_for, one.tmux) == ("waiting", "permission prompt", "w:@1.%2")
    assert one.cwd == str(claude.project)
    assert one.since_ns and 5 < time.time() - one.since_ns / 1e9 < 30


def test_a_pid_that_another_process_has_now_is_dead(claude: ClaudeFolder) -> None:
    claude.register(TALK, procStart=str(int(start_of(os.getpid())) - 1))
    assert set(lives_of(claude).values()) == {"dead"}


def test_a_pid_that_nobody_has_is_dead(claude: ClaudeFolder) -> None:
    claude.register(TALK, "busy", pid=2**22 + 1)
    assert lives_of(claude) == {2**22 + 1: "dead"}


def test_a_process_that_ended_and_is_not_waited_for_is_dead(claude: ClaudeFolder) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    while Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        pass
    claude.register(TALK, pid=child.pid)
    assert lives_of(claude) == {child.pid: "dead"}
    child.wait()


@pytest.mark.parametrize("domain", ["linux::pid:[1]", "darwin", "", 7, None])
def test_of_another_namespace_nothing_is_known(claude: ClaudeFolder, domain: object) -> None:
    claude.register(TALK, pidDomain=domain)
    assert set(lives_of(claude).values()) == {"unknown"}


@pytest.mark.parametrize(
    "name", ["x.json", "1.json.tmp", ".json", "1.JSON", "12345678901.json", "1.jsonx", "-1.json", "1 .json"]
)  # fmt: skip
def test_other_files_are_no_entries(claude: ClaudeFolder, name: str) -> None:
    path = claude.register(TALK)
    path.rename(path.with_name(name))
    assert processes(str(claude.path)) == []


def test_an_entry_must_be_of_the_pid_in_its_name(claude: ClaudeFolder) -> None:
    path = claude.register(TALK)
    path.rename(path.with_name("1.json"))
    assert processes(str(claude.path)) == []


def test_key_files_are_never_opened(claude: ClaudeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = claude.register(TALK)
    for name in (f"{os.getpid()}.{'ab' * 32}.key", f"{os.getpid()}.{'ab' * 32}.key.tmp.0123abcd"):
        (path.parent / name).write_text("secret")
    (claude.path / "daemon").mkdir()
    opened = opened_paths(monkeypatch)
    assert len(processes(str(claude.path))) == 1
    assert opened and not [one for one in opened if ".key" in one or "daemon" in one]


def test_what_is_no_small_file_is_not_read(claude: ClaudeFolder) -> None:
    folder = claude.register(TALK).parent
    (folder / "11.json").write_text(json.dumps({"pid": 11, "sessionId": TALK, "x": "y" * 70_000}))
    os.mkfifo(folder / "12.json")
    (folder / "13.json").mkdir()
    (folder / "14.json").write_text("[" * 60_000)
    (folder / "15.json").write_text("[1]")
    (folder / "16.json").write_bytes(b"\xff\xfe")
    (folder / "17.json").symlink_to(folder / "nowhere")
    assert list(lives_of(claude)) == [os.getpid()]


WRONG: list[object] = [
    None,
    True,
    -1,
    1.5,
    "",
    "x" * 5000,
    [],
    {},
    [[1]],
    {"a": 1},
    10**30,
    "\x1b[31m",
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: str(value)[:12])
def test_a_field_of_another_type_counts_for_nothing(claude: ClaudeFolder, wrong: object) -> None:
    path = claude.register(TALK, jobId="0abc12de")
    whole = json.loads(path.read_text())
    for key in whole:
        path.write_text(json.dumps({**whole, key: wrong}))
        for one in processes(str(claude.path)):
            assert one.pid == os.getpid() and isinstance(one.conversation, str)
            assert all(isinstance(text, str) and len(text) <= 4096 for text in
                       (one.cwd, one.status, one.waiting_for, one.tmux, one.job, one.needs))  # fmt: skip
            assert all(at is None or 0 < at < 2**63 for at in (one.since_ns, one.started_ns))


@pytest.mark.parametrize("job", ["../../../etc", "0abc12de/../x", "", "0ABC", "x" * 8])
def test_a_job_is_looked_for_in_its_own_folder_alone(claude: ClaudeFolder, job: str) -> None:
    (claude.path / "jobs" / "0abc12de").mkdir(parents=True)
    (claude.path / "jobs" / "x").mkdir()
    for folder in (claude.path / "jobs" / "0abc12de", claude.path / "jobs" / "x", claude.path):
        (folder / "state.json").write_text('{"needs": "secret"}')
    claude.register(TALK, jobId=job)
    (one,) = processes(str(claude.path))
    assert one.needs == ""


def test_no_folder_no_processes(claude: ClaudeFolder) -> None:
    assert processes(str(claude.path)) == []
    claude.path.mkdir(parents=True)
    (claude.path / "sessions").write_text("a file")
    assert processes(str(claude.path)) == []
