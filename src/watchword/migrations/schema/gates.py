"""Gates: how often somebody was wrong at a link, and who may look without being a recipient."""

from sqlalchemy import BigInteger, Column, Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, schema, text_

Table(
    "gate_tries",
    schema,
    id_(),
    Column("campaign", BigInteger, primary_key=True, autoincrement=False),
    Column("recipient", BigInteger, primary_key=True, autoincrement=False),
    number("used"),
    number("pauses"),
    number("paused_until", null=True),
    text_("challenge_id", null=True),
    number("touched_at"),
    Index("gate_tries_touched", "touched_at"),
)

Table(
    "gate_passes",
    schema,
    id_(),
    id_("id"),
    text_("kind"),
    text_("campaign_id"),
    text_("name"),
    bytes_("tag"),
    number("created_at"),
    text_("created_by"),
    number("expires_at"),
    number("revoked_at", null=True),
    number("used_at", null=True),
    number("uses"),
    number("tries"),
    number("pauses"),
    number("paused_until", null=True),
    Index("gate_passes_id", "id", unique=True),
    Index("gate_passes_campaign", "organisation_id", "campaign_id", "created_at"),
    Index("gate_passes_expiring", "expires_at"),
)
