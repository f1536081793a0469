"""How a database gets to the schema that is declared, from wherever it is."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, PrimaryKeyConstraint, create_engine, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from watchword.migrations import steps
from watchword.migrations.schema import schema
from watchword.migrations.steps import NEWEST, OtherSchema, check, upgrade, version

pytestmark = pytest.mark.every_postgresql

BOOKKEEPING = "alembic_version"
SQLITE = "sqlite:///"
IGNORED = {"include_object": lambda thing, name, kind, reflected, other: name != BOOKKEEPING}


def looked_at(connection: Connection) -> dict[str, Any]:
    """Say how the database differs from what is declared, and how keys begin."""
    options = {"compare_type": True, "compare_server_default": True, **IGNORED}
    context = MigrationContext.configure(connection, opts=options)
    inspector = inspect(connection)
    tables = [name for name in inspector.get_table_names() if name != BOOKKEEPING]
    return {
        "differences": compare_metadata(context, schema),
        "keys": {name: inspector.get_pk_constraint(name)["constrained_columns"] for name in tables},
        "where": {
            index["name"]: str(index["dialect_options"].get(f"{connection.dialect.name}_where", ""))
            for name in tables
            for index in inspector.get_indexes(name)
        },
    }


async def look(url: str) -> dict[str, Any]:
    if url.startswith(SQLITE):
        engine = create_engine(url)
        with engine.connect() as connection:
            seen = looked_at(connection)
        engine.dispose()
        return seen
    asynchronous = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url)
    )
    async with asynchronous.connect() as waiting:
        seen = await waiting.run_sync(looked_at)
    await asynchronous.dispose()
    return seen


async def test_an_upgrade_from_nothing_arrives_at_what_is_declared(database: str) -> None:
    assert await upgrade(database) is None

    assert (await look(database))["differences"] == []
    assert await version(database) == NEWEST
    await check(database)


async def test_every_index_on_a_part_of_the_rows_is_on_that_part(database: str) -> None:
    await upgrade(database)
    declared = {
        str(index.name): str(index.dialect_options["sqlite"]["where"])
        for table in schema.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }

    found = {name: _bare(where) for name, where in (await look(database))["where"].items() if where}

    assert found == {name: _bare(where) for name, where in declared.items()}


def _bare(where: str) -> str:
    """PostgreSQL says `(state = 'queued'::text)`, and keywords in capital letters."""
    return where.replace("::text", "").replace("(", "").replace(")", "").lower()


async def test_every_key_in_the_database_begins_with_the_organisation(database: str) -> None:
    await upgrade(database)

    keys = (await look(database))["keys"]

    assert {*keys} == {*schema.tables}
    assert {key[0] for key in keys.values()} == {"organisation_id"}


@pytest.mark.parametrize("table", schema.tables.values(), ids=str)
def test_every_declared_key_begins_with_the_organisation(table: Any) -> None:  # noqa: ANN401
    key = table.primary_key
    assert isinstance(key, PrimaryKeyConstraint)
    assert next(column.name for column in key.columns) == "organisation_id"


async def test_a_second_upgrade_does_nothing(database: str) -> None:
    await upgrade(database)
    await ask(database, "insert into requests values ('o', '', null, 1)")

    assert await upgrade(database) == NEWEST

    assert await ask(database, "select count(*) from requests") == 1
    assert (await look(database))["differences"] == []


async def test_two_at_once_wait_for_each_other(database: str) -> None:
    before = await asyncio.gather(*(upgrade(database) for _ in range(4)))

    assert sorted(before, key=str) == [NEWEST, NEWEST, NEWEST, None]
    assert (await look(database))["differences"] == []


async def test_a_server_does_not_start_on_an_empty_database(database: str) -> None:
    assert await version(database) is None
    with pytest.raises(OtherSchema, match=r"is empty.*watchword database upgrade"):
        await check(database)


async def test_a_server_does_not_start_on_another_schema(database: str) -> None:
    await upgrade(database)
    await ask(database, "update alembic_version set version_num = '0000'")

    with pytest.raises(OtherSchema, match=r"has schema 0000.*watchword database upgrade"):
        await check(database)


async def test_a_schema_of_a_newer_program_is_left_to_that(database: str) -> None:
    await upgrade(database)
    await ask(database, "update alembic_version set version_num = '9999'")

    for work in (check, upgrade):
        with pytest.raises(OtherSchema, match=r"has schema 9999.*newer version.*install") as caught:
            await work(database)
        assert "upgrade" not in str(caught.value)
    assert await version(database) == "9999"


def test_no_step_looks_at_the_declared_schema() -> None:
    """It says what is true today; a step has to do tomorrow what it did then."""
    for step in (Path(steps.__file__).parent / "versions").glob("*.py"):
        assert "schema" not in step.read_text().replace("first schema", "")
        assert "watchword" not in step.read_text().replace("watchword.organisation", "")


def test_steps_follow_each_other_by_their_names() -> None:
    names = sorted(path.name for path in (Path(steps.__file__).parent / "versions").glob("[0-9]*"))

    assert [int(name[:4]) for name in names] == [*range(1, len(names) + 1)]
    assert names[-1].startswith(NEWEST)


async def ask(url: str, sql: str) -> Any:  # noqa: ANN401 - only the question knows
    """Ask or change something behind everybody's back."""
    if url.startswith(SQLITE):
        with closing(sqlite3.connect(url.removeprefix(SQLITE), isolation_level=None)) as file:
            row = file.execute(sql).fetchone()
            return row[0] if row else None
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set watchword.organisation = '*'")
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_a_new_file_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    before = os.umask(0)
    try:
        await upgrade(f"{SQLITE}{path}")
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o600
