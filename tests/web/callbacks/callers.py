"""A provider that calls, and what it was given to carry."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.stores import KEYRING
from tests.whole_house import asked, shown
from watchword.features.calls.notices.words import put_together
from watchword.features.calls.rules import Call, CallId, Door
from watchword.features.calls.store import CallStore, Resting
from watchword.features.calls.writes.rules import WriteState
from watchword.features.calls.writes.store import WriteStore
from watchword.features.challenges.rules import ChallengeId
from watchword.features.clients.rules import Client
from watchword.features.contacts.channels import Channel
from watchword.features.cores.rules import CoreEvent
from watchword.features.delivery.receipts import Callback, Heard, Reported
from watchword.features.delivery.rules import (
    Accepted,
    Address,
    Draft,
    Message,
    MessageId,
    ProviderName,
    SendOutcome,
)
from watchword.features.delivery.service import Outbox
from watchword.features.templates.rules import TemplateName
from watchword.foundation.bells import LocalBells
from watchword.foundation.ids import new_id
from watchword.foundation.keyring import KeyKind
from watchword.foundation.sealing import Sealer
from watchword.web.callbacks.providers import BYTES_AT_MOST
from watchword.wiring import Services

GATEWAY = ProviderName("gateway")
NUMBER = "+491701234567"
DOOR = "/callbacks/gateway"
NOTHING_SAID = Reported()


@dataclass
class Caller:
    """A provider that hears what its script says, and speaks in words that can be told apart."""

    heard: Heard = NOTHING_SAID
    asked: list[Callback] = field(default_factory=list)
    knows_repeats: bool = False
    gives_receipts: bool = True
    callback_bytes: int = BYTES_AT_MOST

    async def send(self, message: Message) -> SendOutcome:
        return Accepted(str(message.id))

    async def close(self) -> None:
        """Nothing is held."""

    def read_callback(self, callback: Callback) -> Heard:
        self.asked.append(callback)
        return self.heard

    def greet(self, message: Message, asked: int) -> tuple[str, bytes]:
        return "application/xml", f"<greet asked='{asked}'/>".encode()

    def speak(self, message: Message) -> tuple[str, bytes]:
        code = None if message.code is None else message.code.reveal()
        return "application/xml", f"<speak>{code}</speak>".encode()

    def take_leave(self, words: str, locale: str) -> tuple[str, bytes]:
        return "application/xml", f"<{locale}>{words}".encode()


@dataclass
class Mute:
    """A provider that never calls."""

    knows_repeats: bool = False
    gives_receipts: bool = False

    async def send(self, message: Message) -> SendOutcome:
        return Accepted(str(message.id))

    async def close(self) -> None:
        """Nothing is held."""


async def under_way(
    services: Services, shop: Client, channel: Channel = Channel.SMS, locale: str = "en"
) -> tuple[ChallengeId, MessageId]:
    """Open a challenge whose message the provider has taken; it comes back for words of a call."""
    opening = replace(asked(channel=channel), locale=locale)
    challenge = shown(await services.challenges.open(shop, opening))
    [queued] = await services.deliveries.claim(GATEWAY, 9)
    outcome = Accepted(f"gw-{queued.id}", asks_for_words=channel is Channel.VOICE)
    await services.deliveries.settle(queued, outcome, knows_repeats=False, chance=0.5)
    return challenge.id, queued.id


async def told_by_voice(
    services: Services, shop: Client, locale: str = "de", about: str = "notice:5f0d9c1e"
) -> MessageId:
    """Tell somebody that their PIN was changed; the provider has taken it, and comes for words."""
    voice, whose = Channel.VOICE, shop.organisation
    draft = Draft(
        channel=voice,
        provider=GATEWAY,
        address=Address(NUMBER),
        template=TemplateName.CUSTOMER_NOTICE,
        locale=locale,
        facts=put_together(CoreEvent.PIN_CHANGED, voice, locale, whose.name),
        about=about,
        not_after=services.storage.now() + timedelta(days=2),
    )
    outbox = Outbox(sealer=Sealer(KEYRING.versions(KeyKind.OUTBOX)), bells=LocalBells())
    async with services.storage.begin(whose.id) as transaction:
        await outbox.put(transaction, whose.id, draft)
    [queued] = await services.deliveries.claim(GATEWAY, 9)
    outcome = Accepted(f"gw-{queued.id}", asks_for_words=True)
    await services.deliveries.settle(queued, outcome, knows_repeats=False, chance=0.5)
    return queued.id


async def call_that_set_a_pin(services: Services, shop: Client) -> CallId:
    """Let somebody have set a PIN in the first turn of a call."""
    whose, now = shop.organisation.id, services.storage.now()
    call = Call(
        id=CallId(new_id()),
        profile_id=new_id(),
        door=Door.TURNS,
        language="de",
        is_trial=False,
        started_at=now,
        token=b"",
    )
    async with services.storage.begin(whose) as transaction:
        await CallStore(transaction, whose).add(call, Resting())
        writes = WriteStore(transaction, whose)
        await writes.begin(call.id, 1)
        await writes.end(call.id, 1, WriteState.SET)
    return call.id
