"""ripgrep says where to look, and nothing else: what is found is the same without it."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from exito_tui.domain.documents.needle import Needle
from exito_tui.store.fs import safefs
from exito_tui.store.read import search as searching
from exito_tui.store.read.ripgrep import files_with, likely_files, own_rg
from exito_tui.store.read.scan import scan_names
from exito_tui.store.read.search import Match, search, titles_with
from tests.support import Root

KEY = "build/build_20251106_153045"
RG = shutil.which("rg") or ""
needs_rg = pytest.mark.skipif(not RG, reason="ripgrep is not installed")

WORDS = "# A Needle in the plan\n\nrate limit, f(x), a.b, é, 42 and bad\n"


@pytest.fixture
def strange(root: Root) -> Root:
    """Texts in every encoding, and everything that could lead ripgrep astray."""
    for name, raw in {
        "plan.md": WORDS.encode(),
        "crlf.md": WORDS.replace("\n", "\r\n").encode(),
        "latin.md": WORDS.encode("cp1252"),
        "wide.md": WORDS.encode("utf-16"),
        "little.md": WORDS.encode("utf-16-le"),
        "big.md": WORDS.encode("utf-16-be"),
        "marked.md": (WORDS + "hid\u200bden\n").encode("utf-8-sig"),
        "wide-hidden.md": (WORDS + "hid\u200bden\x07\n").encode("utf-16"),
        "torn.log": b"\0" * 500 + WORDS.encode(),
        "nothing.md": b"# Nothing\n",
        ".hidden.md": WORDS.encode(),
        "below/deeper/notes.md": WORDS.encode(),
        "new\nline needle.md": WORDS.encode(),
        "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0needle\xff\xff" * 40,
    }.items():
        root.write(f"{KEY}/{name}", raw)
    root.write(os.fsencode(f"{KEY}/") + b"not-\xff-utf8.md", WORDS)
    for place in ("", "build/", f"{KEY}/"):
        for ignoring in (".gitignore", ".ignore", ".rgignore"):
            root.write(f"{place}{ignoring}", "*\n")
    root.write("2025-11-06-needle.md", WORDS)
    root.write("build/build_20251106_160000_needle/empty.md", "")
    root.write(".trash/needle/plan.md", WORDS)
    outside = root.project / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(WORDS)
    (root.path / KEY / "link.md").symlink_to(outside / "secret.md")
    (root.path / KEY / "linked").symlink_to(outside)
    (root.path / "build" / "build_20251106_170000").symlink_to(outside)
    os.mkfifo(root.path / KEY / "pipe.md")
    return root


def found(root: Root, needle: Needle, likely: frozenset[str] | None) -> list[Match]:
    sessions = scan_names(str(root)).sessions.values()
    titles = titles_with(needle, {one.key: one.id for one in sessions})
    with safefs.opened_root(str(root)) as folder:
        matches = list(search(folder, sessions, needle, titles=titles, context=1, likely=likely))
    return [match._replace(session=match.session._replace(artefacts=())) for match in matches]


def likely(root: str, needle: Needle, *, in_trash: bool = False) -> frozenset[str] | None:
    with likely_files(root, needle, in_trash=in_trash) as asked:
        return asked.answer()


@needs_rg
@pytest.mark.parametrize(
    "text",
    ["needle", "Needle", "rate limit", "f(x)", "a.b", "42", "bad", "u+200b", "<u+200b>", "nul", "500 NULs",
     "hid<", "\\x", "^", "-e", "--pre", "no such text", "png"],
)  # fmt: skip
def test_what_is_found_is_the_same_with_and_without(strange: Root, text: str) -> None:
    needle = Needle(text)
    files = likely(str(strange), needle)
    assert files is not None
    with_rg, without = found(strange, needle, files), found(strange, needle, None)
    assert with_rg == without
    if text == "needle":
        assert len(with_rg) == 16 and not any("outside" in one or "linked" in one for one in files)
        assert not any(one.startswith(".trash") for one in files)
        assert ".trash/needle/plan.md" in (likely(str(strange), needle, in_trash=True) or ())


@pytest.mark.parametrize("needle", [Needle("é"), Needle("a\nb"), Needle("a.b", regex=True)])
def test_of_what_bytes_do_not_tell_it_is_not_asked(strange: Root, needle: Needle) -> None:
    assert likely(str(strange), needle) is None


@needs_rg
def test_a_file_in_which_nothing_can_stand_is_not_opened(
    strange: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    own = searching._read

    def noted(folder: int, name: str, is_over: Callable[[], bool]) -> tuple[bytes, int]:
        opened.append(name)
        return own(folder, name, is_over)

    monkeypatch.setattr(searching, "_read", noted)
    needle = Needle("hidden")
    assert found(strange, needle, likely(str(strange), needle)) == []
    assert opened == []


@needs_rg
def test_what_cannot_be_read_is_looked_for_without_it(
    root: Root, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root.write(f"{KEY}/plan.md", WORDS)
    program = tmp_path / "bin" / "rg"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nprintf './x\\0'\nexit 2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    assert own_rg(str(root)) == str(program)
    with files_with(str(root), "x", in_trash=False, is_over=lambda: False) as asked:
        assert asked.is_going_on and asked.answer() is None
    program.write_text("#!/nowhere\n")
    with files_with(str(root), "x", in_trash=False, is_over=lambda: False) as asked:
        assert not asked.is_going_on and asked.answer() is None


@needs_rg
@pytest.mark.skipif(sys.platform != "linux", reason="the system limits no other process")
def test_a_line_that_is_larger_than_the_machine_ends_ripgrep_and_not_the_search(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write(f"{KEY}/plan.md", WORDS)
    os.truncate(root.write(f"{KEY}/zeros.md", "x"), 1 << 40)
    monkeypatch.setattr("exito_tui.store.read.ripgrep._MOST_MEMORY", 64 << 20)
    with files_with(str(root), "x", in_trash=False, is_over=lambda: False) as asked:
        assert asked.is_going_on and asked.answer() is None
    assert [one.file for one in found(root, Needle(WORDS.split()[0]), None)] == ["plan.md"]


@needs_rg
def test_a_search_that_nobody_wants_any_more_ends(
    root: Root, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "bin" / "rg"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec /bin/sleep 600\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    over = iter((False, False, True))
    with files_with(str(root), "x", in_trash=False, is_over=lambda: next(over, True)) as asked:
        assert asked.is_going_on and asked.answer() is None


def test_a_project_brings_no_rg_along(
    root: Root, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = root.project / "bin" / "rg"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ntouch ran\n")
    program.chmod(0o755)
    linked = tmp_path / "links"
    linked.mkdir()
    (linked / "rg").symlink_to(program)
    monkeypatch.chdir(root.project)
    for path in (str(program.parent), "bin", "", f":{root.project}/bin", str(linked)):
        monkeypatch.setenv("PATH", path)
        assert own_rg(str(root)) == ""
        assert likely(str(root), Needle("x")) is None


@needs_rg
def test_no_file_tells_ripgrep_what_to_do(
    root: Root, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "pre.sh"
    program.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    program.chmod(0o755)
    for place in (root.write(".ripgreprc", f"--pre={program}\n"), str(tmp_path / "ripgreprc")):
        Path(place).write_text(f"--pre={program}\n--follow\n")
        monkeypatch.setenv("RIPGREP_CONFIG_PATH", place)
        root.write(f"{KEY}/plan.md", WORDS)
        assert likely(str(root), Needle("rate limit")) == frozenset([f"{KEY}/plan.md"])
    assert not ran.exists()
