"""What the tests of the commands that change something share."""

import os
from pathlib import Path

from exito_tui.cli.shared import settings
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root

OLD = 1_735_700_000.0
KEY, OTHER = "build/build_20250101_100000", "patch/patch_20250102_100000"


def out(root: Root, *arguments: str, code: int = 0) -> tuple[str, str]:
    """(what is said on stdout, on stderr); the exit code must be as expected."""
    done = run(arguments[0], "--root", str(root), *arguments[1:])
    assert done.returncode == code, done
    return done.stdout.decode(), done.stderr.decode()


def keys(root: Root) -> set[str]:
    return {one["key"] for one in as_json(run("ls", "--json", "--root", str(root)))["sessions"]}


def forget_settings() -> None:
    """As in a new process."""
    settings.settings_in_force.cache_clear()
    settings._loaded.cache_clear()


def configure(text: str) -> None:
    """Write the user's settings file; in this process too it counts from now on."""
    forget_settings()
    path = Path(os.environ["XDG_CONFIG_HOME"]) / "exito-tui" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
