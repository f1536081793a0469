"""The telephone in the browser: a profile is called before it goes live, rehearsed or for real."""

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from tests.stores import MovableTime
from tests.web.console.people import OWN_FORM, TOKEN, Browser, Office
from tests.web.console.simulated_calls import SIMULATOR, Telephone
from tests.web.console.test_telephone import (
    CALLS,
    DEFAULT_PIN,
    MEMBER,
    SSN_LAST4,
    a_line,
    organisation,
    services,
    set_line,
)
from tests.whole_house import Dealt
from watchword.features.activation.profiles.rules import ProfileId
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.rules import Door, Incoming
from watchword.features.limits.store import MOMENT_BYTES
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague
from watchword.foundation.storage import Row
from watchword.wiring import Services

__all__ = ["organisation", "services"]


async def test_a_profile_is_called_before_it_goes_live_and_says_what_it_decided(
    owner: Browser, dealt: Dealt
) -> None:
    profile, telephone = await a_line(owner), Telephone(owner)
    await telephone.call(profile)
    assert "member number" in telephone.heard
    assert "nothing is changed" in telephone.page

    await telephone.press("send", MEMBER)
    await telephone.press("send", DEFAULT_PIN)

    assert "PIN of your own" in telephone.heard
    log = telephone.log
    assert re.search(r"did not match</span>\s+PIN equals last 4 digits of zip", log)
    assert re.search(r">matched</span>\s+PIN equals last 4 digits of SSN", log)
    assert "Has to set a first PIN of their own" in log
    assert MEMBER not in telephone.page
    assert DEFAULT_PIN not in log
    assert "4 keys were pressed" in log

    # The keys one by one: the last of four ends the entry.
    for number, key in enumerate(SSN_LAST4):
        await telephone.press(key, SSN_LAST4[:number])
    assert "sent you a code" in telephone.heard
    await telephone.press("send", telephone.code)
    await telephone.press("send", "739158")
    await telephone.press("send", "739158")

    assert "new PIN is set" in telephone.heard
    assert "Choose a new PIN with 6 to " in telephone.log
    assert "…" not in telephone.log
    assert "came through" in telephone.page
    assert "739158" not in telephone.page
    assert dealt.codes == [], "no code was made, and nobody was sent one"
    await telephone.call(profile)
    await telephone.press("send", MEMBER)
    await telephone.press("send", DEFAULT_PIN)
    assert "PIN of your own" in telephone.heard, "the PIN is still the one of before"


async def test_a_call_may_be_tried_for_real_where_somebody_chooses_so(
    owner: Browser, dealt: Dealt, services: Services, organisation: Organisation
) -> None:
    profile, telephone = await a_line(owner), Telephone(owner)
    await telephone.call(profile, manner="real")
    assert "codes are sent" in telephone.page
    for keys in (MEMBER, DEFAULT_PIN, SSN_LAST4):
        await telephone.press("send", keys)
    assert "data-code" not in telephone.page
    for keys in (dealt.latest, "739158", "739158"):
        await telephone.press("send", keys)

    assert await _kept(services, organisation, "messages where about like 'notice:%'") != []

    await telephone.call(profile)
    await telephone.press("send", MEMBER)
    await telephone.press("send", "739158")

    assert "came through" in telephone.page
    tried = await _kept(services, organisation, "audit_entries where action like 'call.%'")
    assert [row["action"] for row in tried] == ["call.tried", "call.rehearsed"]
    assert {row["actor"] for row in tried} == {f"staff:{owner.member.id}"}


async def test_whoever_tries_for_real_finds_out_no_pin_by_guessing(
    owner: Browser, services: Services, organisation: Organisation
) -> None:
    profile, telephone = await a_line(owner), Telephone(owner)
    for _ in range(4):
        await telephone.call(profile, manner="real")
        for guess in ("1397", "1398", "1399"):
            await telephone.press("send", MEMBER)
            await telephone.press("send", guess)
    locked = await _kept(services, organisation, "audit_entries where action = 'caller.locked'")

    assert [row["actor"] for row in locked] == [f"staff:{owner.member.id}"]
    [paced] = await _kept(services, organisation, "budgets where key like 'caller:%'")
    assert len(paced["sends"]) == 12 * MOMENT_BYTES, "whoever sits there has one telephone"
    await telephone.call(profile, manner="real")
    await telephone.press("send", MEMBER)
    await telephone.press("send", DEFAULT_PIN)
    assert "could not tell that it is you" in telephone.heard

    assert (await set_line(owner, core="books", unlocks_by_code="on")).status_code == 303
    await telephone.call(profile)
    await telephone.press("send", MEMBER)
    assert "make sure that it is you" in telephone.heard


async def _kept(services: Services, organisation: Organisation, what: str) -> Sequence[Row]:
    async with services.storage.reading(organisation.id) as transaction:
        return await transaction.all(f"select * from {what}")  # noqa: S608


async def test_a_call_is_replayed_without_a_digit_and_no_other_call_is_got_at(
    owner: Browser,
    office: Office,
    services: Services,
    organisation: Organisation,
    time: MovableTime,
) -> None:
    profile, telephone = await a_line(owner), Telephone(owner)
    await telephone.call(profile)
    await telephone.press("send", MEMBER)
    await telephone.press("hang_up")
    agent = await office.enter(Role.PHONE_AGENT)
    colleague = Colleague(member=owner.member, organisation=organisation)
    time.pass_by(timedelta(seconds=1))
    real = await services.telephone.conduct.begin(
        colleague, Incoming(door=Door.TURNS, language="en", profile_id=ProfileId(UUID(profile)))
    )
    assert isinstance(real, Begun)

    listed = await agent.read(CALLS)
    link = re.findall(rf'href="({CALLS}/[0-9a-f-]{{36}})"', listed)
    shown = await agent.read(link[-1])
    token = TOKEN.search(await owner.read(SIMULATOR))
    assert token is not None
    at = f"{SIMULATOR}/{real.id}/turns"
    intruding = await owner.pages.post(
        at, data={"token": token[1], "turn": "x", "press": "0"}, headers=OWN_FORM
    )

    assert "hung up" in listed
    assert "Type your member number" in shown
    assert "6 keys were pressed" in shown
    assert MEMBER not in shown
    assert intruding.status_code == 404
    call = await services.telephone.register.get(organisation.id, real.id)
    assert call.ending is None
