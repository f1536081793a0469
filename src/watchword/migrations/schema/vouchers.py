"""Vouchers that are taken along for tills without a line, and what tills have taken in."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, partial, schema, text_

Table(
    "vouchers",
    schema,
    id_(),
    id_("id"),
    text_("wish_id"),
    text_("customer_id"),
    text_("account_id"),
    text_("reward_id"),
    text_("location_id"),
    text_("state"),
    number("points"),
    number("value"),
    text_("currency"),
    number("at_least"),
    text_("pos_discount_id", null=True),
    number("key_version"),
    bytes_("digest"),
    number("taken_at"),
    number("ends_at"),
    number("releases_at"),
    number("ended_at", null=True),
    Index("vouchers_account", "organisation_id", "account_id", "taken_at", "id"),
    Index("vouchers_customer", "organisation_id", "customer_id", "taken_at", "id"),
    Index("vouchers_newest", "organisation_id", "taken_at", "id"),
    partial("vouchers_waiting", "releases_at", where="state = 'open'"),
)

Table(
    "voucher_uses",
    schema,
    id_(),
    id_("id"),
    text_("voucher_id", null=True),
    text_("terminal_id"),
    text_("location_id"),
    bytes_("digest"),
    text_("order_id"),
    text_("verdict"),
    number("loss"),
    text_("currency"),
    number("is_late"),
    number("clock_off"),
    number("taken_at"),
    number("settled_at"),
    Index("voucher_uses_once", "organisation_id", "terminal_id", "digest", "order_id", unique=True),
    Index("voucher_uses_voucher", "organisation_id", "voucher_id"),
    Index("voucher_uses_newest", "organisation_id", "settled_at", "id"),
)
