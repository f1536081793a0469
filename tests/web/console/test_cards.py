"""Cards in the console: found, compared, confirmed with "yes", taken back, blocked and deleted."""

import re

import pytest

from tests.features.cards.conftest import SET
from tests.features.customers.people import email, phone, post
from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from tests.whole_house import Dealt
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card, CardState
from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import Contact
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.permissions import Role
from watchword.foundation.ids import OrganisationId
from watchword.wiring import Services

LIST, DESK = "/console/cards", "/console/desk"
# One at which the card can be verified; below, offers are asked for at each.
CONTACT = re.compile(r'name="contact" value="([0-9a-f-]+)"(?!><input type="hidden" name="scope")')
SEEN = ["name", "birth_date", "card"]


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


@pytest.fixture
def caller(organisation: Organisation) -> Operator:
    return Operator(name="test", organisation=organisation)


async def customer(services: Services, caller: Operator, *contacts: Contact) -> Customer:
    made = await services.customers.create(
        caller,
        NewCustomer(
            profile=Profile("Anna", "Müller"),
            contacts=contacts or (phone(), email(), post()),
            origin=Origin.STAFF,
        ),
    )
    assert isinstance(made, Customer)
    return made


@pytest.fixture
async def card(services: Services, caller: Operator) -> Card:
    made = await services.cards.cards.create(
        caller, (await customer(services, caller)).id, "47110815"
    )
    assert isinstance(made, Card)
    return made


async def now(services: Services, card: Card) -> Card:
    holding = await services.cards.register.one(await whose(services), card.id)
    return holding.card


async def whose(services: Services) -> OrganisationId:
    return (await services.organisations.find("sonnenhof")).id


async def test_a_list_shows_whose_cards_are_and_never_a_whole_number(
    owner: Browser, card: Card
) -> None:
    page = await owner.read(LIST)

    assert "Anna Müller" in page
    assert "…0815" in page
    assert "47110815" not in page
    assert "Not verified" in page


@pytest.mark.parametrize(
    "typed", ["Müller", "mueller", "4711 0815", "0170 1234567", "anna@example.org"]
)
async def test_a_card_is_found_by_whatever_somebody_knows_of_it(
    owner: Browser, card: Card, typed: str
) -> None:
    reply = await owner.send(f"{LIST}/search", of=LIST, find=typed)

    assert reply.status_code == 303
    assert reply.headers["location"] == f"{LIST}/{card.id}"


async def test_what_is_not_found_is_said(owner: Browser, card: Card) -> None:
    nobody = await owner.send(f"{LIST}/search", of=LIST, find="Zacharias")
    short = await owner.send(f"{LIST}/search", of=LIST, find="-")

    assert "Nobody was found" in await owner.read(nobody.headers["location"])
    assert short.status_code == 422


async def test_from_the_reference_to_the_verified_card(
    office: Office, services: Services, caller: Operator, card: Card
) -> None:
    begun = await services.cards.attempts.begin(caller, card.id, Means.IN_STORE)
    assert isinstance(begun, Attempt)
    assert begun.ticket is not None
    clerk = english(await office.enter(Role.CLERK))

    desk = await clerk.send(DESK, reference=begun.ticket.reference.reveal().lower())
    done = await clerk.send(
        f"{LIST}/{card.id}/confirmations",
        of=DESK,
        means="in_store",
        reference=begun.ticket.reference.reveal(),
        compared=["name", "address"],
    )

    assert begun.ticket.proof.ours in desk.text
    assert begun.ticket.proof.theirs in desk.text
    assert "Gartenstraße 5" in desk.text
    assert done.status_code == 303
    assert (await now(services, card)).state is CardState.VERIFIED
    told = await clerk.read(f"{LIST}/{card.id}?said=verified")
    assert "Verified in the shop" in told
    assert "reference" in told


async def test_an_unknown_reference_is_told_so(owner: Browser) -> None:
    reply = await owner.send(DESK, reference="AAAAAA")

    assert reply.status_code == 422
    assert "No card waits under this reference" in reply.text


