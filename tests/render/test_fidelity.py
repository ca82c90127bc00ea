"""Rendering block by block gives what rendering the whole document gives."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exito_tui.demo.texts import artefact_text
from exito_tui.demo.topics import TOPICS
from exito_tui.domain.documents.blocks import (
    Block,
    BlockKind,
    References,
    split_lines,
    split_markdown,
)
from exito_tui.render.blocks import render_block
from exito_tui.render.theme import RenderTheme

LOOK = RenderTheme()
NAMES = (
    "context.md",
    "plan.md",
    "progress.md",
    "test_report.md",
    "review.md",
    "alternatives.md",
    "validation-report.md",
    "feasibility.md",
)

NESTED = """\
---
title: An awkward plan
tags: [a, b]
---

# Plan with `code` and **bold**

Setext heading
--------------

1. First

   - nested *one*
   - nested two

     with a paragraph

2. Second
   ```python
   def inside(list):
       return list
   ```
3. Third

> A quote
> over lines
>
> > nested, with a [link][ref] in it

````markdown
```bash
echo "a fence in a fence"
```
````

- [x] done
- [ ] open

| left | right | middle |
|:-----|------:|:------:|
| a | 1 | x |
| a longer cell | 22 | `y` |

<details><summary>Not hidden</summary>

Text between, with &amp; and &lt;tags&gt;.

</details>

A hard\\
break, ~~gone~~ and https://example.org/auto.

[ref]: https://example.org/target

***

    indented code

