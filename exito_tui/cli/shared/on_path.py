"""Whether Claude Code, which runs hooks by name, will find the program."""

import os
import shlex
import shutil
import sys

from exito_tui.cli.output import complain

_NAME = "exito-tui"


def tell_if_not_on_path() -> None:
    """Say so where it will not, and what to do."""
    if shutil.which(_NAME) is not None:
        return
    own = os.path.join(os.path.dirname(sys.executable), _NAME)
    link = f": ln -s {shlex.quote(own)} ~/.local/bin/" if os.access(own, os.X_OK) else ""
    complain(
        f"`{_NAME}` is not on your PATH, so hooks will do nothing: put it, or a link to it, into a "
        f"folder that is{link}"
    )
