"""A server beside whose codes a campaign comes to know its recipients, by turns.

    python bench/beside_server.py URL_OF_DATABASE PORT PORT_OF_PROVIDER RECIPIENTS

Started by `beside.py`: prints an API key once it is ready, and takes turns from the first line on
that it reads. Then it prints whose turn it is since when, and in the end how long it took.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from logging import ERROR

import uvloop

from bench.campaigns import fill, noon, scheduled
from bench.drain import found, settings_for
from watchword.features.campaigns.rules import Campaign
from watchword.features.campaigns.service import CAMPAIGNS
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Organisation
from watchword.foundation.keyring import new_keyring
from watchword.foundation.log import set_up_log
from watchword.migrations.steps import upgrade
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.web.server import open_port, serve
from watchword.wiring import Services, open_services
from watchword.workers.crew import working

TURN = 2.0
"""Seconds for which the campaign goes on; then it is paused for twice as long."""
WARM_UP = 5.0
"""Seconds before the first turn: whatever a server does as it starts is no campaign's fault."""
ON, OFF, DONE = "on", "off", "done"
STATE = "update campaigns set state = :state where organisation_id = :whose and id = :id"


async def serve_beside(url: str, port: int, provider: int, many: int) -> None:
    """Fill a database, answer and work; from the first line that is read on, take turns."""
    await upgrade(url)
    listener = open_port("127.0.0.1", port)
    settings, keyring = parse(settings_for(url, provider)), new_keyring(datetime.now(UTC))
    async with open_services(settings, keyring, now=noon()) as services:
        organisation = await found(services)
        await fill(services, organisation, many)
        campaign = await scheduled(services, organisation, "Hello.")
        await _turn(services, organisation, campaign, "paused")
        _, key = await services.clients.create(
            organisation, label="bench", scopes=frozenset(Scope), actor="bench"
        )
        async with working(services):
            print(key.reveal(), flush=True)
            turns = asyncio.create_task(_take_turns(services, organisation, campaign))
            await serve(create_app(services), listener)
            await turns


async def _take_turns(services: Services, organisation: Organisation, campaign: Campaign) -> None:
    await asyncio.to_thread(sys.stdin.readline)
    await asyncio.sleep(WARM_UP)
    find, spent = services.campaigns.find, 0.0
    while (await find(organisation.id, campaign.id)).expanded_at is None:
        began = _tell(ON)
        await _turn(services, organisation, campaign, "running")
        await _until_known(services, organisation, campaign, began + TURN)
        spent += _tell(OFF) - began
        await _turn(services, organisation, campaign, "paused")
        await asyncio.sleep(2 * TURN)
    count = (await find(organisation.id, campaign.id)).recipients
    print(DONE, spent, count, flush=True)


async def _until_known(
    services: Services, organisation: Organisation, campaign: Campaign, until: float
) -> None:
    while time.perf_counter() < until:
        await asyncio.sleep(0.1)
        if (await services.campaigns.find(organisation.id, campaign.id)).expanded_at is not None:
            return


async def _turn(
    services: Services, organisation: Organisation, campaign: Campaign, state: str
) -> None:
    async with services.storage.begin(organisation.id) as transaction:
        whose, id = str(organisation.id), str(campaign.id)
        await transaction.run(STATE, state=state, whose=whose, id=id)
    services.bells.ring(CAMPAIGNS)


def _tell(word: str) -> float:
    """Say whose turn it is, by a clock that all processes of a machine share."""
    now = time.perf_counter()
    print(word, now, flush=True)
    return now


if __name__ == "__main__":
    set_up_log(level=ERROR)
    uvloop.run(serve_beside(sys.argv[1], *(int(word) for word in sys.argv[2:5])))
