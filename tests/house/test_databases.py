"""Tests lend each other databases. Whatever one has done there, the next finds a new one."""

from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.conftest import Templates
from tests.postgresql import TestServer

ADD = "insert into retention_runs values ('00000000-0000-4000-8000-000000000000', 'traces', 1, 1)"
COUNT = "select count(*) from retention_runs"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The name of the server."""
    given: str = request.node.callspec.params["postgresql_server"]
    return given


async def test_a_database_that_was_given_back_is_lent_again_and_empty(
    postgresql_server: TestServer, templates: Templates, name: str
) -> None:
    url = templates.lend_postgresql(name)
    await _do(postgresql_server, url, ADD)

    postgresql_server.take_back(url)

    assert templates.lend_postgresql(name) == url
    assert await _do(postgresql_server, url, COUNT) == 0
    postgresql_server.take_back(url)


@pytest.mark.parametrize(
    "broken",
    [
        "alter table organisations add column more text",
        "drop table retention_runs",
        "alter table organisations disable row level security",
        "drop policy organisation on organisations",
        "create table more (id text)",
        "update alembic_version set version_num = '0001'",
    ],
)
async def test_one_that_is_not_as_it_was_made_is_never_lent_again(
    postgresql_server: TestServer, templates: Templates, name: str, broken: str
) -> None:
    url = templates.lend_postgresql(name)
    await _do(postgresql_server, url, broken)

    postgresql_server.take_back(url)

    another = templates.lend_postgresql(name)
    assert another != url
    postgresql_server.take_back(another)


async def test_whoever_is_still_connected_is_sent_away(
    postgresql_server: TestServer, templates: Templates, name: str
) -> None:
    url = templates.lend_postgresql(name)
    left_behind = await asyncpg.connect(url)

    postgresql_server.take_back(url)

    assert templates.lend_postgresql(name) == url
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await left_behind.execute("select 1")
    postgresql_server.take_back(url)


async def _do(server: TestServer, url: str, sql: str) -> object:
    connection = await asyncpg.connect(server.admin(urlsplit(url).path.removeprefix("/")))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
