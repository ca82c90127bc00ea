"""`exito-tui prune`: what a policy does not keep goes to the trash, once it has been shown."""

import gc
import time
from collections.abc import Mapping, Sequence

from exito_tui.cli.json.cleanup import prune_object
from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.json.schema import document
from exito_tui.cli.json.states import sessions_and_states
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    COMMAND_WIDTH,
    EXIT_FAILED,
    EXIT_USAGE,
    Failure,
    TableRow,
    brief,
    complain,
    on_terminal,
    sections,
    separated,
    shortened,
    table,
    write,
)
from exito_tui.cli.shared.change import must_agree, one_root, settings, undo_command
from exito_tui.cli.shared.claude import with_records
from exito_tui.cli.shared.complaints import complain_of_unknown_commands
from exito_tui.cli.shared.signs import ink_of, sign_of
from exito_tui.config.settings import Config
from exito_tui.domain.cleanup.policy import RULES, PolicyError, read_policy
from exito_tui.domain.cleanup.retention import Decision, Facts, Plan, Policy, plan
from exito_tui.domain.sessions.titles import Title
from exito_tui.domain.text import decoded, did_you_mean
from exito_tui.domain.units import SECOND_NS, iso_utc, pluralize, short_age, short_size
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import State
from exito_tui.render.reasons import remarks, sentence
from exito_tui.store.fs import safefs
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.read.pins import read_pins
from exito_tui.store.read.scan import scan_names
from exito_tui.store.trash.targets import capture_targets


def run(options: Options) -> int:
    """Show the plan; then, with a yes, carry out just that plan."""
    gc.disable()  # as for `ls`: nothing made here is garbage before the end
    roots, config = settings(options)
    policy = _policy(options, config)
    root = one_root(roots)
    now_ns = time.time_ns()
    made, states, titles = _plan(options, root, policy, config, now_ns)
    going = made.removed
    complain_of_unknown_commands(policy.commands, [one.session for one in made.decisions])
    if options.json:
        write(document(prune_object(root, policy, made, states, titles)))
    else:
        _show(made, states, titles, now_ns)
        if made.note:
            complain(sentence(made.note))
        complain(
            f"{pluralize(len(going))} to go ({short_size(made.size(keep=False))}), "
            f"{len(made.decisions) - len(going):,} to stay ({short_size(made.size(keep=True))})"
        )
    if options.dry_run or not going:
        return 0
    must_agree(f"Move {pluralize(len(going))} to the trash?", yes=options.yes)
    rules = ChangeRules(int(config.quiet * SECOND_NS), frozenset(), states)
    outcome = move_to_trash(root, capture_targets(root, going), rules, action="prune")
    if options.json:
        for what, why in outcome.failed:
            complain(f"{decoded(what)}: left: {sentence(why)}")
        complain(
            f"{pluralize(len(outcome.done))} moved to the trash; `{undo_command(options, root)}` "
            "takes it back"
        )
        return EXIT_FAILED if outcome.failed else 0
    with Outcomes(options, "moved to the trash") as outcomes:
        outcomes.add(outcome, root)
    return outcomes.code


def _policy(options: Options, config: Config) -> Policy:
    """The policy that is asked for. Raises Failure."""
    given = {name: getattr(options, name) for name in RULES if getattr(options, name) is not None}
    if options.policy is not None:
        if given:
            raise Failure("--policy stands alone: its rules are in your settings", EXIT_USAGE)
        if options.policy not in config.policies:
            hint = did_you_mean(options.policy, config.policies)
            raise Failure(
                f"there is no policy {options.policy!r}"
                + (f" in your settings{hint}" if config.policies else ": your settings have none"),
                EXIT_USAGE,
            )
        return config.policies[options.policy]
    try:
        return read_policy(given)
    except PolicyError as error:
        text = "; ".join(map(_as_option, error.problems))
        raise Failure(f"{text}\nTry: exito-tui prune --help", EXIT_USAGE) from None


def _as_option(problem: str) -> str:
    """A problem of a policy, with the rule called as the command line does."""
    name, colon, rest = problem.partition(": ")
    if colon and name in RULES:
        return f"--{name.replace('_', '-')}: {rest}"
    return problem.replace(
        "give keep_last, keep_within, max_size or older_than",
        "give --keep-last, --keep-within, --max-size or --older-than",
    )


