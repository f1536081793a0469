"""Campaigns of an exhibition: whom they mean, what they say, and what came of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from watchword.features.audiences.rules import Audience, Filter
from watchword.features.audiences.tags.rules import Retagged
from watchword.features.campaigns.rules import Campaign, Category, Draft, GateKind, Text
from watchword.features.consents.rules import Agreement, ConsentGiven, Scope, Shown, Source
from watchword.features.contacts.rules import ContactKind
from watchword.features.organisations.rules import Organisation
from watchword.features.pages.rules import PageState
from watchword.features.staff.rules import Colleague
from watchword.foundation.clock import to_microseconds
from watchword.wiring import Services

NEWS = Shown("de", "Angebote von Gartencenter Sonnenhof, etwa zwei im Monat. STOP beendet sie.")
TAGS = ("stammkunde", "rosenfreunde", "großabnehmer", "lieferung nach hause")
SCOPES = {ContactKind.PHONE: Scope.TEXT, ContactKind.EMAIL: Scope.EMAIL}


async def fill_campaigns(services: Services, organisation: Organisation, owner: Colleague) -> None:
    """Let customers agree and be told apart, and mean some of them."""
    page = await services.customers.page(organisation.id, None, 60)
    for place, customer in enumerate(page.items):
        tags = [tag for number, tag in enumerate(TAGS) if place % (number + 2) == 0]
        tagged = await services.tags.set(owner, customer.id, tags)
        assert isinstance(tagged, Retagged)
        for tie in customer.contacts:
            if (scope := SCOPES.get(tie.kind)) is None or place % 4 == 1:
                continue
            async with services.storage.begin(organisation.id) as transaction:
                given = await services.consents.consents.give(
                    transaction, owner, tie.contact, Agreement(scope, Source.STAFF, NEWS)
                )
            assert isinstance(given, ConsentGiven)
    await _audiences(services, owner)
    await _list(services, owner, [str(each.id) for each in page.items[:7]])
    await fill_runs(services, organisation, owner)


async def _audiences(services: Services, owner: Colleague) -> None:
    day = services.storage.now().date() - timedelta(days=120)
    for name, filter in (
        ("Rosenfreunde mit vielen Punkten", Filter(points_from=500, tags_any=("rosenfreunde",))),
        (
            "Stammkunden, die seit dem Sommer nicht mehr da waren",
            Filter(
                consents=(Scope.TEXT, Scope.EMAIL),
                not_bought_since=day,
                tags_any=("stammkunde",),
                tags_none=("großabnehmer",),
                languages=("de",),
                card_verified=True,
            ),
        ),
        ("Alle, die zugestimmt haben", Filter(consents=(Scope.TEXT,))),
    ):
        assert isinstance(await services.audiences.create(owner, name, filter), Audience)


async def _list(services: Services, owner: Colleague, ids: list[str]) -> None:
    async def file() -> AsyncIterator[bytes]:
        rows = [*ids, ids[0], "kein Mensch"]
        yield "\n".join(["customer_id", *rows]).encode()

    made = await services.lists.receive(owner, "Gäste des Rosenfests", file())
    assert isinstance(made, Audience)


WRITTEN = {
    "de": Text(text="Hallo {name}, 20 % auf Rosen bis Sonntag: {link}"),
    "en": Text(text="Hello {name}, 20 % off roses until Sunday: {link}"),
}
GOT = """
    insert into campaign_recipients (
        organisation_id, campaign, number, customer_id, contact_id, state, added_at, sent_at,
        delivered_at, opened_at, passed_at, clicked_at, opted_out_at
    ) values (
        :organisation_id, :campaign, :number, null, null, :state, :added_at, :sent_at,
        :delivered_at, :opened_at, :passed_at, :clicked_at, :opted_out_at
    )
"""
RAN = """
    update campaigns set state = :state, started_at = :starts_at, expanded_at = :starts_at,
        recipients = :recipients, ended_at = :ended_at
    where organisation_id = :organisation_id and id = :id
"""
MINUTE, RECIPIENTS = 60_000_000, 640


async def fill_runs(services: Services, organisation: Organisation, owner: Colleague) -> None:
    """Let campaigns be written, proposed, under way, and over with what came of them."""
    now = services.storage.now()
    audiences = await services.audiences.all(organisation.id)
    pages = await services.pages.pages.page(organisation.id, None, 9)
    draft = Draft(
        name="Rosenwochen im Herbst",
        audience_id=audiences[0].id,
        purpose="Sie haben in Angebote von uns eingewilligt.",
        sender=organisation.name,
        texts=WRITTEN,
        fallback_locale="de",
        category=Category.GENERAL,
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=4),
        links_live_until=now + timedelta(days=19),
        gate=GateKind.LAST_FOUR,
        page_id=next(each.id for each in pages.items if each.state is PageState.LIVE),
    )
    names = ("Rosenwochen im Herbst", "Adventsausstellung", "Wintergarten", "Sommerfest")
    made = [await _written(services, owner, replace(draft, name=name)) for name in names]
    await _written(services, owner, Draft(name="Frühlingsgruß an alle, die lange nicht da waren"))
    regulated = replace(draft, name="Glühweinabend", category=Category.ALCOHOL, minimum_age=18)
    await _written(services, owner, replace(regulated, category=Category.HEALTH))
    for campaign, state in ((made[2], "running"), (made[3], "done")):
        await _run(services, organisation, campaign, state)
    scheduled = await services.campaigns.schedule(owner, made[1].id, version=1)
    assert isinstance(scheduled, Campaign), scheduled


async def _written(services: Services, owner: Colleague, draft: Draft) -> Campaign:
    made = await services.campaigns.create(owner, draft)
    assert isinstance(made, Campaign), made
    return made


async def _run(
    services: Services, organisation: Organisation, campaign: Campaign, state: str
) -> None:
    """Write down what people did, as if it had been so: no provider of ours is on the line."""
    chance, whose = Random(9), str(organisation.id)  # noqa: S311 - a picture, no secret
    starts_at = to_microseconds(services.storage.now()) - 20 * 60 * MINUTE
    left = RECIPIENTS if state == "done" else RECIPIENTS // 2
    async with services.storage.begin(organisation.id) as transaction:
        for number in range(1, RECIPIENTS + 1):
            at = starts_at + number * MINUTE // 4
            moments = [at if number <= left else None]
            for likely in (0.97, 0.5, 0.8, 0.5):
                last = moments[-1]
                goes_on = last is not None and chance.random() < likely
                after = chance.randrange(1, 240) * MINUTE
                moments.append(last + after if goes_on and last is not None else None)
            names = ("sent_at", "delivered_at", "opened_at", "passed_at", "clicked_at")
            stops = moments[1] if chance.random() < 0.03 else None
            await transaction.run(
                GOT,
                organisation_id=whose,
                campaign=campaign.number,
                number=number,
                state="sent" if number <= left else "waiting",
                added_at=starts_at,
                opted_out_at=stops,
                **dict(zip(names, moments, strict=True)),
            )
        await transaction.run(
            RAN,
            organisation_id=whose,
            id=str(campaign.id),
            state=state,
            starts_at=starts_at,
            ended_at=starts_at + 9 * 60 * MINUTE if state == "done" else None,
            recipients=RECIPIENTS,
        )
