"""An outbox to try delivery on, with words for what is tried."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.stores import BANK, KEYRING, new_sealer
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import (
    Address,
    Draft,
    MessageId,
    News,
    Next,
    Priority,
    ProviderName,
    Queued,
    Sending,
    SendOutcome,
)
from watchword.features.delivery.service import Deliveries, Outbox
from watchword.features.templates.own.service import OwnTexts
from watchword.features.templates.rules import TemplateName
from watchword.foundation.bells import Bells, LocalBells
from watchword.foundation.ids import OrganisationId
from watchword.foundation.keyring import Keyring
from watchword.foundation.storage import Storage

ONE, TWO = ProviderName("one"), ProviderName("two")
NUMBER, CODE, NAME = "+491701234567", "135792", "Sonnenhof"
MIDDLE = 0.5  # the chance that neither shortens nor lengthens a pause


@dataclass
class Post:
    """Puts messages about codes into the outbox, and takes them out again."""

    storage: Storage
    ways: Sequence[ProviderName] = (ONE,)
    bells: Bells = field(default_factory=LocalBells)
    keyring: Keyring = KEYRING
    told: list[News] = field(default_factory=list)

    def __post_init__(self) -> None:
        sealer = new_sealer(self.keyring)
        self.outbox = Outbox(sealer=sealer, bells=self.bells)
        self.deliveries = Deliveries(
            storage=self.storage,
            sealer=sealer,
            bells=self.bells,
            routes=Routes({Channel.SMS: self.ways}),
            texts=OwnTexts(storage=self.storage),
            tell=self._tell,
        )

    async def _tell(self, news: News) -> None:
        self.told.append(news)

    async def put(
        self,
        about: str = "challenge",
        *,
        whose: OrganisationId = BANK,
        provider: ProviderName = ONE,
        priority: Priority = Priority.INTERACTIVE,
        not_after: datetime | None = None,
        is_pinned: bool = False,
    ) -> MessageId:
        async with self.storage.begin(whose) as transaction:
            draft = Draft(
                channel=Channel.SMS,
                provider=provider,
                address=Address(NUMBER),
                template=TemplateName.CODE,
                locale="de",
                facts={"code": CODE, "organisation": NAME},
                about=about,
                not_after=not_after or transaction.now() + timedelta(minutes=10),
                priority=priority,
                is_pinned=is_pinned,
            )
            id = await self.outbox.put(transaction, whose, draft)
        self.outbox.announce(provider)
        return id

    async def cancel(self, about: str = "challenge", *, whose: OrganisationId = BANK) -> None:
        async with self.storage.begin(whose) as transaction:
            await self.outbox.cancel(transaction, whose, about)

    async def trace(
        self, about: str = "challenge", *, whose: OrganisationId = BANK
    ) -> Sequence[Sending]:
        async with self.storage.reading(whose) as transaction:
            return await self.outbox.trace(transaction, whose, about)

    async def claim(self, provider: ProviderName = ONE, most: int = 100) -> list[Queued]:
        return await self.deliveries.claim(provider, most)

    async def settle(
        self, queued: Queued, outcome: SendOutcome, *, knows_repeats: bool = False
    ) -> Next | None:
        return await self.deliveries.settle(
            queued, outcome, knows_repeats=knows_repeats, chance=MIDDLE
        )
