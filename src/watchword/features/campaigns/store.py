"""Where campaigns are kept, and how far each of them is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from watchword.features.audiences.rules import AudienceId, choice_read, choice_written
from watchword.features.campaigns.agreement import Because
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.links.rules import CampaignNumber, RecipientNumber
from watchword.features.campaigns.rules import (
    Campaign,
    CampaignId,
    Category,
    Draft,
    GateKind,
)
from watchword.features.campaigns.texts import reread, written
from watchword.features.contacts.channels import Channel
from watchword.foundation.clock import microseconds_if_any, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into campaigns (
        organisation_id, id, number, name, state, channel, provider, category, minimum_age, gate,
        page_id, audience_id, purpose, sender, texts, fallback_locale, starts_at, ends_at,
        links_live_until, per_second, quiet, version, created_at, created_by, changed_by, writers,
        recipients, expanded_to, fed_to
    ) values (
        :organisation_id, :id, :number, :name, :state, :channel, :provider, :category,
        :minimum_age, :gate, :page_id, :audience_id, :purpose, :sender, :texts, :fallback_locale,
        :starts_at, :ends_at, :links_live_until, :per_second, :quiet, :version, :created_at,
        :created_by, :changed_by, :writers, 0, '', 0
    )
"""

SAVE = """
    update campaigns set
        name = :name, state = :state, channel = :channel, provider = :provider,
        category = :category, minimum_age = :minimum_age, gate = :gate, page_id = :page_id,
        audience_id = :audience_id, purpose = :purpose, sender = :sender, texts = :texts,
        fallback_locale = :fallback_locale, starts_at = :starts_at, ends_at = :ends_at,
        links_live_until = :links_live_until, per_second = :per_second, quiet = :quiet,
        version = :version, changed_by = :changed_by, writers = :writers,
        proposed_by = :proposed_by, approved_by = :approved_by, audience_size = :audience_size,
        choice = :choice, page_version = :page_version, at_most = :at_most, because = :because,
        links_version = :links_version, started_at = :started_at,
        ended_at = :ended_at
    where organisation_id = :organisation_id and id = :id
"""

GET = "select * from campaigns where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET} for update"

OF_NUMBER = "select * from campaigns where organisation_id = :organisation_id and number = :number"

PAGE = """
    select * from campaigns
    where organisation_id = :organisation_id
      and (created_at < :before or (created_at = :before and id < :below))
    order by created_at desc, id desc limit :most
"""

IN_REVIEW = """
    select * from campaigns
    where organisation_id = :organisation_id and state = 'review'
    order by created_at, id limit :most
"""

COUNT_OPEN = """
    select count(*) as found from campaigns
    where organisation_id = :organisation_id and state not in ('done', 'cancelled')
"""

MEANT = """
    select id from campaigns
    where organisation_id = :organisation_id and audience_id = :audience_id
      and state in ('review', 'scheduled', 'running', 'paused') limit 1
"""

EXPANDED = """
    update campaigns set
        recipients = recipients + (
            select count(*) from campaign_recipients r
            where r.organisation_id = campaigns.organisation_id
              and r.campaign = campaigns.number and r.number > :behind
        ),
        expanded_to = :expanded_to, expanded_at = :expanded_at
    where organisation_id = :organisation_id and id = :id
    returning recipients
"""

FED = """
    update campaigns set fed_to = :fed_to, fed_at = :now
    where organisation_id = :organisation_id and id = :id
"""

ANY_DUE = """
    select id from campaigns
    where (state = 'scheduled' or state = 'running') and starts_at <= :now limit 1
"""

LEASE = """
    update campaigns set lease_until = :lease_until, worker = :worker
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from campaigns
            where (state = 'scheduled' or state = 'running') and starts_at <= :now
              and (lease_until is null or lease_until <= :now or worker = :worker)
            order by lease_until is not null, lease_until, starts_at limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
    returning organisation_id, id
"""

LAPSED = """
    select organisation_id, id from campaigns where state = 'paused' and ends_at <= :now limit :most
"""

RELEASE = "update campaigns set lease_until = null, worker = null where worker = :worker"

BY_LINKS_KEY = """
    select links_version, count(*) as found from campaigns
    where links_version is not null and (links_live_until is null or links_live_until > :now)
    group by links_version
"""

