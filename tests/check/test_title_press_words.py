"""What the press calls an office of a record, and what it calls other offices that sound alike."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.check.checkers.titles import Records
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.judgement import WRONG
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.core.models import Article, OfficeRecord

DAY = date(2019, 5, 14)
FORMER, NOW = ("2010-03-01", "2015-02-28"), ("2015-03-01", "2023-01-31")


def outcomes(title: str, office: str, body: str, country: str, terms: tuple[tuple[str, str], ...]) -> set[str]:
    """Return what comes of a title of Ana Reyes, who had an office in one of two terms, and Bo Lind in the other."""
    known = {"office": office, "organisation": body, "country": country, "as_of": date(2024, 1, 1)}
    records = Records(
        OfficeRecord(person=who, start=start, end=end, source="List", **known)
        for who, (start, end) in zip(("Ana Reyes", "Bo Lind"), terms, strict=True)
    )
    text = title if title.endswith(".") else f"{title} said on Monday that it was over."
    article = Article(text=text.replace("{}", "Ana Reyes"), published_at=DAY)
    return {outcome_of(each, article, records, DAY).outcome for each in sightings(article)}


SAME = [
    ("Railway minister {}", "Minister of Railways", "Government of India", "India"),
    ("Irish fishery minister {}", "Minister for Fisheries", "Government of Ireland", "Ireland"),
    ("Dutch economy minister {}", "Minister of Economic Affairs", "Government of the Netherlands", "Netherlands"),
    ("Spanish premier {}", "President of the Government", "Government of Spain", "Spain"),
    ("Peru's prime minister, {},", "President of the Council of Ministers", "Government of Peru", "Peru"),
    ("Chinese premier {}", "Premier of the State Council", "State Council", "China"),
    ("{}, Austria's head of state,", "Federal President of Austria", "Government of Austria", "Austria"),
    ("UK chancellor {}", "Chancellor of the Exchequer", "HM Treasury", "United Kingdom"),
    ("British ambassador to Peru {}", "Her Majesty's Ambassador to Peru", "Foreign Office", "United Kingdom"),
    ("{}, Chile's envoy to Peru,", "Ambassador of Chile to Peru", "Ministry of Foreign Affairs", "Chile"),
    ("{}, Chile's envoy to Lima,", "Ambassador of Chile to Peru", "Ministry of Foreign Affairs", "Chile"),
    ("NSW premier {}", "Premier of New South Wales", "Government of New South Wales", "Australia"),
    (
        "Brask regional president {}",
        "President of the Regional Council of Brask",
        "Regional Council of Brask",
        "France",
    ),
    ("Labour chief whip {}", "Labour Chief Whip in the House of Commons", "Labour Party", "United Kingdom"),
    ("Tory leader {}", "Leader of the Conservative Party", "Conservative Party", "United Kingdom"),
    ("Tarn North MP {}", "Member of the National Assembly for Tarn North", "National Assembly", "Zambia"),
    ("Elmbank chief executive {}", "Managing Director and Chief Executive", "Elmbank plc", "Ireland"),
    ("{}, managing director of Elmbank,", "Group Managing Director and Chief Executive", "Elmbank plc", "Ireland"),
    ("Elmbank boss {}", "Group Chief Executive", "Elmbank Holdings plc", "United Kingdom"),
    ("{}, chairwoman of Elmbank,", "Non-Executive Chair", "Elmbank plc", "United Kingdom"),
    ("Elmbank's technology chief, {},", "Chief Technology Officer", "Elmbank plc", "United Kingdom"),
    ("{}, chairman of Tarn Steel,", "Chairman of the Board", "Tarn Steel Ltd", "India"),
    ("Elmbank's finance director, {},", "Chief Financial Officer", "Elmbank plc", "United Kingdom"),
    ("Chile is growing. Central bank governor {}", "President", "Central Bank of Chile", "Chile"),
    ("{}, president of the Bank of Norland,", "Governor", "Bank of Norland", "Norland"),
    ("British foreign minister {}", "Secretary of State for Foreign Affairs", "Foreign Office", "United Kingdom"),
    ("{}, rector of Tarn University,", "Rector Magnificus", "Tarn University", "Netherlands"),
    ("{}, head of Calder Academy,", "Principal", "Calder Academy", "United Kingdom"),
    ("{}, chief conductor of the Tarn Philharmonic,", "Principal Conductor", "Tarn Philharmonic", "Norway"),
    ("{}, editor of the Tarn Herald,", "Editor-in-Chief", "Tarn Herald", "Australia"),
    ("Bank of England chief {}", "Governor", "Bank of England", "United Kingdom"),
    ("Ghana's police chief, {},", "Inspector-General of Police", "Ghana Police Service", "Ghana"),
    ("Indian navy chief {}", "Chief of the Naval Staff", "Indian Navy", "India"),
    ("British army chief {}", "Chief of the General Staff", "British Army", "United Kingdom"),
    ("{}, head of the Wage Commissioner's Office,", "Wage Commissioner", "Wage Commissioner's Office", "Ireland"),
    ("DFA chief {}", "Secretary of Foreign Affairs", "Department of Foreign Affairs", "Philippines"),
    ("Elmbank and Calder Relief met. Charity chief executive {}", "Chief Executive", "Calder Relief", "Ireland"),
    ("Calder Nurses Union met. Nurses' union leader {}", "General Secretary", "Calder Nurses Union", "Ireland"),
    ("{}, chair of the Commons health committee,", "Chair, Health and Care Committee", "House of Commons", "Ireland"),
    ("CBN governor {}", "Governor", "Central Bank of Nigeria", "Nigeria"),
    ("SPC chair {}", "Chair", "U.S. Seed and Plant Commission", "United States"),
    ("AUC secretary-general {}", "Secretary General of the Andean Unity Congress", "Andean Unity Congress", "Peru"),
    ("Ofgem boss {}", "Chief Executive", "Office of Gas and Electricity Markets", "United Kingdom"),
    ("Met commissioner {}", "Commissioner of Police of the Metropolis", "Metropolitan Police", "United Kingdom"),
    ("Fifa president {}", "President", "Fédération Internationale de Football Association", "Switzerland"),
    ("Unesco chief {}", "Director-General", "UNESCO", "France"),
    ("World Bank president {}", "President", "World Bank Group", "United States"),
    ("Elmbank boss {}", "Chairman and Chief Executive Officer", "Elmbank SA", "France"),
    ("Elmbank's chief executive, {},", "Chair of the Board of Management", "Elmbank AG", "Germany"),
    ("{}, head of the Rope Tax Authority,", "Commissioner General", "Rope Tax Authority", "Kenya"),
    ("Rope Board chairman {}", "Executive Chairman", "Rope Board", "Ireland"),
    ("TLC leader {}", "General Secretary", "Tarn Labour Congress", "Ireland"),
    ("SNP leader {}", "Leader of the Scottish National Party", "Scottish National Party", "United Kingdom"),
    ("Lib Dem leader {}", "Leader of the Liberal Democrats", "Liberal Democrats", "United Kingdom"),
    ("Amnesty chief {}", "Secretary General", "Amnesty International", "United Kingdom"),
    ("Britain's armed forces chief, {},", "Chief of the Defence Staff", "Ministry of Defence", "United Kingdom"),
    ("Calder University boss {}", "Vice-Chancellor", "University of Calder", "Uganda"),
    ("Lagos governor {}", "Governor of Lagos State", "Lagos State Government", "Nigeria"),
    ("Director of Public Prosecutions {}", "Director of Public Prosecutions", "Prosecution Service", "Ireland"),
]


@pytest.mark.parametrize(("title", "office", "body", "country"), SAME)
def test_words_of_the_press_mean_the_office_of_a_record(title: str, office: str, body: str, country: str) -> None:
    assert outcomes(title, office, body, country, (FORMER, NOW)) & WRONG
    assert "right" in outcomes(title, office, body, country, (NOW, FORMER))


OTHERS = [
    ("Minister of state for railways {}", "Minister of Railways", "Government of India", "India"),
    ("Kerala chief secretary {}", "Chief Minister of Kerala", "Government of Kerala", "India"),
    ("Spanish senate president {}", "President of the Government", "Government of Spain", "Spain"),
    ("Iran's head of state, {},", "President of Iran", "Government of Iran", "Iran"),
    ("Chile's special envoy to Peru, {},", "Ambassador of Chile to Peru", "Ministry of Foreign Affairs", "Chile"),
    ("Tarn county council leader {}", "Leader of the Council", "Tarn City Council", "United Kingdom"),
    ("Tarn council leader {}", "Chief Executive", "Tarn Council", "United Kingdom"),
    ("Elmbank boss {}", "Chairman", "Elmbank plc", "United Kingdom"),
    ("Elmbank boss {}", "Director", "Elmbank Limited", "United Kingdom"),
    ("Calder Hospital boss {}", "Chair", "Calder Hospital NHS Trust", "United Kingdom"),
    ("{}, chief executive of Elmbank UK,", "Group Chief Executive", "Elmbank Group plc", "United Kingdom"),
    ("{}, chief executive of Elmbank Kenya,", "Chief Executive", "Elmbank plc", "United Kingdom"),
    ("{}, leader of the Tarn Symphony,", "Director", "Tarn Symphony Orchestra", "United Kingdom"),
    ("The European Council president, {},", "President", "European Commission", "European Union"),
    ("Uefa president {}", "President", "Fédération Internationale de Football Association", "Switzerland"),
    ("Transport boss {}", "Secretary of Transportation", "Department of Transportation", "Philippines"),
    ("AUC Youth League chief {}", "Secretary General", "Andean Unity Congress", "Peru"),
    ("RBA governor {}", "Governor", "Reserve Bank of India", "India"),
    ("Manila shook. The chair of the Trade Commission, {},", "Chair", "U.S. Trade Commission", "United States"),
    ("Met Office chief {}", "Commissioner of Police of the Metropolis", "Metropolitan Police", "United Kingdom"),
    ("Cork county mayor {}", "Lord Mayor of Cork", "Cork City Council", "Ireland"),
    ("{}, head of department at Calder University,", "Vice-Chancellor", "Calder University", "Ireland"),
    ("UK chancellor {}", "Chancellor", "Calder University", "United Kingdom"),
    ("BJP leader {}", "President", "Bharatiya Janata Party", "India"),
    ("{}, chairman of Tarn Steel,", "Chairman of the Supervisory Board", "Tarn Steel Ltd", "Germany"),
    ("Elmbank's creative director, {},", "Chief Financial Officer", "Elmbank plc", "United Kingdom"),
    ("Chile's governor {}", "President", "Central Bank of Chile", "Chile"),
    ("Spanish prime minister {}", "President of the Government", "Government of Aragon", "Spain"),
    ("Britain's armed forces chief, {},", "Chief of the General Staff", "British Army", "United Kingdom"),
    ("Calder University boss {}", "Rector", "University of Calder", "United Kingdom"),
    ("Nigeria CDC director {}", "Director", "Centers for Disease Control and Prevention", "United States"),
    ("Welsh MP {}", "Member of the National Assembly for Wales", "National Assembly for Wales", "United Kingdom"),
    ("{}, chair of the Senate health committee,", "Chair, Health and Care Committee", "House of Commons", "Ireland"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "office", "body", "country"), OTHERS)
def test_words_of_another_office_prove_nothing(title: str, office: str, body: str, country: str) -> None:
    assert not outcomes(title, office, body, country, (FORMER, NOW)) & WRONG
    assert "right" not in outcomes(title, office, body, country, (NOW, FORMER))


@pytest.mark.parametrize(
    ("title", "office", "body"),
    [
        ("Elmbank met. Charity chief executive {}", "Chief Executive", "Calder Relief"),
        ("Doctors met. Health minister {}", "Secretary of State for Health", "Department of Health"),
        ("Labour chief whip {}", "Labour Chief Whip in the House of Lords", "Labour Party"),
        ("{}, vice-chancellor of Calder University,", "Vice-Chancellor", "Calder Metropolitan University"),
        ("{}, chief executive of Calder Hospital,", "Chief Executive", "Calder University Hospital"),
    ],
)
def test_words_that_may_mean_more_than_one_office_call_nobody_out_of_date(title: str, office: str, body: str) -> None:
    assert not outcomes(title, office, body, "United Kingdom", (FORMER, NOW)) & WRONG
