"""What a campaign comes to: how many messages, in how many parts, for about how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from watchword.features.campaigns.agreement import Seen
from watchword.features.campaigns.links.rules import LETTERS
from watchword.features.campaigns.rules import Draft
from watchword.features.campaigns.texts import (
    LINK,
    LONG_NAME,
    NAME,
    ORGANISATION,
    SENDER,
    Measure,
    fill,
    measure,
    whole,
)
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.paces.rules import takes
from watchword.features.delivery.rules import ProviderName
from watchword.features.prices.rules import Money, PriceList

LINKS_BELOW = "/c/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """`texts`: how each language is read by somebody with a name that is not short. `cost` is for
    all who get it, in the language that takes most, at the price of the country of the
    organisation; nothing, if a price is missing. It is no bound. Of a list with
    few recipients nothing is said that would tell how many."""

    recipients: int | None
    texts: Mapping[str, Measure]
    segments: int | None
    cost: Money | None
    takes: timedelta | None = None
    """How long it takes at the pace of the campaign and of its provider, if one is set."""


def sample_facts(draft: Draft, organisation: str, public_url: str) -> Mapping[str, str]:
    """Give what somebody would read in each place, with a link that leads nowhere."""
    return {
        NAME: LONG_NAME,
        SENDER: draft.sender,
        ORGANISATION: organisation,
        LINK: f"{public_url}{LINKS_BELOW}{'0' * LETTERS}",
    }


def estimate(
    draft: Draft,
    seen: Seen,
    facts: Mapping[str, str],
    *,
    prices: PriceList | None,
    providers: tuple[ProviderName, ...],
    paces: Mapping[ProviderName, float],
    country: str,
) -> Estimate:
    """Say what a campaign comes to. Prices are those of the country of the organisation: numbers
    are sealed, and nobody opens a million of them to know what they cost."""
    texts = {
        locale: measure(
            fill(whole(said, locale, draft.channel, has_page=bool(draft.page_id)).text, facts)
        )
        for locale, said in draft.texts.items()
    }
    parts = max((each.segments for each in texts.values()), default=1)
    if seen.is_few:
        return Estimate(recipients=None, texts=texts, segments=None, cost=None)
    size, segments = seen.size, parts if draft.channel is Channel.SMS else 1
    price = None
    if prices is not None and providers:
        price = prices.worst(draft.channel, providers, country=country, e164=None)
    cost = None if price is None else Money(price.micros * segments * size, price.currency)
    own = (paces.get(each) for each in providers)
    return Estimate(
        recipients=size,
        texts=texts,
        segments=segments * size,
        cost=cost,
        takes=takes(size, [each for each in (*own, draft.per_second) if each]),
    )
