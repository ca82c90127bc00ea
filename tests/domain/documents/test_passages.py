"""The passages that people take out of a document."""

import pytest

from exito_tui.domain.documents.blocks import split_markdown
from exito_tui.domain.documents.passages import Passage, code_between, section_at

TEXT = """words before

# Plan

## Steps

1. first

   ```sh
   make
   make test
   ```

2. second

```python
def refill():
    return 1
```

### Detail

    indented

## Risks

none
"""


@pytest.mark.parametrize(
    ("line", "name", "first", "last"),
    [(2, "Plan", 2, 28), (6, "Steps", 4, 23), (20, "Detail", 20, 23), (26, "Risks", 24, 28)],
)
def test_a_section_goes_from_its_heading_to_the_next_of_its_level(
    line: int, name: str, first: int, last: int
) -> None:
    found = section_at(split_markdown(TEXT).blocks, TEXT, line)
    assert found and found.name == name
    assert found.text == "\n".join(TEXT.split("\n")[first : last + 1]).rstrip()


def test_before_the_first_heading_there_is_no_section() -> None:
    assert section_at(split_markdown(TEXT).blocks, TEXT, 1) is None


def test_a_heading_in_a_quote_or_a_fence_begins_no_section() -> None:
    text = "# One\n\n> # quoted\n\n```\n# comment\n```\n\nend\n"
    found = section_at(split_markdown(text).blocks, text, 8)
    assert found == Passage(text.rstrip(), "One", 0, 9)


def test_code_is_found_wherever_it_stands_without_what_is_around_it() -> None:
    found = code_between(split_markdown(TEXT).blocks, 0, 99)
    assert [(one.name, one.text) for one in found] == [
        ("sh", "make\nmake test"),
        ("python", "def refill():\n    return 1"),
        ("", "indented"),
    ]
    assert [one.lines for one in found] == [2, 2, 1]


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [(0, 7, []), (0, 8, ["sh"]), (11, 14, ["sh"]), (15, 18, ["python"]), (18, 18, ["python"])],
)
def test_only_code_with_a_line_in_view_is_found(first: int, last: int, names: list[str]) -> None:
    found = code_between(split_markdown(TEXT).blocks, first, last)
    assert [one.name for one in found] == names


def test_long_code_is_whole_though_it_is_many_blocks() -> None:
    code = "\n".join([*(f"line {number}" for number in range(300)), "x" * 9_000, "", "end"])
    text = f"```py\n{code}\n```\n\n```\nother\n```\n"
    found = code_between(split_markdown(text).blocks, 100, 100)
    assert [(one.name, one.text) for one in found] == [("py", code)]


def test_long_code_in_a_long_list_is_whole() -> None:
    code = "\n".join(f"    step({number})" for number in range(120))
    items = "".join(f"- item {number}\n" for number in range(60))
    text = f"{items}- with code\n\n  ```py\n" + code.replace("    ", "      ") + "\n  ```\n"
    found = code_between(split_markdown(text).blocks, 100, 100)
    assert [one.text for one in found] == [code]


def test_what_is_deep_or_broken_raises_nothing() -> None:
    for text in ("", "```", "> " * 300 + "```\nx", "- " * 200 + "x", "~~~\n" * 99):
        blocks = split_markdown(text).blocks
        section_at(blocks, text, 3)
        code_between(blocks, 0, 9)
