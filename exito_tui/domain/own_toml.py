"""The program's own TOML files. Python keeps what they say compiled beside them, as it does with
modules: to parse one takes longer than some commands."""

import os
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import Any


class _TomlLoader(SourceFileLoader):
    """Loads a TOML file as a module whose `tables` are what it says."""

    def get_data(self, path: str) -> bytes:
        package: Any = __spec__.loader  # wherever the package lies, perhaps in an archive
        return bytes(package.get_data(path))

    def source_to_code(self, data: Any, path: Any, **_: Any) -> CodeType:  # type: ignore[override]
        import tomllib

        return compile(f"tables = {tomllib.loads(data.decode())!r}", path, "exec")


def own_tables(module: str, name: str) -> Mapping[str, Any]:
    """The tables of the TOML file `name` beside a module, which is given by its `__file__`. No
    module may be called like it: they would be kept under one name."""
    path = os.path.join(os.path.dirname(os.path.abspath(module)), name)
    made = ModuleType(name)
    _TomlLoader(name, path).exec_module(made)
    tables: Mapping[str, Any] = made.tables
    return tables
