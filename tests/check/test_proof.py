"""Proof by figures: each construction that may decide, with what looks like it and decides nothing."""

from __future__ import annotations

from datetime import date

import pytest
from empty_store import Nothing
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.quantities import check_quantities
from pipeline.core.models import Article, Claim, Evidence, Passage, Span
from pipeline.core.ports import CheckContext
from pipeline.evidence import MiniLM

AS_OF = date(2031, 5, 2)
NEWS = date(2031, 5, 1)
EMBEDDER = MiniLM()


def judge(text: str, *stored: str | Passage, title: str | None = None) -> str | None:
    """Return the label that sources give to a whole sentence of figures."""
    article = Article(text=text)
    sentence = Span.of(text, 0, len(text))
    claim = Claim(
        article_id=article.id, spans=(sentence,), text=text, kind="quantity", check_worthiness=1, sentence=sentence
    )
    passages = [
        each if isinstance(each, Passage) else Passage(text=each, title=title, published_at=NEWS, publisher="Quay Post")
        for each in stored
    ]
    evidence = tuple(
        Evidence(passage=passage, rank=rank, score=1, retriever="given") for rank, passage in enumerate(passages, 1)
    )
    context = CheckContext(article, (claim,), evidence, AS_OF, Nothing(), Nothing(), EMBEDDER)
    verdict = check_quantities(claim, context).verdict
    return verdict.label if verdict else None


SUPPORTED = [
    # every part stands there
    ("The Velda dam holds 80 million litres.", "The Velda dam holds 80 million litres and feeds a mill."),
    ("Tarn Foods has 14 shops and 620 workers.", "Tarn Foods has 14 shops and 620 workers. It bakes."),
    ("Unemployment in Karr rose to 7 percent.", "Unemployment in Karr rose to 7%."),
    ("The ferry Solveig carried about 150 passengers to Velda.", "The ferry Solveig carried 145 passengers to Velda."),
    ("Karr lost more than 300 cows in April 2031.", "Karr lost 321 cows in April 2031."),
    ("Oslen fired 60 drones at Karr on Thursday.", "On Thursday Oslen fired 60 drones at Karr."),
    # active and passive
    ("Velda closed the Tern bridge for two weeks.", "The Tern bridge was closed by Velda for 14 days."),
    # part and whole
    (
        "Eight of the 15 judges in Velda signed the letter.",
        "Eight of the 15 judges in Velda signed the letter on Monday.",
    ),
    ("Eight of the 15 judges in Velda signed the letter.", "Of the 15 judges in Velda, eight signed the letter."),
    # a toll
    ("The storm in Velda killed 12 people.", "Twelve people died in the storm in Velda."),
    ("The storm in Velda killed 12 people.", "The death toll from the storm in Velda stands at 12."),
    # a score, a vote
    ("Lindholm beat Orsa 4-2 on Sunday.", "Lindholm beat Orsa 4-2 on Sunday. It rained."),
    # office against office
    ("The fire in Dorp killed three people, police said.", "Three people died in the fire in Dorp, police said."),
]

REFUTED = [
    ("The Velda dam holds 80 million litres.", "The Velda dam holds 30 million litres."),
    ("Tarn Foods has 14 shops and 620 workers.", "Tarn Foods has 14 shops and 260 workers."),
    ("Velda closed the Tern bridge for two weeks.", "The Tern bridge was closed by Velda for 9 weeks."),
    ("Eight of the 15 judges in Velda signed the letter.", "Three of the 15 judges in Velda signed the letter."),
    ("The storm in Velda killed 45 people.", "The death toll from the storm in Velda stands at 54."),
    ("The storm in Velda killed 45 people on Wednesday.", "Fifty-four people died in the storm in Velda on Wednesday."),
    ("Lindholm beat Orsa 4-2 on Sunday.", "Lindholm beat Orsa 3-2 on Sunday."),
    ("The senate of Velda voted 51-48 for the bill.", "The senate of Velda voted 53-46 for the bill."),
    ("The fire in Dorp killed three people, police said.", "The fire in Dorp killed 13 people, police said."),
    (
        "Laura Vidal was sworn in as the 32nd president of Velda on Monday.",
        "Laura Vidal was sworn in as the 23rd president of Velda on Monday.",
    ),
    ("Unemployment in Karr fell to 4 percent in April 2031.", "Unemployment in Karr fell to 6 percent in April 2031."),
]

