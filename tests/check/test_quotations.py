"""Quotations: proven, altered, somebody else's, not found, and when to be silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy
import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.quotations import check_quotation
from pipeline.core.models import Article, Attribution, Claim, Finding, Passage, Span
from pipeline.core.ports import CheckContext

AS_OF = date(2031, 5, 2)
WORDS = "The harbour will stay open through the whole winter, whatever the ministry decides"


class Shelf:
    """Stored passages, or nobody's records."""

    def __init__(self, *passages: Passage) -> None:
        self._passages = passages

    def passages(self) -> Sequence[Passage]:
        return self._passages

    def of_person(self, name: str) -> tuple[()]:
        return ()

    def named(self, surname: str) -> tuple[()]:
        return ()

    def __len__(self) -> int:
        return len(self._passages)


class Blind:
    name = "blind"

    def embed(self, texts: Sequence[str]) -> numpy.ndarray:
        return numpy.ones((len(texts), 1), dtype=numpy.float32)


def quoted(text: str, words: str, speaker: str | None = "Ines Aldgate", **given: object) -> tuple[Claim, Article]:
    article = Article(text=text, **given)
    span = Span.locate(words, text)
    attribution = Attribution(speaker=speaker, content=span, direct=True) if speaker else None
    claim = Claim(
        article_id=article.id,
        spans=(span,),
        text=words,
        kind="quotation",
        check_worthiness=0.8,
        attribution=attribution,
    )
    return claim, article


def look(
    text: str, words: str, *stored: str | Passage, speaker: str | None = "Ines Aldgate", **given: object
) -> Finding:
    claim, article = quoted(text, words, speaker, **given)
    shelf = Shelf(*(p if isinstance(p, Passage) else Passage(text=p, publisher="Quay Post") for p in stored))
    return check_quotation(claim, CheckContext(article, (claim,), (), AS_OF, Shelf(), shelf, Blind()))


ARTICLE = f"“{WORDS},” said Ines Aldgate on the pier."


def test_the_same_words_by_the_same_speaker_are_proven_with_a_citation() -> None:
    finding = look(ARTICLE, WORDS, f'Ines Aldgate said on Monday: "{WORDS.upper()}."')
    assert finding.verdict and finding.verdict.label == "supported"
    assert not finding.flags
    assert finding.verdict.citations[0].span.is_in(finding.passages[0].text)


def is_counted(finding: Finding) -> bool:
    """Tell whether words are counted as not found: without a flag, a verdict or a confidence."""
    reason = finding.failure.reason if finding.failure else None
    return reason == "quotation_in_no_source" and not finding.flags and finding.verdict is None


def test_words_that_no_source_ought_to_hold_are_counted_and_not_flagged() -> None:
    finding = look(ARTICLE, WORDS, "The ministry closed three ports.", "Ines Aldgate spoke about winter.")
    assert is_counted(finding)
    assert finding.failure and "2 stored sources" in finding.failure.detail and "never said" in finding.failure.detail


SPEECH = f"On the pier on Friday Ines Aldgate said in her speech to the harbour guild: “{WORDS}.”"
FULL_TEXT = (
    "Full text of the speech of Ines Aldgate to the harbour guild, Friday. Good evening. The guild has kept this "
    "harbour for ninety years. The ice came early and the boats are in. I thank you all."
)


def test_words_that_the_full_text_of_the_very_speech_has_not_are_flagged_and_never_called_fake() -> None:
    text = Passage(text=FULL_TEXT, publisher="Harbour Guild", published_at=date(2031, 5, 1))
    finding = look(SPEECH, WORDS, text, "Three ports are closed.", published_at=AS_OF)
    assert finding.verdict and finding.verdict.label == "not_enough_evidence"
    assert [flag.kind for flag in finding.flags] == ["unproven_quotation"]
    assert "Ines Aldgate" in finding.flags[0].message and "Harbour Guild" in finding.flags[0].message
    assert "fake" not in finding.flags[0].message and "never said" in finding.verdict.justification
    assert finding.flags[0].citations and finding.flags[0].span.is_in(SPEECH)


@pytest.mark.parametrize(
    "stored",
    [
        FULL_TEXT.replace("Full text", "An extract"),
        FULL_TEXT.replace("Ines Aldgate", "Tobias Renn"),
        FULL_TEXT.replace("to the harbour guild, Friday", "at a wedding").replace("The guild has kept", "We have kept"),
        FULL_TEXT.replace("I thank you all.", f"{WORDS}. I thank you all."),
    ],
    ids=["an extract", "somebody else's", "another occasion", "the words are there"],
)
def test_what_need_not_hold_the_words_or_holds_them_flags_nothing(stored: str) -> None:
    text = Passage(text=stored, publisher="Quay Post", published_at=date(2031, 5, 1))
    assert not look(SPEECH, WORDS, text, "Three ports are closed.", published_at=AS_OF).flags


