"""Where messages that carried codes under schemes are found, with what became of their codes."""

from collections.abc import Sequence
from datetime import datetime

from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId
from watchword.features.delivery.rules import MessageId, Receipt, State
from watchword.features.schemes.rules import USUAL_LENGTH, SchemeId
from watchword.features.schemes.sendings.rules import Carried, Onward, Summary, Which
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import older_than
from watchword.foundation.storage import Row, Transaction, Value

CONVERTED = """
    (c.status = 'verified' or a.vouched_at is not null) and not exists (
        select 1 from messages l
        where l.organisation_id = m.organisation_id and l.about = m.about
          and (l.created_at > m.created_at or (l.created_at = m.created_at and l.id > m.id))
    )
"""

WHERE = """
    from askings a
    join challenges c on c.organisation_id = a.organisation_id and c.id = a.id
    join messages m on m.organisation_id = a.organisation_id and m.about = a.id
    where a.organisation_id = :organisation_id
"""

NARROWER = {
    "id": "m.id = :id",
    "challenge_id": "a.id = :challenge_id",
    "scheme_id": "a.scheme_id = :scheme_id",
    "contact_id": "a.contact_id = :contact_id",
    "channel": "m.channel = :channel",
    "after": "m.created_at >= :after",
    "until": "m.created_at <= :until",
}
IS_CONVERTED = {True: f"({CONVERTED})", False: f"not ({CONVERTED})"}

PAGE = f"""
    select
        a.id as asking_id, a.scheme_id, a.contact_id, a.country, a.created_at as asked_at,
        c.status, c.locale, c.code_length, c.expires_at, m.id, m.channel, m.state, m.receipt,
        m.created_at, coalesce(m.receipt_at, m.ended_at, m.created_at) as changed_at,
        case when {CONVERTED} then 1 else 0 end as converted
    {WHERE} {{narrower}}
      and (a.created_at < :before or (a.created_at = :before and a.id <= :below))
    order by a.created_at desc, a.id desc, m.created_at desc, m.id desc limit :most
"""

SUMMARY = f"""
    select count(*) as total, coalesce(sum(case when {CONVERTED} then 1 else 0 end), 0) as converted
    {WHERE} {{narrower}}
"""


class CarriedStore:
    """The messages of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def page(
        self, which: Which, contact_id: ContactId | None, begins: Onward | None, most: int
    ) -> Sequence[Carried]:
        """Give messages: those of the newest asking first, and of each the newest."""
        skipped = 0 if begins is None else begins.messages
        narrower, values = _narrower(which, contact_id)
        rows = await self._transaction.all(
            PAGE.format(narrower=narrower),
            organisation_id=self._ours,
            most=most + skipped,
            **older_than(None if begins is None else begins.asking),
            **values,
        )
        return [_from_row(row) for row in rows[skipped:]]

    async def summary(self, which: Which, contact_id: ContactId | None) -> Summary:
        narrower, values = _narrower(which, contact_id)
        row = await self._transaction.one(
            SUMMARY.format(narrower=narrower), organisation_id=self._ours, **values
        )
        return Summary(0, 0) if row is None else Summary(int(row["total"]), int(row["converted"]))


def _narrower(which: Which, contact_id: ContactId | None) -> tuple[str, dict[str, Value]]:
    """Write what messages are meant as conditions, and the values that stand in them."""
    said: dict[str, object | None] = {
        "id": which.id,
        "challenge_id": which.challenge_id,
        "scheme_id": which.scheme_id,
        "contact_id": contact_id,
        "channel": which.channel,
        "after": which.after,
        "until": which.before,
    }
    values = {name: _value(of) for name, of in said.items() if of is not None}
    parts = [NARROWER[name] for name in values]
    if which.countries:
        named = {f"country{place}": name for place, name in enumerate(sorted(which.countries))}
        parts.append(f"a.country in ({', '.join(f':{name}' for name in named)})")
        values |= named
    if which.is_converted is not None:
        parts.append(IS_CONVERTED[which.is_converted])
    return "".join(f" and {part}" for part in parts), values


def _value(of: object) -> Value:
    return to_microseconds(of) if isinstance(of, datetime) else str(of)


def _from_row(row: Row) -> Carried:
    return Carried(
        id=MessageId(Id(row["id"])),
        challenge_id=ChallengeId(Id(row["asking_id"])),
        scheme_id=SchemeId(Id(row["scheme_id"])),
        contact_id=ContactId(Id(row["contact_id"])),
        country=row["country"],
        channel=Channel(row["channel"]),
        locale=row["locale"],
        code_length=row["code_length"] or USUAL_LENGTH,
        state=State(row["state"]),
        receipt=None if row["receipt"] is None else Receipt(row["receipt"]),
        status=Status(row["status"]),
        is_converted=bool(row["converted"]),
        created_at=from_microseconds(row["created_at"]),
        changed_at=from_microseconds(row["changed_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        asked_at=from_microseconds(row["asked_at"]),
    )
