"""`exito-tui hook`: Claude Code's SessionEnd hook, which always ends well and in time.

Claude Code gives the hook a JSON object on standard input (`session_id`, `transcript_path`, `cwd`,
`reason`); all SessionEnd hooks together have 1.5 seconds. Nothing here may fail, print or wait:
what goes wrong is written to a log.
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Any

from exito_tui.claude.transcripts import used_places
from exito_tui.cli.options import Options
from exito_tui.cli.shared.change import one_root
from exito_tui.cli.shared.plugin_workflows import with_plugin_workflows
from exito_tui.cli.shared.roots import wanted_roots
from exito_tui.cli.shared.settings import settings_project
from exito_tui.config.settings import Config
from exito_tui.config.sources import load
from exito_tui.domain.cleanup.summary import Ending
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.hooks.log import log_problem, opened_hook_log
from exito_tui.hooks.run import EVENTS
from exito_tui.hooks.run import main as answer_event
from exito_tui.render.reasons import sentence
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.finalize import finalize_ended
from exito_tui.store.read.root_reader import JudgingReader
from exito_tui.store.read.roots import discover, is_plain, why_only_read
from exito_tui.store.read.scan import scan_names

_MOST_INPUT = 1024 * 1024
_INPUT_SECONDS, _TRANSCRIPT_SECONDS = 0.2, 0.45


def run(options: Options) -> int:
    """Be the hook, or put hooks into Claude Code's settings."""
    if options.what in ("print", "install", "uninstall"):
        from exito_tui.cli.commands.hook_settings import change_settings, print_settings

        return (print_settings if options.what == "print" else change_settings)(options)
    if getattr(options, "read_only", False):
        return 0
    if options.what in EVENTS:  # it comes here with an option before `hook`
        return answer_event([options.what])
    try:
        _end_session(_input(), _named(options))
    except Exception as error:  # whatever it is, it must not disturb Claude Code
        log_problem(f"{type(error).__name__}: {error}")
    return 0


def _named(options: Options) -> str | None:
    """The root that the hook's own command line names. Raises Failure."""
    return one_root(wanted_roots(options)[0]) if hasattr(options, "root") else None


def _input() -> Mapping[str, Any]:
    """What Claude Code says, as far as it comes in time. Raises ValueError."""
    if sys.stdin is None or os.isatty(0):
        raise ValueError("standard input holds no JSON: this command is for Claude Code to run")
    end, raw = time.monotonic() + _INPUT_SECONDS, b""
    while len(raw) <= _MOST_INPUT:
        if not select.select([0], [], [], max(0.0, end - time.monotonic()))[0]:
            break
        part = os.read(0, 65536)
        if not part:
            break
        raw += part
    if len(raw) > _MOST_INPUT:
        raise ValueError("standard input is far longer than a hook's should be")
    made = json.loads(raw)
    if not isinstance(made, dict):
        raise ValueError("standard input is not a JSON object")
    return made


def _end_session(said: Mapping[str, Any], named: str | None) -> None:
    cwd, transcript, conversation = (
        said.get(key) for key in ("cwd", "transcript_path", "session_id")
    )
    if not isinstance(cwd, str) or not isinstance(transcript, str) or not os.path.isabs(cwd):
        raise ValueError("standard input names no cwd or no transcript_path")
    found = named or discover(cwd)
    if found is None:
        return  # no workflow ever ran here
    root = os.path.realpath(found)
    if why := why_only_read(root, named=bool(named)):
        log_problem(why)
        return
    config = load(project=settings_project(root))
    for warning in config.warnings:
        log_problem(str(warning))
    if config.read_only:
        return
    if not named and not is_plain(found) and root not in config.linked_roots:
        log_problem(
            f"{found} is a link to {root}: nothing is done there unasked; name it in "
            "linked_roots, or with --root"
        )
        return
    snapshot = scan_names(root, config.layouts_in_force)
    places = _places(os.path.expanduser(transcript))
    wanted = [
        session
        for session in snapshot.sessions.values()
        if session.form == "folder" and session.key in places
    ]
    if wanted:
        ending = Ending(time.time_ns(), conversation if isinstance(conversation, str) else "")
        _finalize(root, snapshot, wanted, with_plugin_workflows(config, root), ending)
    if config.on_session_end:
        _prune(root, config.on_session_end)


def _places(transcript: str) -> frozenset[str]:
    """What the conversation used, as its transcript tells: keys of sessions, and names of folders
    in the root."""
    try:
        used = used_places(transcript, _TRANSCRIPT_SECONDS)
    except (OSError, ValueError) as error:
        log_problem(f"{transcript} cannot be read: {error}")
        return frozenset()
    if not used.complete:
        log_problem(f"{transcript} is too long to be looked through in time; its beginning was not")
    return used.places | {place.partition("/")[0] for place in used.places}


def _finalize(
    root: str, snapshot: Snapshot, wanted: list[Session], config: Config, ending: Ending
) -> None:
    """Finalize sessions; the conversation that ran them has ended, so that none counts as
    running."""
    with safefs.opened_root(root) as descriptor:
        reader = JudgingReader(descriptor, snapshot, Judge(config.judge_settings))
        pairs = reader.judged(wanted, time.time_ns(), every=True)
    try:
        made = finalize_ended(
            root, [session for session, _ in pairs], reader.judge, ChangeRules(), ending
        )
    except CleanupError as error:
        log_problem(str(error))
        return
    for what, why in made.outcome.failed:
        log_problem(f"{what}: {sentence(why)}")
    for note in made.outcome.notes:
        log_problem(sentence(note))


def _prune(root: str, policy: str) -> None:
    """Apply the standing policy in a process of its own, since a large root takes longer than the
    hook has."""
    with ExitStack() as stack:
        output = subprocess.DEVNULL
        with suppress(OSError):  # what cannot be logged is done all the same
            output = stack.enter_context(opened_hook_log())
        subprocess.Popen(  # noqa: S603 -P: nothing is imported from the folder it runs in
            [
                sys.executable,
                "-P",
                "-m",
                "exito_tui",
                "prune",
                "--root",
                root,
                "--policy",
                policy,
                "--yes",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            start_new_session=True,
            cwd=os.sep,
        )
