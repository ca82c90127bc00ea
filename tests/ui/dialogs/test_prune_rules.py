"""The wizard's fields, and the presets that fill them in."""

import pytest

from exito_tui.domain.cleanup.policy import read_policy
from exito_tui.domain.units import DAY_NS
from exito_tui.ui.dialogs.prune_rules import Preset, as_typed, fields_of, presets, rules_of

TABLE = {"keep_last": "3", "keep_within": "36h", "max_size": "2GB", "state": "completed,waiting"}


def test_a_preset_is_switched_on_and_off() -> None:
    preset = Preset("last 10", {"keep_last": "10"})
    on = preset.switched({"keep_last": "", "state": "failed"})
    assert on == {"keep_last": "10", "state": "failed"} and preset.is_on(on)
    assert preset.switched(on) == {"keep_last": "", "state": "failed"}


def test_one_with_a_state_adds_it_to_the_others_and_takes_it_alone_away() -> None:
    preset = Preset("completed only", state="completed")
    on = preset.switched({"state": " failed , "})
    assert on["state"] == "failed,completed" and preset.is_on(on)
    assert preset.switched(on)["state"] == "failed"


def test_the_users_own_policies_are_presets_too() -> None:
    policy = read_policy(TABLE)
    (*_, questions, own) = presets(DAY_NS, {"weekly": policy})
    assert questions.fills == {"older_than": "1d"} and questions.state == "waiting"
    assert own.words == "weekly" and own.is_on(own.switched({}))


def test_a_policy_as_it_would_be_typed_is_read_as_the_same() -> None:
    policy = read_policy(TABLE)
    typed = {name: text for name, text in fields_of(policy).items() if text}
    assert read_policy(typed) == policy


def test_rules_for_a_settings_file_are_numbers_and_lists_where_these_are_meant() -> None:
    fields = {**TABLE, "command": "", "older_than": ""}
    assert rules_of(fields, read_policy(TABLE)) == {
        "keep_last": 3, "keep_within": "36h", "max_size": "2GB", "state": ("waiting", "completed"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("length_ns", "typed"),
    [(None, ""), (0, ""), (30 * DAY_NS, "30d"), (DAY_NS // 2, "12h"), (90 * 60 * 10**9, "90min"),
     (1_500_000_000, "1.500s")],
)  # fmt: skip
def test_a_length_of_time_is_typed_in_its_largest_whole_unit(
    length_ns: int | None, typed: str
) -> None:
    assert as_typed(length_ns) == typed
