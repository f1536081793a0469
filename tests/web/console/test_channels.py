"""Channels as people see them, and trying one: bounded, noted, and without anybody's code."""

from collections.abc import Sequence

import pytest

from tests.web.console.people import Browser, Office
from tests.whole_house import phone
from watchword.features.audit.rules import Action
from watchword.features.clients.rules import Operator
from watchword.features.contacts.suppressions.rules import SuppressionKind
from watchword.features.ledger.rules import Wanted
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

PATH = "/console/channels"
TRY = f"{PATH}/trials?lang=en"
SMS = "sms:sandbox"
PHONE = "+491701234567"


async def arrived(services: Services, organisation: Organisation) -> Sequence[str]:
    """Give the words of what has arrived in the sandbox, the newest first."""
    return [one.text.reveal() for one in await services.sandbox.look(organisation.id)]


async def test_every_channel_stands_there_with_who_serves_it(owner: Browser) -> None:
    page = await owner.read(f"{PATH}?lang=en")

    for channel in ("Text message", "WhatsApp", "Call", "Letter", "E-mail"):
        assert f">{channel}</h2>" in page
    assert "sandbox" in page
    assert "Ready" in page


async def test_a_trial_goes_out_and_says_nothing(
    services: Services, organisation: Organisation, owner: Browser
) -> None:
    reply = await owner.send(TRY, of=PATH, way=SMS, address="0170 1234567")

    assert reply.status_code == 200
    assert "sandbox took the message." in reply.text
    assert PHONE not in reply.text
    assert "1234567" not in reply.text
    (text,) = await arrived(services, organisation)
    assert text.startswith("This is a test")


async def test_a_trial_stands_in_the_audit_without_the_address(
    services: Services, organisation: Organisation, owner: Browser
) -> None:
    await owner.send(TRY, of=PATH, way=SMS, address=PHONE)

    wanted = Wanted(action=Action.CHANNEL_TRIED)
    found = await services.ledger.entries.page(organisation.id, wanted, most=5, after=None)
    (entry,) = found.page.items
    assert (entry.actor, entry.target) == (owner.member.actor, "sandbox")
    assert "1234567" not in repr(entry)


async def test_after_five_trials_in_an_hour_nothing_goes_out(
    services: Services, organisation: Organisation, owner: Browser
) -> None:
    replies = [await owner.send(TRY, of=PATH, way=SMS, address=PHONE) for _ in range(6)]

    assert [reply.status_code for reply in replies] == [200] * 5 + [422]
    assert "enough was tried for now" in replies[-1].text
    assert len(await arrived(services, organisation)) == 5


@pytest.mark.parametrize(
    ("way", "address"),
    [
        (SMS, "ann@example.org"),
        (SMS, ""),
        (SMS, "+49" + "1" * 300),
        (SMS, "+4990012345"),
        ("email:sandbox", PHONE),
        ("sms:gateway", PHONE),
        ("sms:", PHONE),
        ("letter:sandbox", PHONE),
        ("", ""),
        ("fax:sandbox", PHONE),
    ],
)
async def test_what_leads_nowhere_is_said_beside_its_field_and_costs_no_trial(
    services: Services, organisation: Organisation, owner: Browser, way: str, address: str
) -> None:
    reply = await owner.send(TRY, of=PATH, way=way, address=address)

    assert reply.status_code == 422
    assert 'class="problem"' in reply.text
    assert await arrived(services, organisation) == []


async def test_after_signing_in_again_nothing_is_sent_before_it_is_asked_once_more(
    services: Services, organisation: Organisation, owner: Browser
) -> None:
    reply = await owner.send(TRY, of=PATH, way=SMS, address=PHONE, resumed="on")

    assert f'value="{PHONE}"' in reply.text
    assert await arrived(services, organisation) == []


async def test_whoever_wants_to_hear_nothing_is_sent_no_trial_either(
    services: Services, organisation: Organisation, owner: Browser
) -> None:
    caller = Operator(name="test", organisation=organisation)
    kind = SuppressionKind.EVERYTHING
    await services.privacy.opt_outs.add(caller, phone(PHONE), kind, "Wish of the person")

    reply = await owner.send(TRY, of=PATH, way=SMS, address=PHONE)

    assert reply.status_code == 422
    assert "wants to hear nothing" in reply.text
    assert await arrived(services, organisation) == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.MARKETING])
async def test_whoever_may_only_look_is_not_offered_a_trial_and_gets_none(
    services: Services, organisation: Organisation, office: Office, role: Role
) -> None:
    visitor = await office.enter(role)

    assert "Try one" not in await visitor.read(f"{PATH}?lang=en")
    reply = await visitor.send(TRY, of=PATH, way=SMS, address=PHONE)

    assert reply.status_code == 403
    assert await arrived(services, organisation) == []


@pytest.mark.parametrize("role", [Role.CLERK, Role.PHONE_AGENT, Role.ANALYST])
async def test_whoever_may_not_see_channels_does_not(office: Office, role: Role) -> None:
    await (await office.enter(role)).read(PATH, status=403)
