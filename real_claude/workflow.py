"""A plugin whose commands work as exito's do, and the model's part in a run."""

import glob
import json
import os
import re
import shutil
from typing import NamedTuple

from exito_tui.domain.workflows.model import GateKind, Phase
from exito_tui.domain.workflows.reader import builtin
from real_claude.model import Block, Part, say, use

TASK = "Add a coupon field"
COMMAND = f"/exito:build {TASK}"
GATE = "The plan is ready. Type proceed to go on."
CHOICE = "There are two ways. Type Option A or Option B."
END = "All phases are done."
FILES = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")
COMMANDS = tuple(name for name, one in builtin().items() if "context.md" in one.files)
"""The commands whose agents work one after the other in a session's folder."""
AS_TOLD = "@ID@"
"""The id and the folder that the command's text names, when the model reads it."""
_SAID: dict[GateKind, tuple[str, str]] = {
    "choose": (CHOICE, "^Option B$"),
    "approve": (GATE, "^proceed$"),
}

_COMMAND = """\
---
description: Build something in phases
argument-hint: what to build
---
# {title} in phases: $ARGUMENTS

!SESSION_ID="{name}_$(date +%Y%m%d_%H%M%S)"
!mkdir -p ".claude/sessions/{name}/$SESSION_ID"

One agent after the other works, and each is told two lines:

Session: $SESSION_ID
Directory: .claude/sessions/{name}/$SESSION_ID

They are, in this order: {agents}. Ask the user where a choice or an approval is due.
"""
_SILENT = {"investigator": "Read, Bash", "auditor": "Read"}
"""The agents that cannot write, and their tools."""
_REPORTS = {
    "context.md": "# Context\n\n## Findings\n\nThe cart has no place for a coupon.\n",
    "validation-report.md": "# Validation\n\n**Status**: SUFFICIENT\n",
    "plan.md": "# Plan\n\n1. Write the function.\n2. Test it.\n",
    "progress.md": "# Progress\n\n**Status**: Completed\n\n- [x] Write it\n- [x] Test it\n",
    "test_report.md": "# Test report\n\n**Overall Status**: PASS\n",
    "review.md": "# Review\n\nOverall Score: 9/10\n\n**Status**: APPROVED\n",
}


def write_plugin(market: str, given: str = "") -> str:
    """Put the plugin `exito`, in a marketplace of its own, into a folder: `given` (the folder of a
    marketplace), else the project's own. The name of the marketplace."""
    if given:
        shutil.copytree(given, market)
        with open(f"{market}/.claude-plugin/marketplace.json", encoding="utf-8") as file:
            return str(json.load(file)["name"])
    plugin = f"{market}/exito"
    own = {"name": "exito", "version": "1.0.0", "description": "Building in phases"}
    listed = {"name": "exito", "source": "./exito", "description": "Building in phases"}
    _write(f"{plugin}/.claude-plugin/plugin.json", json.dumps(own))
    _write(
        f"{market}/.claude-plugin/marketplace.json",
        json.dumps({"name": "phases", "owner": {"name": "Dev"}, "plugins": [listed]}),
    )
    for name in COMMANDS:
        phases = [step for step in builtin()[name].steps if isinstance(step, Phase)]
        agents = ", ".join(f"exito:{phase.agent}" for phase in phases)
        text = _COMMAND.format(title=name.capitalize(), name=name, agents=agents)
        _write(f"{plugin}/commands/{name}.md", text)
        for phase in phases:
            tools = _SILENT.get(phase.agent, "Read, Write")
            head = f"name: {phase.agent}\ndescription: Works in phases\ntools: {tools}"
            text = f"---\n{head}\n---\nDo your part, and leave {phase.artefact}.\n"
            _write(f"{plugin}/agents/{phase.agent}.md", text)
    return "phases"


class Turn(NamedTuple):
    """An agent's turn: what it is called here, what it is, its file (empty: elsewhere), the file
    before it, and the file that it writes into the project."""

    who: str
    agent: str
    file: str
    reads: str
    beside: str

    @property
    def writes(self) -> bool:
        """Whether it has the tool to write its file."""
        return bool(self.file) and self.agent not in _SILENT


def turns_of(command: str) -> list[Turn]:
    """The turns of a command's agents, in order."""
    turns: list[Turn] = []
    for step in builtin()[command].steps:
        if isinstance(step, Phase):
            again = any(turn.agent == step.agent for turn in turns)
            who = f"second {step.agent}" if again else step.agent
            reads = turns[-1].file if turns else ""
            beside = {"progress.md": "coupon.js", "": "coupons.txt"}.get(step.artefact, "")
            turns.append(Turn(who, step.agent, step.artefact, reads, beside))
    return turns


def parts(run: str = "", command: str = "build", market: str = "../market") -> list[Part]:
    """The model's part in a command's run: the main conversation's, then one for each agent. `run`
    is the id of the folder that the model makes, or AS_TOLD; without one it leaves that to the
    hooks, hands on `$SESSION_ID` as it stands in the command, and forgets to tell the third agent
    anything. Agents read the file before theirs; those that have no Write answer with theirs."""
    own = run or "$SESSION_ID"
    folder = "@DIR@" if run == AS_TOLD else f".claude/sessions/{command}/{own}"
    told = f"Session: {own}\nDirectory: {folder}"
    turns = turns_of(command)
    made = []
    if run and run != AS_TOLD:
        made.append(use("Bash", command=f"mkdir -p {folder}", description="Make it"))

    def launch(turn: Turn) -> list[Block]:
        forgets = turns.index(turn) == 2 and not run
        prompt = f"Part of the {turn.who}\n{'' if forgets else told}"
        kind = f"exito:{turn.agent}"
        call = use("Agent", description=f"The {turn.who}", prompt=prompt, subagent_type=kind)
        return [call, say("I wait for the agent.")]

    cue, answers = heading(market, command), list(made)
    played: list[Part] = []
    left = list(turns)
    for step in builtin()[command].steps:
        if isinstance(step, Phase):
            turn = left.pop(0)
            played.append(Part(cue, [*answers, *launch(turn)]))
            cue, answers = f'Agent "The {turn.who}" finished', []
        else:
            question, answer = _SAID[step.kind]
            played.append(Part(cue, [say(question)]))
            cue = answer
    played.append(Part(cue, [say(END)]))
    return [*played, *(_agent(turn) for turn in turns)]


def _agent(turn: Turn) -> Part:
    project = os.getcwd()
    report = _REPORTS.get(turn.file, f"# {turn.who.capitalize()}\n\n## Findings\n\nIt is done.\n")
    does = [use("Read", file_path=f"{project}/@DIR@/{turn.reads}")] if turn.reads else []
    if turn.beside:
        does.append(use("Write", file_path=f"{project}/{turn.beside}", content="a coupon\n"))
    if turn.writes:
        does.append(use("Write", file_path=f"{project}/@DIR@/{turn.file}", content=report))
    elif turn.file:
        does.append(use("Read", file_path=f"{project}/price.js"))
    ends = report if turn.file and not turn.writes else "It is written."
    return Part(f"^Part of the {turn.who}\\b", [*does, say(ends)])


def heading(market: str = "../market", command: str = "build") -> str:
    """What a command's text is known by: its heading, as far as it is the same in every run."""
    found = glob.glob(f"{market}/exito/commands/{command}.md")
    with open(found[0], encoding="utf-8") as file:
        heading = next(line for line in file if line.startswith("# "))
    return re.escape(heading.partition(":")[0].strip())


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
