"""All settings, as one frozen `Config`, and a row for each that says what it must be."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from exito_tui.config import checks
from exito_tui.config.ascii import Ascii
from exito_tui.config.checks import Check, Problem
from exito_tui.domain.sessions.orders import GROUPINGS, SORTS, Grouping, Sort
from exito_tui.domain.units import SECOND_NS

if TYPE_CHECKING:
    from exito_tui.domain.cleanup.retention import Policy
    from exito_tui.domain.sessions.layouts import Layouts
    from exito_tui.domain.verdicts.judge import JudgeSettings
    from exito_tui.domain.workflows.model import Workflow


class Config(NamedTuple):
    """All settings. Durations are in seconds."""

    theme: str = ""
    """A Textual theme; empty: the one chosen last in the app."""

    sort: Sort = "started"
    """The list's order."""

    by: Grouping | Literal[""] = ""
    """How the list is grouped: by need, by command, or flat by time; empty: as it was chosen last
    in the app."""

    writing: float = 20.0
    """How long after a write a session counts as being written."""

    reconcile: float = 8.0
    """How often to look for what the watching missed."""

    polling: bool = False
    """Never watch, always look: for network file systems."""

    ascii: Ascii = "auto"
    """Whether to draw with ASCII signs only; `auto` asks the locale."""

    motion: Literal["auto", "always", "never"] = "auto"
    """Whether the sign of what grows turns; `auto`: not over ssh, and not with $NO_MOTION."""

    interrupted: float = 86_400.0
    """After how long without a write a session that is not completed counts as interrupted."""

    pressing: float = 86_400.0
    """For how long a question or a failure presses; after that it is an old one."""

    toast: bool = True
    """Whether a state that changes is told of in the app."""

    bell: bool = True
    """Whether it rings the terminal's bell."""

    osc9: bool = True
    """Whether it sends the terminal a notification (OSC 9)."""

    claude: bool = True
    """Whether Claude Code's own records are read, to know who asks and who works."""

    read_only: bool = False
    """Whether everything is switched off that changes a sessions folder."""

    quiet: float = 900.0
    """For how long nothing may have been written to a session that is moved away."""

    policies: Mapping[str, "Policy"] = MappingProxyType({})
    """Standing policies for `prune`, by name."""

    on_session_end: str = ""
    """The policy that the SessionEnd hook applies; empty: none."""

    expected: Mapping[str, float] = MappingProxyType({})
    """How long agents are expected to take: `builder`, or `build.builder` for one command."""

    layouts: "Layouts" = ()
    """More layouts of names, or other ones, in order."""

    workflows: Mapping[str, "Workflow"] = MappingProxyType({})
    """More workflows, or other ones, by name."""

    filters: Mapping[str, str] = MappingProxyType({})
    """Filters of the list, by name; the first nine are on the keys 1 to 9."""

    editor: str = ""
    """The editor's command; empty: $VISUAL or $EDITOR."""

    keys: Mapping[str, str] = MappingProxyType({})
    """Other keys for commands: command id to Textual key names, comma-separated."""

    linked_roots: tuple[str, ...] = ()
    """Sessions folders in which hooks may work though a link of the project leads there (absolute
    paths)."""

    warnings: tuple["Problem", ...] = ()
    """What is wrong with the project's file: those lines of it do not count."""

    @property
    def layouts_in_force(self) -> "Layouts":
        """What the names in a root mean; empty: just what is built in."""
        if not self.layouts:
            return ()
        from exito_tui.domain.sessions.layouts import with_own_layouts

        return with_own_layouts(self.layouts)

    @property
    def judge_settings(self) -> "JudgeSettings":
        """The settings of judgement."""
        from exito_tui.domain.verdicts.judge import JudgeSettings
        from exito_tui.domain.verdicts.verdict import TimeRules

        rules = TimeRules(
            *(int(one * SECOND_NS) for one in (self.writing, self.interrupted, self.pressing))
        )
        return JudgeSettings(self.workflows, self.expected, rules, self.layouts_in_force)


class Setting(NamedTuple):
    """What a setting must be, what it is for, who may set it, and how the environment does."""

    check: Check
    about: str
    """What it does, in words for the user."""

    by_projects: bool = False
    """Whether a project's file may set it: that comes from others."""

    from_text: Callable[[str], object] | None = str
    """How it is read from an environment variable; None: it is a table, and cannot be."""

    example: str = ""
    """Lines of TOML, for a setting whose default is none that could be written."""


