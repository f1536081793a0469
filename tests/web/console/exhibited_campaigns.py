"""Whom campaigns of an exhibition mean: tags, filters, and a list that was brought."""

from collections.abc import AsyncIterator
from datetime import timedelta

from watchword.features.audiences.rules import Audience, Filter
from watchword.features.audiences.tags.rules import Retagged
from watchword.features.consents.rules import Agreement, ConsentGiven, Scope, Shown, Source
from watchword.features.contacts.rules import ContactKind
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.rules import Colleague
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
            if (scope := SCOPES.get(tie.kind)) is None or place % 3 == 0:
                continue
            async with services.storage.begin(organisation.id) as transaction:
                given = await services.consents.consents.give(
                    transaction, owner, tie.contact, Agreement(scope, Source.STAFF, NEWS)
                )
            assert isinstance(given, ConsentGiven)
    await _audiences(services, owner)
    await _list(services, owner, [str(each.id) for each in page.items[:7]])


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
