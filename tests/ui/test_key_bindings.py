"""The commands as key bindings, and the user's own keys."""

from typing import get_args

from textual.binding import Binding

from exito_tui.actions import COMMANDS, Pane
from exito_tui.ui.key_bindings import bindings, keymap


def made(pane: Pane) -> list[Binding]:
    return [one for one in bindings(pane) if isinstance(one, Binding)]


def test_every_command_is_bound_in_its_own_pane() -> None:
    for pane in get_args(Pane):
        bound = {str(one.id) for one in made(pane)}
        own = {command.id for command in COMMANDS if command.pane == pane}
        assert own <= bound | {one.rpartition("-")[0] for one in bound}


def test_where_the_key_tells_the_place_each_has_a_binding() -> None:
    named = [one for one in made("list") if str(one.id).startswith("named-filter-")]
    assert [(one.key, one.action) for one in named][:2] == [
        ("1", "screen.named_filter(1)"),
        ("2", "screen.named_filter(2)"),
    ]
    assert not [one for one in made("list") if "{" in one.action]


def test_the_users_keys_have_the_ids_of_the_bindings() -> None:
    assert keymap({"quit": "ctrl+q,f10", "named-filter": "f1, f2"}) == {
        "quit": "ctrl+q,f10", "named-filter-1": "f1", "named-filter-2": "f2",
    }  # fmt: skip
