"""Judging the sessions of a root with what a run before has kept of them."""

from collections.abc import Sequence

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.claims import NOTHING, Claims
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.read.root_reader import JudgingReader
from exito_tui.store.read.verdict_cache import (
    RACY_NS,
    CachedEntry,
    VerdictCache,
    claims_of,
    claims_text,
    is_lasting_verdict,
    mark_of,
)


class CachingReader(JudgingReader):
    """Opens only files that were written since they were last read."""

    def __init__(self, root: int, snapshot: Snapshot, judge: Judge, kept: VerdictCache) -> None:
        super().__init__(root, snapshot, judge)
        self.kept = kept
        self._writing_ns = judge.rules.writing_ns
        self._before: dict[str, Claims | None] = {}

    def claims_before(self, session: Session) -> Claims | None:
        entry = self.kept.entry(session)
        if entry is None or entry.kind != "claims":
            return None
        contexts = self._contexts(session)
        holds = bool(contexts) and entry.mark == mark_of(contexts)
        claims = claims_of(entry.text, session, self.context(session) if holds else None)
        self._before[session.key] = claims
        return claims

    def kept_verdict(self, session: Session) -> str | None:
        """The members of a session's verdict, as JSON, if kept, and no file has changed since."""
        entry = self.kept.entry(session)
        if (
            entry is None
            or entry.kind != "verdict"
            or entry.mark != mark_of(self._evidence(session))
        ):
            return None
        return entry.text if is_lasting_verdict(entry.text) else None

    def to_keep(
        self, session: Session, verdict: Verdict, text: str, now_ns: int
    ) -> CachedEntry | None:
        """What is to be kept of a session as it was judged at `now_ns`: the verdict (`text`, its
        members as JSON) if only a write can change it, else what its files say.

        What was written so late that it may be out of date already is left out. None if nothing is
        new.
        """
        read_ns = now_ns - RACY_NS
        if verdict.state == "completed" and not session.copied:
            evidence = self._evidence(session)
            if _newest(evidence) < min(read_ns, now_ns - self._writing_ns):
                return CachedEntry(mark_of(evidence), "verdict", text)
        claims = session.claims or NOTHING
        if claims == self._before.get(session.key):
            return None
        contexts = self._contexts(session)
        mark = mark_of(contexts) if contexts and _newest(contexts) < read_ns else ""
        return CachedEntry(mark, "claims", claims_text(claims, read_ns))

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
