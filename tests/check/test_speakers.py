"""Speakers that are easily mistaken: of one surname, dead, carriers of a statement, behind mixed marks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check.claims.attribution import placed_quotations
from pipeline.check.claims.attribution.sexes import honorific_of, is_dead, sex_of
from pipeline.core.english import parse, sentences
from pipeline.core.models import Article, Span, fold, plain

WORDS = "“The pumps were never tested before that night,”"


def speakers(text: str) -> list[str | None]:
    """Return whom each quotation is given to: the full name, else as written."""
    attributions = [placed.attribution for placed in placed_quotations(Article(text=text))]
    return [(each.name or each.speaker) if each else None for each in attributions]


@pytest.mark.parametrize(
    "text",
    [
        f"Robert Oake, 45, was found dead on Monday. {WORDS} Ms. Oake said.",
        f"Robert Oake runs the mill. {WORDS} Ms Oake, who left it in May, said.",
        f"The late Arden Oake built the mill. {WORDS} Mr Oake, his nephew, said.",
        f"The mill belonged to Sir Arden Oake. {WORDS} Mrs Oake said.",
    ],
)
def test_a_title_before_a_surname_is_not_somebody_of_the_other_sex_or_dead(text: str) -> None:
    assert speakers(text) == ["Oake"]


@pytest.mark.parametrize(("title", "name"), [("Mr", "Max Oake"), ("Mrs", "Carla Oake")])
def test_a_title_picks_one_of_two_with_a_surname(title: str, name: str) -> None:
    text = f"Carla Oake and her husband, Max Oake, keep the mill. {title} Oake said: {WORDS.replace(',”', '.”')}"
    assert speakers(text) == [name]


def test_a_title_alone_does_not_doubt_the_only_person_of_a_surname() -> None:
    assert speakers(f"Thomas Oake has run the mill since May. {WORDS} Mr Oake said.") == ["Thomas Oake"]


@pytest.mark.parametrize(
    "text",
    [
        "Norrland Power said in a statement, first reported by the Harbour Gazette: “The pumps were tested.”",
        "Norrland Power wrote in a letter, obtained by the Harbour Gazette: “The pumps were tested.”",
    ],
)
def test_who_carried_a_statement_is_not_its_speaker(text: str) -> None:
    assert speakers(text) == ["Norrland Power"]


@pytest.mark.parametrize("place", ["Ostreva", "Poland", "New Zealand"])
def test_an_office_of_a_country_before_a_name_leaves_the_name(place: str) -> None:
    assert speakers(f"{WORDS} said ex-Foreign Minister of {place} Ruth Simek, who has left.") == ["Ruth Simek"]


@pytest.mark.parametrize("office", ["the Mayor of New York City", "the President of Poland"])
def test_an_office_without_a_name_is_not_its_country(office: str) -> None:
    assert speakers(f"{WORDS} said {office}.")[0] not in ("Poland", "New York City")


@pytest.mark.parametrize("described", ["the ombudsman", "the mayor of Brezno", "The head of the survey"])
def test_a_description_takes_the_name_in_apposition(described: str) -> None:
    assert speakers(f"{WORDS} {described}, Celia Brand, told the panel.") == ["Celia Brand"]


@pytest.mark.parametrize(("first", "last"), [("“", '"'), ('"', "”")])
def test_a_quotation_opened_with_one_kind_of_mark_and_closed_with_another_ends_there(first: str, last: str) -> None:
    text = f"{first}The pumps were never tested,{last} Ines Oake said. She will not ask again. It rained all day."
    (only,) = placed_quotations(Article(text=text))
    assert only.quoted.span.exact == f"{first}The pumps were never tested,{last}"
    assert only.attribution and only.attribution.name == "Ines Oake"


def test_a_quotation_inside_a_quotation_does_not_end_it() -> None:
    text = '“He said "never" to my face,” said Ines Oake. She will not ask again.'
    (only,) = placed_quotations(Article(text=text))
    assert only.quoted.inner == 'He said "never" to my face,'


def test_paragraphs_left_open_get_the_speaker_who_is_named_after_the_last() -> None:
    text = "The admiral, Lars Bohm, was brief.\n\n“The ship is afloat.\n\n“The crew is safe and well,” he said."
    assert speakers(text) == ["Lars Bohm", "Lars Bohm"]


def test_a_pronoun_is_the_one_person_of_that_sex_who_was_named() -> None:
    assert speakers(f"Thomas Hale met Anna Brook on Monday. {WORDS} he said.") == ["Thomas Hale"]
    assert speakers(f"Thomas Hale met David Brook on Monday. {WORDS} he said.") == ["he"]


def test_sex_and_death_are_told_by_the_article_or_not_at_all() -> None:
    article = Article(
        text="Ms Kit Oake met Lou Berg. Her husband, Sam Oake, 61, died in May. The body of Ira Lund lay there."
    )
    assert sex_of(article, "Kit Oake") == "woman" and sex_of(article, "Lou Berg") is None
    assert sex_of(article, "Sam Oake") == "man" and is_dead(article, "Sam Oake") and is_dead(article, "Ira Lund")
    assert not is_dead(article, "Kit Oake") and honorific_of(article, article.text.index("Kit")) == "woman"


# Characters


@pytest.mark.parametrize(
    "name",
    ["Ada\N{NO-BREAK SPACE}Finch", "Ada\N{NARROW NO-BREAK SPACE}Finch", "Stefan Oﬀer", "Anne\N{HYPHEN}Marie Finch"],
)
def test_no_way_to_write_a_name_loses_a_part_of_it(name: str) -> None:
    (only,) = speakers(f"{WORDS} said {name}, the mayor.")
    assert only == name


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["ofﬁce", "a", "co‐op", "Finch", "said", "ﬂood", "½", "it.", "Å"]), min_size=1))
def test_a_parse_has_the_offsets_of_the_text_as_it_is(words: list[str]) -> None:
    text = "\N{NO-BREAK SPACE}".join(words)
    doc = parse(text)
    assert len(doc.text) == len(text)
    assert all(text[token.idx : token.idx + len(token)].strip() for token in doc if token.text.strip())
    article = Article(text=text)
    assert all(sentence.span.is_in(text) for sentence in sentences(article))


@given(st.text(alphabet="aﬁﬂ ‐\u00ad\u200b\u00a0é“½２", max_size=40))
def test_a_typed_text_keeps_where_each_character_was(text: str) -> None:
    typed, offsets = plain(text)
    assert len(typed) == len(offsets) and offsets == sorted(offsets)
    assert all(character in plain(text[offset])[0] for character, offset in zip(typed, offsets, strict=True))
    assert plain(typed)[0] == typed and not set(typed) & set("ﬁﬂ‐\u00ad\u200b\u00a0２")
    assert "½" in typed or "½" not in text


def test_words_are_found_through_ligatures_hyphens_and_blanks_in_place() -> None:
    text = "The ﬁrst co‐op\N{NO-BREAK SPACE}opened\u00ad."
    span = Span.locate("first co-op opened", text)
    assert span.exact == "ﬁrst co‐op\N{NO-BREAK SPACE}opened" and span.is_in(text)
    assert fold(text)[0] == "The first co-op opened."
