"""Which constructions are told apart and restated, and which stand in the article's own words.

Each construction that may be restated has sentences of its own; every trap is a sentence of the same shape that must
not be restated.
"""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline.check.claims import detect_claims
from pipeline.core.models import Article, Claim


def claims_of(text: str) -> list[Claim]:
    return list(detect_claims(Article(text=text)))


def texts(text: str) -> list[str]:
    return [claim.text for claim in claims_of(text)]


def in_own_words(claim: Claim) -> bool:
    """Tell whether a claim says nothing but words of its sentence, in their order and without a gap."""
    assert claim.sentence is not None
    words = claim.text.rstrip(".").casefold()
    return words in " ".join(claim.sentence.exact.split()).casefold()


@pytest.mark.parametrize(
    ("sentence", "restated"),
    [
        # joined verbs that share a subject
        ("The brewery closed two halls and moved its kettles to Leeds.", "The brewery moved its kettles to Leeds."),
        ("Nina Holt won the seat in 2019 but lost it in 2023.", "Nina Holt lost it in 2023."),
        ("The bridge is 70 metres long and carries two lanes.", "The bridge carries two lanes."),
        ("Two sailors jumped overboard and were picked up by a trawler.", "Two sailors were picked up by a trawler."),
        # relative clauses after a comma
        ("The tannery, which employs 90 people, opened a shop in Bergen.", "The tannery employs 90 people."),
        ("The tannery, which employs 90 people, opened a shop in Bergen.", "The tannery opened a shop in Bergen."),
        ("The minister met Carla Benz, who runs the port.", "Carla Benz runs the port."),
        ("The council bought the old mill, which was built in 1892.", "The old mill was built in 1892."),
        ("The museum lent four paintings, which were insured for $9m.", "Four paintings were insured for $9m."),
        ("The lift, which the firm built in 1990, stopped on Friday.", "The firm built the lift in 1990."),
        ("Vale Rovers beat Moss Town, whose keeper was sent off.", "Moss Town's keeper was sent off."),
        ("The firm, which publishes The Herald (TH), lost $9m.", "The firm publishes The Herald (TH)."),
        ("Bonn is balking at the price and wants a discount.", "Bonn wants a discount."),
        # what a sentence begins with
        ("In a vote that split the council, Hamar closed its tram depot.", "A vote split the council."),
        ("In a speech that lasted two hours, Nina Holt promised 40 trams.", "A speech lasted two hours."),
        # participles beside their subject
        ("Founded in 1921, the club moved to Hamar last year.", "The club was founded in 1921."),
        ("Born in Quito, she has lived in Malmö since 2001.", "She was born in Quito."),
        ("The canal, dug in 1826, links two lakes.", "The canal was dug in 1826."),
        ("The shops, owned by two brothers, sell bread.", "The shops are owned by two brothers."),
        ("Orla Finn cut the budget while keeping all 12 schools open.", "Orla Finn was keeping all 12 schools open."),
        ("Denholm, while open to a merger, rejected the price.", "Denholm was open to a merger."),
    ],
)
def test_a_construction_that_is_certain_is_a_claim_of_its_own(sentence: str, restated: str) -> None:
    assert restated in texts(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        # participles after a clause speak of the event, or of one of several nouns
        "The coach was hit by a lorry near Graz, killing all 31 on board.",
        "The bus used brakes made by Kolb, owned by a fund.",
        "Rain fell for nine days, causing the dam to leak.",
        "The council closed the pool, angering parents.",
        "The rumour about the firm, registered in Malta, was false.",
        # relative clauses whose noun is not sure
        "The council closed the pool, which angered parents.",
        "She criticised the head of the firm, who resigned in May.",
        "The plane used engines from a plant in Derby, which opened in 1962.",
        "Anna Berg met Per Lund and Ole Moen, who won the prize in 2011.",
        "The owner of the lorry, who lives in Turku, was fined.",
        "He left the party for a rival, which surprised many.",
        "Lena saw her son, who studies in Bonn and who came home on Monday.",
        "The town has 90 buses, 40 of which are old, and owns a tram.",
        # relative clauses that say which one is meant
        "The man who sold the boat moved to Cadiz.",
        "They want a tunnel that carries trains.",
        "Shoppers who had paid in cash were refunded.",
        # joined verbs whose subject is not sure
        "The village was flooded by the river and relatives of the missing gathered there wept.",
        "Farmers were arrested, fined or sent home.",
        "The firm did not pay its staff and owed the bank.",
        "The team trained to save fuel and reach the coast.",
        "The chairs, tables and lamps of the hall were sold and shipped to Oslo.",
        "The suit claims Per Lund ordered and watched the attack.",
        "The lawyer sold the boat that leaked and left for Rome.",
        "In the film, the clerk robs a bank and flees to Rome.",
        "Officers killed 40 men and took 12 boats, according to the union.",
        "Pilots said that storms were common and crews avoided them.",
        "Pilots said thunderstorms, and requests to avoid them, were not unusual.",
        # what holds under a condition only
        "If the pumps fail, the valley floods and the road closes.",
        "Unless it rains, the mill stops and the town loses its water.",
        # reports stay whole
        "Police said the driver, who is 34, fled and hid in a barn.",
        "The union claimed that the firm, which employs 300 people, broke the law and hid it.",
        # dangling participles
        "Set in Vienna in 1981, the actor plays a spy.",
        "Founded in 1921, its first ground was a field.",
        "Built in a year, there were doubts about the tower.",
        "The claim is that the mayor took money.",
        "The sale to a firm from Bonn, first reported by the Herald, was stopped.",
    ],
)
def test_what_is_not_certain_stands_in_its_own_words(sentence: str) -> None:
    claims = claims_of(sentence)
    assert claims
    assert [claim.text for claim in claims if not in_own_words(claim)] == []
    assert any(len(claim.span.exact) >= len(sentence) - 3 for claim in claims)


