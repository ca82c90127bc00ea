"""A document: the text of one artefact, cut into blocks for the view that was asked for."""

import json
from dataclasses import dataclass
from io import StringIO
from typing import Literal

from exito_tui.domain.documents.agent_log import is_agent_log
from exito_tui.domain.documents.blocks import (
    Block,
    BlockKind,
    Blocks,
    grow_lines,
    grow_markdown,
    split_lines,
    split_markdown,
)
from exito_tui.domain.sessions.artefact import Kind

View = Literal["rendered", "raw"]

_LANGUAGES = {
    "py": "python",
    "sh": "bash",
    "bash": "bash",
    "toml": "toml",
    "yaml": "yaml",
    "yml": "yaml",
    "js": "javascript",
    "ts": "typescript",
    "tsx": "tsx",
    "html": "html",
    "css": "css",
    "diff": "diff",
    "patch": "diff",
    "sql": "sql",
    "go": "go",
    "rs": "rust",
    "jsonl": "json",
}
_LARGEST_JSON = 1_000_000
_MOST_LAID_OUT = 8_000_000
"""How many characters JSON may have when it is laid out: indentation grows with the depth of each
line."""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of an artefact and its blocks in one view. `remark` says what a reader should know
    first."""

    name: str
    kind: Kind
    view: View
    text: str
    blocks: Blocks
    remark: str = ""


def make_document(name: str, kind: Kind, view: View, text: str) -> Document:
    """Cut a text for a view. JSON that cannot be read stays as it is, with a remark that says
    why."""
    if view == "raw":
        return Document(name, kind, view, text, split_lines(text, "numbered"))
    if kind == "markdown":
        return Document(name, kind, view, text, split_markdown(text))
    if kind == "json":
        pretty, remark = _pretty(text)
        return Document(name, kind, view, text, split_lines(pretty, "code", "json"), remark)
    return Document(name, kind, view, text, split_lines(text, *_lines_as(name, kind, text)))


def update_document(old: Document, text: str) -> Document:
    """The document with a new text: what `make_document` makes of it. One that only grew costs no
    more than its last blocks."""
    if not text.startswith(old.text) or not old.text:
        return make_document(old.name, old.kind, old.view, text)
    if old.view == "raw":
        blocks = grow_lines(old.blocks, text, "numbered")
    elif old.kind == "markdown":
        blocks = grow_markdown(old.blocks, old.text, text)
    elif old.kind == "json":
        return make_document(old.name, old.kind, old.view, text)
    else:
        shown_as = _lines_as(old.name, old.kind, text)
        if shown_as != _lines_as(
            old.name, old.kind, old.text
        ):  # its first line is whole by now, and tells what it is
            return make_document(old.name, old.kind, old.view, text)
        blocks = grow_lines(old.blocks, text, *shown_as)
    return Document(old.name, old.kind, old.view, text, blocks)


def headings(document: Document) -> list[Block]:
    """Every heading of a document, whichever view it is cut for."""
    blocks = document.blocks
    if document.view == "raw":
        blocks = make_document(document.name, document.kind, "rendered", document.text).blocks
    return [block for block in blocks.blocks if block.kind == "heading"]


def _lines_as(name: str, kind: Kind, text: str) -> tuple[BlockKind, str]:
    if kind == "agent_log" and is_agent_log(text):
        return "log", ""
    language = _LANGUAGES.get(name.rpartition(".")[2].lower(), "")
    return ("code", language) if language else ("plain", "")


def _pretty(text: str) -> tuple[str, str]:
    if len(text) > _LARGEST_JSON:
        return text, "too large to be laid out: shown as it is"
    if not text.strip():
        return text, ""
    try:
        laid_out = _laid_out(json.loads(text))
    except RecursionError:
        laid_out = None
    except ValueError as error:
        return text, f"not valid JSON ({error}): shown as it is"
    return (
        (text, "nested too deeply to be laid out: shown as it is")
        if laid_out is None
        else (laid_out, "")
    )


def _laid_out(value: object) -> str | None:
    """JSON with a line for each value, or None when that would be too much."""
    made = StringIO()
    for part in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        made.write(part)
        if made.tell() > _MOST_LAID_OUT:
            return None
    return made.getvalue()
