"""How a verdict names what Claude Code's records tell: agents, calls, and where a process is."""

from exito_tui.domain.records.conversation import Agent, Call, Known
from exito_tui.domain.text import one_line, shorten
from exito_tui.domain.units import SECOND_NS, duration

_LONG, _SHORT = 120, 48


def where(known: Known) -> str:
    """Where its process can be found: the tmux pane, how to attach to a background job, or its
    pid."""
    process = known.process
    if process is None:
        return ""
    if process.job:
        return f" (`claude attach {one_line(process.job)}`)"
    if process.tmux:
        return f" (tmux pane {tmux_pane(process.tmux)})"
    return f" (pid {process.pid})"


def tmux_pane(tmux: str) -> str:
    """`work:@2.%1`, as the registry has it, as people say it: `%1 of work`."""
    session, _, rest = tmux.partition(":")
    return one_line(f"{rest.partition('.')[2] or rest} of {session}")


def go_on(known: Known, verb: str) -> str:
    """A sentence that tells how to carry the conversation on."""
    if known.is_alive:
        return f"{verb}{where(known)}."
    return f"{verb}: `{known.resume}`."


def name_of(agent: Agent | None) -> str:
    """What an agent is called."""
    if agent is None or agent.type == "lead":
        return "Claude Code"
    return one_line(agent.name)


def call_text(call: Call | None, cwd: str = "", folder: str = "") -> str:
    """A call in one line; paths below `cwd` are relative to it, and a file of the session, whose
    folder is `folder` (relative to the root), is named as the session names it."""
    if call is None:
        return ""
    own = f"/.claude/sessions/{folder}/"
    if folder and call.target.startswith("/") and own in call.target:
        return shorten(one_line(f"{call.tool} {call.target.partition(own)[2]}"), _LONG)
    text = str(call).replace(f"{cwd}/", "") if cwd else str(call)
    return shorten(one_line(text), _LONG)


def short_call(call: Call | None) -> str:
    """A call for a narrow place: of a path the name alone."""
    if call is None:
        return ""
    target = call.target.rpartition("/")[2] if call.target.startswith("/") else call.target
    return shorten(one_line(f"{call.tool} {target}".strip()), _SHORT)


def doing(agent: Agent, now_ns: int, cwd: str) -> str:
    """What somebody does, as far as is recorded."""
    if agent.open_call:
        return f"{call_text(agent.open_call, cwd)}{_after(agent.open_call, now_ns, ', for {}')}"
    if agent.last:
        ago = _after(agent.last, now_ns, ", {} ago")
        return f"its last call was {call_text(agent.last, cwd)}{ago}"
    return "the model is writing"


def _after(call: Call, now_ns: int, words: str) -> str:
    """How long a call has been going on, once that is worth a word."""
    if call.at_ns is None or now_ns - call.at_ns < SECOND_NS:
        return ""
    return words.format(duration(now_ns - call.at_ns))


def short_doing(agent: Agent) -> str:
    """The same for a narrow place."""
    call = agent.open_call or agent.last
    return short_call(call) if call else "the model is writing"
