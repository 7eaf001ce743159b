"""Verdicts tell whether a checker or a model judged; the method of older ones says it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("verdicts", sa.Column("by", sa.String(length=8), nullable=False, server_default="checker"))
    verdicts = sa.table("verdicts", sa.column("by", sa.String), sa.column("method", sa.Text))
    op.execute(sa.update(verdicts).where(verdicts.c.method.contains("@")).values(by="model"))


def downgrade() -> None:
    op.drop_column("verdicts", "by")
