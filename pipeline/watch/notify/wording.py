"""Messages in words, for a mailbox: made from the body alone, so a mail says no more than a webhook would be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Data = Mapping[str, Any]


def in_words(body: Data) -> tuple[str, str]:
    """Return a message's subject and text."""
    subject, lines = _WORDINGS[body["type"]]
    data: Data = body["data"]
    text = [*lines(data)]
    if data.get("desk"):
        text += ["", f"On the desk: {data['desk']}"]
    return subject(data), "\n".join(text) + "\n"


def _flagged_subject(data: Data) -> str:
    return f"factnotes: {_count(data['newly_flagged'], 'claim')} flagged ({data['watch']}){_titled(data)}"


def _flagged(data: Data) -> Iterator[str]:
    yield f"Watch {data['watch']}, run {data['run_id']}, judged as of {data['as_of']}."
    yield f"{_count(data['claims'], 'claim')}: {_counts(data['outcomes'])}."
    yield f"Newly flagged: {data['newly_flagged']}. Flags: {_counts(data['flags']) or 'none'}."
    for claim in data.get("flagged_claims", ()):
        yield ""
        yield f"“{claim['words']}”"
        yield f"  {_label(claim)}"
        for flag in claim["flags"]:
            instead = f" It should read: “{flag['suggestion']}”." if flag["suggestion"] else ""
            yield f"  {_plain(flag['kind'])} ({flag['severity']}): {flag['message']}{instead}"


def _changed_subject(data: Data) -> str:
    return f"factnotes: outcome of {_count(len(data['changes']), 'claim')} changed ({data['watch']}){_titled(data)}"


def _changed(data: Data) -> Iterator[str]:
    yield f"Watch {data['watch']}, run {data['run_id']}: the outcome of these claims differs from their last run."
    drafts = {draft["claim_id"]: draft for draft in data.get("drafts", ())}
    for change in data["changes"]:
        before, after = change["before"], change["after"]
        yield ""
        was, now = (f"{_label(each)} (as of {each['as_of']})" for each in (before, after))
        yield f"Claim {change['claim_id']}: {was} -> {now}"
        if draft := drafts.get(change["claim_id"]):
            yield f"  “{draft['words']}”"
            yield f"  Draft: {draft['draft']}"
    if not drafts:
        yield ""
        yield f"The drafts of corrections: factnotes watch show {data['watch']} --json"


def _failed_subject(data: Data) -> str:
    what = _count(data["unread"], "article") + " not checked" if data["status"] == "finished" else data["status"]
    return f"factnotes: watch {data['watch']}: {what}"


def _failed(data: Data) -> Iterator[str]:
    yield f"Watch {data['watch']}, slot {data['slot']}: {data['status']}."
    if data["reason"]:
        yield f"Why: {data['reason']}"
    if data["unread"]:
        yield f"{_count(data['unread'], 'article')} could not be read or checked; each is tried again."
    yield from (f"  {problem}" for problem in data.get("problems", ()))
    yield f"More: factnotes watch show {data['watch']}"


def _budget_subject(data: Data) -> str:
    return f"factnotes: watch {data['watch']} has reached its budget"


def _budget(data: Data) -> Iterator[str]:
    spent = data["spent"]
    if data["reason"]:
        yield f"{data['reason'].capitalize()}."
    yield f"Spent in this run: {_dollars(spent)}, {_count(spent['calls'], 'call')}, {spent['seconds']:.0f} s."
    yield f"{_count(data['waiting'], 'article')} and {_count(data['open_claims'], 'claim')} wait for the next run."


def _digest_subject(data: Data) -> str:
    return f"factnotes: {_count(data['flagged'], 'flagged claim')} since {data['since'][:16].replace('T', ' ')}"


def _digest(data: Data) -> Iterator[str]:
    yield f"From {data['since']} to {data['until']}."
    yield f"Runs: {_counts(data['runs']) or 'none'}."
    yield f"Claims: {_counts(data['outcomes']) or 'none'}."
    yield f"Flags: {_counts(data['flags']) or 'none'}."
    yield f"Waiting for a person: {_count(data['open'], 'claim')}."
    spent = data["spent"]
    yield f"Spent: {_dollars(spent)}, {_count(spent['calls'], 'call')}."
    yield f"Not checked: {_counts(data['failures']) or 'none'}."
    missed = f"; {_count(data['missed_slots'], 'slot')} missed" if data["missed_slots"] else ""
    yield f"Visits of watches: {_counts(data['visits']) or 'none'}{missed}."
    if data["not_sent"]:
        yield f"Messages that could not be sent: {_counts(data['not_sent'])}; see factnotes notify list."
    for claim in data.get("flagged_claims", ()):
        yield ""
        yield f"“{claim['words']}”{' - ' + claim['title'] if claim['title'] else ''}"
        yield f"  {_label(claim)}"


def _dollars(spent: Data) -> str:
    return "unknown dollars" if spent["dollars"] is None else f"{spent['dollars']:.4f} dollars"


def _test_subject(data: Data) -> str:
    return f"factnotes: a test of channel {data['channel']}"


def _test(data: Data) -> Iterator[str]:
    yield f"This is a test of channel {data['channel']}. Messages from factnotes arrive here."


def _label(judged: Data) -> str:
    flags = [flag if isinstance(flag, str) else flag["kind"] for flag in judged["flags"]]
    with_flags = f" with {', '.join(map(_plain, flags))}" if flags else ""
    return f"{_plain(judged['label'] or 'not checked')}{with_flags}"


def _titled(data: Data) -> str:
    return f": {data['title']}" if data.get("title") else ""


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {_plain(name)}" for name, count in counts.items() if count)


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _plain(name: str) -> str:
    return name.replace("_", " ")


_WORDINGS: Mapping[str, tuple[Callable[[Data], str], Callable[[Data], Iterator[str]]]] = {
    "run.flagged": (_flagged_subject, _flagged),
    "outcome.changed": (_changed_subject, _changed),
    "visit.failed": (_failed_subject, _failed),
    "budget.reached": (_budget_subject, _budget),
    "digest.daily": (_digest_subject, _digest),
    "channel.test": (_test_subject, _test),
}
