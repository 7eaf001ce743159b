"""What a desk publishes: which notes, with which words, in which formats, and nothing else."""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from decided import RUN, accepted, decided, event, set_aside, set_right, untouched
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt
from samples import HOSTILE, sample_report
from vocabulary import check_node

from pipeline.core.models import (
    AddedEvidence,
    Article,
    Attribution,
    Claim,
    Correction,
    DecidedNote,
    DeskOutcome,
    Flag,
    Note,
    Span,
    Verdict,
)
from pipeline.core.printing import ORDERS
from pipeline.reports import RENDERERS
from pipeline.reports.publication import (
    FILES,
    FORMATS,
    Publication,
    Publisher,
    publish,
    render_annotations,
    render_claim_reviews,
    render_csv,
    render_html,
    render_markdown,
    write_publication,
)
from pipeline.reports.publication.annotations import quote_selector
from pipeline.reports.publication.claimreview import script_json
from pipeline.reports.schemas import publication_schema

SCHEMA_FILE = Path(__file__).parents[2] / "pipeline" / "reports" / "published.schema.json"
DESK = Publisher(name="Velda Checks", url="https://checks.example/")
PAGE = "https://checks.example/2031/tern-street"
REPORT = sample_report()


def _note(words: str) -> Note:
    return min(
        (note for note in REPORT.notes if words in note.claim.span.exact), key=lambda note: len(note.claim.span.exact)
    )


def _publish(*notes: DecidedNote, **options: Any) -> Publication:
    options = {"publisher": DESK, "page_url": PAGE} | options
    return publish(REPORT.article, RUN, REPORT.as_of, notes, **options)


def _all(**options: Any) -> Publication:
    notes = [accepted(note) if note.claim.checkable else untouched(note) for note in REPORT.notes]
    return _publish(*notes, **options)


@pytest.fixture(scope="module")
def whole() -> Publication:
    return _all()


# Which notes


def test_only_what_an_editor_approved_is_published_and_everything_is_counted() -> None:
    checkable = [note for note in REPORT.notes if note.claim.checkable and (note.verdict or note.flags)]
    notes = [accepted(checkable[0]), accepted(checkable[1], approved=False), set_aside(checkable[2], "false_alarm")]
    notes += [untouched(note) for note in REPORT.notes if note not in checkable[:3]]
    publication = _publish(*notes)
    assert [check.id for check in publication.checks] == [checkable[0].claim.id]
    counts = publication.counts
    assert (counts.published, counts.not_approved, counts.dismissed) == (1, len(checkable) - 2, 1)
    assert (counts.not_checked, counts.not_checkable) == (4, 3)
    assert publication.coverage == (
        f"{len(checkable)} of {len(checkable) + 4} claims checked: 1 published, {len(checkable) - 2} not yet approved, "
        "1 set aside by a person, which says nothing about the claim; 3 more statements cannot be checked"
    )


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_tells_anything_of_a_note_that_is_not_approved(name: str) -> None:
    shown, hidden, gone = _note("Inspectors counted"), _note("voted 7 to 2"), _note("former mayor")
    publication = _publish(accepted(shown), accepted(hidden, approved=False), set_aside(gone, "wrong_evidence"))
    text = RENDERERS[name](publication)  # type: ignore[index]
    assert name == "claimreview" or shown.claim.id in text or shown.claim.text in text
    for note in (hidden, gone):
        assert note.verdict
        assert note.claim.id not in text
        assert note.verdict.justification not in text
        assert not any(flag.message in text for flag in note.flags)


def test_a_note_sent_back_or_reopened_is_not_published() -> None:
    note = _note("Inspectors counted")
    asked = event(note, 3, "ask_second")
    approved = accepted(note)
    reopened = approved.model_copy(
        update={"status": "awaiting_second", "editor_status": "none", "reviews": (*approved.reviews, asked)}
    )
    assert _publish(reopened).checks == ()
    assert _publish(reopened).counts.not_approved == 1


def test_a_dismissal_that_was_sent_back_counts_as_not_yet_approved() -> None:
    note = _note("Inspectors counted")
    gone = set_aside(note, "false_alarm")
    back = gone.model_copy(update={"status": "open", "reviews": (*gone.reviews, event(note, 2, "send_back"))})
    assert _publish(gone).counts.dismissed == 1
    assert (_publish(back).counts.dismissed, _publish(back).counts.not_approved) == (0, 1)