Last words.
"""


def words(lines: list[str]) -> list[str]:
    return [line.rstrip() for line in lines if line.strip()]


def rendered(blocks: tuple[Block, ...], references: References, width: int) -> list[str]:
    return [
        "".join(part.text for part in line)
        for block in blocks
        for line in render_block(block, width, LOOK, references)
    ]


def whole(text: str, width: int) -> list[str]:
    """The document as one Markdown block (front matter, which Markdown does not know, aside)."""
    split = split_markdown(text)
    body = text
    if split.blocks and split.blocks[0].kind == "front":
        body = text.split("---\n", 2)[2]
    return rendered((Block("markdown", body, 0, 0),), split.references, width)


def plain(lines: list[str]) -> str:
    """The letters and signs alone: frames, gaps and the names of languages are a matter of
    style."""
    return re.sub(r"[\s─━│▌•]|\b(?:python|bash|markdown|text)\b", "", "".join(words(lines)))


@pytest.mark.parametrize("width", [38, 76, 116])
@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_artefact(name: str, width: int) -> None:
    text = artefact_text(name, TOPICS[2], "build_20251106_153045", random.Random(3))
    split = split_markdown(text)
    assert plain(rendered(split.blocks, split.references, width)) == plain(whole(text, width))


@pytest.mark.parametrize("width", [38, 76, 116])
def test_an_awkward_document(width: int) -> None:
    split = split_markdown(NESTED)
    _front, *rest = split.blocks
    assert plain(rendered(tuple(rest), split.references, width)) == plain(whole(NESTED, width))


LONG = {
    "a quote": "".join(f"> quoted *words* {number}\n> and more\n>\n" for number in range(100)),
    "a quoted paragraph": "".join(f"> quoted *words* {number}\n" for number in range(100)),
    "a quote that goes on without its mark": "> a\n" + "".join(f"lazy {number}\n" for number in range(60))
    + "    - b\n    > c\n    2. d\n===\n--|--\nlast\n",
    "a quote of everything": "".join(
        f"> # Head {number}\n> 1. one\n>    - two\nlazy\n> 2. three\n>\n> ```\n> code\n> ```\n> > deeper\n>\n> | a | b |\n> |---|---|\n> | c | d |\n"
        for number in range(20)
    ),
    "an item": "- [x] item\n\n" + "".join(f"  part {number}\n\n" for number in range(60)) + "- last\n",
    "a numbered item": "9. a\n10. item\n\n"
    + "".join(f"    part {number}\n\n    - x\n    - y\n\n" for number in range(30)) + "11. last\n",
    "a list of ones": "".join(f"1. item {number}\n" for number in range(120)),
    "a list of wordy items": "".join(f"- item {number} {'of words ' * 30}\n" for number in range(60)),
    "a list of items short and middling": "".join(
        f"{number}. item\n" + "".join(f"    - part {part}\n" for part in range(30 if number % 25 == 0 else 0)) for number in range(1, 90)
    ),
    "a list of items short and long": "".join(
        f"{number}. item\n" + "".join(f"    - part {part}\n" for part in range(90 if number % 5 == 0 else 0)) for number in range(1, 40)
    ),
    "an indented paragraph": "  words\n" * 20 + "   more\n" * 40,
    "a quote with gaps": "> a\n>\n" + ">\n" * 60 + "> b\n",
    "a nested list": "- a\n" + "".join(f"  - item {number}\n" for number in range(120)),
    "tabs": "-\ta\n\n" + "".join(f"\tpart {number}\n\n" for number in range(60)) + "> \tx\n>\t\tcode\n" * 30,
    "a table": "| a | b | c |\n|---|--:|:-:|\n"
    + "".join(f"| row {number} | {number} | some `text` \\| 日本 {'x' * (number % 7)} |\n" for number in range(100)),
    "a paragraph": "".join(f"*words* {number} and `code`  \nmore\\\n" for number in range(100)),
}  # fmt: skip


@pytest.mark.parametrize("width", [38, 76, 116])
@pytest.mark.parametrize("name", LONG)
def test_what_is_long_and_cut(name: str, width: int) -> None:
    split = split_markdown(LONG[name])
    assert len(split.blocks) > 1
    assert plain(rendered(split.blocks, split.references, width)) == plain(whole(LONG[name], width))


def test_the_parts_of_a_long_table_have_one_header_and_the_same_columns() -> None:
    split = split_markdown(
        "| name | n |\n|---|--:|\n"
        + "".join(f"| {'x' * (number % 9)}y | {number} |\n" for number in range(100))
    )
    lines = [line.rstrip() for line in rendered(split.blocks, split.references, 76)]
    assert len(split.blocks) > 2
    assert sum("name" in line for line in lines) == 1
    assert len({len(line) for line in lines[2:]}) == 1


def test_the_columns_of_a_long_table_fit_where_there_is_little_room() -> None:
    row = f"| short | {'long words ' * 30} | {'other words ' * 20} |\n"
    split = split_markdown("| a | b | c |\n|---|---|---|\n" + row * 60)
    for width in (40, 60, 100):
        lines = rendered(split.blocks, split.references, width)
        assert all(len(line) <= width for line in lines)
        assert any(line.startswith("short ") for line in lines)


def test_every_line_of_a_long_quote_has_its_bar_and_only_the_first_of_an_item_its_bullet() -> None:
    assert all(line.startswith("▌ ") for line in text_of(LONG["a quote"]).split("\n"))
    bullets = [line for line in text_of(LONG["an item"]).split("\n") if line.startswith(" • ")]
    assert bullets == [" • ☑ item", " • last"]


def text_of(markdown: str, width: int = 76) -> str:
    split = split_markdown(markdown)
    return "\n".join(line.rstrip() for line in rendered(split.blocks, split.references, width))


def test_what_each_construct_looks_like() -> None:
    shown = text_of(NESTED)
    assert "title: An awkward plan" in shown
    assert "Setext heading" in shown
    assert '```bash\n echo "a fence in a fence"\n ```' in shown.replace(" ```bash", "```bash")
    assert "☑ done" in shown and "☐ open" in shown
    assert "nested, with a link (https://example.org/target) in it" in shown
    assert "<summary>Not hidden</summary>" in shown and "& and <tags>" in shown
    assert "    a longer cell" not in shown and "a longer cell" in shown
    assert " 1. First" in shown and " 3. Third" in shown
    assert "indented code" in shown and "Last words." in shown


def test_tables_keep_their_alignment() -> None:
    lines = text_of("| n |\n|--:|\n| 1 |\n| 333 |\n").split("\n")
    assert any(line.endswith("  1") for line in lines)


def test_an_ordered_list_keeps_its_numbers_across_parts() -> None:
    shown = text_of("".join(f"{number}. item\n" for number in range(7, 200)))
    for number in range(7, 200):
        assert f"{number}. item" in shown


def test_links_and_styles_carry_nothing_that_acts() -> None:
    split = split_markdown("[a](https://x.example) [b](vscode://y) <https://z.example>\n")
    for block in split.blocks:
        for line in render_block(block, 76, LOOK, split.references):
            assert not any(part.style and (part.style.link or part.style.meta) for part in line)


def test_colours_for_code_and_none_for_unknown_languages() -> None:
    python = render_block(split_markdown("```python\ndef x(): pass\n```\n").blocks[0], 40, LOOK, {})
    unknown = render_block(
        split_markdown("```no-such-language\ndef x(): pass\n```\n").blocks[0], 40, LOOK, {}
    )
    colours = [
        {part.style.color for line in lines for part in line if part.style}
        for lines in (python, unknown)
    ]
    assert len(colours[0]) > len(colours[1])


def test_the_agent_log_is_a_table_and_odd_lines_stay() -> None:
    log = (
        "2025-11-06T15:30:45Z | START | builder\nodd line\n2025-11-06T15:30:59Z | ERROR | "
        "builder | broke | twice\n"
    )
    [block] = split_lines(log, "log").blocks
    shown = "\n".join(
        "".join(part.text for part in line) for line in render_block(block, 100, LOOK, {})
    )
    assert (
        "▸ START" in shown
        and "odd line" in shown
        and "✗ ERROR" in shown
        and "broke | twice" in shown
    )


@given(st.text(max_size=400), st.integers(1, 200))
@settings(deadline=None, max_examples=150)
def test_no_text_is_too_strange(text: str, width: int) -> None:
    split = split_markdown(text)
    rendered(split.blocks, split.references, width)
    kinds: tuple[BlockKind, ...] = ("plain", "numbered", "log", "code", "html", "front")
    for kind in kinds:
        for block in split_lines(text, kind, "python").blocks:
            render_block(block, width, LOOK, {}, gutter=3)


def test_a_line_without_end_is_not_highlighted_for_ever() -> None:
    block = split_markdown("```json\n" + '{"a":' * 100_000 + "\n```\n").blocks[0]
    assert render_block(block, 100, LOOK, {})


def test_a_raw_line_without_end_is_made_of_small_segments() -> None:
    """What is on the screen is cut out of it at every paint, and all of a segment is measured for
    that."""
    [block] = split_lines("word " * 50_000, "numbered").blocks
    [line] = render_block(block, 100, LOOK, {}, gutter=3)
    assert max(len(part.text) for part in line) <= 1_000
    assert "".join(part.text for part in line) == "  1  " + "word " * 50_000


def test_a_renderer_that_fails_leaves_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    from exito_tui.render import blocks

    def fail(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(blocks, "_markdown", fail)
    [line] = render_block(Block("markdown", "the text", 0, 0), 40, LOOK, {})
    assert "the text" in "".join(part.text for part in line)


def test_ascii_terminals_get_ascii_frames() -> None:
    theme = RenderTheme(ascii_only=True)
    split = split_markdown("# Title\n\n- [x] done\n")
    lines = [
        "".join(part.text for part in line)
        for block in split.blocks
        for line in render_block(block, 40, theme, {})
    ]
    assert "-----" in lines and any("[x] done" in line for line in lines)
