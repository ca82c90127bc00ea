"""`trash` and `log`: what is in the trash, and what was done."""

import json
import os
import subprocess

from tests.cli.commands.support import KEY, OLD, out
from tests.cli.test_cli import as_json
from tests.programs import COMMAND, environment_of, run
from tests.support import Root


def test_the_trash_and_the_log_in_every_form(filled: Root) -> None:
    assert (
        out(filled, "trash") == ("", "exito-tui: the trash is empty\n")
        or out(filled, "trash")[0] == ""
    )
    out(filled, "rm", KEY)
    made = as_json(run("trash", "--json", "--root", str(filled)))
    (entry,) = made["entries"]
    assert (entry["what"], entry["action"], entry["files"], entry["size_bytes"]) == (
        KEY,
        "rm",
        1,
        4,
    )
    assert (filled.path / entry["payload"] / "context.md").exists()
    assert out(filled, "trash")[0].split("\t")[4] == f"{KEY}\n"
    out(filled, "undo")
    log = as_json(run("log", "--json", "--root", str(filled)))["deeds"]
    assert [operation["action"] for operation in log] == ["undo", "rm"] and log[0]["undoes"] == log[
        1
    ]["id"]
    assert [line.split("\t")[2] for line in out(filled, "log")[0].splitlines()] == ["undo", "rm"]


def test_hostile_names_are_shown_and_not_obeyed(root: Root) -> None:
    name = "build_\x1b]0;x\x07[red]_20250101_100000"
    root.write(f"build/{name}/plan.md", "x\n", at=OLD)
    for command in (("rm", "latest"), ("trash",), ("log",), ("undo",)):
        said, error = out(root, *command)
        assert "\x1b" not in said + error and "\x07" not in said + error
    assert (
        json.loads(run("log", "--json", "--root", str(root)).stdout)["deeds"][0]["units"][0]["what"]
        == f"build/{name}"
    )


def test_a_log_whose_reader_went_away(filled: Root) -> None:
    for _ in range(3):
        out(filled, "rm", KEY)
        out(filled, "undo")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "log", "--root", str(filled)], stdout=writing, stderr=subprocess.PIPE,
        env=environment_of(), check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
