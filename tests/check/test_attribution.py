import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check import attributions
from pipeline.check.claims.attribution import placed_quotations
from pipeline.check.claims.attribution.quoted import quoted
from pipeline.check.claims.attribution.unquoted import frames
from pipeline.core.models import Article, Attribution


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


def speakers(text: str) -> list[str | None]:
    """Return who speaks each quotation in order, None where nobody is named."""
    article = Article(text=text)
    given = {each.content: each.speaker for each in attributions(article) if each.direct}
    return [given.get(each.span) for each in quoted(article)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“The bridge is safe,” said Karin Holm, the engineer. “We checked every bolt.”", ["Karin Holm"] * 2),
        ("“The bridge is safe,” Karin Holm, the engineer, said on Monday.", ["Karin Holm"]),
        ("“The bridge is safe,” the mayor, Ellen Marsh, told the council after Mr Dunn left.", ["Ellen Marsh"]),
        ("“The bridge,” Holm said, “is safe.”", ["Holm", "Holm"]),
        ("“Is the bridge safe?” asked Councillor Peter Dunn. “I doubt it.”", ["Peter Dunn"] * 2),
        ("Karin Holm said: “The bridge is safe. We checked every bolt.”", ["Karin Holm"]),
        (
            "In a statement, the Ministry of Transport said: “The works will end in June.”",
            ["the Ministry of Transport"],
        ),
        ("In the words of engineer Karin Holm, “the bridge is as safe as a house.”", ["Karin Holm"]),
        ("“The bridge is as safe as any house,” according to Holm.", ["Holm"]),
        ("According to Holm, “the bridge is as safe as any house in town.”", ["Holm"]),
        ("“We are done here,” Mr Dunn said, adding: “Nobody will pay for this bridge.”", ["Dunn", "Dunn"]),
        ("“We are done,” Mr Dunn said, while Ms Holm insisted: “The bridge is sound.”", ["Dunn", "Holm"]),
        ("“Another day, another crack,” tweeted Peter Dunn, a councillor.", ["Peter Dunn"]),
        ("When Holm said the bridge was closed, Dunn shouted, “Then open it again!”", ["Dunn"]),
        ("“It was a lovely old bridge” — Ellen Marsh", ["Ellen Marsh"]),
        ("Ellen Marsh: “It was a lovely old bridge.”", ["Ellen Marsh"]),
        ("The mayor was furious: “This is no way to run a town.”", ["The mayor"]),
        ("''The bridge is safe,'' said Holm. ''It stands on rock.''", ["Holm", "Holm"]),
        ('"It is a bad law," Sen. Jane Ruiz, D-Ohio, said. "It hurts families."', ["Jane Ruiz"] * 2),
        ("Holm said the report was wrong. “It is full of errors from the first page.”", ["Holm"]),
        ("“I was told by Holm that it was safe,” one driver said.", ["one driver"]),
        ("“We have no comment to make,” said officials at the ministry.", ["officials"]),
        ("Judge Roy Bell wrote that the state “failed to show any reason for the search”.", ["Roy Bell"]),
        ("Dunn called the bridge “a death trap for small children”.", ["Dunn"]),
        ("The report said the bridge “had not been inspected since 1994”.", ["The report"]),
        ("Both Marsh and Dunn said they were “ready to work together for the town”.", ["Both Marsh and Dunn"]),
        ("“We will win,” he said. She laughed. “You always say that,” she said.", ["he", "she"]),
        ("Holm, who runs the roads, told reporters that “the bridge will stay open.”", ["Holm"]),
        ("Hart was accused by Cole of “lying to the people of this state”.", ["Cole"]),
        ("The law — Cole called it “a disgrace to the state” — was passed in May.", ["Cole"]),
        ("“That,” she said, pointing at the bridge, “is where he fell.”", ["she", "she"]),
        ("Brand said the result was “a slap in the face” and promised to “fight on in every street”.", ["Brand"] * 2),
        ("“It’s over,” Prado told Jean Roux, who said: “It is not.”", ["Prado", "Jean Roux"]),
        ("Stern said Brand told him: “Nobody wants it.”", ["Brand"]),
        ("«We had no choice,» said Karl Voss.", ["Karl Voss"]),
        ("“I can't,” said Dr Lena Moss of the University of Ulm, “tell you.”", ["Lena Moss", "Lena Moss"]),
        ("“We regret any inconvenience,” it said in a statement.", ["it"]),
        ("“We lost everything,” Reed said. He wiped his eyes. “It was our home.”", ["Reed", "Reed"]),
    ],
)
def test_a_quotation_goes_to_the_speaker_beside_it(text: str, expected: list[str]) -> None:
    assert speakers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The bridge opened in 1931. “It was the pride of the whole town.”",
        "“The bridge is closed!” The crowd fell silent, and Marsh said nothing.",
        "Marsh had to change her mind when Dunn laughed and Holm left: “This is no way to run a town.”",
        "Holm met Dunn at noon. “This is no way to run a town.”",
        "Asked whether the bridge was safe, Holm laughed. “Ask the fish that live under it.”",
        "Dunn reads “The Bridge Across Quiet Waters” every summer.",
        "Hart has been called “the worst deputy in living memory”.",
        "The mayor, who had been “furious for weeks about the bridge”, said nothing.",
        "Hart, described by many as “a liar and a thief”, denied the charge.",
        "Many have said so, among them Roy Bell -- “It is a shame for the whole town” -- and others.",
    ],
)
def test_nobody_is_named_where_the_text_leaves_it_open(text: str) -> None:
    assert set(speakers(text)) == {None}


