"""What is to be done about a difference, whatever both sides have said."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stores import NOON
from watchword.features.crossings.pairs.advice import Advice, advise
from watchword.features.crossings.pairs.rules import Call, Kind, Report, Said, Tally

PENDING, BEGUN = Said(200, None, "pending"), Said(201, None, "pending")
calls = some.sampled_from(Call)
codes = some.none() | some.integers(20_000, 70_000) | some.sampled_from([60605, 60410, 20404])
standings = some.none() | some.sampled_from(["pending", "approved", "canceled", "other"])
statuses = some.sampled_from([400, 401, 403, 404, 405, 409, 418, 429, 500, 503])
refusals = some.builds(Said, statuses, codes, standings)
answers = some.builds(Said, some.sampled_from([200, 201, 204]), codes, standings)
sides = answers | refusals
OF_OURS = {
    *(Advice.OUR_FAULT, Advice.COUNTRY, Advice.RULE, Advice.LIMIT, Advice.CHANNEL),
    *(Advice.LANDLINE, Advice.OPTED_OUT, Advice.FEATURE, Advice.SERVICE),
    *(Advice.NOTHING_STOOD, Advice.INPUT, Advice.REFUSED_HERE),
}
OF_THEIRS = {Advice.THEIR_LIMIT, Advice.THEIR_GUARD, Advice.OVER_THERE, Advice.REFUSED_THERE}

CASES = [
    (Call.CREATE, BEGUN, Said(403, 60605), Advice.COUNTRY),
    (Call.CREATE, BEGUN, Said(403, 60410), Advice.RULE),
    (Call.CREATE, BEGUN, Said(429, 60203), Advice.LIMIT),
    (Call.CREATE, BEGUN, Said(429, 20429), Advice.LIMIT),
    (Call.CHECK, PENDING, Said(429, 60202), Advice.LIMIT),
    (Call.CREATE, BEGUN, Said(429), Advice.LIMIT),
    (Call.CREATE, BEGUN, Said(400, 60223), Advice.CHANNEL),
    (Call.CREATE, BEGUN, Said(400, 60217), Advice.CHANNEL),
    (Call.CREATE, BEGUN, Said(403, 60205), Advice.LANDLINE),
    (Call.CREATE, BEGUN, Said(400, 21610), Advice.OPTED_OUT),
    (Call.CREATE, BEGUN, Said(403, 60204), Advice.FEATURE),
    (Call.CREATE, BEGUN, Said(404, 20404), Advice.SERVICE),
    (Call.CHECK, PENDING, Said(404, 20404), Advice.NOTHING_STOOD),
    (Call.CREATE, BEGUN, Said(400, 60200), Advice.INPUT),
    (Call.UPDATE, PENDING, Said(405, 20004), Advice.REFUSED_HERE),
    (Call.CREATE, BEGUN, Said(500), Advice.OUR_FAULT),
    (Call.CREATE, Said(429, 60203), BEGUN, Advice.THEIR_LIMIT),
    (Call.CREATE, Said(403, 60410), BEGUN, Advice.THEIR_GUARD),
    (Call.FETCH, Said(404, 20404), PENDING, Advice.OVER_THERE),
    (Call.CREATE, Said(403, 60204), BEGUN, Advice.REFUSED_THERE),
    (Call.CREATE, Said(429, 60203), Said(429, 20429), Advice.BOTH_REFUSE),
    (Call.FETCH, PENDING, Said(200, None, "approved"), Advice.BOTH_ANSWER),
]
"""One or more for each advice."""


def kind(call: Call, theirs: Said, ours: Said, times: int = 1) -> Kind:
    return Kind(call=call, theirs=theirs, ours=ours, times=times, first_at=NOON, last_at=NOON)


@given(calls, answers, refusals)
def test_what_only_we_refuse_is_never_called_harmless(call: Call, theirs: Said, ours: Said) -> None:
    assert advise(kind(call, theirs, ours)) in OF_OURS


@given(calls, refusals, answers)
def test_what_only_they_refuse_is_no_fault_of_ours(call: Call, theirs: Said, ours: Said) -> None:
    assert advise(kind(call, theirs, ours)) in OF_THEIRS


@given(calls, sides, sides)
def test_where_we_fail_it_is_said_whatever_they_say(call: Call, theirs: Said, ours: Said) -> None:
    assert (advise(kind(call, theirs, ours)) is Advice.OUR_FAULT) == (ours.status >= 500)


@pytest.mark.parametrize(("call", "theirs", "ours", "advice"), CASES)
def test_each_difference_has_what_stands_behind_it(
    call: Call, theirs: Said, ours: Said, advice: Advice
) -> None:
    assert advise(kind(call, theirs, ours)) is advice


def test_every_advice_is_given() -> None:
    assert {advice for _, _, _, advice in CASES} == {*Advice}


kinds = some.lists(some.builds(kind, calls, sides, sides, some.integers(1, 10_000)), max_size=9)


@given(kinds)
def test_a_report_counts_every_pair_once(found: list[Kind]) -> None:
    report = Report(found)
    tallies = [report.of(call) for call in Call]

    assert sum(tally.pairs for tally in tallies) == report.pairs
    assert sum(tally.alike for tally in tallies) == report.agreeing
    assert sum(tally.differing for tally in tallies) == sum(
        each.times for each in report.differences
    )
    assert {*report.calls} == {each.call for each in found}
    assert all(tally != Tally() for tally in report.calls.values())
