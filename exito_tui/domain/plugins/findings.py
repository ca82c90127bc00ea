"""What the linter finds: codes, what each means, and what helps."""

from typing import Literal, NamedTuple

Code = Literal[
    "undefined-variable",
    "not-executed",
    "refused-inline",
    "injection",
    "no-grant",
    "lost-variable",
    "double-prefix",
    "missing-script",
    "unknown-agent",
    "no-session-id",
    "no-directory",
    "second-collision",
    "no-write-tool",
    "unknown-tool",
    "wide-grant",
    "report-note",
    "artefact-mismatch",
    "bare-command",
]

EXPLAINED: dict[Code, tuple[str, str]] = {
    "undefined-variable": (
        "no process of Claude Code has this variable in its environment",
        "take the id from the lines that `exito-tui new` prints",
    ),
    "not-executed": (
        "Claude Code runs a shell command only as !`command`, at a line's start or after a blank; "
        "this reaches the model as it stands",
        "write !`exito-tui new COMMAND` instead",
    ),
    "refused-inline": (
        "Claude Code refuses this, and the whole command fails before the model is asked",
        "let one program do it: !`exito-tui new COMMAND`",
    ),
    "injection": (
        "the user's words become part of a shell command and can run anything",
        "keep arguments out of !`...`; give them to the model as text",
    ),
    "no-grant": (
        "nothing in allowed-tools lets this run, so the whole command fails",
        "add a rule such as Bash(exito-tui new:*) to allowed-tools",
    ),
    "lost-variable": (
        "each !`...` is a shell of its own: a variable that is set in one is not there in another",
        "do it in one command, or in one block of several lines",
    ),
    "double-prefix": (
        "$SESSION_DIR begins with .claude/sessions already, so the path has it twice",
        "write $SESSION_DIR/... alone",
    ),
    "missing-script": ("it is not in the plugin", "ship the script, or leave the line out"),
    "unknown-agent": ("the plugin has no such agent", "name one of its agents, or add it"),
    "no-session-id": (
        "the agent is not told which session it works for",
        "add a line Session: with the id",
    ),
    "no-directory": (
        "the agent is not told where to write, so its file lands anywhere",
        "add a line Directory: with the session's folder",
    ),
    "second-collision": (
        "two runs that begin in the same second get the same folder, and overwrite each other",
        "let `exito-tui new COMMAND` make the folder: it never gives one twice",
    ),
    "no-write-tool": (
        "it is told to write a file, and has no Write tool",
        "add Write to its tools",
    ),
    "unknown-tool": (
        "Claude Code has no such tool today, so the agent goes without",
        "leave it out; Bash and Read do its work",
    ),
    "wide-grant": (
        "in an agent's tools this grants all of Bash, not only this program",
        "write Bash, and restrict it by permission rules in the settings",
    ),
    "report-note": (
        "Claude Code tells every agent not to write report files and to answer in text instead",
        "the `save` part of exito-tui's plugin saves such an answer as the file",
    ),
    "artefact-mismatch": (
        "no agent before it writes this file",
        "let the agent before write it, or read the file that is there",
    ),
    "bare-command": (
        "a plugin's command is called by its full name",
        "write it with the plugin's name",
    ),
}
"""Why each is wrong, and what helps (facts observed with Claude Code 2.1.332)."""

NOTES: frozenset[Code] = frozenset(("report-note",))
"""What is worth knowing and cannot be put right in the plugin."""


class LintFinding(NamedTuple):
    """One thing that is wrong in a plugin: its code, file, line (from 1) and the text that shows
    it; `detail` says what exactly."""

    code: Code
    file: str
    line: int
    text: str
    detail: str = ""

    @property
    def why(self) -> str:
        """Why it is wrong."""
        return EXPLAINED[self.code][0]

    @property
    def remedy(self) -> str:
        """What helps."""
        return EXPLAINED[self.code][1]
