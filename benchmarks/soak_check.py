"""Account for a day at a desk from its logs and its store alone: `python benchmarks/soak_check.py FOLDER`.

Nothing of factnotes is imported: what is counted here is counted from lines of JSON and rows of SQL.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

CALL_USD = 0.11
"""What an answer costs: 100 tokens in and 10 out, at 1,000 dollars a million each."""
PAID = ("answered", "slow", "broken")
MOST_LOST_IN_A_KILL = 3
"""Answers at most that a killed worker had and had not written: those of one claim, mended once, and one in flight."""


def lines(file: Path) -> list[dict[str, Any]]:
    """Return the lines of a log."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def account(home: Path) -> dict[str, Any]:
    """Return what was done and what of it is not accounted for; `unaccounted` is empty where all is."""
    logs = {name: lines(home / "logs" / f"{name}.jsonl") for name in ("work", "write", "review", "kill", "feed")}
    with closing(sqlite3.connect(f"file:{home / 'home' / 'store.db'}?mode=ro", uri=True)) as store:
        store.row_factory = sqlite3.Row
        checks = {
            "store": list(whole(store)),
            "articles": list(articles(store, logs["write"])),
            "entries": list(entries(store, logs["feed"])),
            "runs": list(runs(store)),
            "claims": list(claims(store)),
            "decisions": list(decisions(store, logs["review"])),
            "visits": list(visits(store)),
            "dollars": list(dollars(store, logs["work"], len(logs["kill"]))),
        }
        done = {
            "articles": rows(store, "select count(*) from articles"),
            "entries": ended(store, logs["feed"]),
            "runs": dict(store.execute("select status, count(*) from runs group by status").fetchall()),
            "notes": rows(store, "select count(*) from notes"),
            "failures": dict(store.execute("select reason, count(*) from failures group by reason").fetchall()),
            "visits": dict(store.execute("select status, count(*) from watch_visits group by status").fetchall()),
            "dollars": round(rows(store, "select coalesce(sum(dollars), 0) from usage"), 2),
            "cut off": rows(store, "select count(*) from usage where stage = 'cut off'"),
        }
    acts = {name: dict(Counter(line["did"] for line in log)) for name, log in logs.items()}
    faults = dict(Counter(line["fault"] for line in logs["feed"] if line.get("fault")))
    errors = Counter(line["error"].partition(":")[0] for line in logs["work"] if line["did"] == "failed")
    left = {name: found[:20] for name, found in checks.items() if found}
    return {
        "acts": acts,
        "faults of the feed": faults,
        "errors of workers": dict(errors),
        "store": done,
        "unaccounted": left,
    }


def rows(store: sqlite3.Connection, query: str) -> Any:
    """Return the one value of a query."""
    return store.execute(query).fetchone()[0]


def whole(store: sqlite3.Connection) -> Iterator[str]:
    """Yield what the database itself finds wrong."""
    for (line,) in store.execute("pragma integrity_check").fetchall():
        if line != "ok":
            yield line
    yield from (f"a row of {row[0]} leads nowhere" for row in store.execute("pragma foreign_key_check").fetchall())


def articles(store: sqlite3.Connection, writes: list[dict[str, Any]]) -> Iterator[str]:
    """Yield texts that lay there long enough and that nobody has checked."""
    checked = {
        json.loads(body)["text"]
        for (body,) in store.execute("select a.body from articles a join runs r on r.article_id = a.id "
                                     "where r.status = 'finished'")
    }  # fmt: skip
    last: dict[str, dict[str, Any]] = {}
    for line in writes:
        last[line["path"]] = line
    for path, line in last.items():
        if line["did"] == "wrote" and line["text"] not in checked:
            yield f"{path}: its last text has no finished run"
    states = store.execute("select key, state, reason from watch_items where state not in ('checked', 'gone') "
                           "and watch_id != 'feed'")  # fmt: skip
    for key, state, reason in states.fetchall():
        if not any(path.endswith(f"/{key}") and line["did"] == "removed" for path, line in last.items()):
            yield f"item {key} is {state}: {reason}"


ARTICLES = ("article", "moved", "twin")
"""Kinds of entries that lead to an article; the others lead to none."""
ITEMS = """select i.key, i.state, i.reason, i.article_id, a.body from watch_items i
           left join articles a on a.id = i.article_id where i.watch_id = 'feed'"""


def entries(store: sqlite3.Connection, acts: list[dict[str, Any]]) -> Iterator[str]:
    """Yield entries of the feed that are no article just once and are not told as failed, and items of no entry."""
    items = {row["key"]: row for row in store.execute(ITEMS)}
    told = " ".join(row[0] for row in store.execute("select summary from watch_visits where summary is not null"))
    last = {line["number"]: line for line in acts if line["did"] in ("listed", "changed")}
    dropped = {line["number"] for line in acts if line["did"] == "dropped"}
    for number, entry in last.items():
        if entry["link"]:
            wrong = _wrong_with(entry, items.pop(entry["link"], None), number in dropped)
        else:
            wrong = "" if f"Entry {number}." in told else "has no address, which no visit tells"
        if wrong:
            yield f"entry {number} ({entry['kind']}) {wrong}"
    yield from (f"item {key} is no entry of the feed" for key in items)
    whole = Counter(text for text, failures in _finished(store) if not failures)
    for text in {line["text"] for line in acts if line["did"] in ("listed", "changed")} - {""}:
        if whole[text] > 1:
            yield f"“{text[:60]}” was checked {whole[text]} times though nothing was left open"


