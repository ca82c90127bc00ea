"""The file of an archive: where it is written, and one that somebody else wrote."""

import os
import shutil
import tarfile
from pathlib import Path

import pytest

from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.restore import undo
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.trash.contents import is_interrupted
from tests.store.support import KEY, rm, targets, tree
from tests.support import Root


@pytest.mark.parametrize("kind", ["link", "file"])
def test_the_own_folder_of_archives_is_no_link(filled: Root, tmp_path: Path, kind: str) -> None:
    public = tmp_path / "public"
    public.mkdir()
    filled.write(".archive") if kind == "file" else os.symlink(public, filled.path / ".archive")
    with pytest.raises(
        CleanupError, match="it is a link or a file; move it away, or name a place with --to"
    ):
        archive(str(filled), targets(filled, KEY), "", ChangeRules())
    assert os.listdir(public) == [] and (filled.path / KEY).is_dir()


def test_undo_of_an_archive_removes_it_as_it_is_written_down_outside(
    filled: Root, tmp_path: Path
) -> None:
    place = tmp_path / "away"
    archive(str(filled), targets(filled, KEY, "patch"), str(place), ChangeRules())
    log = filled.path / ".trash" / "log.jsonl"
    log.write_text(log.read_text().replace(str(place), str(tmp_path / "elsewhere")))
    victim = tmp_path / "elsewhere"
    shutil.copytree(place, victim)
    assert not undo(str(filled)).failed
    assert os.listdir(place) == [] and len(os.listdir(victim)) == 2


def test_an_archive_that_nothing_is_known_of_is_left(filled: Root, tmp_path: Path) -> None:
    place = tmp_path / "away"
    archive(str(filled), targets(filled, KEY), str(place), ChangeRules())
    for path in (Path(os.environ["XDG_STATE_HOME"]) / "exito-tui" / "roots").glob("*/2*.json"):
        path.unlink()
    outcome = undo(str(filled))
    assert (
        not outcome.failed
        and "is left where it is" in sentence(outcome.notes[0])
        and len(os.listdir(place)) == 1
    )


def tar_with(path: Path, **headers: str) -> Path:
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        for name in (KEY, f"{KEY}/plan.md"):
            info = tarfile.TarInfo(name)
            info.type = tarfile.DIRTYPE if name == KEY else tarfile.REGTYPE
            info.pax_headers = headers
            tar.addfile(info)
    return path


@pytest.mark.parametrize(
    "headers",
    [
        {"mtime": "nan"}, {"mtime": "inf"}, {"mtime": "1e30"}, {"mtime": "x.y"}, {"mtime": "-5"}, {"size": "nan"},
        {"GNU.sparse.map": "1,x", "GNU.sparse.size": "1"}, {"GNU.sparse.map": "1", "GNU.sparse.size": "9"},
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"},
    ],
)  # fmt: skip
def test_an_archive_whose_headers_make_no_sense_is_refused_in_words(
    filled: Root, tmp_path: Path, headers: dict[str, str]
) -> None:
    rm(filled, KEY)
    before = tree(filled)
    try:
        unarchive(str(filled), str(tar_with(tmp_path / "bad.tar.gz", **headers)))
    except CleanupError as error:
        assert "bad.tar.gz" in str(error) and tree(filled) == before
    assert os.listdir(filled.path / ".trash" / "scratch") == []
    assert not is_interrupted(str(filled))


def test_an_archive_that_unpacks_to_more_than_there_is_room_for_is_refused(
    filled: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.tar.gz"
    rm(filled, KEY)
    with tarfile.open(path, "w:gz") as tar:
        folder = tarfile.TarInfo(KEY)
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        with open("/dev/zero", "rb") as zeros:
            info = tarfile.TarInfo(f"{KEY}/plan.md")
            info.size = 3_000_000
            tar.addfile(info, zeros)
    real = os.fstatvfs

    def nearly_full(descriptor: int) -> os.statvfs_result:
        made = list(real(descriptor))
        made[1], made[4] = 1, 2_000_000
        return os.statvfs_result(made)

    monkeypatch.setattr("os.fstatvfs", nearly_full)
    with pytest.raises(CleanupError, match=r"unpacks to 3.0 MB, and only 2.0 MB are free"):
        unarchive(str(filled), str(path))


def test_archives_do_not_go_into_the_trash(filled: Root) -> None:
    with pytest.raises(CleanupError, match="lies in the trash, where nothing is safe"):
        archive(str(filled), targets(filled, KEY), f"{filled}/.trash/scratch/x", ChangeRules())
    assert (filled.path / KEY).is_dir()


@pytest.mark.parametrize("at_ns", [-10_250_000_001, -250_000_000, -1, 0, 1, -2_000_000_000 * 10**9])
def test_a_file_from_before_1970_is_archived_with_its_time(
    filled: Root, tmp_path: Path, at_ns: int
) -> None:
    file = filled.path / KEY / "plan.md"
    os.utime(file, ns=(at_ns, at_ns))
    before = os.stat(file).st_mtime_ns
    done = archive(str(filled), targets(filled, KEY), str(tmp_path / "away"), ChangeRules())
    assert not done.failed and not file.exists()
    (made,) = (tmp_path / "away").iterdir()
    unarchive(str(filled), str(made))
    assert os.stat(file).st_mtime_ns == before
