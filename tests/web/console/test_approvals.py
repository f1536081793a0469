"""Approvals: one proposes, another decides; nobody does both."""

from datetime import timedelta
from typing import TypeAlias

import httpx
import pytest

from tests.stores import MovableTime
from tests.web.console.people import Browser, Office
from tests.web.console.test_configuration import filled, in_force, save, send
from watchword.features.approvals.rules import Kind, Proposal, Request, State
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant, written

PATH = "/console/approvals"
ENGLISH = "?lang=en"

Fields: TypeAlias = dict[str, str | list[str]]


@pytest.fixture
async def manager(office: Office) -> Browser:
    """Make it two who can decide, and have the organisation want that."""
    return await office.enter(Role.MANAGER, name="Max Gärtner")


async def wanting_two(owner: Browser) -> None:
    fields = {**(await filled(owner, "approvals")), "settings": "on", "life_hours": "72"}
    reply = await save(owner, "approvals", fields)
    assert reply.status_code == 303, reply.text


async def proposed(owner: Browser, *, reason: str = "Too many look on.") -> httpx.Response:
    fields = {**(await filled(owner, "redemption")), "show_in_wallet": "on", "reason": reason}
    return await save(owner, "redemption", fields)


async def decide(browser: Browser, path: str, do: str, reason: str = "") -> httpx.Response:
    return await browser.send(
        f"{path}/decisions{ENGLISH}", of=f"{path}{ENGLISH}", do=do, reason=reason
    )


async def waiting(owner: Browser, manager: Browser) -> str:
    """Have something proposed, and give its address."""
    await wanting_two(owner)
    reply = await proposed(owner)
    assert reply.status_code == 303, reply.text
    return reply.headers["location"].partition("?")[0]


async def test_a_setting_that_two_have_to_agree_on(
    owner: Browser, manager: Browser, office: Office
) -> None:
    path = await waiting(owner, manager)
    assert (await in_force(office, SectionName.REDEMPTION))["show_in_wallet"] is False
    assert "Redemption" in await manager.read(f"{PATH}{ENGLISH}")
    shown = await manager.read(f"{path}{ENGLISH}")
    assert "Too many look on." in shown
    assert "The wallet shows the code" in shown
    assert "the code in the wallet" in shown

    reply = await decide(manager, path, "approve")

    assert reply.status_code == 303
    assert "Approved, and done." in await manager.read(reply.headers["location"] + "&lang=en")
    assert (await in_force(office, SectionName.REDEMPTION))["show_in_wallet"] is True
    history = await owner.read(f"/console/configuration/redemption/history{ENGLISH}")
    assert "approved by Max Gärtner" in history
    assert "Nothing waits for a second person" in await manager.read(f"{PATH}{ENGLISH}")
    assert "Max Gärtner" in await manager.read(f"{PATH}{ENGLISH}&state=over")


async def test_what_was_asked_can_be_read_after_it_was_decided(
    owner: Browser, manager: Browser
) -> None:
    path = await waiting(owner, manager)
    await decide(manager, path, "approve")
    fields = {**(await filled(owner, "redemption")), "clerks_enter_master_pin": "on"}
    assert (await save(owner, "redemption", fields)).status_code == 303

    for page in (await owner.read(f"{path}{ENGLISH}"), await manager.read(f"{path}{ENGLISH}")):
        assert "What was asked" in page
        assert "The wallet shows the code" in page
        assert "Clerks may enter the master PIN" not in page
        assert "It was done at the moment it was approved" in page


async def test_switching_it_on_is_warned_of_and_ticked(
    owner: Browser, manager: Browser, office: Office
) -> None:
    fields = {**(await filled(owner, "approvals")), "settings": "on", "life_hours": "72"}

    shown = await send(owner, "approvals", "review", fields)
    unticked = await send(owner, "approvals", "save", fields)

    assert "From now on this needs two people" in shown.text
    assert "Besides you, these can agree: Max Gärtner." in shown.text
    assert unticked.status_code == 422
    assert (await in_force(office, SectionName.APPROVALS))["settings"] is False
    assert (await save(owner, "approvals", fields)).status_code == 303


async def test_nobody_switches_it_on_who_is_alone(owner: Browser, office: Office) -> None:
    fields = {**(await filled(owner, "approvals")), "settings": "on", "life_hours": "72"}

    reply = await save(owner, "approvals", fields)

    assert reply.status_code == 422
    assert "There is nobody else who could agree." in reply.text
    assert (await in_force(office, SectionName.APPROVALS))["settings"] is False


async def test_nobody_approves_what_they_asked_for(
    owner: Browser, manager: Browser, office: Office
) -> None:
    path = await waiting(owner, manager)

    shown = await owner.read(f"{path}{ENGLISH}")
    reply = await decide(owner, path, "approve")

    assert 'value="approve"' not in shown
    assert reply.status_code == 403
    assert "somebody else has to decide" in reply.text
    assert (await in_force(office, SectionName.REDEMPTION))["show_in_wallet"] is False


