"""Judging the sessions of a root with what a run before has kept of them."""

import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

from exito_tui import __version__
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import Title, title_of
from exito_tui.domain.verdicts.claims import NOTHING, Claims
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.read.claims import FEWEST_COPIED, read_claims
from exito_tui.store.read.root_reader import JudgingReader
from exito_tui.store.read.scan import RACY_NS, Sign, changes_in, newest_in, paths_in, signs_of
from exito_tui.store.read.titles import telling_files
from exito_tui.store.read.verdict_cache import (
    CachedEntry,
    Lasting,
    VerdictCache,
    cache_folder_of_verdicts,
    claims_of,
    claims_text,
    digest_of,
    lasting_text,
    mark_of,
    title_in,
)


def kept_of(root: str, judge: Judge) -> VerdictCache:
    """What was kept of a root, when the same judge judged it."""
    basis = f"{__version__} {time.tzname} {time.timezone} {judge.settings_in(root)!r}"
    return VerdictCache(cache_folder_of_verdicts(), root, basis)


class CachingReader(JudgingReader):
    """Opens only files that were written since they were last read."""

    def __init__(self, root: int, snapshot: Snapshot, judge: Judge, kept: VerdictCache) -> None:
        super().__init__(root, snapshot, judge)
        self.kept = kept
        self._writing_ns = judge.settings_in(snapshot.root).rules.writing_ns
        self._before: dict[str, Claims | None] = {}
        self._seen: dict[str, list[tuple[Any, ...]]] = {}
        self._digests: dict[str, str] = {}
        """Of signs."""
        self._context_names: dict[str, bool] = {}

    def claims_before(self, session: Session) -> Claims | None:
        """What a session's files were known to say, as far as it is kept; None: nothing is."""
        entry = self.kept.entry(session)
        if entry is None or entry.kind != "claims":
            return None
        contexts = self._contexts(session)
        holds = bool(contexts) and entry.mark == mark_of(contexts)
        compared = self.context(session) if holds else None
        claims = claims_of(entry.text, session, compared, changes_in(self._sign(session)))
        self._before[session.key] = claims
        return claims

    def look(self, sessions: Sequence[Session]) -> None:
        """Look whether sessions were written to, all at once: those of which a verdict is kept and
        none is known from the records. That costs less than to read their files."""
        paths = {
            one.key: found
            for one in sessions
            if one.key not in self._signs and not self.knows(one)
            if (found := self.kept.paths(one)) is not None
        }
        due = [one for one in sessions if one.key in paths]
        for session, sign in zip(due, signs_of(self._root, due, paths), strict=True):
            digest = digest_of([sign])
            if self.kept.is_signed(session, digest):
                self._signs[session.key], self._digests[session.key] = sign, digest

    def kept_verdict(self, session: Session) -> Lasting | None:
        """The verdict on a session, if kept, and neither a file nor what its name means has changed
        since. Its files need not be known, and nothing but a write can change it: it is completed.
        """
        return self.kept.lasting(session) if self.is_verdict_kept(session) else None

    def is_verdict_kept(self, session: Session) -> bool:
        """Whether there is a `kept_verdict` on a session."""
        if self.knows(session) or self.kept.paths(session) is None:
            return False
        return self.kept.holds(session, self._mark(session))

    def kept_title(self, session: Session) -> Title | None:
        """What a session is about of which a verdict is kept and holds."""
        lasting = self.kept_verdict(session)
        return title_in(lasting) if lasting else None

    def title(self, session: Session) -> Title:
        """What a session is about, with its files known: those are opened that were not read
        before."""
        own = self.own_files(session)
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
        is_its_own = not session.copied and not session.behind_ns
        sign = self._sign(session)
        if (
            verdict.state == "completed"
            and is_its_own
            and self._newest(session) < min(read_ns, now_ns - self._writing_ns)
            and newest_in(sign) < read_ns
        ):
            paths = json.dumps(paths_in(sign or ()))
            text = lasting_text(lasting._replace(paths=paths))
            return CachedEntry(self._mark(session), "verdict", text)
        claims = session.claims or NOTHING
        if claims == self._before.get(session.key):
            return None
        contexts = self._contexts(session)
        late = _newest_of(context for _, context in contexts) >= read_ns
        mark = mark_of(contexts) if contexts and not late else ""
        return CachedEntry(mark, "claims", claims_text(claims, read_ns, changes_in(sign)))

    def _mark(self, session: Session) -> str:
        """What tells whether a verdict on a session still holds: a digest of its sign, then one of
        how it is called and of the contexts that its own may be a copy of."""
        sizes = {context[2] for context in self._contexts_seen(session)}
        copied = [
            (other.key, context)
            for other in (self._just_before(session) if sizes else ())
            for context in self._contexts_seen(other)
            if context[2] in sizes
        ]
        sign = self._sign(session)
        if session.key not in self._digests:
            self._digests[session.key] = digest_of([sign])
        called = digest_of([session.command, session.shape, session.stamp, copied])
        return self._digests[session.key] + called

    def _contexts_seen(self, session: Session) -> list[tuple[Any, ...]]:
        """The files in the sign of a session that other agents may read first and that may be
        copies: name, mode or kind, size, and what else tells whether one has changed."""
        if session.key not in self._seen:
            sign = None if session.form == "link" else self._sign(session)
            self._seen[session.key] = [
                one
                for one in sign or ()
                if one[2] >= FEWEST_COPIED and self._may_be_context(one[0])
            ]
        return self._seen[session.key]

    def _may_be_context(self, name: str) -> bool:
        if name not in self._context_names:  # there are few in many sessions
            self._context_names[name] = self._unlearned.may_be_context(name)
        return self._context_names[name]

    def _sign(self, session: Session) -> Sign | None:
        """As files were first looked at: what is read of them is never older."""
        if session.key not in self._signs:
            self._signs[session.key] = next(signs_of(self._root, [session]))
        return self._signs[session.key]

    def _contexts(self, session: Session) -> list[tuple[str, Artefact]]:
        """The files that tell whether a session's context is a copy; none if it cannot be one."""
        alike = self.alike(session)
        found = [(one.key, self.context(one)) for one in (session, *alike)] if alike else []
        return [(key, context) for key, context in found if context]

    def _newest(self, session: Session) -> int:
        """When the last of the files was written that a verdict on a session rests on."""
        contexts = [context for _, context in self._contexts(session)]
        return _newest_of([*(session.artefacts or ()), *contexts])


def _newest_of(files: Iterable[Artefact]) -> int:
    return max((artefact.modified_ns for artefact in files), default=0)
