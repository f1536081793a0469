"""What the shops of a demonstration write to whom: a customer who has agreed, an audience, and a
campaign that is over, so that its results can be looked at."""

from collections.abc import Mapping
from datetime import timedelta

from watchword.features.audiences.rules import Audience, Filter
from watchword.features.campaigns.lifecycle import FINAL
from watchword.features.campaigns.rules import Campaign, Category, Draft, GateKind, Text
from watchword.features.clients.rules import Operator
from watchword.features.consents.rules import Agreement, Scope, Shown, Source
from watchword.features.contacts.rules import Contact
from watchword.features.customers.rules import CustomerId
from watchword.features.delivery.rules import ProviderName
from watchword.features.pages.blocks import Block, Heading, Legal, Offer
from watchword.features.pages.rules import Page, Terms
from watchword.wiring import Services

SANDBOX, AT_ONCE = ProviderName("sandbox"), 64
TURNS_AT_MOST = 20
SHOWN: Mapping[str, str] = {
    "de": "Angebote per SMS, etwa zwei im Monat. STOP beendet sie.",
    "en": "Offers by text message, about two a month. STOP ends them.",
}
NAMES: Mapping[str, tuple[str, str, str, str]] = {
    "de": (
        "stammkunde",
        "Alle Stammkunden",
        "Saisonauftakt",
        "Sie wollten Angebote von uns.",
    ),
    "en": ("regular", "All regulars", "Start of the season", "You have agreed to our offers."),
}
"""A tag, an audience, a campaign, and why somebody gets it."""
TEXTS = {
    "de": Text(text="Hallo {name}, diese Woche gibt es etwas für Sie: {link}"),
    "en": Text(text="Hello {name}, there is something for you this week: {link}"),
}
BLOCKS: Mapping[str, tuple[Block, ...]] = {
    "de": (
        Heading("Schön, dass Sie da sind"),
        Offer("10 % auf alles", "Diese Woche, in allen unseren Läden. Zeigen Sie Ihre Karte."),
        Legal("Nicht mit anderen Angeboten zusammen, solange der Vorrat reicht."),
    ),
    "en": (
        Heading("Good to see you"),
        Offer("10 % off everything", "This week, in all our shops. Show your card."),
        Legal("Not together with other offers, and while stocks last."),
    ),
}
DAY = timedelta(days=1)


async def write(
    services: Services, operator: Operator, customer: CustomerId, phone: Contact
) -> Campaign:
    """Let a customer agree, and let a campaign leave for them and come to its end."""
    locale = operator.organisation.locale if operator.organisation.locale in NAMES else "en"
    tag, _, _, _ = NAMES[locale]
    await services.tags.set(operator, customer, [tag])
    async with services.storage.begin(operator.organisation.id) as transaction:
        shown = Shown(locale, SHOWN[locale])
        agreed = Agreement(Scope.TEXT, Source.STAFF, shown)
        await services.consents.consents.give(transaction, operator, phone, agreed)
    campaign = await _scheduled(services, operator, locale)
    for _ in range(TURNS_AT_MOST):
        await services.of_campaigns.course.advance(lambda: True)
        await _carry(services)
        campaign = await services.campaigns.find(operator.organisation.id, campaign.id)
        if campaign.state in FINAL:
            break
    return campaign


async def _published(services: Services, operator: Operator, name: str) -> Page | None:
    made = await services.pages.pages.create(operator, Terms(name=name, variants=BLOCKS))
    if not isinstance(made, Page):
        return None
    published = await services.pages.pages.publish(operator, made.id, made.version)
    return published if isinstance(published, Page) else None


async def _scheduled(services: Services, operator: Operator, locale: str) -> Campaign:
    tag, audience_name, name, purpose = NAMES[locale]
    audience = await services.audiences.create(operator, audience_name, Filter(tags_any=(tag,)))
    page = await _published(services, operator, name)
    now = services.storage.now()
    draft = Draft(
        name=name,
        category=Category.GENERAL,
        audience_id=audience.id if isinstance(audience, Audience) else None,
        purpose=purpose,
        purposes={each: said for each, (_, _, _, said) in NAMES.items()},
        sender=operator.organisation.name[:40],
        texts=TEXTS,
        fallback_locale=locale,
        gate=GateKind.LAST_FOUR,
        page_id=page.id if page else None,
        starts_at=now,
        ends_at=now + 7 * DAY,
        links_live_until=now + 37 * DAY,
        honours_quiet_hours=False,
    )
    made = await services.campaigns.create(operator, draft)
    if not isinstance(made, Campaign):
        raise TypeError(made)
    scheduled = await services.campaigns.schedule(operator, made.id, version=made.version)
    return scheduled if isinstance(scheduled, Campaign) else made


async def _carry(services: Services) -> None:
    """Bring what waits to the sandbox, as a worker does."""
    for queued in await services.deliveries.claim(SANDBOX, AT_ONCE):
        message = await services.deliveries.open(queued)
        outcome = await services.providers[SANDBOX].send(message)
        await services.deliveries.settle(queued, outcome, knows_repeats=True, chance=0.5)
