"""A house whose codes climb: text message, WhatsApp, call. Each provider is played by hand."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.stores import KEYRING, MovableTime
from tests.whole_house import GATEWAY, Dealt, asked, new_client, shown
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Client
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    ProviderName,
    Queued,
    Receipt,
    SendOutcome,
)
from watchword.features.organisations.rules import Mode
from watchword.features.routing.rules import Because, Skipped
from watchword.settings import parse
from watchword.wiring import Services, open_services

TEXTS, CHATS, CALLS = map(ProviderName, ("texts", "chats", "calls"))
RECEIPTS = {
    "secret": "known to both of us",
    "header": "X-Secret",
    "id_path": "id",
    "status_path": "status",
    "delivered": ["delivered"],
}
REPORTING = {
    **GATEWAY,
    "body": {"to": "{to}", "text": "{text}", "id": "{id}"},
    "receipts": RECEIPTS,
}
PROVIDERS = {
    TEXTS: {**REPORTING, "channel": ["sms"]},
    CHATS: {**REPORTING, "channel": ["whatsapp"]},
    CALLS: {**REPORTING, "channel": ["voice"]},
}
PLAN = [
    {"channel": "sms", "wait_seconds": 30},
    {"channel": "whatsapp", "wait_seconds": 40},
    {"channel": "voice", "wait_seconds": 60},
]


@dataclass
class Ladder:
    services: Services
    client: Client
    time: MovableTime
    dealt: Dealt
    under_way: list[Queued] = field(default_factory=list)

    async def open(self, opening: Opening | None = None) -> Shown:
        return shown(await self.services.challenges.open(self.client, opening or asked()))

    async def read(self, id: ChallengeId) -> Shown:
        return await self.services.challenges.read(self.client, id)

    async def carry(
        self, provider: ProviderName, outcome: SendOutcome | None = None
    ) -> Sequence[Message]:
        """Let a provider take all that waits for it, and give what it took."""
        claimed = await self.services.deliveries.claim(provider, 100)
        taken = [await self.services.deliveries.open(queued) for queued in claimed]
        for queued in claimed:
            accepted = Accepted(f"{provider}-{queued.id}")
            await self.services.deliveries.settle(
                queued, outcome or accepted, knows_repeats=False, chance=0.5
            )
        return taken

    async def report(self, provider: ProviderName, message: Message, receipt: Receipt) -> int:
        report = Report(receipt=receipt, message_id=message.id)
        return await self.services.deliveries.receive(provider, [report])

    async def climb(self) -> int:
        """Take all steps that are due, and count them."""
        due = await self.services.steps.due(100)
        for place in due:
            await self.services.steps.take(place)
        return len(due)

    async def trace(self, id: ChallengeId) -> list[tuple[str, Because | Skipped | None]]:
        """Say of each step of a challenge why it was taken, or why not."""
        route = (await self.read(id)).route
        return [(each.channel, each.because or each.skipped) for each in route.trace]


@asynccontextmanager
async def ladder_in(
    url: str, time: MovableTime, dealt: Dealt, **other: Mapping[str, Any]
) -> AsyncIterator[Ladder]:
    settings = {
        "database": {"url": url},
        "providers": PROVIDERS,
        "purposes": {"wallet_signin": {"plan": PLAN}},
        **other,
    }
    async with open_services(parse(settings), KEYRING, now=time, draw=dealt) as services:
        client = await new_client(services, "shop", Mode.LIVE)
        yield Ladder(services, client, time, dealt)
