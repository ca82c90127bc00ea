"""Every action of the app, declared once: its keys, its place in the bar, in the help and in the
palette."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Pane = Literal["anywhere", "list", "document"]


@dataclass(frozen=True, slots=True)
class Command:
    """One action. `keys` are Textual's key names, `hint` the word in the bottom bar (none: not
    shown there) and `hint_in` the pane in which it is worth its room."""

    id: str
    keys: tuple[str, ...]
    action: str
    title: str
    help: str
    pane: Pane = "anywhere"
    hint: str = ""
    hint_in: Pane = "anywhere"
    palette: bool = True


COMMANDS: tuple[Command, ...] = (
    Command("back", ("escape",), "back", "Back", "Close, clear the filter, or go back to the list",
            hint="back", hint_in="document", palette=False),
    Command("search", ("ctrl+s",), "search", "Search everything",
            "Find any text ever written in these roots", hint="search", hint_in="list"),
    Command("sort", ("s",), "sort", "Sort",
            "Cycle the order: started, last write, size, name, need", hint="sort", hint_in="list"),
    Command("next-need", ("exclamation_mark",), "next_need", "Next that needs you",
            "Go to the next session that waits for you, is stuck or failed", hint="next",
            hint_in="list"),
    Command("why", ("w",), "why", "Why", "The verdict's evidence, expected times and warnings",
            hint="why"),
    Command("timeline", ("t",), "timeline", "Timeline", "The phases as bars over time",
            hint="timeline", hint_in="document"),
    Command("agents", ("a",), "agents", "Agents",
            "What Claude Code's agents do and say for this session", hint="agents"),
    Command("doctor", ("x",), "doctor", "Doctor",
            "What is wrong with this root's folders and files"),
    Command("trash", ("d",), "trash", "Move to the trash",
            "Move the session, or the marked ones, to the trash", hint="trash", hint_in="list"),
    Command("undo", ("u",), "undo", "Undo", "Take back the last thing that was done"),
    Command("redo", ("U",), "redo", "Redo", "Do again what undo took back"),
    Command("show-trash", ("T",), "show_trash", "Trash",
            "What is in the trash: restore, purge, and the log"),
    Command("archive", ("A",), "archive", "Archive",
            "Pack the session into a verified tar.gz, then to the trash"),
    Command("pin", ("p",), "pin", "Pin or unpin", "Pin the session: whatever cleans up leaves it"),
    Command("prune", ("P",), "prune", "Prune", "Prune old sessions by rule, with a preview"),
    Command("finalize", ("f",), "finalize", "Finalize",
            "Write status, end and a summary into the session"),
    Command("recover", ("R",), "save_reports", "Recover",
            "Save what an agent returned as text as the file it owes", hint="recover",
            hint_in="list"),
    Command("grouping", ("b",), "grouping", "Grouping",
            "Needs you first, by command, or one list by time"),
    Command("next-file", ("right_square_bracket",), "file(1)", "Next file",
            "Next file of the session", hint="file"),
    Command("previous-file", ("left_square_bracket",), "file(-1)", "Previous file",
            "Previous file of the session"),
    Command("raw", ("V",), "raw", "Raw or rendered",
            "Rendered Markdown, or the raw text with line numbers", hint="raw", hint_in="document"),
    Command("contents", ("c",), "contents", "Contents", "Jump to a heading of the document",
            hint="contents", hint_in="document"),
    Command("follow-fleet", ("L",), "follow_fleet", "Jump to latest write",
            "Always select what was written last", hint="latest write", hint_in="list"),
    Command("switch", ("tab",), "switch_pane", "Switch pane", "Go to the other pane",
            palette=False),
    Command("switch-back", ("shift+tab",), "switch_pane", "Switch pane", "Go to the other pane",
            palette=False),
    Command("zoom", ("z",), "zoom", "Zoom", "Give this pane the whole screen, or take it back",
            hint="zoom"),
    Command("copy", ("y",), "copy", "Copy",
            "Copy what the mouse selected; else choose: path, next step, section, code "
            "block, or all of the file"),
    Command("go-there", ("J",), "go_there", "Go to Claude Code",
            "Go to the tmux pane that it runs in, or copy the command that leads there",
            hint="go there", hint_in="list"),
    Command("open", ("o",), "app.open_editor", "Open in editor",
            "Open the file in $VISUAL or $EDITOR"),
    Command("worktrees", ("W",), "app.worktrees", "Work trees",
            "Open the roots of the other work trees and packages"),
    Command("rescan", ("ctrl+r", "f5"), "app.rescan", "Rescan", "Read everything again"),
    Command("palette", ("ctrl+p", "colon"), "app.command_palette", "Palette",
            "Find any action by name", palette=False),
    Command("demo", ("D",), "app.demo", "Demo", "Start a simulated fleet (on the welcome)",
            hint="demo", palette=False),
    Command("help", ("question_mark", "f1"), "help", "Help", "Keys of the pane you are in",
            hint="help"),
    Command("quit", ("q", "ctrl+q"), "app.quit", "Quit", "Leave exito-tui", hint="quit"),
    Command("down", ("j", "down"), "move(1)", "Down", "Next row", "list", palette=False),
    Command("up", ("k", "up"), "move(-1)", "Up", "Previous row", "list", palette=False),
    Command("half-down", ("ctrl+d",), "half(1)", "Half a screen down", "Half a screen down", "list",
            palette=False),
    Command("half-up", ("ctrl+u",), "half(-1)", "Half a screen up", "Half a screen up", "list",
            palette=False),
    Command("page-down", ("pagedown",), "half(2)", "Page down", "A screen down", "list",
            palette=False),
    Command("page-up", ("pageup",), "half(-2)", "Page up", "A screen up", "list", palette=False),
    Command("first", ("g", "home"), "edge(0)", "First", "First row", "list", palette=False),
    Command("last", ("G", "end"), "edge(-1)", "Last", "Last row", "list", palette=False),
    Command("enter", ("enter",), "enter", "Open", "Read the session, or fold the group", "list",
            hint="open", palette=False),
    Command("mark", ("space",), "mark", "Mark", "Mark the session for a later action", "list",
            hint="mark"),
    Command("mark-range", ("v",), "mark_range", "Mark a range",
            "Mark from here on; once more ends it", "list"),
    Command("mark-all", ("ctrl+a",), "mark_all", "Mark all",
            "Mark all in the list, as it is filtered; or none", "list"),
    Command("filter", ("slash",), "screen.filter", "Filter",
            "Filter the list: words, state: command: age: has: and more", "list", hint="filter",
            hint_in="list"),
    Command("fold", ("h", "left"), "fold(True)", "Fold", "Fold the group", "list", palette=False),
    Command("unfold", ("l", "right"), "fold(False)", "Unfold", "Unfold the group", "list",
            palette=False),
    Command("next-new", ("full_stop",), "next_new", "Next that is new",
            "Go to the next session written since you looked", "list"),
    Command("see-all", ("comma",), "see_all", "All seen", "Count everything as seen", "list"),
    Command("named-filter", tuple("123456789"), "screen.named_filter({place})", "Named filter",
            "Show what a filter of your own shows (`[filters]`), in their order", "list",
            palette=False),
    Command("fold-all", ("minus",), "fold_all", "Fold all", "Fold or unfold all groups", "list"),
    Command("scroll-down", ("j", "down"), "scroll_down", "Down", "One line down", "document",
            palette=False),
    Command("scroll-up", ("k", "up"), "scroll_up", "Up", "One line up", "document", palette=False),
    Command("scroll-left", ("h", "left"), "scroll_left", "Left", "Scroll left", "document",
            palette=False),
    Command("scroll-right", ("l", "right"), "scroll_right", "Right", "Scroll right", "document",
            palette=False),
    Command("scroll-half-down", ("ctrl+d",), "half(1)", "Half down", "Half a screen down",
            "document", palette=False),
    Command("scroll-half-up", ("ctrl+u",), "half(-1)", "Half up", "Half a screen up", "document",
            palette=False),
    Command("scroll-page-down", ("pagedown", "space"), "half(2)", "Page down", "A screen down",
            "document", palette=False),
    Command("scroll-page-up", ("pageup",), "half(-2)", "Page up", "A screen up", "document",
            palette=False),
    Command("top", ("g", "home"), "top", "Top",
            "Beginning; once more for what lies before, in a huge file", "document", palette=False),
    Command("end", ("G", "end"), "end", "End and follow", "End, and follow what is written",
            "document", hint="follow", palette=False),
    Command("find", ("slash", "ctrl+f"), "screen.find", "Find in document", "Search the document",
            "document", hint="find", hint_in="document"),
    Command("next-match", ("n",), "match(1)", "Next match", "Next match of the search", "document",
            palette=False),
    Command("previous-match", ("N",), "match(-1)", "Previous match", "Previous match", "document",
            palette=False),
    Command("next-change", ("full_stop",), "next_change", "Next change",
            "Go to the next part written since you read it", "document"),
    Command("see", ("comma",), "see", "Seen", "Count what is new in this session as seen",
            "document"),
)  # fmt: skip

BY_ID = {command.id: command for command in COMMANDS}


_SHOWN_KEYS = {
    "question_mark": "?", "exclamation_mark": "!", "slash": "/", "right_square_bracket": "]",
    "left_square_bracket": "[", "minus": "-", "colon": ":", "full_stop": ".", "comma": ",",
    "escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "down": "↓", "up": "↑", "left": "←",
    "right": "→",
}  # fmt: skip


def shown_keys(keys: str) -> str:
    """Key names as people write them: `question_mark,f1` is `? f1`."""
    return " ".join(_SHOWN_KEYS.get(key.strip(), key.strip()) for key in keys.split(","))


def first_key(command: str, rebound: Mapping[str, str]) -> str:
    """The first key of a command as people write it; `rebound` are the user's own."""
    return shown_keys(rebound.get(command, BY_ID[command].keys[0]).partition(",")[0])