LEASED_FOR = timedelta(seconds=15)
AT_WORK_AT_MOST = 20
"""Campaigns that one worker has in hand at once. Of more, those have their turn first that have
waited for it the longest."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a campaign has been put into the outbox, and when something was put there last."""

    up_to: RecipientNumber
    at: datetime | None


class CampaignStore:
    """The campaigns of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, campaign: Campaign) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            number=campaign.number,
            created_at=to_microseconds(campaign.created_at),
            created_by=campaign.created_by,
            **_written(campaign),
        )

    async def save(self, campaign: Campaign) -> None:
        """Keep what people have changed. How far it is expanded and fed, it is told by itself."""
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            proposed_by=campaign.proposed_by,
            approved_by=campaign.approved_by,
            audience_size=campaign.audience_size,
            choice=None if campaign.choice is None else choice_written(campaign.choice),
            page_version=campaign.page_version,
            at_most=campaign.at_most,
            because=campaign.because,
            links_version=campaign.links_version,
            started_at=microseconds_if_any(campaign.started_at),
            ended_at=microseconds_if_any(campaign.ended_at),
            **_written(campaign),
        )

    async def get(self, id: CampaignId) -> Campaign | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else campaign_from_row(row)

    async def of_number(self, number: CampaignNumber) -> Campaign | None:
        row = await self._transaction.one(OF_NUMBER, organisation_id=self._ours, number=number)
        return None if row is None else campaign_from_row(row)

    async def hold(self, id: CampaignId) -> Campaign | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else campaign_from_row(row)

    async def get_to_feed(self, id: CampaignId) -> tuple[Campaign, Reached] | None:
        """Give a campaign, and how far it has been put into the outbox."""
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else (campaign_from_row(row), _reached(row))

    async def hold_to_feed(self, id: CampaignId) -> tuple[Campaign, Reached] | None:
        """Do the same, and let nobody else change it."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else (campaign_from_row(row), _reached(row))

    async def page(self, after: Bookmark | None, most: int) -> Sequence[Campaign]:
        """Give campaigns, the newest first: from the beginning, or from behind one on."""
        rows = await self._transaction.all(
            PAGE, organisation_id=self._ours, **older_than(after), most=most
        )
        return [campaign_from_row(row) for row in rows]

    async def in_review(self, most: int) -> Sequence[Campaign]:
        """Give those that wait for a second person, the oldest first."""
        rows = await self._transaction.all(IN_REVIEW, organisation_id=self._ours, most=most)
        return [campaign_from_row(row) for row in rows]

    async def count_open(self) -> int:
        row = await self._transaction.one(COUNT_OPEN, organisation_id=self._ours)
        return 0 if row is None else int(row["found"])

    async def means(self, audience_id: AudienceId) -> bool:
        """Say whether a campaign that is offered, and not over, means an audience."""
        row = await self._transaction.one(
            MEANT, organisation_id=self._ours, audience_id=str(audience_id)
        )
        return row is not None

    async def expanded(
        self, campaign: Campaign, behind: RecipientNumber, *, to: str, at: datetime | None
    ) -> int:
        """Write down how far the audience has become recipients, and give how many there are.

        `behind`: the last one that there was before. `at`: that it is all of the audience.
        """
        row = await self._transaction.one(
            EXPANDED,
            organisation_id=self._ours,
            id=str(campaign.id),
            behind=behind,
            expanded_to=to,
            expanded_at=microseconds_if_any(at),
        )
        return 0 if row is None else int(row["recipients"])

    async def fed(self, campaign: Campaign, up_to: int) -> None:
        await self._transaction.run(
            FED,
            organisation_id=self._ours,
            id=str(campaign.id),
            fed_to=up_to,
            now=to_microseconds(self._transaction.now()),
        )


class CampaignLanes:
    """The campaigns of all organisations: a worker takes whatever is due."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = to_microseconds(transaction.now())

    async def lease(self, worker: str) -> Sequence[tuple[OrganisationId, CampaignId]]:
        """Take campaigns that are due and that nobody else has in hand, or keep one's own."""
        rows = await self._transaction.all(
            LEASE,
            now=self._now,
            lease_until=self._now + LEASED_FOR // timedelta(microseconds=1),
            worker=worker,
            most=AT_WORK_AT_MOST,
        )
        return _named(rows)

    async def lapsed(self) -> Sequence[tuple[OrganisationId, CampaignId]]:
        """Give some that are paused, and whose time is over."""
        return _named(await self._transaction.all(LAPSED, now=self._now, most=AT_WORK_AT_MOST))

    async def is_anything_due(self) -> bool:
        return await self._transaction.one(ANY_DUE, now=self._now) is not None

    async def release(self, worker: str) -> None:
        """Let others take what somebody has in hand who goes home."""
        await self._transaction.run(RELEASE, worker=worker)


