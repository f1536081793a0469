"""When a session is over, and how often we note that it is used."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import NOON, SHOP
from watchword.features.contacts.rules import ContactId
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant, StaffId, StaffMember, StaffState
from watchword.features.staff.sessions.rules import (
    FRESH_FOR,
    Ended,
    Over,
    Session,
    SessionId,
    SessionLimits,
    SignedInBy,
    Visit,
    fingerprint,
    form_token,
    is_fresh,
    is_to_be_seen,
    judge,
    ran_out,
)
from watchword.foundation.secret import Secret

LIMITS = SessionLimits()
SECOND = timedelta(seconds=1)
ORGANISATION = Organisation(
    id=SHOP,
    slug="shop",
    name="Shop",
    mode=Mode.TEST,
    country="DE",
    locale="de",
    created_at=NOON,
)


def session(*, seen: timedelta = timedelta(), ended: bool = False) -> Session:
    return Session(
        id=SessionId(UUID(int=7)),
        staff_id=StaffId(UUID(int=8)),
        fingerprint=b"",
        signed_in_by=SignedInBy.EMAIL,
        device="Firefox, Linux",
        address=None,
        created_at=NOON,
        seen_at=NOON + seen,
        ended_at=NOON if ended else None,
    )


def visit(of: Session, state: StaffState = StaffState.ACTIVE) -> Visit:
    member = StaffMember(
        id=of.staff_id,
        contact_id=ContactId(UUID(int=9)),
        name="Ann",
        masked="a•••@example.org",
        locale="de",
        state=state,
        grants=(Grant(Role.OWNER),),
        created_at=NOON,
    )
    return Visit(colleague=Colleague(member=member, organisation=ORGANISATION), session=of)


@pytest.mark.parametrize(
    ("of", "state", "later", "because"),
    [
        (session(), StaffState.ACTIVE, timedelta(), None),
        (session(), StaffState.ACTIVE, LIMITS.idle - SECOND, None),
        (session(), StaffState.ACTIVE, LIMITS.idle, Ended.IDLE),
        (session(seen=LIMITS.whole - SECOND), StaffState.ACTIVE, LIMITS.whole - SECOND, None),
        (session(seen=LIMITS.whole - SECOND), StaffState.ACTIVE, LIMITS.whole, Ended.TOO_LONG),
        (session(ended=True), StaffState.ACTIVE, SECOND, Ended.SIGNED_OUT),
        (session(ended=True), StaffState.DISABLED, SECOND, Ended.DISABLED),
        (session(), StaffState.DISABLED, SECOND, Ended.DISABLED),
        (session(), StaffState.INVITED, SECOND, Ended.DISABLED),
    ],
)
def test_a_session_holds_or_says_why_it_does_not(
    of: Session, state: StaffState, later: timedelta, because: Ended | None
) -> None:
    judged = judge(visit(of, state), LIMITS, NOON + later)

    assert (judged.because if isinstance(judged, Over) else None) == because


@given(
    st.integers(1, 24 * 60),
    st.lists(st.integers(1, 3600), min_size=1, max_size=40),
)
def test_nobody_who_is_at_work_is_taken_for_away(idle_minutes: int, pauses: list[int]) -> None:
    """Whoever asks for something more often than nine tenths of the limit stays signed in."""
    limits = SessionLimits(idle=timedelta(minutes=idle_minutes), whole=timedelta(days=30))
    now, seen = NOON, NOON
    for pause in pauses:
        now += min(timedelta(seconds=pause), limits.idle * 0.9 - SECOND)
        of = session(seen=seen - NOON)
        assert ran_out(of, limits, now) is None
        if is_to_be_seen(of, limits, now):
            seen = now


def test_fresh_is_who_has_just_signed_in() -> None:
    assert is_fresh(session(), NOON + FRESH_FOR - SECOND)
    assert not is_fresh(session(), NOON + FRESH_FOR)


def test_what_is_kept_and_what_is_in_forms_tells_nothing_of_the_secret() -> None:
    secret = Secret("x" * 43)

    kept, token = fingerprint(secret), form_token(secret)

    assert len(kept) == 32
    assert len(token) == 32
    assert token not in kept.hex()
    assert secret.reveal() not in f"{token}{session()}{secret}"
