"""Settings: who wins, what a project may not set, and every error at once."""

import os
import re
import stat
import tomllib
from pathlib import Path

import pytest

from exito_tui.actions import COMMANDS
from exito_tui.app_state import Remembered, recall, remember
from exito_tui.config import checks
from exito_tui.config.checks import ConfigError, UnfitError
from exito_tui.config.settings import SETTINGS, Config
from exito_tui.config.sources import load, origins, user_file
from exito_tui.config.template import template
from exito_tui.domain.verdicts.judge import Judge


def write_user(text: str | bytes) -> Path:
    path = Path(user_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shop" / ".claude").mkdir(parents=True)
    return tmp_path / "shop"


def write_project(project: Path, text: str) -> None:
    (project / ".claude" / "exito-tui.toml").write_text(text)


def test_without_any_file_the_defaults_hold() -> None:
    assert load() == Config()


def test_every_setting_has_its_row() -> None:
    assert set(SETTINGS) == set(Config._fields) - {"warnings"}


def test_flag_beats_environment_beats_project_beats_user(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_user('sort = "size"\ntheme = "nord"\nwriting = "1min"\nby = "time"\n')
    write_project(project, 'sort = "name"\ntheme = "gruvbox"\nwriting = "30s"\n')
    monkeypatch.setenv("EXITO_TUI_SORT", "written")
    monkeypatch.setenv("EXITO_TUI_THEME", "dracula")
    config = load({"sort": "started", "theme": None}, project=str(project))
    assert (config.sort, config.theme, config.writing, config.by) == (
        "started",
        "dracula",
        30.0,
        "time",
    )


@pytest.mark.parametrize("setting", ['editor = "sh"', 'ascii = "always"', '[keys]\nquit = "x"'])
def test_a_project_may_not_set_what_is_the_users(project: Path, setting: str) -> None:
    write_project(project, setting)
    config = load(project=str(project))
    assert config._replace(warnings=()) == Config()
    assert "may not be set by a project's file" in str(config.warnings[0])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("theme = 3\nsort = 'name'\n", "theme: expected a quoted string"),
        ("colour = 1\nsort = 'name'\n", "colour: unknown setting"),
        ("sort = ", "is not valid TOML"),
        ("a = " + "[" * 5000, "is not valid TOML"),
        ("# " + "x" * 64_000, "is larger than 64 kB"),
        (".".join("a" * 20_000) + " = 1", "line 1: a key of more than 16 parts"),
        (
            "sort = 'name'\n[" + " . ".join("a" * 10_000) + "]",
            "line 2: a key of more than 16 parts",
        ),
        ("x = { " + ".".join(['"q"'] * 10_000) + " = 1 }", "line 1: a key of more than 16 parts"),
        ("[workflows.x]\nsteps = 3\n", "workflows: x.steps: expected a list of steps"),
    ],
)
def test_what_is_wrong_with_a_projects_file_is_a_warning(
    project: Path, text: str, why: str
) -> None:
    write_project(project, text)
    config = load(project=str(project))
    assert why in str(config.warnings[0]) and str(project) in str(config.warnings[0])
    assert config.sort == ("name" if text.startswith(("theme", "colour")) else "started")


def test_a_line_with_many_dots_in_quotes_is_no_deep_key(project: Path) -> None:
    write_project(project, 'theme = "' + "a." * 500 + '" # a.b.c\n')
    config = load(project=str(project))
    assert config.theme.startswith("a.a.") and not config.warnings


def test_reading_a_hostile_file_takes_no_memory_to_speak_of(project: Path) -> None:
    import tracemalloc

    write_project(project, ".".join("a" * 30_000) + " = 1")
    tracemalloc.start()
    try:
        load(project=str(project))
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_every_error_of_every_source_is_told_at_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_user(
        'sort = "biggest"\nsorrt = true\nwriting = 20\npolling = "yes"\n[keys]\nfilterr = "f"\n'
    )
    write_project(project, "theme = 3\n")
    monkeypatch.setenv("EXITO_TUI_RECONCILE", "soon")
    monkeypatch.setenv("EXITO_TUI_SOTR", "name")
    with pytest.raises(ConfigError) as caught:
        load(project=str(project))
    text = str(caught.value)
    assert len(caught.value.problems) == 8
    assert "exito-tui.toml: theme: expected a quoted string" in text
    assert f"{path}: sort: expected one of started, written, size, name, need" in text
    assert "sorrt: unknown setting; did you mean sort?" in text
    assert 'writing: expected a duration with its unit, such as "20s"' in text
    assert "polling: expected true or false" in text
    assert "keys: there is no command 'filterr'; did you mean filter?" in text
    assert "environment: EXITO_TUI_RECONCILE: expected a duration" in text
    assert "environment: EXITO_TUI_SOTR: unknown setting; did you mean EXITO_TUI_SORT?" in text


@pytest.mark.parametrize(
    "content", [b"sort = ", b"\xff\xfe", b"sort = 'name'\nsort = 'size'", b"a = " + b"[" * 5000]
)
def test_a_file_that_is_no_toml(content: bytes) -> None:
    path = write_user(content)
    with pytest.raises(ConfigError, match="not valid TOML") as caught:
        load()
    assert str(path) in str(caught.value)


def test_a_settings_file_that_cannot_be_read() -> None:
    Path(user_file()).mkdir(parents=True)
    with pytest.raises(ConfigError, match="is not a regular file"):
        load()


