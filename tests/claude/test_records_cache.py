"""What is kept of transcripts between runs: another run knows the same, reads only what is new, and
no word is in it."""

import json
import os
import shutil
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from exito_tui.claude import kept_transcript, records, records_cache
from exito_tui.claude.kept_transcript import KeptTranscript
from exito_tui.claude.records import Records
from exito_tui.claude.transcript import Transcript
from tests.claude import moments
from tests.claude.moments import TABLE, Moment
from tests.claude.records_builder import ASKED, REPORT, ClaudeFolder
from tests.support import Root


@pytest.fixture(autouse=True)
def _all_is_worth_keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_WORTH_KEEPING", 1)


@pytest.fixture
def now(root: Root, claude: ClaudeFolder) -> Moment:
    return Moment(root, claude)


def caches() -> list[Path]:
    return list((Path(os.environ["XDG_CACHE_HOME"])).rglob("records/*"))


def known(now: Moment) -> list[Any]:
    """What the records tell."""
    made = Records(str(now.claude.path), str(now.root.project))
    made.look()
    return made.conversations()


def anew(now: Moment) -> list[Any]:
    """The same, with nothing kept."""
    for path in caches():
        path.unlink()
    return known(now)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines that are read and understood in order, not looked up again."""
    lines: list[bytes] = []
    take = KeptTranscript.take

    def noted(self: KeptTranscript, line: bytes) -> None:
        lines.append(line)
        take(self, line)

    monkeypatch.setattr(KeptTranscript, "take", noted)
    return lines


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.happens.__name__)
def test_another_run_knows_the_same_and_reads_nothing(
    now: Moment, taken: list[bytes], row: Any
) -> None:
    row.happens(now)
    first = anew(now)
    assert first and taken and len(caches()) == 1
    taken.clear()
    assert known(now) == first
    assert taken == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.happens.__name__)
def test_wherever_a_run_ended_another_one_goes_on(now: Moment, row: Any) -> None:
    """All transcripts are cut behind some line, kept, and made whole again."""
    row.happens(now)
    paths = list(now.claude.path.rglob("*.jsonl"))
    whole = {path: path.read_bytes() for path in paths}
    wanted = anew(now)
    for share in range(1, 12):
        for path, content in whole.items():
            lines = content.splitlines(keepends=True)
            path.write_bytes(b"".join(lines[: max(1, len(lines) * share // 12)]) + lines[-1][:9])
        anew(now)
        for path, content in whole.items():
            with path.open("r+b") as file:
                file.write(content)
                file.truncate()
            os.utime(path, (moments.AGO, moments.AGO + share))
        assert known(now) == wanted, share


def test_no_word_is_kept(now: Moment) -> None:
    moments.no_write_tool_and_it_goes_on(now)
    now.talk.launches("builder", now.place).calls("Bash", command="make a-secret")
    now.talk.says("words of the user")
    now.talk.calls("AskUserQuestion", questions=[{"question": "a question?"}])
    anew(now)
    (path,) = caches()
    kept = path.read_bytes()
    for words in (ASKED, REPORT, "a-secret", "words of the user", "a question", "No such tool",
                  "investigator:", now.talk.id):  # fmt: skip
        assert words.encode() not in kept, words
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_another_one_is_read_anew(now: Moment, taken: list[bytes]) -> None:
    moments.at_the_gate(now)
    anew(now)
    path = now.talk.path
    content = path.read_bytes()
    for change in ("replaced", "rewritten", "cut"):
        known(now)
        taken.clear()
        if change == "replaced":
            shutil.copy(path, path.with_suffix(".other"))
            path.with_suffix(".other").replace(path)
        elif change == "rewritten":
            path.write_bytes(content.replace(ASKED.encode(), ASKED.encode()[::-1]))
        else:
            path.write_bytes(content[: len(content) // 2])
        found = known(now)
        assert taken, change
        assert found == anew(now)


NASTY: tuple[Any, ...] = (None, -1, 10**30, 1.5, "x", [], {}, [["a"]], {"a": 1}, True, [10**12])


def test_what_is_damaged_is_as_good_as_none(now: Moment) -> None:
    moments.no_write_tool_and_it_goes_on(now)
    wanted = anew(now)
    (path,) = caches()
    whole = path.read_bytes()
    for broken in (b"", b"{}", whole[:-1], whole[:50], whole.replace(b":", b";", 3), whole + b" "):
        path.write_bytes(broken)
        assert known(now) == wanted
        path.write_bytes(whole)
    path.unlink()
    path.mkdir()
    assert known(now) == wanted, "and it cannot be written"


def test_no_value_in_it_is_trusted_to_have_its_type(now: Moment) -> None:
    moments.no_write_tool_and_it_goes_on(now)
    anew(now)
    (path,) = caches()
    made = json.loads(path.read_bytes().partition(b"\n")[2])
    for entry, facts in made.items():
        for name in facts:
            for value in NASTY:
                body = json.dumps({**made, entry: {**facts, name: value}}).encode()
                head = b"exito-tui records 1 " + f"{crc32(body):08x}\n".encode()
                path.write_bytes(head + body)
                for one in known(now):  # whatever is made of it can be used
                    assert sorted(one.agents, key=lambda agent: agent.started_ns or 0) is not None
                    assert repr(one) and hash(one.lead.places) is not None
        break


def test_every_fact_of_a_transcript_is_kept_or_found_again() -> None:
    """A field more in `Transcript` must be thought of here, too."""
    found_again = {"commands", "_failures", "_last_call", "_said", "_error", "launched", "_open"}
    kept = {"version", "_totals", "ended", "order", "_wrote", "offset"}
    assert set(vars(Transcript())) == {*kept_transcript._PLAIN, *found_again, *kept}


def test_little_is_not_kept(now: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_WORTH_KEEPING", 1024 * 1024)
    moments.at_the_gate(now)
    known(now)
    assert caches() == []


def test_there_are_bounds(now: Moment, monkeypatch: pytest.MonkeyPatch) -> None:
    moments.at_the_gate(now)
    monkeypatch.setattr(records_cache, "_MOST", 1)
    wanted = anew(now)
    (path,) = caches()
    assert len(json.loads(path.read_bytes().partition(b"\n")[2])) == 1
    assert known(now) == wanted
    monkeypatch.setattr(records_cache, "_LARGEST", 10)
    assert known(now) == wanted
