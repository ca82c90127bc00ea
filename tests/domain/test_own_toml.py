"""The program's own TOML files are kept compiled, and read anew when they change."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exito_tui.domain.own_toml import own_tables

PACKAGE = Path(__file__).parents[2] / "exito_tui"


def test_what_is_kept_is_what_the_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    module, data = tmp_path / "module.py", tmp_path / "data.toml"
    for text, tables in (
        ('[a]\nb = ["\\u001b", "é"]\n', {"a": {"b": ["\x1b", "é"]}}),
        ("[a]\nb = true\nc = 1.5\n", {"a": {"b": True, "c": 1.5}}),
    ):
        data.write_text(text, encoding="utf-8")
        assert own_tables(str(module), "data.toml") == tables
        assert len([*(tmp_path / "__pycache__").iterdir()]) == 1
        monkeypatch.setitem(sys.modules, "tomllib", None)  # from here on it cannot be parsed
        assert own_tables(str(module), "data.toml") == tables
        monkeypatch.delitem(sys.modules, "tomllib")


def test_the_package_may_lie_in_an_archive(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE / "domain", tmp_path / "new" / "exito_tui" / "domain")
    shutil.copy(PACKAGE / "__init__.py", tmp_path / "new" / "exito_tui")
    archive = shutil.make_archive(str(tmp_path / "package"), "zip", tmp_path / "new")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from exito_tui.domain.workflows import reader\n"
        "assert '.zip' in reader.__file__ and 'build' in reader.builtin()"
    )
    subprocess.run([sys.executable, "-c", code, archive], check=True)


def test_no_module_is_called_like_a_file_that_is_kept() -> None:
    """Python would keep both under one name."""
    for path in PACKAGE.rglob("*.toml"):
        assert not path.with_suffix(".py").exists(), path
