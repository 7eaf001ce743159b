"""A hash over the evidence and office records, kept with them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_digests")),
    )


def downgrade() -> None:
    op.drop_table("digests")