def test_a_text_of_long_ago_need_not_hold_the_words() -> None:
    text = Passage(text=FULL_TEXT, publisher="Harbour Guild", published_at=date(2030, 5, 1))
    assert is_counted(look(SPEECH, WORDS, text, published_at=AS_OF))


def test_words_that_stand_across_the_cut_of_a_document_are_not_missed() -> None:
    head, tail = FULL_TEXT + " The harbour will stay open through", "the whole winter, whatever the ministry decides."
    parts = [
        Passage(text=part, publisher="Harbour Guild", published_at=date(2031, 5, 1), source_url="https://guild.example")
        for part in (head, tail)
    ]
    assert not look(SPEECH, WORDS, *parts, published_at=AS_OF).flags


def test_words_that_a_source_gives_to_somebody_else_are_flagged_without_a_verdict() -> None:
    finding = look(ARTICLE, WORDS, f"“{WORDS},” said Tobias Renn, who owns the ferries.")
    assert finding.verdict is None
    assert [flag.kind for flag in finding.flags] == ["wrong_speaker"]
    assert "Tobias Renn" in finding.flags[0].message


@pytest.mark.parametrize(
    ("named", "flags"),
    [("Ines Aldgatte", []), ("Ines Aldgade", []), ("Mayor Ines Alldgate", []), ("Ines Aldwater", [1])],
)
def test_a_name_that_is_misspelt_by_a_letter_is_not_another_speaker(named: str, flags: list[int]) -> None:
    finding = look(ARTICLE, WORDS, f"“{WORDS},” said {named}, who owns the ferries.")
    assert [1 for flag in finding.flags if flag.kind == "wrong_speaker"] == flags


def test_an_agency_that_reports_the_speaker_is_not_another_speaker() -> None:
    finding = look(ARTICLE, WORDS, f"Norden Press said Ines Aldgate had told the council: “{WORDS}.”")
    assert "wrong_speaker" not in [flag.kind for flag in finding.flags]


def test_a_denial_of_the_words_is_no_proof() -> None:
    finding = look(ARTICLE, WORDS, f"Officials denied that Ines Aldgate had said “{WORDS}”.")
    assert finding.verdict and finding.verdict.label == "not_enough_evidence"
    assert [flag.kind for flag in finding.flags] == ["unproven_quotation"] and finding.flags[0].citations


def test_a_changed_word_is_shown_as_a_difference() -> None:
    other = WORDS.replace("whole winter", "whole autumn")
    finding = look(ARTICLE, WORDS, f"Ines Aldgate said: “{other}.”")
    assert [flag.kind for flag in finding.flags] == ["altered_quotation"]
    assert "autumn" in finding.flags[0].message and "winter" in finding.flags[0].message
    assert finding.flags[0].suggestion and "autumn" in finding.flags[0].suggestion


def test_a_passage_that_says_the_words_do_not_occur_is_no_proof() -> None:
    text = "The council called it a “bold step for the quay” on Friday."
    finding = look(
        text,
        "bold step for the quay",
        "The statement of the council does not contain the words “bold step for the quay”.",
        speaker="council",
    )
    assert finding.verdict and finding.verdict.label == "not_enough_evidence"


@pytest.mark.parametrize("words", ["winter port", "unity"])
def test_one_or_two_words_are_a_term(words: str) -> None:
    assert look(f"Aldgate spoke of a “{words}” again.", words, "Nothing of the kind.") == Finding(checker="quotations")


def test_without_sources_nothing_is_said() -> None:
    assert look(ARTICLE, WORDS) == Finding(checker="quotations")


def test_a_quoted_phrase_in_a_heading_has_no_speaker() -> None:
    denial = "The report does not contain the words “ropes and buckets”."
    finding = look("The answer: “Ropes and Buckets”", "“Ropes and Buckets”", denial, speaker=None)
    assert [flag.kind for flag in finding.flags] == ["unproven_quotation"]
    assert "no speaker is named" in finding.flags[0].message


def test_a_copy_of_the_article_proves_nothing() -> None:
    story = f"{ARTICLE} Two dredgers had worked the channel since Friday. The last of them left the basin at noon."
    assert is_counted(look(story, WORDS, story, "The ministry closed three ports."))


def test_where_a_copy_of_the_article_quotes_otherwise_the_difference_is_shown() -> None:
    story = f"{ARTICLE} Two dredgers had worked the channel since Friday. The last of them left the basin at noon."
    finding = look(story, WORDS, story.replace("whole winter", "whole autumn"))
    assert [flag.kind for flag in finding.flags] == ["altered_quotation"]
    assert finding.verdict is None


