"""What an entry of the audit says: who did what to what, and when. Never a code or an address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """Everything that leaves a trace. The manual explains each."""

    ORGANISATION_CREATED = "organisation.created"
    API_KEY_CREATED = "api_key.created"
    API_KEY_REVOKED = "api_key.revoked"
    ORGANISATION_KEY_ROTATED = "organisation_key.rotated"
    CHALLENGE_OPENED = "challenge.opened"
    CHALLENGE_ANSWERED = "challenge.answered"
    CHALLENGE_RESENT = "challenge.resent"
    CHALLENGE_CANCELLED = "challenge.cancelled"
    CHALLENGE_STEPPED = "challenge.stepped"
    CHALLENGE_DENIED = "challenge.denied"
    LIMITS_LIFTED = "limits.lifted"
    WEBHOOK_ENDPOINT_ADDED = "webhook_endpoint.added"
    WEBHOOK_ENDPOINT_CHANGED = "webhook_endpoint.changed"
    WEBHOOK_ENDPOINT_DISABLED = "webhook_endpoint.disabled"
    WEBHOOK_ENDPOINT_REMOVED = "webhook_endpoint.removed"
    WEBHOOK_SECRET_ROTATED = "webhook_secret.rotated"  # noqa: S105 - the name of an action
    WEBHOOK_REPLAYED = "webhook.replayed"
    PLAN_DECLARED = "plan.declared"
    PLAN_WITHDRAWN = "plan.withdrawn"
    ABUSE_RULES_SET = "abuse_rules.set"
    BLOCK_LIFTED = "block.lifted"
    CHANNEL_TRIED = "channel.tried"
    OWN_WORDS_SAVED = "own_words.saved"
    OWN_WORDS_RESET = "own_words.reset"
    STAFF_ENROLLED = "staff.enrolled"
    STAFF_SIGNED_IN = "staff.signed_in"
    STAFF_SIGNED_OUT = "staff.signed_out"
    STAFF_INVITED = "staff.invited"
    STAFF_INVITATION_WITHDRAWN = "staff.invitation_withdrawn"
    STAFF_LINK_PRINTED = "staff.link_printed"
    STAFF_JOINED = "staff.joined"
    STAFF_ROLES_CHANGED = "staff.roles_changed"
    STAFF_DISABLED = "staff.disabled"
    STAFF_ENABLED = "staff.enabled"
    STAFF_RESET = "staff.reset"
    STAFF_RECOVERY_CODES_MADE = "staff.recovery_codes_made"
    STAFF_RECOVERY_REFUSED = "staff.recovery_refused"
    STAFF_OBJECTED = "staff.objected"
    LEDGER_EXPORTED = "ledger.exported"
    PASSKEY_ADDED = "passkey.added"
    PASSKEY_RENAMED = "passkey.renamed"
    PASSKEY_REMOVED = "passkey.removed"
    PASSKEY_COUNT_ODD = "passkey.count_odd"
    LANGUAGE_CHOSEN = "language.chosen"
    LOCATION_ADDED = "location.added"
    LOCATION_CHANGED = "location.changed"
    LOCATION_CLOSED = "location.closed"
    LOCATION_REOPENED = "location.reopened"
    SETTINGS_CHANGED = "settings.changed"
    PERSON_EXPORTED = "person.exported"
    PERSON_ERASED = "person.erased"
    SUPPRESSION_ADDED = "suppression.added"
    SUPPRESSION_LIFTED = "suppression.lifted"
    LETTERS_COLLECTED = "letters.collected"
    LETTERS_RELEASED = "letters.released"
    LETTERS_DISSOLVED = "letters.dissolved"
    LETTERS_TAKEN_OUT = "letters.taken_out"
    LETTERS_HANDED_OVER = "letters.handed_over"
    LETTER_RETURNED = "letter.returned"
    APPROVAL_PROPOSED = "approval.proposed"
    APPROVAL_APPROVED = "approval.approved"
    APPROVAL_DECLINED = "approval.declined"
    APPROVAL_WITHDRAWN = "approval.withdrawn"
    APPROVAL_OVERTAKEN = "approval.overtaken"
    APPROVAL_EXPIRED = "approval.expired"
    APPROVAL_USED = "approval.used"
    CUSTOMER_CREATED = "customer.created"
    CUSTOMER_CHANGED = "customer.changed"
    CUSTOMER_MERGED = "customer.merged"
    CUSTOMER_ERASED = "customer.erased"
    DUPLICATE_DISMISSED = "duplicate.dismissed"
    CARD_CREATED = "card.created"
    CARD_CHANGED = "card.changed"
    CARD_ATTEMPTED = "card.attempted"
    CARD_VERIFIED = "card.verified"
    CARD_UNVERIFIED = "card.unverified"
    CARD_BLOCKED = "card.blocked"
    CARD_UNBLOCKED = "card.unblocked"
    CARD_DELETED = "card.deleted"
    IMPORT_BROUGHT = "import.brought"
    IMPORT_STARTED = "import.started"
    IMPORT_DROPPED = "import.dropped"
    IMPORT_ENDED = "import.ended"
    CUSTOMERS_IMPORTED = "customers.imported"
    OVERRIDES_EXPORTED = "overrides.exported"
    CUSTOMERS_EXPORTED = "customers.exported"
    REGISTRATION_BEGUN = "registration.begun"
    CONTACT_REVEALED = "contact.revealed"
    CLAIM_ADDED = "claim.added"
    CLAIM_SETTLED = "claim.settled"
    CARD_FROZEN = "card.frozen"
    CARD_THAWED = "card.thawed"
    POINTS_EARNED = "points.earned"
    POINTS_ADJUSTED = "points.adjusted"
    EARN_RULE_CREATED = "earn_rule.created"
    EARN_RULE_CHANGED = "earn_rule.changed"
    REWARD_CREATED = "reward.created"
    REWARD_CHANGED = "reward.changed"
    TILL_SESSION_PROVEN = "till_session.proven"
    TILL_SESSION_BURNT = "till_session.burnt"
    REDEMPTION_RESERVED = "redemption.reserved"
    REDEMPTION_COMMITTED = "redemption.committed"
    REDEMPTION_RELEASED = "redemption.released"
    REDEMPTION_REVERSED = "redemption.reversed"
    REDEEMER_BLOCKED = "redeemer.blocked"
    REDEEMER_UNBLOCKED = "redeemer.unblocked"
    WALLET_SIGNED_UP = "wallet.signed_up"
    WALLET_SIGNED_IN = "wallet.signed_in"
    WALLET_SIGNED_OUT = "wallet.signed_out"
    WALLET_REFUSED = "wallet.refused"
    WALLET_DEVICE_TRUSTED = "wallet.device_trusted"
    WALLET_DEVICE_RENAMED = "wallet.device_renamed"
    WALLET_DEVICE_REVOKED = "wallet.device_revoked"
    WALLET_PASSKEY_ADDED = "wallet.passkey_added"
    WALLET_PASSKEY_REMOVED = "wallet.passkey_removed"
    WALLET_CONTACT_CHANGED = "wallet.contact_changed"
    WALLET_CODE_SHOWN = "wallet.code_shown"
    WALLET_DENIED = "wallet.denied"
    DATABASE_RESTORED = "database.restored"


class Noun(StrEnum):
    """What an id is of, where an entry says so. Other ids stand alone."""

    STAFF = "staff"
    API_KEY = "api_key"
    OPERATOR = "operator"
    MACHINE = "machine"
    """The house itself: somebody who was not asked just now, or whom we do not know."""
    SESSION = "session"
    PASSKEY = "passkey"
    APPROVAL = "approval"
    SUPPRESSION = "suppression"
    LOCATION = "location"
    SETTINGS = "settings"
    CUSTOMER = "customer"
    CARD = "card"
    CLAIM = "claim"
    IMPORT = "import"

    @property
    def prefix(self) -> str:
        return f"{self}:"

    def of(self, id: object) -> str:
        return f"{self.prefix}{id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. `actor` and `target` are ids; `details` are short words and numbers."""

    action: Action
    actor: str
    target: str
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dated:
    """An entry, and when it was written."""

    at: datetime
    entry: Entry