def _wrong_with(entry: dict[str, Any], item: sqlite3.Row | None, dropped: bool) -> str:
    """Return what is not as it should be of an entry with an address, nothing where all is."""
    if item is None:
        return "is no item"
    failed = item["state"] == "problem" and item["reason"]
    if entry["kind"] not in ARTICLES:
        right = failed and not item["article_id"]
    else:
        right = item["state"] == "checked" and _holds(item, entry["text"]) or dropped and failed
    return "" if right else f"is {item['state']}: {item['reason']}"


def _holds(item: sqlite3.Row, text: str) -> bool:
    return bool(item["body"]) and _lines(json.loads(item["body"])["text"]) == text


def _lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line)


def _finished(store: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Yield the text of each finished run of an article, and how many of its claims failed."""
    query = """select a.body, (select count(*) from notes n join failures f on f.note_id = n.id where n.run_id = r.id)
               from runs r join articles a on a.id = r.article_id where r.status = 'finished'"""
    yield from ((_lines(json.loads(body)["text"]), failures) for body, failures in store.execute(query))


def ended(store: sqlite3.Connection, acts: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many entries there were, and how those that are items ended."""
    states = Counter(row["state"] for row in store.execute(ITEMS))
    return {"all": len({line["number"] for line in acts if line["did"] == "listed"}), **states}


def runs(store: sqlite3.Connection) -> Iterator[str]:
    """Yield runs that neither ended nor were given up, and finished ones whose counts are not their notes'."""
    for (run_id,) in store.execute("select id from runs where status = 'running'"):
        yield f"run {run_id} is still going on"
    for row in store.execute("select id, summary, (select count(*) from notes n where n.run_id = r.id) as notes "
                             "from runs r where status = 'finished'"):  # fmt: skip
        told = json.loads(row["summary"])["coverage"]["claims"]
        if told != row["notes"]:
            yield f"run {row['id']} tells of {told} claims and has {row['notes']} notes"


def claims(store: sqlite3.Connection) -> Iterator[str]:
    """Yield notes without just one outcome, and claims that are not in the queue just once with their newest note."""
    query = """select n.id, (select count(*) from verdicts v where v.note_id = n.id) +
               (select count(*) from failures f where f.note_id = n.id) as outcomes from notes n"""
    for row in store.execute(query):
        if row["outcomes"] != 1:
            yield f"note {row['id']} has {row['outcomes']} outcomes"
    query = """select c.id, (select count(*) from queue q where q.claim_id = c.id) as queued,
               (select q.note_id from queue q where q.claim_id = c.id) as shown,
               (select max(n.id) from notes n where n.claim_id = c.id) as newest from claims c"""
    for row in store.execute(query):
        if row["queued"] != 1 or row["shown"] != row["newest"]:
            yield f"claim {row['id']} is queued {row['queued']} times, with note {row['shown']} of {row['newest']}"


def decisions(store: sqlite3.Connection, acts: list[dict[str, Any]]) -> Iterator[str]:
    """Yield decisions that were acknowledged and are not there, are there twice, or that nobody made."""
    made = Counter(
        (row["claim_id"], row["sequence"], row["reviewer"])
        for row in store.execute("select claim_id, sequence, reviewer from reviews where reviewer != 'factnotes'")
    )
    told = Counter((line["claim"], line["sequence"], line["by"]) for line in acts if line["did"] == "decided")
    yield from (f"acknowledged and not there: {each}" for each in (told - made))
    yield from (f"there and by nobody: {each}" for each in (made - told))
    query = "select claim_id, count(*) as n, max(sequence) as last from reviews group by claim_id"
    yield from (
        f"claim {row['claim_id']} has gaps in its log" for row in store.execute(query) if row["n"] != row["last"]
    )


def visits(store: sqlite3.Connection) -> Iterator[str]:
    """Yield visits that never ended, and slots that were run twice."""
    for row in store.execute("select id, watch_id, slot from watch_visits where status = 'running'"):
        yield f"visit {row['id']} of {row['watch_id']} at {row['slot']} never ended"
    for row in store.execute("select watch_id, slot, count(*) as n from watch_visits where by_hand = 0 "
                             "group by watch_id, slot having n > 1"):  # fmt: skip
        yield f"slot {row['slot']} of {row['watch_id']} was run {row['n']} times"


def dollars(store: sqlite3.Connection, acts: list[dict[str, Any]], kills: int) -> Iterator[str]:
    """Yield money that is in the store and was not spent, or was spent and is in no count though no kill tells why."""
    spent = CALL_USD * sum(line["did"] in PAID for line in acts)
    counted = rows(store, "select coalesce(sum(dollars), 0) from usage")
    if counted > spent + 1e-6:
        yield f"{counted:.2f} dollars are counted, {spent:.2f} were spent"
    if spent - counted > kills * MOST_LOST_IN_A_KILL * CALL_USD + 1e-6:
        yield f"{spent - counted:.2f} dollars are in no count, and {kills} kills explain no more than some of them"
    untold = spent - counted > 1e-6 and not rows(
        store,
        "select count(*) from runs where status = 'failed' or id in (select run_id from usage where stage = 'cut off')",
    )
    if untold:
        yield f"{spent - counted:.2f} dollars are in no count, and no run is told to have been cut off"
    asked = sum(line["did"] == "asked" for line in acts)
    calls = rows(store, "select coalesce(sum(calls), 0) from usage")
    if calls > asked:
        yield f"{calls} calls are counted, {asked} were made"


if __name__ == "__main__":
    print(json.dumps(account(Path(sys.argv[1])), indent=2))