def test_the_speaker_before_does_not_go_on_after_somebody_else_came_in() -> None:
    text = "“We lost everything,” said Anna Reed. Tom Reed, her brother, disagreed. “It could have been worse.”"
    assert speakers(text) == ["Anna Reed", None]


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        ("Officials refused to discuss the incident.", "Officials", "refused", "to discuss the incident"),
        ("Holm wants to close the bridge.", "Holm", "wants", "to close the bridge"),
        ("Mr Dunn called for an inquiry.", "Dunn", "called for", "an inquiry"),
        ("Ellen Marsh criticised the ministry.", "Ellen Marsh", "criticised", "the ministry"),
        ("She asked whether the bridge was safe.", "She", "asked", "whether the bridge was safe"),
        (
            "The minister was confident that the bill would pass.",
            "The minister",
            "was confident",
            "the bill would pass",
        ),
        ("Polls show a close contest in the county.", "Polls", "show", "a close contest in the county"),
        ("A survey found that most people own a bicycle.", "A survey", "found", "most people own a bicycle"),
        ("They laughed at Holm's claim that the bridge was safe.", "Holm", "claim", "the bridge was safe"),
        ("Drivers, who say the road is dangerous, met on Monday.", "Drivers", "say", "the road is dangerous"),
        ("Critics say the plan is “a gift to builders”.", "Critics", "say", "the plan is “a gift to builders”"),
    ],
)
def test_statements_and_attitudes_have_source_cue_and_content(text: str, source: str, cue: str, content: str) -> None:
    assert (source, cue, content) in [(each.speaker, each.cue, each.content.exact) for each in said(text)]


def test_a_statement_may_hold_another() -> None:
    found = [(each.speaker, each.content.exact) for each in said("Lopez said that critics believe the mast is unsafe.")]
    assert found == [("Lopez", "critics believe the mast is unsafe"), ("critics", "the mast is unsafe")]


def test_a_transcript_gives_each_line_to_its_label() -> None:
    text = "MARSH: Good evening, everyone.\nHOLM: Good evening.\nMARSH: Shall we begin with the bridge?"
    assert [each.speaker for each in said(text)] == ["MARSH", "HOLM", "MARSH"]


def test_a_label_that_no_other_line_has_is_no_speaker() -> None:
    assert said("UPDATE: The bridge is open again.") == []


def test_a_title_is_told_apart_from_the_name() -> None:
    (only,) = said("“It is over,” said Councillor Peter Dunn.")
    assert (only.speaker, only.speaker_title, only.name) == ("Peter Dunn", "Councillor", "Peter Dunn")


def test_a_surname_is_not_given_the_name_of_a_relative() -> None:
    text = "Dunn's wife, Anna Dunn, visited the bridge. “It has to be closed at once,” Dunn said."
    assert [each.name for each in said(text)] == [None]


def test_a_description_is_named_where_the_article_tells_one_such_person() -> None:
    text = "Karin Holm, the engineer, met Mayor Ellen Marsh. “It stands on solid rock,” the engineer said."
    assert [each.name for each in said(text) if each.direct] == ["Karin Holm"]


def test_a_title_of_several_words_is_named_after_the_one_who_holds_it() -> None:
    text = "President Maria Holm met Prime Minister Jonas Berg. “We will pay,” the prime minister said."
    assert [each.name for each in said(text) if each.direct] == ["Jonas Berg"]


def test_the_president_is_not_the_vice_president() -> None:
    text = "President Maria Holm met Vice President Ann Lee. “We will pay,” the president said."
    assert [each.name for each in said(text) if each.direct] == ["Maria Holm"]


def test_the_minister_is_nobody_where_the_article_has_two() -> None:
    text = "Foreign Minister Ana Ruiz met Finance Minister Tom Hale. “We will pay,” the minister said."
    assert [each.name for each in said(text) if each.direct] == [None]


def test_a_pronoun_is_not_named_after_somebody_of_the_other_sex() -> None:
    text = "Mrs Karin Holm visited the bridge. “It has to be closed at once,” he said."
    assert [each.name for each in said(text)] == [None]


_WORDS = st.sampled_from(
    [
        "“",
        "”",
        "«",
        "»",
        '"',
        "''",
        "``",
        "‘",
        "’",
        ",",
        ".",
        ":",
        "—",
        "\n",
        "\n\n",
        "(",
        ")",
        "?",
        "é",
        "\u00a0",
        "LEE:",
    ]
    + ["said", "Ann Lee", "Lee", "she", "according to", "that", "the claim", "of", "who", "told", "Berg", "Mr"]
    + ["It was late", "we went home"]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(_WORDS, min_size=1, max_size=25).map(" ".join) | st.text(min_size=1, max_size=60))
def test_any_text_has_attributions_with_its_own_words_and_always_the_same(text: str) -> None:
    article = Article(text=unicodedata.normalize("NFC", text))
    found = attributions(article)
    for each in found:
        assert each.content.is_in(article.text)
        assert each.speaker_span is not None
        assert each.speaker_span.is_in(article.text)
        assert each.speaker == each.speaker_span.exact
    for cached in (attributions, placed_quotations, frames, quoted):
        cached.cache_clear()
    assert attributions(article) == found
