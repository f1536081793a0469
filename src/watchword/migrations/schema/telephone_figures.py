"""Figures of the telephone: how calls went, hour by hour, and how PINs stand, day by day."""

from sqlalchemy import BigInteger, Column, Table

from watchword.migrations.schema.columns import id_, number, partial, schema, text_

Table(
    "call_figures",
    schema,
    id_(),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    id_("profile_id"),
    id_("outcome"),
    id_("stage"),
    id_("standing"),
    id_("scenario"),
    number("calls"),
)

Table(
    "call_figure_hours",
    schema,
    id_(),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    number("due_at", null=True),
    partial("call_figure_hours_due", "due_at", where="due_at is not null"),
)

Table(
    "pin_surveys",
    schema,
    id_(),
    number("due_at", null=True),
    number("begun_at", null=True),
    number("ended_at", null=True),
    text_("ended", null=True),
    partial("pin_surveys_due", "due_at", where="due_at is not null"),
)

Table(
    "pin_figures",
    schema,
    id_(),
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    id_("standing"),
    id_("scenario"),
    number("members"),
)
