"""A kept answer is given again while nothing that it rests on has changed, and only then."""

import errno
import gc
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from exito_tui import __main__, kept_answer, processes
from exito_tui.cli.commands import status
from exito_tui.domain.sessions.names import PINS
from exito_tui.kept_answer import given_again, path_of
from exito_tui.looks import noted
from exito_tui.safe_write import keep_own_file
from exito_tui.store.read import scan
from exito_tui.user_folders import cache_folder, config_folder
from tests.claude import moments
from tests.claude.moments import Moment
from tests.claude.records_builder import ClaudeFolder, Talk
from tests.cli.commands.support import forget_settings
from tests.support import Root
from tests.test_architecture import PACKAGE

DAY = 86_400.0
MINUTE_NS = 60 * 10**9
PLAN = "build/build_20251106_100000/plan.md"
OVER = "build/build_20250101_100000"
LINK = "current"


class World(NamedTuple):
    """A project with sessions, of which Claude Code keeps records, and the clock."""

    root: Root
    claude: ClaudeFolder
    later_ns: list[int]
    old_talk: Path
    killed: subprocess.Popen[bytes]

    @property
    def line(self) -> list[str]:
        return ["status", "--json", "--root", str(self.root)]


@pytest.fixture
def world(root: Root, claude: ClaudeFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """All was written a minute ago: nobody can set back when the system saw it change, so that the
    clock is set forward. One run waits at a gate, its process lives, and others are over."""
    now = time.time()
    root.write(PLAN, "# Plan\n", at=now - 300 * DAY)
    root.write(f"{OVER}/context.md", "# Alone\n", at=now - 300 * DAY)
    root.write("2025-11-06-notes.md", "# Notes\n", at=now - 2 * DAY)
    moments.at_the_gate(Moment(root, claude))
    killed = subprocess.Popen(["sleep", "1000"])
    claude.register(claude.talk(), "busy", pid=killed.pid)
    old = claude.talk(ago=9 * DAY)
    old.record("user")
    (root.project / ".git/logs").mkdir(parents=True)
    (root.project / ".git/logs/HEAD").write_text("")
    folder = Path(config_folder())
    folder.mkdir(parents=True)
    for name in ("first", "second"):
        (folder / name).mkdir()
        (folder / name / "settings.toml").write_text("")
    (folder / "now").symlink_to("first")
    (folder / "config.toml").symlink_to("now/settings.toml")
    (root.project / "trees").mkdir()
    (root.project / ".claude/worktrees").symlink_to("../trees")
    for name in ("sessions", "projects"):  # as those do who sync them
        (claude.path / name).rename(claude.path / f"own-{name}")
        (claude.path / name).symlink_to(f"own-{name}")
    later_ns = [MINUTE_NS]
    own = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: own() + later_ns[0])
    yield World(root, claude, later_ns, old.path, killed)
    killed.kill()
    killed.wait()


Answered = Callable[[Sequence[str]], tuple[int, str]]


@pytest.fixture
def answered(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Answered:
    """Exit code and output of the program."""

    def answer(arguments: Sequence[str]) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["exito-tui", *arguments])
        forget_settings()
        code = __main__.main()
        gc.enable()
        return code, capsys.readouterr().out

    return answer


