"""A house of which one organisation crosses over from Twilio, whose part another one may play."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from tests.stores import KEYRING, MovableTime
from tests.web.compat.twilio.conftest import HERE, new_account
from tests.web.doors import doors_to
from tests.whole_house import GATEWAY, Dealt, phone
from watchword.features.challenges.rules import ChallengeId
from watchword.features.clients.rules import Operator
from watchword.features.crossings.rules import Crossing, Move, WithoutThem
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode
from watchword.features.schemes.askings.rules import Seen, Target
from watchword.features.schemes.rules import Manner, SchemeId
from watchword.features.schemes.takeovers.rules import Told
from watchword.foundation.ids import Id, new_id
from watchword.settings import parse
from watchword.web.server import open_port, serving_beside
from watchword.wiring import Services, open_services

ANN, BEN, PARIS = "+4915112345678", "+4915112345679", "+33612345678"
THEIR_ACCOUNT, THEIR_TOKEN = "AC" + "e" * 32, "not-used-here"


@dataclass
class Crew:
    """`line`: an application of ours that was written for Twilio. `original` plays Twilio."""

    services: Services
    line: AsyncClient
    original: AsyncClient
    service: str
    dealt: Dealt
    operator: Operator

    async def create(self, to: str = ANN, **more: str) -> Response:
        form = {"To": to, "Channel": "sms", **more}
        return await self.line.post(f"/v2/Services/{self.service}/Verifications", data=form)

    async def check(self, code: str, to: str = ANN, **more: str) -> Response:
        form = {"Code": code, **({} if "VerificationSid" in more else {"To": to}), **more}
        return await self.line.post(f"/v2/Services/{self.service}/VerificationCheck", data=form)

    async def move(
        self,
        share: int = 0,
        *countries: str,
        without_them: WithoutThem = WithoutThem.REFUSE,
    ) -> None:
        wanted = Move(share=share, countries=frozenset(countries), without_them=without_them)
        moved = await self.services.crossings.crossings.move(self.operator, wanted)
        assert isinstance(moved, Crossing)

    @property
    def theirs(self) -> str:
        """Give the code that Twilio sent: ours is drawn after it, and known to nobody."""
        return self.dealt.codes[-2]

    async def sent(self) -> list[str]:
        """Say of which organisation each message is that waits since this was asked last."""
        queued = await self.services.deliveries.claim(ProviderName("gateway"), 50)
        names = {each.id: each.slug for each in await self.services.organisations.all()}
        return sorted(names[each.organisation_id] for each in queued)

    async def beside(self) -> ChallengeId:
        """Give the challenge of ours that stands beside theirs."""
        target = Target(SchemeId(Id(self.service[2:])), phone(ANN))
        seen = await self.services.schemes.askings.read(self.operator, target)
        assert isinstance(seen, Seen)
        return seen.asking.id

    async def differences(self) -> list[tuple[str, tuple[Any, ...], tuple[Any, ...], int]]:
        report = await self.report()
        return [
            (
                each.call,
                (each.theirs.status, each.theirs.code, each.theirs.standing),
                (each.ours.status, each.ours.code, each.ours.standing),
                each.times,
            )
            for each in report.differences
        ]

    async def report(self) -> Any:  # noqa: ANN401 - what the services give
        pairs = self.services.crossings.pairs
        return await pairs.report(self.operator.organisation, timedelta(days=1))


@asynccontextmanager
async def crossing(
    url: str, time: MovableTime, dealt: Dealt, far: str | None = None, seconds: float = 20.0
) -> AsyncIterator[Crew]:
    """Open a house whose organisation `shop` crosses over from `far`, or from `original` here."""
    with open_port(HERE, 0) as listener:
        here = f"http://{HERE}:{listener.getsockname()[1]}"
        chosen = {"account_sid": THEIR_ACCOUNT, "auth_token": THEIR_TOKEN, "base_url": far or here}
        base: dict[str, Any] = {
            "database": {"url": url},
            "web": {"public_url": here},
            "providers": {"gateway": GATEWAY},
        }
        async with open_services(parse(base), KEYRING, now=time, draw=dealt) as before:
            original = await new_account(before, "original", Mode.LIVE)
            shop = await new_account(before, "shop", Mode.LIVE)
        if far is None:
            chosen = {**chosen, "account_sid": original[0], "auth_token": original[2]}
            chosen["base_url"] = f"{here}/twilio"
        settings = parse({**base, "originals": {"shop": {**chosen, "timeout_seconds": seconds}}})
        async with (
            open_services(settings, KEYRING, now=time, draw=dealt) as services,
            serving_beside(doors_to(services), listener),
            AsyncClient(base_url=f"{here}/twilio", auth=(shop[0], shop[2]), timeout=60) as line,
            AsyncClient(
                base_url=f"{here}/twilio", auth=(original[0], original[2]), timeout=60
            ) as other,
        ):
            yield await crew(services, line, other, dealt)


async def crew(services: Services, line: AsyncClient, original: AsyncClient, dealt: Dealt) -> Crew:
    """Let both have the same service, as it is after an import."""
    told = Told(id=SchemeId(new_id()), name="Cool App", manner=Manner())
    theirs, operator = [
        Operator(name="ann", organisation=await services.organisations.find(slug))
        for slug in ("original", "shop")
    ]
    for each in (theirs, operator):
        await services.schemes.takeovers.take(each, told)
    made = Crew(services, line, original, f"VA{told.id.hex}", dealt, operator)
    await made.move()
    return made


@pytest.fixture
async def shadow(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Crew]:
    async with crossing(migrated, time, dealt) as crew:
        yield crew


def word(reply: Response) -> tuple[int, Any]:
    body = reply.json()
    return reply.status_code, body.get("code", body["status"])
