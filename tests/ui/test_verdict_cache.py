"""Verdicts are given when somebody looks, and again when time has passed."""

from exito_tui.domain.verdicts.judge import Judge
from exito_tui.ui.verdict_cache import Verdicts
from tests.domain.verdicts.test_classify import made
from tests.support import NOW_NS

DAY_NS = 86_400 * 10**9
WORKING = made("build", {"context.md": 1})


def judged() -> Verdicts:
    verdicts = Verdicts(NOW_NS)
    verdicts.judge = Judge()
    return verdicts


def test_without_a_judge_or_files_there_is_no_verdict() -> None:
    assert Verdicts(NOW_NS).of(WORKING) is None
    assert judged().of(None) is None
    assert judged().of(WORKING._replace(artefacts=None)) is None


def test_a_verdict_stands_until_time_passes() -> None:
    verdicts = judged()
    first = verdicts.of(WORKING)
    assert first and first.state == "running" and verdicts.of(WORKING) is first
    verdicts.tick(NOW_NS + DAY_NS)
    later = verdicts.of(WORKING)
    assert later and later.state != "running"


def test_a_session_that_changed_is_judged_again() -> None:
    verdicts = judged()
    first = verdicts.of(WORKING)
    assert verdicts.of(made("build", {"context.md": 1, "plan.md": 0.5})) != first
