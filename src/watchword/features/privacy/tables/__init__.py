"""The data map: every table of ours. Whoever adds one adds it here, beside those of its kind."""

from collections.abc import Mapping

from watchword.features.privacy.mapping import Table
from watchword.features.privacy.tables import (
    abuse,
    audiences,
    calls,
    campaigns,
    cards,
    consents,
    crossings,
    customers,
    gates,
    house,
    letters,
    messages,
    pages,
    people,
    points,
    redemption,
    schemes,
    staff,
    telephone,
    wallet,
)

DATA_MAP: tuple[Table, ...] = (
    *people.TABLES,
    *customers.TABLES,
    *cards.TABLES,
    *audiences.TABLES,
    *points.TABLES,
    *redemption.TABLES,
    *pages.TABLES,
    *calls.TABLES,
    *wallet.TABLES,
    *telephone.TABLES,
    *staff.TABLES,
    *consents.TABLES,
    *campaigns.TABLES,
    *messages.TABLES,
    *schemes.TABLES,
    *crossings.TABLES,
    *letters.TABLES,
    *gates.TABLES,
    *abuse.TABLES,
    *house.TABLES,
)
"""In the order in which a person is looked for: what leads on comes before where it leads."""

NAMED: Mapping[str, Table] = {table.name: table for table in DATA_MAP}
OF_PEOPLE = tuple(table for table in DATA_MAP if table.tells_of_people)
