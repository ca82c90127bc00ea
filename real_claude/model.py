"""A model that plays parts: what Claude Code hears on loopback instead of a real one."""

import json
import re
import threading
import uuid
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Block = dict[str, Any]
"""One content block of an answer, without the id of a tool's use."""

_DIRECTORY = re.compile(r"(?m)^Directory: ([^\s$<]+)$")
"""What stands in place of a folder is none."""


class Part(NamedTuple):
    """What the model says, answer by answer, from the user's words on in which `cue` is found."""

    cue: str
    answers: Sequence[Block]


def say(text: str) -> Block:
    """An answer that ends the turn."""
    return {"type": "text", "text": text}


def use(tool: str, **given: Any) -> Block:
    """A call of a tool. `@DIR@` in what it is given is the conversation's `Directory:`, and `@ID@`
    its last part."""
    return {"type": "tool_use", "name": tool, "input": given}


def hold() -> Block:
    """An answer that is begun when the model is released."""
    return {"type": "text", "text": "At last.", "held": True}


def answer(parts: Sequence[Part], messages: Sequence[dict[str, Any]]) -> Block:
    """What comes next in a conversation: the newest cue counts, and how often was answered since.
    Thus a request that is sent again gets the same answer."""
    told = "\n".join(text for one in messages for text in _words(one, "user", "system"))
    answered = 0
    for message in reversed(messages):
        if message["role"] == "assistant":
            answered += 1
            continue
        for part in parts:
            if any(re.search(part.cue, text) for text in _words(message)):
                block = part.answers[answered] if answered < len(part.answers) else say("Done.")
                where = _DIRECTORY.findall(told)
                return _filled(block, where[-1] if where else "nowhere")
    return say("Understood.")


def _words(message: dict[str, Any], *roles: str) -> list[str]:
    content = message.get("content")
    if message["role"] not in (roles or ("user",)):
        return []
    if isinstance(content, str):
        return [content.strip()]
    return [block["text"].strip() for block in content or () if block.get("type") == "text"]


def _filled(block: Block, directory: str) -> Block:
    session = directory.rpartition("/")[2]
    text = json.dumps(block).replace("@DIR@", directory).replace("@ID@", session)
    made: Block = json.loads(text)
    return made


class Model:
    """Serves the parts on a port of loopback, from a thread of its own."""

    def __init__(self) -> None:
        self.parts: Sequence[Part] = ()
        self.released = threading.Event()
        model = self

        class Handler(_Handler):
            of = model

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    of: Model

    def log_message(self, *_: object) -> None:
        """The terminal is for the checks."""

    def do_GET(self) -> None:
        """Nothing is to be had."""
        self.send_error(404)

    def do_POST(self) -> None:
        """Answer a request for a message, streamed where that is asked for."""
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        asked = json.loads(raw or b"{}")
        if not self.path.startswith("/v1/messages") or "count_tokens" in self.path:
            self.send_error(404)
            return
        if asked.get("tools"):
            block = answer(self.of.parts, asked["messages"])
        else:
            block = say('{"title": "Coupon field"}')
        if block.pop("held", False):
            self.of.released.wait()
        if block["type"] == "tool_use":
            block["id"] = f"toolu_{uuid.uuid4().hex[:24]}"
        stop = "tool_use" if block["type"] == "tool_use" else "end_turn"
        message = {
            "id": f"msg_{uuid.uuid4().hex[:24]}",
            "type": "message",
            "role": "assistant",
            "model": asked.get("model"),
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": len(raw) // 4, "output_tokens": 1},
        }
        self.send_response(200)
        if asked.get("stream"):
            self._stream(message, block, stop)
        else:
            whole = json.dumps({**message, "content": [block], "stop_reason": stop}).encode()
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(whole)))
            self.end_headers()
            self.wfile.write(whole)

    def _stream(self, message: Block, block: Block, stop: str) -> None:
        if block["type"] == "tool_use":
            empty = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        else:
            empty = say("")
            delta = {"type": "text_delta", "text": block["text"]}
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        ended = {"delta": {"stop_reason": stop, "stop_sequence": None}}
        for kind, told in (
            ("message_start", {"message": message}),
            ("content_block_start", {"index": 0, "content_block": empty}),
            ("content_block_delta", {"index": 0, "delta": delta}),
            ("content_block_stop", {"index": 0}),
            ("message_delta", {**ended, "usage": {"output_tokens": 1 + len(str(block)) // 4}}),
            ("message_stop", {}),
        ):
            line = json.dumps({"type": kind, **told})
            try:
                self.wfile.write(f"event: {kind}\ndata: {line}\n\n".encode())
                self.wfile.flush()
            except OSError:  # killed meanwhile
                return
