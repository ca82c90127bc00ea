"""What Claude Code records of a simulated fleet: of runs that are there when the demo begins, one
for every state that the records tell, and of those that go on."""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from exito_tui.demo.agents_at_work import (
    Run,
    ask,
    begin,
    end,
    run_files,
    times_of,
    topic_called,
    work,
)
from exito_tui.demo.fleet import AT_A_TIME, in_time, live_runs
from exito_tui.demo.recorder import (
    REFUSED_BY_USER,
    RecordedConversation,
    Speaker,
    Stage,
    StandIn,
)
from exito_tui.demo.texts import artefact_text, progress_texts
from exito_tui.demo.topics import TOPICS
from exito_tui.demo.writes import MINUTE, Write, stamp

Times = dict[str, list[float]]
"""When each file of a run is written, by its name."""
NextProcess = Callable[[], StandIn]
"""Gives a process that lives, each time another one."""

_DEAD = 4_194_305
"""No process of Linux has such a pid."""


class Scenes(NamedTuple):
    """Writes below a root, and below a configuration folder; oldest first."""

    files: list[Write]
    records: list[Write]


def recorded_past(stage: Stage, past: Sequence[Write], next_process: NextProcess) -> Scenes:
    """The runs that are there when the demo begins: some that `past` wrote, and others. It takes
    one process after the other from `next_process`."""
    scenes = _Scenes(stage, past, next_process)
    scenes.at_the_gate()
    scenes.came_back_empty_handed()
    scenes.asked_in_a_file()
    scenes.wrote_elsewhere()
    scenes.asks_for_permission()
    scenes.asks_a_question()
    scenes.has_no_folder_yet()
    scenes.waits_for_the_model()
    scenes.shares_a_folder()
    scenes.was_killed()
    scenes.was_stopped()
    scenes.met_an_error()
    scenes.is_at_its_prompt()
    scenes.has_a_dialog_open()
    for writes in (scenes.files, scenes.records):
        writes.sort(key=lambda write: write.at)
    return Scenes(scenes.files, scenes.records)


