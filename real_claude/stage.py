"""One Claude Code in tmux with a home of its own: its keys, its records, what exito-tui says."""

import glob
import json
import os
import subprocess
import time
from collections.abc import Callable
from typing import Any

from real_claude.box import CLAUDE, HOMES
from real_claude.model import Model, Part
from real_claude.workflow import write_plugin

_KEY = "sk-ant-none-00000000000000000000"
_SECONDS = 40.0
_DEAF_SECONDS = 1.0
"""So long a new prompt takes no keys, lest one be answered that nobody has read."""
_PROMPT = "Do you want to"


class Drift(Exception):  # noqa: N818
    """A fact is another one than it was with the pinned version."""


class Stage:
    """The place of one scenario: a home, a project in it, a model, a terminal."""

    def __init__(self, name: str, programs: str, version: str) -> None:
        self.model = Model()
        self.home = f"{HOMES}/{name}"
        self.project = f"{self.home}/shop"
        self.sessions = f"{self.project}/.claude/sessions"
        self._socket = f"/tmp/{name}.sock"
        self.environment = {
            "HOME": self.home,
            "PATH": f"{CLAUDE}:{programs}:/usr/bin:/bin",
            "SHELL": "/bin/bash",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "CLAUDE_CONFIG_DIR": f"{self.home}/.claude",
            "ANTHROPIC_BASE_URL": self.model.url,
            "ANTHROPIC_API_KEY": _KEY,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
        }
        os.makedirs(f"{self.home}/.claude")
        os.makedirs(self.project)
        os.chdir(self.project)
        with open("price.js", "w", encoding="utf-8") as file:
            file.write("export const price = 1;\n")
        answered = {
            "hasCompletedOnboarding": True,
            "lastOnboardingVersion": version,
            "lastReleaseNotesSeen": version,
            "theme": "dark",
            "customApiKeyResponses": {"approved": [_KEY[-20:]], "rejected": []},
            "projects": {self.project: {"hasTrustDialogAccepted": True}},
        }
        with open(f"{self.home}/.claude/.claude.json", "w", encoding="utf-8") as file:
            json.dump(answered, file)
        write_plugin(f"{self.home}/market")
        has = self.do("claude", "--version").split()[0]
        self.fact(f"Claude Code is {version}", lambda: has, version)
        self.do("claude", "plugin", "marketplace", "add", f"{self.home}/market")
        self.do("claude", "plugin", "install", "exito@phases")

    def do(self, *command: str) -> str:
        """What a command prints.

        Raises:
            Drift: it ended with another code than 0.
        """
        done = subprocess.run(
            command, env=self.environment, cwd=self.project, capture_output=True, text=True
        )
        if done.returncode:
            raise Drift(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def start(self, parts: list[Part], *arguments: str) -> None:
        """Start Claude Code, and wait until it takes a prompt."""
        self.model.parts = parts
        self._tmux("kill-server", check=False)
        size = ("-x", "120", "-y", "40")
        self._tmux("new-session", "-d", "-s", "a", *size, " ".join(("claude", *arguments)))
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self.fact("Claude Code is at its prompt", self.status, "idle")

    def type(self, text: str) -> None:
        """Type a line and, once it is on the screen, Enter."""
        self._tmux("send-keys", "-t", "a", "-l", text)
        self.until(lambda: text in self.screen(), f"{text!r} is on the screen")
        self.key("Enter")

    def key(self, key: str) -> None:
        """Press a key, in tmux's words."""
        self._tmux("send-keys", "-t", "a", key)

    def allow(self) -> None:
        """Say yes to a permission prompt, when it comes, and see it go."""
        self.until(lambda: _PROMPT in self.screen(), "a permission prompt is on the screen")
        time.sleep(_DEAF_SECONDS)
        before = self.screen()
        self.key("1")
        self.until(lambda: self.screen() != before, "the prompt is answered")

    def screen(self) -> str:
        """The screen as it is now."""
        return self._tmux("capture-pane", "-p", "-t", "a", check=False)

    def entry(self) -> dict[str, Any]:
        """What Claude Code's registry says of its one process; empty for none."""
        for path in glob.glob(f"{self.home}/.claude/sessions/*.json"):
            try:
                with open(path, encoding="utf-8") as file:
                    made = json.load(file)
            except (OSError, ValueError):
                continue
            if isinstance(made, dict) and os.path.exists(f"/proc/{made.get('pid')}"):
                return made
        return {}

    def status(self) -> object:
        """The registry's status, with what is waited for."""
        entry = self.entry()
        return entry.get("waitingFor") or entry.get("status")

    def listed(self) -> dict[str, Any]:
        """The one session of `exito-tui ls --json`; empty for none."""
        found = json.loads(self.do("exito-tui", "ls", "--json", "--root", self.project))["sessions"]
        return found[0] if len(found) == 1 else {}

    def why(self) -> dict[str, Any]:
        """`exito-tui why --json` of the one session; empty for none."""
        key = self.listed().get("key")
        if not key:
            return {}
        made: dict[str, Any] = json.loads(
            self.do("exito-tui", "why", "--json", "--root", self.project, key)
        )
        return made

    def files(self) -> list[str]:
        """The reports of all sessions."""
        found = glob.glob(f"{self.sessions}/build/*/*.md")
        return sorted(os.path.basename(path) for path in found)

    def fact(self, what: str, probe: Callable[[], object], wanted: object) -> None:
        """Wait until a probe gives what is wanted, and say so.

        Raises:
            Drift: it does not.
        """
        last: list[object] = [None]

        def is_so() -> bool:
            last[0] = probe()
            return last[0] == wanted

        try:
            self.until(is_so, what)
        except Drift:
            raise Drift(f"{what}: it was {wanted!r}, and is {last[0]!r}") from None
        print(f"  ok      {what}", flush=True)

    def says(self, state: str, gate: str | None, *words: str) -> None:
        """The fact that `why --json` gives a state, a gate and, among what it says, words."""

        def seen() -> object:
            told = self.why()
            lacking = [word for word in words if word not in json.dumps(told)]
            found = (told.get("state"), told.get("gate"))
            return found if not lacking else (*found, told.get("reason"), "without", lacking)

        what = f"exito-tui says {state}, {', '.join(filter(None, (gate, *words)))}"
        self.fact(what.rstrip(", "), seen, (state, gate))

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for a condition.

        Raises:
            Drift: it does not come.
        """
        end = time.monotonic() + _SECONDS
        while not holds():
            if time.monotonic() > end:
                raise Drift(f"not seen: {what}")
            time.sleep(0.1)

    def close(self) -> None:
        """End all that runs."""
        self.model.released.set()
        self._tmux("kill-server", check=False)

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=check
        ).stdout
