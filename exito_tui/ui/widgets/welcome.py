"""What is shown while there is no root, or nothing in it."""

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Static

from exito_tui.domain.root_paths import project_folder
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import one_line
from exito_tui.ui.drawing.strips import home_path


class Welcome(Static):
    """Says what was looked for and where, and what can be done about it."""

    def __init__(self) -> None:
        super().__init__(id="welcome", markup=False)

    def show(self, snapshots: Sequence[Snapshot], places: Sequence[str], *, lost: bool) -> None:
        """Say why nothing is listed: `places` is where a root was looked for; `lost` when it was
        there before."""
        present = [snapshot for snapshot in snapshots if snapshot.state == "present"]
        unreadable = next(
            (snapshot for snapshot in snapshots if snapshot.state == "unreadable"), None
        )
        if present:
            self._empty(present[0].root)
        elif unreadable:
            self._unreadable(unreadable.root, unreadable.problem)
        else:
            self._waiting(places, lost=lost)

    def _waiting(self, places: Sequence[str], *, lost: bool) -> None:
        """No root is there: `places` is where it was looked for; `lost` when it was there
        before."""
        text = Text()
        if lost:
            text.append("The sessions folder is gone\n\n", style="bold")
            text.append(
                "It was deleted or renamed. This screen opens it again the moment it is back:\n\n"
            )
        else:
            project = home_path(project_folder(places[0])) if places else "this project"
            text.append(f"No workflow has run in {project} yet.\n\n", style="bold")
            text.append(
                "exito-tui shows the Claude Code sessions of a project: a file or a folder for "
                "each piece of work, or what the workflows of the exito plugin write.\n\n"
                "Watching, and opening the nearest one the moment it appears:\n\n"
            )
        for place in places[:6]:
            text.append(f"  {home_path(place)}\n", style="dim")
        if len(places) > 6:
            text.append(f"  and {len(places) - 6} more, up to the root of the disk\n", style="dim")
        text.append("\nStart a session in Claude Code, or press ")
        text.append(" D ", style="reverse")
        text.append(" for a demo.\nAnother project: ")
        text.append("exito-tui --root PATH", style="bold")
        self.update(text)

    def _unreadable(self, place: str, problem: str) -> None:
        """The root is there and cannot be read."""
        text = Text("The sessions folder cannot be read\n\n", style="bold")
        text.append(f"  {home_path(place)}: {one_line(problem)}\n\n", style="not bold")
        text.append(
            "Make it readable (chmod u+rx); it is tried again every few seconds.",
            "not bold",
        )
        self.update(text)

    def _empty(self, place: str) -> None:
        """The root is there and holds nothing."""
        project = home_path(project_folder(place))
        text = Text(f"No workflow has run in {project} yet.\n\n", style="bold")
        text.append(f"Watching {home_path(place)}.\n", style="not bold")
        text.append("What Claude Code writes there shows up at once.", style="not bold")
        self.update(text)