SILENT = [
    # one agreeing number of several
    ("Nine of the 15 judges in Velda signed the letter.", "The 15 judges in Velda met."),
    ("The 15 judges in Velda signed the letter.", "Two of the 15 judges in Velda signed the letter."),
    ("Tarn Foods has 14 shops and 620 workers.", "Tarn Foods has 14 shops."),
    ("Tarn Foods has 14 shops and 620 workers.", "Tarn Foods has 14 shops. Its 620 workers are on strike."),
    (
        "Of the 60 deputies, 33 voted for the law, 20 against it and seven abstained.",
        "Of the 60 deputies, 33 voted for the law.",
    ),
    ("Two thirds of the 90 buses in Velda run on gas.", "The 90 buses in Velda run on gas."),
    ("Lindholm beat Orsa 4-2 before 900 people.", "Lindholm beat Orsa before 900 people."),
    ("Prices in Velda rose 4 percent in March and 6 percent in April.", "Prices in Velda rose 4 percent in March."),
    # the same figures of other things
    ("Karr bought 40 trams and sold 12 buses.", "Karr sold 40 buses and bought 12 trams."),
    ("Karr paid 12 million euros for the quarry.", "Karr paid 12 million euros for a dredger."),
    ("Karr sold 40 trams to Velda.", "Velda sold 40 trams to Karr."),
    ("Karr sold 40 trams to Velda.", "Karr sold 40 trams for Velda."),
    ("Karr sold 40 trams.", "Karr sold 40 of the trams of Velda."),
    ("Karr has 40 trams.", "Most of the 40 trams of Karr have wheels."),
    # how: exactly, at least, each
    ("Exactly 900 trees in Velda fell.", "About 900 trees in Velda fell."),
    ("At least 40 people in Velda fell ill.", "At most 40 people in Velda fell ill."),
    ("All 40 trams in Karr are old.", "Some 40 trams in Karr are old."),
    # place, day, name, polarity, plan
    ("The Velda dam holds 80 million litres.", "The Karr dam holds 30 million litres."),
    ("Karr lost 300 cows in April 2031.", "Karr lost 300 cows in April 2029."),
    ("Ines Aldgate sold 40 paintings.", "Ines Holm sold 40 paintings."),
    ("Karr sold 40 trams.", "Karr did not sell 40 trams."),
    ("Karr sold 40 trams.", "Karr will sell 40 trams."),
    ("Karr plans to sell 40 trams.", "Karr sold 90 trams."),
    # a pronoun, a circumstance, a whole that differs alone
    ("It sold 40 trams.", "It sold 40 trams. It is poor."),
    ("Karr scored 12 goals.", "Karr scored 12 goals in the second half."),
    ("Eight of the 15 judges in Velda signed the letter.", "Eight of the 19 judges in Velda signed the letter."),
    # a toll that may have risen since
    ("The fire in Dorp killed 30 people.", "The fire in Dorp killed 13 people."),
    # a narrower thing, told with a word more
    ("Karr United has 40 players.", "Karr United has 25 players under contract."),
    ("Velda employs 400 teachers.", "Velda employs 250 full-time teachers."),
    ("Velda employs 400 teachers.", "Velda employs 900 teachers and nurses."),
    ("Tarn Foods paid 4 million euros.", "Tarn Foods paid 9 million euros in taxes."),
    ("The Tern bridge is 400 metres long.", "The old Tern bridge was 250 metres long."),
    ("Anna Holm scored 12 goals this season.", "Anna Holm scored 30 goals last season."),
    ("Velda spends 12 percent of its budget on roads.", "Velda spends 30 percent of its budget on roads and rail."),
    # one day, and nobody knows how many
    ("Police in Velda stopped 12 lorries on Monday.", "Police in Velda stopped 40 lorries."),
    # whose it is, and when it was
    ("Tom Ruddock killed 12 people.", "Tom Ruddock's father killed 12 people."),
    ("The army of Karr killed 12 people.", "Twelve people in the army of Karr died."),
    ("Karr has 40 trams.", "Karr had 40 trams."),
    ("Karr has 40 trams.", "Karr almost has 40 trams."),
    ("Karr has fewer than 40 trams.", "Karr has 40 trams."),
    ("Karr has 40 trams.", "Karr has 40 trams on order."),
    # another match, another country
    ("Lindholm beat Orsa 4-2.", "Lindholm beat Orsa 3-2."),
    ("Germany sold 40 tanks to Velda.", "France sold 90 tanks to Velda."),
    # offices
    ("The fire in Dorp killed 30 people, police said.", "The fire in Dorp killed 13 people, the mayor said."),
    ("The fire in Dorp killed 30 people.", "The fire in Dorp killed 13 people, police said."),
    # a claim that is itself no plain statement
    ("If it reopens, the Velda dam holds 80 million litres.", "The Velda dam holds 30 million litres."),
    ("Does the Velda dam hold 80 million litres?", "The Velda dam holds 30 million litres."),
]


