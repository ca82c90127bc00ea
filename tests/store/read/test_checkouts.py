"""What git wrote is no work: a clone, a work tree, a checkout. What an agent writes is."""

import os
import time
from pathlib import Path

import pytest

from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.read.checkouts import checkouts_of
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import scan
from tests.store.read.test_commits import git
from tests.support import NOW_NS, Root

NOW = NOW_NS // 10**9
NONE, ONE, TWO = "0" * 40, "1" * 40, "2" * 40
DATED, REVIEW = "2025-10-20-0900.md", "pr_reviews/pr_7_context.md"


def logged(project: Path, *lines: tuple[str, str, int, str]) -> None:
    """A repository whose log says this: (before, after, epoch seconds, message)."""
    log = project / ".git" / "logs" / "HEAD"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(
        "".join(f"{old} {new} A <a@b> {at} +0200\t{said}\n" for old, new, at, said in lines)
    )


def verdict(root: Root, key: str, now: int = NOW + 8) -> Verdict:
    snapshot, judge = examined(scan(str(root)), Judge())
    return judge.verdict(snapshot.sessions[key], now * 10**9)


@pytest.mark.parametrize("name", [DATED, REVIEW])
def test_one_session_of_a_clone_is_not_being_written(root: Root, name: str) -> None:
    key = name.removesuffix("_context.md") if name == REVIEW else name
    root.write(name, "# x\n", at=NOW)
    assert not verdict(root, key).copied
    logged(root.project, (NONE, ONE, NOW - 3, "clone: from https://example.org/x"))
    assert verdict(root, key).copied
    assert verdict(root, key).state not in ("running", "stuck")
    assert verdict(root, key, NOW + 7200).state != "stuck"
    root.write(name, "# x\nmore\n", at=NOW + 60)
    assert not verdict(root, key, NOW + 65).copied, "now somebody works on it"


@pytest.mark.parametrize(
    ("line", "apart", "is_copy"),
    [
        ((NONE, ONE, NOW, "clone: from x"), (-1, 0, 5), True),
        ((NONE, ONE, NOW, "clone: from x"), (-2, 6), False),
        ((NONE, ONE, NOW, ""), (0,), True),  # a work tree
        ((ONE, TWO, NOW, "checkout: moving from main to other"), (-1, 0, 1), True),
        ((ONE, TWO, NOW, "checkout: moving from main to other"), (-2, 2), False),
        ((ONE, TWO, NOW, "pull: Fast-forward"), (0,), True),
        ((ONE, TWO, NOW, "merge other: Fast-forward"), (0,), True),
        ((ONE, TWO, NOW, "rebase (finish): returning to refs/heads/main"), (0,), True),
        ((ONE, TWO, NOW, "reset: moving to HEAD~1"), (0,), True),
        ((ONE, ONE, NOW, "checkout: moving from main to new"), (0,), False),  # checkout -b
        ((ONE, TWO, NOW, "commit: Plan"), (0,), False),
        ((NONE, ONE, NOW, "commit (initial): Plan"), (0,), False),
        ((ONE, TWO, NOW, ""), (0,), False),
    ],
)
def test_what_is_written_while_git_writes_is_a_copy(
    root: Root, line: tuple[str, str, int, str], apart: tuple[int, ...], is_copy: bool
) -> None:
    logged(root.project, (NONE, NONE, 5, "clone: long ago"), line)
    assert [NOW + at in checkouts_of(str(root)) for at in apart] == [is_copy] * len(apart)


def test_a_real_clone_and_a_real_work_tree(tmp_path: Path, root: Root) -> None:
    root.write(REVIEW, "# x\n")
    git("init", cwd=root.project)
    git("add", "-A", cwd=root.project)
    git("commit", "-m", "one", cwd=root.project)
    assert checkouts_of(str(root)) == frozenset(), "nothing but a commit"
    git("clone", "-q", str(root.project), str(tmp_path / "clone"), cwd=tmp_path)
    git("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other", cwd=root.project)
    for name in ("clone", "tree"):
        place = tmp_path / name / ".claude" / "sessions"
        written = int((place / REVIEW).stat().st_mtime)
        assert written in checkouts_of(str(place)), name
        snapshot, judge = examined(scan(str(place)), Judge())
        found = judge.verdict(snapshot.sessions["pr_reviews/pr_7"], time.time_ns())
        assert found.copied and found.state != "running"
    below = Root(tmp_path / "clone" / "packages" / "a")
    assert checkouts_of(str(below)) == checkouts_of(
        str(tmp_path / "clone" / ".claude" / "sessions")
    )


@pytest.mark.parametrize("how", ["pipe", "link", "noise", "elsewhere", "nowhere", "no project"])
def test_a_log_that_is_none_tells_nothing(root: Root, tmp_path: Path, how: str) -> None:
    other = tmp_path / "other"
    logged(other, (NONE, ONE, NOW, "clone: from x"))
    git_folder, log = root.project / ".git", root.project / ".git" / "logs" / "HEAD"
    if how == "elsewhere":
        git_folder.write_text(f"gitdir: {other}/.git\n")
    elif how == "nowhere":
        git_folder.write_bytes(b"gitdir: a\0b\xff\n")
    elif how == "no project":
        assert checkouts_of(str(other)) == frozenset()
    else:
        log.parent.mkdir(parents=True)
    if how == "pipe":
        os.mkfifo(log)
    if how == "link":
        os.symlink(other / ".git" / "logs" / "HEAD", log)
    if how == "noise":
        log.write_bytes(
            os.urandom(100_000) + f"{NONE} {ONE} A <a> {'9' * 30} +0\tclone:\n".encode()
        )
    assert not any(0 < at < 10**10 for at in checkouts_of(str(root)))


def test_of_a_long_log_the_end_is_read(root: Root) -> None:
    commits = [(ONE, TWO, NOW - 9000 + at, "commit: x") for at in range(2000)]
    logged(root.project, *commits, (ONE, TWO, NOW, "pull: Fast-forward"))
    assert checkouts_of(str(root)) == {NOW - 1, NOW, NOW + 1}
