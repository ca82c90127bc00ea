"""The README is true: its keys, commands and settings are those of the program."""

import argparse
import re
from pathlib import Path

from exito_tui.actions import COMMANDS, shown_keys
from exito_tui.cli.parser import build_parser
from exito_tui.cli.parser.help import EXAMPLES
from exito_tui.config.settings import SETTINGS, Config

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")


def key_table() -> str:
    """The table of keys as the README must show it."""
    titles = {"anywhere": "everywhere", "list": "in the list", "document": "in the document"}
    rows = ["| keys | what they do | command |", "|---|---|---|"]
    for pane, title in titles.items():
        rows.append(f"| **{title}** | | |")
        for command in COMMANDS:
            if command.pane == pane:
                keys = " ".join(f"`{key}`" for key in shown_keys(",".join(command.keys)).split())
                rows.append(f"| {keys} | {command.help} | `{command.id}` |")
    return "\n".join(rows)


def test_the_keys_are_those_of_the_program() -> None:
    found = re.search(r"<!-- keys -->\n(.*)\n<!-- /keys -->", README, re.DOTALL)
    assert found and found[1] == key_table()


def test_every_command_and_option_is_told_of() -> None:
    parser = build_parser()
    (subcommands,) = (
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    )
    for name, command in subcommands.choices.items():
        assert f"exito-tui {name}" in README
        for action in command._actions:
            for option in action.option_strings:
                assert option in README or option in ("-h", "--help"), f"{name} {option}"


def test_every_command_has_an_example() -> None:
    for name, examples in EXAMPLES.items():
        assert any(f"$ {example}" in README for example in examples), name


def test_every_setting_is_told_of() -> None:
    for name in set(Config._fields) - {"warnings"}:
        assert f"`{name}`" in README or f"[{name}]" in README, name


def test_what_a_project_may_not_set_is_told_of() -> None:
    (sentence,) = re.findall(r"so it may not set (.*?), or how you are told", README)
    told = set(re.findall(r"`\[?(\w+)\]?`", sentence)) | {"toast", "bell", "osc9"}
    assert told == {name for name, setting in SETTINGS.items() if not setting.by_projects}


def test_what_a_command_answers_stands_below_it() -> None:
    before = README.partition("exito-tui: undone: ")[0]
    assert before.endswith("$ exito-tui undo\n")


def test_every_picture_is_there() -> None:
    for path in re.findall(r"\]\((?!http|#)([^)]+)\)", README):
        assert (TOP / path).exists(), path
