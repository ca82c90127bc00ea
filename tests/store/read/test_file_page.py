"""Reading one file while it is written: appends, rewrites, torn characters, and what is no file at
all."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.store.fs import safefs
from exito_tui.store.read.file_page import (
    GROWTH,
    WINDOW,
    read_bytes,
    read_page,
    reread,
)
from exito_tui.store.read.images import dimensions
from tests.support import Root

PLAN = "build/build_20251106_153045/plan.md"


def test_an_append_is_told_from_a_rewrite_and_from_nothing(root: Root) -> None:
    root.write(PLAN, "one\n")
    page = read_page(str(root), PLAN)
    assert reread(str(root), PLAN, page)[0] == "same"
    root.append(PLAN, "two\n")
    step, page = reread(str(root), PLAN, page)
    assert (step, page.text) == ("grown", "one\ntwo\n")
    root.write(PLAN, "new\ntwo\n")
    step, page = reread(str(root), PLAN, page)
    assert (step, page.text) == ("rewritten", "new\ntwo\n")


@pytest.mark.parametrize("text", ["", "o", "one\nTWO\nthree\n", "x" * 100])
def test_every_way_of_rewriting_is_seen(root: Root, text: str) -> None:
    """Truncated, cut, rewritten longer with the same beginning, replaced by another file of the
    same size."""
    root.write(PLAN, "one\ntwo\n")
    page = read_page(str(root), PLAN)
    draft = root.write("draft", text)
    os.replace(draft, root.path / PLAN)
    step, page = reread(str(root), PLAN, page)
    assert (step, page.text) == ("rewritten", text)


def test_a_huge_file_shows_its_end_from_the_beginning_of_a_line(root: Root) -> None:
    root.write(PLAN, "".join(f"line {number:06}\n" for number in range(100_000)))
    page = read_page(str(root), PLAN)
    assert page.start > 0
    assert page.size - page.start <= WINDOW
    assert page.text.startswith("line ")
    assert page.text.endswith("line 099999\n")
    root.append(PLAN, "more\n")
    step, page = reread(str(root), PLAN, page)
    assert step == "grown"
    assert page.text.endswith("line 099999\nmore\n")


def test_a_file_that_grows_without_end_is_shown_by_its_end_alone(root: Root) -> None:
    root.write(PLAN, "begin\n")
    page = read_page(str(root), PLAN)
    steps = set()
    for _ in range(8):
        root.append(PLAN, "0123456 89abcdef\n" * 60_000)
        step, page = reread(str(root), PLAN, page)
        steps.add(step)
        assert page.size - page.start == len(page.raw) <= WINDOW + GROWTH
        assert page.size == os.path.getsize(root.path / PLAN)
        assert page.text.startswith(("begin\n", "0123456")) and page.text.endswith("cdef\n")
    assert steps == {"grown", "rewritten"}


def test_a_huge_file_that_was_truncated(root: Root) -> None:
    root.write(PLAN, "line\n" * 200_000)
    page = read_page(str(root), PLAN)
    root.write(PLAN, "short\n")
    assert reread(str(root), PLAN, page)[1].text == "short\n"


def test_what_is_no_regular_file_is_not_opened(root: Root, tmp_path: Path) -> None:
    folder = root.folder("build/build_20251106_153045")
    os.mkfifo(folder / "pipe")
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (root.path / "elsewhere").symlink_to(tmp_path)
    for path in (
        "build/build_20251106_153045/pipe",
        "build/build_20251106_153045/link",
        "build/build_20251106_153045",
        "elsewhere/secret",
    ):
        with pytest.raises(OSError):
            read_bytes(str(root), path, 10)


@pytest.mark.parametrize(
    "path", ["../secret", "build/../../secret", "/etc/passwd", "build//x", "./x/y"]
)
def test_no_path_leads_out_of_the_root(root: Root, path: str) -> None:
    root.write("build/x")
    (root.path.parent / "secret").write_text("secret")
    with pytest.raises(OSError):
        read_page(str(root), path)


def test_a_file_replaced_by_a_pipe_between_look_and_open(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status of the opened file decides; opening must not wait for a writer."""
    full = root.write(PLAN)
    looked = os.stat

    def swap(
        path: str, *, dir_fd: int | None = None, follow_symlinks: bool = True
    ) -> os.stat_result:
        status = looked(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        os.remove(full)
        os.mkfifo(full)
        return status

    monkeypatch.setattr(os, "stat", swap)
    with pytest.raises(safefs.NotRegularError):
        read_bytes(str(root), PLAN, 10)


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
JPEG = (
    b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08"
    + (480).to_bytes(2, "big")
    + (640).to_bytes(2, "big")
    + b"\3"
)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (PNG, ("PNG", 640, 480)),
        (b"GIF89a" + (640).to_bytes(2, "little") + (480).to_bytes(2, "little"), ("GIF", 640, 480)),
        (JPEG, ("JPEG", 640, 480)),
        (
            b"RIFF\0\0\0\0WEBPVP8X"
            + b"\0" * 8
            + (639).to_bytes(3, "little")
            + (479).to_bytes(3, "little"),
            ("WebP", 640, 480),
        ),
        (
            b"BM" + b"\0" * 16 + (640).to_bytes(4, "little") + (480).to_bytes(4, "little"),
            ("BMP", 640, 480),
        ),
        (PNG[:18], None),
        (JPEG[:9], None),
        (b"\xff\xd8" + b"\xff\xe0\0\0" * 20, None),
        (b"", None),
        (b"no image", None),
    ],
)
def test_the_dimensions_of_images(head: bytes, expected: tuple[str, int, int] | None) -> None:
    assert dimensions(head) == expected


@given(
    st.binary(max_size=64),
    st.sampled_from(
        [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8", b"RIFF\0\0\0\0WEBP", b"BM"]
    ),
)
def test_no_head_of_an_image_is_too_strange(tail: bytes, magic: bytes) -> None:
    dimensions(magic + tail)
