"""Whether this process can do its work, as whoever shares out requests asks it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx import AsyncClient

from tests.stores import KEYRING, NOON, MovableTime, found
from tests.web.conftest import calling
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.keyring import KeyKind, rotated
from watchword.foundation.storage import Storage
from watchword.migrations.steps import NEWEST
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.wiring import open_services

TOKEN = "a token of sixteen characters or more"  # noqa: S105 - of a test
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def client(migrated: str, time: MovableTime) -> AsyncIterator[AsyncClient]:
    settings = parse({"database": {"url": migrated}, "metrics": {"token": TOKEN}})
    async with (
        open_services(settings, KEYRING, now=time) as services,
        calling(create_app(services), "no key") as client,
    ):
        yield client


async def set_schema(house: Storage, version: str) -> None:
    async with house.begin(EVERYWHERE) as transaction:
        await transaction.run("update alembic_version set version_num = :version", version=version)


async def test_all_is_well_with_a_new_house(client: AsyncClient) -> None:
    ready = await client.get("/health/ready")

    assert (ready.status_code, ready.text) == (200, "ready\n")


async def test_a_schema_that_went_back_is_not_ready(client: AsyncClient, house: Storage) -> None:
    await set_schema(house, "0001")

    ready = await client.get("/health/ready")
    detailed = await client.get("/health/ready", headers=OPERATOR)

    assert (ready.status_code, ready.text) == (503, "not ready: schema\n")
    said = {one["check"]: one for one in detailed.json()["checks"]}
    assert said["schema"] == {
        "check": "schema",
        "ok": False,
        "detail": f"the schema is 0001, not {NEWEST}",
    }


async def test_a_schema_that_others_bring_further_is_no_reason_to_stop(
    client: AsyncClient, house: Storage
) -> None:
    await set_schema(house, "9999")

    assert (await client.get("/health/ready")).status_code == 200


async def test_keys_that_this_process_cannot_open_make_it_unready(
    client: AsyncClient, house: Storage
) -> None:
    """Somebody else has a newer keyring, and there is no file to look into again."""
    newer = rotated(KEYRING, [KeyKind.ROOT], NOON)
    await found(house, keyring=replace(newer, source=None))

    ready = await client.get("/health/ready")
    detailed = (await client.get("/health/ready", headers=OPERATOR)).json()

    assert (ready.status_code, ready.text) == (503, "not ready: keyring\n")
    assert "root keys: 2" in repr(detailed)


@pytest.mark.parametrize("shown", ["", "Bearer wrong", f"Basic {TOKEN}"])
async def test_details_are_for_the_token_holder_alone(client: AsyncClient, shown: str) -> None:
    reply = await client.get("/health/ready", headers={"Authorization": shown})

    assert reply.text == "ready\n"