def test_a_note_that_has_changed_since_it_was_approved_is_not_published() -> None:
    note = _note("Inspectors counted")
    assert note.verdict
    first = event(note, 1, "accept", DeskOutcome.of(note), run_id="an older run")
    assert _publish(decided(note, first)).counts.published == 1
    other = note.model_copy(update={"verdict": note.verdict.model_copy(update={"label": "refuted"})})
    changed = decided(other, first, outcome=DeskOutcome.of(note))
    assert _publish(changed).checks == ()
    assert "1 changed since approval" in _publish(changed).coverage


def test_the_same_decisions_give_the_same_files_byte_for_byte(whole: Publication) -> None:
    again = _all()
    assert {name: RENDERERS[name](again) for name in FORMATS} == {name: RENDERERS[name](whole) for name in FORMATS}


# With which words


def test_a_correction_replaces_verdict_words_and_flags_and_the_page_says_a_person_did() -> None:
    note = _note("former mayor")
    correction = Correction(
        label="conflicting_evidence",
        justification="Two registers differ.",
        flags=(1,),
        evidence=(AddedEvidence(url="https://register.example/dahl", text="Dahl left office in 2030."),),
    )
    publication = _publish(set_right(note, correction))
    (check,) = publication.checks
    assert (check.label, check.justification, check.decision) == (
        "conflicting_evidence", "Two registers differ.", "correct",
    )  # fmt: skip
    assert [remark.kinds for remark in check.remarks] == [("outdated",)]
    assert check.method is None
    page, text = render_html(publication), render_markdown(publication)
    for words in ("Decided by a person and approved on 15 March 2031.", "Dahl left office in 2030."):
        assert words in page
        assert words in text
    assert "Ada Quist" not in page + text + publication.model_dump_json()


def test_names_are_published_only_when_asked_for() -> None:
    publication = _publish(accepted(_note("Inspectors counted")), names=True)
    assert "Confirmed by Ada Quist and approved by Brit Ness on 15 March 2031." in render_html(publication)
    quiet = _publish(accepted(_note("Inspectors counted")))
    assert not any(name in RENDERERS[form](quiet) for form in FORMATS for name in ("Ada Quist", "Brit Ness"))


def test_the_reasons_and_citations_of_a_verdict_that_a_person_replaced_are_gone() -> None:
    note = _note("Inspectors counted")
    assert note.verdict and note.verdict.citations
    (check,) = _publish(set_right(note, Correction(label="refuted"))).checks
    assert (check.label, check.justification, check.sources) == ("refuted", None, ())


def test_evidence_that_a_person_called_wrong_is_not_published_as_a_source() -> None:
    note = _note("Inspectors counted")
    added = (AddedEvidence(text="The protocol counts 41."),)
    (check,) = _publish(set_right(note, Correction(evidence=added), "wrong_evidence")).checks
    assert [source.kind for source in check.sources] == ["added"]
    (kept,) = _publish(set_right(note, Correction(evidence=added), "other")).checks
    assert [source.kind for source in kept.sources] == ["passage", "added"]


def test_what_is_said_twice_is_published_once() -> None:
    note = _note("voted 7 to 2")
    (flag,) = note.flags
    twice = note.model_copy(
        update={"flags": (flag, flag.model_copy(update={"kind": "outdated"}), flag.model_copy(update={"message": "!"}))}
    )
    (check,) = _publish(accepted(twice)).checks
    assert [remark.kinds for remark in check.remarks] == [("wrong_number", "outdated"), ("wrong_number",)]
    assert [place.suggestion for remark in check.remarks for place in remark.places] == ["6 to 3", None]


def test_every_published_word_of_a_source_is_proven(whole: Publication) -> None:
    proven = [(source, span) for check in whole.checks for source in check.sources for span in source.proven]
    assert proven
    assert all(span.is_in(source.text or "") for source, span in proven)


# JSON


def test_the_json_fits_its_schema_and_the_schema_is_the_published_one(whole: Publication) -> None:
    schema = publication_schema()
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == schema, "write it again: see reports/schemas.py"
    validator = jsonschema.Draft202012Validator(schema)
    told = json.loads(whole.model_dump_json())
    validator.validate(told)
    assert Publication.model_validate(told) == whole
    told["checks"][0]["label"] = "true"
    assert not validator.is_valid(told)


