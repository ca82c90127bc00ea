"""Whole runs, counted: prompts, files, failed calls. And what is left when the plugin goes."""

import os
from collections.abc import Callable

from exito_tui.domain.workflows.model import Gate, GateKind
from exito_tui.domain.workflows.reader import builtin
from real_claude.stage import Stage
from real_claude.workflow import (
    AS_TOLD,
    CHOICE,
    COMMAND,
    COMMANDS,
    END,
    FILES,
    GATE,
    TASK,
    parts,
    turns_of,
)

RUN = "build_20260101_120000"
EDITS = ("--permission-mode", "acceptEdits")
PLUGIN = "exito-tui@exito-tui"
MANUAL = ("--permission-mode", "manual")
_ANSWERS: dict[GateKind, tuple[str, str]] = {
    "choose": (CHOICE, "Option B"),
    "approve": (GATE, "proceed"),
}


def to_the_end(stage: Stage, command: str) -> list[str]:
    """Answer a run's gates and prompts until it is over; what the prompts asked about."""
    asked: list[str] = []
    for step in builtin()[command].steps:
        if isinstance(step, Gate):
            question, answer = _ANSWERS[step.kind]
            asked += _prompts_until(stage, question)
            stage.says("waiting", step.kind)
            stage.type(answer)
    return asked + _prompts_until(stage, END)


def _prompts_until(stage: Stage, words: str) -> list[str]:
    return stage.allow_all(
        f"it says {words!r}, and waits",
        lambda: words in stage.screen() and stage.status() == "idle",
    )


def counted(command: str, mode: tuple[str, str], *, mended: bool) -> Callable[[Stage], None]:
    """A run from end to end, with the plugin or without it."""
    turns = turns_of(command)
    session = [turn.file for turn in turns if turn.writes]
    said = [turn.file for turn in turns if turn.file and not turn.writes]
    elsewhere = [] if mode == EDITS else [turn.beside for turn in turns if turn.beside]
    prompts = sorted(elsewhere if mended else ["Bash", *session, *elsewhere])
    files = sorted([*session, *said] if mended else session)
    failed = [] if mended else [f"Read {turn.reads}" for turn in turns if turn.reads in said]

    def scenario(stage: Stage) -> None:
        if mended:
            stage.do("exito-tui", "plugin", "install", "--yes")
        stage.start(parts("" if mended else RUN, command), *mode)
        stage.type(f"/exito:{command} {TASK}")
        asked = to_the_end(stage, command)
        stage.fact(f"{len(prompts)} prompts", lambda: sorted(asked), prompts)
        stage.fact(f"{len(files)} files", stage.files, files)
        stage.fact(f"{len(failed)} failed calls", stage.failed_calls, failed)
        if mended:
            stage.says("completed", None)
        else:
            stage.says("stuck", None, "auditor", "review.md")

    with_it = "with the plugin" if mended else "without the plugin"
    scenario.__doc__ = f"/exito:{command} from end to end in {mode[1]}, {with_it}."
    return scenario


def fixed(stage: Stage) -> None:
    """A command that `exito-tui lint --fix` put right makes its folder, and nobody is asked."""
    stage.fix_plugin()
    stage.start(parts(AS_TOLD), *EDITS)
    stage.type(COMMAND)
    asked = to_the_end(stage, "build")
    wanted = [turn.file for turn in turns_of("build") if turn.writes]
    stage.fact("what agents write is asked about", lambda: asked, wanted)
    stage.fact("the run has one folder", stage.sessions_made, 1)


def fixed_with(stage: Stage) -> None:
    """With the plugin: one folder, no prompts, and every file."""
    stage.fix_plugin()
    stage.do("exito-tui", "plugin", "install", "--yes")
    stage.start(parts(AS_TOLD), *EDITS)
    stage.type(COMMAND)
    asked = to_the_end(stage, "build")
    stage.fact("no prompts", lambda: asked, [])
    stage.fact("the run has one folder", stage.sessions_made, 1)
    stage.fact("all files are there", stage.files, sorted(FILES))
    stage.fact("no failed calls", stage.failed_calls, [])


def gone(stage: Stage) -> None:
    """The program is removed while its hooks are on: they are silent, and the run goes on."""
    stage.do("exito-tui", "plugin", "install", "--yes")
    stage.start(parts(AS_TOLD), *EDITS)
    stage.type(COMMAND)
    stage.until(lambda: GATE in stage.screen(), "the run comes to its gate")
    os.remove(stage.program)
    asked = to_the_end(stage, "build")
    stage.fact(
        "what the plugin allowed is asked about", lambda: asked, ["progress.md", "test_report.md"]
    )
    stage.fact("no call failed", stage.failed_calls, [])
    stage.fact("no hook complains", stage.complaints, [])
    stage.start(parts(RUN), *EDITS)
    stage.type(COMMAND)
    stage.fact("a new run asks, as without the plugin", stage.status, "permission prompt")
    stage.fact("no hook complains", stage.complaints, [])


def disabled(stage: Stage) -> None:
    """`claude plugin disable` ends all of it, and `enable` brings it back."""
    stage.do("exito-tui", "plugin", "install", "--yes")
    stage.do("claude", "plugin", "disable", PLUGIN)
    status = stage.plugin_status()
    stage.fact(
        "exito-tui says that it is off",
        lambda: (status["installed"], status["enabled"]),
        (True, False),
    )
    stage.start(parts(RUN), *EDITS)
    stage.type(COMMAND)
    stage.fact("it asks again", stage.status, "permission prompt")
    stage.fact("there is no folder", stage.sessions_made, 0)
    stage.do("claude", "plugin", "enable", PLUGIN)
    stage.start(parts(), *EDITS)
    stage.type(COMMAND)
    stage.fact("both files are there, and no key was pressed", stage.files, list(FILES[:2]))


def uninstalled(stage: Stage) -> None:
    """`exito-tui plugin uninstall` leaves nothing that does anything."""
    shipped = stage.do("exito-tui", "plugin", "path").strip()
    stage.fact(
        "Claude Code's validator has nothing to warn of",
        lambda: "warning" in stage.do("claude", "plugin", "validate", shipped).lower(),
        False,
    )
    stage.do("exito-tui", "plugin", "install", "--yes")
    stage.do("exito-tui", "plugin", "uninstall", "--yes")
    status = stage.plugin_status()
    stage.fact(
        "exito-tui says so", lambda: (status["installed"], status["enabled"]), (False, False)
    )
    stage.fact(
        "Claude Code lists it no more",
        lambda: "exito-tui" in stage.do("claude", "plugin", "list"),
        False,
    )
    stage.fact("no settings name it", stage.settings_that_name_it, [])
    stage.start(parts(RUN), *EDITS)
    stage.type(COMMAND)
    stage.fact("it asks again", stage.status, "permission prompt")
    stage.fact("there is no folder", stage.sessions_made, 0)


def _name(command: str, mode: tuple[str, str], *, mended: bool) -> str:
    return f"{command}-{'edits' if mode == EDITS else 'manual'}-{'with' if mended else 'without'}"


SCENARIOS: dict[str, Callable[[Stage], None]] = {
    **{
        _name(command, mode, mended=mended): counted(command, mode, mended=mended)
        for command in ("build", "workflow")
        for mode in (MANUAL, EDITS)
        for mended in (False, True)
    },
    **{
        _name(command, EDITS, mended=True): counted(command, EDITS, mended=True)
        for command in COMMANDS
        if command not in ("build", "workflow")
    },
    "fixed": fixed,
    "fixed-with": fixed_with,
    "gone": gone,
    "disabled": disabled,
    "uninstalled": uninstalled,
}
