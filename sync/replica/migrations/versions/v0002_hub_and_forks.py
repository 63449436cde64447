"""What a hub, a fork of a device's chain and the district's key need to be remembered.

A step that was released is never changed and never imports today's record types or tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns, none of which an existing row must have."""
    op.add_column("revision", sa.Column("at_hub", sa.Integer()))
    op.add_column("revision", sa.Column("brought_by", sa.LargeBinary(16)))
    op.create_index(
        "revision_carried",
        "revision",
        ["district", "number"],
        sqlite_where=sa.text("confirmed = 2"),
        postgresql_where=sa.text("confirmed = 2"),
    )
    op.create_index(
        "revision_for_hub",
        "revision",
        ["district", "lane", "number"],
        sqlite_where=sa.text("at_hub = 0"),
        postgresql_where=sa.text("at_hub = 0"),
    )
    op.add_column("link", sa.Column("server_key", sa.LargeBinary()))
    op.add_column("device", sa.Column("report", sa.Text()))
    op.add_column("device", sa.Column("proven_at", sa.Text()))
    op.add_column("device", sa.Column("forked_at", sa.Text()))
    op.add_column("device", sa.Column("former", sa.LargeBinary(16)))
