"""Which claim each reviewer was handed last, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "handed",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_handed_claim_id_claims"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_handed")),
    )


def downgrade() -> None:
    op.drop_table("handed")
