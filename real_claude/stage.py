"""Claude Code in tmux with a home of its own: its keys, its records, what exito-tui says."""

import glob
import json
import os
import re
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
        self._open("a", *arguments)
        self.fact("Claude Code is at its prompt", self.status, "idle")

    def start_another(self, *arguments: str) -> None:
        """Start a second one in the same project, in a terminal `b`."""
        self._open("b", *arguments)
        self.fact(
            "two are at their prompts",
            lambda: [entry.get("status") for entry in self.entries()],
            ["idle", "idle"],
        )

    def type(self, text: str, *terminals: str) -> None:
        """Type a line and, once it is on the screen, Enter: in all terminals at once."""
        named = terminals or ("a",)
        for name in named:
            self._tmux("send-keys", "-t", name, "-l", text)
        self.until(
            lambda: all(text in self.screen(name) for name in named), f"{text!r} is on the screen"
        )
        enters = [word for name in named for word in (";", "send-keys", "-t", name, "Enter")]
        self._tmux(*enters[1:])

    def allow(self) -> None:
        """Say yes to a permission prompt, when it comes, and see it go."""
        self._answer("Yes")

    def refuse(self) -> None:
        """Say no to a permission prompt, when it comes, and see it go."""
        self._answer("No")

    def _answer(self, word: str) -> None:
        self.until(lambda: _PROMPT in self.screen(), "a permission prompt is on the screen")
        time.sleep(_DEAF_SECONDS)
        before = self.screen()
        number = re.search(rf"(\d)\. {word}\s*$", before, re.M)
        if number is None:
            raise Drift(f"the permission prompt offers no {word!r}")
        self._tmux("send-keys", "-t", "a", number[1])
        self.until(lambda: self.screen() != before, "the prompt is answered")

    def screen(self, terminal: str = "a") -> str:
        """The screen as it is now."""
        return self._tmux("capture-pane", "-p", "-t", terminal, check=False)

    def entry(self) -> dict[str, Any]:
        """What Claude Code's registry says of its one process; empty for none."""
        found = self.entries()
        return found[0] if len(found) == 1 else {}

    def entries(self) -> list[dict[str, Any]]:
        """What Claude Code's registry says of the processes that live."""
        alive = []
        for path in glob.glob(f"{self.home}/.claude/sessions/*.json"):
            try:
                with open(path, encoding="utf-8") as file:
                    made = json.load(file)
            except (OSError, ValueError):
                continue
            if isinstance(made, dict) and _lives(made.get("pid")):
                alive.append(made)
        return alive

    def status(self) -> object:
        """The registry's status, with what is waited for."""
        entry = self.entry()
        return entry.get("waitingFor") or entry.get("status")

    def listed(self) -> dict[str, Any]:
        """The one session of `exito-tui ls --json`; empty for none."""
        found = self.all_listed()
        return found[0] if len(found) == 1 else {}

    def all_listed(self) -> list[dict[str, Any]]:
        """The sessions of `exito-tui ls --json`."""
        told = json.loads(self.do("exito-tui", "ls", "--json", "--root", self.project))
        found: list[dict[str, Any]] = told["sessions"]
        return found

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
        """The fact that `why --json` gives a state, a gate, and a reason with some words in it."""

        def seen() -> object:
            told = self.why()
            reason = str(told.get("reason"))
            found = (told.get("state"), told.get("gate"))
            return found if all(word in reason for word in words) else (*found, reason)

        what = f"exito-tui says {state}{f' ({gate})' if gate else ''}"
        self.fact(f"{what}, naming {', '.join(words)}" if words else what, seen, (state, gate))

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

    def _open(self, terminal: str, *arguments: str) -> None:
        size = ("-x", "120", "-y", "40")
        self._tmux("new-session", "-d", "-s", terminal, *size, " ".join(("claude", *arguments)))
        self._tmux("set-option", "-g", "remain-on-exit", "on")

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=check
        ).stdout


def _lives(pid: object) -> bool:
    """Whether a process is there, and has not ended unnoticed by who started it."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
