"""What simulated agents do until their file is there: the calls that they make, and how a run is
told as a conversation."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from random import Random
from typing import NamedTuple

from exito_tui.demo.recorder import REFUSED_BY_USER, RecordedConversation, Speaker
from exito_tui.demo.topics import TOPICS, Topic
from exito_tui.demo.writes import Write
from exito_tui.domain.workflows.model import Gate, Phase
from exito_tui.domain.workflows.reader import builtin


class DemoCall(NamedTuple):
    """A call that an agent makes on its way, and what it gives back. `answer` is why it fails."""

    tool: str
    given: Mapping[str, object]
    gives: str
    says: str = ""
    thinks: str = ""
    answer: str = ""


class RunFile(NamedTuple):
    """A file of a run: its phase and when it is written, in seconds; `gate` is what the user
    answers before the phase begins."""

    name: str
    agent: str
    times: Sequence[float]
    gate: str


class Run(NamedTuple):
    """A run of a command in a folder (relative to the root), about a topic."""

    folder: str
    topic: Topic
    project: str

    @property
    def command(self) -> str:
        """Its command."""
        return self.folder.partition("/")[0]

    @property
    def asked(self) -> str:
        """What the user typed after the command."""
        return f"{self.topic.title} for {self.topic.user}"

    def path(self, name: str) -> str:
        """The absolute path of a file of the run."""
        return f"{self.project}/.claude/sessions/{self.folder}/{name}"

    def source(self, name: str) -> str:
        """The absolute path of a module that it works on."""
        return f"{self.project}/{self.topic.module}/{name}.py"

    def task(self, agent: str) -> str:
        """What an agent is told to do."""
        return (
            f"{agent.replace('-', ' ').capitalize()}: {self.topic.title}\n"
            f"Session: {self.folder.rpartition('/')[2]}\n"
            f"Directory: .claude/sessions/{self.folder}"
        )


_ANSWERS = {
    "approve": "The plan is in plan.md. Approve it, or say what to change.",
    "choose": "The options are in alternatives.md. Which one shall it be?",
}
_SAYS = {"approve": "proceed", "choose": "C"}


def run_files(command: str, times: dict[str, list[float]]) -> list[RunFile]:
    """The files of a run in the order of its workflow, with their agents and times."""
    found: list[RunFile] = []
    gate = ""
    for step in builtin()[command].steps:
        if isinstance(step, Gate):
            gate = step.kind
        elif isinstance(step, Phase) and step.artefact in times:
            found.append(RunFile(step.artefact, step.agent, times[step.artefact], gate))
            gate = ""
    return found


def times_of(writes: Sequence[Write]) -> dict[str, list[float]]:
    """When each file of one run is written, by its name."""
    return {
        name: [write.at for write in some]
        for name, some in groupby(writes, key=lambda write: write.path.rpartition("/")[2])
    }


def begin(talk: RecordedConversation, run: Run, at: float, took: float) -> None:
    """The command, and the folder that the model makes for it."""
    talk.command(at, run.command, run.asked)
    folder = f".claude/sessions/{run.folder}"
    talk.lead.did(
        at + took / 2, took / 2, "Bash",
        {"command": f'mkdir -p "{folder}"', "description": "Make the session's folder"},
        "", says="I make a folder for this session first.",
    )  # fmt: skip


def work(
    talk: RecordedConversation,
    run: Run,
    file: RunFile,
    at: float,
    rng: Random,
    *,
    nested: bool = False,
) -> None:
    """One agent from its start at a moment to its file, and back."""
    if file.gate:
        talk.lead.told(at, _SAYS[file.gate], turnOrigin="human")
    first, last = file.times[0], file.times[-1]
    step = (first - at) / 8
    agent = talk.launch(at + step, f"exito:{file.agent}", run.task(file.agent))
    talk.lead.said(at + 1.5 * step, f"I wait for the {file.agent}.")
    talk.lead.turn_over(at + 1.6 * step, pending=1)
    calls = list(calls_of(run, file.agent, rng))
    if nested:
        _ask_another(talk, run, agent, at + 2 * step, at + 6 * step)
    _make(agent, calls[:3], at + 2 * step, at + 7 * step)
    given = {"file_path": run.path(file.name), "content": f"# {run.topic.title}\n"}
    if file.agent in ("auditor", "investigator") and rng.random() < 0.5:
        agent.did(
            first - step, step / 4, "Write", given,
            "<tool_use_error>Error: No such tool available: Write.</tool_use_error>", failed=True,
        )  # fmt: skip
        shell = {"command": f"cat > .claude/sessions/{run.folder}/{file.name} <<'END'"}
        agent.did(first - step / 2, step / 2, "Bash", shell, "")
    else:
        agent.did(first - step / 2, step / 2, "Write", given, f"File created: {file.name}")
    _go_on(agent, run, file, calls)
    talk.finish(
        last + 0.3 * step, agent, f"{file.name} is written into .claude/sessions/{run.folder}."
    )


def _go_on(agent: Speaker, run: Run, file: RunFile, calls: Sequence[DemoCall]) -> None:
    """What an agent does between the writes of its file."""
    edit = {"file_path": run.path(file.name), "old_string": "", "new_string": ""}
    for number, (before, at) in enumerate(zip(file.times, file.times[1:], strict=False)):
        between = at - before
        if between > 1:
            call = calls[(number + 3) % len(calls)]
            _make(agent, [call], before + 0.2 * between, before + 0.8 * between)
        agent.did(at - 0.1 * between, 0.1 * between, "Edit", edit, "The file has been updated.")


def end(talk: RecordedConversation, run: Run, at: float) -> None:
    """The last words of a run."""
    talk.lead.said(at, f"**Done.** {run.topic.title}: everything is in `{run.folder}`.")
    talk.lead.turn_over(at + 0.1)


def ask(talk: RecordedConversation, gate: str, at: float) -> None:
    """The run comes to a gate: the turn is over, and the user is asked."""
    talk.lead.said(at, _ANSWERS[gate])
    talk.lead.turn_over(at + 0.1)


def _make(agent: Speaker, calls: Sequence[DemoCall], since: float, until: float) -> None:
    pause = (until - since) / max(1, len(calls))
    for number, call in enumerate(calls):
        words = {"says": call.says, "thinks": call.thinks}
        spoken = {name: text for name, text in words.items() if text}
        at = since + number * pause
        if call.answer:
            agent.did(at, pause / 2, call.tool, call.given, call.answer, failed=True,
                      **REFUSED_BY_USER, **spoken)  # fmt: skip
        else:
            agent.did(at, pause / 2, call.tool, call.given, call.gives, **spoken)


def _ask_another(
    talk: RecordedConversation, run: Run, agent: Speaker, since: float, until: float
) -> None:
    """An agent starts one of its own, which reads for it."""
    module, step = run.topic.module, (until - since) / 5
    other = talk.launch(since, "Explore", f"Who calls `{module}`?\nList the callers.", by=agent)
    views = f"{module}/views.py"
    other.did(since + step, step, "Bash", {"command": f"rg -ln '{module}' ."}, views)
    other.did(since + 3 * step, step, "Read", {"file_path": run.source("views")}, "…")
    talk.finish(until, other, f"Two callers: `{module}/views.py` and `{module}/tasks.py`.", agent)


def calls_of(run: Run, agent: str, rng: Random) -> Iterator[DemoCall]:
    """What an agent does on its way, as often as it is asked."""
    topic, module, thing = run.topic, run.topic.module, run.topic.thing
    if agent in ("builder", "surgical-builder", "craftsman", "pixel-perfectionist"):
        for name in ("store", "views", "tasks"):
            path = {"file_path": run.source(name), "old_string": "", "new_string": ""}
            yield DemoCall(
                "Edit",
                path,
                "The file has been updated.",
                thinks=f"Where {thing} rows are written, {topic.risk} has to be ruled out.",
            )
            passed = rng.randint(20, 90)
            yield DemoCall(
                "Bash",
                {"command": f"pytest -q tests/{thing}"},
                f"{passed} passed in 3.1s",
                says=f"The tests of `{module}` are green.",
            )
        yield DemoCall(
            "Bash",
            {"command": "git push --force origin main"},
            "",
            answer="The user doesn't want to proceed with this tool use.",
        )
        return
    if agent == "validator":
        for suite in ("unit", "integration", "load"):
            yield DemoCall(
                "Bash",
                {"command": f"pytest -q tests/{suite}", "description": f"Run {suite}"},
                f"{rng.randint(20, 90)} passed in {rng.randint(2, 40)}.2s",
            )
        yield DemoCall(
            "Read", {"file_path": f"{run.project}/pyproject.toml"}, "[tool.pytest.ini_options]"
        )
        return
    yield DemoCall(
        "Bash",
        {"command": f"rg -n '{thing}' {module}"},
        f"{module}/store.py:12: {thing}",
        says=f"I look where a {thing} is read and written.",
    )
    for name in ("store", "views", "tasks"):
        yield DemoCall(
            "Read",
            {"file_path": run.source(name)},
            f"class {thing.capitalize()}Store:",
            thinks=f"The callers assume a lock. If {topic.risk}, the later one wins.",
        )


def topic_called(text: str) -> Topic:
    """The topic that a file is about."""
    return next((topic for topic in TOPICS if topic.title in text), TOPICS[0])
