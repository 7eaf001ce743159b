"""A report that looks like a real one and holds everything a report can hold; town and people are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipeline.core.models import (
    Article,
    Attribution,
    Citation,
    Claim,
    ClaimKind,
    Comparison,
    Coverage,
    Disclosure,
    Evidence,
    Failure,
    FailureReason,
    Flag,
    FlagKind,
    Heading,
    Label,
    Note,
    Part,
    PartialDate,
    PartKind,
    Passage,
    Relation,
    Report,
    Span,
    Uncheckable,
    Usage,
    Verdict,
    Versions,
)

HOSTILE = "<script>alert('owned')</script> {{ 7*7 }} </style><b>bold</b> \u202edesrever\u202c | a & *b*"

_TEXT = f"""\
The council of Port Velda voted 7 to 2 on Tuesday to close the Tern Street bridge, which former mayor Ilse Maren Dahl \
called “the spine of the old town”. The bridge was opened in 1931 and has carried trams since 1952.

What the inspectors found
Inspectors counted 41 cracks in the northern pier, twice as many as in 2028. The repair will take 18 months, the \
council said; in its own notice it speaks of 12 months. Divers had already reported loose stones under the middle \
arch two winters ago, and the harbour office put up a weight limit that few lorry drivers seem to have noticed.
“We warned them three times and nobody listened,” said harbour engineer Pavel Ostrander. It was plainly the worst \
decision of the decade.

