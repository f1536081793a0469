"""The master PIN: set by two, shown once, entered at a till, and good for one sale."""

from datetime import timedelta

import pytest

from tests.features.customers.people import email, phone
from tests.features.redemptions.counter import Counter
from tests.stores import KEYRING, at_rest
from tests.whole_house import GATEWAY
from watchword.features.approvals.rules import Kind as Approval
from watchword.features.approvals.rules import Proposal, Request, YourOwn
from watchword.features.audit.rules import Action
from watchword.features.customers.rules import Profile
from watchword.features.organisations.settings.redemption import IN_STORE, Override, Way
from watchword.features.redemptions.master_pins.pins import draw_pin
from watchword.features.redemptions.master_pins.rules import (
    USUAL_LIFE,
    BadLife,
    Elsewhere,
    Entered,
    NeedsSecondPerson,
    NewPin,
    NobodyThere,
    NoneSet,
    NoReason,
    NothingToEnd,
    NotStaff,
    OwnWallet,
    SeveralThere,
    Waiting,
    WrongPin,
    subject_of,
)
from watchword.features.redemptions.overrides.rules import Kind
from watchword.features.redemptions.overrides.service import target_of
from watchword.features.redemptions.rules import Redemption
from watchword.features.staff.permissions import Role
from watchword.features.tills.rules import Kind as SaleKind
from watchword.features.tills.rules import NewSession, Proof, Shut
from watchword.features.tills.terminals.rules import UnknownTerminal
from watchword.features.tills.verdicts import Proven
from watchword.settings import parse
from watchword.wiring import open_services

OTHER_PIN = draw_pin(lambda _: 4_711).reveal()


class TestSetting:
    async def test_takes_two_people(self, counter: Counter) -> None:
        pins, approvals = counter.services.master_pins, counter.services.configuration.approvals
        subject = subject_of(counter.place)

        alone = await pins.set(counter.owner, counter.place, USUAL_LIFE)
        asked = await approvals.propose(
            counter.whose.id,
            Proposal(kind=Approval.MASTER_PIN, subject=subject, reason="spring"),
            actor=counter.owner.actor,
        )
        assert isinstance(asked, Request)
        own = await approvals.approve(counter.whose.id, asked.id, actor=counter.owner.actor)

        assert alone == NeedsSecondPerson(subject)
        assert isinstance(own, YourOwn)
        assert isinstance(
            await pins.set(counter.owner, counter.place, USUAL_LIFE), NeedsSecondPerson
        )

    async def test_is_done_once_by_whoever_asked_and_says_who_agreed(
        self, counter: Counter
    ) -> None:
        pins = counter.services.master_pins
        await counter.agreed()

        stolen = await pins.set(counter.other, counter.place, USUAL_LIFE)
        new = await pins.set(counter.owner, counter.place, USUAL_LIFE)
        again = await pins.set(counter.owner, counter.place, USUAL_LIFE)

        assert isinstance(stolen, NeedsSecondPerson)
        assert isinstance(new, NewPin)
        assert isinstance(again, NeedsSecondPerson)
        assert (new.pin.set_by, new.pin.agreed_by) == (counter.owner.actor, counter.other.actor)
        (entry,) = [
            each
            for each in await counter.ledger(subject_of(counter.place))
            if each.action is Action.MASTER_PIN_SET
        ]
        assert entry.details["agreed_by"] == counter.other.actor
        assert new.content.reveal() not in repr((entry, new))

    async def test_agreement_for_one_location_is_none_for_another(self, counter: Counter) -> None:
        elsewhere = await counter.shop.location("Süd")
        await counter.agreed(elsewhere)

        new = await counter.services.master_pins.set(counter.owner, counter.place, USUAL_LIFE)

        assert isinstance(new, NeedsSecondPerson)

    async def test_for_longer_than_it_may_live_is_refused(self, counter: Counter) -> None:
        await counter.agreed()

        set_ = counter.services.master_pins.set
        assert await set_(counter.owner, counter.place, timedelta(days=365)) == BadLife()

    async def test_leaves_nothing_for_a_thief(self, counter: Counter, migrated: str) -> None:
        new = await counter.set_pin()
        await counter.shop.customer()
        await counter.sale()

        assert new.content.reveal().encode() not in await at_rest(migrated)


