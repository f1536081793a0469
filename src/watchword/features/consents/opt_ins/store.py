"""Where it is kept who was asked: by a digest, so that nobody is asked anew for being forgotten."""

from collections.abc import Collection, Sequence

from watchword.features.consents.opt_ins.rules import Answer, Request
from watchword.features.consents.rules import Scope, Shown
from watchword.features.contacts.rules import ContactId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Transaction

FIND = """
    select r.*, t.locale, t.text from opt_in_requests r
    join consent_texts t on t.organisation_id = r.organisation_id and t.id = r.text_id
    where r.organisation_id = :organisation_id and r.digest = :digest and r.scope = :scope
"""

ASK = """
    insert into opt_in_requests (
        organisation_id, digest, scope, contact_id, text_id, asked, asked_at, answer
    ) values (
        :organisation_id, :digest, :scope, :contact_id, :text_id, :asked, :asked_at, null
    )
    on conflict (organisation_id, digest, scope) do update set
        contact_id = excluded.contact_id, text_id = excluded.text_id, asked = excluded.asked,
        asked_at = excluded.asked_at, answer = null
"""

ANSWER = """
    update opt_in_requests set answer = :answer
    where organisation_id = :organisation_id and digest = :digest and scope = :scope
"""

DECLINED = """
    select digest, scope from opt_in_requests
    where organisation_id = :organisation_id and digest = :each and answer in ('no', 'stop')
"""


class RequestStore:
    """The questions of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def find(self, digest: bytes, scope: Scope) -> Request | None:
        row = await self._transaction.one(
            FIND, organisation_id=self._ours, digest=digest, scope=scope
        )
        if row is None:
            return None
        return Request(
            digest=row["digest"],
            scope=Scope(row["scope"]),
            contact_id=None if row["contact_id"] is None else ContactId(Id(row["contact_id"])),
            shown=Shown(row["locale"], row["text"]),
            asked=row["asked"],
            asked_at=from_microseconds(row["asked_at"]),
            answer=None if row["answer"] is None else Answer(row["answer"]),
        )

    async def ask(self, request: Request) -> None:
        await self._transaction.run(
            ASK,
            organisation_id=self._ours,
            digest=request.digest,
            scope=request.scope,
            contact_id=None if request.contact_id is None else str(request.contact_id),
            text_id=request.shown.id,
            asked=request.asked,
            asked_at=to_microseconds(request.asked_at),
        )

    async def answer(self, digest: bytes, scope: Scope, answer: Answer) -> None:
        await self._transaction.run(
            ANSWER, organisation_id=self._ours, digest=digest, scope=scope, answer=answer
        )

    async def declined(self, digests: Sequence[bytes]) -> Collection[tuple[bytes, Scope]]:
        """Give who of many has said no when they were asked, and to what."""
        rows = await self._transaction.each(DECLINED, digests, organisation_id=self._ours)
        return {(row["digest"], Scope(row["scope"])) for row in rows}
