"""The parser: every command in the help, with examples that hold, and JSON."""

import argparse
import shlex

import pytest

from exito_tui.cli.output import Failure
from exito_tui.cli.parser import build_parser, parse
from exito_tui.cli.parser.help import EXAMPLES, GROUPS

WITHOUT_JSON = {"demo", "hook"}
"""A command that opens the browser, and one that speaks to Claude Code."""


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = (action for action in build_parser()._actions if isinstance(action.choices, dict))
    return dict(found.choices)  # type: ignore[arg-type]


def test_every_command_has_json() -> None:
    without = {
        name
        for name, command in commands().items()
        if not any("--json" in action.option_strings for action in command._actions)
    }
    assert without == WITHOUT_JSON


def test_every_command_stands_in_one_group_of_the_help() -> None:
    listed = [name for names in GROUPS.values() for name in names]
    assert sorted(listed) == sorted(commands())
    text = build_parser().format_help()
    assert text.index("\nlook:") < text.index("\n  ls ") < text.index("\nclean up:")
    assert max(map(len, text.splitlines())) <= 100


def test_every_option_of_every_command_says_what_it_does() -> None:
    silent = [
        (name, option.option_strings)
        for name, command in {"": build_parser(), **commands()}.items()
        for option in command._actions
        if option.option_strings and not option.help
    ]
    assert not silent


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_examples_of_a_command_hold(name: str) -> None:
    text = commands()[name].format_help()
    assert ("SESSION is one of" in text) is any(
        action.metavar == "SESSION" for action in commands()[name]._actions
    )
    for line in EXAMPLES[name]:
        assert line in text
        program, *arguments = shlex.split(line)
        assert program == "exito-tui" and arguments[0] == name
        assert callable(parse(arguments).run)


def test_every_command_has_examples() -> None:
    assert set(EXAMPLES) == set(commands())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("prnue", "did you mean prune?"),
        ("ls --stat waiting", "unknown option --stat; did you mean --state?"),
        ("prune --keep-lats 3", "unknown option --keep-lats; did you mean --keep-last?"),
        ("ls --by neeed", "did you mean need?"),
        ("ls --state x", "--state: unknown state 'x'; there are waiting, stuck, failed, running"),
        ("ls --state wating", "--state: unknown state 'wating'; did you mean waiting?"),
        ("config thmes", "did you mean themes?"),
        ("status now", "'now' is one argument too many"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(line: str, words: str) -> None:
    with pytest.raises(Failure, match="(?s)" + words.replace("?", "[?]")):
        parse(line.split())


@pytest.mark.parametrize(
    ("command", "option"),
    [(["new", "build"], "--worktrees"), (["new", "build"], "--no-claude"), (["lint", "x"], "--worktrees"),
     (["demo"], "--worktrees"), (["workflows"], "--no-claude"),
     *(([*one.split()], "--no-claude") for one in
       ("trash", "log", "undo", "redo", "restore X", "purge", "unarchive x.tar.gz", "search x"))],
)  # fmt: skip
def test_what_does_nothing_for_a_command_is_none_of_its_options(
    command: list[str], option: str
) -> None:
    with pytest.raises(Failure, match=f"unknown option {option}"):
        parse([*command, option])
    with pytest.raises(Failure, match="unknown option --root"):
        parse(["lint", "x", "--root", "."])
    assert parse(["new", "build", "--root", "."]).root == ["."]


@pytest.mark.parametrize(
    "option", [["--theme", "nope"], ["--sort=size"], ["--by", "time"], ["--no-motion"]]
)
def test_an_option_of_the_browser_is_refused_before_a_command(option: list[str]) -> None:
    name = option[0].partition("=")[0]
    with pytest.raises(Failure, match=f"`show` does not take {name}, which is for the browser"):
        parse([*option, "show", "latest"])
    parse(option)
    parse([*option, "demo"])


@pytest.mark.parametrize("option", [["--sort=size"], ["--by", "time"]])
def test_an_option_that_a_command_takes_as_well_is_to_stand_after_it(option: list[str]) -> None:
    name = option[0].partition("=")[0]
    with pytest.raises(Failure, match=f"put {name} after `ls`: before it, it is for the browser"):
        parse([*option, "ls"])


def test_since_takes_a_day_by_its_name() -> None:
    today, yesterday = (
        parse(["search", "x", "--since", one]).since for one in ("today", "yesterday")
    )
    assert 0 <= today < 90_000 and 82_000 < yesterday - today < 91_000
    assert parse(["search", "x", "--since", "2d"]).since == 172_800


@pytest.mark.parametrize("option", ["--since", "--until"])
def test_what_is_no_time_is_told_that_days_have_names(option: str) -> None:
    with pytest.raises(Failure, match=r"'lately' is not .* 30d, nor today or yesterday"):
        parse(["search", "x", option, "lately"])


def test_until_takes_a_day_by_its_name_and_its_end() -> None:
    today, yesterday = (
        parse(["search", "x", "--until", one]).until for one in ("today", "yesterday")
    )
    began = parse(["search", "x", "--since", "today"]).since
    assert today == 0 and began - 5 < yesterday <= began
    assert parse(["search", "x", "--until", "2d"]).until == 172_800
