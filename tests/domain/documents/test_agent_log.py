"""The lines of an agents' log."""

import pytest

from exito_tui.domain.documents.agent_log import read_entry


@pytest.mark.parametrize(
    "text", [" " * 100_000 + "x", " |" * 100_000, "x " * 100_000, "|" * 100_000]
)
def test_no_line_of_a_log_is_so_odd_that_reading_it_takes_minutes(text: str) -> None:
    """Spaces were counted again from each of them."""
    entry = read_entry(f"2025-11-06T15:30:45Z | ERROR | builder | {text}")
    assert entry and entry.message == text.strip()
    assert read_entry(f"2025-11-06T15:30:45Z {text}") is None or "|" in text
