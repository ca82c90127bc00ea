"""What the user has seen, and what is new."""

from exito_tui.domain.sessions.session import Session
from exito_tui.ui.seen import Seen
from tests.domain.verdicts.test_classify import made
from tests.support import NOW_NS

MINUTE_NS = 60 * 10**9
DAY_NS = 1440 * MINUTE_NS
SESSION = made("build", {"context.md": 90, "plan.md": 5})
PLAN = SESSION.artefacts[1] if SESSION.artefacts else None


def seen(since_minutes: float = 60) -> Seen:
    return Seen({SESSION.root: NOW_NS - int(since_minutes * MINUTE_NS)}, NOW_NS)


def test_what_was_written_since_is_new_until_it_is_looked_at() -> None:
    looking = seen()
    assert looking.is_new(SESSION)
    looking.look_at(SESSION, NOW_NS)
    assert not looking.is_new(SESSION)
    assert looking.looked_ns(SESSION.root) == {SESSION.key: NOW_NS}


def test_in_a_root_that_was_never_opened_nothing_is_new() -> None:
    assert not Seen({}, NOW_NS).is_new(SESSION)


def test_all_can_count_as_seen() -> None:
    looking = seen()
    looking.look_at_all([SESSION.root], NOW_NS)
    assert not looking.is_new(SESSION) and looking.all_ns == NOW_NS
    assert looking.since_ns([SESSION.root]) == NOW_NS


def test_a_file_is_new_until_it_is_read() -> None:
    looking = seen()
    assert PLAN and looking.is_file_new(SESSION, PLAN)
    looking.read(SESSION.root, SESSION.place(PLAN.name), "# Plan", NOW_NS)
    assert not looking.is_file_new(SESSION, PLAN)
    assert looking.text(SESSION.root, SESSION.place(PLAN.name)) == "# Plan"


def test_a_text_that_is_not_known_is_forgotten_and_only_the_last_ones_are_kept() -> None:
    looking = seen()
    for number in range(70):
        looking.read("/r", f"{number}.md", "text", NOW_NS)
    looking.read("/r", "69.md", None, NOW_NS)
    kept = [number for number in range(70) if looking.text("/r", f"{number}.md")]
    assert kept == list(range(6, 69))


def test_what_is_new_is_remembered_as_such_for_a_week() -> None:
    looking, long_ago = seen(), seen(20 * 1440)
    assert looking.to_remember(SESSION.root, NOW_NS, is_new=False) == (NOW_NS, {})
    assert looking.to_remember(SESSION.root, NOW_NS, is_new=True)[0] == NOW_NS - 60 * MINUTE_NS
    assert long_ago.to_remember(SESSION.root, NOW_NS, is_new=True)[0] == NOW_NS - 7 * DAY_NS


def test_of_many_files_the_last_write_counts_as_of_few() -> None:
    files = SESSION.artefacts or ()
    many: Session = SESSION._replace(
        artefacts=tuple(files[0]._replace(name=f"{number}.md") for number in range(80)) + files[1:]
    )
    looking = seen()
    assert looking.is_new(many)
    looking.look_at(many, NOW_NS)
    assert not looking.is_new(many)
