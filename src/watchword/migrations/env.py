"""What Alembic runs: the steps that are missing, on the connection that it was given."""

from alembic import context

from watchword.migrations.schema import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
