"""Reading single fields of Claude Code's records, whatever their types turn out to be."""

import json
from collections.abc import Mapping
from typing import Any

from exito_tui.domain.records.conversation import Cause
from exito_tui.domain.regex import regex

_PASSED_OVER = regex(
    rb'\{"type":"(?:api-request-shape|api-request-blob|mode|atis-latch|tools-used'
    rb"|last-prompt|file-history-snapshot|file-history-delta|ai-title|custom-title|agent-name"
    rb')"|\{(?:"\w{1,40}":(?:"[^"\\]{0,100}"|null|true|false|\d{1,20}),){0,8}"attachment":\{'
)
"""Lines that are most of the bytes and tell nothing: they are not parsed. An attachment is one by
its own key, not by what a record holds."""
_RESULT_OF = regex(rb'"tool_use_id":"([\w-]{1,100})"')
_HEAD = 400

SHORT = 300
"""What is kept of a text for one line."""
START = 4 * SHORT
"""What is looked at of a text for that: there may be blanks in it."""
_NO_TOOL = "No such tool available"


_decoder = json.JSONDecoder()


def parsed(text: str) -> Any:
    """What a line's text says. As `json.loads`, but that looks for white space around each.

    Raises:
        ValueError, RecursionError: it is no JSON.
    """
    if text[:1] == "{":
        record, end = _decoder.raw_decode(text)
        if end == len(text):
            return record
    return json.loads(text)


def tells_nothing(line: bytes) -> bool:
    """Whether a line is of those that are passed over unparsed, by its beginning."""
    if not line.startswith(b'{"type":"') and line.find(b'"attachment":{', 0, _HEAD) < 0:
        return False  # nearly all that tell something, and quick
    return _PASSED_OVER.match(line, 0, _HEAD) is not None


def result_in(start: bytes) -> str:
    """The id of the call that a line gives the result of, by its beginning; empty for none."""
    found = None if tells_nothing(start) else _RESULT_OF.search(start)
    return found[1].decode() if found else ""


def bare(name: object) -> str:
    """The name of an agent or a command without the plugin's: `exito:builder` is `builder`."""
    return name.rpartition(":")[2][:SHORT] if isinstance(name, str) else ""


def was_refused(record: Mapping[str, Any]) -> bool:
    """Whether the record of a call's result says that the call was not permitted
    (`permissionDecision`, observed with 2.1.332)."""
    decision = record.get("permissionDecision")
    return isinstance(decision, dict) and decision.get("decision") == "reject"


def cause_of(record: Mapping[str, Any], says: str) -> Cause:
    """Why a call did not do its work, by the record of its result, which `says` so: the user or a
    rule refused it, the tool is not there, or it failed."""
    decision = record.get("permissionDecision")
    source = decision.get("source") if isinstance(decision, dict) else None
    if record.get("toolDenialKind") == "user-rejected" or source == "user_reject":
        return "you"
    if was_refused(record) or isinstance(record.get("toolDenialKind"), str):
        return "rule"
    return "no-tool" if _NO_TOOL in says else "error"


_USAGE = (
    "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens",
)  # fmt: skip


_BEYOND = 1 << 48
"""No number of something is as large."""


def context_tokens(usage: object) -> int:
    """How many tokens the model was given and gave: what its context held after a message."""
    if not isinstance(usage, dict):
        return 0
    total = 0
    for name in _USAGE:
        one = usage.get(name)
        if type(one) is int and 0 <= one < _BEYOND:
            total += one
    return total


def count(value: object) -> int:
    """A number of something; 0 for what can be none."""
    return value if type(value) is int and 0 <= value < _BEYOND else 0


_FRAME = regex(r"</?tool_use_error>")


def first_words(text: str) -> str:
    """What a result says, on one line, without the frame that an error stands in."""
    return short_line(_FRAME.sub("", text[:START]))


def text_at(given: Mapping[str, Any], name: str) -> str:
    """The text of a field, whole; empty for any other value."""
    value = given.get(name)
    return value if isinstance(value, str) else ""


def short_line(text: object) -> str:
    """A text on one line, cut."""
    return " ".join(text[:START].split())[:SHORT] if isinstance(text, str) else ""


def element(text: str, name: str) -> str:
    """What stands in the first element of a name, cut; empty when it has no end."""
    start = text.find(f"<{name}>")
    stop = text.find(f"</{name}>", start) if start >= 0 else -1
    return text[start + len(name) + 2 : stop][:START].strip() if stop >= 0 else ""


def blocks(content: object, kind: str) -> list[Mapping[str, Any]]:
    """The blocks of a kind (`text`, `tool_use`, ...) in a message's content; none in any other
    value."""
    if not isinstance(content, list):
        return []
    return [one for one in content if isinstance(one, dict) and one.get("type") == kind]


def parts_of(content: object, kind: str) -> tuple[list[str], list[Mapping[str, Any]]]:
    """What `texts_in` and `blocks` of a kind give, in one go."""
    texts: list[str] = []
    found: list[Mapping[str, Any]] = []
    for block in content if isinstance(content, list) else ():
        if not isinstance(block, dict):
            continue
        if (its := block.get("type")) == kind:
            found.append(block)
        elif its == "text" and isinstance(text := block.get("text"), str):
            texts.append(text)
    return texts, found


def texts_in(content: object) -> list[str]:
    """What the text blocks in a message's content say, in order."""
    return [text for block in blocks(content, "text") if isinstance(text := block.get("text"), str)]
