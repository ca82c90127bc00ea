"""Judging the sessions of a root with what a run before has kept of them."""

import time
from collections.abc import Sequence

from exito_tui import __version__
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import Title, title_of
from exito_tui.domain.verdicts.claims import NOTHING, Claims
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.read.claims import read_claims
from exito_tui.store.read.root_reader import JudgingReader
from exito_tui.store.read.titles import telling_files
from exito_tui.store.read.verdict_cache import (
    RACY_NS,
    CachedEntry,
    Lasting,
    VerdictCache,
    cache_folder_of_verdicts,
    claims_of,
    claims_text,
    lasting_of,
    lasting_text,
    mark_of,
    title_in,
)


def kept_of(root: str, judge: Judge) -> VerdictCache:
    """What was kept of a root, when the same judge judged it."""
    basis = f"{__version__} {time.tzname} {time.timezone} {judge.settings!r}"
    return VerdictCache(cache_folder_of_verdicts(), root, basis)


class CachingReader(JudgingReader):
    """Opens only files that were written since they were last read."""

    def __init__(self, root: int, snapshot: Snapshot, judge: Judge, kept: VerdictCache) -> None:
        super().__init__(root, snapshot, judge)
        self.kept = kept
        self._writing_ns = judge.rules.writing_ns
        self._before: dict[str, Claims | None] = {}

    def claims_before(self, session: Session) -> Claims | None:
        """What a session's files were known to say, as far as it is kept; None: nothing is."""
        entry = self.kept.entry(session)
        if entry is None or entry.kind != "claims":
            return None
        contexts = self._contexts(session)
        holds = bool(contexts) and entry.mark == mark_of(contexts)
        claims = claims_of(entry.text, session, self.context(session) if holds else None)
        self._before[session.key] = claims
        return claims

    def kept_verdict(self, session: Session) -> Lasting | None:
        """The verdict on a session, if kept, and neither a file nor what its name means has changed
        since."""
        entry = self._kept_entry(session)
        return lasting_of(entry.text) if entry else None

    def is_kept_completed(self, session: Session) -> bool:
        """Whether a verdict on the session is kept and holds, which is that it is completed."""
        return self._kept_entry(session) is not None

    def _kept_entry(self, session: Session) -> CachedEntry | None:
        """What is kept of a session if that is a verdict, and nothing has changed since."""
        entry = self.kept.entry(session)
        if entry is None or entry.kind != "verdict":
            return None
        return entry if entry.mark == self._mark(session, self._evidence(session)) else None

    def kept_title(self, session: Session) -> Title | None:
        """What a session is about of which a verdict is kept and holds, which is that it is
        completed."""
        entry = None if self.judge.known(session) else self._kept_entry(session)
        return title_in(entry.text) if entry else None

    def title(self, session: Session) -> Title:
        """What a session is about, with its files known: those are opened that were not read
        before."""
        own = self.judge.own_files(session)
        before = session._replace(
            artefacts=telling_files(session, own), claims=self.claims_before(session)
        )
        claims = read_claims(self._root, before, own=own)
        return title_of(session._replace(claims=claims), self.snapshot.layouts)

    def to_keep(
        self, session: Session, verdict: Verdict, lasting: Lasting, now_ns: int
    ) -> CachedEntry | None:
        """What is to be kept of a session as it was judged at `now_ns`: the verdict (`lasting`) if
        only a write can change it, else what its files say.

        What was written so late that it may be out of date already is left out. None if nothing is
        new.
        """
        read_ns = now_ns - RACY_NS
        if verdict.state == "completed" and not session.copied and not session.behind_ns:
            evidence = self._evidence(session)
            if _newest(evidence) < min(read_ns, now_ns - self._writing_ns):
                return CachedEntry(self._mark(session, evidence), "verdict", lasting_text(lasting))
        claims = session.claims or NOTHING
        if claims == self._before.get(session.key):
            return None
        contexts = self._contexts(session)
        mark = mark_of(contexts) if contexts and _newest(contexts) < read_ns else ""
        return CachedEntry(mark, "claims", claims_text(claims, read_ns))

    def _mark(self, session: Session, evidence: Sequence[tuple[str, Artefact]]) -> str:
        return mark_of(evidence, session.command, session.shape, session.stamp)

    def _contexts(self, session: Session) -> list[tuple[str, Artefact]]:
        """The files that tell whether a session's context is a copy; none if it cannot be one."""
        alike = self.alike(session)
        found = [(one.key, self.context(one)) for one in (session, *alike)] if alike else []
        return [(key, context) for key, context in found if context]

    def _evidence(self, session: Session) -> list[tuple[str, Artefact]]:
        """The files that a verdict on a session rests on, each with the key of its session."""
        own = [(session.key, artefact) for artefact in session.artefacts or ()]
        return own + self._contexts(session)


def _newest(files: Sequence[tuple[str, Artefact]]) -> int:
    return max((artefact.modified_ns for _, artefact in files), default=0)
