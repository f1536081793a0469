"""What a restored copy must not have in force, in SQL; and where it is found what was taken away.

Every table is decided upon here: a test compares these lists with the schema.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from watchword.features.audit.rules import Action
from watchword.features.restores.rules import NOTED, OptOut, Taken, What, bare_id
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Row, Transaction, Value

VOIDS: Final[Mapping[str, str]] = {
    "challenges": """
        update challenges set
            status = 'cancelled', code_tag = :nothing, sealed = null, next_step_at = null,
            ended_at = :now
        where status = 'pending'
    """,
    "messages": """
        update messages set
            state = case when state in ('queued', 'sending') then 'cancelled' else state end,
            reason = case when state in ('queued', 'sending') then 'restored' else reason end,
            ended_at = coalesce(ended_at, :now), not_after = :now,
            sealed = null, lease_until = null, reserved = null
        where state in ('queued', 'sending') or sealed is not null
    """,
    "requests": "delete from requests",
    "crossed": "delete from crossed",
    "known_requesters": "delete from known_requesters",
    "webhook_deliveries": """
        update webhook_deliveries set
            state = 'given_up', reason = 'restored', lease_until = null, ended_at = :now
        where state in ('waiting', 'sending')
    """,
    "gate_passes": "update gate_passes set revoked_at = :now where revoked_at is null",
    "sandbox_happenings": "delete from sandbox_happenings",
    "staff_sessions": "update staff_sessions set ended_at = :now where ended_at is null",
    "staff_links": """
        update staff_links set withdrawn_at = :now
        where used_at is null and withdrawn_at is null
    """,
    "staff_recovery_codes": """
        update staff_recovery_codes set used_at = :now where used_at is null
    """,
    "passkey_challenges": "delete from passkey_challenges",
    "wallet_sessions": "update wallet_sessions set ended_at = :now where ended_at is null",
    "wallet_devices": "update wallet_devices set revoked_at = :now where revoked_at is null",
    "wallet_passkeys": "delete from wallet_passkeys",
    "wallet_arrivals": "delete from wallet_arrivals",
    "wallet_challenges": "delete from wallet_challenges",
    "sign_on_attempts": "delete from sign_on_attempts",
    "approval_requests": """
        update approval_requests set state = 'expired'
        where state = 'open' or (state = 'approved' and used_at is null)
    """,
    "provider_rests": "delete from provider_rests",
    "master_pins": "update master_pins set ended_at = :now where ended_at is null",
    "kept_pins": "update kept_pins set must_change = 1 where sealed_hash is not null",
    "calls": """
        update calls set
            ended_at = :now, ending = 'silent', working_since = null,
            sealed_history = null, sealed_answer = null
        where ended_at is null
    """,
    "call_writes": """
        update call_writes set sealed = null where sealed is not null
    """,
    "till_sessions": """
        update till_sessions set state = 'ended', ended_at = :now where ended_at is null
    """,
    "card_attempts": "delete from card_attempts",
    "registrations": "delete from registrations",
    "letters": """
        update letters set state = 'dropped', sealed_content = null
        where state in ('waiting', 'batched')
    """,
    "letter_batches": """
        update letter_batches set state = 'dissolved'
        where state in ('collected', 'rendering', 'ready')
    """,
    "pages": """
        update pages set
            state = 'draft', shown_content = null, shown_version = null, shown_at = null,
            shown_locales = null, shown_from = null, shown_until = null
        where state = 'live'
    """,
    "campaigns": """
        update campaigns set state = 'cancelled', ended_at = :now, lease_until = null
        where state in ('review', 'scheduled', 'running', 'paused')
    """,
    "letter_pages": "delete from letter_pages",
    "import_parts": "delete from import_parts",
    "imports": """
        update imports set state = 'dropped', ended_at = :now where ended_at is null
    """,
}
"""Whatever was good for one use may have been used since; whatever waited may have been done."""

KEPT: Final[Mapping[str, str]] = {
    "account_holders": "who holds what; of whoever was forgotten since, nothing is left",
    "accounts": "what was collected, up to the backup",
    "abuse_rules": "what an organisation has set; what was set since is named",
    "answer_tallies": "counts: they go on from where they were",
    "answered": "likewise",
    "api_keys": "revoked since: on the list of what was taken away",
    "audit_entries": "evidence, up to the backup; the restore is written below it",
    "blocks": "they end by themselves",
    "card_claims": "what staff decide on, up to the backup",
    "cards": "blocked, deleted or unverified since: on the list of what was taken away",
    "budgets": "counts: they go on from where they were",
    "gate_tries": "likewise",
    "consents": "withdrawn since: on the list of what was taken away",
    "consent_records": "evidence, up to the backup; what was withdrawn since is written once more",
    "consent_texts": "evidence",
    "opt_in_requests": "counts: they go on from where they were",
    "incoming_texts": "what came in, up to the backup",
    "contact_points": "forgotten since: on the list of what was taken away",
    "customer_contacts": "forgotten since: on the list of what was taken away",
    "customer_terms": "likewise",
    "customers": "likewise",
    "earlier_pins": "what nobody is to choose again, up to the backup",
    "earn_rules": "what an organisation has set",
    "point_transfers": "what was collected and spent, up to the backup",
    "redeeming_blocks": "what an organisation has set",
    "rewards": "likewise",
    "schemes": "likewise",
    "scheme_meters": "likewise",
    "scheme_bounds": "likewise",
    "scheme_senders": "likewise",
    "spared_numbers": "likewise",
    "crossings": "likewise",
    "crossing_pairs": "likewise",
    "audiences": "likewise",
    "audience_members": "forgotten since: on the list of what was taken away",
    "customer_tags": "likewise",
    "campaign_recipients": "who got what, up to the backup; what leaves since is named nowhere",
    "page_editions": "what others saw up to the backup; nobody does before a page is published",
    "page_pictures": "what staff have taken in, up to the backup; what was taken out since is back",
    "override_uses": "evidence, up to the backup",
    "telephone_profile_versions": "what an organisation had set",
    "telephone_profiles": "what an organisation has set",
    "telephone_sites": "likewise",
    "call_lines": "evidence, up to the backup",
    "call_figures": "counts of the past",
    "call_figure_hours": "likewise",
    "pin_figures": "likewise",
    "pin_surveys": "what an organisation has set; one that was under way begins anew",
    "call_locks": "counts: they go on from where they were; unlocked since is unlocked once more",
    "terminals": "revoked since: named, so that somebody revokes it once more",
    "redemptions": "what was had for points, up to the backup; what waits runs out by itself",
    "vouchers": "what is out, up to the backup; what was taken since is told as a loss",
    "voucher_uses": "evidence, up to the backup; tills that tell again are answered anew",
    "reversals": "what came back, up to the backup",
    "askings": "what was asked for, up to the backup; of what waited nothing is good any more",
    "duplicates": "what staff decide on, up to the backup",
    "import_keys": "which rows were taken in, up to the backup",
    "figure_hours": "counts of the past",
    "figures": "likewise",
    "left_contacts": "forgotten since: on the list of what was taken away",
    "ledger_checkpoints": "evidence; who has later ones sees that the ledger went back",
    "ledger_keys": "public keys",
    "ledger_nodes": "evidence",
    "ledgers": "evidence: it grows on from the backup, as a fork that the verifier names",
    "locations": "what an organisation has set",
    "organisation_keys": "wrapped, and useless without the keyring",
    "organisation_settings": "what an organisation has set; what was set since is named",
    "organisations": "who they are",
    "own_words": "what an organisation has set",
    "passkeys": "removed since: on the list of what was taken away",
    "person_keys": "forgotten since: on the list of what was taken away",
    "plans": "what an organisation has set; what was set since is named",
    "retention_runs": "when it was swept up last; it soon is again",
    "route_figures": "counts of the past",
    "sandbox_messages": "what was sent to nobody, for a day",
    "sandbox_seeds": "the chance of a test organisation",
    "settings_versions": "what an organisation had set",
    "staff": "disabled since, or with fewer roles: on the list of what was taken away",
    "staff_numbers": "confirmed up to the backup; nobody signs in by them",
    "provider_paces": "a moment that is over",
    "starts": "counts: they go on from where they were",
    "suppressions": "opted out since: on the list; lifted since: in force again, to be safe",
    "tallies": "counts: they go on from where they were",
    "wallet_notices": "what customers were told, up to the backup: they may still object",
    "verifications": "evidence, up to the backup",
    "webhook_endpoints": "removed since: on the list of what was taken away",
}
"""What is as it was, and why that is right."""

PENDING_BY = """
    select organisation_id, count(*) as found from challenges
    where status = 'pending' group by organisation_id