async def test_whoever_declines_says_why(owner: Browser, manager: Browser) -> None:
    path = await waiting(owner, manager)

    wordless = await decide(manager, path, "decline")
    reply = await decide(manager, path, "decline", "Not before the season.")

    assert wordless.status_code == 422
    assert "Nothing was decided." in wordless.text
    assert reply.status_code == 303
    shown = await owner.read(f"{path}{ENGLISH}")
    assert "Not before the season." in shown
    assert "Take it over into the form" in shown


async def test_what_was_declined_need_not_be_typed_again(owner: Browser, manager: Browser) -> None:
    path = await waiting(owner, manager)
    await decide(manager, path, "decline", "Not yet.")

    form = await owner.read(
        f"/console/configuration/redemption{ENGLISH}&request={path.rpartition('/')[2]}"
    )

    assert 'name="show_in_wallet" value="on" checked' in form


async def test_what_has_changed_meanwhile_is_refused_and_nothing_is_lost(
    owner: Browser, manager: Browser, office: Office
) -> None:
    path = await waiting(owner, manager)
    fields = {**(await filled(owner, "redemption")), "clerks_enter_master_pin": "on"}
    assert (await save(owner, "redemption", fields)).status_code == 303

    assert "it cannot be done as it stands" in await manager.read(f"{path}{ENGLISH}")
    reply = await decide(manager, path, "approve")

    assert reply.status_code == 409
    assert "It could not be done" in reply.text
    assert (await in_force(office, SectionName.REDEMPTION))["show_in_wallet"] is False
    assert "Take it over into the form" in await owner.read(f"{path}{ENGLISH}")


async def test_whoever_proposes_says_why(owner: Browser, manager: Browser) -> None:
    await wanting_two(owner)

    reply = await proposed(owner, reason="")

    assert reply.status_code == 422
    assert "somebody else decides by it" in reply.text


async def test_whoever_asked_takes_it_back_and_nobody_else(
    owner: Browser, manager: Browser
) -> None:
    path = await waiting(owner, manager)

    foreign = await manager.send(f"{path}/withdrawals{ENGLISH}", of=f"{path}{ENGLISH}")
    own = await owner.send(f"{path}/withdrawals{ENGLISH}", of=f"{path}{ENGLISH}")
    late = await decide_blindly(manager, path)

    assert foreign.status_code == 403
    assert own.status_code == 303
    assert late.status_code == 409
    assert "This was over before" in late.text


async def decide_blindly(browser: Browser, path: str) -> httpx.Response:
    """Send the form of a page that was open before."""
    return await browser.send(f"{path}/decisions{ENGLISH}", of="/console", do="approve", reason="")


async def test_what_nobody_decided_on_in_time_is_over(
    owner: Browser, manager: Browser, office: Office, time: MovableTime
) -> None:
    path = await waiting(owner, manager)
    time.pass_by(timedelta(hours=72))
    later = await office.sign_in(manager.member)

    reply = await decide_blindly(later, path)

    assert reply.status_code == 409
    assert "not decided in time" in reply.text


async def test_a_form_that_is_resumed_decides_nothing(
    owner: Browser, manager: Browser, office: Office
) -> None:
    path = await waiting(owner, manager)

    reply = await manager.send(
        f"{path}/decisions{ENGLISH}",
        of=f"{path}{ENGLISH}",
        do="approve",
        reason="Fine by me.",
        resumed="on",
    )

    assert reply.status_code == 200
    assert "Fine by me." in reply.text
    assert (await in_force(office, SectionName.REDEMPTION))["show_in_wallet"] is False


async def test_switching_it_off_needs_a_second_person_too(
    owner: Browser, manager: Browser, office: Office
) -> None:
    await wanting_two(owner)
    fields = await filled(owner, "approvals")
    fields.pop("settings")

    shown = await send(owner, "approvals", "review", {**fields, "life_hours": "72"})

    assert "This needs a second person." in shown.text
    assert "One person alone can then do what needed a second one." in shown.text


@pytest.mark.parametrize("role", [Role.CLERK, Role.PHONE_AGENT, Role.MARKETING, Role.ANALYST])
async def test_whoever_may_not_decide_finds_neither_list_nor_request(
    owner: Browser, manager: Browser, office: Office, role: Role
) -> None:
    path = await waiting(owner, manager)
    somebody = await office.enter(role)

    assert PATH not in await somebody.read("/console")
    assert (await somebody.pages.get(PATH)).status_code == 403
    assert (await somebody.pages.get(path)).status_code == 404
    reply = await decide_blindly(somebody, path)
    assert reply.status_code == 403