@pytest.mark.parametrize(
    "sentence",
    [
        "The agency, which represents 155,000 agents, said in May that sales fell by 30 percent.",
        "The institute estimated that 9,000 people, which is 2 percent of the town, moved.",
        "He sold the dairy, which employs 40 people, to a rival from Bern.",
        "Some doubt about rents is one reason why the couple left the city.",
        "The kiln was at 900 degrees and had been lit at noon, workers said later.",
        "Requests to climb, and to avoid the storm, were not unusual in that area.",
        "On Monday, as hopes faded, crews searched the bay for the trawler.",
        "We are on a path that leads to closed wards.",
        "Is a yearly fee for a well justified?",
    ],
)
def test_a_claim_is_a_whole_sentence(sentence: str) -> None:
    for claim in claims_of(sentence):
        first = claim.text.split()[0].lower()
        assert first not in {"which", "who", "that", "when", "where", "whose", "to", "said"} or "?" in claim.text
        if "that" in claim.text.split() and "said" not in claim.text:
            assert not claim.text.rstrip(".").endswith(("agents", "people"))
        assert len(claim.text.split()) >= 4


def test_the_hole_that_a_clause_leaves_is_not_cut_out_of_the_middle() -> None:
    told = texts("He sold the dairy, which employs 40 people, to a rival from Bern.")
    assert "He sold the dairy, which employs 40 people, to a rival from Bern." in told


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("The Malawian capital, Lilongwe, will host the next summit.", "Lilongwe is the Malawian capital."),
        ("The next summit could be held in the Malawian capital, Lilongwe.", "Lilongwe is the Malawian capital."),
        ("Dr Ada Moss, the head of the clinic, may lose her post.", "Dr Ada Moss is the head of the clinic."),
        ("The ring road, which cost $52m, will ease traffic.", "The ring road cost $52m."),
        ("The arena, built in 1974, could be torn down.", "The arena was built in 1974."),
        ("Founded in 1921, the club will surely thrive.", "The club was founded in 1921."),
        ("The dam will be raised because the river flooded 40 farms.", "The river flooded 40 farms."),
        ("After the bridge fell in 2019, the town may build a tunnel.", "The bridge fell in 2019."),
        ("The bank fired 300 people and will probably shrink further.", "The bank fired 300 people."),
    ],
)
def test_a_certain_fact_inside_a_prediction_is_a_claim_of_its_own(sentence: str, fact: str) -> None:
    claims = claims_of(sentence)
    assert fact in [claim.text for claim in claims if claim.checkable]
    assert any(claim.uncheckable in ("prediction", "opinion") for claim in claims)


