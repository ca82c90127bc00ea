"""Reading transcripts as they grow: whole lines, each once, whatever happens to the file."""

import os
import threading
from pathlib import Path

import pytest

from exito_tui import growth
from exito_tui.claude import follower
from exito_tui.claude.follower import Follower

ALL = 1 << 40


class Lines:
    """What a transcript's lines were."""

    def __init__(self) -> None:
        self.offset = 0
        self.offsets: list[int] = []
        self.lines: list[bytes] = []
        self.starts: list[bytes] = []

    def take(self, line: bytes) -> None:
        self.lines.append(line)
        self.offsets.append(self.offset)

    def take_start(self, start: bytes) -> None:
        self.starts.append(start)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.jsonl"


def following(path: Path, *, tail: int = 0) -> Follower[Lines]:
    made = Follower(str(path), Lines, tail=tail)
    while made.read(ALL):
        pass
    return made


def add(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


def test_only_what_is_new_is_read(path: Path) -> None:
    path.write_bytes(b"one\ntwo\n")
    made = following(path)
    assert made.taker.lines == [b"one", b"two"]
    add(path, b"three\n")
    assert made.read(ALL) == len(b"three\n")
    assert made.taker.lines == [b"one", b"two", b"three"]
    assert made.read(ALL) == 0 and not made.is_behind(path.stat())


def test_a_torn_line_waits_for_its_end(path: Path) -> None:
    path.write_bytes(b"one\ntw")
    made = following(path)
    assert made.taker.lines == [b"one"]
    add(path, b"o")
    made.read(ALL)
    assert made.taker.lines == [b"one"]
    add(path, b"\n\nthree")
    made.read(ALL)
    assert made.taker.lines == [b"one", b"two"]


def test_no_more_is_read_than_was_asked_for(path: Path) -> None:
    path.write_bytes(b"aaa\nbbb\nccc\n")
    made = Follower(str(path), Lines)
    assert [made.read(5), made.taker.lines] == [5, [b"aaa"]]
    assert made.is_behind(path.stat())
    assert made.read(5) == 5
    assert made.read(5) == 2
    assert made.taker.lines == [b"aaa", b"bbb", b"ccc"]


def test_a_file_that_was_cut_is_read_anew(path: Path) -> None:
    path.write_bytes(b"one\ntwo\n")
    made = following(path)
    path.write_bytes(b"new\n")
    assert made.is_behind(path.stat())
    made.read(ALL)
    assert made.taker.lines == [b"new"]


def test_a_file_that_was_replaced_is_read_anew(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"one\n")
    made = following(path)
    other = tmp_path / "other"
    other.write_bytes(b"one\nmore\n")
    os.replace(other, path)
    made.read(ALL)
    assert made.taker.lines == [b"one", b"more"]


def test_a_file_that_was_written_anew_in_its_old_length_is_read_anew(path: Path) -> None:
    """The inode is the same, and so is the size: what was read last tells."""
    path.write_bytes(b"one\ntwo\n")
    made = following(path)
    path.write_bytes(b"uno\ndue\n")
    os.utime(path, ns=(1, 1))
    assert made.is_behind(path.stat())
    made.read(ALL)
    assert made.taker.lines == [b"uno", b"due"]


def test_a_longer_file_that_got_the_inode_of_another_is_read_anew(path: Path) -> None:
    path.write_bytes(b"one\ntwo\n")
    made = following(path)
    path.write_bytes(b"uno\ndue\ntre\n")
    made.read(ALL)
    assert made.taker.lines == [b"uno", b"due", b"tre"]


def test_of_a_line_that_is_far_too_long_just_the_start_is_taken(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "_LONGEST_LINE", 1000)
    monkeypatch.setattr(follower, "_BLOCK", 64)
    path.write_bytes(b"one\n" + b"x" * 5000 + b"\ntwo\n" + b"y" * 1000 + b"\n")
    made = following(path)
    assert made.taker.lines == [b"one", b"two", b"y" * 1000]
    assert [set(start) for start in made.taker.starts] == [{ord("x")}]
    assert len(made.taker.starts[0]) <= 4096


def test_a_line_that_grows_too_long_is_not_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "_LONGEST_LINE", 100)
    path.write_bytes(b"")
    made = following(path)
    for _ in range(50):
        add(path, b"x" * 100)
        made.read(ALL)
    assert len(made._rest) <= 4096
    add(path, b"\nend\n")
    made.read(ALL)
    assert made.taker.lines == [b"end"] and len(made.taker.starts) == 1


def test_with_a_tail_just_the_end_is_read_of_what_is_there(path: Path) -> None:
    path.write_bytes(b"one\ntwo\nthree\n")
    made = following(path, tail=9)
    assert made.taker.lines == [b"three"]
    add(path, b"four\n")
    made.read(ALL)
    assert made.taker.lines == [b"three", b"four"]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64])
def test_how_it_is_cut_into_blocks_does_not_matter(
    path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "_BLOCK", size)
    path.write_bytes(b"one\n\n\ntwo two\nthree\nfour")
    assert following(path).taker.lines == [b"one", b"two two", b"three"]


def test_what_is_no_file_is_not_read(path: Path, tmp_path: Path) -> None:
    assert following(path).taker.lines == []
    os.mkfifo(path)
    assert following(path).taker.lines == [], "a pipe is not waited for"
    path.unlink()
    (tmp_path / "secret").write_text("secret\n")
    path.symlink_to(tmp_path / "secret")
    assert following(path).taker.lines == [], "a link is not followed"
    path.unlink()
    path.mkdir()
    assert following(path).taker.lines == []


def test_a_file_that_goes_and_comes_again_is_read_anew(path: Path) -> None:
    path.write_bytes(b"one\n")
    made = following(path)
    path.unlink()
    assert made.read(ALL) == 0 and made.taker.lines == [b"one"], "the last known facts count"
    path.write_bytes(b"two\n")
    made.read(ALL)
    assert made.taker.lines == [b"two"]


@pytest.mark.parametrize("share", [1, 2, 7, 64, 4096])
def test_each_line_is_told_where_it_begins(
    path: Path, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "_LONGEST_LINE", 50)
    content = b"one\n\n" + b"x" * 60 + b"\ntwo\n\n\n" + b"three" * 9 + b"\nfour\nfi"
    add(path, content)
    made = Follower(str(path), Lines)
    while made.read(share):
        pass
    add(path, b"ve\nsix\n")
    while made.read(share):
        pass
    whole = path.read_bytes()
    short = [line for line in made.taker.lines if len(line) <= 50]
    assert short == [b"one", b"two", b"three" * 9, b"four", b"five", b"six"]
    for line, at in zip(made.taker.lines, made.taker.offsets, strict=True):
        assert whole[at : at + len(line) + 1] == line + b"\n"


def test_while_a_file_is_written_the_next_line_is_waited_for(path: Path) -> None:
    path.write_bytes(b"one\n")
    made = following(path)

    def write() -> None:
        with path.open("ab") as file:
            file.write(b"two\n")

    threading.Timer(0.01, write).start()
    assert made.wait_while_growing(threading.Event())
    assert made.read(ALL) == 4


def test_a_wait_ends_when_it_is_interrupted_or_the_file_rests_or_goes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "GROWING_NS", 1 << 62)
    path.write_bytes(b"one\n")
    made = following(path)
    interrupt = threading.Event()
    interrupt.set()
    assert not made.wait_while_growing(interrupt)
    monkeypatch.setattr(growth, "GROWING_NS", 0)
    assert not made.wait_while_growing(threading.Event())
    path.unlink()
    assert not made.wait_while_growing(threading.Event())
