"""The parts of our hooks that the user names."""

from exito_tui.cli.output import EXIT_USAGE, Failure
from exito_tui.domain.hook_setup import PARTS


def parts_named(only: str | None) -> list[str]:
    """The parts in `--only` (None: all), in their order. Raises Failure."""
    if only is None:
        return list(PARTS)
    wanted = [part.strip() for part in only.split(",") if part.strip()]
    for part in wanted or [only]:
        if part not in PARTS:
            raise Failure(f"there is no part {part!r}; there are {', '.join(PARTS)}", EXIT_USAGE)
    return [part for part in PARTS if part in wanted]
