"""A front on a real port, for Twilio's own library, which waits while it asks."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from tests.stores import KEYRING, MovableTime
from tests.web.compat.twilio.desk import Desk
from tests.web.compat.twilio.judge import Judge, read_description
from tests.web.doors import doors_to
from tests.whole_house import GATEWAY, Dealt, dealt
from watchword.features.clients.rules import Scope
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.ids import Id, OrganisationId
from watchword.settings import parse
from watchword.web.server import open_port, serving_beside
from watchword.wiring import Services, open_services

__all__ = ["dealt"]

HERE = "127.0.0.1"
REQUESTERS = (
    "select count(distinct requester) as found from challenges where organisation_id = :whose"
)

Found = TypeVar("Found")


@pytest.fixture(scope="session")
def spec() -> dict[str, Any]:
    return read_description()


@pytest.fixture
async def services(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Services]:
    with open_port(HERE, 0) as listener:
        url = f"http://{HERE}:{listener.getsockname()[1]}"
        settings = parse(
            {
                "database": {"url": migrated},
                "web": {"public_url": url},
                "providers": {"gateway": GATEWAY},
            }
        )
        async with (
            open_services(settings, KEYRING, now=time, draw=dealt) as services,
            serving_beside(doors_to(services), listener),
        ):
            yield services


@pytest.fixture
async def desk(services: Services, time: MovableTime, dealt: Dealt, spec: dict[str, Any]) -> Desk:
    return await new_desk(services, time, dealt, spec)


async def new_desk(
    services: Services, time: MovableTime, dealt: Dealt, spec: dict[str, Any], name: str = "tester"
) -> Desk:
    front = f"{services.settings.web.public_url}/twilio"
    slugs = name, f"not-{name}"
    ours, other = [await new_account(services, slug, Mode.TEST) for slug in slugs]
    account, key_sid, token = ours
    return Desk(
        url=front,
        account=account,
        key_sid=key_sid,
        token=token,
        dealt=dealt,
        time=time,
        judge=Judge(spec, front),
        stranger=(other[0], other[2]),
        behind=InTheHouse(services, OrganisationId(Id(account[2:])), asyncio.get_running_loop()),
    )


@dataclass(frozen=True)
class InTheHouse:
    """Looks behind the front for a story, which is told beside the loop."""

    services: Services
    whose: OrganisationId
    loop: asyncio.AbstractEventLoop

    def messages(self) -> Mapping[str, str]:
        return self._wait(self._messages())

    def requesters(self) -> int:
        return self._wait(self._requesters())

    async def _messages(self) -> dict[str, str]:
        words: dict[str, str] = {}
        while claimed := await self.services.deliveries.claim(SANDBOX, 50):
            for queued in claimed:
                if queued.organisation_id == self.whose:
                    message = await self.services.deliveries.open(queued)
                    words[str(message.address)] = message.text.reveal()
        return words

    async def _requesters(self) -> int:
        async with self.services.storage.reading(self.whose) as transaction:
            row = await transaction.one(REQUESTERS, whose=str(self.whose))
        return 0 if row is None else int(row["found"])

    def _wait(self, work: Coroutine[Any, Any, Found]) -> Found:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


async def new_account(
    services: Services, slug: str, mode: Mode, scopes: frozenset[Scope] = frozenset(Scope)
) -> tuple[str, str, str]:
    """Found an organisation; give the SIDs of it and of its key, and the key."""
    organisation = await services.organisations.found(
        slug=slug, name=slug.title(), mode=mode, country="DE", locale="de", actor="test"
    )
    assert isinstance(organisation, Organisation)
    key, secret = await services.clients.create(
        organisation, label="test", scopes=scopes, actor="test"
    )
    return f"AC{organisation.id.hex}", f"SK{key.id.hex}", secret.reveal()


async def aside(told: Any, *args: Any) -> Any:  # noqa: ANN401 - whatever a story gives
    """Tell a story beside the loop that answers it."""
    return await asyncio.to_thread(told, *args)
