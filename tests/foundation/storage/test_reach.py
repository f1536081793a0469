"""How PostgreSQL holds a block to the rows of its organisation, whatever its queries ask."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from tests.postgresql import TestServer
from watchword.foundation.ids import EVERYWHERE, OrganisationId, Reach
from watchword.foundation.storage import StatementRefused, Storage, open_storage
from watchword.foundation.storage.postgresql import CONNECTIONS

pytestmark = pytest.mark.every_postgresql

BANK, SHOP = OrganisationId(UUID(int=1)), OrganisationId(UUID(int=2))

# In the product, migrations do this for every table.
SCHEMA = [
    "create table cards (organisation_id text not null, id text not null)",
    "alter table cards enable row level security",
    "alter table cards force row level security",
    """
    create policy reach on cards using (
        organisation_id = current_setting('watchword.organisation', true)
        or current_setting('watchword.organisation', true) = '*'
    )
    """,
]
ADD = "insert into cards values (:organisation_id, :id)"
ALL = "select id from cards order by id"


@pytest.fixture
async def cards(postgresql_server: TestServer) -> AsyncIterator[Storage]:
    """A card of the bank, `b`, and one of the shop, `s`."""
    url = postgresql_server.create_database()
    async with open_storage(url, patience=10) as storage:
        async with storage.begin(EVERYWHERE) as transaction:
            for statement in SCHEMA:
                await transaction.run(statement)
            await transaction.run(ADD, organisation_id=str(BANK), id="b")
            await transaction.run(ADD, organisation_id=str(SHOP), id="s")
        yield storage
    postgresql_server.drop_database(url)


async def seen(storage: Storage, reach: Reach) -> list[str]:
    async with storage.reading(reach) as transaction:
        read = [row["id"] for row in await transaction.all(ALL)]
    async with storage.begin(reach) as transaction:
        assert read == [row["id"] for row in await transaction.all(ALL)]
    return read


async def test_the_product_is_nobody_to_whom_policies_do_not_apply(cards: Storage) -> None:
    async with cards.reading() as transaction:
        row = await transaction.one(
            "select rolsuper or rolbypassrls as is_free from pg_roles where rolname = current_user"
        )

    assert row is not None
    assert row["is_free"] is False


@pytest.mark.parametrize(
    ("reach", "ids"), [(None, []), (BANK, ["b"]), (SHOP, ["s"]), (EVERYWHERE, ["b", "s"])]
)
async def test_a_block_sees_what_is_in_its_reach(
    cards: Storage, reach: Reach, ids: list[str]
) -> None:
    assert await seen(cards, reach) == ids


async def test_nothing_out_of_reach_can_be_changed_or_removed(cards: Storage) -> None:
    async with cards.begin(BANK) as transaction:
        assert await transaction.run("update cards set id = 'x' where id = 's'") == 0
        assert await transaction.run("delete from cards") == 1

    assert await seen(cards, EVERYWHERE) == ["s"]


@pytest.mark.parametrize("reach", [None, SHOP])
async def test_a_row_for_another_organisation_is_refused(cards: Storage, reach: Reach) -> None:
    with pytest.raises(StatementRefused):
        async with cards.begin(reach) as transaction:
            await transaction.run(ADD, organisation_id=str(BANK), id="x")

    assert await seen(cards, EVERYWHERE) == ["b", "s"]


async def test_a_row_cannot_be_given_away(cards: Storage) -> None:
    with pytest.raises(StatementRefused):
        async with cards.begin(BANK) as transaction:
            await transaction.run("update cards set organisation_id = :to", to=str(SHOP))

    assert await seen(cards, BANK) == ["b"]


@pytest.mark.parametrize("ends", ["kept", "undone"])
async def test_a_connection_does_not_remember_the_reach_of_its_last_block(
    cards: Storage, ends: str
) -> None:
    async def block() -> None:
        async with cards.begin(EVERYWHERE) as transaction:
            await transaction.all(ALL)
            await asyncio.sleep(0.01)  # so that each has a connection of its own
            if ends == "undone":
                raise ZeroDivisionError

    await asyncio.gather(*(block() for _ in range(CONNECTIONS)), return_exceptions=True)

    assert await asyncio.gather(*(seen(cards, None) for _ in range(CONNECTIONS))) == [[]] * 10


async def test_blocks_at_the_same_time_keep_to_their_own(cards: Storage) -> None:
    reaches: list[Reach] = [BANK, SHOP, None, EVERYWHERE] * 5

    found = await asyncio.gather(*(seen(cards, reach) for reach in reaches))

    assert found == [["b"], ["s"], [], ["b", "s"]] * 5


async def test_a_wall_stands_where_every_policy_holds_us(cards: Storage) -> None:
    before = await cards.is_walled()
    async with cards.begin() as transaction:
        await transaction.run("alter table cards no force row level security")  # we own it

    assert (before, await cards.is_walled()) == (True, False)


async def test_where_there_are_no_policies_there_is_no_wall(
    postgresql_server: TestServer,
) -> None:
    url = postgresql_server.create_database()
    async with open_storage(url) as storage:
        assert not await storage.is_walled()
    postgresql_server.drop_database(url)


async def test_no_wall_holds_a_superuser(cards: Storage, postgresql_server: TestServer) -> None:
    async with cards.reading() as transaction:
        [row] = await transaction.all("select current_database() as name")
    async with open_storage(postgresql_server.admin(row["name"])) as above:
        assert not await above.is_walled()
