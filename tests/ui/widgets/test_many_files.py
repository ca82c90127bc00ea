"""A session of very many files: a key looks at those that are drawn, not at all of them."""

from collections.abc import Iterator
from typing import SupportsIndex

from exito_tui.domain.doctor.checks import examine
from exito_tui.domain.doctor.finding import Survey
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.live.events import Status, Update
from exito_tui.store.read.scan import scan
from tests.support import NOW, NOW_NS, Root
from tests.ui.driver import browsing

HUGE, SMALL = "build/build_20251106_200000", "build/build_20251106_190000"
COUNT = 3_000


class Looked(tuple[Artefact, ...]):
    """Artefacts that count how often one of them is looked at."""

    looks = 0

    def __iter__(self) -> Iterator[Artefact]:
        for artefact in super().__iter__():
            type(self).looks += 1
            yield artefact

    def __getitem__(self, at: SupportsIndex | slice) -> Artefact:  # type: ignore[override]
        type(self).looks += 1
        return super().__getitem__(at)  # type: ignore[return-value]


def fill(root: Root) -> None:
    for number in range(COUNT):
        root.write(f"{HUGE}/note_{number:05}.md", f"note {number}\n", at=NOW - 3600)
    root.write(f"{SMALL}/context.md", "# Context\n", at=NOW - 7200)


async def test_a_key_costs_as_much_as_in_a_session_of_a_few_files(root: Root) -> None:
    fill(root)
    async with browsing(root) as browser:
        snapshot = scan(str(root))
        sessions = {
            key: session._replace(artefacts=Looked(session.artefacts or ()))
            for key, session in snapshot.sessions.items()
        }
        browser.app.browser.take(
            Update((snapshot._replace(sessions=sessions),), (), Status("live", 3)), NOW_NS
        )
        await browser.settle()
        await browser.press("j", "k", "right_square_bracket")
        assert browser.file == "note_00001.md"
        Looked.looks = 0
        await browser.press("j", "k", "right_square_bracket", "right_square_bracket")
        assert browser.file == "note_00003.md"
        await browser.press("left_square_bracket", "enter", "j", "escape", "V", "V")
        assert 0 < Looked.looks < COUNT / 2
        assert "note_00002.md" in browser.text and f"{COUNT} files" in browser.text


async def test_the_last_of_very_many_tabs_is_shown(root: Root) -> None:
    fill(root)
    async with browsing(root) as browser:
        await browser.press("left_square_bracket")
        tabs = next(line for line in browser.text.split("\n") if "note_02999.md" in line)
        assert "note_02998.md" in tabs and "note_00000.md" not in tabs
        await browser.click("note_02998.md")
        assert browser.file == "note_02998.md"


class Names(str):
    """A name that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Names.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_the_doctor_looks_at_each_of_very_many_files_a_few_times(root: Root) -> None:
    """Strays beside a session of as many: each finds its owner, and its place, without a look at
    all the others."""
    count = 1_000
    for number in range(count):
        root.write(f"build/note_{number:05}.md", "text\n", at=NOW - 60)
        root.write(f"{HUGE}/other_{number:05}.md", "text\n", at=NOW - 3600)
    snapshot = scan(str(root))
    nested = [session for session in snapshot.sessions.values() if session.key == "build"]
    huge = snapshot.sessions[HUGE]
    artefacts = tuple(one._replace(name=Names(one.name)) for one in huge.artefacts or ())
    sessions = {**snapshot.sessions, HUGE: huge._replace(artefacts=artefacts)}
    Names.compared = 0
    survey = Survey(nested=tuple(nested), nested_at="build/.claude/sessions")
    found = examine(Snapshot(str(root), sessions), survey, Judge(), NOW_NS)
    assert sum(finding.code == "misplaced-output" for finding in found) == count
    assert Names.compared < 20 * count
    assert max(len(finding.fact) for finding in found) < 500


async def test_a_name_of_wide_letters_takes_no_more_room_than_another(root: Root) -> None:
    root.write(f"{SMALL}/{'漢' * 40}.md", "# Wide\n", at=NOW - 7200)
    async with browsing(root) as browser:
        tabs = next(line for line in browser.text.split("\n") if "漢" in line)
        assert "漢" * 13 + "…" in tabs.replace(" …", "…") and "漢" * 14 not in tabs
