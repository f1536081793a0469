"""A table to try databases on, and words for what is tried."""

import asyncio
from asyncio import Task
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

import pytest

from watchword.foundation.storage import Storage, Transaction

Result = TypeVar("Result")

NOTES = """
    create table notes (
        id text primary key,
        words text,
        count bigint not null,
        is_read boolean not null,
        raw bytea
    )
"""
ADD = "insert into notes values (:id, null, 0, false, null)"
IDS = "select id from notes order by id"


@pytest.fixture
async def notes(storage: Storage) -> Storage:
    """Storage with a table of notes, which is empty."""
    async with storage.begin() as transaction:
        await transaction.run(NOTES)
    return storage


async def add(transaction: Transaction, id: str) -> None:
    await transaction.run(ADD, id=id)


async def kept(storage: Storage) -> list[str]:
    async with storage.reading() as transaction:
        return [row["id"] for row in await transaction.all(IDS)]


def elsewhere(work: Coroutine[Any, Any, Result]) -> Task[Result]:
    """Work in a task that was not started by this one, as another request would be."""
    return asyncio.create_task(work, context=Context())
