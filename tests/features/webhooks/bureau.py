"""A bureau for webhooks to try things on, with receivers that answer as they are told."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tests.stores import BANK, KEYRING, NOON, SHOP, new_sealer
from watchword.features.audit.rules import Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Operator
from watchword.features.idempotency.rules import Once
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.webhooks.events import Event, EventId, EventKind, Said
from watchword.features.webhooks.posting.service import Posting, Turn
from watchword.features.webhooks.rules import (
    Answer,
    Attempt,
    Delivery,
    Ended,
    Endpoint,
    EndpointDraft,
    Hand,
    Made,
    SignedRequest,
)
from watchword.features.webhooks.schedule import is_success
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.bells import Bells, LocalBells
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.keyring import Keyring
from watchword.foundation.storage import Storage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GONE = Answer(word="HTTP 410", status=410)
BUSY = Answer(word="HTTP 503", status=503)
AGAIN = Once(b"k" * 32, b"b" * 32)
ROWS = "select count(*) as found from webhook_deliveries"
ENDPOINTS = "select count(*) as found from webhook_endpoints"

URL, OTHER_URL = "https://hooks.example.org/one", "https://hooks.example.org/two"
FINE, FAILED = Answer(word="HTTP 204", status=204), Answer(word="HTTP 500", status=500)
MIDDLE = 0.5  # the chance that neither shortens nor lengthens a pause
DAY = timedelta(days=1)


@dataclass
class Receivers:
    """Fills the port `Connector`: every address answers by its script, and then well."""

    scripts: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    got: list[SignedRequest] = field(default_factory=list)
    refused: str | None = None

    def find_fault(self, url: str) -> str | None:
        return self.refused

    async def post(self, request: SignedRequest) -> Answer:
        self.got.append(request)
        script = self.scripts[request.url]
        return script.pop(0) if script else FINE

    async def close(self) -> None:
        """Nothing is held."""

    def got_at(self, url: str) -> list[SignedRequest]:
        return [request for request in self.got if request.url == url]


@dataclass
class Hanging(Receivers):
    """Receivers of which some take a request, and never answer until they are let go on."""

    hangs: set[str] = field(default_factory=set)
    raises: set[str] = field(default_factory=set)
    hangs_after: dict[str, int] = field(default_factory=dict)
    came: Counter[str] = field(default_factory=Counter)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.goes_on = asyncio.Event()

    async def post(self, request: SignedRequest) -> Answer:
        self.at_once[request.url] += 1
        seen = self.most_at_once[request.url]
        self.most_at_once[request.url] = max(seen, self.at_once[request.url])
        try:
            if request.url in self.raises:
                raise RuntimeError("a mistake that quotes " + request.url)
            self.came[request.url] += 1
            last_good = self.hangs_after.get(request.url)
            is_late = last_good is not None and self.came[request.url] > last_good
            if request.url in self.hangs or is_late:
                self.got.append(request)
                await self.goes_on.wait()
                return Answer(word="timeout")
            await asyncio.sleep(0)
            return await super().post(request)
        finally:
            self.at_once[request.url] -= 1


@dataclass
class Steady:
    """A steady clock that is told to go on."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def operator(organisation_id: OrganisationId = BANK) -> Operator:
    organisation = Organisation(
        id=organisation_id,
        slug="bank",
        name="Bank",
        mode=Mode.LIVE,
        country="DE",
        locale="de",
        created_at=NOON,
    )
    return Operator(name="ann", organisation=organisation)


BANKER, SHOPKEEPER = operator(BANK), operator(SHOP)


def event(
    kind: EventKind = EventKind.CHALLENGE_VERIFIED, about: str = "challenge", **data: Said
) -> Event:
    said = data or {"challenge_id": about}
    return Event(kind=kind, id=EventId(new_id()), at=NOON, about=about, data=said)


@dataclass
class Bureau:
    storage: Storage
    bells: Bells = field(default_factory=LocalBells)
    keyring: Keyring = KEYRING
    receivers: Receivers = field(default_factory=Receivers)
    seconds: Steady = field(default_factory=Steady)

    def __post_init__(self) -> None:
        sealer = new_sealer(self.keyring)
        self.webhooks = Webhooks(
            storage=self.storage,
            sealer=sealer,
            bells=self.bells,
            requests=Requests(storage=self.storage, sealer=sealer),
            connector=self.receivers,
            seconds=self.seconds,
        )
        self.posting = Posting(storage=self.storage, sealer=sealer, webhooks=self.webhooks)

    async def add(
        self, url: str = URL, *kinds: EventKind, who: Operator = BANKER, description: str = ""
    ) -> Made:
        draft = EndpointDraft(url=url, description=description, kinds=frozenset(kinds))
        made = await self.webhooks.add(who, draft)
        assert isinstance(made, Made)
        return made

    async def note(self, *events: Event, whose: OrganisationId = BANK) -> None:
        async with self.storage.begin(whose) as transaction:
            for each in events or (event(),):
                await self.webhooks.note(transaction, whose, each)
        self.webhooks.announce(whose)

    async def claim(self, size: int = 100, most: int = 10) -> Sequence[Hand]:
        return await self.posting.claim(
            busy=(), turn=Turn(), most=most, most_failing=most, size=lambda _: size
        )

    async def settle(self, hand: Hand, *answers: Answer) -> Endpoint | None:
        """Write down answers for what was claimed, in its order; the rest is put back."""
        now = self.storage.now()
        ended = [
            Ended(one, Attempt(at=now, status=to.status, word=to.word, milliseconds=7), to)
            for one, to in zip(hand.claimed, answers, strict=False)
        ]
        left = hand.claimed[len(answers) :]
        return await self.posting.settle(hand, ended, left, lambda: MIDDLE)

    async def work(self) -> int:
        """Send all that is due, as a worker would, and count the attempts."""
        made = 0
        for hand in await self.claim():
            answers = [
                await self.receivers.post(self.posting.open(hand, one)) for one in hand.claimed
            ]
            await self.settle(hand, *answers)
            made += len(answers)
        return made

    async def log(self, whose: OrganisationId = BANK) -> list[Delivery]:
        """Give all deliveries, the newest first, each with its attempts."""
        return list((await self.webhooks.deliveries(whose)).items)

    async def audited(self, about: str, whose: OrganisationId = BANK) -> list[Entry]:
        async with self.storage.reading(whose) as transaction:
            return list(await AuditStore(transaction, whose).about(about))


def went_well(delivery: Delivery) -> list[bool]:
    return [is_success(Answer(word=each.word, status=each.status)) for each in delivery.attempts]


async def count(house: Storage, sql: str) -> int:
    async with house.reading(EVERYWHERE) as transaction:
        row = await transaction.one(sql)
    assert row is not None
    return int(row["found"])


async def one_of(bureau: Bureau) -> Delivery:
    [delivery] = await bureau.log()
    return delivery
