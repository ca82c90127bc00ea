"""A document as it is shown, and as it grows."""

import random
import tracemalloc

import pytest

from exito_tui.demo.texts import artefact_text
from exito_tui.demo.topics import TOPICS
from exito_tui.domain.documents.document import View, headings, make_document, update_document
from exito_tui.domain.sessions.artefact import Kind
from tests.domain.documents.test_blocks import shapes


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("plan.md", "markdown"),
        ("x.json", "json"),
        (".agent_log", "agent_log"),
        ("x.py", "text"),
        ("x.txt", "text"),
    ],
)
@pytest.mark.parametrize("view", ["rendered", "raw"])
def test_a_document_that_grows_in_bursts_is_what_it_would_be_at_once(
    name: str, kind: str, view: str
) -> None:
    rng = random.Random(7)
    text = artefact_text("plan.md", TOPICS[0], "s", rng)
    if kind == "agent_log":
        text = "2025-11-06T15:30:45Z | START | builder\n" * 90
    document = make_document(name, kind, view, "")  # type: ignore[arg-type]
    at = 0
    while at < len(text):
        at += rng.randint(1, 200)
        document = update_document(document, text[:at])
    whole = make_document(name, kind, view, text)  # type: ignore[arg-type]
    assert shapes(document.blocks) == shapes(whole.blocks)
    assert document.remark == whole.remark


def test_a_rewritten_document_is_made_anew() -> None:
    document = make_document("plan.md", "markdown", "rendered", "# One\n\ntext\n")
    assert [block.text for block in update_document(document, "# Two\n").blocks.blocks] == ["Two"]


def test_json_is_laid_out_or_says_why_not() -> None:
    assert (
        make_document("x.json", "json", "rendered", '{"b":[1,2]}').blocks.blocks[0].text
        == '{\n  "b": [\n    1,\n    2\n  ]\n}'
    )
    assert "not valid JSON" in make_document("x.json", "json", "rendered", "{").remark
    assert "nested" in make_document("x.json", "json", "rendered", "[" * 100_000).remark
    assert "not valid JSON" in make_document("x.json", "json", "rendered", "1" * 5000).remark
    assert make_document("x.json", "json", "rendered", "").remark == ""


def test_json_that_would_become_huge_by_its_indentation_is_not_laid_out() -> None:
    """Some hundred kilobytes took gigabytes: each line is indented by its depth."""
    deep = "[" * 900 + "1" + (",[1,2]" * 100 + "]") * 900
    tracemalloc.start()
    try:
        document = make_document("x.json", "json", "rendered", deep)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert document.remark == "nested too deeply to be laid out: shown as it is"
    assert "".join(block.text for block in document.blocks.blocks) == deep
    assert peak < 100_000_000
    assert make_document("x.json", "json", "rendered", "[" * 100 + "]" * 100).remark == ""


@pytest.mark.parametrize("name", [".agent_log", "x.txt", "x.py", "x.json"])
@pytest.mark.parametrize("view", ["rendered", "raw"])
def test_what_a_file_is_taken_for_may_change_as_it_grows(name: str, view: View) -> None:
    kinds: dict[str, Kind] = {".agent_log": "agent_log", "x.json": "json"}
    text = '2025-11-06T15:30:45Z | START | builder\n{"a": 1}\n' * 3
    for cut in range(1, len(text)):
        document = make_document(name, kinds.get(name, "text"), view, text[:cut])
        grown = update_document(document, text)
        whole = make_document(name, kinds.get(name, "text"), view, text)
        assert shapes(grown.blocks) == shapes(whole.blocks)


@pytest.mark.parametrize("view", ["rendered", "raw"])
def test_headings_for_the_contents(view: View) -> None:
    text = "# A\n\ntext\n\n### B\n\n```\n# not one\n```\n"
    found = headings(make_document("plan.md", "markdown", view, text))
    assert [(one.text, one.level, one.line) for one in found] == [("A", 1, 0), ("B", 3, 4)]
    assert headings(make_document("x.sh", "text", view, text)) == []
