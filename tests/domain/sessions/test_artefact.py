"""One file of a session: what kind it is, and its place among the others."""

import os
import stat

import pytest

from exito_tui.domain.sessions.artefact import artefacts_in_order, kind_of
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.workflows.file_roles import label, rank
from exito_tui.domain.workflows.reader import builtin


def status(size: int = 1, modified: int = 0, mode: int = stat.S_IFREG) -> os.stat_result:
    seconds = modified // SECOND_NS
    return os.stat_result(
        (mode, 1, 1, 1, 0, 0, size, seconds, seconds, seconds),
        {"st_mtime_ns": modified, "st_atime_ns": modified, "st_ctime_ns": modified},
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [("plan.md", "markdown"), ("x.JSON", "json"), (".agent_log", "agent_log"), ("sub/.agent_log", "agent_log"),
     ("screenshot-1.png", "image"), ("x.zip", "binary"), ("run.sh", "text"), ("README", "text"), ("", "text")],
)  # fmt: skip
def test_the_kind_of_a_regular_file(name: str, kind: str) -> None:
    assert kind_of(name, stat.S_IFREG | 0o644) == kind


@pytest.mark.parametrize(
    ("mode", "kind"), [(stat.S_IFLNK, "symlink"), (stat.S_IFIFO, "special"), (stat.S_IFSOCK, "special"), (stat.S_IFCHR, "special")]
)  # fmt: skip
def test_the_kind_of_other_files(mode: int, kind: str) -> None:
    assert kind_of("plan.md", mode) == kind


def test_artefacts_stand_in_workflow_order_then_by_time() -> None:
    names = [
        ".write_test",
        "late.md",
        "early.md",
        "review.md",
        "plan.md",
        "audit_security.md",
        "context.md",
        "test_report.md",
    ]
    found = [(name, status(modified=-at * SECOND_NS)) for at, name in enumerate(names)]
    assert [one.name for one in artefacts_in_order(found)] == [
        "context.md", "plan.md", "test_report.md", "audit_security.md", "review.md", "early.md", "late.md", ".write_test",
    ]  # fmt: skip


@pytest.mark.parametrize("command", builtin())
def test_every_commands_files_are_in_the_order_of_the_workflow(command: str) -> None:
    places = [rank(name) for name in builtin()[command].files]
    assert places == sorted(places)
    assert len(set(places)) == len(places) or "pr_" in builtin()[command].files[0]


def test_the_parts_of_a_pull_request_have_their_order() -> None:
    names = [
        "pr_7_final_review.md",
        "pr_7_security-scanner_report.md",
        "pr_7_context.md",
        "pr_7_business-validator_report.md",
    ]
    assert sorted(names, key=rank) == [
        "pr_7_context.md", "pr_7_business-validator_report.md", "pr_7_security-scanner_report.md", "pr_7_final_review.md",
    ]  # fmt: skip


def test_labels_are_short_and_names_without_one_stay() -> None:
    assert label("test_report.md") == "test"
    assert label("context.md") == "context"
    assert label(".agent_log") == ".agent_log"
