"""The pictures of the README are what the app looks like."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import living_in

FOLDER = Path(__file__).parents[2] / "screenshots"


def script() -> Any:
    """The script that draws them."""
    spec = importlib.util.spec_from_file_location("take", FOLDER / "take.py")
    assert spec and spec.loader
    take = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(take)
    return take


take = script()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the fleets of the pictures lie."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="session")
def fleets(home: Path) -> Any:
    """The roots of the fleets, which no picture changes."""
    with living_in(home):
        return take.fleets(str(home))


@pytest.mark.parametrize("picture", take.PICTURES, ids=lambda picture: picture.name)
async def test_the_screen_is_drawn_as_in_the_readme(picture: Any, fleets: Any, home: Path) -> None:
    with living_in(home):
        drawn = await take.take(picture, fleets)
    kept = (FOLDER / f"{picture.name}.svg").read_text(encoding="utf-8")
    assert drawn == kept, f"{picture.name}.svg is not what the app looks like now: make screenshots"


def test_each_picture_is_one_that_is_drawn() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == {each.name for each in take.PICTURES}
