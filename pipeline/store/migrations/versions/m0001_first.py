"""The first schema; reviews can only be appended, and the database itself says so."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_REFUSALS = {
    "sqlite": [
        "create trigger reviews_no_{verb} before {verb} on reviews "
        "begin select raise(abort, 'reviews are append-only'); end"
    ],
    "postgresql": [
        "create or replace function reviews_refuse() returns trigger as "
        "$$ begin raise exception 'reviews are append-only'; end $$ language plpgsql",
        "create trigger reviews_no_{verb} before {verb} on reviews for each row execute function reviews_refuse()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("usage", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answers")),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("published_at", sa.Date(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_table(
        "office_records",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_records")),
    )
    op.create_index(op.f("ix_office_records_person"), "office_records", ["person"], unique=False)
    op.create_table(
        "passages",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("published_at", sa.Date(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
    )
    op.create_index(op.f("ix_passages_kind"), "passages", ["kind"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("article_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("uncheckable", sa.String(length=16), nullable=True),
        sa.Column("check_worthiness", sa.Float(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_claims_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_article_id"), "claims", ["article_id"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("article_id", sa.String(length=16), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_runs_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_article_id"), "runs", ["article_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_notes_claim_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_notes_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("run_id", "claim_id", name=op.f("uq_notes_run_id")),
    )
    op.create_index(op.f("ix_notes_claim_id"), "notes", ["claim_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_reviews_claim_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_reviews_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_claim_id"), "reviews", ["claim_id"], unique=False)
    op.create_index("ix_reviews_claim_id_at", "reviews", ["claim_id", "at"], unique=False)
    op.create_table(
        "usage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("claim_id", sa.String(length=16), nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("cached", sa.Integer(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("dollars", sa.Float(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_usage_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage")),
    )
    op.create_index(op.f("ix_usage_run_id"), "usage", ["run_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("retriever", sa.String(length=32), nullable=False),
        sa.Column("stance", sa.String(length=16), nullable=True),
        sa.Column("later", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_evidence_note_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["passage_id"], ["passages.id"], name=op.f("fk_evidence_passage_id")),
        sa.PrimaryKeyConstraint("note_id", "rank", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_passage_id"), "evidence", ["passage_id"], unique=False)
    op.create_table(
        "failures",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("retryable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_failures_note_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_failures")),
    )
    op.create_index(op.f("ix_failures_reason"), "failures", ["reason"], unique=False)
    op.create_table(
        "flags",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_flags_note_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("note_id", "position", name=op.f("pk_flags")),
    )
    op.create_index(op.f("ix_flags_kind"), "flags", ["kind"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_verdicts_note_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_verdicts")),
    )
    op.create_index(op.f("ix_verdicts_label"), "verdicts", ["label"], unique=False)
    for verb in ("update", "delete"):
        for statement in _REFUSALS[op.get_bind().dialect.name]:
            op.execute(statement.format(verb=verb))


def downgrade() -> None:
    raise NotImplementedError("the first schema has no predecessor")
