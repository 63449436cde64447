"""Alembic's entry point: it runs the steps on the connection that ``sync.replica.opening`` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
context.run_migrations()
