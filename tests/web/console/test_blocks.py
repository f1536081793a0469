"""Blocks and limits in the console: what is shown, and who lifts what with which reason."""

import re
from datetime import timedelta

import pytest

from tests.features.abuse.starts import a_start, numbered
from tests.stores import MovableTime
from tests.web.console.forced import english, force
from tests.web.console.people import Browser, Office
from watchword.features.abuse.rules import Block, BlockId, RuleName
from watchword.features.abuse.rulesets import OwnRules, SendCap
from watchword.features.abuse.store import BlockStore
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.foundation.ids import new_id
from watchword.wiring import Services

LIST, LIMITS = "/console/blocks", "/console/blocks/limits"
PHONE = "+491701234567"
SEEING = (Role.OWNER, Role.MANAGER, Role.PHONE_AGENT)
NEVER_A_BLOCK = {RuleName.COUNTRY, RuleName.LINE, RuleName.PRICE_MISSING}
"""What is refused each time anew, because nothing is counted for it."""

BLIND = tuple(role for role in Role if role not in SEEING)


@pytest.fixture
async def organisation(services: Services) -> Organisation:
    made = await services.organisations.found(
        slug="sonnenhof",
        name="Gartencenter Sonnenhof",
        mode=Mode.LIVE,
        country="DE",
        locale="de",
        actor="test",
    )
    assert isinstance(made, Organisation)
    return made


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


async def block(services: Services, organisation: Organisation) -> Block:
    """Ask for one code too many to neighbouring numbers."""
    rules = OwnRules(prefix=(SendCap(most=2, seconds=3600),))
    await services.abuse.rulebook.set(Caller(organisation), rules, is_operator=True)
    for number in range(3):
        async with services.storage.begin(organisation.id) as transaction:
            start = a_start(numbered("+49171123", number))
            await services.abuse.guard.admit(transaction, organisation, start, transaction.now())
    page, _ = await services.abuse.blocks.page(organisation.id, most=1)
    return page.items[0]


async def put(services: Services, organisation: Organisation, rule: RuleName, shown: str) -> Block:
    made = Block(
        id=BlockId(new_id()),
        rule=rule,
        subject="x",
        shown=shown,
        reason="Because.",
        way_round="Wait.",
        channels=(),
        created_at=services.storage.now(),
        expires_at=services.storage.now() + timedelta(hours=1),
    )
    async with services.storage.begin(organisation.id) as transaction:
        await BlockStore(transaction, organisation.id).add(made)
    return made


class Caller:
    def __init__(self, organisation: Organisation) -> None:
        self.organisation, self.actor = organisation, "operator:test"


async def state(services: Services, organisation: Organisation, id: BlockId) -> bool:
    found, _ = await services.abuse.blocks.find(organisation.id, id)
    return found.lifted_at is None


