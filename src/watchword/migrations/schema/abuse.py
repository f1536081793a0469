"""What is counted and blocked, so that abuse does not pay."""

from sqlalchemy import BigInteger, Column, Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, partial, schema, text_

Table("abuse_rules", schema, id_(), text_("ruleset"), number("changed_at"))

Table(
    "tallies",
    schema,
    id_(),
    id_("key"),
    bytes_("parts"),
    text_("block_id", null=True),
    number("blocked_until", null=True),
    number("spares_known", null=True),
    number("cleared_at", null=True),
    number("touched_at"),
    Index("tallies_touched_at", "touched_at"),
)

Table(
    "blocks",
    schema,
    id_(),
    id_("id"),
    text_("rule"),
    text_("subject"),
    text_("shown"),
    text_("reason"),
    text_("way_round"),
    text_("channels"),
    number("created_at"),
    number("expires_at"),
    number("lifted_at", null=True),
    text_("lifted_by", null=True),
    Index("blocks_created_at", "organisation_id", "created_at", "id"),
    Index("blocks_expires_at", "expires_at"),
)

Table(
    "starts",
    schema,
    id_(),
    id_("id"),
    number("at"),
    text_("contact_id"),
    text_("country", null=True),
    text_("line", null=True),
    text_("dial_code", null=True),
    text_("prefix", null=True),
    text_("channel"),
    text_("provider", null=True),
    text_("client"),
    text_("requester", null=True),
    number("is_known"),
    number("is_again"),
    number("price", null=True),
    number("returned"),
    text_("outcome"),
    number("times"),
    number("verified_at", null=True),
    Index("starts_of", "organisation_id", "at", "id"),
    Index("starts_at", "at"),
    partial("starts_returned", "organisation_id", "at", where="returned > 0"),
    partial(
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
    id_(),
    id_("kind"),
    Column("seconds", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("shard", BigInteger, primary_key=True, autoincrement=False),
    number("right_ones"),
    number("fresh_ones"),
    number("wrong_ones"),
    Index("answer_tallies_at", "at"),
)

Table(
    "answered",
    schema,
    id_(),
    id_("contact_id"),
    number("right_at", null=True),
    number("wrong_at", null=True),
    number("touched_at"),
    Index("answered_touched_at", "touched_at"),
)