def is_kept(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether an answer is kept that holds."""
    code = given_again(arguments)
    capsys.readouterr()
    return code is not None


def test_the_answer_is_given_again(
    world: World, answered: Answered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    for line in (["status", "--root", str(world.root)], world.line):
        assert not is_kept(line, capsys)
        first = answered(line)
        assert first[0] == 3 and is_kept(line, capsys)
        with monkeypatch.context() as nothing_else:
            nothing_else.setitem(sys.modules, "exito_tui.cli", None)
            assert answered(line) == first


def grown(world: World) -> None:
    """In place: no folder's time tells of it."""
    world.root.append(PLAN, "\nStatus: done\n")


def changed_behind_the_back(world: World) -> None:
    """With the same size and time."""
    path = world.root.path / PLAN
    status = path.stat()
    path.write_text("# Nalp\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replaced(world: World) -> None:
    path = world.root.path / PLAN
    path.rename(path.with_suffix(".old"))
    path.write_text("# Plan\n")


def settings_moved(world: World) -> None:
    """The link between: the first one and the file that it leads to in the end stay as they are."""
    folder = Path(config_folder())
    (folder / "now.new").symlink_to("second")
    (folder / "now.new").replace(folder / "now")


def removed(world: World) -> None:
    (world.root.path / PLAN).unlink()
    (world.root.path / PLAN).parent.rmdir()


def begun(world: World) -> None:
    world.root.folder("build/build_20251106_101500")


def begun_below(world: World) -> None:
    world.root.write("patch/patch_20251106_101500/plan.md")


def noted_loose(world: World) -> None:
    world.root.write("2025-11-07-notes.md")


def added_to_what_is_over(world: World) -> None:
    world.root.write(f"{OVER}/plan.md", "# Plan\n")


def written_below(world: World) -> None:
    world.root.write(f"{PLAN.removesuffix('.md')}s/deep/one.md")


def pointed_at(world: World) -> None:
    (world.root.path / "build" / LINK).symlink_to(PLAN.split("/")[1])


def root_gone(world: World) -> None:
    world.root.path.rename(world.root.path.with_name("sessions.old"))
    world.root.path.mkdir()


def project_linked(world: World) -> None:
    """The same files, by another path."""
    moved = world.root.project.with_name("moved")
    world.root.project.rename(moved)
    world.root.project.symlink_to(moved)


def configured(world: World) -> None:
    """Through the link that people keep their settings behind."""
    (Path(config_folder()) / "first/settings.toml").write_text('interrupted = "900d"\n')


def configured_for_the_project(world: World) -> None:
    (world.root.project / ".claude/exito-tui.toml").write_text('interrupted = "900d"\n')


def checked_out(world: World) -> None:
    (world.root.project / ".git/logs/HEAD").write_text(
        f"{'0' * 40} {'1' * 40} A <a@b.c> {int(time.time() - 60)} +0000\tclone: from x\n"
    )


def with_a_work_tree(world: World) -> None:
    world.root.write("../../trees/a/.claude/sessions/build/build_20251106_101500/plan.md")


def pinned(world: World) -> None:
    (world.root.path / PINS).write_text('{"schema": 1, "pinned": []}')


def talked_on(world: World) -> None:
    (transcript,) = {*(world.claude.path / "projects").glob("*/*.jsonl")} - {world.old_talk}
    with transcript.open("a") as file:
        file.write('{"type":"user"}\n')


def talked_elsewhere(world: World) -> None:
    world.claude.talk().record("user")


def agent_began(world: World) -> None:
    (folder,) = (world.claude.path / "projects").glob("*/*/subagents")
    (folder / "agent-0123456789abcdef0.jsonl").write_text("{}\n")


def agent_went_on(world: World) -> None:
    (one, *_) = sorted((world.claude.path / "projects").glob("*/*/subagents/agent-*.jsonl"))
    with one.open("a") as file:
        file.write('{"type":"user"}\n')


def taken_up_again(world: World) -> None:
    """A conversation of which nothing was read, as it had ended long before."""
    with world.old_talk.open("a") as file:
        file.write('{"type":"user"}\n')


def process_turned(world: World) -> None:
    world.claude.register(Talk(Path("x/1.jsonl"), str(world.root.project), 0), "busy")


def process_ended(world: World) -> None:
    (world.claude.path / "sessions" / f"{os.getpid()}.json").unlink()


def process_killed(world: World) -> None:
    """Its entry stays, and nobody has waited for it: a zombie."""
    world.killed.kill()
    os.waitid(os.P_PID, world.killed.pid, os.WEXITED | os.WNOWAIT)


def in_another_container(world: World) -> None:
    processes.pid_namespace = lambda: "pid:[1]"


def a_day_later(world: World) -> None:
    """Another conversation is too old now to tell anything."""
    world.later_ns[0] += int(DAY * 10**9)


def time_passed(world: World) -> None:
    world.later_ns[0] += 5 * MINUTE_NS


def clock_was_set_back(world: World) -> None:
    world.later_ns[0] -= MINUTE_NS // 6


def in_other_words(world: World) -> None:
    os.environ["LC_ALL"] = "C"


def in_another_zone(world: World) -> None:
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()


def in_a_zone_that_the_system_has_moved(world: World) -> None:
    time.tzname = ("JST", "JST")


def otherwise_set(world: World) -> None:
    os.environ["EXITO_TUI_PRESSING"] = "900d"


def from_another_folder(world: World) -> None:
    os.chdir(world.root.project)


def damaged(world: World) -> None:
    path = Path(path_of(world.line))
    path.write_bytes(path.read_bytes().replace(b"waiting", b"wanting"))


def cut_off(world: World) -> None:
    path = Path(path_of(world.line))
    path.write_bytes(path.read_bytes()[:100])


def open_to_others(world: World) -> None:
    Path(path_of(world.line)).chmod(0o666)


def made_a_pipe(world: World) -> None:
    path = Path(path_of(world.line))
    path.unlink()
    os.mkfifo(path)


HAPPENINGS = [
    grown, changed_behind_the_back, replaced, removed, begun, begun_below, noted_loose, added_to_what_is_over, written_below, pointed_at,
    root_gone, project_linked, settings_moved, configured, configured_for_the_project, checked_out, with_a_work_tree, pinned, talked_on,
    talked_elsewhere, taken_up_again, agent_began, agent_went_on, process_turned, process_ended, process_killed, in_another_container, a_day_later, time_passed, clock_was_set_back,
    in_other_words, in_another_zone, in_a_zone_that_the_system_has_moved, otherwise_set, from_another_folder, damaged, cut_off, open_to_others, made_a_pipe,
]  # fmt: skip


@pytest.mark.parametrize("happens", HAPPENINGS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("in_parts", [False, True])
def test_no_answer_is_given_again_after(
    happens: Callable[[World], None], in_parts: bool, world: World, answered: Answered,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(time, "tzname", time.tzname)
    monkeypatch.setattr(processes, "pid_namespace", processes.pid_namespace)
    if in_parts:
        monkeypatch.setattr(kept_answer, "_WORTH_A_CHILD", 2)
        answered(world.line)
        os.unlink(path_of(world.line))  # what else is kept makes the next answer
    for name in ("LC_ALL", "EXITO_TUI_PRESSING"):
        monkeypatch.delenv(name, raising=False)  # what a happening sets is taken back
    answered(world.line)
    assert is_kept(world.line, capsys)
    happens(world)
    assert not is_kept(world.line, capsys)
    after = answered(world.line)
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    assert answered(world.line) == after


def test_a_folder_that_was_only_asked_for_its_times_counts_by_them(
    root: Root, answered: Answered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """What is kept of sessions is compared with their folders' times."""
    root.write(f"{OVER}/context.md", "# Alone\n", at=time.time() - 300 * DAY)
    own = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: own() + MINUTE_NS)
    line = ["status", "--root", str(root), "--no-claude"]
    answered(line)
    os.unlink(path_of(line))
    answered(line)
    assert is_kept(line, capsys)
    root.write(f"{OVER}/plan.md", "# Plan\n")
    assert not is_kept(line, capsys)


@pytest.mark.parametrize("happens", [begun, grown, talked_on, configured, process_turned])
def test_what_was_written_just_now_is_not_kept(
    happens: Callable[[World], None], world: World, answered: Answered, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """What the system saw at the moment of a look may go on without another time."""
    happens(world)
    world.later_ns[0] = 0
    answered(world.line)
    assert not is_kept(world.line, capsys)


def test_an_answer_ends_when_time_alone_makes_another(
    root: Root, claude: ClaudeFolder, world: World, answered: Answered
) -> None:
    """Two minutes before a question is old."""
    world.later_ns[0] = int(DAY * 10**9) - 10 * MINUTE_NS - 2 * MINUTE_NS
    before = answered(world.line)
    world.later_ns[0] += 3 * MINUTE_NS
    assert answered(world.line) != before


def test_what_cannot_be_read_is_said_each_time(
    world: World, answered: Answered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    own = scan._found_in

    def refused(parent: int, name: str) -> object:
        if name in PLAN:
            raise PermissionError(errno.EACCES, "Permission denied")
        return own(parent, name)

    monkeypatch.setattr(scan, "_found_in", refused)
    answered(world.line)
    assert not is_kept(world.line, capsys)


def test_an_answer_that_does_not_hold_is_not_looked_through_again(
    world: World, answered: Answered
) -> None:
    answered(world.line)
    path = path_of(world.line)
    grown(world)
    assert os.path.exists(path) and given_again(world.line) is None and not os.path.exists(path)


def test_in_a_folder_that_is_gone_nothing_is_kept(
    world: World, answered: Answered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answered(world.line)
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert answered(world.line) == answered(world.line) == first


def test_what_comes_during_a_look_is_no_part_of_it(
    world: World, answered: Answered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    (world.root.project / "trees" / "a").mkdir()
    own = status._stands

    def slow(*arguments: Any) -> Any:
        with_a_work_tree(world)
        return own(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(status, "_stands", slow)
        answered(world.line)
    world.later_ns[0] += MINUTE_NS
    assert not is_kept(world.line, capsys)


def test_an_answer_ends_when_a_conversation_is_too_old_to_tell_anything(
    world: World, answered: Answered, capsys: pytest.CaptureFixture[str]
) -> None:
    world.later_ns[0] = 3 * int(DAY * 10**9) - 700 * 10**9
    answered(world.line)
    assert is_kept(world.line, capsys)
    world.later_ns[0] += 2 * MINUTE_NS
    assert not is_kept(world.line, capsys)


def test_a_project_may_lie_beside_what_is_kept(
    tmp_path: Path, answered: Answered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    root = Root(Path(cache_folder()))
    root.write(PLAN, "# Plan\n", at=time.time() - DAY)
    own = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: own() + MINUTE_NS)
    line = ["status", "--root", str(root)]
    for _ in range(2):
        answered(line)
    assert is_kept(line, capsys)
    root.append(PLAN, "more")
    assert not is_kept(line, capsys)


def test_where_a_link_in_a_session_leads_nobody_looks(
    root: Root, answered: Answered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    root.write(PLAN, "# Plan\n", at=time.time() - DAY)
    log = root.project / "log"
    log.write_text("")
    (root.path / PLAN).with_name("log.md").symlink_to(log)
    own = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: own() + MINUTE_NS)
    line = ["status", "--root", str(root)]
    answered(line)
    log.write_text("more")
    assert is_kept(line, capsys)


def test_answers_that_hold_no_more_are_removed(world: World, answered: Answered) -> None:
    answered(world.line)
    first = path_of(world.line)
    half = Path(f"{first}.4711")
    half.write_text("half wri")
    half.chmod(0o600)
    theirs = [half.with_name(name) for name in ("notes.md", "0123abcd", "0123abcd.md")]
    for path in theirs:  # as a clone brings them, to where the cache happens to be
        path.write_text("theirs")
    theirs[0].chmod(0o600)
    world.later_ns[0] += 6 * MINUTE_NS
    another = [*world.line, "--read-only"]
    answered(another)
    left = {os.path.basename(path_of(another)), *(path.name for path in theirs)}
    assert {*os.listdir(os.path.dirname(first))} == left


def test_an_interrupted_answer_leaves_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        keep_own_file(str(tmp_path / "folder" / "kept"), b"x")
    assert os.listdir(tmp_path / "folder") == []


def test_ctrl_c_ends_it_without_a_word(
    world: World, answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    answered(world.line)
    monkeypatch.setattr(kept_answer, "holds", interrupted)
    assert answered(world.line) == (130, "")


def test_another_line_has_another_answer(world: World, answered: Answered) -> None:
    others = [world.line, [*world.line, "--no-claude"], ["status", "--root", str(world.root)]]
    first = [answered(line) for line in others]
    assert first[0][1] != first[2][1] and [answered(line) for line in others] == first
    assert len(os.listdir(os.path.join(cache_folder(), "answers"))) == len(others)


def test_an_answer_that_cannot_be_printed_is_made_again(
    world: World, answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(world.line)
    with open("/dev/full", "w") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        assert given_again(world.line) is None
        patch.setattr(sys, "stdout", None)
        assert given_again(world.line) is None
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())


def test_in_another_encoding_an_answer_is_made_anew(
    world: World, answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ["status", "--root", str(world.root)]
    assert "?" in answered(line)[1]
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
        assert given_again(line) is None


def test_what_nobody_can_ask_for_again_is_no_basis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A descriptor from before."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    folder = os.open(tmp_path, os.O_RDONLY)
    for descriptor, is_known in ((folder, False), (None, True)):
        with noted(time.time_ns() + MINUTE_NS, ("/nowhere/",)) as looks:
            own = os.open(tmp_path, os.O_RDONLY) if descriptor is None else descriptor
            os.stat("file", dir_fd=own)
        assert bool(looks.basis()) is is_known
    os.close(folder)
    os.close(own)


SPY = """
import os, sys
asked, names = [], set()
class Spied(dict):
    def __getitem__(self, name): names.add(name); return super().__getitem__(name)
    def get(self, name, *rest): names.add(name); return super().get(name, *rest)
    def __contains__(self, name): names.add(name); return super().__contains__(name)
os.environ = Spied(os.environ)
from exito_tui import looks
from exito_tui.cli import run
import exito_tui.cli.commands.status as status
def hear(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        asked.append(os.fsdecode(arguments[0]))
kept = []
own = looks.basis_of
looks.basis_of = lambda *paths: [kept.extend(one) for one in paths] and own(*paths)
sys.addaudithook(hear)
later, ns = int(sys.argv[1]), __import__("time").time_ns
__import__("time").time_ns = lambda: ns() + later
run(sys.argv[2:])
print(*sorted(names), file=sys.stderr)
print(*asked, sep="\\n", file=sys.stderr)
print("--", *kept, sep="\\n", file=sys.stderr)
"""


def test_all_that_is_asked_for_is_kept(world: World) -> None:
    """What Python itself tells of each file that is opened and each folder that is listed."""
    done = subprocess.run(
        [sys.executable, "-c", SPY, str(MINUTE_NS), *world.line],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
    )  # fmt: skip
    first, _, rest = done.stderr.partition("\n")
    asked, kept = ({*part.splitlines()} for part in rest.split("--\n"))
    known = {*kept_answer._VARIABLES, "EXITO_TUI_ROOT"}
    assert {*first.split()} <= known | {"PATH"}, first
    home = str(world.claude.path.parent)
    outside = (str(PACKAGE), cache_folder(), sys.prefix, sys.base_prefix)
    names = {path.rstrip("/") for path in kept}
    for path in asked:
        if path.startswith(outside) or "/__pycache__" in path or path.endswith((".so", ".pyc")):
            continue
        if os.path.isabs(path) and not path.startswith((home, str(world.root.project))):
            continue
        if os.path.isabs(path):
            assert path in names or not os.path.exists(path), path
        else:
            assert any(one.endswith(f"/{path}") for one in names), path
    assert len(names) > 20
