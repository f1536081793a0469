"""Whoever opens a sale with a telephone number learns nothing of whose it is: not by the clock."""

import os
import re
from datetime import timedelta
from statistics import NormalDist, median
from time import perf_counter
from typing import Any

from httpx import AsyncClient, Response

from tests.stores import MovableTime
from tests.web.api.test_tills import MAIL, post, said

DRILLED = "DRILL_PAIRS" in os.environ
PAIRS = int(os.environ.get("DRILL_PAIRS", "6"))
WARM = 10
FIVE_MILLISECONDS = 0.005
A_DAY = timedelta(days=1)
LIKELY = 0.01
"""Times that are less likely than that to come from one source are different (THR-05)."""
MASKED = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|\d{4}-\d\d-\d\dT[^\"]+"
)


async def test_a_known_and_an_unknown_telephone_are_answered_alike(
    tester: AsyncClient, time: MovableTime
) -> None:
    """`make drill` does it with 500 of each and looks at the clock; DRILL_PAIRS sets the number."""
    answers: dict[str, set[str]] = {"known": set(), "unknown": set()}
    spent: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(PAIRS + WARM * DRILLED):
        phones = {"known": f"+491701{number:06}", "unknown": f"+491711{number:06}"}
        await customer(tester, phones["known"], number)
        # Each is asked for twice: the first time, a number that nobody has is only met.
        for _ in range(2):
            for who in ("known", "unknown") if number % 2 else ("unknown", "known"):
                began = perf_counter()
                reply = await post(tester, "/v1/till-sessions", {"phone": phones[who]})
                if number >= WARM or not DRILLED:
                    spent[who].append(perf_counter() - began)
                assert reply.status_code == 201, reply.text
                answers[who].add(masked(reply))
            time.pass_by(A_DAY)

    assert answers["known"] == answers["unknown"]
    assert len(answers["known"]) == 1
    if DRILLED:
        assert abs(median(spent["known"]) - median(spent["unknown"])) < FIVE_MILLISECONDS
        assert likelihood(spent["known"], spent["unknown"]) > LIKELY


async def customer(tester: AsyncClient, phone: str, number: int) -> dict[str, Any]:
    contacts = [{"phone": phone}, {"email": MAIL.replace("@", f"{number}@")}]
    new = {"given_name": "Ann", "family_name": f"Müller {number}", "contacts": contacts}
    return await said(await tester.post("/v1/customers", json=new))


def masked(reply: Response) -> str:
    """Give what somebody sees, without what is drawn anew for everybody."""
    names = sorted(f"{name}: {value}" for name, value in reply.headers.items())
    return MASKED.sub("…", f"{names} {reply.text}")


def likelihood(one: list[float], other: list[float]) -> float:
    """Say how likely it is that two lots of times come from one source (Mann and Whitney)."""
    ranked = sorted([(each, 1) for each in one] + [(each, 0) for each in other])
    ranks = sum(rank for rank, (_, is_one) in enumerate(ranked, start=1) if is_one)
    many, more = len(one), len(other)
    wins = ranks - many * (many + 1) / 2
    deviation = (many * more * (many + more + 1) / 12) ** 0.5
    return 2 * NormalDist().cdf(-abs(wins - many * more / 2) / deviation)


def test_times_from_one_source_are_likely_and_others_are_not() -> None:
    """Of the yardstick itself."""
    some = [float(each) for each in range(100)]

    assert likelihood(some, [each + 0.5 for each in some]) > 0.5
    assert likelihood(some, [each + 40 for each in some]) < LIKELY
