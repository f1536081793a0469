"""What happens at a till costs the same, however many customers an organisation has."""

import re
from pathlib import Path
from types import ModuleType

from watchword.features.cards import store as cards
from watchword.features.customers.accounts import store as accounts
from watchword.features.customers.reached import store as reached
from watchword.features.points import store as points
from watchword.features.redemptions import store as redemptions
from watchword.features.rewards.blocklist import store as blocklist
from watchword.features.tills import store as tills
from watchword.foundation.storage import Listing, Transaction, Value, open_storage
from watchword.foundation.storage.sql import for_sqlite
from watchword.migrations.steps import upgrade

ASKED: list[tuple[ModuleType, list[str]]] = [
    (tills, ["GET", "LIVE", "SAVE", "ASKED_ALIKE", "SUPERSEDE"]),
    (redemptions, ["GET", "OF_SESSION", "SAVE"]),
    (points, ["GET", "SAVE", "OF_REDEMPTION", "HEIR", "HOLDERS", "CARD_STATES"]),
    (blocklist, ["STANDS_FOR"]),
    (reached, ["REACHABLE", "OF", "SHARING", "MARK_VERIFIED"]),
    (accounts, ["OF"]),
    (cards, ["GET", "BY_NUMBER", "OF_CUSTOMERS"]),
]
NARROWED = re.compile(r"SEARCH \S+ USING .*\(organisation_id=\? AND ")


async def test_no_statement_looks_through_all_that_an_organisation_has(tmp_path: Path) -> None:
    """SQLite keeps no counts of what is in its tables, and begins a join where it likes.

    PostgreSQL counts what is there, and changes its plans with it.
    """
    url = f"sqlite:///{tmp_path / 'test.db'}"
    await upgrade(url)
    async with open_storage(url) as storage, storage.reading() as transaction:
        for module, names in ASKED:
            for name in names:
                reads = await planned(transaction, getattr(module, name))
                assert reads
                assert [each for each in reads if not NARROWED.match(each)] == [], name


async def planned(transaction: Transaction, asked: str | Listing) -> list[str]:
    """Say how SQLite would read each table that a statement asks."""
    sql = asked.of_one if isinstance(asked, Listing) else asked
    nothing: dict[str, Value] = dict.fromkeys(for_sqlite(sql).names)
    steps = await transaction.all(f"explain query plan {sql}", **nothing)
    return [step["detail"] for step in steps if step["detail"].startswith(("SEARCH", "SCAN"))]
