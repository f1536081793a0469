"""A campaign gets from draft to done by few ways, and by no other."""

from itertools import product

import pytest

from watchword.features.campaigns.lifecycle import FINAL, LEADS, Act, NotNow, State, after

WAYS = {
    State.DRAFT: "change>draft propose>review schedule>scheduled cancel>cancelled",
    State.REVIEW: (
        "approve>scheduled decline>draft unschedule>draft reconsider>review cancel>cancelled"
    ),
    State.SCHEDULED: "start>running unschedule>draft reconsider>review cancel>cancelled",
    State.RUNNING: "pause>paused finish>done cancel>cancelled",
    State.PAUSED: "resume>running finish>done cancel>cancelled",
    State.DONE: "",
    State.CANCELLED: "",
}


@pytest.mark.parametrize(("state", "act"), [*product(State, Act)])
def test_each_act_leads_where_it_is_said_or_nowhere(state: State, act: Act) -> None:
    ways = dict(way.split(">") for way in WAYS[state].split())

    found = after(state, act)

    if act in ways:
        assert found is State(ways[act])
    else:
        assert found == NotNow(state, act)


def test_nothing_leads_out_of_the_end() -> None:
    assert not {state for state, _ in LEADS} & FINAL


def test_from_everywhere_else_there_is_a_way_to_the_end() -> None:
    reached = {*FINAL}
    for _ in State:
        reached |= {state for (state, _), there in LEADS.items() if there in reached}

    assert reached == {*State}


def test_nothing_leaves_before_it_was_scheduled() -> None:
    into = {(state, act) for (state, act), there in LEADS.items() if there is State.RUNNING}

    assert into == {(State.SCHEDULED, Act.START), (State.PAUSED, Act.RESUME)}
