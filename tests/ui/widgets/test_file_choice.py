"""Which file of a session is read, without a widget."""

from exito_tui.ui.widgets.file_choice import FileChoice
from tests.domain.verdicts.test_classify import judged, made
from tests.support import NOW_NS

MINUTE_NS = 60 * 10**9
RESTING = made("build", {"context.md": 90, "plan.md": 80, "progress.md": 70})
WRITTEN = made("build", {"context.md": 90, "plan.md": 0.1})


def choice() -> FileChoice:
    return FileChoice(writing_ns=MINUTE_NS)


def test_of_nothing_there_is_no_file() -> None:
    nothing = choice()
    assert (nothing.file, nothing.path, nothing.after(1), nothing.is_chosen) == (
        None,
        None,
        "",
        False,
    )


def test_without_a_verdict_the_first_file_is_read_or_the_one_being_written() -> None:
    resting, written = choice(), choice()
    resting.take(RESTING, None, NOW_NS)
    written.take(WRITTEN, None, NOW_NS)
    assert resting.file and resting.file.name == "context.md"
    assert written.file and written.file.name == "plan.md"


def test_a_verdict_points_to_a_file() -> None:
    session = made("build", {"context.md": 90, "plan.md": 5})
    asked = choice()
    asked.take(session, judged(session), NOW_NS)
    assert asked.file and asked.file.name == "plan.md"
    assert asked.path == f"{session.root}/{session.key}/plan.md"


def test_what_was_chosen_is_remembered_for_each_session() -> None:
    remembering = choice()
    remembering.take(RESTING, None, NOW_NS)
    remembering.choose("plan.md")
    assert remembering.is_another(WRITTEN._replace(key="build/another"))
    remembering.take(WRITTEN._replace(key="build/another"), None, NOW_NS)
    assert not remembering.is_chosen
    remembering.take(RESTING, None, NOW_NS)
    assert remembering.is_chosen and remembering.file and remembering.file.name == "plan.md"
    assert not remembering.is_another(RESTING)


def test_a_file_that_was_chosen_and_is_gone_is_not_read() -> None:
    gone = choice()
    gone.take(RESTING, None, NOW_NS)
    gone.choose("removed.md")
    assert gone.file and gone.file.name == "context.md"


def test_the_next_file_goes_round() -> None:
    going = choice()
    going.take(RESTING, None, NOW_NS)
    assert (going.after(1), going.after(-1)) == ("plan.md", "progress.md")
    going.take(made("build", {"context.md": 90}), None, NOW_NS)
    assert going.after(1) == ""


def test_nothing_of_a_copy_is_being_written() -> None:
    """Only others of its root tell that it is one: its own times would fit a run."""
    copied = choice()
    session = made("build", {"context.md": 20, "plan.md": 0.1})
    copied.take(session, judged(session), NOW_NS)
    assert copied.index.being_written(NOW_NS, MINUTE_NS)
    copied.take(session, judged(session)._replace(copied=True), NOW_NS)
    assert copied.index.is_copy and not copied.index.being_written(NOW_NS, MINUTE_NS)
    assert not any(map(copied.is_being_written, copied.index.artefacts))
    copied.take(session, judged(session), NOW_NS)
    assert not copied.index.is_copy