"""

TAKE: Final[Mapping[What, Sequence[str]]] = {
    What.API_KEY: (
        """
        update api_keys set revoked_at = :at
        where organisation_id = :organisation_id and id = :id and revoked_at is null
        """,
    ),
    What.PASSKEY: ("delete from passkeys where organisation_id = :organisation_id and id = :id",),
    What.STAFF: (
        """
        update staff set state = 'disabled'
        where organisation_id = :organisation_id and id = :id
        """,
    ),
    What.CARD: (
        """
        update cards set state = 'blocked', version = version + 1
        where organisation_id = :organisation_id and id = :id
          and state in ('unverified', 'verified')
        """,
    ),
    What.CONSENT: (
        """
        insert into consent_records (
            organisation_id, digest, scope, number, id, standing, source, text_id, contact_id,
            created_at, created_by
        )
        select
            organisation_id, digest, scope, number + 1, :new, 'withdrawn', 'program', null,
            contact_id, :at, 'machine:restore'
        from consent_records given
        where organisation_id = :organisation_id and id = :id and not exists (
            select 1 from consent_records later
            where later.organisation_id = given.organisation_id and later.digest = given.digest
              and later.scope = given.scope and later.number > given.number
        )
        """,
        "delete from consents where organisation_id = :organisation_id and record_id = :id",
    ),
    What.STAFF_RESET: (
        """
        delete from passkeys
        where organisation_id = :organisation_id and staff_id = :id and created_at <= :at
        """,
        """
        delete from staff_recovery_codes
        where organisation_id = :organisation_id and staff_id = :id and created_at <= :at
        """,
        """
        delete from staff_numbers
        where organisation_id = :organisation_id and staff_id = :id and created_at <= :at
        """,
    ),
    What.ENDPOINT: (
        """
        update webhook_endpoints set state = 'disabled', reason = 'restored', changed_at = :at
        where organisation_id = :organisation_id and id = :id and state = 'enabled'
        """,
    ),
}
"""What takes away once more what had been taken away."""

NOTED_SINCE = """
    select id, at, action, target, details from audit_entries
    where organisation_id = :organisation_id and action = :action and at >= :since
    order by at
