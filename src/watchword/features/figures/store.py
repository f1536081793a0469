"""Where it is kept what hours came to."""

from collections.abc import Sequence

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName
from watchword.features.figures.rules import COUNTED, Hour, Line, Lines, Sum, Way, Window
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction

SUMS = """
    select
        (hour - :first) / :hours_each as part, channel, provider, currency,
        sum(sent) as sent, sum(delivered) as delivered, sum(failed) as failed,
        sum(verified) as verified, sum(blocked) as blocked, sum(cost) as cost
    from figures
    where organisation_id = :organisation_id and hour >= :first and hour < :until
    group by part, channel, provider, currency
    order by part, channel, provider, currency
"""

OF_AN_HOUR = """
    select channel, provider, sent, delivered, failed, verified, blocked, cost from figures
    where organisation_id = :organisation_id and hour = :hour
"""

SAVE = """
    insert into figures (
        organisation_id, hour, channel, provider,
        sent, delivered, failed, verified, blocked, cost, currency
    ) values (
        :organisation_id, :hour, :channel, :provider,
        :sent, :delivered, :failed, :verified, :blocked, :cost, :currency
    )
    on conflict (organisation_id, hour, channel, provider) do update set
        sent = excluded.sent, delivered = excluded.delivered, failed = excluded.failed,
        verified = excluded.verified, blocked = excluded.blocked, cost = excluded.cost,
        currency = coalesce(figures.currency, excluded.currency)
"""


class FiguresStore:
    """What the hours of one organisation came to, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def sums(self, frame: Window) -> Sequence[Sum]:
        """Add up the hours of each part of a window."""
        rows = await self._transaction.all(
            SUMS,
            organisation_id=self._ours,
            first=frame.first,
            hours_each=frame.hours_each,
            until=frame.first + frame.parts * frame.hours_each,
        )
        return [
            Sum(part=int(row["part"]), way=_way(row), line=_line(row), currency=row["currency"])
            for row in rows
        ]

    async def of(self, hour: Hour) -> Lines:
        rows = await self._transaction.all(OF_AN_HOUR, organisation_id=self._ours, hour=hour)
        return {_way(row): _line(row) for row in rows}

    async def save(self, hour: Hour, lines: Lines, currency: str | None) -> None:
        """Keep what an hour came to. `currency`: what its cost is in, where it has one."""
        await self._transaction.many(
            SAVE,
            [
                {
                    "organisation_id": self._ours,
                    "hour": hour,
                    "channel": way.channel,
                    "provider": way.provider,
                    **{name: getattr(line, name) for name in COUNTED},
                    "currency": currency if line.cost else None,
                }
                for way, line in lines.items()
            ],
        )


def _way(row: Row) -> Way:
    return Way(Channel(row["channel"]), ProviderName(row["provider"]))


def _line(row: Row) -> Line:
    return Line(**{name: int(row[name]) for name in COUNTED})
