"""What is put on the clipboard."""

from typing import TYPE_CHECKING

from textual.app import App

from exito_tui.domain.text import one_line

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.verdict import Verdict


def copy_next_step(app: App[None], verdict: "Verdict | None") -> None:
    """Copy what a verdict says is to be done next, and say so."""
    if verdict is None:
        app.notify("Choose a session first.", markup=False)
        return
    shown = one_line(verdict.next_step)
    app.copy_to_clipboard(shown)
    app.notify(shown, title="Next step copied", markup=False)


def copy_path(app: App[None], path: str | None) -> None:
    """Copy a path, and say so."""
    if path is None:
        app.notify("Nothing is selected whose path could be copied.", markup=False)
        return
    # What a shell would obey when it is pasted is not put on the clipboard.
    shown = one_line(path)
    app.copy_to_clipboard(shown)
    title = "Path copied" if shown == path else "Path copied, with signs for what cannot be pasted"
    app.notify(shown, title=title, markup=False)
