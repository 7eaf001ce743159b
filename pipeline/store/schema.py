"""The store's tables. What is read back whole is kept whole as JSON beside the columns that are searched."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _note_key() -> Column[int]:
    return Column("note_id", ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True)


articles = Table(
    "articles",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("title", Text),
    Column("url", Text),
    Column("publisher", Text),
    Column("published_at", Date),
    Column("body", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False, index=True),
    Column("as_of", Date, nullable=False),
    Column("status", String(16), CheckConstraint("status in ('running', 'finished', 'failed')", name="status")),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("versions", JSON, nullable=False),
    Column("summary", JSON),
    Column("problem", Text),
    Column("source", String(16), index=True),
    Column("about", String(16)),
    Column("fingerprint", String(16), index=True),
    Column("host", String(255)),
    Column("pid", Integer),
    Column("beat_at", DateTime(timezone=True)),
    Column("cancel_asked_at", DateTime(timezone=True)),
    Column("cancel_asked_by", Text),
)
"""`source`, `about` and `fingerprint` are hashes: where the article is from, its title, date and the like, and all that
decides the notes. `host`, `pid` and `beat_at` tell who runs it, and whether that process lives."""

claims = Table(
    "claims",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("uncheckable", String(16)),
    Column("check_worthiness", Float, nullable=False),
    Column("body", JSON, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("kind", String(16), nullable=False, index=True),
    Column("publisher", Text),
    Column("published_at", Date),
    Column("body", JSON, nullable=False),
)

office_records = Table(
    "office_records",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("office", Text, nullable=False),
    Column("body", JSON, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("claim_id", ForeignKey("claims.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("trace", JSON, nullable=False),
    Column("comparison", JSON(none_as_null=True)),
    Column("differs", Boolean, nullable=False, server_default=false()),
    Column("reason", String(32)),
    Column("since_run_id", String(64)),
    Column("previous_claim_id", String(16)),
    UniqueConstraint("run_id", "claim_id"),
)
"""`differs` tells that the comparison does, where nobody could judge the claim. `reason` tells why the claim was
checked again, or `since_run_id` the run that judged it where it was not. `previous_claim_id` is the claim of an earlier
text of the article that this one was."""

evidence = Table(
    "evidence",
    metadata,
    Column("note_id", ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("passage_id", ForeignKey("passages.id"), nullable=False, index=True),
    Column("score", Float, nullable=False),
    Column("retriever", String(32), nullable=False),
    Column("stance", String(16)),
    Column("later", Boolean, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    _note_key(),
    Column("label", String(32), nullable=False, index=True),
    Column("confidence", Float, nullable=False),
    Column("justification", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("by", String(8), nullable=False, server_default="checker"),
    Column("citations", JSON, nullable=False),
    Column("probabilities", JSON(none_as_null=True)),
    Column("calibrated_on", Text),
    Column("calibrated_cases", Integer),
)

failures = Table(
    "failures",
    metadata,
    _note_key(),
    Column("stage", String(32), nullable=False),
    Column("reason", String(32), nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("retryable", Boolean, nullable=False),
)

flags = Table(
    "flags",
    metadata,
    Column("note_id", ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(32), nullable=False, index=True),
    Column("severity", String(8), nullable=False),
    Column("body", JSON, nullable=False),
)

usage = Table(
    "usage",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("claim_id", String(16)),
    Column("stage", String(32), nullable=False),
    Column("calls", Integer, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("dollars", Float),
    Column("seconds", Float, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("claim_id", ForeignKey("claims.id"), nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("reason", String(32)),
    Column("comment", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("detail", JSON, nullable=False),
    UniqueConstraint("claim_id", "sequence"),
    Index("ix_reviews_reviewer_id", "reviewer", "id"),
)
"""The log of the desk. Triggers refuse update and delete; the unique sequence refuses a second writer."""

queue = Table(
    "queue",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("claim_id", ForeignKey("claims.id"), nullable=False, unique=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("note_id", ForeignKey("notes.id"), nullable=False),
    Column("article_id", ForeignKey("articles.id"), nullable=False, index=True),
    Column("title", Text),
    Column("publisher", Text),
    Column("published_at", Date),
    Column("text", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("label", String(32)),
    Column("failure", String(32)),
    Column("confidence", Float),
    Column("check_worthiness", Float, nullable=False),
    Column("flags", Text, nullable=False),
    Column("severity", String(8)),
    Column("checkers", Text, nullable=False),
    Column("harm", Integer, nullable=False),
    Column("rank", Float, nullable=False),
    Column("status", String(16), nullable=False),
    Column("editor_status", String(16), nullable=False),
    Column("assignee", Text),
    Column("first_reviewer", Text),
    Column("wants_second", Boolean, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("signature", String(16), nullable=False),
    Column("decided_signature", String(16)),
    Column("moved", Boolean, nullable=False),
    Column("differs", Boolean, nullable=False, server_default=false()),
    Column("run_started_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("ix_queue_run_id_status", "run_id", "status"),
)
"""A projection of notes and reviews, a row a claim; `store.queue.rebuild` can make it anew.

The indexes of its order, and its words, are made by the migration, in each database's own way.
"""

searches = Table(
    "searches",
    metadata,
    Column("person", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

handed = Table(
    "handed",
    metadata,
    Column("person", Text, primary_key=True),
    Column("claim_id", ForeignKey("claims.id", ondelete="CASCADE"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""The claim that each person was handed last by "next", and when: for a few minutes nobody else is handed it."""

