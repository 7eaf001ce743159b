"""Claims at a desk, for tests: a run of the sample report, and people."""

from __future__ import annotations

from datetime import date

from samples import sample_report

from pipeline.core.models import Article, Claim, Failure, Flag, Note, Person, Span, Usage, Verdict, Versions
from pipeline.store import Store

ANN = Person(name="ann", role="reviewer")
BOB = Person(name="bob", role="reviewer")
EVA = Person(name="eva", role="editor")

TOWN = Article(
    text="Mayor Ana Lobo opened the bridge. It cost nine million. It is the finest bridge of all.",
    title="Bridge opened",
    publisher="Town Herald",
    published_at=date(2031, 5, 1),
)


def write_sample(store: Store) -> str:
    """Store the sample report's notes as a finished run; return its id."""
    report = sample_report()
    return write_run(store, report.run_id, report.article, *report.notes)


def write_run(store: Store, run_id: str, article: Article, *notes: Note) -> str:
    """Store notes as a finished run; return its id."""
    store.begin_run(run_id, article, date(2031, 6, 1), Versions(code="0"))
    for position, note in enumerate(notes):
        store.save_note(run_id, position, note, Usage())
    return run_id


def town_claim(words: str = "It cost nine million", **more: object) -> Claim:
    """Return a claim on words of the town's article."""
    spans = (Span.locate(words, TOWN.text),)
    values = {"article_id": TOWN.id, "spans": spans, "text": words, "check_worthiness": 0.9, **more}
    return Claim.model_validate(values)


def judged_note(words: str, label: str, refuted: float, *flags: Flag, worth: float = 0.5) -> Note:
    """Return a note on the town's article by a model that says how likely the claim is refuted."""
    others = {name: 0.0 for name in ("supported", "refuted", "not_enough_evidence", "conflicting_evidence")}
    rest = "supported" if label == "refuted" else label
    said = others | {rest: 1 - refuted} | {"refuted": refuted}
    verdict = Verdict(
        label=label,
        confidence=said[label],
        justification="It says so.",
        method="predict_verdict@1+0 m",
        by="model",
        probabilities=said,
    )
    return Note(claim=town_claim(words, check_worthiness=worth), verdict=verdict, flags=flags)


def town_note(label: str | None = "refuted", flagged: bool = True, words: str = "It cost nine million") -> Note:
    """Return a note on the town's article; without a label it is not checked."""
    claim = town_claim(words)
    flag = Flag(kind="wrong_number", severity="high", message="It cost seven.", span=claim.span, checker="quantities")
    outcome: dict[str, object] = {"failure": Failure(stage="check", reason="no_model")}
    if label:
        outcome = {
            "verdict": Verdict(label=label, confidence=0.9, justification="Seven, it says.", method="quantities")
        }
    return Note.model_validate({"claim": claim, "flags": (flag,) if flagged else (), **outcome})
