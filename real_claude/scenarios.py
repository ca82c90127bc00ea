"""What is played, and what must be seen."""

import os
import signal
from collections.abc import Callable

from real_claude import whole_runs
from real_claude.model import Part, hold, say, use
from real_claude.stage import Drift, Stage
from real_claude.whole_runs import EDITS, MANUAL, RUN
from real_claude.workflow import COMMAND, FILES, GATE, TASK, heading, parts


def gate(stage: Stage) -> None:
    """The plan waits for the user's answer; then Claude Code is left."""
    stage.start(parts(RUN), *MANUAL)
    stage.type(COMMAND)
    stage.allow()
    stage.until(lambda: "plan.md" in stage.screen(), "the architect asks to write plan.md")
    stage.allow()
    stage.fact("the architect's file is there", stage.files, ["plan.md"])
    stage.fact("the registry says idle at the gate", stage.status, "idle")
    stage.says("waiting", "approve")
    pid = stage.entry()["pid"]
    stage.fact("ls --json has the process", lambda: stage.listed()["claude"]["pid"], pid)
    stage.type("/exit")
    stage.fact("the registry forgets a process that was left", stage.entry, {})
    stage.fact("ls --json has no process", lambda: stage.listed()["claude"]["pid"], None)
    stage.says("waiting", "approve")


def permission(stage: Stage) -> None:
    """An agent asks for permission to write its file, though edits are accepted."""
    stage.start(parts(RUN), *EDITS)
    stage.type(COMMAND)
    stage.fact("the registry says what is waited for", stage.status, "permission prompt")
    stage.says("waiting", "permission", "mkdir")
    stage.allow()
    stage.until(lambda: "plan.md" in stage.screen(), "the architect asks to write plan.md")
    stage.says("waiting", "permission", "architect", "Write", "plan.md")


def question(stage: Stage) -> None:
    """The model asks the user something before there is a folder."""
    choice = {
        "question": "Where are coupons kept?",
        "header": "Store",
        "multiSelect": False,
        "options": [
            {"label": "Redis", "description": "fast"},
            {"label": "Postgres", "description": "lasting"},
        ],
    }
    asks = Part(heading(), [use("AskUserQuestion", questions=[choice])])
    stage.start([asks], *MANUAL)
    stage.type(COMMAND)
    stage.fact("the registry says that input is needed", stage.status, "input needed")
    stage.says("waiting", "question", "Where are coupons kept?")
    stage.fact("the run has its title", lambda: stage.listed()["title"], TASK)


def no_write(stage: Stage) -> None:
    """An agent without Write brings its report back as text; it is recovered."""
    path = f"{stage.sessions}/build/{RUN}/context.md"
    text = "# Context\n\n## Findings\n\nThe cart has no place for a coupon.\n"
    tries = use("Write", file_path=path, content=text)
    played = [
        Part('Agent "The investigator" finished', [say("The research is over.")]),
        Part("^Part of the investigator", [tries, say(text)]),
    ]
    stage.start([*played, *parts(RUN)], *MANUAL)
    stage.type(COMMAND)
    stage.allow()
    stage.until(lambda: "The research is over." in stage.screen(), "the research is over")
    stage.fact("an agent's Write without the tool leaves no file", stage.files, [])
    stage.says("stuck", None, "investigator", "context.md", "Write")
    stage.do("exito-tui", "recover", "--yes", "--root", stage.project, RUN, "context.md")
    with open(path, encoding="utf-8") as file:
        recovered = file.read()
    stage.fact("the report is recovered as it was said", lambda: recovered, text)


