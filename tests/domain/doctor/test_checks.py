"""The doctor's findings: on the simulated fleet, which has them all, and where nothing is wrong."""

import os
import time
from pathlib import Path
from typing import get_args

import pytest

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from exito_tui.domain.doctor.finding import KINDS, WEIGHTS, Code, Finding, Move
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.read.root_reader import findings
from exito_tui.store.read.scan import scan
from tests.support import NOW, NOW_NS, Root


def found(root: Root) -> list[Finding]:
    return findings([scan(str(root.path))], Judge(), NOW_NS)


@pytest.fixture
def fleet(root: Root) -> dict[str, list[Finding]]:
    """The findings in the demo's past, by code."""
    put(str(root), past(1, NOW), NOW)
    by_code: dict[str, list[Finding]] = {}
    for finding in found(root):
        by_code.setdefault(finding.code, []).append(finding)
    return by_code


def test_the_demo_has_every_finding(fleet: dict[str, list[Finding]]) -> None:
    assert set(fleet) == {
        "misplaced-output", "unexpanded-variable", "nested-root", "reusable-id", "split-workflow", "wrong-folder",
        "clock-mismatch", "empty-session", "empty-artefact", "leftover-probe", "stale-metadata", "shared-folder",
        "registry-files", "stray-folder",
    }  # fmt: skip
    for one in (one for group in fleet.values() for one in group):
        assert one.place and one.fact and one.cause and one.remedy


def test_what_loses_work_comes_first_and_what_is_only_worth_knowing_last(root: Root) -> None:
    put(str(root), past(1, NOW), NOW)
    ranks = [WEIGHTS.index(one.weight) for one in found(root)]
    assert ranks == sorted(ranks) and set(ranks) == {0, 1, 2}


def test_every_code_has_a_weight_and_a_title_of_its_own() -> None:
    assert set(KINDS) == set(get_args(Code))
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)


def test_misplaced_output_is_sent_to_the_session_that_lacks_it(
    fleet: dict[str, list[Finding]],
) -> None:
    (one,) = fleet["misplaced-output"]
    (move,) = one.moves
    assert one.place == move.source == "patch/test_report.md"
    assert move.target.startswith("patch/patch_20251105_") and move.target.endswith(
        "/test_report.md"
    )
    assert move.target.rpartition("/")[0] in one.remedy


def test_a_split_workflow_names_the_session_that_was_waiting(
    fleet: dict[str, list[Finding]],
) -> None:
    (one,) = fleet["split-workflow"]
    assert one.place.startswith("validator_") and one.moves[0].target.startswith("build/build_")
    assert one.moves[0].target.endswith("/test_report.md")


def test_ids_without_a_time_are_given_one(fleet: dict[str, list[Finding]]) -> None:
    assert fleet["reusable-id"][0].moves == (
        Move("build/session", "build/build_session_20251031_203000"),
    )
    (one,) = fleet["unexpanded-variable"]
    assert one.place == "craft/$SESSION_ID" and one.moves[0].target.startswith(
        "craft/craft_20251103_"
    )


def test_the_others_name_place_and_line(fleet: dict[str, list[Finding]]) -> None:
    assert fleet["nested-root"][0].moves[0].target.endswith("/plan.md")
    assert fleet["wrong-folder"][0].moves[0].target.startswith("patch/patch_")
    assert fleet["stale-metadata"][0].line == 3
    assert fleet["shared-folder"][0].line == 3 and "think_" in fleet["shared-folder"][0].fact
    (registry,) = fleet["registry-files"]
    assert "48213.json" in registry.fact
    assert "root" not in registry.cause, "a project's root may hold them as well as the user's own"


def test_nothing_is_wrong_in_a_clean_root(root: Root) -> None:
    for at, name in enumerate(("context.md", "plan.md")):
        root.write(f"build/build_20251106_200000/{name}", "# x\n", at=NOW - 1700 + at * 60)
    assert found(root) == []


def test_a_folder_of_an_agents_own_that_nobody_waited_for_is_only_named(root: Root) -> None:
    root.write("auditor_20251106_200000/notes.md", "x", at=NOW - 1000)
    (one,) = found(root)
    assert (one.code, one.moves) == ("stray-folder", ())


