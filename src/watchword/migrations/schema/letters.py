"""Letters: what waits to be printed, in which batches, and what came back."""

from sqlalchemy import BigInteger, Column, Index, Table

from watchword.migrations.schema.columns import bytes_, id_, number, partial, schema, text_

Table(
    "letters",
    schema,
    id_(),
    id_("id"),
    text_("message_id"),
    text_("challenge_id"),
    text_("contact_id"),
    text_("state"),
    bytes_("sealed_content", null=True),
    bytes_("return_tag"),
    text_("batch_id", null=True),
    Column("number", BigInteger, nullable=True),
    number("created_at"),
    number("not_after"),
    number("handed_over_at", null=True),
    number("returned_at", null=True),
    Index("letters_message", "organisation_id", "message_id", unique=True),
    Index("letters_return", "organisation_id", "return_tag", unique=True),
    Index("letters_batch", "organisation_id", "batch_id", "number"),
    Index("letters_contact", "organisation_id", "contact_id"),
    Index("letters_challenge", "organisation_id", "challenge_id"),
    partial("letters_waiting", "organisation_id", "created_at", "id", where="state = 'waiting'"),
)

Table(
    "letter_batches",
    schema,
    id_(),
    id_("id"),
    text_("state"),
    number("letters"),
    number("rendered"),
    text_("made_by"),
    text_("released_by", null=True),
    number("created_at"),
    number("released_at", null=True),
    number("handed_over_at", null=True),
    number("purged_at", null=True),
    Index("letter_batches_newest", "organisation_id", "created_at", "id"),
    partial("letter_batches_rendering", "state", "created_at", where="state = 'rendering'"),
)

Table(
    "letter_pages",
    schema,
    id_(),
    id_("batch_id"),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    bytes_("sealed_pdf"),
)
