"""Whether something that is not a session by itself may be moved: nobody is writing into it."""

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.artefact import BOOKKEEPING
from exito_tui.store.fs.tree import Tree


def why_not_quiet(tree: Tree, now_ns: int, quiet_ns: int) -> Reason | None:
    """That something in a tree was written within so long, or bears a time that lies ahead; None
    when it is quiet. What a session's end writes does not count."""
    written = [file.modified_ns for file in tree.files if file.path not in BOOKKEEPING]
    age = now_ns - max(written, default=0)
    if age >= quiet_ns:
        return None
    return Reason("written-lately", {"length": age}) if age > 0 else Reason("lies-ahead")