def test_a_publication_cannot_be_made_with_words_that_are_not_in_the_article(whole: Publication) -> None:
    told = json.loads(whole.model_dump_json())
    told["checks"][0]["spans"][0]["start"] += 1
    told["checks"][0]["spans"][0]["end"] += 1
    with pytest.raises(ValueError, match="words that are not in the article"):
        Publication.model_validate(told)


# CSV


def _rows(publication: Publication) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_csv(publication), newline="")))


def test_the_csv_has_a_row_for_each_check(whole: Publication) -> None:
    rows = _rows(whole)
    assert [row["claim_id"] for row in rows] == [check.id for check in whole.checks]
    voted = next(row for row in rows if row["words"] == "voted 7 to 2")
    assert (voted["verdict"], voted["corrections"], voted["decided"]) == ("Refuted", "7 to 2 → 6 to 3", "2031-03-15")
    assert REPORT.article.text[int(voted["start"]) : int(voted["end"])] == "voted 7 to 2"
    assert voted["page"] == f"{PAGE}#check-{voted['claim_id']}"


_FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\u200b=1", "|x", "%x")
_ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.sampled_from(_FORMULAS) | _ANY, _ANY)
def test_no_cell_of_the_csv_is_a_formula_and_no_text_leaves_its_cell(start: str, rest: str) -> None:
    note, words = _note("Inspectors counted"), start + rest
    correction = Correction(justification=words, evidence=(AddedEvidence(text="x", url=words),))
    publication = _publish(set_right(note, correction, "other"), publisher=None)
    (row,) = _rows(publication)
    assert None not in row
    assert row["claim_id"] == note.claim.id
    for cell in row.values():
        seen = "".join(c for c in unicodedata.normalize("NFKC", cell) if unicodedata.category(c)[0] not in "CZ")
        assert not seen.startswith(("=", "+", "-", "@")), cell


ESCAPES = "\x1b[2J \x1b]8;;https://a.example\x07 \x9b31m \u202egnp.exe \u2066 \u2028 \U000e0041"


@pytest.mark.parametrize("name", ["csv", "json", "annotations", "claimreview", "md"])
def test_no_file_gives_orders_to_a_terminal_or_turns_the_direction_of_writing(name: str) -> None:
    correction = Correction(
        label="refuted", justification=f"It says {ESCAPES}.", evidence=(AddedEvidence(text=ESCAPES),)
    )
    publication = _publish(set_right(_note("A reader wrote"), correction), names=True)
    text = RENDERERS[name](publication).removeprefix("\ufeff").replace("\r\n", "\n")
    assert not ORDERS.search(text) and "It says" in text
    if name == "json":
        assert [check["justification"] for check in json.loads(text)["checks"]] == [f"It says {ESCAPES}."]


# Web annotations

_TERMS = {
    *("id", "type", "label", "total", "first", "partOf", "startIndex", "items", "motivation", "created", "modified"),
    *("generator", "creator", "name", "homepage", "body", "value", "format", "language", "purpose", "target", "source"),
    *("selector", "exact", "prefix", "suffix", "start", "end", "via", "@context"),
}
"""Terms of http://www.w3.org/ns/anno.jsonld that are used; any other word would mean nothing to a reader."""
_TYPES = {
    *("AnnotationCollection", "AnnotationPage", "Annotation", "TextualBody", "SpecificResource", "TextQuoteSelector"),
    *("TextPositionSelector", "Software", "Organization"),
}
_MOTIVES = {"assessing", "classifying", "editing"}


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from _nodes(each)


def _selected(target: dict[str, Any], text: str) -> str:
    """Return what a target's two selectors select, counted in code points; they must agree."""
    quote, position = target["selector"]
    points = text.encode("utf-32-le", "surrogatepass")
    words = points[4 * position["start"] : 4 * position["end"]].decode("utf-32-le", "surrogatepass")
    around = quote["prefix"] + quote["exact"] + quote["suffix"]
    places = [at for at in range(len(text)) if text.startswith(around, at)]
    assert places == [position["start"] - len(quote["prefix"])]
    assert quote["exact"] == words
    return words


