"""A hook as Claude Code runs it: one JSON object on standard input, one or nothing on standard
output. It ends well whatever happens; problems go to one log."""

import json
import sys

from exito_tui.domain.hook_setup import ANSWERING
from exito_tui.hooks.dispatch import answer
from exito_tui.hooks.log import log_problem

EVENTS = (*ANSWERING, "run")
"""What `exito-tui hook` is called with: one part alone, or all that are on."""
_MOST_INPUT = 16 * 1024 * 1024


def main(arguments: list[str]) -> int:
    """Answer one event, which comes as a JSON object on standard input; returns the exit code,
    which is always 0. `arguments` are the name of a part, or `run` and the parts that are on (none:
    all); `--read-only` among them: nothing is done. Raises nothing: what goes wrong is written into
    `hook.log`."""
    if "--read-only" in arguments:
        return 0
    try:
        parts = frozenset(arguments[1:] or ANSWERING if arguments[0] == "run" else arguments[:1])
        raw = sys.stdin.buffer.read(_MOST_INPUT + 1)
        if len(raw) > _MOST_INPUT:
            raise ValueError("standard input is far longer than a hook's should be")
        said = json.loads(raw)
        if not isinstance(said, dict):
            raise ValueError("standard input is not a JSON object")
        made = answer(said, parts)
        if made is not None:
            sys.stdout.write(json.dumps(made) + "\n")
            sys.stdout.flush()
    except Exception as error:  # whatever it is, it must not disturb Claude Code
        log_problem(f"{type(error).__name__}: {error}")
    return 0
