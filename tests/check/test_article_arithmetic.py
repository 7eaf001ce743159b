"""Arithmetic inside an article: every construction that is read, with what is odd in it and what only looks so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given, strategies as st

from pipeline.check.checkers.consistency.checker import find_oddities
from pipeline.core.models import Article

DAY = date(2025, 3, 12)

ODD = {
    "states that exclude each other": [
        ("The region has 12 provinces, seven in the north and six in the south.", ""),
        ("Of the 25 lorries the firm owns, 12 run, nine are in repair and seven wait for drivers.", "seven"),
        ("Of the 30 lorries the firm owns, 12 run, nine are in repair and seven wait for drivers.", "seven"),
        ("Of the operator's 25 ferries, 12 are in daily service, six are under repair and four are laid up.", "four"),
        ("The 33 members of the assembly were split: 18 were in favour, 12 against and five abstained.", "five"),
        ("Of 21 matches they won nine, lost seven and drew six.", ""),
        ("Of the 12 jurors, seven were women and four were men.", "four"),
        ("Of those asked, 52% were in favour, 41% were against and 19% were undecided.", ""),
    ],
    "a part and the rest": [
        ("Two of the three suspects were held; the other two fled.", "two"),
        ("Six of the 11 parishes voted for the levy and the other four against.", "four"),
        ("Two of its nine mills closed, leaving eight.", "eight"),
        ("Nine of the 14 choirs came from the county, the remaining six from abroad.", "six"),
    ],
    "members of a group": [
        ("A 12-member jury of seven women and four men heard the case.", "12"),
        ("The nine-strong crew of five men and three women is back.", "nine"),
    ],
    "parts in as many places": [
        ("The trust has 410 beds on three sites: 200 at Moor End, 120 at Holm and 80 in Tarn.", "80"),
    ],
    "totals of money and measures": [
        ("The firm sold 300 cars in January, 200 in February and 250 in March, a total of 800.", "800"),
        ("The army brought 80 tonnes of flour and 30 tonnes of rice, 120 tonnes in all.", "120"),
        ("It spent £3m on roads and £2m on schools, a total of £8m.", "£8m"),
    ],
    "children": [("They had four children, two sons and a daughter.", "four children, two sons and a daughter")],
    "votes of a body": [
        ("The council, which has 43 members, voted 31 to 14 for the plan.", "voted 31 to 14"),
        ("The vote was 31 to 14 in the 43-member council.", "31 to 14"),
        ("The nine-member board voted 7-4 to close the pool.", "voted 7-4"),
        ("The 31-member council passed the plan by 19 votes to 14.", "by 19 votes to 14"),
    ],
    "a change and its two figures": [
        ("Attendance was 8,000, up 50 per cent from 6,400 a year earlier.", "50 per cent"),
        ("Inflation slowed to 4.1 per cent from 3.8 per cent.", "4.1 per cent from 3.8 per cent"),
        ("Turnout rose to 62 per cent from 58 per cent, a rise of six points.", "six"),
        ("Membership fell from 900 to 720 in two years, a drop of 25%.", "25%"),
        ("Profit rose 25 per cent to $360 million from $300 million.", "25 per cent"),
        ("Pay has gone up from £24,000 to £26,400 since 2021, or 15 per cent.", "15 per cent"),
        ("The ferry made 4.5 million trips last year, down from 6 million the year before, a fall of 40 per cent.", ""),
        ("Sales fell by a third to 80 million litres from 90 million.", "a third"),
        ("The number of fires doubled to 60 from 20.", "60"),
        ("The fare rose from 40 to 52 crowns, a rise of 15.", "15"),
        ("Rents went up from £500 to £600, a 30% rise.", "30%"),
    ],
    "one figure more than another": [
        ("Last year 41 people drowned, 12 more than the 19 of the year before.", "12"),
    ],
    "a majority": [
        ("Ann Calder polled 9,120 votes and Tom Rusk, for the Greens, 8,700, a majority of 520.", "520"),
    ],
    "votes by which it was carried": [
        ("The motion was carried by 12 votes, 312 to 290.", "12"),
        ("The plan was rejected by just three votes, 24 to 22, with four abstentions.", "three"),
    ],
    "a length before its beginning and end": [
        ("The meeting lasted three hours, from 2:10pm to 6:40pm.", "three hours"),
        ("The road was shut for five hours, from 7am until 10am.", "five hours"),
    ],
    "each and in all": [
        ("The fund will pay £2,000 to each of 300 families, or £6 million.", "£6 million"),
        ("Each of the 20 winners gets £500, £100,000 in all.", "£100,000"),
        ("The line ordered 14 boats at $3 million each, $420 million in all.", "$420 million"),
        ("The stall sold 200 pies for £4 each, a total of £900.", "£900"),
        ("The state set aside $90 million for 30 dams, $9 million each.", "$9 million"),
        ("The trust must save £12 million over four years, £4 million a year.", "£4 million"),
    ],
    "a share and its figure": [
        ("More than half of the 80 members, 35 in all, were there.", "35"),
        ("A third of the 90 seniors, or 45, will leave the state.", "45"),
        ("A fifth of the $1.5 billion, or $200 million, is for farms.", "$200 million"),
        ("They lost 40 per cent of the 600 hives, or 180.", "180"),
        ("Of 1,200 houses in the valley, 480 burned down, or 60 per cent.", "60 per cent"),
        ("Of the town's 900 people 300 slept in the school: 300 of the 900 people, a half, had no bed.", "half"),
    ],
    "units": [
        ("The dam is 150m (292ft) high.", "150m (292ft"),
        ("The plane climbed to 30,000 feet (about 19,000 metres).", ""),
        ("The path is 10 miles (26km) long.", "10 miles (26km"),
        ("The forest covers 3,000 acres, or 12,100 hectares, of fir.", "3,000 acres, or 12,100 hectares"),
        ("It was 50 degrees Fahrenheit (22 Celsius) at dawn.", "50 degrees Fahrenheit (22 Celsius"),
        ("It was 95 degrees (45 Celsius) at noon.", "95 degrees (45 Celsius"),
        ("The sack weighed 50 pounds (about 43kg).", "50 pounds (about 43kg"),
        ("The families get ₹15 lakh (15 million rupees) each.", "15 lakh (15 million"),
    ],
    "years gone by": [
        ("The couple, who married in 1965, celebrated their 50th wedding anniversary on Saturday.", "50th"),
        ("The abbey, founded in 1125, is 800 years old this year.", "800"),
        ("It is 19 years since the fire of 1996 closed the mill.", "19"),
        ("The yard has been shut since 2015, 20 years in which the roof fell in.", "20"),
        ("In 1994, 30 years after the first prize in 1954, she won again.", "30"),
        ("The path opened on Saturday, ten years after the first gate was cleared in 2005.", "ten"),
        ("She entered the house in 1974 and left it in 1998, after 14 years.", "14"),
        ("The mill opened in 1981 and closed 20 years later, in 2011.", "20"),
        ("He was mayor for 12 years (1990-2008) and a judge after that.", "12"),
        ("It is the first strike since 2009, 26 years ago.", "26"),
        ("The march took nine days, from 4 to 15 March.", "nine"),
        ("The town will mark the 50th anniversary of the 1965 flood this year.", "50th anniversary of the 1965"),
        ("The baths opened in 1925. The city will celebrate their 120th anniversary on Friday.", "120th anniversary"),
    ],
    "numbers and names": [
        ("The three brothers, Tom, Ned, Bill and Jim, run the farm.", "three brothers"),
        ("She fasted three times, in 1998, 2003, 2009 and 2011.", "three times"),
        ("The money came from three sources: the county, the parish, a lottery grant and a bank.", ""),
        ("Police held four people in Tarn: Ann Lee, 23, Tom Rusk, 31, and Piet van Wyk, 40.", ""),
        ("It is the third largest town on the coast after Holm, Tarn and Velda.", ""),
        ("Five of the four suspects were charged.", "Five of the four"),
    ],
    "slips of magnitude": [
        ("The plan is for 640 homes and would cost £160 billion, a quarter of a million a home.", "£160 billion"),
        ("Forty-six walkers, each with £1,000 pledged, raised £460,000.", "£460,000"),
        ("Revenue was $4.5 billion. The northern arm sold $1.8 million, two fifths of the total.", "$1.8 million"),
    ],
    "ages in two sentences": [
        ("He was born in 1950 and turned 70 last week.", "70"),
        ("The 60-year-old, who was born in 1950, denies the charge.", "60"),
        ("Grace Hume, 71, won the race. She was born in 1964.", "71"),
        ("Ada Moor, who has died aged 91, was a judge. Born in Hull on 3 March 1931, she left school at 15.", "91"),
        ("Ada Moor, the judge, who died on Tuesday at the age of 91, was born in Hull on 3 March 1931.", "91"),
    ],
    "names": [
        ("The oldest was Rose Achurch, 77. Mrs Achurch taught here. Mrs Archurch will be back.", "Archurch"),
    ],
}

FINE = {
    "states that exclude each other": [
        "Of the 24 who voted for it, 13 were against it a year ago and 12 had no view.",
        "Of the 12 jurors, seven were women, five were men and four had degrees.",
        "Of the 25 lorries, 12 run, nine are in repair and seven wait, three of which have been mended.",
        "The firm employs 40 people, 25 in the north and 20 in the south, five of whom work in both.",
        "62% were in favour in May, 45% against in June and 10% undecided.",
        "The region has 13 provinces, seven in the north and six in the south.",
        "The region has 12 provinces, seven of them in the north and two in the south.",
        "Of the 28 lorries the firm owns, 12 run, nine are in repair and seven wait for drivers.",
        "Of 30 pupils, 18 play football and 14 swim.",
        "Of the 30 pupils, 18 have passed the first test and 20 have passed the second.",
        "Of the 33 councillors, 18 voted for, 12 against and one abstained.",
        "Of the 21 matches they won nine, lost seven and drew four; one was abandoned.",
        "Of the 12 jurors, about seven were women and four were men.",
        "Of the 12 jurors, seven were women and six had degrees.",
        "Of 60 nests, 21 held eggs, 14 held young and the rest were empty.",
        "Of the 46 vans, 29 are in service, including nine that are under repair and 12 that wait for parts.",
        "Of the 23 victims, 12 were men and nine were women.",
        "“Of the 25 lorries 12 run, nine are in repair and seven wait,” the driver said.",
    ],
    "a part and the rest": [
        "Two of the four suspects were held; the other two fled.",
        "Six of the 11 parishes voted for the levy and the other five against.",
        "Two of its nine mills closed, leaving seven.",
        "Two of its nine mills closed, leaving 300 people without work.",
        "Six of the 11 parishes are in the hills; the other four groups have no church.",
        "Two of the five lifts work. The other four hospitals have none.",
        "Some of the 14 choirs came from the county, the remaining six from abroad.",
    ],
    "members of a group": [
        "A 12-member jury of seven women and five men heard the case.",
        "The 12-member jury of seven women and four men, one having fallen ill, went on.".replace(
            "jury of", "jury, of"
        ),
        "A nine-strong crew of Danish men and three women is back.",
    ],
    "parts in as many places": [
        "The trust has 400 beds on three sites: 200 at Moor End, 120 at Holm and 80 in Tarn.",
        "The trust has 410 beds on five sites: 200 at Moor End, 120 at Holm and 80 in Tarn.",
    ],
    "totals of money and measures": [
        "The firm sold 300 cars in January, 200 in February and 250 in March, a total of 750.",
        "The army brought 90 tonnes of flour and 30 tonnes of rice, 120 tonnes in all.",
        "It sold 40,000 copies in hardback and three times as many in paper covers, 160,000 in all.",
        "It spent £3m on roads and £2m on schools, bringing the year's spending to a total of £9m.",
        "It spent £3m on roads, £2m of it on bridges, a total of £3m.",
        "It spent £3.4m on roads and £2.4m on schools, a total of £5.9m.",
    ],
    "children": [
        "They had three children, two sons and a daughter.",
        "They had three sons, two of them twins.",
        "They have four children, two sons and two girls from her first marriage.",
    ],
    "votes of a body": [
        "The parish council, which has nine members, met after the county council voted 40 to 22.",
        "The council, which has 43 members, voted 29 to 14 for the plan.",
        "The nine-member board voted 5-4 to close the pool.",
        "The nine-member board heard that the council had voted 21-14.",
        "The 31-member council passed the plan by 19 votes to 11.",
    ],
    "a change and its two figures": [
        "Attendance was 8,000, up 25 per cent from 6,400 a year earlier.",
        "Inflation slowed to 3.8 per cent from 4.1 per cent.",
        "Turnout rose to 62 per cent from 58 per cent, a rise of four points.",
        "Growth was revised to 1.2 per cent from 0.8 per cent.",
        "Losses fell to 5 per cent from 4 per cent.",
        "Membership fell from 900 to 720 in two years, a drop of 20%.",
        "Membership fell from 900 to 720, a drop of 5% a year.",
        "Membership fell from 900 to 720, a drop of nearly a fifth.",
        "Membership fell from 900 to 720, while income rose by 25%.",
        "Profit rose 20 per cent to $360 million from $300 million.",
        "Profit rose 16 per cent to $360 million, from $310 million in 2023 and $300 million in 2022.",
        "Unemployment rose from 4 per cent to 5 per cent, a rise of 25 per cent.",
        "Sales fell by a third to 60 million litres from 90 million.",
        "The fare rose from 40 to 52 crowns, a rise of 12.",
        "The fare rose from 40 to 52 crowns, a rise of 8% in real terms.",
        "Revenue rose from $3.0 billion to $3.4 billion, a rise of 12%.",
        "The number of fires doubled to 61 from 30.",
        "Prices rose from $4 to $5, a rise of 3% on last year.",
    ],
    "one figure more than another": [
        "Last year 41 people drowned, 12 more than the 29 of the year before.",
        "Last year 41 people drowned, about 12 more than the 30 of the year before.",
        "Last year 41 people drowned and 12 more than the 30 who had been rescued came ashore.",
    ],
    "a majority": [
        "Ann Calder polled 9,120 votes and Tom Rusk, for the Greens, 8,700, a majority of 420.",
        "Ann Calder polled 9,120 votes and Tom Rusk 8,700, a majority of 51 per cent.",
    ],
    "votes by which it was carried": [
        "The motion was carried by 22 votes, 312 to 290.",
        "She won the seat by 1,500 votes, 15,432 to 13,901.",
        "He lost by 40 votes, 900 to 850 in Olm and 300 to 310 in Skar.",
        "The bill was passed by one vote, 50 to 50, the chair casting the deciding one.",
        "The bill needs 60 votes. It was defeated by two votes, 58 to 40.",
        "She was elected by 52 votes, 48 to her rival.",
    ],
    "a length before its beginning and end": [
        "They met for four and a half hours, from 2.10pm to 6.40pm.",
        "Power was off for two hours, from 11.30pm to 1.30am.",
        "The clinic is open for three hours, from 9am to 5pm.",
        "Volunteers work for three hours from 9am to 5pm.",
        "The hearing lasted six hours, from 9am to 5pm.",
        "He was held for up to three hours, from noon to 5pm.",
        "It was shut for three hours, from 9am to 5pm, with two breaks.",
    ],
    "each and in all": [
        "Each of the ten teams has 11 players, 110 in all.",
        "She bought 12 eggs at 30p each and bread for £2, £5.60 in all.",
        "The fund will pay £2,000 to each of 300 families, or £600,000.",
        "Each of the 20 winners gets £500, £10,000 in all.",
        "It pays £2,000 to each of 300 families, or £6,000 to those with children.",
        "The line ordered 14 boats at $3 million each, $42 million in all.",
        "The line ordered 14 boats at about $3 million each, $45 million in all.",
        "The line ordered 14 boats at $3 million each, plus tax, $50 million in all.",
        "The stall sold 200 pies for £4 each and 300 cakes, a total of £1,900.",
        "The state set aside $90 million for 30 dams, $3 million each on average.",
        "The trust must save £12 million over four years, £3 million a year.",
        "The trust must save £12 million over four years, starting with £1 million a year.",
    ],
    "a share and its figure": [
        "More than half of the 80 members, 45 in all, were there.",
        "More than half of the 80 members, 35 women among them, were there.",
        "More than half of the 80 members, 35 of them women, were there.",
        "A third of the 90 seniors, or 30, will leave the state.",
        "A third of the 50 seniors, or 17, will leave the state.",
        "More than a third of the 90 seniors, or 34, will leave the state.",
        "A third of the 90 seniors, or 60 with their parents, will leave the state.".replace(", or", ", and"),
        "Of 1,200 houses in the valley, 480 burned down, or 40 per cent.",
        "Of 1,200 houses in the valley, 480 burned down, 60 per cent of them on the first day.",
        "Some 340 of the council's 425 workers, four in five, walked out.",
        "Of the 3,300 people, 1,100 of the town's 3,300 people, a third, slept in the school.",
        "It costs £1.1m a year, and a fifth of that, £220,000, comes from the shop.",
    ],
    "units": [
        "The dam is 150m (492ft) high.",
        "It cost £150m (200 feet of it are in place).",
        "The path is 10 miles (16km) long.",
        "The path is about 30 miles (50km) long.",
        "It lies 6 feet (2m) under ground.",
        "The forest covers 3,000 acres, or 1,210 hectares, of fir.",
        "It was 50 degrees Fahrenheit (10 Celsius) at dawn.",
        "It was minus 10 Celsius (14 Fahrenheit) at dawn.",
        "The sea has warmed by 2 degrees Celsius (3.6 degrees Fahrenheit).",
        "He is 6 feet 2 inches (188cm) tall.",
        "They walked 10 to 15 miles (16 to 24km) a day.",
        "The sack weighed 50 pounds (about 23kg).",
        "The pump moves 20 gallons (76 litres) a minute, or 20 gallons (91 litres) by the old measure.",
        "The families get ₹15 lakh (1.5 million rupees) each.",
        "The ring is 30 miles (an hour's drive) off.",
    ],
    "years gone by": [
        "It has been 50 years since the war that began in 1965 ended.",
        "The school has been on the site since 1900, 50 years longer than the church.",
        "He has led the party since 2015, two years of them in prison.",
        "The law of 1990, 20 years old when it was repealed, is back.",
        "The group was founded in 1975 and its 25th anniversary album sold a million.",
        "Born in 1950, he won in 1980.",
        "The couple, who married in 1965, celebrated their 60th wedding anniversary on Saturday.",
        "The abbey, founded in 1125, is 900 years old this year.",
        "It is 29 years since the fire of 1996 closed the mill.",
        "It is about 20 years since the fire of 1996 closed the mill.",
        "The yard has been shut since 2015, ten years in which the roof fell in.",
        "“It is 19 years since the fire of 1996,” he said.",
        "In 1994, 40 years after the first prize in 1954, she won again.",
        "He came home in 1990, 20 years after he left. That was in 1954.",
        "She entered the house in 1974 and left it in 1998, after 24 years.",
        "She joined in 1974 and left in 1998, after ten years as chair.",
        "The mill opened in 1981 and closed 20 years later, in 2001.",
        "He was mayor for 12 years (1990-2002) and a judge after that.",
        "The march took nine days, from 4 to 12 March.",
        "The town will mark the 60th anniversary of the 1965 flood this year.",
        "The town marked the 50th anniversary of the 1965 flood in 2015.",
        "Next year the town will mark the 61st anniversary of the 1965 flood.",
        "It is the town's 100th fair since the first in 1924.",
    ],
    "numbers and names": [
        "The four brothers, Tom, Ned, Bill and Jim, run the farm.",
        "She won four titles, in 1998, 2003 and 2011.",
        "She fasted four times, in 1998, 2003, 2009 and 2011.",
        "The money came from four sources: the county, the parish, a lottery grant and a bank.",
        "Two men were hurt: Ann Lee's brother, the baker, and Tom Rusk.",
        "They visited two towns: Springfield, Illinois, and Portland, Oregon.",
        "The band has three members, among them: Ann Lee and Tom Rusk.",
        "Police held three people in Tarn: Ann Lee, 23, Tom Rusk, 31, and Piet van Wyk, 40.",
        "It is the fourth largest town on the coast after Holm, Tarn and Velda.",
        "It is the third largest after the two in Holm.",
        "Four of the five suspects were charged.",
        "Ten of the 2 million tickets were forged.",
        "He had three dishes: the soup, the salad, the fish and chips.".replace("the fish and chips", "fish and chips"),
    ],
    "slips of magnitude": [
        "The plan is for 640 homes and would cost £160 million, a quarter of a million a home.",
        "Forty-six walkers, each with £1,000 pledged, raised £46,000.",
        "The road cost £160 billion. A bus costs a quarter of a million a year and 640 homes were built.",
        "Revenue was $4.5 billion. The northern arm sold $1.8 billion, two fifths of the total.",
        "Revenue was $4.5 billion and profit $4.5 million. The arm made $1.8 million, two fifths of the total.",
    ],
    "ages in two sentences": [
        "The actor, who died on Monday aged 70, was born in Hull in 1954.",
        "Joan Pym, who has died aged 80, was born in Hull, moved to Tarn in 1950 and stayed.",
        "He was born in 1950 and turned 75 last week.",
        "The 74-year-old, who was born in 1950, denies the charge.",
        "His son was born in 1990 and he turned 70 last week.",
        "Grace Hume, 61, won the race. She was born in 1964.",
        "Grace Hume, 71, won the race. Her son was born in 1964.",
        "Grace Hume, 71, beat Ann Lee. She was born in 1964.",
        "Ada Moor, who has died aged 94, was a judge. Born in Hull on 3 March 1931, she left school at 15.",
        "Ada Moor, who has died aged 93, was a judge. Born in Hull on 3 March 1931, she left school at 15.",
    ],
    "names": [
        "President Zelensky spoke. Volodymyr Zelenskyy had come by train.",
        "The oldest was Rose Achurch, 77. Mr Archurch, who is no kin, will be back.",
    ],
}


def texts(cases: dict[str, list[object]]) -> list[object]:
    return [pytest.param(case, id=f"{name}-{at}") for name, rows in cases.items() for at, case in enumerate(rows)]


@pytest.mark.parametrize("case", texts(ODD))  # type: ignore[arg-type]
def test_what_does_not_add_up_is_found(case: tuple[str, str]) -> None:
    text, words = case
    (odd,) = find_oddities(Article(text=text, published_at=DAY))
    assert words in odd.span.exact and odd.span.is_in(text)


@pytest.mark.parametrize("text", texts(FINE))  # type: ignore[arg-type]
def test_what_adds_up_or_is_not_sure_is_left_alone(text: str) -> None:
    assert [odd.message for odd in find_oddities(Article(text=text, published_at=DAY))] == []


def odd(text: str) -> list[str]:
    find_oddities.cache_clear()
    return [each.message for each in find_oddities(Article(text=text, published_at=DAY))]


def rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


COUNTS = st.integers(2, 400)


@given(COUNTS, COUNTS, COUNTS)
def test_right_sums_are_never_flagged(one: int, two: int, three: int) -> None:
    total = one + two + three
    assert odd(f"Of the {total:,} lorries, {one} run, {two} are in repair and {three} wait.") == []
    assert odd(f"The {total:,} members of the house voted: {one} in favour, {two} against and {three} abstained.") == []
    assert odd(f"{one} of the {one + two} parishes were for it and the other {two} against.") == []
    assert (
        odd(f"It bought {one} tonnes of flour, {two} tonnes of rice and {three} tonnes of salt, {total} tonnes in all.")
        == []
    )
    assert odd(f"A {one + two}-member jury of {one} women and {two} men heard the case.") == []


@given(COUNTS, COUNTS, COUNTS, st.integers(1, 300))
def test_parts_in_states_that_exclude_each_other_are_never_more_than_the_whole(
    one: int, two: int, three: int, less: int
) -> None:
    total = one + two + three - less
    assume(total > max(one, two, three) and total > 1)
    assert odd(f"Of the {total} lorries, {one} run, {two} are in repair and {three} wait.") != []


@given(st.floats(1_000, 90_000_000), st.floats(0.2, 4), st.integers(2, 4), st.booleans())
def test_a_change_rounded_by_the_usual_rules_is_never_flagged(
    one: float, ratio: float, digits: int, first: bool
) -> None:
    two = one * ratio
    change = round(abs(ratio - 1) * 100)
    assume(change >= 1)
    noun, verb = ("rise", "rose") if ratio > 1 else ("fall", "fell")
    before, after = (f"{rounded(each, digits):,.0f}" for each in (one, two))
    assume(before != after)
    assert odd(f"Sales {verb} from {before} to {after}, a {noun} of {change} per cent.") == []
    assert odd(f"Sales {verb} {change} per cent to {after} from {before}.") == []
    assert (
        odd(f"Sales were {after}, {'up' if ratio > 1 else 'down'} from {before}, a {noun} of {change} per cent.") == []
    )


LENGTHS = [
    ("miles", "km", 1.609344),
    ("feet", "metres", 0.3048),
    ("acres", "hectares", 0.40468564),
    ("pounds", "kg", 0.45359237),
]


@given(st.floats(2, 90_000), st.sampled_from(LENGTHS), st.integers(2, 4), st.integers(1, 4), st.booleans())
def test_a_measure_and_its_rounded_conversion_are_never_flagged(
    value: float, units: tuple[str, str, float], digits: int, others: int, turned: bool
) -> None:
    one, other, factor = units
    first, second = (other, one) if turned else (one, other)
    told, real = rounded(value, digits), value * (1 / factor if turned else factor)
    assume(real >= 1)
    shown = rounded(real, others)
    assert odd(f"It is {told:,g} {first} ({shown:,g} {second}) from here.") == []


@given(st.integers(-40, 120))
def test_temperatures_in_both_scales_are_never_flagged(celsius: int) -> None:
    assume(celsius > 0)
    fahrenheit = celsius * 9 / 5 + 32
    assert odd(f"It was {celsius}C ({fahrenheit:.0f}F) at noon.") == []
    assert odd(f"It was {fahrenheit:.0f} degrees Fahrenheit ({celsius} Celsius) at noon.") == []
    assert odd(f"It was {celsius}C ({celsius * 9 / 5:.0f}F) warmer than usual.") == []


@given(st.integers(2, 900), st.integers(2, 9_000), st.integers(2, 4))
def test_right_products_are_never_flagged(count: int, price: int, digits: int) -> None:
    total = rounded(count * price, digits) if count * price > 1_000_000 else count * price
    assert odd(f"The stall sold {count} pies for £{price:,} each, a total of £{total:,.0f}.") == []
    assert odd(f"Each of the {count} winners gets £{price:,}, £{total:,.0f} in all.") == []
    assert odd(f"The fund will pay £{price:,} to each of {count} families, or £{total:,.0f}.") == []


@given(
    st.integers(10, 5_000),
    st.sampled_from([("half", 2), ("a third", 3), ("a quarter", 4), ("a fifth", 5), ("a tenth", 10)]),
)
def test_a_share_and_the_number_it_makes_are_never_flagged(whole: int, share: tuple[str, int]) -> None:
    words, part = share
    assert odd(f"They say that {words} of the {whole:,} seniors, or {round(whole / part):,}, will leave.") == []
    assert (
        odd(
            f"Of {whole:,} houses here, {whole // part:,} burned down, or {100 * (whole // part) / whole:.0f} per cent."
        )
        == []
    )


@given(st.integers(1900, 2023), st.integers(0, 1))
def test_years_gone_by_are_never_flagged_whatever_the_month(year: int, less: int) -> None:
    years = DAY.year - year - less
    assume(years > 1)
    assert odd(f"It is {years} years since the fire of {year} closed the mill.") == []
    assert odd(f"The yard has been shut since {year}, {years} years in which the roof fell in.") == []
    assert odd(f"It is the first strike since {year}, {years} years ago.") == []
    assert odd(f"Ada Moor, {years}, won again. She was born in {year}.") == []