def test_a_stray_file_that_names_its_session_goes_there(root: Root) -> None:
    root.write("build/build_20251106_190000/context.md", "# x\n", at=NOW - 5000)
    root.write("build/build_20251106_191000/context.md", "# y\n", at=NOW - 4000)
    root.write("build/plan.md", "# Plan\n\n**Session**: build_20251106_190000\n", at=NOW - 3000)
    (one,) = found(root)
    assert one.moves == (Move("build/plan.md", "build/build_20251106_190000/plan.md"),)


def test_what_is_there_already_is_never_the_target_of_a_move(root: Root) -> None:
    root.write("build/build_20251106_190000/plan.md", "# x\n", at=NOW - 5000)
    root.write("build/plan.md", "# Plan\n\nSession: build_20251106_190000\n", at=NOW - 3000)
    root.write(".claude/sessions/build/build_20251106_190000/plan.md", "# other\n", at=NOW - 3000)
    beside = "build/build_20251106_190000/plan-2.md"
    assert {one.code: one.moves for one in found(root)} == {
        "misplaced-output": (),
        "nested-root": (Move(".claude/sessions/build/build_20251106_190000/plan.md", beside),),
    }


def test_hostile_names_and_a_linked_nested_root_do_no_harm(root: Root, tmp_path: Path) -> None:
    root.write("build/\x1b[31m${X}\n/plan.md", "x", at=NOW - 100)
    root.write(b"{a}\xff/b/plan.md", "x", at=NOW - 100)
    os.makedirs(root.path / ".claude")
    os.symlink(tmp_path, root.path / ".claude" / "sessions")
    codes = [one.code for one in found(root)]
    assert codes.count("unexpanded-variable") == 2 and "nested-root" not in codes


def test_a_root_that_is_gone_has_no_findings(tmp_path: Path) -> None:
    assert findings([scan(str(tmp_path / "none"))], Judge(), time.time_ns()) == []


@pytest.mark.parametrize(
    ("pointer", "fact"),
    [
        ("2025-11-01-gone.md\n", "names 2025-11-01-gone.md as the current session, and there is none"),
        ("x" * 3000, f"names {'x' * 79}… as the current session, and there is none"),
        ("2025-11-02-here\n", ""),
        ("\n", ""),
    ],
)  # fmt: skip
def test_a_pointer_that_names_nothing_is_told(root: Root, pointer: str, fact: str) -> None:
    root.write("2025-11-02-here.md", "# x\n", at=NOW - 5000)
    root.write(".current-session", pointer)
    told = [(one.place, one.fact) for one in found(root) if one.code == "stale-metadata"]
    assert told == ([(".current-session", fact)] if fact else [])


@pytest.mark.parametrize(
    "key",
    [
        "build/session",
        "build/$SESSION_ID",
        "validator_20251101_200000",
        "tasks/patch_20251101_200000",
    ],
)
def test_of_a_session_without_files_nothing_else_is_found(root: Root, key: str) -> None:
    """Whatever its name is, it can only go."""
    root.folder(key)
    assert [(one.code, one.place) for one in found(root)] == [("empty-session", key)]


def test_what_several_files_of_a_session_show_is_told_once(root: Root) -> None:
    key, other = "build/build_20251106_190000", "build_20251106_180000"
    for at, name in enumerate(("context.md", "plan.md")):
        root.write(f"{key}/{name}", f"# It\n\n**Session ID**: {other}\n", at=NOW - 4000 + 60 * at)
    (one,) = found(root)
    assert (one.code, one.place, one.line) == ("shared-folder", key, 0)
    assert one.fact == f"the headers of context.md, plan.md name another session: {other}"
    for at, name in enumerate(("context.md", "plan.md")):
        root.write(f"{key}/{name}", "", at=NOW - 4000 + 60 * at)
    (one,) = found(root)
    assert (one.code, one.place) == ("empty-artefact", key)
    assert one.fact == "2 files are empty: context.md, plan.md"