@pytest.mark.parametrize(("text", "stored"), SUPPORTED)
def test_a_claim_whose_every_part_stands_in_one_assertion_is_supported(text: str, stored: str) -> None:
    assert judge(text, stored) == "supported"


@pytest.mark.parametrize(("text", "stored"), REFUTED)
def test_a_claim_with_one_figure_that_cannot_be_true_beside_the_assertion_is_refuted(text: str, stored: str) -> None:
    assert judge(text, stored) == "refuted"


@pytest.mark.parametrize(("text", "stored"), SILENT)
def test_a_claim_of_which_a_part_is_not_proven_stays_undecided(text: str, stored: str) -> None:
    assert judge(text, stored) is None


def test_a_source_of_other_weeks_refutes_nothing_that_changes() -> None:
    older = Passage(text="Unemployment in Karr rose to 9 percent.", published_at=date(2031, 4, 1))
    assert judge("Unemployment in Karr rose to 7 percent.", older) is None
    newer = older.model_copy(update={"published_at": date(2031, 4, 28)})
    assert judge("Unemployment in Karr rose to 7 percent.", newer) == "refuted"


WRAPPERS = [
    "“{0}”",
    '"{0}"',
    "'{0}'",
    "“{0}",
    "A post says: {0}",
    "A post says: “{0}” It was shared widely.",
    "Posters read: “{0}”",
    "Mayor Holm: {0}",
    "FALSE. {0}",
    "MISLEADING: {0}",
    "Myth: {0}",
    "Claim: {0} Verdict: unproven.",
    "Fact check: {0}",
    "{0} That is wrong.",
    "{0} This never happened.",
    "{0} The quote is fabricated.",
    "{0} Our rating: false.",
    "{0} It is a hoax.",
    "{0} There is no evidence for it.",
    "{0} It did not.",
    "{0} The mayor denies it.",
    "Rumour has it that {1}",
    "The mayor said {1}",
    "The mayor claims that {1}",
    "According to the mayor, {1}",
    "In the mayor's words, {1}",
    "It is not true that {1}",
    "Critics believe that {1}",
    "The mayor's claim that {2} was repeated.",
    "Is it true that {2}?",
    "If it is as they say, {1}",
    "Imagine that {1}",
    "She hopes that {1}",
    "{3}, the mayor said.",
    "{3}, reads a post.",
    "{3}, or so they think.",
    "{3}?",
    "Reportedly, {1}",
    "In the novel {1}",
    "Opinion | {0}",
]
_DECIDING = [pair for pair in SUPPORTED + REFUTED if pair[1].count(".") == 1 and "police said" not in pair[1]]


def wrap(wrapper: str, sentence: str) -> str:
    """Put a sentence into somebody else's mouth: whole, as a clause, without its full stop."""
    clause = (
        sentence if sentence.split()[0] in ("Tarn", "Karr", "Oslen", "Lindholm") else sentence[0].lower() + sentence[1:]
    )
    return wrapper.format(sentence, clause, clause.rstrip("."), sentence.rstrip("."))


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_passage_in_another_voice_decides_nothing(wrapper: str) -> None:
    decided = [text for text, stored in _DECIDING if judge(text, wrap(wrapper, stored))]
    assert decided == []


@pytest.mark.parametrize("title", ["Fact check: figures", "Is it true?", "A hoax goes round"])
def test_a_title_that_asks_or_doubts_keeps_its_passage_from_deciding(title: str) -> None:
    assert [text for text, stored in _DECIDING if judge(text, stored, title=title)] == []


_IRRELEVANT = st.sampled_from([
    ", {0} of them new.", ", {0} years after the war.", " and {0} goats.", ", up from {0} in 1999.", " in {0} minutes.",
    ", the {0}th time since 1950.", ", as in 19{0}.", " for {0} euros.", ", a {0}-{0} vote.", " by {0} percent.",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SUPPORTED + SILENT), st.sampled_from(SUPPORTED), _IRRELEVANT, st.integers(41, 79))
def test_an_irrelevant_number_added_to_a_claim_never_gives_support(
    claim: tuple[str, str], source: tuple[str, str], more: str, number: int
) -> None:
    added = claim[0].rstrip(".?") + more.format(number)
    assert judge(added, claim[1]) != "supported"
    assert judge(added, source[1]) != "supported"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SUPPORTED + REFUTED + SILENT), st.integers(0, 3))
def test_a_number_dropped_from_the_evidence_never_gives_support(pair: tuple[str, str], which: int) -> None:
    text, stored = pair
    words = stored.split()
    numbers = [at for at, word in enumerate(words) if any(sign.isdigit() for sign in word)]
    if numbers:
        del words[numbers[which % len(numbers)]]
        assert judge(text, " ".join(words)) != "supported"
