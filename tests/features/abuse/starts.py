"""Starts as tests of abuse ask for them, and a guard who has to decide on them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from tests.stores import NOON, new_organisations, new_sealer
from watchword.features.abuse.blocks.service import Blocks
from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.abuse.rules import Answer, Block, Decision, Start
from watchword.features.abuse.rulesets import Ruleset, Section
from watchword.features.abuse.service import Guard
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, read_email, read_phone
from watchword.features.delivery.rules import ProviderName
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.prices.rules import Money
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Storage, Transaction

PUMPED, HONEST = "+4917012", "+4917198"  # blocks of numbers, of which four digits are missing
TWILIO = ProviderName("twilio")

__all__ = ["NOON"]


def contact(number: str = "+491701234567") -> Contact:
    read = read_email(number) if "@" in number else read_phone(number, "DE")
    assert isinstance(read, Contact)
    return read


def numbered(block: str, number: int) -> str:
    """Give one of the numbers of a block; a block of mobile numbers in Germany has 11 digits."""
    return f"{block}{number % 1_000_000:06}" if len(block) == 8 else f"{block}{number:04}"


def a_start(
    number: str = "+491701234567",
    *,
    channel: Channel = Channel.SMS,
    client: str = "api_key:1",
    requester: str | None = None,
    is_known: bool = False,
    cents: float | None = None,
) -> Start:
    return Start(
        id=new_id(),
        contact_id=ContactId(uuid5(NAMESPACE_URL, number)),
        contact=contact(number),
        channel=Channel.EMAIL if "@" in number else channel,
        provider=TWILIO,
        client=client,
        requester=requester,
        is_known=is_known,
        price=None if cents is None else Money(int(cents * 10_000), "EUR"),
    )


@dataclass
class Told:
    """Listens to what the guard tells."""

    blocks: list[Block] = field(default_factory=list)

    async def __call__(self, transaction: Transaction, whose: OrganisationId, block: Block) -> None:
        self.blocks.append(block)

    @property
    def rules(self) -> list[str]:
        return [each.rule for each in self.blocks]


@dataclass
class Watch:
    """A guard with all that is around, and one organisation that it guards."""

    storage: Storage
    organisation: Organisation
    guard: Guard
    rulebook: Rulebook
    blocks: Blocks
    told: Told

    async def admit(self, start: Start) -> Decision:
        async with self.storage.begin(self.organisation.id) as transaction:
            return await self.guard.admit(transaction, self.organisation, start, transaction.now())

    async def admit_all(self, starts: Sequence[Start]) -> list[Decision]:
        """Admit several in one transaction, which costs a test less time."""
        async with self.storage.begin(self.organisation.id) as transaction:
            now = transaction.now()
            return [
                await self.guard.admit(transaction, self.organisation, start, now)
                for start in starts
            ]

    async def admit_again(self, start: Start) -> Decision:
        async with self.storage.begin(self.organisation.id) as transaction:
            return await self.guard.admit_again(
                transaction, self.organisation, start, transaction.now()
            )

    async def consider(self, start: Start) -> Decision:
        async with self.storage.reading(self.organisation.id) as transaction:
            return await self.guard.consider(
                transaction, self.organisation, start, transaction.now()
            )

    async def answered(self, start: Start, *, is_right: bool) -> None:
        await self.answered_all([start], is_right=is_right)

    async def answered_all(self, starts: Sequence[Start], *, is_right: bool) -> None:
        """Answer several in one transaction, which costs a test less time."""
        async with self.storage.begin(self.organisation.id) as transaction:
            for start in starts:
                answer = Answer(
                    challenge_id=start.id,
                    contact_id=start.contact_id,
                    channel=start.channel,
                    is_known=start.is_known,
                    is_right=is_right,
                )
                await self.guard.answered(transaction, self.organisation, answer, transaction.now())

    async def give_back(self, start: Start) -> None:
        assert start.price is not None
        async with self.storage.begin(self.organisation.id) as transaction:
            await self.guard.give_back(transaction, self.organisation.id, start.id, start.price)


def watching(
    storage: Storage,
    organisation: Organisation,
    ruleset: Ruleset | None,
    *,
    test: Ruleset | None = None,
    locked: Collection[Section] = (),
    keep: timedelta = timedelta(days=30),
    served: Collection[Channel] = tuple(Channel),
) -> Watch:
    told = Told()
    house: Mapping[Mode, Ruleset | None] = {Mode.LIVE: ruleset, Mode.TEST: test}
    rulebook = Rulebook(
        storage=storage,
        settings=OrganisationSettings(storage=storage),
        house=house,
        has_prices=True,
        locked=locked,
    )
    guard = Guard(
        storage=storage,
        organisations=new_organisations(storage),
        rulebook=rulebook,
        tell=told,
        keep=keep,
        served=lambda _mode: served,
    )
    requests = Requests(storage=storage, sealer=new_sealer())
    blocks = Blocks(storage=storage, rulebook=rulebook, requests=requests)
    return Watch(storage, organisation, guard, rulebook, blocks, told)
