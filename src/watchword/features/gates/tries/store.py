"""Where tries are kept: a row for each link that somebody was wrong at, held while it is judged."""

from watchword.features.campaigns.links.rules import Named
from watchword.features.challenges.rules import ChallengeId
from watchword.features.gates.tries.rules import Tries, to_leave
from watchword.foundation.clock import (
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

MAKE_OR_HOLD = """
    insert into gate_tries (
        organisation_id, campaign, recipient, used, pauses, paused_until,
        challenge_id, touched_at
    ) values (
        :organisation_id, :campaign, :recipient, 0, 0, null, null, :now
    )
    on conflict (organisation_id, campaign, recipient)
    do update set touched_at = excluded.touched_at
    returning used, pauses, paused_until
"""

SAVE = """
    update gate_tries set used = :used, pauses = :pauses, paused_until = :paused_until
    where organisation_id = :organisation_id
      and campaign = :campaign and recipient = :recipient
"""

WAIT = """
    insert into gate_tries (
        organisation_id, campaign, recipient, used, pauses, paused_until,
        challenge_id, touched_at
    ) values (
        :organisation_id, :campaign, :recipient, 0, 0, null, :challenge_id, :now
    )
    on conflict (organisation_id, campaign, recipient)
    do update set used = 0, pauses = 0, paused_until = null,
        challenge_id = excluded.challenge_id, touched_at = excluded.touched_at
"""

CHALLENGE = """
    select challenge_id from gate_tries
    where organisation_id = :organisation_id
      and campaign = :campaign and recipient = :recipient
"""

FORGET = """
    delete from gate_tries
    where organisation_id = :organisation_id
      and campaign = :campaign and recipient in (:recipient, :way_out)
"""


class TryStore:
    """The tries at links of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def hold(self, link: Named) -> Tries:
        """Read what was used up; nobody else can use more of it until the transaction ends."""
        row = await self._transaction.one(MAKE_OR_HOLD, **self._of(link), now=self._now)
        return Tries() if row is None else _from_row(row)

    async def save(self, link: Named, tries: Tries) -> None:
        await self._transaction.run(
            SAVE,
            **self._of(link),
            used=tries.used,
            pauses=tries.pauses,
            paused_until=microseconds_if_any(tries.paused_until),
        )

    async def wait_for(self, link: Named, challenge_id: ChallengeId) -> None:
        """Note which code is waited for; whoever got so far was wrong no more."""
        await self._transaction.run(
            WAIT, **self._of(link), challenge_id=str(challenge_id), now=self._now
        )

    async def challenge(self, link: Named) -> ChallengeId | None:
        row = await self._transaction.one(CHALLENGE, **self._of(link))
        found = None if row is None else row["challenge_id"]
        return None if found is None else ChallengeId(Id(found))

    async def forget(self, link: Named) -> None:
        """Forget all of it, of leaving, too: somebody was right."""
        way_out = to_leave(link).recipient
        await self._transaction.run(FORGET, **self._of(link), way_out=way_out)

    @property
    def _now(self) -> int:
        return to_microseconds(self._transaction.now())

    def _of(self, link: Named) -> dict[str, str | int]:
        return {
            "organisation_id": self._ours,
            "campaign": link.campaign,
            "recipient": link.recipient,
        }


def _from_row(row: Row) -> Tries:
    return Tries(
        used=row["used"],
        pauses=row["pauses"],
        paused_until=moment_if_any(row["paused_until"]),
    )
