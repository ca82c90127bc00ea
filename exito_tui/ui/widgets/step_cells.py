"""The steps of a workflow as cells of one line: with full names, and folded where there is too
little room for all."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len

from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.steps import StepState, StepView
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.domain.workflows.model import Gate, Phase
from exito_tui.ui.drawing.glyphs import Glyphs


class Cell(NamedTuple):
    """One cell: what it says, what stands below it, its tone (`done`, `active`, `due`, `alarm` or
    `muted`), and the file that a click on it opens (empty: none). `steps` is how many it stands
    for, of which `files` are there."""

    text: str
    below: str
    tone: str
    file: str = ""
    steps: int = 1
    files: int = 0
    lasted_ns: int = 0

    @property
    def width(self) -> int:
        """Its width in screen cells."""
        return max(cell_len(self.text), cell_len(self.below))


Cells = list[Cell]
_Fold = Callable[[Cells, Glyphs], Cells]

_DONE_GATES = {"approve": "approved", "choose": "chosen"}


def step_cells(verdict: Verdict, now_ns: int, glyphs: Glyphs, width: int, gap: int) -> Cells:
    """The steps in at most `width` screen cells, with a gap between each two: all of them, else
    folded as far as it takes; what is to come first, then what is done."""
    over = verdict.state == "completed"  # nobody can see whether the rest was done
    cells = [
        _cell(view, verdict, now_ns, glyphs)
        for view in verdict.steps
        if not (over and isinstance(view.step, Phase) and view.step.outside)
    ]
    for fold in (None, *_FOLDS):
        cells = fold(cells, glyphs) if fold else cells
        if sum(cell.width + gap for cell in cells) - gap <= width:
            break
    return cells


def step_name(view: StepView) -> str:
    """A step's name in full."""
    if isinstance(view.step, Gate):
        return _DONE_GATES[view.step.kind] if view.state == "done" else view.step.kind
    if view.step.label or view.step.outside:
        return view.step.label or "docs"
    if view.step.group and not view.artefact:
        return view.step.agent
    name = one_line(decoded(view.artefact.name)) if view.artefact else view.step.artefact
    stem = name.rpartition(".")[0] or name
    if stem.startswith("pr_"):
        stem = stem[3:].partition("_")[2] or stem
    return stem.replace("*", "").replace("_", " ").replace("-", " ").strip()


def _cell(view: StepView, verdict: Verdict, now_ns: int, glyphs: Glyphs) -> Cell:
    sign, tone = _sign(view, verdict, glyphs)
    lasted_ns = 0
    if view.began_ns is not None and view.state != "later":
        whole = view.state == "done" and view.ended_ns is not None
        end_ns = view.ended_ns if whole and view.ended_ns is not None else now_ns
        if isinstance(view.step, Phase) or view.state == "gate":
            lasted_ns = max(0, end_ns - view.began_ns)
    below = f"  {duration(lasted_ns)}" if lasted_ns else ""
    file = view.artefact.name if view.artefact else ""
    return Cell(f"{sign} {step_name(view)}", below, tone, file, 1, int(bool(file)), lasted_ns)


_IN_TURN: dict[State, tuple[str, str]] = {
    "waiting": ("waiting", "due"),
    "stuck": ("stuck", "alarm"),
    "failed": ("failed", "alarm"),
    "interrupted": ("interrupted", "muted"),
    "running": ("running", "active"),
}


def _sign(view: StepView, verdict: Verdict, glyphs: Glyphs) -> tuple[str, str]:
    """A step's one-cell sign, and its tone. The step in turn has the sign of the session's
    state."""
    if view.state in ("active", "due", "gate"):
        name, tone = _IN_TURN.get(verdict.state, ("missing", "muted"))
        return str(getattr(glyphs, name)), tone
    by_state: dict[StepState, tuple[str, str]] = {
        "done": (glyphs.completed, "done"),
        "missing": (glyphs.lacking, "alarm"),
        "skipped": (glyphs.dot, "muted"),
    }
    return by_state.get(view.state, (glyphs.missing, "muted"))


# ── folding ──────────────────────────────────────────────────────────────────────────────────────


_TO_GO = " to go"


def _fold_later(cells: Cells, glyphs: Glyphs) -> Cells:
    """What is to come, as one cell."""
    at = len(cells)
    while at and cells[at - 1].text.startswith(f"{glyphs.missing} "):
        at -= 1
    later = cells[at:]
    return (
        [*cells[:at], _of(later, f"{glyphs.missing} {len(later)}{_TO_GO}")] if later[1:] else cells
    )


def _fold_alike(cells: Cells, glyphs: Glyphs) -> Cells:
    """Steps side by side in turn, as one cell."""
    folded: Cells = []
    for tone, group in groupby(cells, key=lambda cell: (cell.tone, cell.text[:1])):
        alike = list(group)
        if tone[0] in ("done", "muted") or len(alike) == 1:
            folded += alike
        else:
            folded.append(_of(alike, f"{tone[1]} {len(alike)} reports"))
    return folded


def _fold_done(cells: Cells, glyphs: Glyphs, kept: int = 1) -> Cells:
    """What is done, as one cell; the last ones stay by themselves."""
    count = 0
    while count < len(cells) and cells[count].tone == "done":
        count += 1
    done = cells[: max(0, count - kept)]
    files = sum(cell.files for cell in done)
    if len(done) < 2:
        return cells
    words = f"{files} file{'' if files == 1 else 's'}"
    return [_of(done, f"{glyphs.completed} {words}"), *cells[len(done) :]]


def _fold_all_done(cells: Cells, glyphs: Glyphs) -> Cells:
    return _fold_done(cells, glyphs, 0)


def _shorten_later(cells: Cells, glyphs: Glyphs) -> Cells:
    """How many are to come, as a bare number."""
    if not cells or not cells[-1].text.endswith(_TO_GO):
        return cells
    return [*cells[:-1], cells[-1]._replace(text=cells[-1].text.removesuffix(_TO_GO))]


_FOLDS: tuple[_Fold, ...] = (
    _fold_later,
    _fold_alike,
    lambda cells, glyphs: _fold_done(cells, glyphs, 2),
    _fold_done,
    _fold_all_done,
    _shorten_later,
)


def _of(cells: Sequence[Cell], text: str) -> Cell:
    """One cell that stands for several; a click on it opens the last file of theirs."""
    lasted_ns = sum(cell.lasted_ns for cell in cells)
    file = next((cell.file for cell in reversed(cells) if cell.file), "")
    below = f"  {duration(lasted_ns)}" if lasted_ns else ""
    steps, files = sum(cell.steps for cell in cells), sum(cell.files for cell in cells)
    return Cell(text, below, cells[0].tone, file, steps, files, lasted_ns)
