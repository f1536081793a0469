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
    _text("route", null=True),
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
    _number("pinned", null=True),
    _number("told", null=True),
    _number("reserved", null=True),
    _partial("messages_reserved", "state", where="reserved is not null"),
    Index("messages_id", "id"),
    Index("messages_about", "organisation_id", "about"),
    _partial("messages_reference", "provider", "reference", where="reference is not null"),
    _partial("messages_with_words", "not_after", where="state = 'sent' AND sealed IS NOT NULL"),
    _partial("messages_queued", "provider", "priority", "due_at", where="state = 'queued'"),
    _partial("messages_sending", "provider", "lease_until", where="state = 'sending'"),
)

Table("plans", schema, _id(), _id("purpose"), _text("steps"), _number("changed_at"))

Table(
    "route_figures",
    schema,
    _id(),
    _id("channel"),
    _id("number_start"),
    _id("provider"),
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    _number("sent"),
    _number("verified"),
    Index("route_figures_day", "day"),
)

Table(
    "webhook_endpoints",
    schema,
    _id(),
    _id("id"),
    _text("url"),
    _text("description"),
    _text("kinds"),
    _text("state"),
    _text("reason", null=True),
    _bytes("sealed", null=True),
    _number("failing_since", null=True),
    _number("failures"),
    _number("rests_until", null=True),
    _number("created_at"),
    _number("changed_at"),
)

Table(
    "webhook_deliveries",
    schema,
    _id(),
    _id("id"),
    _text("endpoint_id"),
    _text("event_id"),
    _text("kind"),
    _text("about"),
    _bytes("sealed"),
    _text("state"),
    _text("reason", null=True),
    _number("tries"),
    _number("lease"),
    _text("log"),
    _number("due_at"),
    _number("lease_until", null=True),
    _number("created_at"),
    _number("ended_at", null=True),
    Index("webhook_deliveries_newest", "organisation_id", "created_at", "id"),
    _partial(
        "webhook_deliveries_waiting",
        *("organisation_id", "endpoint_id", "due_at"),
        where="state = 'waiting'",
    ),
    _partial("webhook_deliveries_sending", "lease_until", where="state = 'sending'"),
    _partial(
        "webhook_deliveries_given_up",
        *("organisation_id", "endpoint_id", "created_at"),
        where="state = 'given_up'",
    ),
    _partial("webhook_deliveries_ended", "ended_at", where="ended_at IS NOT NULL"),
)

Table("abuse_rules", schema, _id(), _text("ruleset"), _number("changed_at"))

Table(
    "tallies",
    schema,
    _id(),
    _id("key"),
    _bytes("parts"),
    _text("block_id", null=True),
    _number("blocked_until", null=True),
    _number("spares_known", null=True),
    _number("cleared_at", null=True),
    _number("touched_at"),
    Index("tallies_touched_at", "touched_at"),
)

Table(
    "blocks",
    schema,
    _id(),
    _id("id"),
    _text("rule"),
    _text("subject"),
    _text("shown"),
    _text("reason"),
    _text("way_round"),
    _text("channels"),
    _number("created_at"),
    _number("expires_at"),
    _number("lifted_at", null=True),
    _text("lifted_by", null=True),
    Index("blocks_created_at", "organisation_id", "created_at", "id"),
    Index("blocks_expires_at", "expires_at"),
)

Table(
    "starts",
    schema,
    _id(),
    _id("id"),
    _number("at"),
    _text("contact_id"),
    _text("country", null=True),
    _text("line", null=True),
    _text("dial_code", null=True),
    _text("prefix", null=True),
    _text("channel"),
    _text("provider", null=True),
    _text("client"),
    _text("requester", null=True),
    _number("is_known"),
    _number("is_again"),
    _number("price", null=True),
    _number("returned"),
    _text("outcome"),
    _number("times"),
    _number("verified_at", null=True),
    Index("starts_of", "organisation_id", "at", "id"),
    Index("starts_at", "at"),
    _partial("starts_returned", "organisation_id", "at", where="returned > 0"),
    _partial(
        "starts_of_strangers",
        "organisation_id",
        "prefix",
        "at",
        where="is_known = 0 AND is_again = 0 AND outcome = 'admitted'",
    ),
)

Table(
    "answer_tallies",
    schema,
    _id(),
    _id("kind"),
    Column("seconds", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("shard", BigInteger, primary_key=True, autoincrement=False),
    _number("right_ones"),
    _number("fresh_ones"),
    _number("wrong_ones"),
    Index("answer_tallies_at", "at"),
)

Table(
    "answered",
    schema,
    _id(),
    _id("contact_id"),
    _number("right_at", null=True),
    _number("wrong_at", null=True),
    _number("touched_at"),
    Index("answered_touched_at", "touched_at"),
)

Table(
    "sandbox_happenings",
    schema,
    _id(),
    _id("id"),
    _text("message_id"),
    _text("what"),
    _number("due_at"),
    _number("lease_until", null=True),
    Index("sandbox_happenings_due", "due_at"),
)

Table("sandbox_seeds", schema, _id(), _bytes("seed"), _number("drawn"))

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
