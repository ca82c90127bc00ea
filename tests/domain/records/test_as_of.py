"""What is known as it counts at a moment."""

from exito_tui.domain.records.as_of import HELD_NS, REST_NS, as_of
from exito_tui.domain.records.conversation import Agent, Call, Conversation, Known, Process

NOW = 1_800_000_000_000_000_000
AGENT = Agent("a1", "investigator", open_calls=(Call("Bash", "sleep 1"),))


def known(status: str, held_ns: int, *, life: str = "alive", waits: str = "") -> Known:
    process = Process(7, "c", "/p", life, status, NOW - held_ns, waits)  # type: ignore[arg-type]
    talk = Conversation("c", "/p", Agent("", "lead"), agents=(AGENT,))
    return Known(talk, process, (AGENT,))


def states(one: Known) -> tuple[str, ...]:
    return tuple(agent.state for agent in (*one.agents, *one.conversation.agents))


def test_agents_of_a_process_that_has_rested_are_lost() -> None:
    for status in ("idle", "shell"):
        told = as_of(known(status, REST_NS), NOW)
        assert states(told) == ("lost", "lost") and not told.agents[0].open_calls
        assert not told.conversation.running and told.is_settled
        assert states(as_of(known(status, REST_NS - 1), NOW)) == ("running", "running")


def test_agents_of_one_that_works_waits_or_cannot_be_looked_at_are_not() -> None:
    for status, life in (("busy", "alive"), ("waiting", "alive"), ("idle", "unknown")):
        assert states(as_of(known(status, 10 * REST_NS, life=life), NOW)) == ("running", "running")


def test_a_status_counts_once_it_has_held() -> None:
    early = as_of(known("waiting", HELD_NS - 1, waits="permission prompt"), NOW)
    assert (early.status, early.process and early.process.waiting_for) == ("busy", "")
    assert as_of(known("waiting", HELD_NS), NOW).status == "waiting"
    assert as_of(known("waiting", -1), NOW).status == "waiting", "a clock that jumped"
    assert as_of(known("idle", HELD_NS, life="dead"), NOW).status == ""


def test_so_it_is_with_the_others_of_the_folder() -> None:
    both = known("busy", REST_NS)._replace(others=(known("idle", REST_NS),))
    told = as_of(both, NOW)
    assert [states(one) for one in told.every] == [("running", "running"), ("lost", "lost")]
    assert as_of(told, NOW) == told
