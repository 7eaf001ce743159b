"""Notes keep a comparison with their nearest source; where that differs, a claim comes before those without."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_QUEUE = sa.table("queue", sa.column("harm", sa.Integer), sa.column("rank", sa.Float))


def upgrade() -> None:
    op.add_column("notes", sa.Column("comparison", sa.JSON(none_as_null=True)))
    op.add_column("notes", sa.Column("differs", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("queue", sa.Column("differs", sa.Boolean(), nullable=False, server_default=sa.false()))
    _move(1)


def downgrade() -> None:
    _move(-1)
    op.drop_column("queue", "differs")
    op.drop_column("notes", "differs")
    op.drop_column("notes", "comparison")


def _move(step: int) -> None:
    """Make room in the order of the queue, or close it, where those that differ stand: at 4."""
    later = _QUEUE.c.harm >= (4 if step > 0 else 5)
    op.execute(sa.update(_QUEUE).where(later).values(harm=_QUEUE.c.harm + step, rank=_QUEUE.c.rank + 2 * step))
