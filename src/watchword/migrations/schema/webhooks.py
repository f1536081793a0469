"""Webhooks: who hears, and what is on its way."""

from sqlalchemy import Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, partial, schema, text_

Table(
    "webhook_endpoints",
    schema,
    id_(),
    id_("id"),
    text_("url"),
    text_("description"),
    text_("kinds"),
    text_("state"),
    text_("reason", null=True),
    bytes_("sealed", null=True),
    number("failing_since", null=True),
    number("failures"),
    number("rests_until", null=True),
    number("created_at"),
    number("changed_at"),
)

Table(
    "webhook_deliveries",
    schema,
    id_(),
    id_("id"),
    text_("endpoint_id"),
    text_("event_id"),
    text_("kind"),
    text_("about"),
    bytes_("sealed"),
    text_("state"),
    text_("reason", null=True),
    number("tries"),
    number("lease"),
    text_("log"),
    number("due_at"),
    number("lease_until", null=True),
    number("created_at"),
    number("ended_at", null=True),
    Index("webhook_deliveries_newest", "organisation_id", "created_at", "id"),
    Index("webhook_deliveries_of_endpoint", "organisation_id", "endpoint_id", "created_at", "id"),
    partial(
        "webhook_deliveries_failed",
        *("organisation_id", "created_at", "id"),
        where="state = 'given_up'",
    ),
    partial(
        "webhook_deliveries_waiting",
        *("organisation_id", "endpoint_id", "due_at"),
        where="state = 'waiting'",
    ),
    partial("webhook_deliveries_sending", "lease_until", where="state = 'sending'"),
    partial(
        "webhook_deliveries_given_up",
        *("organisation_id", "endpoint_id", "created_at"),
        where="state = 'given_up'",
    ),
    partial("webhook_deliveries_ended", "ended_at", where="ended_at IS NOT NULL"),
)
