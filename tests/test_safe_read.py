"""What is taken at its word must be this user's own."""

import os
from pathlib import Path

import pytest

from exito_tui.safe_read import NotAFileError, NotOwnError, TooLargeError, read_kept_file
from exito_tui.safe_write import keep_own_file


def test_what_was_kept_is_read(tmp_path: Path) -> None:
    keep_own_file(str(tmp_path / "kept"), b"word")
    assert read_kept_file(str(tmp_path / "kept"), 4) == b"word"
    with pytest.raises(TooLargeError):
        read_kept_file(str(tmp_path / "kept"), 3)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o644, 0o640])
def test_what_is_open_to_others_is_not_taken_at_its_word(tmp_path: Path, mode: int) -> None:
    keep_own_file(str(tmp_path / "kept"), b"word")
    (tmp_path / "kept").chmod(mode)
    with pytest.raises(NotOwnError):
        read_kept_file(str(tmp_path / "kept"), 9)


def test_nor_is_what_another_user_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_own_file(str(tmp_path / "kept"), b"word")
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(NotOwnError):
        read_kept_file(str(tmp_path / "kept"), 9)


def test_nor_a_link_nor_what_is_no_file(tmp_path: Path) -> None:
    keep_own_file(str(tmp_path / "kept"), b"word")
    (tmp_path / "link").symlink_to("kept")
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(OSError, match="Too many levels"):
        read_kept_file(str(tmp_path / "link"), 9)
    with pytest.raises(NotAFileError):
        read_kept_file(str(tmp_path / "pipe"), 9)
