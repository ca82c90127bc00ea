"""How much of a phrase a row shows."""

import pytest

from exito_tui.render.wrapping import cut_by_parts
from exito_tui.ui.widgets.session_row import title_and_phrase


@pytest.mark.parametrize(
    ("phrase", "width", "shown"),
    [
        ("blocked at step 3 of 6", 22, "blocked at step 3 of 6"),
        ("blocked at step 3 of 6", 17, "blocked, 3/6"),
        ("builder: step 2 of 4: wire it", 17, "builder, 2/4"),
        ("no test_report.md, validator came back without it", 17, "no test_report.md"),
        ("allow Write plan.md, architect", 19, "allow Write plan.md"),
        ("allow Write plan.md, architect", 17, "allow Write"),
        ("the file to patch does not exist", 17, "the file to…"),
        ("no test_report.md, validator came back without it", 15, "no test_report"),
        ("requirements-validator: Questions left", 17, "validator"),
        ("investigator: Questions left", 10, "at work"),
    ],
)
def test_a_phrase_ends_where_a_part_or_a_word_does(phrase: str, width: int, shown: str) -> None:
    assert cut_by_parts(phrase, width, "…") == shown


@pytest.mark.parametrize(
    ("title", "phrase", "shown"),
    [
        ("Rate limits per API key", "approve plan.md", "Rate limits per API key  approve plan.md"),
        ("Saved carts", "approve plan.md", "Saved carts             approve plan.md"),
        # the title is whole beside the first part of the phrase, whatever the rest is
        ("Photo uploads that resume", "auditor", "Photo uploads that resume  auditor"),
        ("Photo uploads that resume", "auditor: Read a.md", "Photo uploads that resume  auditor"),
        # it cannot be whole: phrases stand below each other
        ("Invoices that print very well", "builder quiet", "Invoices that print v…  builder quiet"),
    ],
)
def test_a_title_is_whole_where_its_phrase_leaves_room(title: str, phrase: str, shown: str) -> None:
    assert "  ".join(title_and_phrase(title, phrase, 40, "…")) == shown
