"""`exito-tui layouts`: which names are known, and how a name is read."""

import json
from pathlib import Path

from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root


def test_all_layouts_are_listed_in_their_order(root: Root) -> None:
    lines = run("layouts", "--root", str(root)).stdout.decode().splitlines()
    assert lines[0].split("\t")[:2] == ["canonical", "command"]
    made = as_json(run("layouts", "--json", "--root", str(root)))
    assert made["schema"] == 1 and len(made["layouts"]) == len(lines)
    assert made["shelves"]["archived"] == "completed" and made["shelves"]["backlog"] is None


def test_a_name_is_explained(root: Root) -> None:
    text = run("layouts", "2026-03-04-0915-login form.md", "--root", str(root)).stdout.decode()
    assert "dated (root-file, shelf)" in text and "title: login form\n" in text
    assert "start: 2026-03-04 09:15, to the minute, from local time" in text
    made = as_json(run("layouts", "--json", "20260418_101500_done", "--root", str(root)))
    first = made["readings"][0]
    assert (first["layout"], first["state"], first["precision"]) == ("agents-own", None, "second") or (
        first["layout"], first["state"]) == ("dated-with-state", "completed")  # fmt: skip
    none = run("layouts", "foo", "--root", str(root))
    assert none.returncode == 1 and b"no layout fits" in none.stdout


def test_a_path_is_read_in_the_place_where_it_lies(root: Root) -> None:
    path = "archived/2026/03/2026-03-04-login"
    text = run("layouts", path, "--root", str(root)).stdout.decode()
    assert text.startswith(f"{path}\n  dated (shelf): ")
    assert "state: completed, since it lies in archived/\n" in text
    done = run("layouts", "--json", f"build/{path[-16:]}", path, "foo", "--root", str(root))
    made = json.loads(done.stdout)
    read = [(one["where"], one["state"]) for one in made["readings"]]
    assert read == [("command", None), ("shelf", "completed")]
    assert (done.returncode, made["unread"]) == (1, ["foo"])


def test_a_word_of_ones_own_layout_says_how_a_session_ended(root: Root) -> None:
    settings = Path(root.project) / ".claude" / "exito-tui.toml"
    root.write("2026-04-18@done/notes.md", "# Notes\n", at=1_776_500_000)
    states = {one["state"] for one in as_json(run("ls", "--json", "--root", str(root)))["sessions"]}
    assert states == set() or states == {"unknown"}
    settings.write_text(
        '[[layouts]]\nname = "mine"\nin = ["root-folder"]\npattern = "{date}@{state}"\n'
    )
    (one,) = as_json(run("ls", "--json", "--root", str(root)))["sessions"]
    assert (one["state"], one["reason"]) == ("completed", "Its name says so.")


def test_layouts_of_the_settings_hold_everywhere_and_a_broken_one_is_named(root: Root) -> None:
    settings = Path(root.project) / ".claude" / "exito-tui.toml"
    settings.write_text(
        '[[layouts]]\nname = "sprint"\nin = ["root-folder"]\npattern = "sprint-{number}-{date}"\n'
    )
    root.write("sprint-7-2026-04-18/plan.md")
    (one,) = as_json(run("ls", "--json", "--root", str(root)))["sessions"]
    assert (one["shape"], one["started_at"][:10]) == ("dated", "2026-04-18")
    listed = run("layouts", "--root", str(root)).stdout.decode().splitlines()
    assert listed[0].startswith("sprint\t") and listed[0].endswith("settings")
    settings.write_text('[[layouts]]\nname = "x"\nin = ["root-folder"]\npattern = "{when}"\n')
    done = run("ls", "--root", str(root))
    assert done.returncode == 0
    assert b"1.pattern" in done.stderr and b"it does not count" in done.stderr
    assert json.loads(run("ls", "--json", "--root", str(root)).stdout)["sessions"][0]["key"]


def test_names_that_no_layout_reads_are_known_all_the_same(root: Root) -> None:
    names = (
        ".current-session",
        ".pins.json",
        ".trash",
        ".archive",
        "plan.md~",
        "research/queues.md",
    )
    done = run("layouts", *names, "--root", str(root))
    assert done.returncode == 0 and b"no layout fits" not in done.stdout
    assert b".current-session names the current session, which is marked" in done.stdout
    assert b"research/queues.md is a file of the session research/queues\n" in done.stdout
    made = as_json(run("layouts", "--json", *names, "--root", str(root)))
    assert sorted(made["others"]) == sorted(names) and made["unread"] == []


def test_a_file_of_a_review_gives_the_review_no_title(root: Root) -> None:
    text = run("layouts", "pr_reviews/pr_41_context.md", "--root", str(root)).stdout.decode()
    assert "is a file of the session pr_reviews/pr_41\n" in text and "title" not in text
    assert "pull-request (flat): pr_{number}_{slug}" in text


def test_what_lies_on_a_shelf_is_a_session_as_ls_has_it(root: Root) -> None:
    on_shelves = (
        "active/fix-login", "completed/x", "done/y.md", "Backlog/z", "archived/2025/10/old",
        "archived/2025/10/12", "auth/done/w",
    )  # fmt: skip
    on_none = (
        "archived/2025", "active/README.md", "active/fix-login/plan.md", "planning/P-001-pricing",
        "build/done/x", "active/done/x", "2026-04-18-menu/done/x", "auth/done",
    )  # fmt: skip
    for path in (*on_shelves, *on_none):
        if path.endswith(".md"):
            root.write(path, "# Notes\n")
        else:
            root.folder(path)
    sessions = {
        one["key"]: one for one in as_json(run("ls", "--json", "--root", str(root)))["sessions"]
    }
    assert {key for key, one in sessions.items() if one["shape"] == "shelved"} == {
        *on_shelves, "active/done",
    }  # fmt: skip
    done = run("layouts", "--json", *on_shelves, *on_none, "--root", str(root))
    others = json.loads(done.stdout)["others"]
    assert {key for key, words in others.items() if "on the shelf" in words} == set(on_shelves)
    own = {key for key, words in others.items() if "its own name" in words}
    assert own == {"planning/P-001-pricing"} <= sessions.keys()


def test_the_example_of_the_readme_works_as_typed(root: Root) -> None:
    done = run(
        "layouts",
        "2026-03-04-0915-login.md",
        "active/fix-login",
        "completed/x",
        "--root",
        str(root),
    )
    text = done.stdout.decode()
    assert done.returncode == 0 and "no layout fits" not in text
    assert "active/fix-login is a session without a time, on the shelf active/" in text
    assert "shelf completed/, which says that it is completed\n" in text
