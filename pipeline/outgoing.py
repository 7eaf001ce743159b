"""What leaves a desk's store: the publication of a run, and gold cases of all decisions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from pipeline.gold import Gold, Include, JudgedRun, gold_cases
from pipeline.models import LOCAL_PERSON, Role
from pipeline.publishing import Publication, Publisher, publish
from pipeline.review import export_log, outcomes
from pipeline.store import Store
from pipeline.store.people import accounts
from pipeline.store.run_book import RunOverview


def publication_of(
    store: Store,
    run: RunOverview,
    *,
    publisher: Publisher | None = None,
    page_url: str | None = None,
    names: bool = False,
) -> Publication:
    """Return what may be published of a run."""
    article, decided = store.article(run.article_id), outcomes(store, run.id)
    return publish(article, run.id, run.as_of, decided, publisher=publisher, page_url=page_url, names=names)


def gold_of(store: Store, *, since: date | None = None, include: Collection[Include] = ()) -> Gold:
    """Return the gold cases of a store's decisions; only runs that were decided on are read."""
    log = [(review.run_id, review.reviewer) for review in export_log(store)]
    decided_on = {run_id for run_id, _ in log}
    judged = (
        JudgedRun(run.id, run.as_of, store.article(run.article_id), run.versions, outcomes(store, run.id))
        for run in store.runs()
        if run.id in decided_on
    )
    roles: dict[str, Role] = {account.name: account.role for account in accounts(store)}
    if not roles:  # a desk without accounts is one person's, whatever name stands in the log
        roles = {reviewer: LOCAL_PERSON.role for _, reviewer in log}
    return gold_cases(judged, since=since, roles=roles, include=include)
