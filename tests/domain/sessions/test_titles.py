"""What a session is about, in a few words, and who says so."""

import pytest

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.names import folders_in_command
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import Title, title_of
from exito_tui.domain.verdicts.claims import Claim, Claims

FILE = Artefact("x.md", "markdown", 9, 1, 1)
SAID = {
    "metadata": Claim(FILE, "metadata", title="As metadata says"),
    "account": Claim(FILE, "account", title="As it says itself"),
    "plan": Claim(FILE, "plan", title="never asked"),
}


def session(name: str, *said: str, heading: str = "", command: str = "build") -> Session:
    """A session whose files say this."""
    ((_, shape, stamp),) = folders_in_command(command, [name])
    made = Session("/r", f"{command}/{name}", command, name, shape, stamp)
    return made._replace(claims=Claims({one: SAID[one] for one in said}, title=heading))


CANONICAL, TELLING = "build_20251106_153045", "investigator_rate-limits_20251106_153045"


@pytest.mark.parametrize(
    ("given", "title"),
    [
        (session(TELLING, "account", "metadata", heading="Plan"), ("As metadata says", "metadata")),
        (session(TELLING, "account", "plan", heading="Its plan"), ("Its plan", "heading")),
        (session(TELLING, "account"), ("investigator rate limits", "name")),
        (session(CANONICAL, "account", "plan"), ("As it says itself", "heading")),
        (session(CANONICAL, "plan"), (CANONICAL, "id")),
        (session(CANONICAL)._replace(claims=None), (CANONICAL, "id")),
        (session("2025-11-06-a_b__c", command="sessions"), ("a b c", "name")),
        (session("017 - Two-part name", command="active"), ("017 - Two-part name", "id")),
        (session("session"), ("session", "id")),
        (session(CANONICAL, heading="a\x1b[2J\nb"), ("a␛[2J␊b", "heading")),
        (session("caf\udce9"), ("caf\\xe9", "id")),
    ],
)  # fmt: skip
def test_the_first_that_says_what_it_is_about(given: Session, title: tuple[str, str]) -> None:
    assert title_of(given) == title


def test_what_lies_in_a_commands_folder_is_called_by_it() -> None:
    stray = Session("/r", "build", "build", "", "named", "", (FILE,), form="loose")
    assert title_of(stray) == Title("build", "id")
    named = stray._replace(id=TELLING)
    assert named.is_stray and title_of(named) == Title(TELLING, "id")