def _plan(
    options: Options, root: str, policy: Policy, config: Config, now_ns: int
) -> tuple[Plan, dict[str, State], dict[str, Title]]:
    """The plan for a root, the states that it rests on, and the titles where they are shown. Raises
    CleanupError or OSError."""
    names = scan_names(root, config.layouts_in_force)
    (known,), judge = with_records(options, [names], Judge(config.judge_settings))
    there = {key: one for key, one in known.sessions.items() if one.form != "run"}
    with safefs.opened_root(root) as descriptor:
        pinned = read_pins(descriptor)
        found = sessions_and_states(
            descriptor,
            names._replace(sessions=there),
            judge,
            now_ns,
            titled=options.json or on_terminal(),
        )
    states = {session.key: state for session, state, _ in found}
    titles = {session.key: title for session, _, title in found if title}
    facts = Facts(states, pinned, now_ns, int(config.quiet * SECOND_NS))
    return plan([session for session, _, _ in found], policy, facts), states, titles


def _show(
    made: Plan, states: Mapping[str, State], titles: Mapping[str, Title], now_ns: int
) -> None:
    if on_terminal():
        _write_table(made, states, titles, now_ns)
        return
    lines = [
        separated(
            (
                "keep" if one.keep else "remove",
                decoded(one.session.key),
                _time(one),
                str(one.session.size),
                remarks(one.reasons),
            )
        )
        for one in _ordered(made)
    ]
    write("".join(lines))


_REASON = 34
"""Cells of a reason, at the most."""


def _write_table(
    made: Plan, states: Mapping[str, State], titles: Mapping[str, Title], now_ns: int
) -> None:
    """What stays and what goes, each newest first, and what that is for each command."""
    if not made.decisions:
        return
    groups: list[tuple[str, list[TableRow]]] = []
    for keep, heading in ((True, "STAY"), (False, "GO TO THE TRASH")):
        lines = []
        for one in made.decisions:
            if one.keep is keep:
                state, title = states[one.session.key], titles[one.session.key]
                lines.append(TableRow(_cells(one, state, title.text, now_ns), ink_of(state)))
        if lines:
            groups.append((f"{heading} {len(lines):,}  {short_size(made.size(keep=keep))}", lines))
    write(sections(groups, frozenset({4, 5}), cut=(2, 3), drop=(6, 5), phrases=(3,)))
    rows = [
        (decoded(command), f"{before:,}", f"{after:,}", short_size(freed))
        for command, (before, after, freed) in _by_command(made).items()
        if before > after
    ]
    if rows:
        write("\n" + table(("COMMAND", "NOW", "AFTER", "FREES"), rows, frozenset({1, 2, 3})))


def _cells(one: Decision, state: State, title: str, now_ns: int) -> tuple[str, ...]:
    return (
        sign_of(state),
        shortened(decoded(one.session.command), COMMAND_WIDTH),
        title,
        brief(_why(one), _REASON),
        short_age(now_ns - one.when_ns) if one.when_ns is not None else "",
        short_size(one.session.size),
        decoded(one.session.id),
    )


def _why(one: Decision) -> str:
    """The reasons, without the age and the command, which have columns of their own."""
    said = remarks([reason for reason in one.reasons if reason.code != "old"] or one.reasons)
    return said.removesuffix(f" of {decoded(one.session.command)}")


def _by_command(made: Plan) -> dict[str, tuple[int, int, int]]:
    """How many sessions each command has now and afterwards, and how many bytes that frees."""
    counts: dict[str, tuple[int, int, int]] = {}
    for one in made.decisions:
        before, after, freed = counts.get(one.session.command, (0, 0, 0))
        freed += 0 if one.keep else one.session.size
        counts[one.session.command] = (before + 1, after + one.keep, freed)
    return dict(sorted(counts.items()))


def _ordered(made: Plan) -> Sequence[Decision]:
    """What stays, then what goes: the last lines are those that matter."""
    return sorted(made.decisions, key=lambda decision: not decision.keep)


def _time(decision: Decision) -> str:
    return iso_utc(decision.when_ns) if decision.when_ns is not None else ""
