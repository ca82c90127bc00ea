"""What agents say in their files, as data."""

from typing import Literal, NamedTuple

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.workflows.file_roles import Role

Status = Literal[
    "",
    "completed",
    "in_progress",
    "blocked",
    "needs_info",
    "failed",
    "interrupted",
    "pass",
    "fail",
    "approved",
    "rejected",
]


class Claim(NamedTuple):
    """What one file says. `line` numbers count from 1; 0 stands for none.

    `done` of `total` checklist items are ticked; `next` is the first that is not. `last` is the
    heading or ticked item written last. `score` is the lowest one found, out of 10. `session` is
    another session's id that the head of the file names as its own. `torn` tells that the file ends
    in the middle. For a log, `agent` and `message` are those of its last entry; `at_ns` is
    when what it says was so, by its own word: of a log the time of its last entry, of metadata its
    `ended_at`; `began_ns` is the `created_at` of metadata (0: it does not tell). `title` is what
    metadata or an account call the session, `claude` the id of Claude Code's conversation that the
    metadata names, `hooks` what our hooks noted there, as JSON.
    """

    artefact: Artefact
    role: Role = ""
    status: Status = ""
    line: int = 0
    done: int = 0
    total: int = 0
    next: str = ""
    next_line: int = 0
    last: str = ""
    last_line: int = 0
    score: float | None = None
    score_line: int = 0
    score_of: str = ""
    session: str = ""
    session_line: int = 0
    torn: bool = False
    agent: str = ""
    message: str = ""
    at_ns: int = 0
    began_ns: int = 0
    title: str = ""
    claude: str = ""
    hooks: str = ""


class Claims(NamedTuple):
    """What the files of one session say, by name. `copied` names an earlier session whose
    context.md is the same, and `compared` is the context.md that this holds for. `title` is what
    the heading of the plan, or else of the context, calls the session; `titled` are these files."""

    files: dict[str, Claim]
    copied: str = ""
    compared: "Artefact | None" = None
    title: str = ""
    titled: tuple[Artefact, ...] = ()

    def of(self, role: Role) -> list[Claim]:
        """What the files of a role say, in the order of the files."""
        return [claim for claim in self.files.values() if claim.role == role]

    def says(self, role: Role, status: Status) -> Claim | None:
        """The first file of a role that says this, or None."""
        return next(
            (
                claim
                for claim in self.files.values()
                if claim.role == role and claim.status == status
            ),
            None,
        )


NOTHING = Claims({})