class TestEntering:
    async def test_opens_the_wallet_for_one_sale_and_raises_nobodys_assurance(
        self, counter: Counter
    ) -> None:
        customer, reward = await counter.shop.customer(), await counter.shop.reward()
        await counter.set_pin()
        session = await counter.waiting()

        entered = await counter.enter(session)
        redemption = await counter.shop.reserve(session, reward)

        assert isinstance(entered, Entered)
        assert isinstance(redemption, Redemption)
        assert redemption.way is Proof.MASTER_PIN
        known = await counter.services.customers.read(counter.whose.id, customer.id)
        assert [each.verified_at for each in known.contacts] == [None, None]
        (use,) = (await counter.services.overrides.page(counter.whose.id, None, 9)).items
        assert (use.kind, use.staff) == (Kind.MASTER_PIN, counter.manager.actor)
        assert (use.location_id, use.terminal_id) == (counter.place, str(counter.till.terminal.id))
        assert (use.customer_id, use.redemption_id) == (customer.id, redemption.id)
        assert (use.reward_id, use.value, use.currency) == (reward.id, 500, "EUR")
        assert (await counter.services.overrides.reasons(counter.owner, [use]))[use.id] == (
            "left the telephone at home"
        )

    async def test_leaves_a_line_with_all_that_is_to_be_known_but_the_reason(
        self, counter: Counter
    ) -> None:
        await counter.shop.customer()
        await counter.set_pin()

        entered = await counter.sale()

        assert isinstance(entered, Entered)
        (line,) = await counter.ledger(target_of(entered.use_id))
        assert line.action is Action.OVERRIDE_USED
        assert {"kind", "customer_id", "location_id", "terminal_id", "staff", "told"} <= {
            *line.details
        }
        assert "telephone" not in repr(line)

    async def test_takes_the_place_of_a_code_that_was_sent(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        asking = await counter.shop.asking(location_id=counter.place)

        entered = await counter.enter(asking.id)
        late = await counter.services.tills.answer(
            counter.shop.client, asking.id, counter.shop.dealt.latest
        )

        assert isinstance(entered, Entered)
        assert isinstance(late, Proven)  # the sale is open already, by the PIN
        session = await counter.services.tills.read(counter.shop.client, asking.id)
        assert session.way is Proof.MASTER_PIN

    async def test_said_again_is_answered_as_before_and_is_one_use(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        session = await counter.waiting()

        first, again = await counter.enter(session), await counter.enter(session)

        assert first == again
        assert len((await counter.services.overrides.page(counter.whose.id, None, 9)).items) == 1

    @pytest.mark.parametrize(
        "overrides", [*IN_STORE], ids=lambda each: "+".join(sorted(each)) or "none"
    )
    async def test_is_let_through_where_the_table_says_so_and_nowhere_else(
        self, counter: Counter, overrides: frozenset[Override]
    ) -> None:
        """The settings change after the sale began, in another process."""
        await counter.shop.customer()
        await counter.set_pin()
        session = await counter.waiting()
        await counter.allow(**{str(each): each in overrides for each in Override})

        outcome = await counter.enter(session)

        assert isinstance(outcome, Entered if Way.MASTER_PIN in IN_STORE[overrides] else Shut)

    async def test_never_works_in_a_shop_on_the_web(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        online = await counter.shop.asking(kind=SaleKind.ONLINE, location_id=counter.place)

        assert await counter.enter(online.id) == Shut()

    async def test_needs_a_till_that_is_registered_there_and_not_revoked(
        self, counter: Counter
    ) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        session = await counter.waiting()
        away = await counter.terminal("Till 1", await counter.shop.location("Süd"))
        gone = await counter.terminal("Till 2")
        await counter.services.terminals.revoke(counter.owner, gone.terminal.id)

        assert await counter.enter(session, till=away) == Elsewhere()
        assert await counter.enter(session, till=gone) == UnknownTerminal()
        assert isinstance(await counter.enter(session), Entered)

    async def test_needs_somebody_who_works_here_and_may(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        session, roles = await counter.waiting(), counter.services.staff.roles
        clerk = await counter.colleague(Role.CLERK)
        there = await counter.colleague(Role.MANAGER, await counter.shop.location("Süd"), "there")
        left = await counter.colleague(Role.MANAGER, name="left")
        await roles.disable(counter.owner, left.member.id, "has left")

        assert await counter.enter(session, staff=clerk) == NotStaff()
        assert await counter.enter(session, staff=there) == NotStaff()
        assert await counter.enter(session, staff=left) == NotStaff()
        await counter.allow(clerks_enter_master_pin=True)
        assert isinstance(await counter.enter(session, staff=clerk), Entered)

    async def test_nobody_who_is_signed_in_speaks_for_somebody_else(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        new = NewSession(who=phone())
        opened = await counter.services.pin_entries.begin(
            counter.manager, new, counter.till.credential
        )
        assert isinstance(opened, Waiting)

        other = await counter.enter(opened.id, staff=counter.owner, by=counter.manager)

        assert other == NotStaff()
        assert isinstance(await counter.enter(opened.id, by=counter.manager), Entered)

    @pytest.mark.parametrize("reason", ["", "  ", "no", "call +49 170 1234567", "x" * 201])
    async def test_needs_a_reason_that_names_nobody(self, counter: Counter, reason: str) -> None:
        await counter.shop.customer()
        await counter.set_pin()

        assert isinstance(await counter.enter(await counter.waiting(), reason=reason), NoReason)

    async def test_says_of_nobody_whether_they_are_known_before_it_is_right(
        self, counter: Counter
    ) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        known, unknown = await counter.waiting(), await counter.waiting(phone("+491709999999"))

        assert await counter.enter(known, typed=OTHER_PIN) == WrongPin()
        assert await counter.enter(unknown, typed=OTHER_PIN) == WrongPin()
        assert await counter.enter(unknown) == NobodyThere()

    async def test_of_several_who_share_a_telephone_only_a_card_says_who(
        self, counter: Counter
    ) -> None:
        await counter.shop.customer(phone())
        await counter.shop.customer(phone(), profile=Profile("Bert", "Weber"))
        await counter.set_pin()

        assert await counter.sale() == SeveralThere()

    async def test_nobody_opens_their_own_wallet(self, counter: Counter) -> None:
        await counter.shop.customer(phone(), email("manager@example.org"))
        await counter.set_pin()
        session = await counter.waiting()

        assert await counter.enter(session) == OwnWallet()
        assert isinstance(await counter.enter(session, staff=counter.owner), Entered)


class TestEnding:
    async def test_another_one_takes_its_place_at_once_in_every_process(
        self, counter: Counter, migrated: str
    ) -> None:
        await counter.shop.customer()
        first = await counter.set_pin()
        settings = parse({"database": {"url": migrated}, "providers": {"gateway": GATEWAY}})
        async with open_services(settings, KEYRING, now=counter.shop.time) as elsewhere:
            await counter.agreed()
            second = await elsewhere.master_pins.set(counter.owner, counter.place, USUAL_LIFE)
        assert isinstance(second, NewPin)
        session = await counter.waiting()

        old = await counter.enter(session, typed=first.content.reveal())
        new = await counter.enter(session, typed=second.content.reveal())

        assert old == WrongPin()
        assert isinstance(new, Entered)

    async def test_its_time_runs_out(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        counter.shop.time.pass_by(USUAL_LIFE)

        assert await counter.sale() == NoneSet()

    async def test_one_alone_ends_it(self, counter: Counter) -> None:
        await counter.shop.customer()
        await counter.set_pin()
        pins = counter.services.master_pins

        assert await pins.end(counter.manager, counter.place) is None
        assert await counter.sale() == NoneSet()
        assert await pins.end(counter.manager, counter.place) == NothingToEnd()

    async def test_that_of_one_location_is_wrong_at_another(self, counter: Counter) -> None:
        await counter.shop.customer()
        away = await counter.shop.location("Süd")
        theirs = await counter.set_pin(away)
        await counter.set_pin()

        session = await counter.waiting()
        assert await counter.enter(session, typed=theirs.content.reveal()) == WrongPin()
