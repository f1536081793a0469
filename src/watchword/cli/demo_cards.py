"""The customers and cards of a demonstration: taken in as a file would be, and some under way."""

from collections.abc import Sequence

from watchword.cli.demo_people import customers
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card, CardState
from watchword.features.clients.rules import Operator
from watchword.features.imports.files import look
from watchword.features.imports.rows import Refusal
from watchword.features.imports.rules import Progress, Sight
from watchword.features.organisations.rules import Organisation
from watchword.foundation.errors import WatchwordError
from watchword.foundation.pages import MOST_ON_A_PAGE
from watchword.wiring import Services

UNDER_WAY = (Means.IN_STORE, Means.IN_STORE, Means.IN_STORE, Means.PHONE, Means.PHONE, Means.SMS)
"""Who stands at the counter, who calls, and who has a code on their telephone."""
LOST, WITHDRAWN = "Als verloren gemeldet", "Unterlagen waren nicht vollständig"


class CustomersRefused(WatchwordError):
    """The customers of the demonstration are not as they should be."""


async def settle(services: Services, organisation: Organisation) -> int:
    """See to it that the customers are there; count those who were not."""
    operator, content = Operator(name="demo", organisation=organisation), customers()
    sight = look(content)
    if not isinstance(sight, Sight):
        raise CustomersRefused("The file of customers begins with no headings.")
    taken = await services.imports.imports.run(
        operator, [content], sight.plan, _hear, is_trial=False, vouches=True
    )
    if isinstance(taken, Progress) and taken.kept:
        await _let_happen(services, operator)
        return taken.kept
    return 0


async def _let_happen(services: Services, operator: Operator) -> None:
    """Let some wait to be verified, and some cards be blocked or unverified again."""
    cards = services.cards
    waiting = await _some(services, operator, CardState.UNVERIFIED)
    for card, means in zip(waiting, UNDER_WAY, strict=False):
        await cards.attempts.begin(operator, card.id, means)
    for card in waiting[-2:]:
        await cards.cards.block(operator, card.id, LOST)
    for card in (await _some(services, operator, CardState.VERIFIED))[:2]:
        await cards.cards.withdraw(operator, card.id, WITHDRAWN)


async def _some(services: Services, operator: Operator, state: CardState) -> Sequence[Card]:
    whose = operator.organisation.id
    page = await services.cards.cards.page(whose, state, most=MOST_ON_A_PAGE)
    return page.items


def _hear(_: Progress, refusals: Sequence[Refusal]) -> None:
    if refusals:
        faults = {str(fault.why) for each in refusals for fault in each.faults}
        raise CustomersRefused(f"Customers of the demonstration cannot be: {sorted(faults)}")