def test_annotations_hold_what_the_recommendation_asks_for(whole: Publication) -> None:
    collection = render_annotations(whole)
    items = collection["first"]["items"]
    assert collection["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert collection["total"] == len(items) > len(whole.checks)
    assert collection["first"]["partOf"] == collection["id"]
    for node in _nodes(collection):
        assert set(node) <= _TERMS
        assert node["type"] in _TYPES
        assert node.get("purpose", "assessing") in _MOTIVES
    for item in items:
        assert item["motivation"] == "assessing"
        assert item["body"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item["created"])
        assert item["creator"] == {
            "type": "Organization",
            "name": "Velda Checks",
            "homepage": "https://checks.example/",
        }
        assert item["via"].startswith(f"{PAGE}#check-")
    ids = [node["id"] for node in _nodes(collection) if "id" in node]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each) for each in ids)


def test_an_annotation_tells_verdict_and_reasons_on_the_words_of_the_claim() -> None:
    publication = _publish(accepted(_note("voted 7 to 2")))
    verdict, remark = render_annotations(publication)["first"]["items"]
    assert [body["value"] for body in verdict["body"]] == ["Refuted", "Six members voted in favour and three against."]
    assert verdict["target"]["source"] == REPORT.article.url
    assert _selected(verdict["target"], REPORT.article.text) == "voted 7 to 2"
    assert [body["purpose"] for body in remark["body"]] == ["classifying", "assessing", "editing"]
    assert remark["body"][2]["value"] == "6 to 3"
    assert _selected(remark["target"], REPORT.article.text) == "7 to 2"


def test_an_article_without_an_address_is_named_by_its_content() -> None:
    article = Article(text="Water is wet.", url="javascript:alert(1)")
    targets = [
        render_annotations(publish(article, RUN, REPORT.as_of, [accepted(_on(article, [(0, 5)]))]))["first"]["items"][0]
        for _ in range(2)
    ]
    assert targets[0]["target"]["source"].startswith("urn:uuid:")
    assert targets[0] == targets[1]


def test_ids_stay_the_same_when_a_check_is_corrected_later() -> None:
    note = _note("Inspectors counted")
    before = render_annotations(_publish(accepted(note)))["first"]["items"][0]
    after = render_annotations(_publish(set_right(note, Correction(label="refuted"))))["first"]["items"][0]
    assert before["id"] == after["id"]
    assert before["body"] != after["body"]


def test_a_collection_without_checks_has_no_page() -> None:
    collection = render_annotations(_publish(untouched(_note("voted 7 to 2"))))
    assert collection["total"] == 0
    assert "first" not in collection


def _on(article: Article, places: list[tuple[int, int]], flagged: tuple[int, int] | None = None) -> Note:
    spans = tuple(Span(start=start, end=end, exact=article.text[start:end]) for start, end in sorted(places))
    flags: tuple[Flag, ...] = ()
    if flagged:
        span = Span(start=flagged[0], end=flagged[1], exact=article.text[flagged[0] : flagged[1]])
        flags = (Flag(kind="outdated", severity="low", message="Old.", span=span, checker="sample"),)
    return Note(
        claim=Claim(article_id=article.id, spans=spans, text="It is so.", check_worthiness=0.5),
        verdict=Verdict(label="supported", confidence=0.9, justification="It is.", method="sample"),
        flags=flags,
    )


_PIECES = st.sampled_from(
    [
        "a",
        "e\u0301",
        "\u0301",
        "\n\n",
        " ",
        "“so”",
        "the same words ",
        "\U0001d11e",
        "\u202e",
        "한",
        "क्षि",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467",
        "\U0001f1fa\U0001f1e6",
    ]  # fmt: skip
)
_TEXTS = st.lists(_PIECES, min_size=1, max_size=30).map("".join) | st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=60
)


@given(st.data())
def test_selectors_select_exactly_the_words_in_any_text(data: st.DataObject) -> None:
    text = unicodedata.normalize("NFC", data.draw(_TEXTS))
    offsets = st.integers(0, len(text) - 1)
    places = data.draw(st.lists(st.tuples(offsets, offsets), min_size=1, max_size=3))
    spans = sorted({(min(a, b), max(a, b) + 1) for a, b in places})
    article = Article(text=text)
    note = _on(article, spans, flagged=spans[-1])
    publication = publish(article, RUN, REPORT.as_of, [accepted(note)])
    verdict, remark = render_annotations(publication)["first"]["items"]
    targets = verdict["target"] if isinstance(verdict["target"], list) else [verdict["target"]]
    assert [_selected(target, text) for target in targets] == [text[start:end] for start, end in spans]
    assert _selected(remark["target"], text) == text[slice(*spans[-1])]
    json.dumps(render_annotations(publication), ensure_ascii=False).encode()


