"""The fact ledger: drafts, their versions, and a log that the database itself only lets grow."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

MOMENT = sa.DateTime(timezone=True)
_REFUSALS = {
    "sqlite": [
        "create trigger ledger_events_no_{verb} before {verb} on ledger_events "
        "begin select raise(abort, 'the ledger is append-only'); end"
    ],
    "postgresql": [
        "create or replace function ledger_refuse() returns trigger as "
        "$$ begin raise exception 'the ledger is append-only'; end $$ language plpgsql",
        "create trigger ledger_events_no_{verb} before {verb} on ledger_events "
        "for each row execute function ledger_refuse()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "ledger_drafts",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_drafts")),
        sa.UniqueConstraint("name", name=op.f("uq_ledger_drafts_name")),
    )
    op.create_table(
        "ledger_versions",
        sa.Column("draft_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("file", sa.LargeBinary()),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["ledger_drafts.id"], name=op.f("fk_ledger_versions_draft_id")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_ledger_versions_article_id")),
        sa.PrimaryKeyConstraint("draft_id", "version", name=op.f("pk_ledger_versions")),
    )
    op.create_table(
        "ledger_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(length=16), nullable=False),
        sa.Column("fact_id", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["ledger_drafts.id"], name=op.f("fk_ledger_events_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_events")),
        sa.UniqueConstraint("draft_id", "fact_id", "sequence", name=op.f("uq_ledger_events_draft_id")),
    )
    for verb in ("update", "delete"):
        for statement in _REFUSALS[op.get_bind().dialect.name]:
            op.execute(statement.format(verb=verb))


def downgrade() -> None:
    for table in ("ledger_events", "ledger_versions", "ledger_drafts"):
        op.drop_table(table)
