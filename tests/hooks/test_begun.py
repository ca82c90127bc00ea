"""A command that asks for its folder gets the one that the hook made for this run, once."""

from pathlib import Path
from threading import Barrier, Thread

import pytest

from exito_tui.hooks.begun import take_begun_folder
from exito_tui.hooks.folders import NewFolder, RunFacts, new_folder

ID = "3f2a0000-1111-2222-3333-444455556666"


@pytest.fixture
def project(tmp_path: Path) -> str:
    made = tmp_path / "shop"
    made.mkdir()
    return str(made.resolve())


def begun(project: str, conversation: str = ID, *, by_hook: bool = True) -> NewFolder:
    facts = RunFacts("Add a coupon", conversation, by_hook=by_hook)
    return new_folder(project, "exito:build", facts, 1e9)


def test_the_folder_of_this_run_is_handed_out_once(project: str) -> None:
    made = begun(project)
    assert take_begun_folder(project, "build", ID) == made
    assert take_begun_folder(project, "build", ID) is None


def test_a_folder_of_another_kind_stays_whose_it_is(project: str) -> None:
    begun(project)
    assert take_begun_folder(project, "craft", ID) is None
    assert take_begun_folder(project, "build", "another") is None
    assert take_begun_folder(project, "build", "") is None
    made = begun(project)
    Path(made.path, "context.md").write_text("# Context\n")
    assert take_begun_folder(project, "build", ID) is None


def test_a_folder_that_no_hook_made_is_not_handed_out(project: str) -> None:
    begun(project, by_hook=False)
    assert take_begun_folder(project, "build", ID) is None


def test_of_many_that_ask_at_once_one_has_it(project: str) -> None:
    begun(project)
    start = Barrier(8)
    found: list[NewFolder | None] = []

    def ask() -> None:
        start.wait()
        found.append(take_begun_folder(project, "build", ID))

    threads = [Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 8 and sum(one is not None for one in found) == 1
