"""What rests of a call comes back as it was, and as nothing else."""

import dataclasses
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.features.activation.dialogue.steps import (
    Event,
    Found,
    HungUp,
    Say,
    Step,
    Typed,
)
from watchword.features.calls.history import (
    Answer,
    History,
    Unreadable,
    pack_answer,
    pack_history,
    unpack_answer,
    unpack_history,
)
from watchword.features.cores.rules import (
    ContactOnFile,
    Facts,
    Holder,
    Member,
    MemberRef,
    PinMode,
    PinState,
)
from watchword.foundation.secret import Secret

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRETS = st.text(max_size=20).map(Secret)
MEMBER = Member(
    ref=MemberRef(Secret("1"), Secret("2")),
    role=Holder.JOINT,
    facts=Facts(
        family_name=Secret("Müller"),
        birth_date=date(1951, 2, 3),
        ssn=Secret("123456789"),
        phones=[ContactOnFile(Secret("+15551230100"), NOON)],
        card_numbers=[Secret("4321")],
    ),
    language="de",
)
GIVEN = {
    "at": st.just(NOON),
    "value": SECRETS,
    "reference": st.text(max_size=20),
    "reason": st.text(max_size=20),
    "state": st.just(PinState(PinMode.CLEAR, pin=Secret("6789"), changed_at=NOON)),
    "members": st.just([MEMBER]),
    "caller": st.none() | SECRETS,
}


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    names = {each.name for each in dataclasses.fields(kind)}
    return st.builds(kind, **{name: given for name, given in GIVEN.items() if name in names})


EVENTS = st.one_of([events_of(kind) for kind in get_args(Event)])


@given(st.lists(EVENTS, max_size=12), st.binary(max_size=50))
def test_what_was_heard_comes_back(heard: list[Event], document: bytes) -> None:
    rests = pack_history(History(document, heard))

    again = unpack_history(rests)

    assert again.document == document
    assert [type(each) for each in again.heard] == [type(each) for each in heard]
    assert pack_history(again) == rests


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
@given(st.data())
@settings(max_examples=5)
def test_each_kind_of_event_comes_back_whole(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(events_of(kind))

    [again] = unpack_history(pack_history(History(b"", [event]))).heard

    assert type(again) is kind
    assert pack_history(History(b"", [again])) == pack_history(History(b"", [event]))
    assert isinstance(again, Found) or again == event


def test_a_member_comes_back_with_all_that_is_known() -> None:
    [found] = unpack_history(pack_history(History(b"", [Found([MEMBER])]))).heard

    assert isinstance(found, Found)
    [member] = found.members
    assert (member.ref, member.role, member.language) == (MEMBER.ref, MEMBER.role, "de")
    for part in dataclasses.fields(Facts):
        there, here = (getattr(each.facts, part.name) for each in (member, MEMBER))
        assert there == ([*here] if isinstance(here, tuple) else here), part.name


def test_what_was_answered_comes_back() -> None:
    steps: list[Step] = [Say("pin_made", (("digits", "6"),), digits=Secret("571936"))]
    answer = Answer(steps, Secret("token"))

    assert unpack_answer(pack_answer(answer)) == answer
    assert unpack_answer(pack_answer(Answer(steps))).token is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b'["",[["Typed",{}]]]',
        b'["",[["Nothing",{}]]]',
        b'["",[["__import__",{}]]]',
        pack_history(History(b"", [HungUp()]))[:-3],
    ],
)
def test_what_cannot_be_read_is_told(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        unpack_history(raw)


def test_nothing_of_a_call_is_printed() -> None:
    history = History(b'{"secret": 1}', [Typed(Secret("6789")), Found([MEMBER])])

    assert repr(history) == "History()"
