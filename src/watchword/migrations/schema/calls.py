"""Calls on a telephone line: how they went, without a digit, and what is sealed while they last."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table

from watchword.migrations.schema.columns import bytes_, id_, number, partial, schema, text_

Table(
    "calls",
    schema,
    id_(),
    id_("id"),
    text_("profile_id"),
    text_("door"),
    text_("language"),
    number("is_trial"),
    number("started_at"),
    number("turn"),
    bytes_("token"),
    bytes_("token_before", null=True),
    number("working_since", null=True),
    number("ended_at", null=True),
    text_("ending", null=True),
    bytes_("sealed_history", null=True),
    bytes_("sealed_answer", null=True),
    Index("calls_newest", "organisation_id", "started_at", "id"),
    Index("calls_profile", "organisation_id", "profile_id", "started_at", "id"),
    partial("calls_open", "started_at", where="ended_at is null"),
    partial("calls_answered", "ended_at", where="sealed_answer is not null"),
)

Table(
    "call_lines",
    schema,
    id_(),
    id_("call_id"),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    number("turn"),
    number("at"),
    text_("kind"),
    text_("what"),
    text_("why", null=True),
    number("digits", null=True),
)

Table(
    "call_locks",
    schema,
    id_(),
    Column("number_index", LargeBinary, primary_key=True),
    number("in_a_row"),
    number("last_at"),
    number("locked_at", null=True),
    partial("call_locks_idle", "last_at", where="locked_at is null"),
)

Table(
    "call_writes",
    schema,
    id_(),
    id_("call_id"),
    Column("turn", BigInteger, primary_key=True, autoincrement=False),
    text_("state"),
    number("begun_at"),
    number("ended_at", null=True),
    bytes_("sealed", null=True),
    number("looks", null=True),
    number("look_at", null=True),
    partial("call_writes_due", "look_at", where="look_at is not null"),
)