class TestTheList:
    async def test_says_what_blocks_are_where_there_is_none(self, owner: Browser) -> None:
        page = await owner.read(LIST)

        assert "Nothing is blocked" in page
        assert "Find a contact" in page

    async def test_shows_exactly_what_is_held_and_no_whole_number(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        made = await block(services, organisation)

        listed, one = await owner.read(LIST), await owner.read(f"{LIST}/{made.id}")

        for page in (listed, one):
            assert "+49 171•••xxxx" in page
            assert "+49171123" not in page
        assert "ten thousand numbers" in one
        assert "Neighbouring numbers" in listed

    async def test_filters_by_state_and_comes_page_by_page(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        for _ in range(26):
            await put(services, organisation, RuleName.DESTINATION, "+49•••••4567")

        first = await owner.read(f"{LIST}?state=standing")
        found = re.search(r'href="([^"]*cursor=[^"]*)" rel="next"', first)
        assert found is not None
        second = await owner.read(found[1].replace("&amp;", "&"))

        assert first.count("<td><a") == 25
        assert second.count("<td><a") == 1
        assert "No block of that kind" in await owner.read(f"{LIST}?state=lifted")
        assert (await owner.read(f"{LIST}?state=nonsense&cursor=x&rows=9")).count("<td><a") == 25

    async def test_names_an_application_by_its_label_and_never_as_markup(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        key, _ = await services.clients.create(
            organisation, label="<script>alert(1)</script>", actor="test"
        )
        await put(services, organisation, RuleName.CLIENT, f"api_key:{key.id}")

        page = await owner.read(LIST)

        assert "&lt;script&gt;" in page
        assert "<script>" not in page

    async def test_has_words_for_every_rule_in_german(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        rules = [rule for rule in RuleName if rule not in NEVER_A_BLOCK]
        for rule in rules:
            await put(services, organisation, rule, "organisation")

        page = await owner.read(f"{LIST}?lang=de")

        for rule in rules:
            assert f">{rule}<" not in page

    @pytest.mark.parametrize("role", SEEING)
    async def test_is_seen_by(self, office: Office, role: Role) -> None:
        browser = await office.enter(role)

        assert LIST in await browser.read("/console")
        for path in (LIST, LIMITS, f"{LIST}/rules"):
            await browser.read(path)

    @pytest.mark.parametrize("role", BLIND)
    async def test_is_not_for(self, office: Office, role: Role) -> None:
        browser = await office.enter(role)

        assert LIST not in await browser.read("/console")
        for path in (LIST, LIMITS, f"{LIST}/{new_id()}", f"{LIST}/rules"):
            await browser.read(path, status=403)


class TestLiftingABlock:
    async def test_needs_a_reason_which_stands_in_the_audit(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        made = await block(services, organisation)
        one = f"{LIST}/{made.id}"

        mute = await owner.send(f"{one}/liftings", of=one, reason=" ")
        lifted = await owner.send(f"{one}/liftings", of=one, reason="A newsletter, not a thief")

        assert mute.status_code == 422
        assert "Write why in 3 to 200 characters" in mute.text
        assert lifted.headers["location"] == f"{LIST}?said=lifted"
        async with services.storage.reading(organisation.id) as transaction:
            [entry] = await AuditStore(transaction, organisation.id).about(str(made.id))
        assert entry.details["reason"] == "A newsletter, not a thief"
        assert entry.actor == owner.member.actor
        assert "Lifted" in await owner.read(f"{LIST}?state=lifted")

    async def test_of_money_is_for_the_operator_who_is_told_how(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        made = await put(services, organisation, RuleName.SPEND, "organisation")
        one = f"{LIST}/{made.id}"

        page = await owner.read(one)
        forced = await force(owner, f"{one}/liftings", reason="Please")

        assert f"watchword abuse lift sonnenhof {made.id}" in page
        assert "/liftings" not in page
        assert forced.status_code == 422
        assert "Only the operator" in forced.text
        assert await state(services, organisation, made.id)

    async def test_that_is_over_says_so(
        self, owner: Browser, services: Services, organisation: Organisation, time: MovableTime
    ) -> None:
        made = await put(services, organisation, RuleName.DESTINATION, "+49•••••4567")
        await services.abuse.blocks.lift(Caller(organisation), made.id, is_operator=True)

        reply = await force(owner, f"{LIST}/{made.id}/liftings", reason="Once more")

        assert reply.status_code == 422
        assert "had ended before" in reply.text

    async def test_is_not_done_by_a_form_that_comes_back_from_signing_in(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        made = await block(services, organisation)
        one = f"{LIST}/{made.id}"

        reply = await owner.send(f"{one}/liftings", of=one, reason="A <newsletter>", resumed="yes")

        assert reply.status_code == 200
        assert 'value="A &lt;newsletter&gt;"' in reply.text
        assert await state(services, organisation, made.id)

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
    async def test_is_for_managers_and_owners(
        self, office: Office, services: Services, organisation: Organisation, role: Role
    ) -> None:
        made = await block(services, organisation)
        browser = english(await office.enter(role))
        may = role is Role.MANAGER

        if role in SEEING:
            assert ("/liftings" in await browser.read(f"{LIST}/{made.id}")) is may
        reply = await force(browser, f"{LIST}/{made.id}/liftings", reason="Because")

        assert reply.status_code == (303 if may else 403)
        assert await state(services, organisation, made.id) is not may

    async def test_of_others_finds_nothing(self, owner: Browser) -> None:
        await owner.read(f"{LIST}/{new_id()}", status=404)


def phone() -> Contact:
    read = read_phone(PHONE, "DE")
    assert isinstance(read, Contact)
    return read


async def use_up(services: Services, organisation: Organisation, time: MovableTime) -> None:
    for _ in range(5):
        time.pass_by(timedelta(minutes=3))
        opening = Opening(purpose=Purpose.WALLET_SIGNIN, contact=phone(), channel=None, locale="de")
        await services.challenges.open(Caller(organisation), opening)


class TestLimits:
    async def test_of_whom_nobody_knows_are_not_used_up(self, owner: Browser) -> None:
        reply = await owner.send(LIMITS, contact="0170 1234567")

        assert reply.status_code == 200
        assert "Nothing was ever sent" in reply.text
        assert "Text message" in reply.text
        assert "would go out" in reply.text

    async def test_that_are_used_up_are_shown_with_their_end_and_lifted_with_a_reason(
        self,
        owner: Browser,
        services: Services,
        organisation: Organisation,
        time: MovableTime,
    ) -> None:
        await use_up(services, organisation, time)

        shown = await owner.send(LIMITS, contact=PHONE)
        mute = await owner.send(f"{LIMITS}/liftings", of=LIMITS, contact=PHONE, reason="")
        lifted = await owner.send(
            f"{LIMITS}/liftings", of=LIMITS, contact=PHONE, reason="Called us, and is who she is"
        )
        after = await owner.send(LIMITS, contact=PHONE)

        assert "5 of 5" in shown.text
        assert "in 48 minutes" in shown.text
        assert mute.status_code == 422
        assert "5 of 5" in mute.text
        assert lifted.headers["location"] == f"{LIMITS}?said=lifted"
        assert "Nothing used up" in after.text
        id = await services.contacts.find(organisation.id, phone())
        async with services.storage.reading(organisation.id) as transaction:
            [entry] = await AuditStore(transaction, organisation.id).about(str(id))
        assert entry.details["reason"] == "Called us, and is who she is"
        assert PHONE not in str(entry)

    async def test_show_which_rule_stands_in_the_way(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await block(services, organisation)

        reply = await owner.send(LIMITS, contact="+491711230009")

        assert "is stopped by the rule “Neighbouring numbers”" in reply.text

    @pytest.mark.parametrize("typed", ["", "nobody", "12", "x" * 300, "a@b", "+1 <script>"])
    async def test_of_what_is_no_contact_are_asked_for_again(
        self, owner: Browser, typed: str
    ) -> None:
        reply = await owner.send(LIMITS, contact=typed)

        assert reply.status_code == 422
        assert "This is no phone number and no e-mail address" in reply.text
        assert "<script>" not in reply.text

    async def test_never_put_a_number_into_an_address(
        self, owner: Browser, services: Services, organisation: Organisation, time: MovableTime
    ) -> None:
        await use_up(services, organisation, time)

        reply = await owner.send(LIMITS, contact=PHONE)

        addresses = re.findall(r'(?:href|action)="([^"]*)"', reply.text)
        assert not [each for each in addresses if "1701234567" in each]
        assert "+49•••••4567" in reply.text

    async def test_are_not_lifted_by_a_form_that_comes_back_from_signing_in(
        self,
        owner: Browser,
        services: Services,
        organisation: Organisation,
        time: MovableTime,
    ) -> None:
        await use_up(services, organisation, time)

        reply = await owner.send(
            f"{LIMITS}/liftings", of=LIMITS, contact=PHONE, reason="Called us", resumed="yes"
        )

        assert reply.status_code == 200
        assert 'value="Called us"' in reply.text
        assert "5 of 5" in reply.text

    async def test_of_mail_are_found_whatever_its_letters(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        mail = read_email("ann@example.org")
        assert isinstance(mail, Contact)
        async with services.storage.begin(organisation.id) as transaction:
            await services.contacts.recognise(transaction, organisation.id, mail)

        reply = await owner.send(LIMITS, contact="ANN@Example.org")

        assert "Nothing used up" in reply.text

    async def test_are_lifted_by_managers_and_owners_alone(
        self,
        office: Office,
        services: Services,
        organisation: Organisation,
        time: MovableTime,
    ) -> None:
        await use_up(services, organisation, time)
        agent = english(await office.enter(Role.PHONE_AGENT))

        shown = await agent.send(LIMITS, contact=PHONE)
        forced = await force(agent, f"{LIMITS}/liftings", contact=PHONE, reason="Because")

        assert "Ask a manager or an owner" in shown.text
        assert forced.status_code == 403
