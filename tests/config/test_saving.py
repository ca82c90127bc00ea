"""A policy is added to the user's settings, and nothing else in them changes."""

import os
import stat
import tomllib
from pathlib import Path

import pytest

from exito_tui.config.saving import NotSavedError, Rules, save_policy
from exito_tui.config.sources import LARGEST, load, user_file
from exito_tui.domain.cleanup.retention import Policy

RULES: Rules = {
    "keep_last": 10,
    "older_than": "30d",
    "state": ("completed",),
    "command": ('a"b\\', "ü"),
}


@pytest.fixture
def file() -> Path:
    path = Path(user_file())
    path.parent.mkdir(parents=True)
    return path


def test_a_policy_is_saved_and_loaded_again_where_there_is_no_file() -> None:
    path = save_policy("weekly", RULES)
    assert path == user_file()
    assert load().policies["weekly"] == Policy(
        10, None, None, ("completed",), ('a"b\\', "ü"), 30 * 86_400 * 10**9
    )
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


@pytest.mark.parametrize("end", ["", "\n", "\n# a remark without an end"])
def test_all_that_was_there_stays_byte_for_byte(file: Path, end: str) -> None:
    before = f'# mine\ntheme = "nord" # yes{end}'
    file.write_text(before)
    file.chmod(0o640)
    save_policy("weekly", {"keep_last": 3})
    save_policy("monthly", {"keep_within": "30d"})
    assert file.read_text().startswith(before)
    assert list(load().policies) == ["weekly", "monthly"] and load().theme == "nord"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(file.parent) == ["config.toml"]


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text('theme = "nord"\n')
    file.symlink_to(real)
    save_policy("weekly", {"keep_last": 3})
    assert file.is_symlink() and tomllib.loads(real.read_text())["policies"]


@pytest.mark.parametrize(
    "content, said",
    [
        ("theme = ", "is not valid TOML"),
        ("[policies.weekly]\nkeep_last = 1\n", "there is a policy 'weekly' already"),
        ("policies = { nightly = { keep_last = 1 } }\n", "cannot take a table"),
        ("policies = 3\n", "cannot take a table"),
        ("x = '''\nopen", "is not valid TOML"),
        (f"# {'x' * LARGEST}", "larger than"),
        (f"# {'x' * (LARGEST - 9)}\n", "larger than"),
    ],
)
def test_a_file_that_is_not_well_is_left_as_it_is(file: Path, content: str, said: str) -> None:
    file.write_text(content)
    with pytest.raises(NotSavedError, match=said):
        save_policy("weekly", {"keep_last": 3})
    assert file.read_text() == content and os.listdir(file.parent) == ["config.toml"]


@pytest.mark.parametrize("name", ["", "a b", "x]\n[keys", "ü", "a.b", "x" * 41])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(NotSavedError, match="is not a valid name"):
        save_policy(name, {"keep_last": 3})
    assert not os.path.exists(user_file())


def test_rules_that_are_none_are_refused() -> None:
    with pytest.raises(NotSavedError, match="no rule says what goes"):
        save_policy("weekly", {"state": ("completed",)})


def test_a_file_that_cannot_be_written_is_left(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('theme = "nord"\n')

    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(NotSavedError, match="No space left"):
        save_policy("weekly", {"keep_last": 3})
    assert file.read_text() == 'theme = "nord"\n' and os.listdir(file.parent) == ["config.toml"]


def test_a_file_that_changes_meanwhile_is_left(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('theme = "nord"\n')
    sync = os.fsync

    def meanwhile(descriptor: int) -> None:
        sync(descriptor)
        file.write_text('theme = "gruvbox"\n')

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(NotSavedError, match="was changed just now"):
        save_policy("weekly", {"keep_last": 3})
    assert file.read_text() == 'theme = "gruvbox"\n'
