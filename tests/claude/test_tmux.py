"""Going to the tmux pane in which a process runs, in a real tmux; and never to any other."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from exito_tui.claude import tmux
from exito_tui.claude.tmux import select_pane
from tests.support import wait_until

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


class Server:
    """A tmux server of the test's own: a first pane, in which the user is, and one that runs a
    process in another window, beside an idle one."""

    def __init__(self, folder: Path) -> None:
        self.socket = str(folder / "tmux")
        self.run("new-session", "-d", "-s", "work", "-x", "80", "-y", "24", "sleep 600")
        self.own = self.run("list-panes", "-a", "-F", "#{pane_id}")
        self.run("new-window", "-d", "-t", "work", "sh -c 'sleep 600; true'")
        self.run("split-window", "-d", "-t", "work:1", "sleep 600")
        panes = self.run("list-panes", "-a", "-F", "#{pane_id} #{pane_pid}").splitlines()
        self.panes = {line.split()[0]: int(line.split()[1]) for line in panes}
        self.busy, self.other = (pane for pane in self.panes if pane != self.own)
        self.environment = {**os.environ, "TMUX": f"{self.socket},1,0", "TMUX_PANE": self.own}

    def run(self, *words: str) -> str:
        command = ["tmux", "-S", self.socket, "-f", os.devnull, *words]
        done = subprocess.run(command, capture_output=True, check=True, timeout=20)
        return done.stdout.decode().strip()

    @property
    def current(self) -> str:
        """The pane that a client of the session would see."""
        return self.run("display-message", "-p", "-t", "work", "#{pane_id}")

    def child_of(self, pane: str) -> int:
        """The process that the first one of a pane has started."""
        path = Path(f"/proc/{self.panes[pane]}/task/{self.panes[pane]}/children")
        wait_until(lambda: path.read_text().split(), "the child")
        return int(path.read_text().split()[0])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    made.run("kill-server")


def test_the_pane_of_the_process_is_selected(server: Server) -> None:
    assert server.current == server.own
    assert select_pane(f"work:@9.{server.busy}", server.child_of(server.busy), server.environment)
    assert server.current == server.busy
    assert select_pane(f"x:@0.{server.other}", server.panes[server.other], server.environment)
    assert server.current == server.other


def test_a_pane_in_which_the_process_does_not_run_is_left(server: Server) -> None:
    for pid in (server.panes[server.other], os.getpid(), 1, 0, -1, 2**31):
        assert not select_pane(f"work:@1.{server.busy}", pid, server.environment)
    assert server.current == server.own


@pytest.mark.parametrize(
    "named", ["", "work", "work:@1.%", "work:@1.%1;kill-server", "work:@1.-t", "%1\n", "a.%999999"]
)
def test_what_names_no_pane_selects_none(server: Server, named: str) -> None:
    assert not select_pane(named, server.child_of(server.busy), server.environment)
    assert server.current == server.own


def test_outside_of_tmux_nothing_is_asked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tmux, "_run", None)  # calling it would fail
    without = {name: it for name, it in server.environment.items() if name != "TMUX"}
    assert not select_pane(f"work:@1.{server.busy}", server.child_of(server.busy), without)


def test_another_server_has_no_such_process(server: Server, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    second = Server(tmp_path / "second")
    try:
        pid = second.child_of(second.busy)
        assert not select_pane(f"work:@1.{second.busy}", pid, server.environment)
        assert (server.current, second.current) == (server.own, second.own)
    finally:
        second.run("kill-server")


def test_another_session_needs_a_client_that_can_be_brought_there(server: Server) -> None:
    server.run("new-session", "-d", "-s", "play", "sh -c 'sleep 600; true'")
    line = server.run("list-panes", "-t", "play", "-F", "#{pane_id} #{pane_pid}").split()
    assert not select_pane(f"play:@3.{line[0]}", int(line[1]), server.environment), "no client"


def test_a_tmux_that_fails_or_hangs_is_no_reason_to_fail(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = server.child_of(server.busy)
    monkeypatch.setattr(tmux, "_LONGEST", 0.2)
    for name, script in (("none", ""), ("fails", "exit 1"), ("hangs", "exec sleep 60")):
        folder = tmp_path / name
        folder.mkdir()
        if script:
            (folder / "tmux").write_text(f"#!/bin/sh\n{script}\n")
            (folder / "tmux").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/bin" if name == "hangs" else str(folder))
        assert not select_pane(
            f"work:@1.{server.busy}", pid, server.environment | {"PATH": os.environ["PATH"]}
        )
    monkeypatch.undo()