SETTINGS: Mapping[str, Setting] = {
    "theme": Setting(
        checks.text,
        "A theme, by its name in `exito-tui config themes`; left out: the one chosen last.",
        by_projects=True,
        example='theme = "nord"',
    ),
    "sort": Setting(
        checks.one_of(*SORTS), f"The list's order: {', '.join(SORTS)}.", by_projects=True
    ),
    "by": Setting(
        checks.one_of(*GROUPINGS),
        f"How the list is grouped: {', '.join(GROUPINGS)}; left out: as it was last.",
        by_projects=True,
        example='by = "need"',
    ),
    "writing": Setting(
        checks.duration,
        "How long after a write a session counts as being written.",
        by_projects=True,
    ),
    "reconcile": Setting(
        checks.duration,
        "How often to look for what the watching missed; a quarter as often while nothing changes.",
        by_projects=True,
    ),
    "polling": Setting(
        checks.truth,
        "Never watch, always look: for network file systems.",
        by_projects=True,
        from_text=checks.truth_from_text,
    ),
    "ascii": Setting(
        checks.one_of("auto", "always", "never"),
        "Draw with ASCII signs: auto (asks the locale), always, never.",
    ),
    "motion": Setting(
        checks.one_of("auto", "always", "never"),
        "Turn the sign of what grows: auto (not over ssh, not with $NO_MOTION), always, never.",
    ),
    "interrupted": Setting(
        checks.duration,
        "After how long without a write an unfinished session counts as interrupted.",
        by_projects=True,
    ),
    "pressing": Setting(
        checks.duration, "For how long a question or a failure presses.", by_projects=True
    ),
    "toast": Setting(
        checks.truth,
        "Tell in the app when a state has changed.",
        from_text=checks.truth_from_text,
    ),
    "bell": Setting(
        checks.truth, "Ring the terminal's bell then.", from_text=checks.truth_from_text
    ),
    "osc9": Setting(
        checks.truth,
        "Send the terminal a notification then (OSC 9).",
        from_text=checks.truth_from_text,
    ),
    "claude": Setting(
        checks.truth,
        "Read Claude Code's own records, to know who asks and who works.",
        from_text=checks.truth_from_text,
    ),
    "read_only": Setting(
        checks.truth,
        "Switch off all that changes a sessions folder.",
        from_text=checks.truth_from_text,
    ),
    "quiet": Setting(
        checks.duration,
        "For how long nothing may have been written to a session that is moved away.",
    ),
    "policies": Setting(
        checks.policies,
        "Standing policies for `prune --policy NAME`, each in a table of its own.",
        from_text=None,
        example="""\
[policies.weekly]
keep_last = 20
keep_within = "30d"
max_size = "2G"
older_than = "14d"
state = ["completed", "interrupted"]
command = ["build", "patch"]""",
    ),
    "on_session_end": Setting(
        checks.text,
        "The policy that the SessionEnd hook applies, only to the trash; left out: none.",
        example='on_session_end = "weekly"',
    ),
    "expected": Setting(
        checks.expected,
        "How long agents may take, everywhere or in one command.",
        by_projects=True,
        from_text=None,
        example='[expected]\nbuilder = "45min"\nbuild.architect = "20min"',
    ),
    "layouts": Setting(
        checks.layouts,
        "More layouts of names, or other ones; see `exito-tui layouts`.",
        by_projects=True,
        from_text=None,
        example="""\
[[layouts]]
name = "sprint"
in = ["root-folder"]
pattern = "sprint-{number}-{date}[-{slug}]"
command = "sprints\"""",
    ),
    "workflows": Setting(
        checks.workflows,
        "More workflows, or other ones.",
        by_projects=True,
        from_text=None,
        example="""\
[workflows.ship]
steps = [
{ agent = "investigator", leaves = "context.md" },
{ gate = "approve" },
{ agent = "builder", leaves = "progress.md" },
]""",
    ),
    "filters": Setting(
        checks.filters,
        "Filters of the list, by name; the first nine are on the keys 1 to 9.",
        from_text=None,
        example='[filters]\nmine = "state:waiting command:build"',
    ),
    "editor": Setting(
        checks.text,
        "The command that opens a file; left out: $VISUAL or $EDITOR.",
        example='editor = "vi"',
    ),
    "keys": Setting(
        checks.keys,
        "Other keys, by the names of the commands.",
        from_text=None,
        example='[keys]\nfilter = "slash,ctrl+k"',
    ),
    "linked_roots": Setting(
        checks.paths,
        "Sessions folders in which the hook may work though a link in the project leads there.",
        from_text=None,
    ),
}
"""One row for each field of `Config` that can be set."""
