"""What is kept between runs: never read twice, never wrong, and any other file in its place is as
good as none."""

import json
import marshal
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from exito_tui.cli.json.fast_listing import listing
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.claims import Claim, Claims
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import safefs
from exito_tui.store.read.caching_reader import CachingReader, kept_of
from exito_tui.store.read.scan import scan_names
from exito_tui.store.read.verdict_cache import (
    VerdictCache,
    claims_of,
    claims_text,
)
from tests.support import Root

NOW = 1_762_460_000
FILES = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")
TEXTS = {
    "progress.md": "Status: In progress\n\n- [x] one\n- [ ] two\n",
    "test_report.md": "Overall: FAIL\n",
}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the session files that were opened, as it grows."""
    names: list[str] = []
    really = safefs.open_seen

    def noted(folder: int, name: str) -> tuple[int, os.stat_result]:
        names.append(name)
        return really(folder, name)

    monkeypatch.setattr(safefs, "open_seen", noted)
    return names


@pytest.fixture
def fresh(root: Root, monkeypatch: pytest.MonkeyPatch) -> Root:
    """Sessions of the last minutes, the first without a file, each other one with one more; the
    clock stands still."""
    monkeypatch.setattr(time, "time_ns", lambda: NOW * 10**9)
    for number in range(6):
        root.folder(key(number))
        for at, name in enumerate(FILES[:number]):
            text = TEXTS.get(name, f"# {name}\n\nnumber {number}\n")
            root.write(f"{key(number)}/{name}", text, at=NOW - 600 + 10 * at)
    return root


def key(number: int) -> str:
    return f"build/build_20251106_19{number:02}00"


def listed(root: Root) -> dict[str, Any]:
    return {one["key"]: one for one in json.loads(listing([str(root)], Judge()))["sessions"]}


def cache_of() -> Path:
    (path,) = (Path(os.environ["XDG_CACHE_HOME"]) / "exito-tui" / "verdicts").iterdir()
    return path


def test_what_is_unchanged_is_not_opened_again_whatever_its_state(
    fresh: Root, opened: list[str]
) -> None:
    first = listed(fresh)
    assert {one["state"] for one in first.values()} == {"running", "waiting", "completed"}
    assert len(opened) > 5
    opened.clear()
    before = cache_of().stat()
    assert listed(fresh) == first and opened == []
    assert cache_of().stat().st_ino == before.st_ino  # nothing new: nothing is written
    assert stat.S_IMODE(before.st_mode) == 0o600


def test_of_a_session_that_changed_only_the_changed_file_is_opened(
    fresh: Root, opened: list[str]
) -> None:
    listed(fresh)
    opened.clear()
    fresh.write(f"{key(4)}/progress.md", "Status: Blocked\n", at=NOW - 10)
    assert listed(fresh)[key(4)]["gate"] == "answer" and opened == ["progress.md"]


def test_time_passes_for_what_is_kept(
    fresh: Root, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert listed(fresh)[key(1)]["state"] == "running"
    opened.clear()
    monkeypatch.setattr(time, "time_ns", lambda: (NOW + 7200) * 10**9)
    assert listed(fresh)[key(1)]["state"] == "stuck" and opened == []


@pytest.mark.parametrize("count", [4, 5])
def test_a_file_that_was_just_written_is_not_kept(
    root: Root, opened: list[str], monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """It may change again without a new time."""
    monkeypatch.setattr(time, "time_ns", lambda: NOW * 10**9)
    for at, name in enumerate(FILES[:count]):
        root.write(f"{key(1)}/{name}", "Status: Complete\n", at=NOW - 100 + at)
    root.write(f"{key(1)}/test_report.md", "Result: pass\n", at=NOW - 1)
    assert listed(root)[key(1)]["warnings"] == []
    root.write(
        f"{key(1)}/test_report.md", "Result: FAIL\n", at=NOW - 1
    )  # into the same file, with the same size
    monkeypatch.setattr(time, "time_ns", lambda: (NOW + 600) * 10**9)
    opened.clear()
    assert [one["code"] for one in listed(root)[key(1)]["warnings"]] == ["tests-failed"]
    assert opened == ["test_report.md"] if count == 4 else "test_report.md" in opened


def test_a_copied_context_is_compared_again_only_when_one_of_both_changed(
    fresh: Root, opened: list[str]
) -> None:
    text = "# Context\n\n" + "known facts\n" * 40
    for number, changed in ((1, ""), (2, "x"), (5, "")):
        fresh.write(f"{key(number)}/context.md", changed + text[len(changed) :], at=NOW - 600)

    def copies() -> list[str]:
        return [
            name
            for name, one in listed(fresh).items()
            if any("stale" in two["code"] for two in one["warnings"])
        ]

    assert copies() == [key(5)]
    opened.clear()
    assert copies() == [key(5)] and opened == []
    fresh.write(f"{key(1)}/context.md", text.upper(), at=NOW - 500)
    assert copies() == [] and "context.md" in opened


@pytest.mark.parametrize("number", [4, 5])
def test_a_file_that_was_rewritten_in_place_with_its_time_kept_is_read_again(
    fresh: Root, number: int
) -> None:
    """Of a session of which a verdict is kept (5), and of one of which it is kept what files say."""
    path, text = fresh.path / f"{key(number)}/test_report.md", TEXTS["test_report.md"]
    first = listed(fresh)[key(number)]
    assert listed(fresh)[key(number)] == first
    before = os.stat(path)
    other = text.replace("FAIL", "PASS")
    assert len(other) == len(text) and other != text
    with path.open("r+") as file:
        file.write(other)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert listed(fresh)[key(number)] != first
    cache_of().unlink()
    assert listed(fresh)[key(number)] == listed(fresh)[key(number)] != first


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "another kind": lambda _: os.urandom(500),
    "a list, marshalled": lambda _: (
        (body := marshal.dumps([1, 2])) and crc32(body).to_bytes(4, "big") + body
    ),
    "a schema of before": lambda good: good.replace(b"kept ", b"kept 1", 1),
    "other settings": lambda good: good[:20] + b"0" + good[21:],
    "cut": lambda good: good[: len(good) // 2],
    "a bit": lambda good: good[:-9] + bytes([good[-9] ^ 1]) + good[-8:],
}


@pytest.mark.parametrize("damage", HOSTILE)
def test_a_cache_of_any_other_shape_is_none(fresh: Root, opened: list[str], damage: str) -> None:
    first = listed(fresh)
    count = len(opened)
    opened.clear()
    cache_of().write_bytes(HOSTILE[damage](cache_of().read_bytes()))
    assert listed(fresh) == first and len(opened) == count
    assert listed(fresh) == first and len(opened) == count  # and it was made anew


def test_whatever_lies_in_the_place_of_the_cache_is_none(fresh: Root) -> None:
    first = listed(fresh)
    for make in (Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        path = cache_of()
        path.rmdir() if path.is_dir() else path.unlink()
        make(path)
        assert listed(fresh) == first


SAID = [
    "[]", "{}", "null", "1", "", '"x"', "[1,2]", '["",[]]', '[1,{}]', "[" * 100_000, '["",{"plan.md":1}]',
    *(
        f'["",{{"progress.md":[2,{(NOW - 1) * 10**9},3,{said}]}}]'
        for said in (
            "1", "[]", '{"status":"great"}', '{"status":["failed"]}', '{"line":"1"}', '{"line":true}', '{"line":-1}',
            '{"score":NaN}', '{"score":1e999}', '{"score":"9"}', '{"torn":1}', '{"artefact":[]}', '{"more":1}',
            '{"next":null}', '{"status":"failed"},1',
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_claims_of_any_other_shape_are_none(text: str) -> None:
    artefact = Artefact("progress.md", "markdown", 2, (NOW - 1) * 10**9, 3)
    session = Session("/r", key(1), "build", key(1)[6:], "canonical", "20251106190100", (artefact,))
    found = claims_of(text, session, artefact, {})
    assert found is None or found.files == {}


def test_claims_come_back_as_they_were() -> None:
    artefact = Artefact("review.md", "markdown", 2, 5, 3)
    session = Session("/r", key(1), "build", key(1)[6:], "canonical", "20251106190100", (artefact,))
    claim = Claim(
        artefact,
        "review",
        "approved",
        3,
        1,
        2,
        "\x1b\udcff\t",
        4,
        "l",
        5,
        7.5,
        6,
        "of",
        "s",
        7,
        True,
        "a",
        "m\n",
        8,
        9,
    )
    kept = claims_of(
        claims_text(Claims({"review.md": claim}, "build/x"), 10, {}), session, None, {}
    )
    assert kept == Claims({"review.md": claim})
    other = session._replace(artefacts=(artefact._replace(size=3),))
    assert claims_of(claims_text(Claims({"review.md": claim}), 10, {}), other, None, {}) == Claims(
        {}
    )


@pytest.mark.parametrize(
    "broken",
    [
        lambda text: "",
        lambda text: "\t\t",
        lambda text: text.replace("\t", ", "),
        lambda text: text.replace("\t[", ", ["),
        lambda text: text.rpartition("\t")[0],
        lambda text: text.replace('"completed"', '"stuck"', 1),
        lambda text: text.replace('"key"', '"id"', 1),
    ],
)
def test_a_verdict_of_any_other_shape_is_none(
    fresh: Root, opened: list[str], broken: Callable[[str], str]
) -> None:
    first = listed(fresh)
    lines = cache_of().read_text().split("\n")[1:]
    (at,) = [at for at, line in enumerate(lines) if "\tverdict\t" in line]
    key, mark, kind, text = lines[at].split("\t", 3)
    lines[at] = "\t".join([key, mark, kind, broken(text)])
    rewrite(lines)
    opened.clear()
    assert listed(fresh) == first
    assert opened, "the verdict is given anew"


@pytest.mark.parametrize("paths", ["x", "{}", "[1]", '["\\u0000"]', '["nowhere.md"]', "[]"])
def test_paths_that_are_none_are_looked_for_anew(
    fresh: Root, opened: list[str], paths: str
) -> None:
    first = listed(fresh)
    lines = cache_of().read_text().split("\n")[1:]
    (at,) = [at for at, line in enumerate(lines) if "\tverdict\t" in line]
    lines[at] = f"{lines[at].rpartition(chr(9))[0]}\t{paths}"
    rewrite(lines)
    opened.clear()
    assert listed(fresh) == first
    assert opened == [], "the files are the same, however they were found"


def rewrite(lines: list[str]) -> None:
    """Put other lines into the cache, with their checksum."""
    body = "\n".join(lines).encode()
    kept = VerdictCache(str(cache_of()), "", "")
    kept._basis = cache_of().read_text().split(" ")[3]
    cache_of().write_bytes(kept._head(body) + body)


def test_a_file_that_comes_to_a_completed_session_is_seen(fresh: Root) -> None:
    first = listed(fresh)
    (done,) = [
        json.loads(line.partition("\t")[0])
        for line in cache_of().read_text().split("\n")
        if "\tverdict\t" in line
    ]
    assert first[done]["state"] == "completed"
    fresh.write(f"{done}/deep/more.md", "# More\n", at=NOW - 100)
    names = [one["name"] for one in listed(fresh)[done]["artefacts"]]
    assert "deep/more.md" in names
    assert [one["name"] for one in listed(fresh)[done]["artefacts"]] == names
    (fresh.path / done / "deep" / "more.md").unlink()
    assert listed(fresh)[done] == first[done]


def test_a_name_that_means_something_else_by_now_is_told_anew(fresh: Root) -> None:
    """The layouts of the settings decide that, without a change of any file."""
    known = listed(fresh)
    (line,) = [line for line in cache_of().read_text().split("\n") if "\tverdict\t" in line]
    done = line.partition("\t")[0].strip('"')
    assert known[done]["shape"] == "canonical"
    with safefs.opened_root(str(fresh)) as folder:
        names = scan_names(str(fresh))
        session = names.sessions[done]._replace(shape="epoch")
        reader = CachingReader(
            folder,
            names._replace(sessions={**names.sessions, done: session}),
            Judge(),
            kept_of(str(fresh), Judge()),
        )
        assert not reader.kept_verdict(*reader.with_files([session]))


def test_entries_of_any_other_shape_in_a_whole_cache_are_none(fresh: Root) -> None:
    first = listed(fresh)
    lines = cache_of().read_text().split("\n")[1:]
    rows = [line.split("\t") for line in lines]
    assert len(rows) == 6
    for row in (
        ["x"],
        ["", "", ""],
        [*rows[0][1:3], "[]"],
        [rows[0][1], "other", "x"],
        [rows[0][1], "verdict", "x"],
    ):
        rewrite(["\t".join([one[0], *row]) for one in rows])
        assert listed(fresh) == first


def test_a_draft_that_cannot_be_written_leaves_nothing(
    fresh: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    listed(fresh)
    assert not list((Path(os.environ["XDG_CACHE_HOME"]) / "exito-tui" / "verdicts").iterdir())
