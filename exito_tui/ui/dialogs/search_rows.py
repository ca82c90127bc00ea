"""What the search shows: a heading for each session, a row for each line, and the lines around the
one that is highlighted."""

from rich.text import Text

from exito_tui.domain.documents.needle import FoundLine
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import short_age
from exito_tui.store.trash.search_all import Hit

_BEFORE, _LONGEST = 40, 300
_FOUND = "bold not dim reverse"


def heading(hit: Hit, now_ns: int) -> Text:
    """The session in which a hit is: its title, its command, its age, and whether it lies in the
    trash."""
    about = [one_line(hit.command)]
    if hit.when_ns:
        about.append(short_age(now_ns - hit.when_ns))
    if hit.entry:
        about.append("in the trash")
    return Text(f"{one_line(hit.title)}  ", "bold").append("  ".join(about), "not bold dim")


def row(hit: Hit) -> Text:
    """A line with what was found in it marked."""
    line = hit.line
    begin = max(0, line.start - _BEFORE)
    end = min(len(line.text), max(line.end, begin + _LONGEST))
    place = f"{one_line(decoded(hit.file))}:{line.line}" if hit.file else "title"
    made = Text(f"  {place}  ", "dim", no_wrap=True, overflow="ellipsis")
    made.append("…" if begin else "", "not dim")
    return made.append_text(_marked(line, begin, end, strip=True))


def more_of(hit: Hit) -> Text:
    """That a file has more such lines than are shown."""
    return Text(f"  {one_line(decoded(hit.file))}: and more, below line {hit.line.line}", "dim")


def lines_around(hit: Hit | None, most: int) -> Text:
    """A hit with at most so many lines before and after it, each with its number; for a title,
    where its session is."""
    made = Text(no_wrap=True, overflow="ellipsis")
    if hit is None:
        return made
    if not hit.file:
        return made.append(one_line(decoded(hit.key)), "dim")
    near = range(hit.line.line - most, hit.line.line + most + 1)
    lines = {at: text for at, text in hit.around.items() if at in near} | {hit.line.line: ""}
    width = len(str(max(lines)))
    for number in sorted(lines):
        made.append("\n" if made else "").append(f"{number:>{width}}  ", "dim")
        if number == hit.line.line:
            begin = max(0, hit.line.start - 2 * _BEFORE)
            made.append_text(_marked(hit.line, begin, begin + _LONGEST))
        else:
            made.append(one_line(lines[number].expandtabs(4)[:_LONGEST]), "dim")
    return made


def _marked(line: FoundLine, begin: int, end: int, *, strip: bool = False) -> Text:
    before = one_line(line.text[begin : line.start].expandtabs(4))
    made = Text(before.lstrip() if strip else before, "not dim")
    made.append(one_line(line.text[line.start : line.end]), _FOUND)
    return made.append(one_line(line.text[line.end : end]), "not dim")