Who pays
The bridge carries 9,400 vehicles a day, a survey by the port authority found. Shopkeepers of the old town fear for \
their trade, said Oda Fenn, who sells tickets for the ferry.
The crossing will be free for residents by 2035. Who will pay until then?
A reader wrote: “{HOSTILE}”. The town borrowed 12.5 million crowns for the works.
"""

_RECORD = Passage(
    text="Ilse Maren Dahl: Mayor of Port Velda, from 4 May 2029; in office when the record was made (1 February 2031).",
    source_url="https://records.example/port-velda/mayors",
    title="Mayors of Port Velda",
    publisher="Velda Civic Archive",
    published_at=date(2031, 2, 1),
    kind="office_record",
)
_MINUTES = Passage(
    text="The council resolved to close the bridge on Tern Street from 1 April.\nIn favour: six members. Against: "
    "three members. The motion was moved by the works committee and carried at 21:40.",
    source_url="https://council.example/minutes/2031-03-11",
    title="Minutes of the council’s sitting of 11 March",
    publisher="Port Velda Council",
    published_at=date(2031, 3, 12),
    event_date=PartialDate("2031-03-11"),
)
_INSPECTION = Passage(
    text="The inspection of the northern pier recorded 41 cracks wider than a millimetre. In 2028 there had been 29.",
    source_url="https://works.example/reports/tern-street-pier.pdf",
    title="Tern Street bridge: condition of the piers",
    publisher="Velda Works Office",
    published_at=date(2031, 2, 20),
    event_date=PartialDate("2031-02"),
)
_OLD_COUNT = Passage(
    text="Twenty cracks were found in the northern pier, the office said in the autumn of 2028.",
    source_url="https://tidings.example/archive/20281103",
    publisher="Velda Tidings",
    published_at=date(2028, 11, 3),
    event_date=PartialDate("2028"),
)
_INTERVIEW = Passage(
    text="“We warned them twice, in writing, and nobody answered,” said Marit Aune, who leads the pier inspections.",
    source_url="https://radio.example/morning/tern-street",
    title="Morning programme: the bridge",
    publisher="Radio Velda",
    published_at=date(2031, 3, 12),
)
_SURVEY = Passage(
    text="Between 9,000 and 9,800 vehicles crossed on a working day.",
    source_url="javascript:alert(1)",
    title="Survey of crossings",
    publisher="Velda Port Authority",
    published_at=date(2030, 10, 1),
    event_date=PartialDate("2030-09"),
    verified=False,
    note="Figure taken from a summary; the full survey was not seen.",
)
_RECOUNT = Passage(
    text="A recount in April found 7,100 vehicles a day, not 9,400 as was said in March.",
    source_url="https://tidings.example/archive/20310422",
    title="Fewer cars than thought",
    publisher="Velda Tidings",
    published_at=date(2031, 4, 22),
)
_RUMOUR = Passage(
    text=f"A letter to the editor: {HOSTILE}",
    source_url="https://letters.example/?q=\"><script>alert('owned')</script>",
    publisher="Letters & <Opinions>",
    origin="a wire story",
)
_GUIDE = Passage(
    text="Three bridges cross the sound. The bridge on Tern Street was opened in 1913.",
    source_url="https://guide.example/bridges",
    title="Walks in Port Velda",
    publisher="Velda Guide",
    published_at=date(2029, 5, 1),
)
_TRAMS = Passage(
    text="The tram line to the island was opened in May 1952 and crosses the Tern Street bridge.",
    title="Velda on rails: a history",
    published_at=date(1998, 1, 1),
    event_date=PartialDate("1952-05"),
)

_FLAGS: dict[FlagKind, str] = {
    "misattributed_title": "The text says “former mayor”; the record has her as mayor from 4 May 2029, with no end.",
    "outdated": "“former” was not true on 14 March 2031.",
    "misplaced_voice": "Under a heading about who pays, a ticket seller speaks for the shopkeepers.",
    "unproven_quotation": "The quoted words are in none of the stored sources.",
    "altered_quotation": "The source has “twice, in writing, and nobody answered”.",
    "wrong_speaker": "The source gives these words to Marit Aune, not to Pavel Ostrander.",
    "wrong_number": "The text says 7 to 2; the minutes say six in favour and three against.",
    "wrong_fact": "Facts of the world have another count.",
    "inconsistent_article": "The text gives the repair 18 months here and 12 months in the next clause.",
    "conflicting_evidence": "One source counts 29 cracks in 2028, another twenty.",
    "low_confidence": "The source gives a range; the text gives one figure.",
    "addresses_the_checker": "The letter tells whoever checks to call every claim supported.",
    "later_evidence": "A source published on 22 April 2031 gives another figure.",
}


def sample_article() -> Article:
    """Return the article of the sample report."""
    headings = [Heading(span=Span.locate(words, _TEXT)) for words in ("What the inspectors found", "Who pays")]
    return Article(
        text=_TEXT,
        title="Council closes Tern Street bridge after inspectors find 41 cracks",
        url="https://velda-courier.example/news/tern-street-bridge",
        publisher="The Velda Courier",
        published_at=date(2031, 3, 14),
        headings=tuple(headings),
        warnings=("the encoding was not declared; windows-1252 was guessed",),
    )


def sample_claim(
    words: str, text: str | None = None, kind: ClaimKind = "event", worth: float = 0.7, **more: object
) -> Claim:
    """Return a claim on words of the sample article."""
    return Claim.model_validate(
        {
            "article_id": sample_article().id,
            "spans": (Span.locate(words, _TEXT),),
            "text": text or words,
            "kind": kind,
            "check_worthiness": worth,
            "reasons": ("names an event",),
            **more,
        }
    )


def sample_flag(kind: FlagKind, words: str, suggestion: str | None = None, *cited: Citation, low: bool = False) -> Flag:
    """Return a flag on words of the sample article."""
    return Flag(
        kind=kind,
        severity="low" if low else "high",
        message=_FLAGS[kind],
        span=Span.locate(words, _TEXT),
        suggestion=suggestion,
        citations=cited,
        checker="sample",
    )


def _found(*passages: Passage, later: Passage | None = None) -> tuple[Evidence, ...]:
    found = [
        Evidence(
            passage=passage,
            rank=rank,
            score=1 / (60 + rank),
            retriever="office_records" if passage.kind == "office_record" else "vector+lexical",
        )
        for rank, passage in enumerate(passages, 1)
    ]
    if later:
        found.append(Evidence(passage=later, rank=len(found) + 1, score=0.01, retriever="vector", later=True))
    return tuple(found)


def _decided(
    label: Label, why: str, *cited: Citation, sure: float = 0.9, method: str = "quantities"
) -> dict[str, Verdict]:
    verdict = Verdict(label=label, confidence=sure, justification=why, citations=cited, method=method)
    return {"verdict": verdict}


def _failed(reason: FailureReason, detail: str = "", *, retryable: bool = False) -> dict[str, Failure]:
    return {"failure": Failure(stage="predict_verdict", reason=reason, detail=detail, retryable=retryable)}


def _unsaid(words: str, kind: Uncheckable) -> Note:
    claim = sample_claim(words, kind="other", worth=0.05, uncheckable=kind)
    return Note(claim=claim, failure=Failure(stage="detect_claims", reason="not_checkable"))


def _beside_the_guide() -> Comparison:
    """Return what differs and agrees about the year the bridge was opened."""
    pairs: tuple[tuple[PartKind, str, Relation, str], ...] = (
        ("other", "bridge", "agrees", "bridge"),
        ("other", "opened", "agrees", "opened"),
        ("date", "1931", "differs", "1913"),
    )
    at = _TEXT.index("The bridge was opened")
    sentence = Span.locate("The bridge on Tern Street was opened in 1913.", _GUIDE.text)
    parts = tuple(
        Part(
            kind=kind,
            words=Span.locate(words, _TEXT, near=at),
            relation=relation,
            source_words=Span.locate(said, _GUIDE.text, near=sentence.start),
        )
        for kind, words, relation, said in pairs
    )
    return Comparison(passage_id=_GUIDE.id, sha256=_GUIDE.sha256, sentence=sentence, parts=parts)


def _vote_notes() -> list[Note]:
    vote = Citation.locate("In favour: six members. Against: three members", _MINUTES)
    closed = Citation.locate("resolved to close the bridge on Tern Street", _MINUTES)
    record = Citation.locate("Mayor of Port Velda, from 4 May 2029", _RECORD)
    dahl = Attribution(
        speaker="Ilse Maren Dahl",
        speaker_title="former mayor",
        cue="called",
        content=Span.locate("the spine of the old town", _TEXT),
        direct=True,
    )
    return [
        Note(
            claim=sample_claim(
                "The council of Port Velda voted 7 to 2 on Tuesday to close the Tern Street bridge",
                "On Tuesday, 11 March 2031, the council of Port Velda voted to close the Tern Street bridge.",
            ),
            **_decided("supported", "The minutes record the decision to close the bridge.", closed, sure=0.95),
            evidence=_found(_MINUTES, _INTERVIEW),
            trace=("quantities: silent", "model: supported"),
        ),
        Note(
            claim=sample_claim("voted 7 to 2", "The council voted 7 to 2 to close the bridge.", "quantity", 0.9),
            **_decided("refuted", "Six members voted in favour and three against.", vote, sure=0.97),
            flags=(sample_flag("wrong_number", "7 to 2", "6 to 3", vote),),
            evidence=_found(_MINUTES),
            trace=("quantities: 7 to 2 against 6 to 3",),
        ),
        Note(
            claim=sample_claim(
                "former mayor Ilse Maren Dahl", "Ilse Maren Dahl was a former mayor in March 2031.", "title", 0.8
            ),
            **_decided("refuted", "She has been mayor since 4 May 2029.", record, sure=0.98, method="titles"),
            flags=(
                sample_flag("misattributed_title", "former mayor Ilse Maren Dahl", "Mayor Ilse Maren Dahl", record),
                sample_flag("outdated", "former mayor", None, record, low=True),
            ),
            evidence=_found(_RECORD),
            trace=("titles: one record of this person, open term",),
        ),
        Note(
            claim=sample_claim(
                "“the spine of the old town”",
                "Ilse Maren Dahl called the bridge “the spine of the old town”.",
                "quotation",
                attribution=dahl,
            ),
            **_decided("not_enough_evidence", "No stored source has these words.", sure=0.6, method="quotations"),
            flags=(sample_flag("unproven_quotation", "the spine of the old town", low=True),),
            evidence=_found(_INTERVIEW, _MINUTES),
        ),
        Note(
            claim=sample_claim("The bridge was opened in 1931", kind="quantity", worth=0.5),
            **_failed("no_model"),
            evidence=_found(_GUIDE, _TRAMS),
            comparison=_beside_the_guide(),
        ),
        Note(
            claim=sample_claim("has carried trams since 1952", "The bridge has carried trams since 1952."),
            **_decided("supported", "The line was opened in May 1952.", Citation.locate("May 1952", _TRAMS), sure=0.88),
            evidence=_found(_TRAMS),
        ),
    ]


def _pier_notes() -> list[Note]:
    now = Citation.locate("recorded 41 cracks", _INSPECTION)
    then = Citation.locate("In 2028 there had been 29", _INSPECTION)
    older = Citation.locate("Twenty cracks were found", _OLD_COUNT)
    said = Citation.locate("We warned them twice, in writing, and nobody answered", _INTERVIEW)
    aune = Citation.locate("said Marit Aune", _INTERVIEW)
    quote = "We warned them three times and nobody listened"
    spoken = Attribution(
        speaker="Pavel Ostrander",
        speaker_title="harbour engineer",
        cue="said",
        content=Span.locate(quote, _TEXT),
        direct=True,
    )
    return [
        Note(
            claim=sample_claim("Inspectors counted 41 cracks in the northern pier", kind="quantity"),
            **_decided("supported", "The inspection recorded 41 cracks wider than a millimetre.", now),
            evidence=_found(_INSPECTION, _OLD_COUNT),
        ),
        Note(
            claim=sample_claim(
                "twice as many as in 2028", "The pier had twice as many cracks in 2031 as in 2028.", "quantity"
            ),
            **_decided("conflicting_evidence", "For 2028 the sources give 29 and twenty.", then, older, sure=0.55),
            flags=(sample_flag("conflicting_evidence", "twice as many as in 2028", None, then, older),),
            evidence=_found(_INSPECTION, _OLD_COUNT, _MINUTES),
        ),
        Note(
            claim=sample_claim("The repair will take 18 months, the council said", kind="quantity"),
            **_failed("budget", "0.50 dollars spent"),
            flags=(sample_flag("inconsistent_article", "12 months"),),
            evidence=_found(_MINUTES),
        ),
        Note(
            claim=sample_claim("Divers had already reported loose stones under the middle arch two winters ago"),
            **_failed("timeout", "no answer in 60 s", retryable=True),
            evidence=_found(_INSPECTION),
        ),
        Note(claim=sample_claim("the harbour office put up a weight limit"), **_failed("no_model"), evidence=_found()),
        Note(
            claim=sample_claim(
                quote, "Harbour engineer Pavel Ostrander said: “" + quote + "”.", "quotation", 0.9, attribution=spoken
            ),
            **_decided("refuted", "The words differ, and another person said them.", said, aune, method="quotations"),
            flags=(
                sample_flag("altered_quotation", quote, "We warned them twice, in writing, and nobody answered", said),
                sample_flag("wrong_speaker", "harbour engineer Pavel Ostrander", "Marit Aune", aune),
            ),
            evidence=_found(_INTERVIEW, _INSPECTION),
        ),
        _unsaid("It was plainly the worst decision of the decade.", "opinion"),
    ]


def _money_notes() -> list[Note]:
    span = Citation.locate("Between 9,000 and 9,800 vehicles", _SURVEY)
    return [
        Note(
            claim=sample_claim("The bridge carries 9,400 vehicles a day", kind="quantity"),
            **_decided(
                "supported", "The figure lies in the survey’s range.", span, sure=0.5, method="judge@2+0a1b2c3d sample"
            ),
            flags=(
                sample_flag("low_confidence", "9,400 vehicles a day", low=True),
                sample_flag("wrong_fact", "9,400 vehicles a day", low=True),
                sample_flag("later_evidence", "9,400 vehicles a day", low=True),
                sample_flag("addresses_the_checker", "9,400 vehicles a day"),
            ),
            evidence=_found(_SURVEY, later=_RECOUNT),
            trace=("quantities: a range, silent", "model: supported, 0.50"),
        ),
        Note(
            claim=sample_claim("Shopkeepers of the old town fear for their trade", kind="other"),
            **_decided("not_enough_evidence", "No source speaks of the shopkeepers.", sure=0.7),
            flags=(sample_flag("misplaced_voice", "Oda Fenn, who sells tickets for the ferry"),),
        ),
        _unsaid("The crossing will be free for residents by 2035.", "prediction"),
        _unsaid("Who will pay until then?", "question"),
        Note(
            claim=sample_claim("A reader wrote: “" + HOSTILE + "”", "A reader wrote " + HOSTILE, "quotation"),
            **_failed("quote_not_found", "not in the text: " + HOSTILE),
            evidence=_found(_RUMOUR),
            trace=(HOSTILE,),
        ),
        Note(
            claim=sample_claim("The town borrowed 12.5 million crowns for the works.", kind="quantity"),
            **_decided("not_enough_evidence", "None of the passages speaks of a loan.", sure=0.8),
            evidence=_found(_MINUTES, _TRAMS),
        ),
    ]


def sample_report() -> Report:
    """Return a report with every outcome, every kind of flag, nested spans, a later passage and hostile text."""
    notes = (*_vote_notes(), *_pier_notes(), *_money_notes())
    return Report(
        run_id="20310314-0930-5f2c",
        coverage=Coverage.of(notes),
        as_of=date(2031, 3, 14),
        article=sample_article(),
        notes=notes,
        usage=Usage(calls=14, cached=3, tokens_in=18234, tokens_out=2210, dollars=0.0123, seconds=31.4),
        seconds=7.9,
        versions=Versions(
            code="0.1.0+g1a2b3c4",
            model="sample:judge-1",
            prompts=("detect_claims@1+ab12cd34", "judge@2+0a1b2c3d"),
            embedding="sample-embedding 1.0",
            index="9f8e7d6c5b4a",
            syntax="sample-syntax 3.8",
        ),
        disclosures=(
            Disclosure(service="https://models.example", saw="the claims of 14 notes and the evidence for each"),
        ),
        created_at=datetime(2031, 3, 14, 9, 30, tzinfo=UTC),
        problems=("the model failed to detect claims in one paragraph; syntax was used instead",),
    )
