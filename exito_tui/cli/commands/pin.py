"""`exito-tui pin` and `unpin`."""

from exito_tui.cli.json.cleanup import pins_object
from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import complain, write
from exito_tui.cli.shared.change import settings
from exito_tui.cli.shared.select import select_sessions
from exito_tui.domain.units import pluralize
from exito_tui.store.operations.pin import set_pins


def run(options: Options) -> int:
    """Pin the named sessions, or take their pins off."""
    roots, _ = settings(options, work_trees=True)
    objects, changed = [], 0
    for one in select_sessions(options, roots, options.session):
        keys = set_pins(one.root, [session.key for session in one.sessions], pinned=options.pinned)
        changed += len(keys)
        objects.append(pins_object(one.root, keys, pinned=options.pinned))
    if options.json:
        write(document(objects))
        return 0
    word = "pinned" if options.pinned else "unpinned"
    complain(f"{pluralize(changed)} {word}" if changed else f"already {word}; nothing changed")
    return 0