@pytest.mark.parametrize("keys", ["", "ctrl+", "two words", 3])
def test_keys_must_be_names_of_keys(keys: object) -> None:
    write_user(f"[keys]\nfilter = {keys!r}\n".replace("'", '"'))
    with pytest.raises(ConfigError, match="filter"):
        load()


def test_keys_are_rebound() -> None:
    write_user('[keys]\nfilter = "ctrl+g,ctrl+k"\n')
    assert load().keys == {"filter": "ctrl+g,ctrl+k"}


def test_commands_have_distinct_ids_and_in_each_pane_distinct_keys() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    for pane in ("list", "document"):
        keys = [
            key
            for command in COMMANDS
            if command.pane in (pane, "anywhere")
            for key in command.keys
        ]
        assert len(keys) == len(set(keys))


def test_what_is_remembered_comes_back(tmp_path: Path) -> None:
    path = str(tmp_path / "deep" / "state.json")
    remembered = Remembered("nord", "time", {"/r": 5}, {"/r": {"build/x": 7}})
    remember(path, remembered)
    assert recall(path) == remembered


def test_what_is_remembered_is_for_the_user_alone_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "state" / "state.json"
    remember(str(path), Remembered("nord"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.unlink()
    path.mkdir()  # nothing takes its place
    remember(str(path), Remembered("nord"))
    assert os.listdir(path.parent) == ["state.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"theme": 3, "seen_ns": {"/r": "x"}}',
        '{"looked_ns": {"/r": 3}}',
        "[" * 100_000,
    ],
)
def test_a_broken_memory_is_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(content)
    assert recall(str(path)) == Remembered()


def test_each_setting_is_told_with_where_it_comes_from(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_user('sort = "size"\nwriting = "1min"\n')
    write_project(project, 'sort = "name"\nquiet = "1min"\n')
    monkeypatch.setenv("EXITO_TUI_THEME", "nord")
    found = origins(project=str(project))
    assert found["sort"] == str(project / ".claude" / "exito-tui.toml")
    assert found["writing"] == user_file() and found["theme"] == "EXITO_TUI_THEME"
    assert "quiet" not in found  # a project may not set it


def test_filters_have_names_and_must_be_understood() -> None:
    write_user('[filters]\nmine = "state:waiting command:build"\nbig = "size:>1M"\n')
    assert dict(load().filters) == {"mine": "state:waiting command:build", "big": "size:>1M"}
    write_user('[filters]\nmine = "state:wating"\nfew = 3\n')
    with pytest.raises(ConfigError) as raised:
        load()
    assert "mine: unknown state 'wating'; did you mean waiting?" in str(raised.value)
    assert "few: expected a quoted filter" in str(raised.value)


def test_settings_and_state_that_are_pipes_do_not_block(tmp_path: Path) -> None:
    os.makedirs(os.path.dirname(user_file()))
    os.mkfifo(user_file())
    with pytest.raises(ConfigError, match="not a regular file"):
        load()
    os.mkfifo(tmp_path / "state.json")
    assert recall(str(tmp_path / "state.json")) == Remembered()


def test_every_error_inside_a_table_is_reported_and_like_may_look_ahead(tmp_path: Path) -> None:
    os.makedirs(os.path.dirname(user_file()))
    Path(user_file()).write_text(
        '[keys]\nquit = "notakey"\nfilterr = "f"\n[expected]\na = "soon"\nb = "never"\n'
        '[workflows.x]\nsteps = []\n[workflows.y]\nlike = "nobody"\n'
    )
    with pytest.raises(ConfigError) as caught:
        load()
    assert len(caught.value.problems) == 6
    Path(user_file()).write_text('[workflows.b]\nlike = "a"\n[workflows.a]\nlike = "build"\n')
    assert load().workflows["b"].steps == Judge().workflows_in("/r")["build"].steps


def test_a_key_that_is_taken_is_refused_unless_its_owner_moves(tmp_path: Path) -> None:
    os.makedirs(os.path.dirname(user_file()))
    Path(user_file()).write_text('[keys]\nfilter = "q"\n')
    with pytest.raises(ConfigError, match="'q' is the key of quit already"):
        load()
    Path(user_file()).write_text('[keys]\nfilter = "q"\nquit = "Q"\n')
    assert load().keys["filter"] == "q"


def test_the_file_to_begin_with_has_every_setting_and_holds_when_it_is_uncommented() -> None:
    text = template()
    assert load() == (write_user(text) and load()), "all of it is commented out"
    live = re.sub(r"^#(?! )", "", text, flags=re.MULTILINE)
    assert set(tomllib.loads(live)) == set(SETTINGS)
    write_user(live)
    config = load(themes=["nord"])
    examples = {name for name, setting in SETTINGS.items() if setting.example}
    changed = {name for name in SETTINGS if getattr(config, name) != getattr(Config(), name)}
    assert changed <= examples, "whatever is no example is the default"


def test_an_unknown_theme_is_told_with_all_else_that_is_wrong() -> None:
    write_user('theme = "nrod"\nsort = "biggest"\n')
    with pytest.raises(ConfigError) as caught:
        load(themes=["nord", "gruvbox"])
    text = str(caught.value)
    assert (
        "theme: unknown theme 'nrod'; did you mean nord?" in text
        and "sort: expected one of" in text
    )


def test_a_key_for_a_command_that_is_like_no_other_is_answered_with_all_commands() -> None:
    with pytest.raises(UnfitError, match="there is no command 'nope'; there are back, "):
        checks.keys({"nope": "x"})