def key_clashes(rebound: Mapping[str, str]) -> list[str]:
    """What goes wrong when these commands get these keys: another command of the same pane has one
    of them already."""
    keys = {
        one.id: [key.strip() for key in rebound.get(one.id, ",".join(one.keys)).split(",")]
        for one in COMMANDS
    }
    found = []
    for command in COMMANDS:
        for other in COMMANDS:
            together = command.pane == other.pane or "anywhere" in (command.pane, other.pane)
            if (
                command.id in rebound
                and other is not command
                and together
                and other.id not in found
            ):
                found += [
                    f"{command.id}: {key!r} is the key of {other.id} already; give that one another"
                    for key in keys[command.id]
                    if key in keys[other.id] and (other.id not in rebound or other.id > command.id)
                ]
    return found


_NAMED_KEYS = frozenset((
    "escape", "enter", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup",
    "pagedown", "up", "down", "left", "right", "slash", "backslash", "minus", "plus",
    "question_mark", "exclamation_mark", "colon", "semicolon", "comma", "full_stop", "underscore",
    "equals_sign", "at", "number_sign", "dollar_sign", "percent_sign", "ampersand", "asterisk",
    "left_parenthesis", "right_parenthesis", "left_square_bracket", "right_square_bracket",
    "left_curly_bracket", "right_curly_bracket", "vertical_line", "tilde", "grave_accent",
    "apostrophe", "quotation_mark", "less_than_sign", "greater_than_sign", "circumflex_accent",
))  # fmt: skip
_KEY = re.compile(
    r"(?:(?:ctrl|alt|shift|super|meta)\+)*(?:[A-Za-z0-9]|f\d{1,2}|[a-z]+(?:_[a-z]+)*)\Z"
)


def key_problem(command: str, keys: object) -> str | None:
    """What is wrong with the keys that a line of the `[keys]` table gives a command, or None."""
    if not isinstance(keys, str) or not keys.strip():
        return f'{command}: expected quoted key names, such as "ctrl+k" or "slash,ctrl+g"'
    for key in keys.split(","):
        word = key.strip().rpartition("+")[2]
        named = len(word) == 1 or word in _NAMED_KEYS or re.fullmatch(r"f\d{1,2}", word)
        if not named or not _KEY.match(key.strip()):
            return (
                f"{command}: {key.strip()!r} is not the name of a key; names are such as k, K, "
                "ctrl+k, f2, slash"
            )
    return None
