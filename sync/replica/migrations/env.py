"""Alembic's entry point: it runs the steps on the connection that ``sync.replica.opening`` hands over.

It must never open a connection of its own, which would have neither the key nor the lock.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
context.run_migrations()
