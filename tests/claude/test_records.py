"""What is found of one project: its conversations and no others, its agents, and how they stand."""

import os
import time
from pathlib import Path

import pytest

from exito_tui.claude import records as module
from exito_tui.claude.folders import slug
from exito_tui.claude.records import Records
from exito_tui.domain.records.conversation import Agent, Conversation
from tests.claude.records_builder import ClaudeFolder, Talk
from tests.support import Root

PLACE = "build/build_20251106_153045"


def looked(claude: ClaudeFolder, project: Path | str = "", since_ns: int = 0) -> Records:
    made = Records(str(claude.path), str(project or claude.project))
    assert made.look(since_ns)
    return made


def found(claude: ClaudeFolder, project: Path | str = "") -> list[str]:
    return sorted(one.id for one in looked(claude, project).conversations())


def only(claude: ClaudeFolder) -> Conversation:
    (one,) = looked(claude).conversations()
    return one


def agent_of(claude: ClaudeFolder) -> Agent:
    (agent,) = only(claude).agents
    return agent


# ── which conversations ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/dev/my_shop.v2 é~x", "-home-dev-my-shop-v2---x"),
        ("/a/😀b", "-a---b"),
        ("/", "-"),
        ("/" + "a" * 199, "-" + "a" * 199),
        ("/" + "a" * 250, "-" + "a" * 199),
    ],
)
def test_the_slug_of_a_path(path: str, name: str) -> None:
    assert slug(path) == name


def test_a_long_path_is_found_by_what_its_name_begins_with(tmp_path: Path) -> None:
    project = tmp_path / ("long" * 30) / ("name" * 30)
    claude = ClaudeFolder(tmp_path / "c", project)
    talk = claude.talk()
    talk.says("hello")
    talk.path.parent.rename(talk.path.parent.parent / f"{slug(str(project))}-a1b2c3")
    assert found(claude) == [talk.id]


def test_a_name_that_fits_is_confirmed_by_what_is_inside(claude: ClaudeFolder) -> None:
    """`/p/my.shop` and `/p/my-shop` share a folder, and `/p/my-shop-old` looks like one inside."""
    own = claude.talk()
    own.says("hello")
    stranger = claude.talk(cwd=f"{claude.project}.old")
    stranger.says("hello")
    twin = claude.talk(cwd=str(claude.project).replace("project", "pro.ject"))
    twin.says("hello")
    silent = claude.talk()
    silent.put({"type": "mode", "mode": "normal"})
    assert found(claude) == [own.id]


