"""Which sentences of a source prove something: only what it says itself, plainly."""

import pytest

from pipeline.check.assertions import assertions
from pipeline.check.quoted import quoted_regions


def own_assertions(text: str, title: str | None = None) -> tuple[tuple[int, int], ...]:
    """Return where a passage speaks in its own voice."""
    return tuple((each.start, each.end) for each in assertions(text, title))


ASSERTED = [
    "The library employs 40 people.",
    "The pool lost two hundred thousand pounds in 2023.",
    "Police arrested 40 people on Sunday.",
    "Seven of the 12 lifts in the tower are out of order.",
    "The choir, founded in 1921, has 60 members.",
    "The bridge was built in 1934 and closed in 1988.",
    "On Monday night the council closed three of its nine baths.",
    "Turnout was 31.4 per cent.",
    "No school was closed in 2023.",
    "The firm did not close any of its 12 shops.",
    "The council will close 20 schools in May.",
    "The council plans to close 20 schools.",
    "The ferry Solveig carries 300 passengers and 40 cars.",
    "A landslide buried 14 houses and blocked the only road.",
    "There are 41 seats in the chamber.",
    "It employs 25 people.",
    "Anna Berg, the mayor of Tolm, opened the new baths on Friday.",
    "The company has added 300 jobs since March.",
    "The party holds 12 of the 41 seats.",
    "The hall can hold 300 people.",
    "Divers found 40 coins near the wreck.",
    "Harrier Foods has nine bakeries and 3,100 employees.",
    "Initial jobless claims fell to 210,000 in May.",
    'Her novel "The Long Road" sold 40,000 copies.',
    "The workers' pay rose by 3 percent in April.",
    "Rovers beat Town 3-1 at Mill Lane on Saturday.",
    "No fewer than 40 people died in the fire.",
    "The law bans fishing within 12 miles of the coast.",
]  # fmt: skip

NOT_ASSERTED = [
    "Does the library employ 40 people?",
    "Why does the library employ 40 people?",
    "So the library employs 40 people?",
    '"The library employs 40 people."',
    "“The library employs 40 people.”",
    "“The library employs 40 people.\"",
    "«The library employs 40 people.»",
    "‘The library employs 40 people.’",
    "'The library employs 40 people.'",
    "“The library employs 40 people.",
    "``The library employs 40 people.''",
    "The library “employs” 40 people.",
    "> The library employs 40 people.",
    "A post says: The library employs 40 people.",
    "A post says: The library employs 40 people. It closes in May.",
    "Mayor Berg: The library employs 40 people.",
    "The mayor said the library employs 40 people.",
    "The library employs 40 people, the mayor said.",
    "The library, the mayor said, employs 40 people.",
    "The mayor told a rally that the library employs 40 people.",
    "The mayor claims that the library employs 40 people.",
    "According to the mayor, the library employs 40 people.",
    "In the mayor's words, the library employs 40 people.",
    "By her own account, the library employs 40 people.",
    "The mayor's claim that the library employs 40 people was widely shared.",
    "There is a rumour that the library employs 40 people.",
    "The library reportedly employs 40 people.",
    "The library allegedly employs 40 people.",
    "The library is said to employ 40 people.",
    "The library is believed to employ 40 people.",
    "FALSE. The library employs 40 people.",
    "MISLEADING: The library employs 40 people.",
    "Myth: The library employs 40 people. Fact: It employs 25.",
    "Claim: The library employs 40 people. Verdict: unproven.",
    "The library employs 40 people. Verdict: false.",
    "The library employs 40 people. We rated this mostly true.",
    "It is not true that the library employs 40 people.",
    "There is no evidence that the library employs 40 people.",
    "The library employs 40 people. That is wrong.",
    "The library employs 40 people. This never happened.",
    "The library employs 40 people. It does not.",
    "The library employs 40 people. In fact it is closed.",
    "The library employs 40 people. The quote is fabricated.",
    "The mayor denied that the library employs 40 people.",
    "If it reopens, the library employs 40 people.",
    "Unless it closes, the library employs 40 people.",
    "Imagine that the library employs 40 people.",
    "The library would employ 40 people.",
    "The library may employ 40 people.",
    "The library should employ 40 people.",
    "The mayor hopes that the library employs 40 people.",
    "She wishes the library employed 40 people.",
    "Perhaps the library employs 40 people.",
    "We employ 40 people.",
    "40 people in the library.",
    "Library, 40 people, employed.",
    "The library employs 25 rather than 40 people.",
    "In the novel the library employs 40 people.",
    "Opinion | The library employs 40 people.",
    "The library employs 40 people - Mayor Anna Berg",
    "Correction: The library employs 25 people. It employs 40 people.",
    "Critics think the library employs 40 people. The library employs 40 people.",
    "The rumour is old. The library employs 40 people.",
]  # fmt: skip


@pytest.mark.parametrize("text", ASSERTED)
def test_a_plain_statement_of_the_source_is_asserted(text: str) -> None:
    assert own_assertions(text) == ((0, len(text)),)


@pytest.mark.parametrize("text", NOT_ASSERTED)
def test_another_voice_a_question_a_denial_or_a_guess_asserts_nothing_of_the_library(text: str) -> None:
    assert not [text[start:end] for start, end in own_assertions(text) if "40" in text[start:end]]


@pytest.mark.parametrize(
    "title", ["Fact check: library jobs", "Does the library employ 40?", "Opinion: books", "A hoax on books"]
)
def test_a_title_that_asks_doubts_or_argues_silences_the_passage(title: str) -> None:
    assert own_assertions("The library employs 40 people.", title) == ()


def test_a_plain_title_changes_nothing() -> None:
    assert own_assertions("The library employs 40 people.", "Jobs in Tolm") == ((0, 30),)


def test_assertions_stand_at_their_place_among_other_sentences() -> None:
    text = "Was it 40? The library employs 25 people.\nThe baths employ 12."
    assert [text[start:end] for start, end in own_assertions(text)] == [
        "The library employs 25 people.",
        "The baths employ 12.",
    ]


def test_after_an_attributed_sentence_the_paragraph_is_the_speakers_and_the_next_is_the_sources() -> None:
    text = "The mayor said trade is good. The library employs 40 people.\nThe baths employ 12 people."
    assert [text[start:end] for start, end in own_assertions(text)] == ["The baths employ 12 people."]


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("No school was closed.", True),
        ("The firm did not close 12 shops.", True),
        ("Nobody was hurt.", True),
        ("The driver failed to stop.", True),
        ("No fewer than 40 people died.", False),
        ("The firm closed 12 shops.", False),
    ],
)
def test_an_assertion_carries_its_polarity(text: str, negated: bool) -> None:
    assert [each.negated for each in assertions(text)] == [negated]


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("The council will close 20 schools.", True),
        ("The council plans to close 20 schools.", True),
        ("The council is to close 20 schools.", True),
        ("The council approved a plan to close 20 schools.", True),
        ("The prosecutor asked the court to free the editor.", True),
        ("The council closed 20 schools.", False),
        ("The senate voted for the bill.", False),
    ],
)
def test_an_assertion_tells_whether_it_is_only_meant(text: str, planned: bool) -> None:
    assert [each.planned for each in assertions(text)] == [planned]


def test_a_quotation_without_its_second_mark_goes_on_and_a_stray_second_mark_reaches_back() -> None:
    assert quoted_regions('Reed said: "It is gone. It was here.') == ((11, 36),)
    assert quoted_regions("It is gone.” It was here.") == ((0, 12),)
    assert quoted_regions("The workers' pay in '98 rose.") == ()