"""

IS_NOTED = "select 1 from audit_entries where organisation_id = :organisation_id and id = :id"

OPTED_OUT_SINCE = """
    select * from suppressions
    where organisation_id = :organisation_id and created_at >= :since
    order by created_at
"""


class RestoredTables:
    """All tables after a restore, before anybody works on them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = to_microseconds(transaction.now())

    async def pending(self) -> Mapping[str, int]:
        """Count the open challenges of each organisation."""
        rows = await self._transaction.all(PENDING_BY)
        return {row["organisation_id"]: row["found"] for row in rows}

    async def void(self, there: Collection[str]) -> Mapping[str, int]:
        """Put out of force what must not live again, in the tables that are there; count it."""
        return {
            table: await self._run(statement, now=self._now, nothing=b"")
            for table, statement in VOIDS.items()
            if table in there
        }

    async def take(self, taken: Taken) -> int:
        """Take something away once more, and count the rows that were changed by that."""
        changed = 0
        for statement in TAKE[taken.what]:
            changed += await self._run(
                statement,
                organisation_id=taken.organisation,
                id=taken.id,
                at=taken.at,
                new=str(new_id()),
            )
        return changed

    async def knows(self, taken: Taken) -> bool:
        """Say whether what a line tells of had happened before the backup."""
        whose, id = taken.organisation, taken.id
        return await self._transaction.one(IS_NOTED, organisation_id=whose, id=id) is not None

    async def _run(self, statement: str, **values: Value) -> int:
        """Run a statement with those of the values that it asks for."""
        asked = {name: value for name, value in values.items() if f":{name}" in statement}
        return await self._transaction.run(statement, **asked)


class TakenStore:
    """What was taken away in one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def since(self, moment: datetime) -> list[Taken]:
        since = to_microseconds(moment)
        found = await self._opted_out(since)
        for action, what in NOTED.items():
            found += await self._noted(action, what, since)
        return found

    async def _noted(self, action: Action, what: What, since: int) -> list[Taken]:
        rows = await self._transaction.all(
            NOTED_SINCE, organisation_id=self._ours, action=action, since=since
        )
        return [self._taken(row, what) for row in rows]

    def _taken(self, row: Row, what: What) -> Taken:
        match what:
            case What.SETTING:
                setting = f"{row['action']} {row['target']}"
                return Taken(row["at"], self._ours, what, row["id"], setting=setting)
            case What.ROLES:
                roles = msgspec.json.decode(row["details"])["roles"]
                return Taken(row["at"], self._ours, what, bare_id(row["target"]), roles=roles)
            case _:
                return Taken(row["at"], self._ours, what, bare_id(row["target"]))

    async def _opted_out(self, since: int) -> list[Taken]:
        rows = await self._transaction.all(OPTED_OUT_SINCE, organisation_id=self._ours, since=since)
        return [self._opt_out(row) for row in rows]

    def _opt_out(self, row: Row) -> Taken:
        return Taken(
            row["created_at"],
            self._ours,
            What.OPT_OUT,
            row["id"],
            OptOut(row["digest"], row["kind"], row["contact_kind"], row["created_by"]),
        )
