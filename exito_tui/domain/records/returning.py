"""The command that leads back to a conversation with Claude Code."""

import shlex

from exito_tui.domain.records.conversation import Known
from exito_tui.domain.regex import regex

_JOB = regex(r"[0-9a-f]{4,32}\Z")


def command_back(known: Known) -> str:
    """For a shell: `claude attach` to a background job that lives, else `claude --resume` in the
    conversation's folder. Words from the records are quoted."""
    job = known.process.job if known.process and known.is_alive else ""
    if _JOB.match(job):
        return f"claude attach {job}"
    resume = f"claude --resume {shlex.quote(known.conversation.id)}"
    cwd = known.conversation.cwd
    return f"cd {shlex.quote(cwd)} && {resume}" if cwd else resume