def test_a_reason_that_others_give_is_no_fact_inside_a_prediction() -> None:
    text = (
        "The cut would be the latest of many, and anger people who blame the firm because it failed to mend its lines."
    )
    assert "It failed to mend its lines." not in texts(text)


@pytest.mark.parametrize(
    "sentence",
    [
        "The mayors of Bath, Maine, and Bath, Ohio, will meet.",
        "The sister of the mayor, Lena Voss, will sing.",
        "The teams, Moss Town and Vale Rovers, will meet again.",
        "Bread, milk and eggs could become cheaper.",
    ],
)
def test_an_apposition_that_is_not_certain_makes_no_claim(sentence: str) -> None:
    assert [claim.text for claim in claims_of(sentence) if not in_own_words(claim)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The film was nominated for best picture.",
        "Her great-grandfather founded the newspaper.",
        "Couples may now marry in any district.",
        "The state must cut $52 billion from its budget.",
        "The album will be released on July 27.",
        "The railway will close its concourse at 1 a.m. for the works.",
        "The company will roll out the subscription in Norway in November.",
        "The court will hear the case on 3 May at 10 a.m.",
        "Voters must register by 12 June.",
        "Sales at the 23 branches could not be completed on Monday.",
        "He died of heart failure in Perth.",
        "The best-selling author moved to Crete in March.",
        "The minister was described as dangerous by his rivals.",
        "The report, which the Times called the best in years, was published in May.",
        "A powerful earthquake struck the coast on Tuesday.",
        "The plant was expected to open in 2019.",
        "The firm found a potential buyer in Bonn.",
        "The bill would require shops to close at noon.",
        "Details will be announced on Tuesday.",
        "Wind damaged the roof, raising doubts about the opening.",
        "The group appeared in court on Friday.",
        "She was wrongly convicted of theft.",
    ],
)
def test_a_fact_is_not_taken_for_more_by_one_of_its_words(sentence: str) -> None:
    claims = claims_of(sentence)
    assert claims
    assert all(claim.checkable for claim in claims), [(claim.text, claim.reasons) for claim in claims]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The best picture of the evening was brilliant.", "opinion"),
        ("We must spend more on schools.", "opinion"),
        ("The minister must go.", "opinion"),
        ("The harvest may fail.", "prediction"),
        ("The album will delight its listeners.", "prediction"),
        ("Prices will rise for years.", "prediction"),
        ("The law would crush the press.", "prediction"),
        ("The team is likely to lose.", "prediction"),
        ("The merger would be a catastrophe.", "prediction"),
        ("The talks were a failure.", "opinion"),
        ("It was a powerful and wonderful evening.", "opinion"),
    ],
)
def test_what_judges_or_foretells_stays_uncheckable(sentence: str, reason: str) -> None:
    assert [claim.uncheckable for claim in claims_of(sentence)] == [reason]


SUBJECTS = ["The firm", "Nina Holt", "The bridge of Alm", "Two sailors", "It"]
VERBS = ["closed the gate", "was sold in May", "will open a hall", "rose by 3 percent", "has a mast"]
LINKS = [
    ", which was built in 1950,",
    ", killing 12 people,",
    " and",
    ", who left,",
    ", owned by a bank,",
    " while",
    ";",
]


@given(st.sampled_from(SUBJECTS), st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(LINKS)), max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_restated_words_all_stand_in_the_sentence(subject: str, pieces: list[tuple[str, str]]) -> None:
    text = subject + "".join(f" {verb}{link}" for verb, link in pieces) + " closed on Monday."
    allowed = {word.strip(".,;'s").casefold() for word in text.split()} | {"is", "are", "was", "were", "there", ""}
    for claim in claims_of(text):
        assert {word.strip(".,;'s").casefold() for word in claim.text.split()} <= allowed