@pytest.mark.parametrize(
    ("role", "means", "status"),
    [
        (Role.CLERK, "in_store", 303),
        (Role.CLERK, "phone", 422),
        (Role.PHONE_AGENT, "in_store", 422),
        (Role.PHONE_AGENT, "phone", 409),
        (Role.MANAGER, "in_store", 303),
        (Role.MANAGER, "other", 422),
    ],
)
async def test_who_may_not_confirm_is_refused_whatever_they_send(  # noqa: PLR0917 - a table
    office: Office, services: Services, card: Card, role: Role, means: str, status: int
) -> None:
    browser = english(await office.enter(role))

    reply = await browser.send(
        f"{LIST}/{card.id}/confirmations", of=DESK, means=means, compared=SEEN
    )

    assert reply.status_code == status
    assert (await now(services, card)).state is (
        CardState.VERIFIED if status == 303 else CardState.UNVERIFIED
    )


async def test_on_the_telephone_a_code_is_sent_and_read_back(
    office: Office, services: Services, card: Card, dealt: Dealt
) -> None:
    agent = english(await office.enter(Role.PHONE_AGENT))
    page = await agent.read(f"{LIST}/{card.id}")
    contact = CONTACT.search(page)
    assert contact is not None

    recited = await agent.send(
        f"{LIST}/{card.id}/confirmations", of=DESK, means="phone", compared=SEEN
    )
    sent = await agent.send(f"{LIST}/{card.id}/codes", of=DESK, contact=contact[1])
    code = dealt.latest
    after = await agent.read(f"{LIST}/{card.id}?said=sent")
    right = await agent.send(
        f"{LIST}/{card.id}/confirmations", of=DESK, means="phone", compared=SEEN, read_back=code
    )

    assert recited.status_code == 409
    assert "On the telephone, data alone prove nothing" in recited.text
    assert sent.status_code == 303
    assert code not in after
    assert right.status_code == 303
    assert (await now(services, card)).method is Means.PHONE


async def test_nobody_is_offered_to_verify_their_own_card(
    office: Office, services: Services, caller: Operator
) -> None:
    boss = english(await office.enter(Role.OWNER, email="boss@example.org"))
    own = await services.cards.cards.create(
        caller, (await customer(services, caller, email("boss@example.org"))).id
    )
    assert isinstance(own, Card)

    page = await boss.read(f"{LIST}/{own.id}")
    reply = await boss.send(
        f"{LIST}/{own.id}/confirmations", of=DESK, means="in_store", compared=SEEN
    )

    assert "seems to be your own" in page
    assert reply.status_code == 422
    assert "Nobody verifies their own card" in reply.text


async def test_a_card_is_blocked_let_work_again_and_deleted_each_with_a_reason(
    owner: Browser, services: Services, card: Card
) -> None:
    path = f"{LIST}/{card.id}"

    wordless = await owner.send(f"{path}/blockings", of=path, reason=" ")
    for act, state in (
        ("blockings", CardState.BLOCKED),
        ("unblockings", CardState.UNVERIFIED),
        ("deletions", CardState.DELETED),
    ):
        reply = await owner.send(f"{path}/{act}", of=path, reason="It was lost.")
        assert reply.status_code == 303
        assert (await now(services, card)).state is state
    assert wordless.status_code == 422


async def test_what_was_confirmed_is_taken_back_and_the_history_stays(
    owner: Browser, services: Services, card: Card
) -> None:
    path = f"{LIST}/{card.id}"
    assert f"{path}/confirmations" in await owner.read(path)
    await owner.send(f"{path}/confirmations", of=path, means="in_store", compared=SEEN)
    assert f"{path}/confirmations" not in await owner.read(path), "It could not be surer."

    reply = await owner.send(f"{path}/withdrawals", of=path, reason="It was another Anna.")

    assert reply.status_code == 303
    page = await owner.read(path)
    assert "Staff took it back." in page
    assert "It was another Anna." in page
    assert "Verified in the shop" in page
    assert (await now(services, card)).state is CardState.UNVERIFIED


@pytest.mark.parametrize("role", [Role.MARKETING, Role.ANALYST])
async def test_who_has_no_business_with_customers_sees_none(office: Office, role: Role) -> None:
    browser = english(await office.enter(role))

    for path in (LIST, DESK):
        await browser.read(path, status=403)
    assert LIST not in await browser.read("/console/account")


