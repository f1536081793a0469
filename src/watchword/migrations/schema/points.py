"""Points: how accounts came by them, what gives them, and what may be had for them."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import id_, number, partial, schema, text_

Table(
    "point_transfers",
    schema,
    id_(),
    id_("id"),
    text_("account_id"),
    text_("kind"),
    text_("giver"),
    text_("taker"),
    number("points"),
    text_("other_account_id", null=True),
    text_("redemption_id", null=True),
    text_("rules", null=True),
    number("amount", null=True),
    text_("reference", null=True),
    text_("location_id", null=True),
    text_("actor"),
    text_("reason", null=True),
    number("at"),
    Index("point_transfers_account", "organisation_id", "account_id", "at", "id"),
    partial(
        "point_transfers_other",
        "organisation_id",
        "other_account_id",
        where="other_account_id is not null",
    ),
    partial(
        "point_transfers_redemption",
        "organisation_id",
        "redemption_id",
        where="redemption_id is not null",
    ),
    Index(
        "point_transfers_reference",
        "organisation_id",
        "kind",
        "reference",
        unique=True,
    ),
)

Table(
    "earn_rules",
    schema,
    id_(),
    id_("id"),
    text_("name"),
    number("points"),
    number("per_amount"),
    number("at_least"),
    text_("currency"),
    text_("locations"),
    number("starts_at", null=True),
    number("ends_at", null=True),
    text_("state"),
    number("version"),
    number("created_at"),
    number("updated_at"),
    Index("earn_rules_newest", "organisation_id", "created_at", "id"),
)

Table(
    "rewards",
    schema,
    id_(),
    id_("id"),
    text_("names"),
    number("points"),
    number("value"),
    text_("currency"),
    text_("pos_discount_id", null=True),
    text_("locations"),
    number("starts_at", null=True),
    number("ends_at", null=True),
    number("stock", null=True),
    number("taken"),
    number("counted_since", null=True),
    number("at_least"),
    text_("state"),
    number("version"),
    number("created_at"),
    number("updated_at"),
    Index("rewards_newest", "organisation_id", "created_at", "id"),
    partial("rewards_active", "organisation_id", "points", "id", where="state = 'active'"),
)

Table(
    "redeeming_blocks",
    schema,
    id_(),
    id_("contact_id"),
    number("ends_at", null=True),
    text_("reason"),
    text_("made_by"),
    number("created_at"),
    Index("redeeming_blocks_newest", "organisation_id", "created_at", "contact_id"),
)