def test_the_same_words_elsewhere_get_as_much_context_as_tells_them_apart() -> None:
    text = "x" + "no " * 60 + "yes. " + "no " * 60
    selector = quote_selector(text, Span(start=91, end=93, exact=text[91:93]))
    around = selector["prefix"] + selector["exact"] + selector["suffix"]
    assert text.count(around) == 1
    assert len(around) < len(text)


# ClaimReview


def test_every_claim_review_fits_the_vocabulary(whole: Publication) -> None:
    reviews = render_claim_reviews(whole)
    assert len(reviews) == sum(check.label is not None for check in whole.checks) < len(whole.checks)
    for review in reviews:
        assert review["@context"] == "https://schema.org"
        check_node(review)


def _without(path: str) -> Callable[[dict[str, Any]], None]:
    def change(review: dict[str, Any]) -> None:
        del review[path]

    return change


def _with(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(review: dict[str, Any]) -> None:
        *way, last = path.split(".")
        for name in way:
            review = review[name]
        review[last] = value

    return change


_BROKEN = {
    "an unknown property": _with("verdict", "false"),
    "an unknown property of the claim": _with("itemReviewed.speaker", "Dahl"),
    "an unknown type": _with("itemReviewed.@type", "Statement"),
    "a name for an organisation": _with("author", "Velda Checks"),
    "a number for a text": _with("claimReviewed", 7),
    "a word for a date": _with("datePublished", "soon"),
    "a word for an address": _with("url", "the page"),
    "a script for an address": _with("url", "javascript:alert(1)"),
    "a person as the place": _with("itemReviewed.appearance", {"@type": "Person", "name": "Dahl"}),
    "a work for an author": _with("author", {"@type": "CreativeWork", "name": "Velda Checks"}),
    "a rating in words alone": _with("reviewRating", "False"),
    "a rating outside its scale": _with("reviewRating.ratingValue", 9),
    "a property that was replaced": _with("awards", "Best check"),
    **{f"no {name}": _without(name) for name in ("url", "claimReviewed", "reviewRating", "author", "datePublished")},
    "no claim": _without("itemReviewed"),
    "no words for the rating": _with("reviewRating", {"@type": "Rating", "ratingValue": 1}),
    "an author without a name": _with("author", {"@type": "Organization"}),
}


@pytest.mark.parametrize("change", _BROKEN.values(), ids=_BROKEN.keys())
def test_the_vocabulary_refuses_what_is_wrong(whole: Publication, change: Callable[[dict[str, Any]], None]) -> None:
    review = copy.deepcopy(next(each for each in render_claim_reviews(whole) if "ratingValue" in each["reviewRating"]))
    check_node(review)
    change(review)
    with pytest.raises((ValueError, KeyError)):
        check_node(review)


def test_a_claim_review_says_who_checked_what_where_it_stands_and_how_it_came_out() -> None:
    (review,) = render_claim_reviews(_publish(accepted(_note("voted 7 to 2"))))
    assert review["author"] == {"@type": "Organization", "name": "Velda Checks", "url": "https://checks.example/"}
    assert review["claimReviewed"] == "The council voted 7 to 2 to close the bridge."
    assert review["url"] == f"{PAGE}#check-{_note('voted 7 to 2').claim.id}"
    assert review["datePublished"] == "2031-03-15"
    rating = review["reviewRating"]
    assert (rating["alternateName"], rating["ratingValue"]) == ("Refuted by the evidence", 1)
    assert (rating["worstRating"], rating["bestRating"]) == (1, 5)
    assert review["itemReviewed"]["appearance"]["url"] == REPORT.article.url
    assert "author" not in review["itemReviewed"]


@pytest.mark.parametrize("words", ["twice as many as in 2028", "The town borrowed 12.5 million crowns"])
def test_no_number_is_given_where_no_number_is_true(words: str) -> None:
    (review,) = render_claim_reviews(_publish(accepted(_note(words))))
    assert "ratingValue" not in review["reviewRating"]
    assert review["reviewRating"]["alternateName"] in ("Sources disagree", "Not enough evidence")
    check_node(review)


def test_what_has_no_verdict_no_approval_or_no_publisher_has_no_claim_review() -> None:
    flagged, plain = _note("The repair will take 18 months"), _note("Inspectors counted")
    assert render_claim_reviews(_publish(accepted(flagged))) == []
    assert render_claim_reviews(_publish(accepted(plain, approved=False))) == []
    assert render_claim_reviews(_publish(set_aside(plain, "not_checkable", approved=True))) == []
    assert render_claim_reviews(_publish(accepted(plain), publisher=None)) == []


def _said(kind: str, text: str, **said: Any) -> Note:
    note = _note("Inspectors counted")
    content = note.claim.span
    attribution = Attribution(content=content, direct=False, **said)
    claim = note.claim.model_copy(update={"kind": kind, "text": text, "attribution": attribution})
    return note.model_copy(update={"claim": claim})


@pytest.mark.parametrize(
    ("note", "author"),
    [
        (_said("quantity", "There were 41 cracks.", speaker="Aune", name="Marit Aune"), "Marit Aune"),
        (_said("event", "It cracked.", speaker="Marit Aune", speaker_title="inspector"), "Marit Aune"),
        (_said("event", "It cracked.", speaker="she"), None),
        (_said("event", "It cracked.", speaker="A local source"), None),
        (_said("event", "It cracked.", speaker="Velda Works", name="Velda Works"), None),
        (_said("quotation", "It cracked.", speaker="Aune", name="Marit Aune"), None),
        (_said("event", "Marit Aune says it cracked.", speaker="Aune", name="Marit Aune"), None),
        (_note("Inspectors counted"), None),
    ],
)
def test_a_claim_has_an_author_only_where_the_article_names_the_person_who_made_it(
    note: Note, author: str | None
) -> None:
    (review,) = render_claim_reviews(_publish(accepted(note)))
    check_node(review)
    assert review["itemReviewed"].get("author", {}).get("name") == author


# Pages


class _Page(HTMLParser):
    """Collects the article's words, links, tags and data of scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words = ""
        self.links: list[str | None] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.scripts: list[str] = []
        self._inside: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(found.get("href"))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if "words" in (found.get("class") or "").split():
            self._inside = tag
        if tag == "script":
            assert found == {"type": "application/ld+json"}
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside:
            self.words += data


def test_the_page_holds_the_article_word_for_word_and_links_that_lead_somewhere(whole: Publication) -> None:
    page = _Page(render_html(whole))
    assert page.words == REPORT.article.text
    assert {f"check-{check.id}" for check in whole.checks} <= set(page.ids)
    assert len(set(page.ids)) == len(page.ids)
    for link in page.links:
        assert link
        assert link.startswith(("https://", "http://")) or link.removeprefix("#") in page.ids


def test_hostile_text_is_text_on_the_page_and_in_its_data() -> None:
    note = _note("A reader wrote")
    evil = f"</script><script>alert(1)</script><!-- {{{{ 7*7 }}}} {HOSTILE} \u2028 javascript:alert(1)"
    correction = Correction(
        label="refuted", justification=evil, evidence=(AddedEvidence(url="javascript:alert(1)", text=evil),)
    )
    publication = _publish(
        set_right(note, correction), publisher=Publisher(name=evil, url="javascript:alert(1)"), names=True
    )
    rendered = render_html(publication)
    page = _Page(rendered)
    assert page.tags.count("script") == 1
    assert not {"img", "iframe", "svg", "form", "object"} & set(page.tags)
    assert not any((link or "").startswith("javascript:") for link in page.links)
    (reviews,) = (json.loads(script) for script in page.scripts)
    assert reviews[0]["reviewBody"] == evil
    assert "url" not in reviews[0]["author"]
    assert "49" not in rendered.split("<main>")[1].split("alert(1)")[0]


@given(st.text(max_size=40))
def test_data_in_a_script_element_is_read_back_as_it_was_and_cannot_end_it(text: str) -> None:
    written = script_json({"x": text})
    assert json.loads(written) == {"x": text}
    assert not set("<>&\u2028\u2029") & set(written)


def test_hostile_text_is_text_in_markdown() -> None:
    note = _note("A reader wrote")
    evil = f"# [x](javascript:alert(1)) <b>bold</b> | ~~no~~ {HOSTILE}"
    text = render_markdown(_publish(set_right(note, Correction(label="refuted", justification=evil))))
    rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    assert "<script" not in rendered
    assert "<b>" not in rendered
    assert 'href="javascript' not in rendered
    assert rendered.count("<h1>") == 1


def test_the_markdown_tells_the_gravest_first_and_every_check_in_order(whole: Publication) -> None:
    text = render_markdown(whole)
    table = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert [line.split("|")[2].split()[1] for line in table[:3]] == ["Refuted"] * 3
    assert [int(number) for number in re.findall(r"^## (\d+)\\\.", text, re.M)] == list(range(1, len(whole.checks) + 1))
    assert "~~7 to 2~~ → **6 to 3**" in text
    assert whole.coverage in text.replace("\\", "")


# Files


def test_files_are_written_whole_and_under_their_names(whole: Publication, tmp_path: Path) -> None:
    files = write_publication(whole, tmp_path / "out", FORMATS)
    assert [path.name for path in files] == list(FILES.values())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(FILES.values())
    assert (tmp_path / "out" / "published.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_with_nothing_approved_no_file_is_written(tmp_path: Path) -> None:
    assert write_publication(_publish(untouched(_note("voted 7 to 2"))), tmp_path / "out", FORMATS) == ()
    assert not (tmp_path / "out").exists()


def test_what_was_taken_back_does_not_stay_in_files_of_an_earlier_publication(
    whole: Publication, tmp_path: Path
) -> None:
    write_publication(whole, tmp_path, FORMATS)
    fewer = _publish(accepted(_note("Inspectors counted")), untouched(_note("voted 7 to 2")))
    assert len(write_publication(fewer, tmp_path, ["html"])) == len(FORMATS)
    gone = _note("voted 7 to 2").claim.id
    assert not any(gone in path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    write_publication(_publish(untouched(_note("voted 7 to 2"))), tmp_path, ["html"])
    assert "No check of this article is published" in (tmp_path / "published.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "claimreview.jsonld").read_text(encoding="utf-8")) == []


def test_a_failed_write_leaves_the_earlier_file(
    whole: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_publication(whole, tmp_path, ["md"])
    before = (tmp_path / "published.md").read_bytes()

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_publication(_publish(accepted(_note("Inspectors counted"))), tmp_path, ["md"])
    assert (tmp_path / "published.md").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["published.md"]


def test_a_verdict_without_a_source_says_so() -> None:
    note = _note("former mayor")
    publication = _publish(set_right(note, Correction(label="supported", flags=()), "false_alarm"))
    (check,) = publication.checks
    assert (check.remarks, check.justification, check.sources) == ((), None, ())
    assert "No source is cited." in render_markdown(publication)
    assert "No source is cited." in render_html(publication)
    assert "No source is cited." not in render_markdown(_publish(accepted(_note("The town borrowed"))))


def test_a_message_is_told_once_on_the_page_and_pointed_to_after_that() -> None:
    one, two = _note("former mayor"), _note("voted 7 to 2")
    flags = tuple(flag.model_copy(update={"message": "The register says otherwise."}) for flag in two.flags)
    publication = _publish(accepted(two.model_copy(update={"flags": flags})), accepted(one))
    again = publication.checks[1].model_copy(update={"remarks": publication.checks[0].remarks})
    publication = publication.model_copy(update={"checks": (publication.checks[0], again)})
    page, text = render_html(publication), render_markdown(publication)
    for rendered in (page, text):
        assert rendered.count("The register says otherwise.") == 1
    assert f'The same as in <a href="#check-{two.claim.id}">check 1</a>.' in page
    assert "the same as in 1." in text


def test_a_page_tells_who_did_both_once_and_days_that_differ() -> None:
    note = _note("Inspectors counted")
    both = decided(note, event(note, 1, "accept", DeskOutcome.of(note), reviewer="Brit Ness"))
    assert "Confirmed and approved by Brit Ness on 15 March 2031." in render_markdown(_publish(both, names=True))
    (*events, approval) = accepted(note).reviews
    later = approval.model_copy(update={"at": approval.at.replace(day=17)})
    apart = accepted(note).model_copy(update={"reviews": (*events, later)})
    assert "Confirmed by a person on 15 March 2031, approved on 17 March 2031." in render_markdown(_publish(apart))


def test_what_a_killed_publisher_left_unfinished_is_removed_and_a_living_ones_is_not(tmp_path: Path) -> None:
    old, young = tmp_path / ".published.html.4711", tmp_path / ".published.html.4712"
    for path in (old, young):
        path.write_text("words that were approved once", encoding="utf-8")
    os.utime(old, (0, 0))
    assert write_publication(_publish(), tmp_path, FORMATS) == ()
    assert not old.exists() and young.exists()
