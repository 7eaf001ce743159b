"""The nouns keep their promises for any text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import assume, given, strategies as st
from pydantic import ValidationError

from pipeline.core.errors import QuoteNotFound
from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    Coverage,
    Evidence,
    Failure,
    FailureReason,
    Flag,
    FlagKind,
    Heading,
    Label,
    Note,
    PartialDate,
    Passage,
    Report,
    Span,
    TraceStep,
    Usage,
    Verdict,
    Versions,
    content_id,
    fold,
)

TEXTS = st.text(alphabet="abc é\u0301ß😀\n\t\u00a0 '\"“”‘’«»-–—\u00ad\u200b\ufeff.,", max_size=60)
WORDS = st.text(alphabet="abcé😀", min_size=1, max_size=8)

PLACES = st.builds(
    lambda before, words, after: (before + words + after, len(before), len(before + words)), TEXTS, TEXTS, TEXTS
)
"""A text and a piece of it."""

TEXT = "The mayor said “the bridge—our bridge—is safe”. Engineers disagreed. The mayor left."


# Folding and spans


@given(TEXTS)
def test_folding_gives_each_character_its_old_offset(text: str) -> None:
    folded, offsets = fold(text)
    assert len(folded) == len(offsets)
    assert list(offsets) == sorted(offsets)
    for character, offset in zip(folded, offsets, strict=True):
        written = fold(text[offset])[0]
        assert character in written or not written
        assert character == " " or not text[offset].isspace()


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    folded = fold(text)[0]
    assert fold(folded)[0] == folded
    assert "  " not in folded
    assert not folded.startswith(" ")


@given(PLACES)
def test_a_span_of_a_text_holds_its_words_without_white_space_at_the_ends(place: tuple[str, int, int]) -> None:
    text, start, end = place
    assume(text[start:end].strip())
    span = Span.of(text, start, end)
    assert span.is_in(text)
    assert span.exact == text[start:end].strip()
    assert start <= span.start < span.end <= min(end, len(text))


@given(TEXTS)
def test_a_span_of_nothing_is_an_error(text: str) -> None:
    with pytest.raises(ValidationError):
        Span.of(text, len(text), len(text) + 5)


@given(PLACES)
def test_words_of_a_text_are_located_in_it(place: tuple[str, int, int]) -> None:
    text, start, end = place
    quote = text[start:end]
    assume(fold(quote)[0].strip())
    found = Span.locate(quote, text, near=start)
    assert found.is_in(text)
    assert fold(found.exact)[0].strip() == fold(quote)[0].strip()
    assert Span.locate(found.exact, text, near=found.start).is_in(text)


@given(TEXTS, WORDS)
def test_words_that_are_not_there_are_never_located(text: str, words: str) -> None:
    assume(fold(words)[0] not in fold(text)[0])
    with pytest.raises(QuoteNotFound):
        Span.locate(words, text)


@pytest.mark.parametrize("quote", ["", " ", "\u200b", "\n"])
def test_an_empty_quote_is_found_nowhere(quote: str) -> None:
    with pytest.raises(QuoteNotFound):
        Span.locate(quote, TEXT)


def test_quotation_marks_dashes_and_spaces_may_differ_and_nothing_else() -> None:
    span = Span.locate('"the bridge - our', TEXT.replace("—", " — "))
    assert span.exact == "“the bridge — our"
    with pytest.raises(QuoteNotFound):
        Span.locate("The bridge—our bridge", TEXT)
    with pytest.raises(QuoteNotFound):
        Span.locate("the bridge, our bridge", TEXT)


def test_of_several_places_the_nearest_is_taken() -> None:
    last = TEXT.rindex("The mayor")
    assert Span.locate("The mayor", TEXT).start == 0
    assert Span.locate("The mayor", TEXT, near=last).start == last


def test_a_quote_written_with_combining_marks_is_found() -> None:
    assert Span.locate("cafe\u0301", "A café closed.").exact == "café"


@given(st.integers(0, 50), WORDS, st.integers(0, 50), WORDS)
def test_overlap_is_the_number_of_shared_places(a: int, first: str, b: int, second: str) -> None:
    one, two = (Span(start=at, end=at + len(words), exact=words) for at, words in ((a, first), (b, second)))
    shared = set(range(one.start, one.end)) & set(range(two.start, two.end))
    assert one.overlap(two) == two.overlap(one) == len(shared)


@pytest.mark.parametrize(("start", "end", "exact"), [(0, 0, ""), (0, 3, "ab"), (-1, 1, "ab"), (5, 3, "ab")])
def test_a_span_that_does_not_fit_its_words_is_an_error(start: int, end: int, exact: str) -> None:
    with pytest.raises(ValidationError):
        Span(start=start, end=end, exact=exact)


# Dates


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_partial_date_holds_exactly_the_days_it_may_mean(day: date) -> None:
    exact, month, year = (PartialDate(day.isoformat()[:length]) for length in (10, 7, 4))
    assert exact.earliest == exact.latest == day
    assert month.earliest <= day <= month.latest
    assert year.earliest <= month.earliest and month.latest <= year.latest
    assert month.earliest.day == 1 and (
        month.latest.toordinal() == date.max.toordinal() or _next(month.latest).day == 1
    )
    assert (exact.precision, month.precision, year.precision) == ("day", "month", "year")
    assert PartialDate.model_validate_json(exact.model_dump_json()) == exact


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


@pytest.mark.parametrize(
    "text", ["2024-13", "2023-02-29", "0000", "24", "2024-1", "2024-01-1", "2024-01-01T00", "", "2024-01-01\n", "٢٠٢٤"]
)
def test_what_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(ValidationError):
        PartialDate(text)


# Identity


@given(st.lists(st.text(alphabet='ab|," '), max_size=4), st.lists(st.text(alphabet='ab|," '), max_size=4))
def test_content_ids_are_equal_only_for_equal_parts(one: list[str], two: list[str]) -> None:
    assert (content_id(*one) == content_id(*two)) == (one == two)


@given(WORDS, WORDS)
def test_an_article_is_known_by_its_text_alone(text: str, other: str) -> None:
    article = Article(text=text)
    assert article.id == Article(text=text, title=other, published_at=date(2024, 5, 4)).id
    assert (article.id == Article(text=other).id) == (text == other)
    assert Article.model_validate_json(article.model_dump_json()) == article


def test_an_article_refuses_what_it_cannot_prove() -> None:
    for bad in (
        {"text": ""},
        {"text": "cafe\u0301"},
        {"text": TEXT, "headings": [Heading(span=Span(start=0, end=3, exact="the"))]},
    ):
        with pytest.raises(ValidationError):
            Article.model_validate(bad)


def test_the_heading_at_an_offset_is_the_last_one_above() -> None:
    text = "Intro here.\nCosts\nThey rose.\nPlans\nNone."
    costs, plans = (Heading(span=Span.locate(word, text)) for word in ("Costs", "Plans"))
    article = Article(text=text, headings=(costs, plans))
    assert article.heading_at(0) is None
    assert article.heading_at(text.index("Costs")) == costs
    assert article.heading_at(text.index("They")) == costs
    assert article.heading_at(len(text) - 1) == plans


ARTICLE = Article(text=TEXT)
PASSAGE = Passage(text="Engineers found cracks in the bridge.", published_at=date(2024, 5, 1))


def claim(words: str, **other: object) -> Claim:
    span = Span.locate(words, TEXT)
    return Claim.model_validate(
        {"article_id": ARTICLE.id, "spans": (span,), "text": words, "check_worthiness": 0.5, **other}
    )


def test_a_claim_is_known_by_article_kind_and_place_alone() -> None:
    one = claim("Engineers disagreed")
    assert one.id == claim("Engineers disagreed", text="The engineers disagreed.", check_worthiness=0.9).id
    others = [
        claim("Engineers"),
        claim("Engineers disagreed", kind="event"),
        claim("Engineers disagreed", article_id="x"),
    ]
    assert len({one.id, *(other.id for other in others)}) == 4
    assert one.checkable and not claim("The mayor left", uncheckable="opinion").checkable


def test_a_claim_without_words_is_an_error() -> None:
    with pytest.raises(ValidationError):
        claim("Engineers", spans=())


def test_a_passage_with_another_texts_hash_is_an_error() -> None:
    with pytest.raises(ValidationError):
        Passage(text="One text.", sha256=PASSAGE.sha256)


# Notes, coverage, reports


STEP = st.builds(
    TraceStep,
    stage=st.sampled_from(["titles", "quotations", "model", "left out"]),
    label=st.none() | st.sampled_from(get_args(Label)),
    reason=st.none() | st.sampled_from(get_args(FailureReason)),
    flags=st.lists(st.sampled_from(get_args(FlagKind)), max_size=3).map(tuple),
)


@given(STEP)
def test_a_step_that_an_older_version_kept_as_a_line_is_read_into_its_fields(step: TraceStep) -> None:
    labelled_flag = step.label is None and step.reason is None and step.flags[:1] == ("conflicting_evidence",)
    if not labelled_flag:  # no checker gave that flag: the line always meant the label
        assert TraceStep.model_validate(str(step)) == step
    assert TraceStep.model_validate(step.model_dump(mode="json")) == step


@given(st.text() | st.lists(st.sampled_from(["titles", ": ", ", ", "silent", "refuted", "outdated", "x"])).map("".join))
def test_a_line_of_a_trace_is_shown_as_it_was_written_whatever_it_says(line: str) -> None:
    assert str(TraceStep.model_validate(line)) == line


@given(st.text())
def test_a_verdict_without_by_was_a_models_where_its_method_names_a_prompts_version(method: str) -> None:
    old = SURE.model_dump(mode="json", exclude={"by"}) | {"method": method}
    assert Verdict.model_validate(old).by == ("model" if "@" in method else "checker")
    assert Verdict.model_validate(old | {"by": "model"}).by == "model"


def test_a_line_of_a_trace_keeps_what_is_no_finding_as_detail() -> None:
    read = TraceStep.model_validate("model: supported, as in run r1")
    assert read == TraceStep(stage="model", label="supported", detail="as in run r1")
    assert TraceStep.model_validate("left out: A: B: a copy").detail == "A: B: a copy"
    assert not TraceStep.model_validate("titles: silent").findings


SURE = Verdict(label="supported", confidence=0.9, justification="It says so.", method="numbers", by="checker")
NO_MODEL = Failure(stage="verdict", reason="no_model")


@pytest.mark.parametrize(("verdict", "failure"), [(None, None), (SURE, NO_MODEL)])
def test_a_note_holds_a_verdict_or_a_failure(verdict: Verdict | None, failure: Failure | None) -> None:
    with pytest.raises(ValidationError, match="never both, never neither"):
        Note(claim=claim("Engineers"), verdict=verdict, failure=failure)


LABELS = st.sampled_from(["supported", "refuted", "not_enough_evidence", "conflicting_evidence"])
OUTCOMES = st.one_of(
    st.builds(lambda label: {"verdict": SURE.model_copy(update={"label": label})}, LABELS),
    st.builds(lambda reason: {"failure": Failure(stage="x", reason=reason)}, st.sampled_from(["no_model", "budget"])),
    st.builds(lambda kind: {"uncheckable": kind}, st.sampled_from(["opinion", "prediction"])),
)


def note(outcome: dict[str, object]) -> Note:
    if kind := outcome.get("uncheckable"):
        failure = Failure(stage="detection", reason="not_checkable")
        return Note(claim=claim("The mayor left", uncheckable=kind), failure=failure)
    return Note.model_validate({"claim": claim("Engineers"), **outcome})


@given(st.lists(OUTCOMES, max_size=12))
def test_the_coverage_of_notes_adds_up(outcomes: list[dict[str, object]]) -> None:
    coverage = Coverage.of(note(outcome) for outcome in outcomes)
    decided = coverage.supported + coverage.refuted + coverage.not_enough_evidence + coverage.conflicting_evidence
    assert coverage.claims == len(outcomes)
    assert decided == sum("verdict" in outcome for outcome in outcomes)
    assert sum(coverage.not_checked.values()) == sum("failure" in outcome for outcome in outcomes)
    assert sum(coverage.not_checkable.values()) == sum("uncheckable" in outcome for outcome in outcomes)
    assert str(coverage).startswith(f"{len(outcomes)} claims: {coverage.supported} supported")


def test_a_coverage_that_does_not_add_up_is_an_error() -> None:
    with pytest.raises(ValidationError, match="does not add up"):
        Coverage(claims=3, supported=1, not_checked={"no_model": 1})


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1, max_size=5))
def test_a_usage_with_one_unknown_price_has_an_unknown_price(dollars: list[float | None]) -> None:
    total = sum((Usage(calls=1, dollars=amount) for amount in dollars), Usage())
    assert total.calls == len(dollars)
    assert (total.dollars is None) == (None in dollars)


def report(*notes: Note, **other: object) -> Report:
    given = {
        "run_id": "r1",
        "coverage": Coverage.of(notes),
        "as_of": date(2024, 5, 4),
        "article": ARTICLE,
        "notes": notes,
        "versions": Versions(code="1"),
        "created_at": datetime(2024, 5, 4, tzinfo=UTC),
        **other,
    }
    return Report.model_validate(given)


CITED = SURE.model_copy(update={"citations": (Citation.locate("found cracks", PASSAGE),)})
KEPT = Evidence(passage=PASSAGE, rank=1, score=0.5, retriever="vector")


def test_a_report_whose_words_are_all_proven_survives_a_round_trip() -> None:
    whole = report(Note(claim=claim("Engineers"), verdict=CITED, evidence=(KEPT,)))
    assert Report.model_validate_json(whole.model_dump_json()) == whole


def test_a_report_refuses_a_claim_that_is_not_in_the_article() -> None:
    moved = claim("Engineers", spans=(Span(start=0, end=9, exact="Engineers"),))
    with pytest.raises(ValidationError, match="words that are not in the article"):
        report(Note(claim=moved, failure=NO_MODEL))


def test_a_report_refuses_a_flag_that_is_not_in_the_article() -> None:
    span = Span(start=5, end=9, exact="lies")
    flag = Flag(kind="wrong_number", severity="low", message="No.", span=span, checker="numbers")
    with pytest.raises(ValidationError, match="words that are not in the article"):
        report(Note(claim=claim("Engineers"), failure=NO_MODEL, flags=(flag,)))


def test_a_report_refuses_a_citation_without_its_passage() -> None:
    with pytest.raises(ValidationError, match="a citation that is not in its passage"):
        report(Note(claim=claim("Engineers"), verdict=CITED))


@pytest.mark.parametrize(
    "change",
    [{"sha256": "0" * 64}, {"span": Span(start=0, end=5, exact="found")}, {"passage_id": "another"}],
)
def test_a_report_refuses_a_citation_that_does_not_hold(change: dict[str, object]) -> None:
    bad = CITED.citations[0].model_copy(update=change)
    for verdict, flags in (
        (SURE.model_copy(update={"citations": (bad,)}), ()),
        (
            SURE,
            (
                Flag(
                    kind="outdated",
                    severity="low",
                    message="Old.",
                    span=Span.locate("Engineers", TEXT),
                    checker="x",
                    citations=(bad,),
                ),
            ),
        ),
    ):
        with pytest.raises(ValidationError, match="a citation that is not in its passage"):
            report(Note(claim=claim("Engineers"), verdict=verdict, evidence=(KEPT,), flags=flags))


def test_a_report_refuses_a_coverage_of_other_notes() -> None:
    with pytest.raises(ValidationError, match="does not count the notes"):
        report(Note(claim=claim("Engineers"), failure=NO_MODEL), coverage=Coverage(claims=0))