class CampaignCensus:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_links_key(self) -> Mapping[int, int]:
        """Count the campaigns whose links are out, by the version of the key that sealed them."""
        now = to_microseconds(self._transaction.now())
        rows = await self._transaction.all(BY_LINKS_KEY, now=now)
        return {row["links_version"]: row["found"] for row in rows}


def _named(rows: Sequence[Row]) -> Sequence[tuple[OrganisationId, CampaignId]]:
    return [(OrganisationId(Id(row["organisation_id"])), CampaignId(Id(row["id"]))) for row in rows]


def _written(campaign: Campaign) -> dict[str, Value]:
    draft = campaign.draft
    return {
        "id": str(campaign.id),
        "name": draft.name,
        "state": campaign.state,
        "channel": draft.channel,
        "provider": draft.provider,
        "category": draft.category,
        "minimum_age": draft.minimum_age,
        "gate": draft.gate,
        "page_id": _id_if_any(draft.page_id),
        "audience_id": _id_if_any(draft.audience_id),
        "purpose": draft.purpose,
        "sender": draft.sender,
        "texts": written(draft),
        "fallback_locale": draft.fallback_locale,
        "starts_at": microseconds_if_any(draft.starts_at),
        "ends_at": microseconds_if_any(draft.ends_at),
        "links_live_until": microseconds_if_any(draft.links_live_until),
        "per_second": draft.per_second,
        "quiet": int(draft.honours_quiet_hours),
        "version": campaign.version,
        "changed_by": campaign.changed_by,
        "writers": " ".join(sorted(campaign.writers)),
    }


def campaign_from_row(row: Row) -> Campaign:
    return Campaign(
        id=CampaignId(Id(row["id"])),
        number=CampaignNumber(row["number"]),
        draft=_draft_from_row(row),
        state=State(row["state"]),
        version=row["version"],
        created_at=_moment(row["created_at"]),
        created_by=row["created_by"],
        changed_by=row["changed_by"],
        writers=frozenset(row["writers"].split()),
        proposed_by=row["proposed_by"],
        approved_by=row["approved_by"],
        audience_size=row["audience_size"],
        choice=None if row["choice"] is None else choice_read(row["choice"]),
        page_version=row["page_version"],
        at_most=row["at_most"],
        because=None if row["because"] is None else Because(row["because"]),
        recipients=row["recipients"],
        expanded_to=row["expanded_to"],
        expanded_at=moment_if_any(row["expanded_at"]),
        links_version=row["links_version"],
        started_at=moment_if_any(row["started_at"]),
        ended_at=moment_if_any(row["ended_at"]),
    )


def _draft_from_row(row: Row) -> Draft:
    texts, purposes = reread(row["texts"])
    return Draft(
        name=row["name"],
        channel=Channel(row["channel"]),
        provider=row["provider"],
        category=None if row["category"] is None else Category(row["category"]),
        minimum_age=row["minimum_age"],
        gate=GateKind(row["gate"]),
        page_id=_read_id(row["page_id"]),
        audience_id=_read_id(row["audience_id"]),
        purpose=row["purpose"],
        purposes=purposes,
        sender=row["sender"],
        texts=texts,
        fallback_locale=row["fallback_locale"],
        starts_at=moment_if_any(row["starts_at"]),
        ends_at=moment_if_any(row["ends_at"]),
        links_live_until=moment_if_any(row["links_live_until"]),
        per_second=row["per_second"],
        honours_quiet_hours=bool(row["quiet"]),
    )


def _reached(row: Row) -> Reached:
    return Reached(RecipientNumber(row["fed_to"]), moment_if_any(row["fed_at"]))


def _moment(count: int) -> datetime:
    moment = moment_if_any(count)
    if moment is None:
        raise ValueError("There is no moment.")
    return moment


def _id_if_any(id: UUID | None) -> str | None:
    return None if id is None else str(id)


def _read_id(written: str | None) -> UUID | None:
    return None if written is None else Id(written)
