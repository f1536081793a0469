"""What is asked of the ways out: all of them, with what is known of each."""

from collections.abc import Callable, Collection, Mapping, Sequence

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rests.rules import Rest
from watchword.features.delivery.rests.service import Rests
from watchword.features.delivery.routes import SANDBOX, Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.figures.rules import NOTHING, Line, Span, Way, window
from watchword.features.figures.store import FiguresStore
from watchword.features.figures.ways.rules import Carrier, ChannelWays, Served, in_order
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.prices.rules import Money, PriceList
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage

LATELY = Span.WEEK


class Ways:
    def __init__(
        self,
        *,
        storage: Storage,
        routes: Routes,
        rests: Rests,
        prices: PriceList | None,
        carriers: Sequence[Carrier],
        reporting: Callable[[], Collection[str]],
    ) -> None:
        """`carriers`: the providers of the settings; `reporting`: those that give receipts."""
        self._storage = storage
        self._routes = routes
        self._rests = rests
        self._prices = prices
        self._carriers = carriers
        self._reporting = reporting

    async def all(self, organisation: Organisation) -> Sequence[ChannelWays]:
        """Give every channel, also those that nobody serves yet."""
        rests = await self._rests.all()
        lines = await self._lines(organisation.id)
        return [self._channel(organisation, channel, rests, lines) for channel in Channel]

    def _channel(
        self,
        organisation: Organisation,
        channel: Channel,
        rests: Mapping[ProviderName, Rest],
        lines: Mapping[Way, Line],
    ) -> ChannelWays:
        asked = self._routes.ways(organisation.mode, channel)
        served = [
            Served(
                provider=carrier.name,
                kind=carrier.kind,
                place=asked.index(carrier.name) + 1 if carrier.name in asked else None,
                gives_receipts=carrier.name in self._reporting(),
                rest=rests.get(carrier.name),
                line=lines.get(Way(channel, carrier.name), NOTHING),
                price=self._price(organisation, channel, carrier.name),
            )
            for carrier in self._of(organisation.mode)
            if channel in carrier.channels
        ]
        return ChannelWays(channel, in_order(served))

    def _of(self, mode: Mode) -> Sequence[Carrier]:
        if mode is Mode.TEST:
            return [Carrier(name=SANDBOX, kind=SANDBOX, channels=tuple(Channel))]
        return self._carriers

    def _price(
        self, organisation: Organisation, channel: Channel, provider: ProviderName
    ) -> Money | None:
        if self._prices is None or organisation.mode is Mode.TEST:
            return None
        return self._prices.worst(channel, [provider], country=organisation.country, e164=None)

    async def _lines(self, organisation_id: OrganisationId) -> Mapping[Way, Line]:
        """Add up what each way came to lately."""
        async with self._storage.reading(organisation_id) as transaction:
            frame = window(LATELY, transaction.now())
            sums = await FiguresStore(transaction, organisation_id).sums(frame)
        lines: dict[Way, Line] = {}
        for each in sums:
            lines[each.way] = lines.get(each.way, NOTHING) + each.line
        return lines
