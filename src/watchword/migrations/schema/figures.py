"""What an hour came to, and which providers rest."""

from sqlalchemy import BigInteger, Column, Table

from watchword.migrations.schema.columns import id_, number, partial, schema, text_

Table(
    "figures",
    schema,
    id_(),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    id_("channel"),
    id_("provider"),
    number("sent"),
    number("delivered"),
    number("failed"),
    number("verified"),
    number("blocked"),
    number("cost"),
    text_("currency", null=True),
)

Table(
    "figure_hours",
    schema,
    id_(),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    number("counted"),
    number("due_at", null=True),
    partial("figure_hours_due", "due_at", where="due_at is not null"),
)

Table(
    "provider_paces",
    schema,
    id_(),
    id_("provider"),
    number("free_at"),
)

Table(
    "provider_rests",
    schema,
    id_(),
    id_("provider"),
    number("failures"),
    number("rests_until"),
    number("changed_at"),
)