answers = Table(
    "answers",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("usage", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# People who sign in: none of what they sign in with is kept, only hashes of it

people = Table(
    "people",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("role", String(16), CheckConstraint("role in ('reviewer', 'editor', 'admin')", name="role"), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person", ForeignKey("people.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("last_seen", DateTime(timezone=True), nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person", ForeignKey("people.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

# Watches: what is checked by itself, when, and what came of it

watches = Table(
    "watches",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("status", String(16), CheckConstraint("status in ('active', 'paused')", name="status"), nullable=False),
    Column("body", JSON, nullable=False),
    Column("settled_until", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
"""Every slot up to `settled_until` was run, or reported as missed."""

watch_visits = Table(
    "watch_visits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("watch_id", ForeignKey("watches.id", ondelete="CASCADE"), nullable=False),
    Column("slot", DateTime(timezone=True), nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column(
        "status",
        String(16),
        CheckConstraint("status in ('running', 'finished', 'failed', 'skipped')", name="status"),
        nullable=False,
        index=True,
    ),
    Column("owner", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("beat_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("seconds", Float, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("summary", JSON),
    Column("told_at", DateTime(timezone=True), index=True),
    UniqueConstraint("watch_id", "slot"),
)
"""A row a slot: the unique pair lets one worker claim it, `beat_at` tells whether that one still lives, `told_at`
when its end was put in the outbox."""

watch_items = Table(
    "watch_items",
    metadata,
    Column("watch_id", ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(2000), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("fingerprint", String(16), index=True),
    Column("content", String(16)),
    Column("article_id", String(16)),
    Column("run_id", String(64)),
    Column("modified", DateTime(timezone=True)),
    Column("published", Date),
    Column("tries", Integer, nullable=False),
    Column("checked_at", DateTime(timezone=True)),
    Column("due_at", DateTime(timezone=True)),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

watch_runs = Table(
    "watch_runs",
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("watch_id", ForeignKey("watches.id", ondelete="CASCADE"), nullable=False),
    Column("visit_id", ForeignKey("watch_visits.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key", String(2000), nullable=False),
    Column("fingerprint", String(16), nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Index("ix_watch_runs_watch_id_day", "watch_id", "day"),
)
"""Which run a watch began, written before the run: what a killed one had spent is still counted to its day."""

channels = Table(
    "channels",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("body", JSON, nullable=False),
    Column("digest_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
"""Who is notified of what; holds no secret. `digest_until` is the end of what the last digest covered."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", ForeignKey("channels.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", JSON, nullable=False),
    Column(
        "status",
        String(16),
        CheckConstraint("status in ('pending', 'sent', 'given_up')", name="status"),
        nullable=False,
    ),
    Column("tries", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("held_until", DateTime(timezone=True)),
    Column("problem", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    UniqueConstraint("channel_id", "event_id"),
    Index("ix_deliveries_status_due_at", "status", "due_at"),
)
"""The outbox. The unique pair lets an event that is reported twice be sent once; `held_until` tells that somebody is
sending it, and until when that one is believed to live."""

# Sources of evidence

evidence_sources = Table(
    "evidence_sources",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("body", JSON, nullable=False),
)

evidence_items = Table(
    "evidence_items",
    metadata,
    Column("source", ForeignKey("evidence_sources.name", ondelete="CASCADE"), primary_key=True),
    Column("key", String(2000), primary_key=True),
    Column("body", JSON, nullable=False),
)
"""What a source has given: a page, a file, a hit, with what tells whether it has changed, and its passages."""

# The limits of models' services, which all processes keep together

paces = Table(
    "paces",
    metadata,
    Column("model", String(255), primary_key=True),
    Column("service", String(2000), primary_key=True),
    Column("next_request", Double, nullable=False),
    Column("next_token", Double, nullable=False),
    Column("not_before", Double, nullable=False),
)
"""Moments in seconds since 1970: when the next call may begin by each limit, and until when the service wants none."""

# The caps of runs that several processes work at

budgets = Table(
    "purses",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("max_usd", Double),
    Column("max_calls", Integer),
    Column("max_seconds", Double),
    Column("ends_at", Double),
    Column("calls", Integer, nullable=False),
    Column("dollars", Double, nullable=False),
    Column("reserved", Double, nullable=False),
    Column("moved_at", Double, nullable=False),
)
"""What a run may spend, and has: `reserved` is what the calls in flight may cost, `moved_at` when one began or ended
last. Moments are in seconds since 1970."""

digests = Table(
    "digests",
    metadata,
    # `evidence`: a hash over what is searched, so that whoever compares it need not read it all. It goes with a change.
    Column("name", String(16), primary_key=True),
    Column("digest", String(16), nullable=False),
)

# The fact ledger

ledger_drafts = Table(
    "ledger_drafts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
)

ledger_versions = Table(
    "ledger_versions",
    metadata,
    Column("draft_id", ForeignKey("ledger_drafts.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("file", LargeBinary),
    Column("added_by", Text, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
)
"""Versions of a draft with the facts that were found in them; `file` is the Word file it came as."""

ledger_events = Table(
    "ledger_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", ForeignKey("ledger_drafts.id"), nullable=False),
    Column("fact_id", String(16), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("body", JSON, nullable=False),
    UniqueConstraint("draft_id", "fact_id", "sequence"),
)
"""The log of the ledger. Triggers refuse update and delete; the unique sequence refuses a second writer. A signature is
an event of the fact `signature`."""
