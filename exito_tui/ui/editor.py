"""Opening a file in the user's editor."""

import os
import shlex
import stat
import subprocess
import termios
from collections.abc import Callable

from textual.app import App, SuspendNotSupported


class EditorError(Exception):
    """The file cannot be opened in an editor; the text says why and what to do."""


def open_in_editor(
    app: App[None], configured: str, path: str, began: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    """Suspend the app and run the editor on a file (or a session's folder).

    `configured` is the editor's command from the settings; empty for $VISUAL or $EDITOR. `began` is
    told of the editor's process, which is waited for.

    Raises:
        EditorError: there is no editor, it cannot be run, it failed, or the path is not a file or
        folder.
    """
    command = configured or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise EditorError(f"The editor's command {command!r} cannot be read: {error}") from None
    if not words:
        raise EditorError("No editor is set: set $VISUAL or $EDITOR, or `editor` in the settings.")
    try:
        mode = os.lstat(path).st_mode
    except OSError as error:
        raise EditorError(f"{path} cannot be opened: {os.strerror(error.errno or 0)}") from None
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise EditorError("Only regular files are opened: this is a link, a pipe or a device.")
    failure = ""
    try:
        with app.suspend():  # nothing may be raised in here: the app would never come back
            try:
                terminal = termios.tcgetattr(0)
                editor = subprocess.Popen([*words, path])  # noqa: S603 the user's own command
                began(editor)
                code = editor.wait()
                termios.tcsetattr(
                    0, termios.TCSANOW, terminal
                )  # one that was killed leaves it as it had it
                failure = f"{words[0]} ended with exit code {code}." if code else ""
            except termios.error:
                failure = "The terminal is gone."
            except OSError as error:
                failure = f"{words[0]} cannot be run: {os.strerror(error.errno or 0)}"
    except SuspendNotSupported:
        failure = "The app cannot make way for an editor here."
    if failure:
        raise EditorError(failure)
