"""Members on the telephone, as staff look them up: masked, noted, and helped into the next call."""

import re
from collections.abc import Mapping

import httpx
import pytest

from tests.stores import MovableTime
from tests.web.console.people import Browser, Office
from tests.web.console.simulated_calls import Telephone
from tests.web.console.test_telephone import (
    CALLS,
    DEFAULT_PIN,
    JOINT,
    MEMBER,
    MEMBERS,
    a_line,
    new_profile,
    organisation,
    send,
    services,
    set_line,
)
from watchword.features.calls.locks.rules import Sought
from watchword.features.calls.members.rules import LOOKS
from watchword.features.calls.rules import CallId
from watchword.features.calls.writes.rules import LET_BE, WriteState
from watchword.features.calls.writes.store import WriteStore
from watchword.features.cores.rules import CoreName, FindBy, Unavailable
from watchword.features.organisations.rules import Organisation
from watchword.features.pins.kept.rules import Locking
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.web.console.telephone import calls
from watchword.wiring import Services

__all__ = ["organisation", "services"]


async def test_a_member_is_seen_masked_and_is_asked_for_another_pin_with_a_reason(
    owner: Browser, office: Office, services: Services, organisation: Organisation
) -> None:
    first = await new_profile(owner, "force_pin_change", {"name": "Other", "questions": "code"})
    line: Mapping[str, str | list[str]] = {
        "name": "Members",
        "levels.1": ["member_number", "pin"],
        "force.is_active": "on",
        "force.profile_id": first,
        "force.scenarios": ["pin_expired", "staff_required"],
    }
    await set_line(owner, core="books", greatest_age_days="3000")
    answering = await new_profile(owner, "standard", line)
    await set_line(owner, core="books", greatest_age_days="3000", profile_id=answering)
    agent = await office.enter(Role.PHONE_AGENT)

    async def of(path: str, **fields: str) -> httpx.Response:
        return await agent.send(f"{MEMBERS}{path}", of=MEMBERS, number=JOINT, **fields)

    seen = await of("")
    unreasoned = await of("/resets", place="1", reason="")
    misplaced = await of("/resets", place="first", reason="Lost the letter")
    reset = await of("/resets", place="1", reason="Lost the letter")

    assert re.findall("<h2>(.+?)</h2>", seen.text.split("<main")[1]) == ["A. H.", "E. H."]
    assert "•••00" in seen.text
    assert "Hartwell" not in seen.text
    assert "3741" not in seen.text
    assert seen.text.count("The PIN stays as it is") == 2
    assert unreasoned.status_code == 422
    assert misplaced.status_code == 404, "nobody else's PIN is reset"
    assert reset.text.count("Has to choose another PIN") == 1
    second = reset.text.split("<h2>E. H.</h2>")[1]
    assert "Has to set another PIN" in second


async def test_a_member_who_was_looked_up_stands_in_the_audit_without_their_number(
    owner: Browser, services: Services, organisation: Organisation
) -> None:
    await set_line(owner, core="books", profile_id=await a_line(owner))

    await owner.send(MEMBERS, number=JOINT)
    await owner.send(MEMBERS, number="123456")

    async with services.storage.reading(organisation.id) as transaction:
        kept = await transaction.all(
            "select actor, target, details from audit_entries where action = 'caller.looked_up'"
        )
    assert sorted("true" in row["details"] for row in kept) == [False, True, True]
    assert len({row["target"] for row in kept}) == 3
    assert {row["actor"] for row in kept} == {f"staff:{owner.member.id}"}
    assert not any(JOINT in row["target"] + row["details"] for row in kept)


async def test_an_agent_learns_what_a_call_would_decide_and_not_which_pin_it_is_about(
    owner: Browser, office: Office
) -> None:
    profile = await a_line(owner)
    await set_line(owner, core="books", profile_id=profile)
    agent = await office.enter(Role.PHONE_AGENT)

    by_agent = (await agent.send(MEMBERS, number=MEMBER)).text
    by_owner = (await owner.send(MEMBERS, number=MEMBER)).text

    assert "A call now:" in by_agent
    assert "A call now:" in by_owner
    assert "PIN equals last 4 digits of SSN" in by_owner
    assert "matched" not in by_agent
    assert "SSN" not in by_agent


async def test_an_agent_reads_no_reasons_in_the_log_of_a_call_either(
    owner: Browser, office: Office
) -> None:
    telephone = Telephone(owner)
    await telephone.call(await a_line(owner))
    await telephone.press("send", MEMBER)
    await telephone.press("send", DEFAULT_PIN)
    agent = await office.enter(Role.PHONE_AGENT)
    [link] = set(re.findall(rf'href="({CALLS}/[0-9a-f-]{{36}})"', await agent.read(CALLS)))

    by_agent, by_owner = await agent.read(link), await owner.read(link)

    assert "PIN equals last 4 digits of SSN" in by_owner
    assert "PIN equals" not in by_agent
    assert "4 keys were pressed" in by_agent


