"""What the linter finds: codes, what each means, and what helps."""

from typing import Literal, NamedTuple

Code = Literal[
    "undefined-variable",
    "not-executed",
    "refused-inline",
    "injection",
    "no-grant",
    "lost-variable",
    "no-arguments",
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
        "take id and folder from the lines Session: and Directory: of the task; a hook finds "
        "session_id in its input",
    ),
    "not-executed": (
        "Claude Code runs a shell command only in a command's text, as !`command` at a line's "
        "start or after a blank; this reaches the model as it stands",
        "for a session's folder write !`exito-tui new COMMAND`; anything else the model has to be "
        "told to run",
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
        "each !`...` and each call of Bash is a shell of its own: a variable that is set in one is "
        "not there in another",
        "do it in one command, or in one block of several lines",
    ),
    "no-arguments": (
        "an agent gets a task, not arguments: Claude Code replaces nothing in its text, and in its "
        "Bash $1 is empty",
        "say where in the task it stands: on the line Directory:, Session: or Context:",
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
        "let `exito-tui new COMMAND` make the folder, which it never gives twice, and hand it on",
    ),
    "no-write-tool": (
        "it is told to write a file, and has no Write tool",
        "add Write to its tools",
    ),
    "unknown-tool": (
        "Claude Code has no such tool today, or not for agents: to name it gives nothing",
        "leave it out; Bash and Read do the work of Grep and Glob",
    ),
    "wide-grant": (
        "in an agent's tools this grants all of Bash, not only this program",
        "write Bash, and restrict it by permission rules in the settings",
    ),
    "report-note": (
        "Claude Code tells every agent not to write report files and to answer in text instead",
        "the plugin of exito-tui saves the answer as the file that a built-in workflow expects of "
        "the agent; where it saves none, let the command write it",
    ),
    "artefact-mismatch": (
        "no agent before it is told to write a file of this name",
        "tell the agent before to write it, or name the file that it does write",
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
