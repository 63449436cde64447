"""The base tables of the first version.

A step that was released is never changed and never imports today's record types or tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every base table."""
    op.create_table(
        "identity",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("replica", sa.LargeBinary(16), nullable=False),
        sa.Column("epoch", sa.LargeBinary(16), nullable=False),
        sa.Column("serves", sa.Integer(), nullable=False),
        sa.Column("device", sa.LargeBinary(16), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("facility", sa.LargeBinary(16), nullable=False),
        sa.Column("facility_kind", sa.Text(), nullable=False),
        sa.Column("pc_name", sa.Text(), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(16)),
        sa.PrimaryKeyConstraint("district"),
    )
    op.create_table(
        "revision",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("device", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(16), nullable=False),
        sa.Column("scope", sa.LargeBinary(16), nullable=False),
        sa.Column("facility", sa.LargeBinary(16), nullable=False),
        sa.Column("author", sa.LargeBinary(16), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.Text()),
        sa.Column("refusal", sa.Text()),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("district", "id"),
    )
    op.create_index("revision_chain", "revision", ["district", "device", "number"])
    op.create_index("revision_record", "revision", ["district", "record"])
    op.create_index("revision_scope", "revision", ["district", "scope"])
    op.create_index(
        "revision_waiting",
        "revision",
        ["district", "lane", "number"],
        sqlite_where=sa.text("confirmed = 0"),
        postgresql_where=sa.text("confirmed = 0"),
    )
    op.create_table(
        "record",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("facility", sa.LargeBinary(16), nullable=False),
        sa.Column("heads", sa.LargeBinary(), nullable=False),
        sa.Column("conflicts", sa.Text()),
        sa.Column("missing", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("district", "id"),
    )
    op.create_index(
        "record_conflicts",
        "record",
        ["district", "type"],
        sqlite_where=sa.text("conflicts IS NOT NULL"),
        postgresql_where=sa.text("conflicts IS NOT NULL"),
    )
    op.create_table(
        "feed",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("district", "audience"),
    )
    op.create_table(
        "feed_entry",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("district", "audience", "number"),
    )
    op.create_index("feed_entry_revision", "feed_entry", ["district", "revision", "audience"], unique=True)
    op.create_table(
        "scope",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("district", "id"),
    )
    op.create_table(
        "entitlement",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("scope", sa.LargeBinary(16), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("district", "scope", "audience"),
    )
    op.create_table(
        "link",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("replica", sa.LargeBinary(16)),
        sa.Column("epoch", sa.LargeBinary(16)),
        sa.Column("last_sync_at", sa.Text()),
        sa.Column("last_try_at", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("district", "peer"),
    )
    op.create_table(
        "cursor",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("district", "peer", "audience"),
    )
    op.create_table(
        "projection",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("position", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("district", "name"),
    )
    op.create_table(
        "local",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("district", "name"),
    )
    op.create_table(
        "device",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("facility", sa.LargeBinary(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_at", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text()),
        sa.Column("last_seen_at", sa.Text()),
        sa.Column("program", sa.Text()),
        sa.PrimaryKeyConstraint("district", "id"),
    )
    op.create_index("device_letter", "device", ["district", "facility", "letter"], unique=True)
    op.create_table(
        "enrolment_code",
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("facility", sa.LargeBinary(16), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("used_by", sa.LargeBinary(16)),
        sa.Column("used_at", sa.Text()),
        sa.Column("public_key", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("district", "code_hash"),
    )
