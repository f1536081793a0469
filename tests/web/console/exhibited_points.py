"""The rewards of an exhibition, what was earned, and who may not redeem."""

from datetime import timedelta

from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.points.earning.rules import EarnRule, Purchase, Terms
from watchword.features.points.verdicts import Adjustment, Earned
from watchword.features.rewards.blocklist.rules import RedeemingBlock
from watchword.features.rewards.rules import Offer, Reward
from watchword.features.staff.rules import Colleague
from watchword.foundation.ids import new_id
from watchword.wiring import Services

NAMES = {
    "de": "Ein Jahr freier Eintritt in das Tropenhaus am Rosenbogen",
    "en": "A year in the tropical house, as often as you like",
}


async def fill_points(services: Services, organisation: Organisation, owner: Colleague) -> None:
    """Offer rewards, let purchases earn, and spend some of it."""
    now = services.storage.now()
    place = await services.configuration.locations.add(
        organisation.id, name="Gartencenter Lübeck", time_zone=None, actor=owner.actor
    )
    here = frozenset({place.id}) if isinstance(place, Location) else frozenset[LocationId]()
    await _rules(services, owner, here)
    mug = Offer(names={"de": "Becher", "en": "Mug"}, points=60, value=500, currency="EUR")
    entrance = Offer(
        names=NAMES,
        points=2400,
        value=12_000,
        currency="EUR",
        pos_discount_id="TROPENHAUS-JAHRESKARTE-2027",
        locations=here,
        starts_at=now - timedelta(days=3),
        ends_at=now + timedelta(days=90),
        stock=25,
    )
    made = [await services.rewards.create(owner, each) for each in (entrance, mug, mug)]
    assert isinstance(made[1], Reward)
    assert isinstance(made[0], Reward)
    await services.rewards.pause(owner, made[1].id)
    await _lines(services, owner)
    await _blocks(services, owner)


async def _rules(services: Services, owner: Colleague, here: frozenset[LocationId]) -> None:
    now = services.storage.now()
    for terms in (
        Terms(name="Ein Punkt je Euro", points=1, per_amount=100, currency="EUR"),
        Terms(
            name="Eröffnung in Lübeck",
            points=2,
            per_amount=100,
            currency="EUR",
            at_least=2000,
            locations=here,
            ends_at=now + timedelta(days=20),
        ),
    ):
        assert isinstance(await services.earn_rules.create(owner, terms), EarnRule)


async def _blocks(services: Services, owner: Colleague) -> None:
    now = services.storage.now()
    for contact, reason in (
        (read_phone("0171 3920091", "DE"), "arbeitet an der Kasse"),
        (read_email("deniz@sonnenhof.example"), "arbeitet hier bis zum Herbst"),
    ):
        assert isinstance(contact, Contact)
        until = now + timedelta(days=200) if "Herbst" in reason else None
        block = await services.blocklist.add(owner, contact, until, reason)
        assert isinstance(block, RedeemingBlock)


async def _lines(services: Services, owner: Colleague) -> None:
    """Let every card earn and be set right, so that any of them has a history."""
    whose = owner.organisation.id
    page = await services.cards.cards.page(whose, None, None, 30)
    for number, card in enumerate(page.items):
        order = f"2026-{4700 + number}"
        purchase = Purchase(amount=1999, currency="EUR", order_id=order)
        earned = await services.points.earn(owner, card.account_id, purchase)
        assert isinstance(earned, Earned)
        adjusted = await services.points.adjust(owner, card.account_id, 90, "Fehler an der Kasse")
        assert isinstance(adjusted, Adjustment)
        async with services.storage.begin(whose) as transaction:
            held = await services.points.hold(transaction, whose, card.account_id)
            await services.points.reserve(transaction, whose, held, new_id(), 60, actor=owner.actor)
