"""The second wall, as migrations build it: on PostgreSQL no query sees what is out of its reach."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from tests.conftest import PATIENCE, Templates
from tests.postgresql import TestServer
from tests.stores import BANK, SHOP
from watchword.foundation.ids import EVERYWHERE, OrganisationId, Reach
from watchword.foundation.storage import StatementRefused, Storage, Value, open_storage
from watchword.migrations.schema import schema

pytestmark = pytest.mark.every_postgresql

TABLES = sorted(schema.tables)
WALLS = """
    select relname, relrowsecurity and relforcerowsecurity as is_walled from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'public' and relkind in ('r', 'p', 'v', 'm')
"""
BOOKKEEPING = "alembic_version"  # says which steps were done, and nothing of anybody


@pytest.fixture
async def walled(
    request: pytest.FixtureRequest, templates: Templates, postgresql_server: TestServer
) -> AsyncIterator[Storage]:
    """A database in which the bank and the shop have one row in every table."""
    url = templates.copy_postgresql(request.node.callspec.params["postgresql_server"])
    async with open_storage(url, patience=PATIENCE) as storage:
        for organisation_id in (BANK, SHOP):
            async with storage.begin(organisation_id) as transaction:
                for table in TABLES:
                    await transaction.run(_add(table), **_row(table, organisation_id))
        yield storage
    postgresql_server.drop_database(url)


def _add(table: str) -> str:
    names = [column.name for column in schema.tables[table].columns]
    places = ", ".join(f":{name}" for name in names)
    return f"insert into {table} ({', '.join(names)}) values ({places})"  # noqa: S608


def _row(table: str, organisation_id: OrganisationId) -> dict[str, Value]:
    kinds: dict[type, Value] = {str: str(uuid4()), int: 1, bytes: uuid4().bytes}
    row: dict[str, Value] = {
        column.name: kinds[column.type.python_type] for column in schema.tables[table].columns
    }
    return row | {"organisation_id": str(organisation_id)}


async def count(storage: Storage, table: str, reach: Reach) -> int:
    async with storage.reading(reach) as transaction:
        return len(await transaction.all(f"select * from {table}"))  # noqa: S608


async def test_every_table_is_behind_the_wall_even_for_its_owner(walled: Storage) -> None:
    async with walled.reading() as transaction:
        rows = await transaction.all(WALLS)

    walls = {row["relname"]: row["is_walled"] for row in rows}
    walls.pop(BOOKKEEPING)
    assert walls == dict.fromkeys(TABLES, True)


async def test_without_a_reach_raw_sql_sees_nothing_at_all(walled: Storage) -> None:
    assert {table: await count(walled, table, None) for table in TABLES} == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize(("reach", "seen"), [(BANK, 1), (SHOP, 1), (EVERYWHERE, 2)])
async def test_raw_sql_sees_what_is_in_its_reach(walled: Storage, reach: Reach, seen: int) -> None:
    assert {table: await count(walled, table, reach) for table in TABLES} == dict.fromkeys(
        TABLES, seen
    )


async def test_raw_sql_changes_nothing_out_of_its_reach(walled: Storage) -> None:
    async with walled.begin(SHOP) as transaction:
        removed = {table: await transaction.run(f"delete from {table}") for table in TABLES}  # noqa: S608

    assert removed == dict.fromkeys(TABLES, 1)
    assert {table: await count(walled, table, BANK) for table in TABLES} == dict.fromkeys(TABLES, 1)


async def test_no_row_can_be_written_for_another_organisation(walled: Storage) -> None:
    for table in TABLES:
        for reach in (None, SHOP):
            with pytest.raises(StatementRefused):
                async with walled.begin(reach) as transaction:
                    await transaction.run(_add(table), **_row(table, BANK))
