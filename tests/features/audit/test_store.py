"""What the audit keeps, and for whom."""

from datetime import timedelta

import pytest

from tests.stores import BANK, SHOP, MovableTime
from watchword.features.audit import store as audit_store
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage

OPENED = Entry(
    action=Action.CHALLENGE_OPENED, actor="api_key:1", target="7", details={"channel": "sms"}
)
ANSWERED = Entry(
    action=Action.CHALLENGE_ANSWERED, actor="api_key:1", target="7", details={"left": 2}
)


async def add(storage: Storage, entry: Entry, whose: OrganisationId = BANK) -> None:
    async with storage.begin(whose) as transaction:
        await AuditStore(transaction, whose).add(entry)


async def about(storage: Storage, target: str, whose: OrganisationId = BANK) -> list[Entry]:
    async with storage.reading(whose) as transaction:
        return [*await AuditStore(transaction, whose).about(target)]


async def test_entries_come_back_as_they_were_the_oldest_first(
    house: Storage, time: MovableTime
) -> None:
    await add(house, OPENED)
    time.pass_by(timedelta(seconds=1))
    await add(house, ANSWERED)

    assert await about(house, "7") == [OPENED, ANSWERED]
    assert await about(house, "8") == []


async def test_each_organisation_reads_its_own(house: Storage) -> None:
    await add(house, OPENED, BANK)

    assert await about(house, "7", SHOP) == []


async def test_an_entry_is_lost_with_what_it_tells_of(house: Storage) -> None:
    with pytest.raises(ZeroDivisionError):
        async with house.begin(BANK) as transaction:
            await AuditStore(transaction, BANK).add(OPENED)
            raise ZeroDivisionError

    assert await about(house, "7") == []


async def test_words_with_control_characters_come_back_as_they_were(house: Storage) -> None:
    strange = Entry(
        action=Action.LIMITS_LIFTED, actor="a\r\nb", target="7", details={"x": "\x1b\n"}
    )
    await add(house, strange)

    assert await about(house, "7") == [strange]


def test_no_statement_changes_or_removes_an_entry() -> None:
    statements = [value for name, value in vars(audit_store).items() if name.isupper()]

    assert statements
    assert not any("update" in sql or "delete" in sql for sql in statements)