def test_of_a_neighbours_transcript_just_the_beginning_is_read(
    claude: ClaudeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PROBE", 4096)
    talk = claude.talk(cwd=f"{claude.project}-old")
    talk.says("hello")
    agent = talk.launches("investigator", PLACE)
    for _ in range(40):
        talk.answers("x" * 1000)
    made = looked(claude)
    (files,) = made._conversations.values()
    assert files.lead._read_to <= 4096 and agent.id not in files._agents
    version = made.version
    talk.answers("more")
    assert made.look() and made.version == version


def test_a_subfolder_is_the_projects_unless_it_has_sessions_of_its_own(
    claude: ClaudeFolder, root: Root
) -> None:
    part = root.project / "packages" / "pay"
    part.mkdir(parents=True)
    talk = claude.talk(cwd=part)
    talk.says("hello")
    assert found(claude) == found(claude, part) == [talk.id]
    (part / ".claude" / "sessions").mkdir(parents=True)
    assert found(claude) == []
    assert found(claude, part) == [talk.id]


def test_a_work_tree_is_a_project_of_its_own(claude: ClaudeFolder, root: Root) -> None:
    tree = root.project / ".claude" / "worktrees" / "coupons"
    tree.mkdir(parents=True)
    talk = claude.talk(cwd=tree)
    talk.command()
    claude.register(talk, "busy")
    assert found(claude) == [] and looked(claude).processes == []
    assert found(claude, tree) == [talk.id]
    assert [one.conversation for one in looked(claude, tree).processes] == [talk.id]


def test_a_project_by_the_name_of_a_link(claude: ClaudeFolder, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(claude.project)
    real = claude.talk()
    real.says("hello")
    linked = claude.talk(cwd=tmp_path / "link")
    linked.says("hello")
    assert found(claude, tmp_path / "link") == sorted([real.id, linked.id])
    assert found(claude) == [real.id]


def test_other_files_are_no_transcripts(claude: ClaudeFolder) -> None:
    talk = claude.talk()
    talk.says("hello")
    folder = talk.path.parent
    (folder / "memory").mkdir()
    (folder / "notes.jsonl").write_text("{}")
    (folder / f"{talk.id}.jsonl.bak").write_text("{}")
    os.mkfifo(folder / "0badcafe-0000-4000-8000-000000000009.jsonl")
    (folder / "0badcafe-0000-4000-8000-000000000008.jsonl").symlink_to(talk.path)
    (folder / "0badcafe-0000-4000-8000-000000000007.jsonl").mkdir()
    assert found(claude) == [talk.id]


def test_old_conversations_are_left_out_unless_they_live(claude: ClaudeFolder) -> None:
    old, living, new = (claude.talk(ago=ago) for ago in (9e5, 9e5, 60))
    for talk in (old, living, new):
        talk.says("hello")
    claude.register(living)
    since_ns = int((time.time() - 86_400) * 1e9)
    ids = {one.id for one in looked(claude, since_ns=since_ns).conversations()}
    assert ids == {living.id, new.id}


def test_no_folder_at_all(tmp_path: Path) -> None:
    made = Records(str(tmp_path / "none"), str(tmp_path))
    assert made.look() and made.conversations() == [] and made.folders() == []


# ── what an agent is ──────────────────────────────────────────────────────────────────────────────


def test_an_agent_that_lives(claude: ClaudeFolder) -> None:
    talk = claude.talk()
    agent = talk.launches("investigator", PLACE)
    agent.does("Read", file_path="pay/ledger.py")
    claude.register(talk, "busy")
    one = agent_of(claude)
    assert (one.id, one.type, one.task, one.state) == (
        agent.id,
        "investigator",
        agent.task,
        "running",
    )
    assert (one.calls, str(one.last), one.open_call, one.ended_ns) == (
        1,
        "Read pay/ledger.py",
        None,
        None,
    )
    assert {PLACE, PLACE.partition("/")[2]} <= one.places and one.path == str(agent.path)


def test_the_ways_in_which_an_agent_ends(claude: ClaudeFolder) -> None:
    talk = claude.talk()
    told = talk.launches("investigator", PLACE)
    told.comes_back()
    quiet = talk.launches("architect", PLACE)
    quiet.comes_back(told=False)
    call = talk.launches("builder", PLACE, background=False)
    talk.returns(call.call_id, toolUseResult={"status": "completed", "agentId": call.id})
    stopped = talk.launches("validator", PLACE)
    stopped.is_stopped_by_user()
    at_work = talk.launches("auditor", PLACE)
    claude.register(talk, "busy")
    states = {one.type: one.state for one in only(claude).agents}
    assert states == {
        "investigator": "finished", "architect": "finished", "builder": "finished",
        "validator": "stopped", "auditor": "running",
    }  # fmt: skip
    assert all(one.ended_ns for one in only(claude).agents if one.state != "running")
    claude.register(talk, "busy", procStart="1")
    assert {one.id: one.state for one in only(claude).agents}[at_work.id] == "lost"


def test_one_that_the_user_stopped_without_a_word_beside_it(claude: ClaudeFolder) -> None:
    talk = claude.talk()
    agent = talk.launches("investigator", PLACE)
    agent.is_stopped_by_user()
    agent.path.with_suffix(".meta.json").unlink()
    assert agent_of(claude).state == "stopped"


def test_a_nested_agent_is_told_of_by_its_parent(claude: ClaudeFolder) -> None:
    talk = claude.talk()
    parent = talk.launches("investigator", PLACE)
    child = parent.launches("Explore", brief="look")
    os.replace(child.path, parent.path.parent / child.path.name)  # all lie in one folder
    child.path = parent.path.parent / child.path.name
    child.meta(parentAgentId=parent.id, spawnDepth=2)
    parent.hears(child)
    claude.register(talk, "busy")
    by_type = {one.type: one for one in only(claude).agents}
    assert by_type["Explore"].parent == parent.id and by_type["Explore"].state == "finished"
    assert by_type["investigator"].state == "running"


def test_copies_of_what_stands_beside_agents_are_no_agents(claude: ClaudeFolder) -> None:
    """After /clear the new conversation has these of the old one's agents."""
    talk = claude.talk()
    talk.says("hello")
    folder = talk.path.with_suffix("") / "subagents"
    folder.mkdir(parents=True)
    (folder / "agent-a1.meta.json").write_text('{"agentType": "exito:builder", "finished": true}')
    assert only(claude).agents == ()


def test_an_agent_is_lost_when_its_process_started_after_its_last_sign(
    claude: ClaudeFolder,
) -> None:
    talk = claude.talk(ago=600)
    talk.launches("investigator", PLACE).does("Read", file_path="x")
    claude.register(talk, started=900)
    assert agent_of(claude).state == "running"
    claude.register(talk, started=60)
    assert agent_of(claude).state == "lost"


def test_what_is_unregistered_is_dead_only_where_it_would_be_registered(
    claude: ClaudeFolder,
) -> None:
    talk = claude.talk()
    talk.launches("investigator", PLACE)
    assert only(claude).registers and agent_of(claude).state == "lost"
    old = talk.path.read_text().replace("2.1.332", "2.1.12")
    for path in (talk.path, *talk.path.with_suffix("").rglob("*.jsonl")):
        path.write_text(path.read_text().replace("2.1.332", "2.1.12"))
    claude.registry()
    assert old and not only(claude).registers and agent_of(claude).state == "running"


def test_where_nothing_says_the_version_the_folder_of_the_registry_tells(
    claude: ClaudeFolder,
) -> None:
    talk = claude.talk()
    talk.says("hello")
    talk.path.write_text(talk.path.read_text().replace("2.1.332", "?"))
    assert not only(claude).registers
    claude.registry()
    assert only(claude).registers


@pytest.mark.parametrize(
    "meta", ["[]", "{", "[" * 50_000, "null", '{"agentType": 7, "finished": "yes", "model": []}']
)
def test_what_stands_beside_an_agent_may_be_anything(claude: ClaudeFolder, meta: str) -> None:
    talk = claude.talk()
    agent = talk.launches("investigator", PLACE)
    agent.path.with_suffix(".meta.json").write_text(meta)
    claude.register(talk, "busy")
    assert (agent_of(claude).type, agent_of(claude).state) == ("investigator", "running")


# ── how much is looked at ─────────────────────────────────────────────────────────────────────────


class Opened:
    """The files that are opened or asked after meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []
        for name in ("open", "stat"):
            real = getattr(os, name)

            def watched(
                path: object, *args: object, _real: object = real, **more: object
            ) -> object:
                self.paths.append(str(path))
                return _real(path, *args, **more)  # type: ignore[operator]

            monkeypatch.setattr(os, name, watched)

    def below(self, folder: Path) -> list[str]:
        return [path for path in self.paths if path.startswith(f"{folder}/")]


def test_the_agents_of_a_conversation_that_is_over_are_not_looked_at_again(
    claude: ClaudeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, living = claude.talk(ago=900), claude.talk()
    for talk in (over, living):
        for _ in range(3):
            talk.launches("investigator", PLACE).comes_back()
    claude.register(living, "busy")
    made = looked(claude)
    made.look()
    opened = Opened(monkeypatch)
    made.look()
    agents = over.path.with_suffix("") / "subagents"
    assert opened.below(agents) == []
    assert opened.below(living.path.with_suffix("") / "subagents")
    over.says("go on")
    over.launches("builder", PLACE)
    made.look()
    assert opened.below(agents), "but when it goes on"
    assert len({one.id: one for one in made.conversations()}[over.id].agents) == 4


def test_the_last_words_of_a_process_that_just_ended_are_read(claude: ClaudeFolder) -> None:
    talk = claude.talk()
    agent = talk.launches("investigator", PLACE)
    entry = claude.register(talk, "busy")
    made = looked(claude)
    agent.answers("last words")
    entry.unlink()
    made.look()
    (one,) = made.conversations()
    assert one.agents[0].said == "last words"


def test_nothing_new_makes_no_new_version_and_no_new_objects(claude: ClaudeFolder) -> None:
    first, second = claude.talk(), claude.talk()
    for talk in (first, second):
        talk.launches("investigator", PLACE)
    claude.register(first, "busy")
    made = looked(claude)
    version = made.version
    before = {one.id: one for one in made.conversations()}
    assert made.look() and made.version == version
    second.says("more")
    assert made.look() and made.version == version + 1
    after = {one.id: one for one in made.conversations()}
    assert after[first.id] is before[first.id] and after[second.id] is not before[second.id]


def test_what_is_read_at_once_is_bounded_and_the_living_come_first(claude: ClaudeFolder) -> None:
    late, living = claude.talk(ago=10), claude.talk(ago=900)
    for talk in (late, living):
        talk.says("hello")
        talk.answers("x" * 10_000)
        talk.launches("investigator", PLACE).answers("y" * 10_000)
    claude.register(living, "busy")
    made = Records(str(claude.path), str(claude.project))
    assert not made.look(0, 4000)
    assert [one.id for one in made.conversations()] == [living.id]
    for _ in range(100):
        if made.look(0, 4000):
            break
    assert {one.id for one in made.conversations()} == {late.id, living.id}
    assert [len(one.agents) for one in made.conversations()] == [1, 1]
    assert {one.agents[0].said for one in made.conversations()} == {"y" * 300}


def test_the_folders_to_watch(claude: ClaudeFolder) -> None:
    living, over = claude.talk(), claude.talk()
    stranger = claude.talk(cwd=f"{claude.project}-old")
    for talk in (living, over, stranger):
        talk.launches("investigator", PLACE)
    claude.register(living, "busy")
    assert looked(claude).folders() == [
        str(claude.path / "sessions"),
        str(living.path.parent),
        str(living.path.with_suffix("") / "subagents"),
    ]


def test_a_transcript_that_goes_leaves_what_it_told(claude: ClaudeFolder) -> None:
    talk: Talk = claude.talk()
    talk.says("hello")
    made = looked(claude)
    talk.path.unlink()
    made.look()
    assert [one.id for one in made.conversations()] == [talk.id]
