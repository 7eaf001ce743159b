from pipeline.claims import attributions
from pipeline.models import Article, Attribution


def said(text: str) -> list[Attribution]:
    return list(attributions(Article(text=text)))


def test_a_reported_statement_has_source_cue_and_content() -> None:
    (only,) = said("Residents believe that the mast was never inspected.")
    assert (only.speaker, only.cue, only.direct) == ("Residents", "believe", False)
    assert only.content.exact == "the mast was never inspected"


def test_a_short_frame_after_the_statement_names_its_source() -> None:
    (only,) = said("The tower collapsed on Monday, officials said.")
    assert (only.speaker, only.content.exact) == ("officials", "The tower collapsed on Monday")


def test_according_to_names_a_source() -> None:
    (only,) = said("According to the census bureau, most households own a bicycle.")
    assert (only.speaker, only.cue) == ("the census bureau", "According to")
    assert only.content.exact == "most households own a bicycle"


def test_a_surname_is_given_its_full_name_where_the_text_tells_one() -> None:
    text = "Maria Lopez visited the school. “Nobody told us about the mould,” Lopez said."
    (only,) = said(text)
    assert (only.speaker, only.name) == ("Lopez", "Maria Lopez")


def test_a_pronoun_is_named_only_when_one_person_is_near() -> None:
    near = "Maria Lopez visited the school. “It smells of mould in here,” she said."
    far = "Maria Lopez met Anna Berg at the school. “It smells of mould in here,” she said."
    assert [each.name for each in said(near)] == ["Maria Lopez"]
    assert [each.name for each in said(far)] == [None]


def test_a_quotation_left_open_goes_on_in_the_next_paragraph() -> None:
    text = "“We came in April,” said pilot Ines Duarte. “We left in May.\n\n“We shall not come back.”"
    assert [each.speaker for each in said(text)] == ["Ines Duarte"] * 3


def test_a_quotation_after_another_paragraph_is_not_guessed_at() -> None:
    text = "“We came in April,” said pilot Ines Duarte.\n\n“Nobody knew about it at all.”"
    assert len(said(text)) == 1


def test_an_event_cannot_speak() -> None:
    assert said("The shift suggests that the coast is sinking.") == []


def test_british_quotation_marks_and_apostrophes_are_told_apart() -> None:
    (only,) = said("‘The workers’ canteen is closed,’ said Ines Duarte.")
    assert only.content.exact == "‘The workers’ canteen is closed,’"
