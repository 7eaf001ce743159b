"""Verdicts keep how likely each label is, and what that was calibrated on; no older one says it.

So no older claim moves in the queue, whose order the probability of `refuted` decides from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

COLUMNS = (
    ("probabilities", sa.JSON(none_as_null=True)),
    ("calibrated_on", sa.Text()),
    ("calibrated_cases", sa.Integer()),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("verdicts", sa.Column(name, kind))


def downgrade() -> None:
    for name, _ in COLUMNS:
        op.drop_column("verdicts", name)
