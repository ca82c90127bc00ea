"""Claude Code in tmux with a home of its own: its keys, its records, what exito-tui says."""

import glob
import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from real_claude.box import CLAUDE, HOMES
from real_claude.model import Model, Part
from real_claude.workflow import write_plugin

_KEY = "sk-ant-none-00000000000000000000"
_SECONDS, _SECONDS_OF_A_RUN = 40.0, 300.0
_DEAF_SECONDS = 1.0
"""So long a new prompt takes no keys, lest one be answered that nobody has read."""
_UNHEARD_SECONDS = 3.0
"""An Enter that has not taken the input after so long came too early, and is pressed again."""
_PROMPT = "Do you want to"
_QUESTION = re.compile(rf"{_PROMPT} (?:proceed|\w+ (\S+))\?")


class Drift(Exception):  # noqa: N818
    """A fact is another one than it was with the pinned version."""


class Stage:
    """The place of one scenario: a home, a project in it, a model, a terminal."""

    def __init__(self, name: str, programs: str, version: str, market: str = "") -> None:
        self.model = Model()
        self.home = f"{HOMES}/{name}"
        self.project = f"{self.home}/shop"
        self.sessions = f"{self.project}/.claude/sessions"
        self.program = f"{self.home}/bin/exito-tui"
        self._programs = programs
        self._socket = f"/tmp/{name}"
        self.environment = {
            "HOME": self.home,
            "PATH": f"{CLAUDE}:{self.home}/bin:/usr/bin:/bin",
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
        os.makedirs(os.path.dirname(self.program))
        os.symlink(f"{programs}/exito-tui", self.program)
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
        self._plugin = f"exito@{write_plugin(f'{self.home}/market', market)}"
        has = self.do("claude", "--version").split()[0]
        self.fact(f"Claude Code is {version}", lambda: has, version)
        self.do("claude", "plugin", "marketplace", "add", f"{self.home}/market")
        self.do("claude", "plugin", "install", self._plugin)

    def fix_plugin(self) -> None:
        """Have `exito-tui lint` put the plugin right, and install it anew."""
        self.do("exito-tui", "lint", "--fix", "--yes", f"{self.home}/market/exito")
        self.do("claude", "plugin", "uninstall", self._plugin)
        self.do("claude", "plugin", "install", self._plugin)

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
        self._socket += "+"  # the server before may still be going
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
        self.until(lambda: not self._without(text, named), f"{text!r} is on the screen")
        self._enter(named)
        pressed = time.monotonic()

        def is_taken() -> bool:
            nonlocal pressed
            deaf = [name for name in named if name not in self._without(text, named)]
            if deaf and time.monotonic() - pressed > _UNHEARD_SECONDS:
                self._enter(deaf)
                pressed = time.monotonic()
            return not deaf

        self.until(is_taken, f"{text!r} is taken")

    def _without(self, text: str, terminals: Sequence[str]) -> list[str]:
        """The terminals in whose input a text does not stand."""
        found = []
        for name in terminals:
            box = re.split(r"(?m)^─{20,}.*$", self.screen(name))
            if len(box) < 3 or text not in box[-2]:
                found.append(name)
        return found

    def _enter(self, terminals: Sequence[str]) -> None:
        enters = [word for name in terminals for word in (";", "send-keys", "-t", name, "Enter")]
        self._tmux(*enters[1:])

    def allow(self) -> None:
        """Say yes to a permission prompt, when it comes, and see it go."""
        self._answer("Yes")

    def refuse(self) -> None:
        """Say no to a permission prompt, when it comes, and see it go."""
        self._answer("No")

    def allow_all(self, what: str, holds: Callable[[], bool]) -> list[str]:
        """Say yes to permission prompts until a condition holds; what each asked about: a file's
        name, or "Bash".

        Raises:
            Drift: it does not come.
        """
        asked: list[str] = []

        def is_so() -> bool:
            while question := _QUESTION.search(self.prompt()):
                asked.append(question[1] or "Bash")
                self.allow()
            return holds()

        self.until(is_so, what, _SECONDS_OF_A_RUN)
        return asked

    def prompt(self) -> str:
        """The permission prompt on the screen; empty for none."""
        screen = self.screen()
        begins = screen.rfind("\n──", 0, max(0, screen.rfind(_PROMPT)))
        return screen[begins:] if _PROMPT in screen else ""

    def _answer(self, word: str) -> None:
        self.until(lambda: self.prompt() != "", "a permission prompt is on the screen")
        time.sleep(_DEAF_SECONDS)
        before = self.prompt()
        number = re.search(rf"(\d)\. {word}\s*$", before, re.M)
        if number is None:
            raise Drift(f"the permission prompt offers no {word!r}")
        self._tmux("send-keys", "-t", "a", number[1])
        self.until(lambda: self.prompt() != before, "the prompt is answered")

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
        told = json.loads(self._tell("ls", "--json", "--root", self.project))
        found: list[dict[str, Any]] = told["sessions"]
        return found

    def why(self) -> dict[str, Any]:
        """`exito-tui why --json` of the one session; empty for none."""
        key = self.listed().get("key")
        if not key:
            return {}
        made: dict[str, Any] = json.loads(self._tell("why", "--json", "--root", self.project, key))
        return made

    def _tell(self, *arguments: str) -> str:
        """What exito-tui prints, be it that the user has it no more."""
        return self.do(f"{self._programs}/exito-tui", *arguments)

    def files(self) -> list[str]:
        """The reports of all sessions."""
        found = glob.glob(f"{self.sessions}/*/*/*.md")
        return sorted(os.path.basename(path) for path in found)

    def sessions_made(self) -> int:
        """How many sessions have a folder."""
        return len(glob.glob(f"{self.sessions}/*/*/"))

    def plugin_status(self) -> dict[str, Any]:
        """`exito-tui plugin status --json`."""
        made: dict[str, Any] = json.loads(self._tell("plugin", "status", "--json"))
        return made

    def settings_that_name_it(self) -> list[str]:
        """The settings of Claude Code in which exito-tui stands."""
        found = []
        for folder in (f"{self.home}/.claude", f"{self.project}/.claude"):
            for path in glob.glob(f"{folder}/settings*.json"):
                with open(path, encoding="utf-8") as file:
                    found += [path] if "exito-tui" in file.read() else []
        return found

    def complaints(self) -> list[str]:
        """What is said of hooks that failed, on the screen or in a transcript."""
        found = [line.strip() for line in self.screen().splitlines() if "hook" in line.lower()]
        for record in self._records():
            text = json.dumps(record)
            if "hook" in str(record.get("subtype", "")) or "non_blocking_error" in text:
                found.append(text[:500])
        return found

    def failed_calls(self) -> list[str]:
        """The calls of tools that failed, by what the transcripts say: the tool, and the name of
        the file or the first word of the command."""
        called: dict[str, str] = {}
        failed: list[str] = []
        for block in self._blocks():
            if block.get("type") == "tool_use":
                given = block.get("input", {})
                of = str(given.get("file_path", "")).rpartition("/")[2]
                words = str(given.get("command") or of or given.get("description", "")).split()
                called[block["id"]] = " ".join([block["name"], *words[:1]])
            elif block.get("type") == "tool_result" and block.get("is_error"):
                failed.append(called.pop(block["tool_use_id"], ""))
        return sorted(filter(None, failed))

    def _blocks(self) -> Iterator[dict[str, Any]]:
        for record in self._records():
            content = record.get("message", {}).get("content")
            if record.get("type") in ("user", "assistant") and isinstance(content, list):
                yield from (block for block in content if isinstance(block, dict))

    def _records(self) -> Iterator[dict[str, Any]]:
        for path in sorted(glob.glob(f"{self.home}/.claude/projects/**/*.jsonl", recursive=True)):
            with open(path, encoding="utf-8") as file:
                yield from map(json.loads, file)

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

    def until(self, holds: Callable[[], bool], what: str, seconds: float = _SECONDS) -> None:
        """Wait for a condition.

        Raises:
            Drift: it does not come.
        """
        end = time.monotonic() + seconds
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
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if check and done.returncode:
            raise Drift(f"tmux {arguments[0]} ended with {done.returncode}: {done.stderr}")
        return done.stdout


def _lives(pid: object) -> bool:
    """Whether a process is there, and has not ended unnoticed by who started it."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