async def test_staff_read_of_which_pin_nobody_knows_whether_it_was_set(
    owner: Browser,
    office: Office,
    services: Services,
    organisation: Organisation,
    time: MovableTime,
) -> None:
    telephone = Telephone(owner)
    await telephone.call(await a_line(owner))
    [id] = set(re.findall(rf'href="{CALLS}/([0-9a-f-]{{36}})"', await owner.read(CALLS)))
    async with services.storage.begin(organisation.id) as transaction:
        await WriteStore(transaction, organisation.id).begin(CallId(Id(id)), turn=1)
    before = await owner.read(CALLS)
    time.pass_by(LET_BE)

    await services.telephone.doubts.settle(500)
    agent = await office.enter(Role.PHONE_AGENT)

    listed = await agent.read(CALLS)
    assert "Nobody knows whether a PIN was set" not in before
    assert listed.count("Nobody knows whether a PIN was set") == 1
    assert listed.count(f"{CALLS}/{id}") == 2
    assert "Nobody knows whether a PIN was set" in await agent.read(f"{CALLS}/{id}")

    attention, of = f"{CALLS}/{id}/attentions", f"{CALLS}/{id}"
    refused = await send(agent, attention, {"reason": "no"}, of=of)
    assert refused.status_code == 422
    assert 'value="no"' in refused.text
    assert (await send(agent, attention, {"reason": "It was set; wrote"}, of=of)).is_redirect
    assert "Nobody knows whether a PIN was set" not in await agent.read(CALLS)
    assert "seen to" in await agent.read(of)
    for nothing_open in (attention, f"{CALLS}/{Id(int=7)}/attentions"):
        again = await send(agent, nothing_open, {"reason": "It was set; wrote"}, of=of)
        assert again.status_code == 404


async def test_staff_read_that_whoever_was_called_did_not_set_a_pin_and_that_there_are_more(
    owner: Browser,
    services: Services,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await Telephone(owner).call(await a_line(owner))
    [id] = set(re.findall(rf'href="{CALLS}/([0-9a-f-]{{36}})"', await owner.read(CALLS)))
    async with services.storage.begin(organisation.id) as transaction:
        writes = WriteStore(transaction, organisation.id)
        await writes.begin(CallId(Id(id)), turn=2)
        await writes.end(CallId(Id(id)), 2, WriteState.SET)

    assert await services.telephone.doubts.deny(organisation.id, f"notice:{id}:2")

    denied = await owner.read(CALLS)
    assert "pressed 9: not me" in denied
    assert "pressed 9: not me" in await owner.read(f"{CALLS}/{id}")
    assert "There are more." not in denied
    monkeypatch.setattr(calls, "SHOWN", 0)
    assert "There are more." in await owner.read(CALLS)


async def test_nobody_leafs_through_all_members(owner: Browser) -> None:
    await set_line(owner, core="books", profile_id=await a_line(owner))
    for _ in range(LOOKS.sends[0].most):
        await owner.send(MEMBERS, number="123456")

    refused = await owner.send(MEMBERS, number=MEMBER)
    deeds = [
        await owner.send(
            f"{MEMBERS}/{deed}", of=MEMBERS, number=MEMBER, place="0", reason="Called back"
        )
        for deed in ("resets", "unlockings")
    ]

    for each in (refused, *deeds):
        assert "You have looked up many members within the hour" in each.text
        assert "A. H." not in each.text


async def test_it_is_said_before_that_nobody_would_be_asked_for_another_pin(
    owner: Browser, office: Office
) -> None:
    await set_line(owner, core="books", profile_id=await a_line(owner))
    agent = await office.enter(Role.PHONE_AGENT)

    seen = await agent.send(MEMBERS, number=MEMBER)
    insisted = await agent.send(
        f"{MEMBERS}/resets", of=MEMBERS, number=MEMBER, place="0", reason="Lost the letter"
    )

    assert "Nobody can be asked for another PIN yet" in seen.text
    assert "Ask an owner" in seen.text
    assert f"{MEMBERS}/resets" not in seen.text
    assert insisted.status_code == 422
    assert "Has to choose another PIN" not in insisted.text


async def test_staff_unlock_whom_too_many_calls_have_locked(
    owner: Browser, services: Services, organisation: Organisation
) -> None:
    await set_line(owner, core="books", profile_id=await a_line(owner))
    colleague = Colleague(member=owner.member, organisation=organisation)
    core = services.telephone.cores.of(organisation, CoreName("books"))
    assert core is not None
    found = await core.find(FindBy.MEMBER_NUMBER, Secret(MEMBER))
    assert not isinstance(found, Unavailable)
    refs = [each.ref for each in found]
    sought = Sought(FindBy.MEMBER_NUMBER, Secret(MEMBER), CoreName("books"), refs)
    async with services.storage.begin(organisation.id) as transaction:
        for _ in range(10):
            await services.telephone.locks.charge(transaction, colleague, sought, Locking())

    locked = await owner.send(MEMBERS, number=MEMBER)
    free = await owner.send(
        f"{MEMBERS}/unlockings", of=MEMBERS, number=MEMBER, reason="Called back"
    )

    assert "too many calls in a row" in locked.text
    assert "They may try again" in free.text
    assert "too many calls in a row" not in free.text