def test_the_article_s_own_publisher_proves_nothing() -> None:
    own = Passage(text=f"Ines Aldgate said: “{WORDS}.”", publisher="The Mole")
    assert is_counted(look(ARTICLE, WORDS, own, "Three ports are closed.", publisher="the mole"))


def test_a_later_source_proves_the_words_and_is_named_as_later() -> None:
    later = Passage(text=f"Ines Aldgate said: “{WORDS}.”", publisher="Quay Post", published_at=date(2031, 6, 1))
    finding = look(ARTICLE, WORDS, later)
    assert finding.verdict and finding.verdict.label == "supported" and "later" in finding.verdict.justification


def test_marks_dashes_and_spaces_do_not_matter() -> None:
    text = "“It’s half a bridge—no more than that, friends,” said Ines Aldgate."
    finding = look(
        text,
        "It’s half a bridge—no more than that, friends",
        'Ines Aldgate said: "It\'s half a bridge - no more than  that, friends."',
    )
    assert finding.verdict and finding.verdict.label == "supported"


PROVEN = [
    ("The pier … will stay open through the winter", "The pier, as I said before, will stay open through the winter."),
    ("The pier [...] will stay open through the winter", "The pier, I think, will stay open through the winter."),
    ("[t]he pier will stay open through the winter", "The pier will stay open through the winter."),
    ("The pier will [sic] stay open through the winter", "The pier will stay open through the winter."),
    ("Nobody told [Mayor Renn] about the cracked pier", "Nobody told him about the cracked pier."),
    ("We honour the pier and organise its defence", "We honor the pier and organize its defence."),
    ("The pier is safe and the ferries run", "The pier is safe,” Ines Aldgate said, “and the ferries run."),
]


@pytest.mark.parametrize(("words", "stored"), PROVEN)
def test_cuts_brackets_spelling_and_an_inserted_speaker_change_nothing(words: str, stored: str) -> None:
    finding = look(f"“{words},” said Ines Aldgate.", words, f"Ines Aldgate said: “{stored}”")
    assert finding.verdict and finding.verdict.label == "supported"
    assert not finding.flags


ALTERED = [
    ("I will resign if the council votes for the ferry", "I will not resign if the council votes for the ferry."),
    (
        "The ministry knew about the rust and the ministry slept",
        "The ministry knew about the rust. Later the ministry slept.",
    ),
    ("Ropes come first and buckets come second with sailors", "Buckets come first and ropes come second with sailors."),
]


@pytest.mark.parametrize(("words", "stored"), ALTERED)
def test_a_dropped_not_a_joint_and_another_order_are_altered(words: str, stored: str) -> None:
    finding = look(f"“{words},” said Ines Aldgate.", words, f"Ines Aldgate said: “{stored}”")
    assert [flag.kind for flag in finding.flags] == ["altered_quotation"]
    assert finding.verdict is None


def test_a_cut_does_not_join_words_in_the_wrong_order() -> None:
    words = "The ferries will run … the pier will stay open"
    finding = look(
        f"“{words},” said Ines Aldgate.",
        words,
        "Ines Aldgate said: “The pier will stay open and the ferries will run.”",
    )
    assert finding.verdict is None or finding.verdict.label != "supported"


def test_a_spokesman_is_not_the_speaker() -> None:
    finding = look(ARTICLE, WORDS, f"Ines Aldgate's spokesman Jens Falk said: “{WORDS}.”")
    assert finding == Finding(checker="quotations")


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_whatever_is_stored_a_flag_holds_the_article_s_words(words: str, stored: str) -> None:
    text = (
        Article(text=f"“{WORDS} ,” said Ines Aldgate. {words}".replace("\r", " ")).text if words.isascii() else ARTICLE
    )
    finding = look(text, WORDS, stored)
    assert all(flag.span.is_in(text) for flag in finding.flags)


@pytest.mark.parametrize("speaker", ["The sign", "banners", "the novel", "his T-shirt", "The clause"])
def test_words_on_a_thing_are_nobodys_quotation(speaker: str) -> None:
    text = f"{speaker} read “{WORDS}” on Monday."
    finding = look(text, WORDS, "The harbour was busy on Monday.", speaker=speaker)
    assert (finding.verdict, finding.flags) == (None, ())


def test_a_person_may_be_named_like_a_thing() -> None:
    text = f"“{WORDS},” said Jude Law."
    assert is_counted(look(text, WORDS, "The harbour was busy on Monday.", speaker="Jude Law"))
