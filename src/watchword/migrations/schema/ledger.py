"""The ledger: how far each has got, the nodes of its tree, and the checkpoints that are signed.

The leaves stand in `audit_entries`, each beside the entry that it is of.
"""

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from watchword.migrations.schema.columns import bytes_, id_, number, partial, schema, text_

Table(
    "ledgers",
    schema,
    id_(),
    number("size"),
    bytes_("peaks"),
    bytes_("last_leaf"),
    number("signed_size"),
    number("unsigned_since", null=True),
)

Table(
    "ledger_nodes",
    schema,
    id_(),
    Column("level", BigInteger, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    bytes_("hash"),
)

Table(
    "ledger_checkpoints",
    schema,
    id_(),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    text_("note"),
    number("signed_at"),
    number("copied_at", null=True),
    partial("ledger_checkpoints_uncopied", "organisation_id", "size", where="copied_at IS NULL"),
)

Table(
    "ledger_keys",
    schema,
    id_(),
    Column("public", LargeBinary, primary_key=True),
    number("version"),
    number("created_at"),
)