def killed(stage: Stage) -> None:
    """Claude Code is killed while an agent works, and carried on."""
    look = use("Read", file_path=f"{stage.project}/price.js")
    stage.start([Part("^Part of the investigator", [look, hold()]), *parts(RUN)], *MANUAL)
    stage.type(COMMAND)
    stage.allow()
    stage.fact("the agent works", lambda: bool(stage.listed()["claude"]["agents"]), True)
    stage.says("running", None, "investigator")
    entry = stage.entry()
    os.kill(entry["pid"], signal.SIGKILL)
    stage.fact("no process is left", stage.entry, {})
    stage.says("interrupted", None)
    resume = f"claude --resume {entry['sessionId']}"
    stage.fact("ls --json says how to go on", lambda: stage.listed()["claude"]["resume"], resume)
    agents = stage.listed()["claude"]["agents"]
    stage.fact("the agent is lost", lambda: [one["state"] for one in agents], ["lost"])
    stage.model.released.set()
    stage.start([], "--resume", entry["sessionId"], *MANUAL)
    stage.fact(
        "the conversation goes on under its id",
        lambda: stage.entry().get("sessionId"),
        entry["sessionId"],
    )
    pid = stage.entry()["pid"]
    stage.fact("ls --json has the new process", lambda: stage.listed()["claude"]["pid"], pid)
    stage.says("waiting", "prompt")


def mended(stage: Stage) -> None:
    """With exito-tui's plugin no prompt comes but the gate, and every file is there."""
    stage.do("exito-tui", "plugin", "install", "--yes")
    stage.start(parts(), *EDITS)
    stage.type(COMMAND)
    reports = list(FILES[:2])
    stage.fact("both files are there, and no key was pressed", stage.files, reports)
    stage.fact("the registry says idle at the gate", stage.status, "idle")
    stage.says("waiting", "approve")
    stage.type("proceed")
    stage.fact("all files are there, and no key was pressed", stage.files, sorted(FILES))
    stage.says("completed", None)
    stage.type("/exit")
    stage.fact("the registry forgets a process that was left", stage.entry, {})
    stage.says("completed", None)


def refused(stage: Stage) -> None:
    """What the user refused an agent to write is not saved from its answer either."""
    stage.do("exito-tui", "plugin", "install", "--yes", "--only", "begin,brief,save")
    plan = "# Plan\n\n1. Write the function.\n"
    write = use("Write", file_path=f"{stage.project}/@DIR@/plan.md", content=plan)
    stage.start([Part("^Part of the architect", [write, say(plan)]), *parts()], *MANUAL)
    stage.type(COMMAND)
    stage.refuse()
    stage.until(lambda: GATE in stage.screen(), "the architect is back")
    stage.fact("only what nobody refused is saved", stage.files, ["context.md"])
    stage.says("stuck", None, "architect", "plan.md", "refused")


def two(stage: Stage) -> None:
    """Two runs begun at once have a folder each."""
    stage.do("exito-tui", "plugin", "install", "--yes")
    stage.start(parts(), *EDITS)
    stage.start_another(*EDITS)
    stage.type(COMMAND, "a", "b")
    stage.fact("each has its files", stage.files, sorted(FILES[:2] * 2))
    both = sorted(entry["sessionId"] for entry in stage.entries())
    stage.fact(
        "each folder has its conversation",
        lambda: sorted(one["claude"]["session_id"] for one in stage.all_listed()),
        both,
    )
    stage.fact(
        "both are at the gate",
        lambda: [(one["state"], one["gate"]) for one in stage.all_listed()],
        [("waiting", "approve")] * 2,
    )


SCENARIOS: dict[str, Callable[[Stage], None]] = {
    "gate": gate,
    "permission": permission,
    "question": question,
    "no-write": no_write,
    "killed": killed,
    "mended": mended,
    "refused": refused,
    "two": two,
    **whole_runs.SCENARIOS,
}


def played(names: list[str], programs: str, version: str, market: str) -> int:
    """Play scenarios, with the folder of the installed exito-tui, the version that is pinned and a
    marketplace (empty: the stand-in); 1 where a check failed, else 0."""
    failed = 0
    for name in names:
        scenario = SCENARIOS[name]
        print(f"{name}: {scenario.__doc__}", flush=True)
        stage = None
        try:
            stage = Stage(name, programs, version, market)
            scenario(stage)
        except Drift as drift:
            failed += 1
            print(f"  FAILED  {drift}\n{stage.screen() if stage else ''}", flush=True)
        finally:
            if stage:
                stage.close()
    print(f"{len(names) - failed} of {len(names)} scenarios as expected")
    return 1 if failed else 0
