"""What a restored server needs to take back the computers it has lost, and when a stick of a computer arrived.

A step that was released is never changed and never imports today's record types or tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add a column, and let two computers of a facility have one letter until the later one has taken another."""
    op.add_column("device", sa.Column("stick_at", sa.Text()))
    op.drop_index("device_letter", "device")
    op.create_index("device_letter", "device", ["district", "facility", "letter"])
