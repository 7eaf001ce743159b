"""When the next call to each model may begin, for all processes together."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("service", sa.String(length=2000), nullable=False),
        sa.Column("next_request", sa.Double(), nullable=False),
        sa.Column("next_token", sa.Double(), nullable=False),
        sa.Column("not_before", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("model", "service", name=op.f("pk_paces")),
    )


def downgrade() -> None:
    op.drop_table("paces")