async def test_that_was_not_me_is_said_on_the_overview_and_leads_to_the_card(  # noqa: PLR0917
    office: Office, owner: Browser, services: Services, caller: Operator, card: Card, dealt: Dealt
) -> None:
    await services.cards.attempts.begin(caller, card.id, Means.SMS)
    await services.cards.attempts.answer(caller, card.id, dealt.latest)
    token = await notice(services)
    await services.cards.notices.deny(token)
    clerk = english(await office.enter(Role.CLERK))

    page, of_a_clerk = await owner.read("/console"), await clerk.read("/console")

    assert "“That was not me”, says the customer of card …0815." in page
    assert f'href="{LIST}/{card.id}' in page
    assert "That was not me" not in of_a_clerk
    await owner.send(f"{LIST}/{card.id}/blockings", of=f"{LIST}/{card.id}", reason="It is lost.")
    assert "That was not me" not in await owner.read("/console")


async def notice(services: Services) -> str:
    """Give the token that stands in the mail about a card."""
    for queued in await services.deliveries.claim(ProviderName("sandbox"), 50):
        message = await services.deliveries.open(queued)
        if message is not None and "/n/" in message.text.reveal():
            return message.text.reveal().split("/n/")[1].split()[0]
    raise AssertionError("Nobody was told.")


async def test_what_was_confirmed_for_another_reason_is_shown_apart_with_who_did_it(
    office: Office, owner: Browser, services: Services, organisation: Organisation, card: Card
) -> None:
    await put(services, organisation, SectionName.VERIFICATION, '{"other_for_staff": true}')
    empty = await owner.read(f"{LIST}/overrides")
    manager = english(await office.enter(Role.MANAGER, name="Benno"))
    await manager.send(
        f"{LIST}/{card.id}/confirmations", of=DESK, means="other", reason="Lost the telephone."
    )

    page = await owner.read(f"{LIST}/overrides")

    assert "Nothing was verified for another reason" in empty
    assert "Benno" in page
    assert "…0815" in page
    assert f"{LIST}/overrides" in await owner.read(LIST)
    clerk = english(await office.enter(Role.CLERK))
    assert f"{LIST}/overrides" not in await clerk.read(LIST)
    await clerk.read(f"{LIST}/overrides", status=403)


async def put(
    services: Services, organisation: Organisation, section: SectionName, content: str
) -> None:
    async with services.storage.begin(organisation.id) as transaction:
        await transaction.run(
            SET,
            organisation_id=str(organisation.id),
            scope="",
            section=section,
            content=content,
        )


async def test_a_customer_is_forgotten_from_the_page_of_their_card(
    office: Office, owner: Browser, services: Services, card: Card
) -> None:
    path = f"{LIST}/{card.id}"
    manager = english(await office.enter(Role.MANAGER))

    unsure = await owner.send(f"{path}/erasures", of=path, reason="They asked for it.")
    wordless = await owner.send(f"{path}/erasures", of=path, reason=" ", sure="yes")
    before, of_a_manager = await owner.read(path), await manager.read(path)
    forbidden = await manager.send(f"{path}/erasures", of=path, reason="No.", sure="yes")
    done = await owner.send(f"{path}/erasures", of=path, reason="They asked for it.", sure="yes")

    assert unsure.status_code == wordless.status_code == 422
    assert forbidden.status_code == 403
    assert "Forget the customer" not in of_a_manager
    assert "Anna Müller" in before
    assert done.status_code == 303
    await owner.read(path, status=404)
    assert "Anna Müller" not in await owner.read(f"{LIST}?said=forgotten")


async def test_where_two_are_wanted_a_customer_is_forgotten_once_somebody_agrees(
    office: Office, services: Services, organisation: Organisation, card: Card
) -> None:
    await put(services, organisation, SectionName.APPROVALS, '{"person_erasure": true}')
    owner, other = [english(await office.enter(Role.OWNER, name=name)) for name in ("Ada", "Bea")]
    path = f"{LIST}/{card.id}"

    asked = await owner.send(f"{path}/erasures", of=path, reason="They asked for it.", sure="yes")
    request = asked.headers["location"].partition("?")[0]
    still = await owner.read(path)
    await other.send(f"{request}/decisions", of=request, reason="", do="approve")
    led = await owner.read(request)
    to_card = await owner.pages.get(f"{LIST}/of/{card.customer_id}")
    done = await owner.send(f"{path}/erasures", of=path, reason="They asked for it.", sure="yes")

    assert asked.status_code == 303
    assert "Anna Müller" in still
    assert f'action="{LIST}/of/{card.customer_id}"' in led
    assert to_card.headers["location"].startswith(path)
    assert done.status_code == 303
    await owner.read(path, status=404)
