"""Sources of evidence that are read again and again, and what each has given."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "evidence_sources",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
    )
    op.create_table(
        "evidence_items",
        sa.Column(
            "source", sa.String(64), sa.ForeignKey("evidence_sources.name", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("key", sa.String(2000), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("evidence_items")
    op.drop_table("evidence_sources")
