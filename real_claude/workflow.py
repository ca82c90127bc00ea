"""A small plugin that works as the exito workflow does, and the model's part in it."""

import json
import os

from real_claude.model import Block, Part, say, use

TASK = "Add a coupon field"
COMMAND = f"/exito:build {TASK}"
GATE = "The plan is ready. Type proceed to go on."
FILES = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")

_COMMAND = """\
---
description: Build something in phases
argument-hint: what to build
---
# Build in phases: $ARGUMENTS

The folder of this run is `.claude/sessions/build/$SESSION_ID`. One agent after the other works,
and each is told the folder. Begin with exito:investigator; when exito:architect has planned, ask
the user. Then come exito:builder, exito:validator and exito:auditor.
"""
_TOOLS = {
    "investigator": "Read, Bash",
    "architect": "Read, Write",
    "builder": "Read, Write, Bash",
    "validator": "Read, Write",
    "auditor": "Read",
}
_REPORTS = {
    "context.md": "# Context\n\n## Findings\n\nThe cart has no place for a coupon.\n",
    "plan.md": "# Plan\n\n1. Write the function.\n2. Test it.\n",
    "progress.md": "# Progress\n\n**Status**: Completed\n\n- [x] Write it\n- [x] Test it\n",
    "test_report.md": "# Test report\n\n**Overall Status**: PASS\n",
    "review.md": "# Review\n\nOverall Score: 9/10\n\n**Status**: APPROVED\n",
}


def write_plugin(market: str) -> None:
    """Write the plugin, in a marketplace of its own, into a folder."""
    plugin = f"{market}/exito"
    own = {"name": "exito", "version": "1.0.0", "description": "Building in phases"}
    listed = {"name": "exito", "source": "./exito", "description": "Building in phases"}
    _write(f"{plugin}/.claude-plugin/plugin.json", json.dumps(own))
    _write(
        f"{market}/.claude-plugin/marketplace.json",
        json.dumps({"name": "phases", "owner": {"name": "Dev"}, "plugins": [listed]}),
    )
    _write(f"{plugin}/commands/build.md", _COMMAND)
    for (name, tools), file in zip(_TOOLS.items(), FILES, strict=True):
        head = f"---\nname: {name}\ndescription: The {name} of a build\ntools: {tools}\n---\n"
        _write(f"{plugin}/agents/{name}.md", f"{head}Do your part, and leave {file}.\n")


def parts(run: str = "") -> list[Part]:
    """The model's part in a build: the main conversation's, then one for each agent. `run` is the
    id of the folder that the model makes; without one it leaves that to the hooks, hands on
    `$SESSION_ID` as it stands in the command, and forgets to tell the builder anything."""
    own = run or "$SESSION_ID"
    made = [use("Bash", command=f"mkdir -p .claude/sessions/build/{run}", description="Make it")]
    told = f"Session: {own}\nDirectory: .claude/sessions/build/{own}"

    def launch(agent: str) -> list[Block]:
        forgets = agent == "builder" and not run
        prompt = f"Part of the {agent}\n{'' if forgets else told}"
        kind = f"exito:{agent}"
        call = use("Agent", description=f"The {agent}", prompt=prompt, subagent_type=kind)
        return [call, say("I wait for the agent.")]

    def is_back(agent: str) -> str:
        return f'Agent "The {agent}" finished'

    def writes(agent: str, file: str) -> Part:
        path = f"{os.getcwd()}/@DIR@/{file}"
        write = use("Write", file_path=path, content=_REPORTS[file])
        return Part(f"^Part of the {agent}", [write, say(f"{file} is written.")])

    def tells(agent: str, file: str) -> Part:
        look = use("Read", file_path=f"{os.getcwd()}/price.js")
        return Part(f"^Part of the {agent}", [look, say(_REPORTS[file])])

    return [
        Part("# Build in phases", [*(made if run else ()), *launch("investigator")]),
        Part(is_back("investigator"), launch("architect")),
        Part(is_back("architect"), [say(GATE)]),
        Part("^proceed$", launch("builder")),
        Part(is_back("builder"), launch("validator")),
        Part(is_back("validator"), launch("auditor")),
        Part(is_back("auditor"), [say("All phases are done.")]),
        tells("investigator", "context.md"),
        writes("architect", "plan.md"),
        writes("builder", "progress.md"),
        writes("validator", "test_report.md"),
        tells("auditor", "review.md"),
    ]


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