class _Scenes:
    def __init__(self, stage: Stage, past: Sequence[Write], next_process: NextProcess) -> None:
        self.stage = stage
        self.files: list[Write] = []
        self.records: list[Write] = []
        self._past = past
        self._next_process = next_process
        self._domain = ""

    # ── what others need ─────────────────────────────────────────────────────────────────────────

    def _talk(self, process: StandIn | None = None) -> RecordedConversation:
        return RecordedConversation(self.stage, process)

    def _living(self) -> RecordedConversation:
        process = self._next_process()
        self._domain = process.domain
        return self._talk(process)

    def _run(self, command: str, minutes: float, topic: int) -> Run:
        """A run that began so many minutes before the demo."""
        name = f"{command}_{stamp(self.stage.now - minutes * MINUTE)}"
        return Run(f"{command}/{name}", TOPICS[topic], self.stage.project)

    def _known(self, command: str, minutes: float, topic: int) -> tuple[Run, Times]:
        """A run of the fleet's own past, and when its files were written."""
        run = self._run(command, minutes, topic)
        return run, times_of([one for one in self._past if one.path.startswith(f"{run.folder}/")])

    def _write(self, run: Run, name: str, at: float) -> Times:
        session = run.folder.rpartition("/")[2]
        text = artefact_text(name, run.topic, session, self.stage.rng)
        self.files.append(Write(at, f"{run.folder}/{name}", text))
        return {name: [at]}

    def _play(self, talk: RecordedConversation, run: Run, times: Times, at: float) -> float:
        """The run up to the last of its files; when that was."""
        begin(talk, run, at, 20.0)
        at += 25.0
        for file in run_files(run.command, times):
            work(talk, run, file, at, self.stage.rng)
            at = file.times[-1] + 15.0
        return at

    def _keep(self, talk: RecordedConversation) -> None:
        self.records += talk.writes

    # ── runs of the past that records belong to ──────────────────────────────────────────────────

    def at_the_gate(self) -> None:
        """The plan is there, the turn over: approve it."""
        run, times = self._known("craft", 41, 3)
        talk = self._living()
        at = self._play(talk, run, times, -41 * MINUTE)
        ask(talk, "approve", at)
        talk.register(at + 1, "idle", began=-45 * MINUTE)
        self._keep(talk)

    def came_back_empty_handed(self) -> None:
        """The user refused the builder's Write, which holds its report."""
        run, times = self._known("patch", 95, 4)
        talk = self._living()
        at = self._play(talk, run, times, -95 * MINUTE)
        builder = talk.launch(at, "exito:builder", run.task("builder"))
        text = progress_texts(run.topic, run.folder.rpartition("/")[2], self.stage.rng)[-1]
        given = {"file_path": run.path("progress.md"), "content": text}
        builder.did(
            at + 9 * MINUTE, 60.0, "Write", given,
            "The user doesn't want to proceed with this tool use.", failed=True, **REFUSED_BY_USER,
            says="Everything is in place; I write the report.",
        )  # fmt: skip
        talk.finish(at + 11 * MINUTE, builder, "The patch is in place and progress.md is written.")
        talk.lead.said(at + 12 * MINUTE, "The patch is built.")
        talk.lead.turn_over(at + 12 * MINUTE + 1)
        talk.register(at + 12 * MINUTE + 2, "idle", began=-96 * MINUTE)
        self._keep(talk)

    def asked_in_a_file(self) -> None:
        """The validator needs to know more, and says so in its report."""
        run, times = self._known("workflow", 70, 6)
        talk = self._living()
        at = self._play(talk, run, times, -70 * MINUTE)
        talk.lead.said(at, "Two things are not said yet: they are in validation-report.md.")
        talk.lead.turn_over(at + 1)
        talk.register(at + 2, "idle", began=-72 * MINUTE)
        self._keep(talk)

    def wrote_elsewhere(self) -> None:
        """The validator made a folder of its own."""
        run, times = self._known("build", 150, 5)
        talk = self._living()
        at = self._play(talk, run, times, -150 * MINUTE)
        validator = talk.launch(at, "exito:validator", f"Validate {run.topic.title}\n{run.folder}")
        own = f"validator_{stamp(self.stage.now - 104 * MINUTE)}/test_report.md"
        path = f"{self.stage.project}/.claude/sessions/{own}"
        validator.did(
            -101 * MINUTE, 60.0, "Write", {"file_path": path, "content": "# Test report\n"},
            "File created", says="I was told no session, so I make one.",
        )  # fmt: skip
        talk.finish(-99 * MINUTE, validator, "All tests pass.")
        talk.lead.said(-98 * MINUTE, "The tests pass.")
        talk.register(-97 * MINUTE, "idle", began=-151 * MINUTE)
        self._keep(talk)

    # ── runs of which the records alone can tell how they stand ──────────────────────────────────

    def asks_for_permission(self) -> None:
        """The architect asks to write; the investigator had no tool to write its report with."""
        run, at = self._run("build", 9, 1), -9 * MINUTE
        talk = self._living()
        begin(talk, run, at, 8.0)
        self.files.append(Write(at + 8, run.folder, None))
        one = talk.launch(at + 12, "exito:investigator", run.task("investigator"))
        report = artefact_text("context.md", run.topic, run.folder, self.stage.rng)
        given = {"file_path": run.path("context.md"), "content": report}
        one.did(
            at + 190, 1.0, "Write", given,
            "<tool_use_error>Error: No such tool available: Write.</tool_use_error>", failed=True,
        )  # fmt: skip
        talk.finish(at + 200, one, report)
        architect = talk.launch(at + 210, "exito:architect", run.task("architect"))
        architect.did(at + 230, 4.0, "Read", {"file_path": run.source("store")}, "…")
        given = {"file_path": run.path("plan.md"), "content": f"# {run.topic.title}\n"}
        architect.call(-3 * MINUTE, "Write", given, says="The plan is thought through.")
        talk.lead.said(at + 215, "I wait for the architect.")
        talk.lead.turn_over(at + 216, pending=1)
        talk.register(-3 * MINUTE, "waiting", began=at - 60, waitingFor="permission prompt")
        self._keep(talk)

    def asks_a_question(self) -> None:
        """The conversation itself asks, in a dialog of its own."""
        run, at = self._run("ui", 16, 6), -16 * MINUTE
        talk = self._living()
        self._play(talk, run, self._write(run, "context.md", at + 5 * MINUTE), at)
        question = "Should a form be kept when the session ends?"
        options = [{"label": "Keep it"}, {"label": "Drop it"}]
        given = {"questions": [{"question": question, "header": "Drafts", "options": options}]}
        talk.lead.call(-6 * MINUTE, "AskUserQuestion", given)
        talk.register(-6 * MINUTE, "waiting", began=at - 60, waitingFor="input needed")
        self._keep(talk)

    def has_no_folder_yet(self) -> None:
        """Claude Code asks to allow the mkdir that makes the session's folder."""
        run, at = self._run("workflow", 1.2, 7), -1.2 * MINUTE
        talk = self._living()
        talk.command(at, run.command, run.asked)
        command = f'mkdir -p ".claude/sessions/{run.folder}"'
        talk.lead.call(at + 6, "Bash", {"command": command}, says="I make a folder first.")
        talk.register(at + 6, "waiting", began=at - 9, waitingFor="permission prompt")
        self._keep(talk)

    def waits_for_the_model(self) -> None:
        """The model does not answer: one attempt after the other."""
        run, at = self._run("implement", 12, 2), -12 * MINUTE
        talk = self._living()
        at = self._play(talk, run, self._write(run, "context.md", at + 7 * MINUTE), at)
        talk.lead.waits_for_the_model(at + 30, attempts=5, pause=35.0)
        talk.register(at + 10, "busy", began=-13 * MINUTE)
        self._keep(talk)

    def shares_a_folder(self) -> None:
        """Two conversations began in the same second, and so in the same folder."""
        run, at = self._run("craft", 4, 0), -4 * MINUTE
        self.files.append(Write(at + 8, run.folder, None))
        for number in range(2):
            talk = self._living()
            begin(talk, run, at + number / 4, 8.0)
            agent = talk.launch(at + 12, "exito:investigator", run.task("investigator"))
            for step, name in enumerate(("store", "views", "tasks")):
                path = {"file_path": run.source(name)}
                agent.did(at + 20 + step * (50 + number * 9), 3.0, "Read", path, "…")
            talk.lead.said(at + 14, "I wait for the investigator.")
            talk.lead.turn_over(at + 15, pending=1)
            talk.register(at, "busy", began=at - 40)
            self._keep(talk)

    def was_killed(self) -> None:
        """The process was killed while the builder worked; its entry is left behind."""
        run, at = self._run("patch", 190, 2), -190 * MINUTE
        talk = self._talk(StandIn(_DEAD, "1", self._domain))
        self._half_built(talk, run, at)
        talk.register(at, "busy")
        self._keep(talk)

    def was_stopped(self) -> None:
        """The user stopped the builder, and left."""
        run, at = self._run("implement", 330, 5), -330 * MINUTE
        talk = self._talk()
        builder = self._half_built(talk, run, at)
        talk.stop(at + 22 * MINUTE, builder)
        self._keep(talk)

    def _half_built(self, talk: RecordedConversation, run: Run, at: float) -> Speaker:
        """The builder, who has done half of the steps."""
        times = self._write(run, "context.md", at + 6 * MINUTE)
        times |= self._write(run, "plan.md", at + 12 * MINUTE)
        after = self._play(talk, run, times, at)
        talk.lead.told(after, "proceed", turnOrigin="human")
        builder = talk.launch(after + 5, "exito:builder", run.task("builder"))
        session = run.folder.rpartition("/")[2]
        half = progress_texts(run.topic, session, self.stage.rng)[3]
        given = {"file_path": run.path("progress.md"), "content": half}
        builder.did(at + 19 * MINUTE, 1.0, "Write", given, "File created")
        self.files.append(Write(at + 19 * MINUTE, f"{run.folder}/progress.md", half))
        store = {"file_path": run.source("store")}
        builder.did(at + 20 * MINUTE, 5.0, "Edit", store, "The file has been updated.")
        talk.lead.said(after + 6, "I wait for the builder.")
        talk.lead.turn_over(after + 7, pending=1)
        return builder

    def met_an_error(self) -> None:
        """A call of the model ended in an error, yesterday."""
        run, at = self._run("patch", 27 * 60, 1), -27 * 60 * MINUTE
        talk = self._living()
        after = self._play(talk, run, self._write(run, "context.md", at + 4 * MINUTE), at)
        talk.lead.waits_for_the_model(after, attempts=3, pause=20.0)
        talk.lead.cannot_reach_the_model(after + 90, "API Error: 529 The service is overloaded")
        talk.register(after + 91, "idle", began=at - 60)
        self._keep(talk)

    def is_at_its_prompt(self) -> None:
        """The next phase was not started; nobody came back to it."""
        run, at = self._run("think", 31 * 60, 7), -31 * 60 * MINUTE
        talk = self._living()
        after = self._play(talk, run, self._write(run, "context.md", at + 25 * MINUTE), at)
        talk.lead.said(after, "The research is done. Tell me when to go on.")
        talk.lead.turn_over(after + 1)
        talk.register(after + 2, "idle", began=at - 60)
        self._keep(talk)

    def has_a_dialog_open(self) -> None:
        """A dialog of Claude Code's own holds the run up, since yesterday."""
        run, at = self._run("refine", 29 * 60, 4), -29 * 60 * MINUTE
        talk = self._living()
        after = self._play(talk, run, self._write(run, "context.md", at + 8 * MINUTE), at)
        talk.register(after + 5, "waiting", began=at - 60, waitingFor="dialog open")
        self._keep(talk)


