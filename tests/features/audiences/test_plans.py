"""Whom an audience means is found by as many steps as there are customers, and not by their square.

SQLite keeps no counts of what is in its tables, and begins a join where it likes. Of many customers
in a row it would go through the contact points of all for each.
"""

from pathlib import Path
from uuid import UUID

import pytest

from watchword.features.audiences.rules import AudienceId, Choice, Filter, Listed
from watchword.features.audiences.store import AudienceStore
from watchword.features.consents.rules import Scope
from watchword.features.customers.rules import START
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction, Value, open_storage
from watchword.migrations.steps import upgrade

NOBODY = UUID(int=0)
CHOICES = (
    Filter(),
    Filter(consents=(Scope.TEXT,), points_from=5, tags_any=("regular",), card_verified=True),
    Listed(AudienceId(NOBODY)),
)


class Asking:
    """Finds customers in a row, and asks of all else how it would be read."""

    def __init__(self, inner: Transaction) -> None:
        self._inner = inner
        self.reads: list[str] = []

    async def one(self, _: str, /, **values: Value) -> dict[str, Value]:
        return {"last": str(UUID(int=2**128 - 1)), "found": values["most"]}

    async def all(self, sql: str, /, **values: Value) -> list[Row]:
        steps = await self._inner.all(f"explain query plan {sql}", **values)
        self.reads += [step["detail"] for step in steps]
        return []


@pytest.mark.parametrize("choice", CHOICES, ids=["all", "some", "listed"])
async def test_contact_points_are_looked_up_for_each_customer_by_itself(
    tmp_path: Path, choice: Choice
) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    await upgrade(url)
    async with open_storage(url) as storage, storage.reading() as transaction:
        asking = Asking(transaction)
        store = AudienceStore(asking, OrganisationId(NOBODY))  # type: ignore[arg-type]
        await store.page(choice, Scope.TEXT, START)

    contacts = [each for each in asking.reads if "customer_contacts" in each]
    assert contacts
    assert [each for each in contacts if "customer_id=?" not in each] == []
    assert not [each for each in asking.reads if each.startswith("SCAN")]