async def test_whoever_asked_sees_their_own_though_they_decide_on_nothing(
    owner: Browser, manager: Browser, office: Office
) -> None:
    analyst = await office.enter(Role.ANALYST)
    made = await office.services.configuration.approvals.propose(
        office.organisation.id,
        Proposal(kind=Kind.LEDGER_EXPORT, subject="ledger", reason="For the auditors."),
        actor=analyst.member.actor,
    )
    assert isinstance(made, Request)

    assert "For the auditors." in await analyst.read(f"{PATH}/{made.id}{ENGLISH}")
    assert (await decide(owner, f"{PATH}/{made.id}", "approve")).status_code == 303
    approvals = office.services.configuration.approvals
    found = await approvals.find(office.organisation.id, made.id)
    assert found.state is State.APPROVED


@pytest.mark.parametrize("how", ["shut out", "demoted"])
async def test_what_somebody_asked_for_who_may_no_longer_is_not_done(
    owner: Browser, manager: Browser, office: Office, how: str
) -> None:
    other = await office.enter(Role.OWNER)
    await wanting_two(owner)
    path = (await proposed(other)).headers["location"].partition("?")[0]
    roles, boss = office.services.staff.roles, colleague(owner, office)
    if how == "shut out":
        await roles.disable(boss, other.member.id, "has left us")
    else:
        grants = (Grant(Role.CLERK),)
        await roles.give(boss, other.member.id, grants, seen=written(other.member.grants))

    reply = await decide(manager, path, "approve")

    assert reply.status_code == 409
    assert "may not do it any more" in reply.text
    assert (await in_force(office, SectionName.REDEMPTION))["show_in_wallet"] is False


def colleague(browser: Browser, office: Office) -> Colleague:
    return Colleague(member=browser.member, organisation=office.organisation)


async def test_nobody_invites_somebody_to_agree_with_them(
    owner: Browser, manager: Browser, office: Office
) -> None:
    invited: Fields = {"name": "Me Too", "email": "me.too@example.org", "location": [""]}
    await wanting_two(owner)
    page = "/console/staff/new"

    decider = await owner.send(f"/console/staff{ENGLISH}", of=page, role=["manager"], **invited)
    clerk = await owner.send(f"/console/staff{ENGLISH}", of=page, role=["clerk"], **invited)

    assert decider.status_code == 422
    assert "Invite them as a clerk" in decider.text
    assert clerk.status_code == 303


async def test_a_role_that_decides_is_given_once_somebody_else_has_agreed(
    owner: Browser, manager: Browser, office: Office
) -> None:
    clerk = await office.enter(Role.CLERK)
    await wanting_two(owner)
    one = f"/console/staff/{clerk.member.id}"
    fields: Fields = {"seen": "clerk", "role": ["manager"], "location": [""]}

    alone = await owner.send(f"{one}/roles{ENGLISH}", of=one, **fields)
    assert alone.status_code == 422
    assert f"{one}/proposals?roles=manager" in alone.text
    wordless = await owner.send(f"{one}/proposals{ENGLISH}", of=f"{one}/proposals", roles="manager")
    reply = await owner.send(
        f"{one}/proposals", of=f"{one}/proposals", roles="manager", reason="She leads the shop."
    )
    asked = reply.headers["location"].partition("?")[0]
    still = await owner.send(f"{one}/roles", of=one, **fields)
    await decide(manager, asked, "approve")
    higher = await owner.send(f"{one}/roles", of=one, **{**fields, "role": ["owner"]})
    to_do = await owner.read(f"{asked}{ENGLISH}")
    prefilled = await owner.read(f"{one}{ENGLISH}&roles=manager")
    agreed = await owner.send(f"{one}/roles", of=one, **fields)

    assert [each.status_code for each in (wordless, still, higher)] == [422] * 3
    assert f'action="{one}"' in to_do
    assert 'name="roles" value="manager"' in to_do
    assert prefilled.count("selected") > (await owner.read(f"{one}{ENGLISH}")).count("selected")
    assert agreed.headers["location"] == f"{one}?said=roles"


async def test_whoever_decides_is_let_in_again_only_with_a_second_person(
    owner: Browser, manager: Browser, office: Office
) -> None:
    other = await office.enter(Role.MANAGER)
    clerk = await office.enter(Role.CLERK)
    await wanting_two(owner)
    replies = []
    for each in (other, clerk):
        one = f"/console/staff/{each.member.id}"
        await owner.send(f"{one}/disablings", of=one, reason="on leave")
        replies.append(await owner.send(f"{one}/enablings{ENGLISH}", of=one, reason="back again"))

    assert [each.status_code for each in replies] == [422, 303]
    assert "proposals?roles=manager" in replies[0].text
