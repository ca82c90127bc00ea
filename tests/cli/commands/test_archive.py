"""`archive` and `unarchive`."""

from pathlib import Path

from tests.cli.commands.support import KEY, keys, out
from tests.support import Root


def test_archive_and_unarchive(filled: Root, tmp_path: Path) -> None:
    said, error = out(filled, "archive", KEY, "--to", str(tmp_path / "away"))
    path = tmp_path / "away" / "build_20250101_100000.tar.gz"
    assert said == f"{KEY}\t{path}\t4\n" and "1 session archived" in error
    assert KEY not in keys(filled)
    out(filled, "purge", "--yes")
    assert out(filled, "unarchive", str(path))[0].startswith(KEY) and KEY in keys(filled)
    assert "is there already" in out(filled, "unarchive", str(path), code=1)[1]


def test_a_place_whose_folder_is_not_there_is_refused_and_nothing_is_left(
    filled: Root, tmp_path: Path
) -> None:
    away = tmp_path / "nowhere" / "x"
    error = out(filled, "archive", KEY, "--to", str(away / "y"), code=1)[1]
    assert f"there is no folder {away}; make it, or name another place with --to DIR" in error
    assert not (tmp_path / "nowhere").exists() and KEY in keys(filled)
