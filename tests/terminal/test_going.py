"""J in a real tmux: the user is brought to the pane in which Claude Code runs."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.claude.conversations import Run
from tests.claude.test_tmux import Server
from tests.support import Root, wait_until
from tests.ui.browser.test_recover import KEY

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


def test_J_brings_the_user_to_the_pane_that_waits(root: Root, tmp_path: Path) -> None:
    root.write(f"{KEY}/context.md", "# Context\n")
    talk = Run(root, KEY)
    talk.agent("a1").finish()
    talk.ends()
    server = Server(tmp_path)
    try:
        pid = server.child_of(server.busy)
        entry = talk.register(statusUpdatedAt=1_700_000_000_000, tmux=f"work:@1.{server.busy}")
        made = json.loads(entry.read_text())
        start = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
        made |= {"pid": pid, "procStart": start}
        entry.unlink()
        (entry.parent / f"{pid}.json").write_text(json.dumps(made))
        program = [sys.executable, "-m", "exito_tui", "--root", str(root)]
        words = shlex.join(
            ["env", f"PYTHONPATH={Path(__file__).parents[2]}", "TERM=screen-256color", *program]
        )
        server.run("respawn-pane", "-k", "-t", server.own, words)

        def shown() -> str:
            return server.run("capture-pane", "-p", "-t", server.own)

        wait_until(lambda: "J go there" in shown(), "the hint")
        assert server.current == server.own
        server.run("send-keys", "-t", server.own, "J")
        wait_until(lambda: server.current == server.busy, "the pane of Claude Code")
        server.run("send-keys", "-t", server.own, "q")
        wait_until(lambda: server.own not in server.run("list-panes", "-a"), "the end")
    finally:
        subprocess.run(["tmux", "-S", server.socket, "kill-server"], check=False, timeout=20)
