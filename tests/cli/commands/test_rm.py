"""`rm`: to the trash, and how to take it back."""

import os
import shutil
from pathlib import Path

from tests.cli.commands.support import KEY, OLD, OTHER, keys, out
from tests.programs import run
from tests.support import Root


def test_rm_asks_nothing_and_says_how_to_undo_it(filled: Root) -> None:
    said, error = out(filled, "rm", KEY, "pr_7")
    assert [line.split("\t")[0] for line in said.splitlines()] == [KEY, "pr_reviews/pr_7"]
    assert (
        f"2 sessions moved to the trash (8 B); `exito-tui undo --root {filled}` takes it back"
        in error
    )
    assert keys(filled) == {OTHER}
    assert "undone: rm of 2 sessions" in out(filled, "undo")[1]
    assert keys(filled) == {KEY, OTHER, "pr_reviews/pr_7"}
    assert "there is nothing to undo" in out(filled, "undo", code=1)[1]


def test_rm_refuses_what_is_active_unless_it_is_named_alone(filled: Root) -> None:
    filled.write(f"{KEY}/context.md", "now\n")
    said, error = out(filled, "rm", KEY, OTHER, code=1)
    assert said.split("\t")[0] == OTHER and f"{KEY}: it was written" in error
    assert (
        "--force is for one session alone" in out(filled, "rm", "--force", KEY, "pr_7", code=2)[1]
    )
    assert out(filled, "rm", "--force", KEY)[0].startswith(KEY)


def test_rm_of_what_is_not_there(filled: Root) -> None:
    assert "no session is called 'nothing'" in out(filled, "rm", "nothing", code=1)[1]
    assert keys(filled) == {KEY, OTHER, "pr_reviews/pr_7"}, "nothing goes when one name is wrong"
    assert "there is no session" not in out(filled, "rm", KEY + "/")[1]


def test_what_lies_in_the_trash_is_not_called_unknown(filled: Root) -> None:
    out(filled, "rm", KEY)
    for command, name in (("rm", KEY), ("show", KEY.rpartition("/")[2]), ("pin", KEY[:-4])):
        error = out(filled, command, name, code=1)[1]
        assert f"{KEY} lies in the trash; `exito-tui restore {KEY}` brings it back" in error
    out(filled, "rm", OTHER)
    filled.write("build/build_20250101_110000/plan.md", "x", at=OLD)
    out(filled, "rm", "build/build_20250101_110000")
    assert "may be any of 2 in the trash" in out(filled, "rm", "build_2025", code=1)[1]
    out(filled, "restore", KEY)
    assert KEY in keys(filled)
    assert "no session is called" in out(filled, "rm", "nothing", code=1)[1]


def test_a_linked_root_and_slashes_at_the_end(filled: Root, tmp_path: Path) -> None:
    os.symlink(filled.path, tmp_path / "link")
    os.rename(filled.path / "build", tmp_path / "elsewhere")
    for key in (f"{OTHER}/", "pr_reviews/pr_7/"):
        run("rm", "--root", f"{tmp_path}/link/", key)
    assert os.listdir(filled.path / "patch") == [] and os.listdir(filled.path / "pr_reviews") == []
    done = run("undo", "--root", f"{tmp_path}/link/")
    assert done.returncode == 0, done
    shutil.copytree(filled.path, tmp_path / "bare")
    run("rm", "--root", str(tmp_path / "bare"), "pr_7")
    assert run("undo", "--root", str(tmp_path / "bare")).returncode == 0, (
        "a root whose sessions are all in its trash"
    )
    assert (tmp_path / "bare" / "pr_reviews" / "pr_7_context.md").exists()


def test_a_failing_disk_is_an_error_in_words(filled: Root) -> None:
    (filled.path / ".trash").write_text("in the way")
    error = out(filled, "rm", KEY, code=1)[1]
    assert "is a file or a link, not a folder; move it away" in error and "Traceback" not in error


def test_what_latest_stands_for_is_always_said_and_a_script_goes_on(filled: Root) -> None:
    error = out(filled, "rm", "latest:build")[1]
    assert f"latest:build is {KEY}" in error and "1 session moved to the trash" in error
    assert "did you mean patch?" in out(filled, "rm", "latest:pacth", code=1)[1]


def test_a_slip_in_a_sessions_name_is_answered_with_the_one_that_was_meant(filled: Root) -> None:
    slip = KEY.replace("build_", "biuld_")
    assert f"did you mean {KEY}?\n" in out(filled, "rm", slip, code=1)[1]
    slip = OTHER.rpartition("/")[2].replace("patch_", "pathc_")
    assert "did you mean patch_20250102_100000?" in out(filled, "pin", slip, code=1)[1]


def test_what_keeps_a_session_is_told_with_the_way_round_it(filled: Root) -> None:
    filled.write(f"{KEY}/context.md", "now\n")
    assert "with --force it is done all the same" in out(filled, "rm", KEY, code=1)[1]
    assert "with --force" not in out(filled, "rm", OTHER)[1]
