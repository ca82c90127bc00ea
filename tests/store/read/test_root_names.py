"""Which sessions the names in a root stand for: the layouts of public repositories in small."""

import shlex
from pathlib import Path

import pytest

from exito_tui.domain.doctor.checks import examine
from exito_tui.domain.doctor.finding import Survey
from exito_tui.domain.sessions.list_rows import in_order
from exito_tui.domain.sessions.lookup import find_session
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import UnfitArchiveError
from exito_tui.store.live.session_index import SessionIndex
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import read_session, scan, scan_names
from exito_tui.store.trash.targets import capture_targets
from tests.support import NOW_NS, Root

ENDED = "# A\n\n**Ended:** 11:40\n"


def keys(root: Root) -> list[str]:
    return [one.key for one in in_order(scan(str(root)).sessions.values(), "started")]


def findings(root: Root) -> list[tuple[str, str]]:
    snapshot, judge = examined(scan(str(root)), Judge(), every=True)
    return [(one.code, one.place) for one in examine(snapshot, Survey(), judge, NOW_NS)]


def states(root: Root) -> dict[str, str]:
    snapshot, judge = examined(scan(str(root)), Judge())
    return {key: judge.verdict(one, NOW_NS).state for key, one in snapshot.sessions.items()}


@pytest.fixture
def dated_files(root: Root) -> Root:
    root.write("2026-03-04-0915-login form.md", ENDED)
    root.write("2026-03-05-1810.md", "# B\n")
    root.write("2026-03-02-fix-tests.md", "Status: Completed\n")
    root.write("2026-03-06-0800-search.md", "# D\n", at=NOW_NS // 10**9 - 600)
    root.write(".current-session", "2026-03-06-0800-search.md")
    for about in ("README.md", "TEMPLATE.md", ".gitkeep", "latest.md"):
        root.write(about)
    return root


def test_a_dated_file_in_the_root_is_a_session(dated_files: Root) -> None:
    assert keys(dated_files) == [
        "2026-03-06-0800-search.md", "2026-03-05-1810.md", "2026-03-04-0915-login form.md",
        "2026-03-02-fix-tests.md",
    ]  # fmt: skip
    snapshot = scan(str(dated_files))
    one = snapshot.sessions["2026-03-04-0915-login form.md"]
    assert (one.command, one.shape, one.form, title_of(one)) == (
        "sessions",
        "dated",
        "file",
        ("login form", "name"),
    )
    assert one.path == f"{dated_files}/2026-03-04-0915-login form.md" and one.folder == ""
    assert {note.name for note in snapshot.notes} == {"README.md", "TEMPLATE.md", "latest.md"}
    assert findings(dated_files) == []


def test_the_pointer_marks_the_current_one(dated_files: Root) -> None:
    assert states(dated_files) == {
        "2026-03-06-0800-search.md": "running", "2026-03-05-1810.md": "unknown",
        "2026-03-04-0915-login form.md": "completed", "2026-03-02-fix-tests.md": "completed",
    }  # fmt: skip
    for pointer in (
        "2026-03-05-1810",
        ".claude/sessions/2026-03-05-1810.md\n",
        '"2026-03-05-1810.md"',
    ):
        dated_files.write(".current-session", pointer)
        sessions = scan(str(dated_files)).sessions
        assert [key for key, one in sessions.items() if one.is_current] == ["2026-03-05-1810.md"]
    for pointer in ("", "gone.md", "\0\xff", "../../etc/passwd", "x" * 10_000):
        dated_files.write(".current-session", pointer)
        assert not any(one.is_current for one in scan(str(dated_files)).sessions.values())


def test_a_note_that_the_pointer_names_is_a_session(root: Root) -> None:
    root.write("handover.md")
    root.write("other.md")
    root.write(".current-session", "handover.md")
    snapshot = scan(str(root))
    assert [one.is_current for one in snapshot.sessions.values()] == [True]
    assert [note.name for note in snapshot.notes] == ["other.md"]


def test_a_dated_folder_is_a_session_with_all_that_is_in_it(root: Root) -> None:
    for name in ("2026-04-18-menu-redesign", "2026-04-09-mobile-fixes"):
        root.write(f"{name}/brief.md")
    for number in ("001", "002"):
        root.write(f"Session-2026-05-12-{number}/notes.md")
        root.write(f"Session-2026-05-12-{number}/drafts/a.md")
    assert keys(root) == [
        "Session-2026-05-12-002", "Session-2026-05-12-001", "2026-04-18-menu-redesign",
        "2026-04-09-mobile-fixes",
    ]  # fmt: skip
    sessions = scan(str(root)).sessions
    assert {one.command for one in sessions.values()} == {"sessions"}
    names = [one.name for one in sessions["Session-2026-05-12-001"].artefacts or ()]
    assert sorted(names) == ["drafts/a.md", "notes.md"]
    assert findings(root) == []


def test_shelves_hold_sessions_and_say_how_they_stand(root: Root) -> None:
    for day in ("04", "05"):
        root.write(f"archive/2026-03-{day}-0900-task.md")
    root.write("archived/2025/10/P-000-old/PDR.md")
    root.write("active/.gitkeep")
    root.write("active/README.md")
    root.write("current/2026-11-20-search/brief.md")
    root.write("completed/2026-10-01-login/brief.md")
    root.write("backlog/items/a.md")
    assert states(root) == {
        "archive/2026-03-04-0900-task.md": "completed", "archive/2026-03-05-0900-task.md": "completed",
        "archived/2025/10/P-000-old": "completed", "current/2026-11-20-search": "unknown",
        "completed/2026-10-01-login": "completed", "backlog/items": "unknown",
    }  # fmt: skip
    assert {one.shape for one in scan(str(root)).sessions.values()} == {"shelved"}
    assert findings(root) == []


def test_groups_of_other_workflows_keep_their_names(root: Root) -> None:
    for name in ("P-001-pricing-model", "017 - Name"):
        root.write(f"planning/{name}/PDR.md")
    root.write("planning/archived/2025/10/P-000-old/PDR.md")
    root.write("planning/.registry.json", "{}")
    root.write("planning/README.md")
    root.write("auth-refactor/notes.md")
    root.write("build/session/context.md")
    root.write("build/plan.md")
    sessions = scan(str(root)).sessions
    assert sorted(sessions) == [
        "auth-refactor", "build", "build/session", "planning/017 - Name",
        "planning/P-001-pricing-model", "planning/archived/2025/10/P-000-old",
    ]  # fmt: skip
    assert title_of(sessions["planning/017 - Name"]) == ("017 - Name", "id")
    assert (
        sessions["auth-refactor"].command == "sessions"
        and sessions["auth-refactor"].form == "folder"
    )
    assert sessions["build"].is_stray
    assert [(code, place) for code, place in findings(root) if code in ("misplaced-output", "reusable-id")] == [
        ("misplaced-output", "build/plan.md"), ("reusable-id", "build/session"),
    ]  # fmt: skip


def test_a_plugins_name_and_another_case_are_the_same_command(root: Root) -> None:
    run = "build_20251106_153045"
    for folder in ("exito:build", "BUILD", "exito/build"):
        root.write(f"{folder}/{run}/context.md", "# Context\n")
        root.write(f"{folder}/{run}/plan.md", "# Plan\n")
    sessions = scan(str(root)).sessions
    assert sorted(sessions) == [f"BUILD/{run}", f"exito/build/{run}", f"exito:build/{run}"]
    assert {(one.command, one.id, one.shape) for one in sessions.values()} == {
        ("build", run, "canonical")
    }
    assert set(states(root).values()) == {"waiting"}


def test_what_nobody_wrote_is_no_artefact_and_makes_no_session(root: Root) -> None:
    session = "patch/patch_20251106_153045"
    root.write(f"{session}/plan.md", at=NOW_NS // 10**9 - 5 * 3600)
    for noise in (".plan.md.swp", ".goutputstream-K3PZ21", "Thumbs.db", "docs/.DS_Store"):
        root.write(f"{session}/{noise}", at=NOW_NS // 10**9)
    root.write("build/.DS_Store")
    root.write(".DS_Store")
    root.write("Thumbs.db")
    snapshot = scan(str(root))
    assert list(snapshot.sessions) == [session] and not snapshot.notes
    one = snapshot.sessions[session]
    assert [artefact.name for artefact in one.artefacts or ()] == ["plan.md"]
    assert one.last_write_ns == NOW_NS - 5 * 3600 * 10**9
    assert states(root) == {session: "stuck"}


def test_a_file_that_icloud_holds_is_said_to_be_elsewhere(root: Root) -> None:
    session = "build/build_20251106_153045"
    root.write(f"{session}/.context.md.icloud", at=NOW_NS // 10**9)
    snapshot, judge = examined(scan(str(root)), Judge())
    one = snapshot.sessions[session]
    assert one.last_write_ns is None
    assert "not on this machine" in judge.verdict(one, NOW_NS).reason


def test_a_link_is_one_row_and_one_finding_and_leads_nowhere(root: Root, tmp_path: Path) -> None:
    (tmp_path / "far" / "build_20251106_153045").mkdir(parents=True)
    (root.path / "build").symlink_to(tmp_path / "far")
    (root.path / "gone").symlink_to(tmp_path / "nowhere")
    snapshot = scan(str(root))
    assert [(one.key, one.form) for one in snapshot.sessions.values()] == [("build", "link")]
    assert [note.kind for note in snapshot.notes] == ["symlink"]
    assert findings(root) == [("linked-folder", "build")]
    root.folder("patch")
    (root.path / "patch" / "patch_20251106_153045").symlink_to(tmp_path / "far")
    link = ("linked-folder", "patch/patch_20251106_153045")
    assert [one for one in findings(root) if one[1] == link[1]] == [link], "its date is possible"
    verdict = Judge().verdict(snapshot.sessions["build"], NOW_NS)
    assert verdict.state == "unknown" and str(tmp_path / "far") in verdict.reason


def test_a_session_of_one_file_is_read_again_and_found_by_any_of_its_names(
    dated_files: Root,
) -> None:
    import os

    snapshot = scan_names(str(dated_files))
    for name in ("2026-03-05-1810.md", "2026-03-05-1810", "2026-03-05"):
        one = find_session([snapshot], name)
        assert one.key == "2026-03-05-1810.md"
    assert find_session([snapshot], "README.md").is_note
    assert find_session([snapshot], "latest").key == "2026-03-06-0800-search.md"
    dated_files.write("2026-03-05-1810.md", "longer than before\n")
    descriptor = os.open(dated_files.path, os.O_RDONLY)
    try:
        assert read_session(descriptor, one_of(snapshot.sessions, "2026-03-05-1810.md")).size == 19
        (dated_files.path / "2026-03-05-1810.md").unlink()
        assert (
            read_session(descriptor, one_of(snapshot.sessions, "2026-03-05-1810.md")).artefacts
            == ()
        )
    finally:
        os.close(descriptor)


def one_of(sessions: object, key: str) -> Session:
    assert isinstance(sessions, dict)
    made = sessions[key]
    assert isinstance(made, Session)
    return made


def test_a_live_index_follows_files_shelves_and_the_pointer(dated_files: Root) -> None:
    index = SessionIndex(scan(str(dated_files)), Judge())
    top = str(dated_files)
    dated_files.append("2026-03-05-1810.md", "more\n")
    index.apply([f"{top}/2026-03-05-1810.md"])
    assert index.snapshot.sessions["2026-03-05-1810.md"].size == len("# B\nmore\n")
    dated_files.write(".current-session", "2026-03-05-1810.md")
    index.apply([f"{top}/.current-session"])
    current = [key for key, one in index.snapshot.sessions.items() if one.is_current]
    assert current == ["2026-03-05-1810.md"]
    dated_files.write("archived/2025/10/2025-10-01-a.md")
    index.relist()
    assert f"{top}/archived/2025/10" in index.folders()
    dated_files.write("archived/2025/10/2025-10-02-b.md")
    index.reconcile([])
    assert "archived/2025/10/2025-10-02-b.md" in index.snapshot.sessions
    (dated_files.path / "2026-03-05-1810.md").unlink()
    index.reconcile(["2026-03-05-1810.md"])
    assert "2026-03-05-1810.md" not in index.snapshot.sessions


def test_layouts_of_the_settings_are_used(root: Root) -> None:
    from exito_tui.domain.sessions.layouts import read_layouts, with_own_layouts

    own = read_layouts(
        [
            {
                "name": "sprint",
                "in": ["root-folder"],
                "pattern": "sprint-{number}-{date}",
                "command": "sprints",
            }
        ],
        "settings",
    )
    root.write("sprint-7-2026-04-18/plan.md")
    snapshot = scan_names(str(root), with_own_layouts(own))
    (one,) = snapshot.sessions.values()
    assert (one.command, one.stamp) == ("sprints", "20260418")
    index = SessionIndex(snapshot, Judge())
    index.relist()
    assert index.snapshot.sessions.keys() == snapshot.sessions.keys()


@pytest.mark.parametrize(
    "key",
    ["2026-03-05-1810.md", "lessons.md", "2026-04-18-menu", "auth", "archived/2025/10/2025-10-01-a.md",
     "archived/2025/10/P-000-old", "active/nodate.md", "planning/P-001-pricing", "exito/build/build_20251106_153045"],
)  # fmt: skip
def test_every_kind_of_session_can_be_archived_and_unpacked(root: Root, key: str) -> None:
    old = NOW_NS // 10**9 - 40 * 86_400
    place = key if key.endswith(".md") else f"{key}/plan.md"
    root.write(place, "# Plan\n", at=old)
    snapshot = scan(str(root))
    session = find_session([snapshot], key)
    assert session.key == key
    outcome = archive(str(root), capture_targets(str(root), [session]), "", ChangeRules())
    assert len(outcome.done) == 1 and not (root.path / place).exists()
    (packed,) = (root.path / ".archive").glob("*.tar.gz")
    back = unarchive(str(root), str(packed))
    assert [item.what for item in back.done] == [key]
    path = root.path / place
    assert path.read_text() == "# Plan\n" and path.stat().st_mtime == old


def test_a_whole_command_is_not_the_archive_of_one_session(root: Root, tmp_path: Path) -> None:
    import tarfile

    root.write("build/build_20251106_153045/plan.md")
    root.write("build/build_20251107_153045/plan.md")
    packed = tmp_path / "build.tar.gz"
    with tarfile.open(packed, "w:gz") as tar:
        tar.add(root.path / "build", arcname="build")
    with pytest.raises(UnfitArchiveError):
        unarchive(str(root), str(packed))


def test_a_link_is_followed_by_no_look_and_stays_in_the_list(root: Root, tmp_path: Path) -> None:
    root.folder("active")
    (root.path / "active" / "lnk").symlink_to(tmp_path)
    root.write("active/2026-03-04-a.md")
    index = SessionIndex(scan_names(str(root)), Judge())
    while index.unread:
        index.read_some(10)
    index.reconcile(list(index.snapshot.sessions))
    assert sorted(index.snapshot.sessions) == ["active/2026-03-04-a.md", "active/lnk"]
    (root.path / "active" / "lnk").unlink()
    index.reconcile(list(index.snapshot.sessions))
    assert sorted(index.snapshot.sessions) == ["active/2026-03-04-a.md"]


def test_a_name_of_a_day_to_come_tells_no_time(root: Root) -> None:
    root.write("2099-01-01-future.md", at=NOW_NS // 10**9 - 90 * 86_400)
    root.write("build/build_20990101_101010/plan.md", at=NOW_NS // 10**9 - 90 * 86_400)
    root.write("2025-11-01-real.md", at=NOW_NS // 10**9 - 86_400)
    snapshot = scan(str(root))
    assert [one.started_ns for key, one in snapshot.sessions.items() if "2099" in key] == [None] * 2
    assert find_session([snapshot], "latest").key == "2025-11-01-real.md"


def test_who_lets_the_current_session_go_is_told_of_the_pointer(dated_files: Root) -> None:
    root = str(dated_files)
    session = find_session([scan(root)], "2026-03-06-0800-search.md")
    rules = ChangeRules(forced=frozenset({session.key}))
    refused = move_to_trash(root, capture_targets(root, [session]))
    assert [why.code for _, why in refused.failed] == ["current"]
    outcome = move_to_trash(root, capture_targets(root, [session]), rules)
    assert [sentence(note) for note in outcome.notes] == [
        ".current-session still names 2026-03-06-0800-search.md, which is not there any more"
    ]


def test_where_a_link_leads_is_shown_as_text_that_does_nothing(root: Root, tmp_path: Path) -> None:
    hostile = "x\n\x1b[31m; rm -rf ~ \udcff"
    (tmp_path / hostile).mkdir()
    (root.path / "build").symlink_to(tmp_path / hostile)
    snapshot, judge = examined(scan(str(root)), Judge())
    (one,) = snapshot.sessions.values()
    assert one.problem.isprintable() and "rm -rf" in one.problem
    (finding,) = examine(snapshot, Survey(), judge, NOW_NS)
    command = finding.remedy.partition("exito-tui ")[2]
    assert len(shlex.split(command)) == 2  # --root, and one path