def recorded_live(stage: Stage, seed: int, next_process: NextProcess) -> Iterator[Write]:
    """What is recorded of the runs that go on from the beginning, for ever: one conversation for
    each that goes on at a time."""
    talks = [RecordedConversation(stage, next_process()) for _ in range(AT_A_TIME)]
    return in_time(
        (since, _told(talks[place], writes, Random(seed * 1000 + number), first=since == 0))
        for number, (place, since, writes) in enumerate(live_runs(seed, stage.now))
    )


def _told(
    talk: RecordedConversation, writes: Sequence[Write], rng: Random, *, first: bool
) -> list[Write]:
    """The records of one run of the fleet."""
    at, folder = writes[0].at, writes[0].path
    text = next(write.text or "" for write in writes if write.text)
    run = Run(folder, topic_called(text), talk.stage.project)
    talk.register(at - 0.4, "busy", began=0.0 if first else None)
    begin(talk, run, at - 0.4, 0.8)
    at += 0.5
    for number, file in enumerate(run_files(run.command, times_of(writes[1:]))):
        work(talk, run, file, at, rng, nested=number == 0 and rng.random() < 0.6)
        at = file.times[-1] + 0.4
    end(talk, run, at)
    talk.register(at + 0.3, "idle")
    made = [*talk.writes]
    talk.writes.clear()
    return made
