"""What a hub tells the district of the PCs that it serves, and when each last gave its own word how it stands.

A step that was released is never changed and never imports today's record types or tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add three columns."""
    op.add_column("device", sa.Column("told_at", sa.Text()))
    op.add_column("device", sa.Column("hub_at", sa.Text()))
    op.add_column("device", sa.Column("hub_waiting", sa.BigInteger()))
