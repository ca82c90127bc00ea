"""What workflows.toml says, and what is asked of it before any workflow is read."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from exito_tui.domain.own_toml import own_tables


@cache
def workflows_data() -> Mapping[str, Any]:
    """All of workflows.toml; read once, when it is first asked for, and not when the program
    starts."""
    return own_tables(__file__, "workflows.toml")


@cache
def workflow_tables() -> Mapping[str, Any]:
    """The tables of the built-in workflows, by name."""
    return {name: table for name, table in workflows_data().items() if name != "files"}


@cache
def command_folders() -> frozenset[str]:
    """The folders that the sessions of the built-in workflows lie in."""
    return frozenset(table.get("folder", name) for name, table in workflow_tables().items())
