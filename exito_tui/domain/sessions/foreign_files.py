"""Files that no agent and nobody else wrote as work: what editors, systems and sync tools leave.

The names are those of Vim, Emacs, GNOME, KDE, macOS, Windows, Office, NFS, Syncthing, Dropbox,
Nextcloud and iCloud as their documentation gives them, or as they were seen.
"""

import re
from functools import lru_cache

from exito_tui.domain.regex import regex

_NOISE = regex(
    r"\.DS_Store|\._.*|\.AppleDouble|\.Spotlight-.*|\.Trashes|\.fseventsd|\.localized|Icon\r"
    r"|Thumbs\.db(?::encryptable)?|ehthumbs\.db|desktop\.ini|~\$.*|~.*\.tmp"
    r"|\..*\.sw[a-z]|\.sw[a-z]|.*~|#.*#|\.#.*|4913|\.goutputstream-.*|\.kate-swp|\..*\.kate-swp"
    r"|\.nfs[0-9a-f]+|\.fuse_hidden.*|\.syncthing\..*|~syncthing~.*|\.stfolder|\.stignore"
    r"|\.~lock\..*#|\.sync_.*\.db(?:-wal|-shm)?|\.dropbox(?:\.attr)?|\.directory"
    r"|.*\.tmp(?:\.[0-9a-z]+)*|.*\.part|.*\.crdownload|.*___jb_(?:tmp|old)___|\..*\.un~"
    r"|\.write_lock",
    re.IGNORECASE | re.DOTALL,
)
_ORDINARY = frozenset(("json", "jsonl", "log", "md", "txt"))
_EVICTED = regex(r"\.(.+)\.icloud", re.DOTALL)
_CONFLICTS = tuple(
    regex(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"(.+?) \((?:[^()]*\bconflict(?:ed)?\b[^()]*|[^()]*'s conflicted copy[^()]*)\)(\.[^./]+)?",
        r"(.+?)\.sync-conflict-[0-9]{8}-[0-9]{6}-[0-9A-Z]{7}(\.[^./]+)?",
        r"(.+?)[-_.]conflict(?:ed)?-[0-9][0-9-]*(\.[^./]+)?",
        r"(.+?) (?:[2-9]|1[0-9])(\.[^./]+)",
        r"(.+_[0-9]{8}_[0-9]{6}) (?:[2-9]|1[0-9])",
    )
)


@lru_cache(maxsize=8192)
def is_noise(name: str) -> bool:
    """Whether a file is an editor's, a system's or a sync tool's: it is no artefact."""
    name = name.rpartition("/")[2]
    stem, _, ending = name.partition(".")
    if ending in _ORDINARY and stem[:1].isalnum():  # nearly all are, and the rest takes a while
        return False
    return _NOISE.fullmatch(name) is not None


def evicted_name(name: str) -> str:
    """The name of a file that iCloud holds in place of this machine (`.context.md.icloud` stands
    for `context.md`); empty for any other file."""
    found = _EVICTED.fullmatch(name.rpartition("/")[2])
    return found[1] if found else ""


@lru_cache(maxsize=8192)
def conflict_of(name: str) -> str:
    """The name of the file or folder that a sync tool made a conflict copy of; empty for any
    other."""
    for pattern in _CONFLICTS:
        if found := pattern.fullmatch(name):
            return "".join(part for part in found.groups() if part)
    return ""
