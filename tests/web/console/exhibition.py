"""A house that is full: everything that pages show has happened in it. For pictures and checks.

All of it is done by services, as people and programs do it. Chance is drawn from a seed, so that
two exhibitions look alike.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from litestar import Litestar

from tests.stores import KEYRING, MovableTime
from tests.web.console.exhibited_campaigns import fill_campaigns
from tests.web.console.exhibited_cards import Guest, fill_cards, welcome
from tests.web.console.exhibited_crossing import ORIGINALS, fill_crossing
from tests.web.console.exhibited_pages import fill_pages
from tests.web.console.exhibited_points import fill_points
from tests.web.console.exhibited_telephone import fill_telephone
from tests.web.console.people import signed_in
from tests.web.html.stage import HERE, served
from watchword.features.approvals.rules import Kind, Proposal
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Client, Scope
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.delivery.breaker import Breaker
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import (
    Accepted,
    ProviderName,
    Receipt,
    Refused,
    SendOutcome,
    Unavailable,
)
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant, StaffMember
from watchword.features.webhooks.rules import EndpointDraft
from watchword.foundation.secret import Secret
from watchword.migrations import steps
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.web.console.cookies import NAME
from watchword.wiring import Services, open_services

MORNING = datetime(2026, 11, 22, 9, 12, 4, tzinfo=UTC)
DAYS = 12
CODES_A_DAY = 9
CODES_TODAY = 40

GATEWAY = {
    "kind": "http",
    "url": f"http://{HERE}:9/send",
    "body": {"to": "{to}", "text": "{text}", "id": "{id}"},
}
RECEIPTS = {
    "secret": "known to both of us",
    "header": "X-Secret",
    "id_path": "id",
    "status_path": "status",
    "delivered": ["delivered"],
}
PROVIDERS = {
    "nordnetz-sms": {**GATEWAY, "channel": ["sms"], "receipts": RECEIPTS},
    "kurznachrichten-europa": {**GATEWAY, "channel": ["sms", "voice"], "receipts": RECEIPTS},
    "meta": {**GATEWAY, "channel": ["whatsapp"], "receipts": RECEIPTS},
    "post": {**GATEWAY, "channel": ["email"]},
}
SETTINGS = {
    "cores": {"hausbank": {"kind": "demo", "pin_mode": "hashed", "organisations": ["sonnenhof"]}},
    "providers": PROVIDERS,
    "channels": {"sms": ["nordnetz-sms", "kurznachrichten-europa"]},
    "prices": {
        "currency": "EUR",
        "rows": [
            {"channel": "sms", "price": "0.075"},
            {"channel": "voice", "price": "0.12"},
            {"channel": "whatsapp", "price": "0.0455"},
            {"channel": "email", "price": "0.0008"},
        ],
    },
    "purposes": {
        "wallet_signin": {
            "plan": [
                {"channel": "sms", "wait_seconds": 30},
                {"channel": "whatsapp", "wait_seconds": 40},
                {"channel": "voice", "wait_seconds": 60},
            ]
        }
    },
}
PURPOSES = [
    *(Purpose.WALLET_SIGNIN, Purpose.WALLET_SIGNIN, Purpose.WALLET_SIGNIN, Purpose.REDEMPTION),
    *(Purpose.CONTACT_VERIFICATION, Purpose.STEP_UP),
]
STAFF = [
    ("Karl-Theodor Freiherr von Wangenheim-Oberländer", "kt@sonnenhof.example", Role.MANAGER),
    ("Nguyễn Thị Mai", "mai@sonnenhof.example", Role.CLERK),
    ("Deniz Çelik", "deniz@sonnenhof.example", Role.PHONE_AGENT),
    ("Sabine Müller", "sabine@sonnenhof.example", Role.MARKETING),
    ("Jürgen Groß", "juergen@sonnenhof.example", Role.ANALYST),
]


@dataclass
class Exhibition:
    """`owner` is who looks at it; `cookie` is what their browser shows."""

    services: Services
    app: Litestar
    time: MovableTime
    organisation: Organisation
    owner: StaffMember
    cookie: Secret
    guest: Guest | None = None
    """A customer who is registering; nobody does where nothing has happened yet."""
    chance: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - a picture, no secret

    @property
    def colleague(self) -> Colleague:
        return Colleague(member=self.owner, organisation=self.organisation)

    async def fill(self) -> None:
        """Let time pass, and all sorts of things happen."""
        await self._people()
        client = await self._connections()
        self.time.moment = MORNING - timedelta(days=DAYS)
        for _ in range(DAYS):
            for _ in range(CODES_A_DAY):
                await self._code(client)
                self.time.pass_by(timedelta(minutes=69))
            self.time.pass_by(timedelta(days=1) - CODES_A_DAY * timedelta(minutes=80))
        self.time.moment = MORNING - timedelta(hours=22)
        for number in range(CODES_TODAY):
            await self._code(client, reference=f"Bestellung {2024_000 + number}")
            self.time.pass_by(timedelta(minutes=20 if number % 3 else 29))
        self.time.moment = MORNING
        await self._unusual(client)
        await fill_cards(self.services, self.organisation, self.colleague)
        self.guest = await welcome(self.services, self.organisation)
        await fill_points(self.services, self.organisation, self.colleague)
        await fill_pages(self.services, self.colleague)
        await fill_campaigns(self.services, self.organisation, self.colleague)
        await fill_telephone(self.services, self.colleague, self.time)
        await fill_crossing(self.services, self.colleague, self.time)
        await self._look_back()
        self.cookie = await self.session()

    async def session(self) -> Secret:
        _, secret = await signed_in(self.services, self.organisation, self.owner)
        return secret

    async def _people(self) -> None:
        for name, email, role in STAFF:
            member = await self.services.staff.members.enrol(
                self.organisation,
                name=name,
                email=email,
                grants=(Grant(role),),
                actor=self.owner.actor,
            )
            assert isinstance(member, StaffMember), member
            if role is Role.MANAGER:
                await self._ask_for_a_second_person(member)
        for name in ("Riesa, Am Markt", "Großenhain-Ost (Baumschule und Gartencenter)"):
            await self.services.configuration.locations.add(
                self.organisation.id, name=name, time_zone="Europe/Berlin", actor=self.owner.actor
            )

    async def _ask_for_a_second_person(self, member: StaffMember) -> None:
        proposal = Proposal(
            kind=Kind.LEDGER_EXPORT,
            subject="ledger:jsonl",
            reason="Die Revision prüft das dritte Quartal und braucht dafür alle Einträge.",
        )
        approvals = self.services.configuration.approvals
        await approvals.propose(self.organisation.id, proposal, actor=member.actor)

    async def _connections(self) -> Client:
        await self.services.webhooks.add(
            self.colleague,
            EndpointDraft(
                url="https://hooks.sonnenhof.example/watchword/kundenkarten",
                description="Kundenkarten",
            ),
        )
        await self._key("Kasse Nord")
        return await self._key("Wallet-App (iOS und Android)")

    async def _key(self, label: str) -> Client:
        key, _ = await self.services.clients.create(
            self.organisation, label=label, scopes=frozenset(Scope), actor=self.owner.actor
        )
        return Client(key=key, organisation=self.organisation)

    async def _code(self, client: Client, reference: str | None = None) -> Shown | None:
        """Ask for a code, and let it have its fate."""
        draw = self.chance.random()
        opening = Opening(
            purpose=self.chance.choice(PURPOSES),
            contact=self._contact(draw),
            channel=None,
            locale="de",
            reference=reference,
        )
        challenge = await self.services.challenges.open(client, opening)
        if not isinstance(challenge, Shown):
            return None  # A rule against abuse: that is part of the picture.
        for name in PROVIDERS:
            await self._carry(ProviderName(name))
        if self.chance.random() < 0.8:
            await self._answer(client, challenge)
        elif self.chance.random() < 0.5:
            self.time.pass_by(timedelta(seconds=35))
            for place in await self.services.steps.due(10):
                await self.services.steps.take(place)
            for name in PROVIDERS:
                await self._carry(ProviderName(name))
        self.time.pass_by(timedelta(minutes=11))
        await self.services.challenges.expire(100)
        return challenge

    def _contact(self, draw: float) -> Contact:
        if draw < 0.2:
            name = self.chance.choice(["anneliese.brinkmann", "k-t.von.wangenheim", "deniz"])
            read = read_email(f"{name}{self.chance.randrange(999)}@gartenfreunde.example")
        else:
            start = self.chance.choice(["+49170", "+49171", "+49160", "+49172", "+49173"])
            read = read_phone(f"{start}{self.chance.randrange(10**6, 10**7)}", "DE")
        assert isinstance(read, Contact), read
        return read

    async def _carry(self, provider: ProviderName) -> None:
        deliveries = self.services.deliveries
        for queued in await deliveries.claim(provider, 20):
            outcome = self._outcome(provider)
            await deliveries.settle(queued, outcome, knows_repeats=False, chance=0.5)
            if isinstance(outcome, Accepted) and provider != "post":
                came = self.chance.random() < 0.93
                receipt = Receipt.DELIVERED if came else Receipt.FAILED
                await deliveries.receive(provider, [Report(receipt=receipt, message_id=queued.id)])

    def _outcome(self, provider: ProviderName) -> SendOutcome:
        if self.chance.random() < 0.04:
            return Refused("HTTP 400") if provider == "meta" else Unavailable("HTTP 503")
        return Accepted(f"{provider}-{self.chance.randrange(10**9)}")

    async def _answer(self, client: Client, challenge: Shown) -> None:
        """Type wrong codes, now and then; and the right one, which the exhibition always knows."""
        while self.chance.random() < 0.15:
            await self.services.challenges.answer(client, challenge.id, "000000")
        await self.services.challenges.answer(client, challenge.id, CODE)

    async def _unusual(self, client: Client) -> None:
        """Let happen what seldom does: cancelled, denied, exhausted, and one that still waits."""
        first, second, _ = [await self._asked(client, number) for number in range(3)]
        if first is not None:
            await self.services.challenges.cancel(self.colleague, first.id)
        if second is not None:
            for _ in range(5):
                await self.services.challenges.answer(client, second.id, "000000")
        for number in range(70):  # Somebody tries one number after the other, and types no code.
            await self._asked(client, 500 + number)
        rest = Breaker(failures=7, rests=3, rests_until=MORNING + timedelta(minutes=4))
        await self.services.overview.rests.note(ProviderName("kurznachrichten-europa"), rest)

    async def _asked(self, client: Client, number: int) -> Shown | None:
        read = read_phone(f"+49170123{4500 + number}", "DE")
        assert isinstance(read, Contact)
        opening = Opening(
            purpose=Purpose.REDEMPTION,
            contact=read,
            channel=Channel.SMS,
            locale="de",
            reference="Prämie „Gießkanne“ 10 l",
        )
        challenge = await self.services.challenges.open(client, opening)
        return challenge if isinstance(challenge, Shown) else None

    async def _look_back(self) -> None:
        """Let the workers do what they do from time to time."""
        await self.services.challenges.expire(10_000)
        while await self.services.overview.counting.turn():
            continue
        while await self.services.telephone.figures.turn():
            continue


CODE = "481516"


def _always(among: int) -> int:
    """Draw the same code again and again: nobody guesses it here but us."""
    return int(CODE[: len(str(among)) - 1].ljust(len(str(among)) - 1, "0"))


@asynccontextmanager
async def exhibition(
    folder: str, *, is_full: bool = True, comes_over: bool | None = None
) -> AsyncIterator[tuple[Exhibition, str]]:
    """Open an exhibition in a folder, and give it with its address.

    `comes_over`: whether it can come over from Twilio; one that is full can, unless it is said.
    """
    database = f"sqlite:///{folder}/exhibition.db"
    await steps.upgrade(database)
    time = MovableTime(MORNING)
    originals = ORIGINALS if (is_full if comes_over is None else comes_over) else {}
    written = {"database": {"url": database}, **SETTINGS, "originals": originals}
    async with open_services(parse(written), KEYRING, now=time, draw=_always) as services:
        app = create_app(services)
        organisation = await services.organisations.found(
            slug="sonnenhof",
            name="Gartencenter Sonnenhof Riesa",
            mode=Mode.LIVE,
            country="DE",
            locale="de",
            actor="operator:demo",
        )
        assert isinstance(organisation, Organisation), organisation
        owner = await services.staff.members.enrol(
            organisation,
            name="Anneliese Brinkmann",
            email="anneliese@sonnenhof.example",
            grants=(Grant(Role.OWNER),),
            actor="operator:demo",
        )
        assert isinstance(owner, StaffMember), owner
        _, cookie = await signed_in(services, organisation, owner)
        shown = Exhibition(services, app, time, organisation, owner, cookie)
        if is_full:
            await shown.fill()
        async with served(app) as address:
            yield shown, address


COOKIE = NAME
