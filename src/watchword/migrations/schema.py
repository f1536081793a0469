"""The schema as it is declared. Migrations lead there; a test proves that they arrive.

Every table begins its key with the organisation, so that it can be spread over servers, and
on PostgreSQL every one is behind row-level security. Moments are microseconds since 1970 UTC.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Table, Text, text

schema = MetaData()


def _id(name: str = "organisation_id") -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _number(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def _bytes(name: str, *, null: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=null)


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


Table(
    "organisations",
    schema,
    _id(),
    _text("slug"),
    _text("name"),
    _text("mode"),
    _text("country"),
    _text("locale"),
    _number("created_at"),
    Index("organisations_slug", "slug", unique=True),
)

Table(
    "organisation_keys",
    schema,
    _id(),
    _id("kind"),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    _number("root_version"),
    _bytes("wrapped"),
)

Table(
    "api_keys",
    schema,
    _id(),
    _id("id"),
    _text("label"),
    _text("start"),
    _bytes("fingerprint"),
    _text("scopes"),
    _number("created_at"),
    _number("expires_at", null=True),
    _number("revoked_at", null=True),
    Index("api_keys_fingerprint", "fingerprint", unique=True),
)

Table(
    "audit_entries",
    schema,
    _id(),
    _id("id"),
    _number("at"),
    _text("action"),
    _text("actor"),
    _text("target"),
    _text("details"),
)

Table(
    "budgets",
    schema,
    _id(),
    _id("key"),
    _bytes("sends"),
    _bytes("wrong"),
    _number("wrong_in_a_row"),
    _number("blocked_until", null=True),
    _number("touched_at"),
    _partial("budgets_touched_at", "touched_at", where="wrong_in_a_row = 0"),
)

Table(
    "requests",
    schema,
    _id(),
    Column("key", LargeBinary, primary_key=True),
    _bytes("answer", null=True),
    _number("at"),
    Index("requests_at", "at"),
)

Table(
    "person_keys",
    schema,
    _id(),
    _id("person_id"),
    _number("data_version"),
    _bytes("wrapped"),
    Index("person_keys_data_version", "organisation_id", "data_version"),
)

Table(
    "contact_points",
    schema,
    _id(),
    _id("id"),
    _text("person_id"),
    _text("kind"),
    _bytes("blind_index"),
    _bytes("sealed_value"),
    _number("created_at"),
    Index("contact_points_blind_index", "organisation_id", "kind", "blind_index", unique=True),
)

Table(
    "known_requesters",
    schema,
    _id(),
    _id("contact_id"),
    _id("requester"),
    _number("verified_at"),
)

Table(
    "challenges",
    schema,
    _id(),
    _id("id"),
    _text("purpose"),
    _text("contact_id"),
    _text("channel"),
    _text("locale"),
    _text("reference", null=True),
    _text("requester", null=True),
    _text("lane"),
    _text("status"),
    _bytes("code_tag"),
    _number("key_version"),
    _bytes("sealed", null=True),
    _number("attempts_left"),
    _number("sendings"),
    _number("created_at"),
    _number("expires_at"),
    _number("resend_at"),
    _number("ended_at", null=True),
    _number("code_length", null=True),
    _text("steps", null=True),
    _number("next_step_at", null=True),
    _bytes("denial_tag", null=True),
    _partial("challenges_next_step", "next_step_at", where="next_step_at is not null"),
    Index(
        "challenges_denial_tag",
        "denial_tag",
        unique=True,
        sqlite_where=text("denial_tag is not null"),
        postgresql_where=text("denial_tag is not null"),
    ),
    _partial("challenges_pending", "organisation_id", "contact_id", where="status = 'pending'"),
    _partial("challenges_expiring", "expires_at", where="status = 'pending'"),
)

Table(
    "messages",
    schema,
    _id(),
    _id("id"),
    _text("channel"),
    _text("provider"),
    _text("template"),
    _text("locale"),
    _bytes("sealed", null=True),
    _text("about"),
    _number("priority"),
    _text("state"),
    _text("reason", null=True),
    _text("reference", null=True),
    _number("attempts"),
    _number("due_at"),
    _number("not_after"),
    _number("lease_until", null=True),
    _number("created_at"),
    _number("ended_at", null=True),
    _text("receipt", null=True),
    _text("receipt_reason", null=True),
    _number("receipt_at", null=True),
    Index("messages_about", "organisation_id", "about"),
    _partial("messages_reference", "provider", "reference", where="reference is not null"),
    _partial("messages_with_words", "not_after", where="state = 'sent' AND sealed IS NOT NULL"),
    _partial("messages_queued", "provider", "priority", "due_at", where="state = 'queued'"),
    _partial("messages_sending", "provider", "lease_until", where="state = 'sending'"),
)

Table(
    "plans",
    schema,
    _id(),
    _id("purpose"),
    _text("steps"),
    _number("changed_at"),
)

Table(
    "sandbox_messages",
    schema,
    _id(),
    _id("id"),
    _text("channel"),
    _bytes("blind_index"),
    _bytes("sealed"),
    _number("at"),
    Index("sandbox_messages_to", "organisation_id", "blind_index", "at"),
    Index("sandbox_messages_newest", "organisation_id", "at"),
    Index("sandbox_messages_at", "at"),
)
