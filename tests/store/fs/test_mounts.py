"""What is mounted below a root, by the system's own table."""

import os
from pathlib import Path

from exito_tui.store.fs.mounts import mounts_below


def test_the_systems_table_of_mounts_is_read(tmp_path: Path) -> None:
    table = tmp_path / "mountinfo"
    place = os.path.realpath(tmp_path)
    table.write_text(
        f"25 1 8:1 / / rw - ext4 x rw\n26 25 8:2 /a {place}/top/build/with\\040space rw - ext4 "
        f"y rw\n"
        f"27 25 8:2 /a {place}/topmost rw - ext4 y rw\n"
    )
    (tmp_path / "top").mkdir()
    folder = os.open(tmp_path / "top", os.O_RDONLY)
    try:
        assert mounts_below(folder, str(table)) == ["build/with space"]
        assert mounts_below(folder, str(tmp_path / "none")) == []
    finally:
        os.close(folder)
