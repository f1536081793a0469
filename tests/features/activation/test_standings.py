"""How a PIN stands follows from what was evaluated, as in a call."""

import pytest

from watchword.features.activation.established import Established
from watchword.features.activation.scenarios import (
    DidNotMatch,
    Evaluation,
    Matched,
    NotEvaluated,
    Scenario,
    WhyNot,
)
from watchword.features.activation.standings import Stand, Standing, stand

SSN, ZIP, CORE = Scenario.SSN_LAST4, Scenario.ZIP_LAST4, Scenario.CORE_INFO
MATCHES, NO = Matched(SSN), DidNotMatch(ZIP)
OPEN, NOT_HERE = NotEvaluated(ZIP, WhyNot.NO_ZIP), NotEvaluated(ZIP, WhyNot.CORE_HAS_NO_INFO)
YES, NEVER, UNKNOWN = Established.YES, Established.NO, Established.UNKNOWN


@pytest.mark.parametrize(
    ("found", "established", "expected"),
    [
        ([NO, MATCHES], UNKNOWN, Stand(Standing.DEFAULT, SSN)),
        ([OPEN, MATCHES], NEVER, Stand(Standing.DEFAULT, SSN)),
        ([OPEN, Matched(CORE)], NEVER, Stand(Standing.NOT_ACTIVATED, CORE)),
        ([MATCHES, NO], YES, Stand(Standing.CHOSEN_WEAK, SSN)),
        ([NO], YES, Stand(Standing.CHOSEN)),
        ([OPEN], YES, Stand(Standing.CHOSEN)),
        ([NO], UNKNOWN, Stand(Standing.OTHER)),
        ([NO, NOT_HERE], NEVER, Stand(Standing.OTHER)),
        ([NO, OPEN], UNKNOWN, Stand(Standing.UNTOLD)),
        ([], UNKNOWN, Stand(Standing.UNTOLD)),
    ],
)
def test_a_stand_is_what_a_call_would_decide(
    found: list[Evaluation], established: Established, expected: Stand
) -> None:
    assert stand(found, established, is_set=None) == expected
    assert stand(found, established, is_set=True) == expected


def test_who_has_no_pin_has_no_default_one() -> None:
    assert stand([MATCHES], UNKNOWN, is_set=False) == Stand(Standing.NO_PIN)
