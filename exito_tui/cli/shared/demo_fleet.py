"""A demo's fleet in a project that somebody has lived in for a while."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exito_tui.demo.player import BackgroundFleet
    from exito_tui.domain.sessions.session import Session


def start(
    seed: int = 1, speed: float = 1.0, layout: str = "exito", sessions: int = 0
) -> "BackgroundFleet":
    """Begin to play a fleet in a temporary project, in which somebody has cleaned up a little.
    `seed` makes it another one, `speed` is how many times faster than life it goes, `sessions` how
    many more there are of each command."""
    from exito_tui.demo.player import BackgroundFleet

    fleet = BackgroundFleet(seed, speed, layout, sessions)
    try:
        if layout == "exito":
            tidy(fleet.root)
    except BaseException:
        fleet.end()
        raise
    return fleet


def tidy(root: str) -> None:
    """Clean up as a user would: the oldest of two commands in the trash, one session archived, one
    pinned."""
    from exito_tui.domain.sessions.orders import newest_first
    from exito_tui.store.operations.archive import archive
    from exito_tui.store.operations.common import ChangeRules
    from exito_tui.store.operations.move import move_to_trash
    from exito_tui.store.operations.pin import set_pins
    from exito_tui.store.read.scan import scan
    from exito_tui.store.trash.targets import capture_targets

    oldest: dict[str, list[Session]] = {}
    for session in newest_first(scan(root).sessions.values())[::-1]:
        oldest.setdefault(session.command, []).append(session)
    archive(root, capture_targets(root, oldest["execute"][:1]), "", ChangeRules())
    move_to_trash(root, capture_targets(root, [*oldest["workflow"][:2], *oldest["research"][:1]]))
    set_pins(root, [oldest["refine"][0].key], pinned=True)
