"""What stands on a page and is no part of its article makes no claim; what only looks like it does."""

import pytest

from pipeline.check.claims import detect_claims
from pipeline.core.models import Article, Heading, Span

PROSE = "The harbour of Vallby was closed on Monday after a ferry ran aground."


@pytest.mark.parametrize(
    "line",
    [
        "By Nina Holt and Per Lund",
        "By Nina Holt, Associated Press",
        "Nina Holt is a reporter at the Vallby Herald. Follow her on Twitter @ninaholt.",
        "Photo: Per Lund/Reuters",
        "(Photo by Per Lund/Getty Images)",
        "A ferry at the quay of Vallby. (Per Lund/AFP)",
        "Read more: The ferry that nobody wanted",
        "READ MORE | Thousands call for the mayor to resign",
        "Also Read: Why the ferry sank",
        "Share this article",
        "Share this: Facebook Twitter WhatsApp",
        "Follow us on Facebook and Twitter.",
        "Sign up for our newsletter to get the news of the day.",
        "Sign up here to receive our daily briefing in your inbox.",
        "Get the best of the Herald delivered to your inbox - subscribe to Herald Daily.",
        "Subscribe now to read the full story.",
        "Click here for more on the ferry.",
        "All you have to do is click here on your phone, choose 'Join' and you're in!",
        "Here are some of the highlights:",
        "For more statistics on the harbour, you may visit this link.",
        "Associated Press writer Per Lund in Oslo contributed to this report.",
        "(Reporting by Nina Holt; Editing by Per Lund)",
        "Reporting by Nina Holt in Oslo; editing by Per Lund",
        "© 2024 Vallby Herald. All rights reserved.",
        "Copyright 2024 The Associated Press. All rights reserved. This material may not be published or rewritten.",
        "This article was originally published in the Vallby Herald.",
        "Your feedback is important to us!",
        "Do you have a story? Email us at tips@example.org.",
        "Download our app from the App Store.",
        "Advertisement",
        "Last updated at 14:02 on 3 May 2024",
        "3 min read",
        "Rain fell on Oslo, flooding streets and ...",
        "Here’s a short clip of the ferry as it sinks.",
        "WHEN THINGS GO WRONG",
        "The council resolves to:",
        "In a long interview, Per Lund also said:",
        "-- Agency Nord",
        "Source: Statistics Office",
    ],
)
def test_furniture_makes_no_claim(line: str) -> None:
    article = Article(text=f"{PROSE}\n\n{line}")
    beyond = [claim for claim in detect_claims(article) if claim.span.start > len(PROSE)]
    assert [claim.text for claim in beyond] == []


@pytest.mark.parametrize(
    "line",
    [
        "By noon the ferry had sunk.",
        "By Monday 40 people had signed up for the course.",
        "The Herald's newsletter has 4,000 subscribers.",
        "Facebook shares fell by 3 percent on Monday.",
        "The photo was taken by Per Lund in 1998.",
        "Getty Images sued the firm in May.",
        "Rain contributed to the accident.",
        "The paper published a correction on Friday.",
        "Per Lund follows us on every trip, the captain said.",
        "The copyright belongs to the city.",
        "Nina Holt is the mayor of Vallby.",
        "The reporter Per Lund was arrested in Oslo.",
        "Twelve readers clicked on the link.",
        "The source of the river lies in Norway.",
        "The store was updated in 2021.",
        "Share prices fell by 4 percent.",
        "By Friday most had left the town.",
        "Lena Voss contributed to the report of the commission in 2019.",
        "Published in 1990, the book sold 4 million copies.",
        "For more than ten years he did not visit the website.",
        "- Prices rose fast",
        "Follow-up talks will be held in Bonn on 3 May.",
        "Read lost the match by 3 goals.",
        "The lender fired 300 people in May...",
    ],
)
def test_what_only_looks_like_furniture_is_a_claim(line: str) -> None:
    article = Article(text=f"{PROSE}\n\n{line}")
    beyond = [claim for claim in detect_claims(article) if claim.span.start > len(PROSE)]
    assert any(claim.checkable for claim in beyond)


def with_heading(heading: str) -> list[str]:
    text = f"{heading}\n{PROSE}"
    article = Article(text=text, headings=(Heading(span=Span.locate(heading, text)),))
    return [claim.text for claim in detect_claims(article) if claim.span.start < len(heading)]


@pytest.mark.parametrize(
    "heading",
    ["Trouble at Sea", "What happens next?", "Casualties: 1975 - 2014", "A new quay", "How Per Lund went about it"],
)
def test_a_heading_without_a_statement_makes_no_claim(heading: str) -> None:
    assert with_heading(heading) == []


@pytest.mark.parametrize("heading", ["Ferry sinks off Vallby", "The harbour closed on Monday"])
def test_a_heading_that_states_something_is_a_claim(heading: str) -> None:
    assert with_heading(heading) == [heading]


@pytest.mark.parametrize(
    "line",
    [
        "In Norland, the VX 200 ...",
        "poised for a sharp drop at the start.",
        "And then?",
        "Prices in Oslo rose by 4 percent last ...",
    ],
)
def test_a_line_without_a_statement_makes_no_checkable_claim(line: str) -> None:
    article = Article(text=f"{PROSE}\n\n{line}")
    assert not [claim for claim in detect_claims(article) if claim.span.start > len(PROSE) and claim.checkable]
