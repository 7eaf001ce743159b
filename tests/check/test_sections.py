from datetime import date

import pytest

from pipeline.check.checkers.sections import _quoted, announced_party, check_section
from pipeline.check.checkers.titles import Records
from pipeline.core.models import Article, Attribution, Claim, Heading, OfficeRecord, Span
from pipeline.core.ports import CheckContext

TEXT = "Talks went on.\nNorway’s response\n“We are calm,” said {title} {name}. “We wait,” he added.\n"


def _context(
    title: str | None, name: str, *records: OfficeRecord, more: tuple[tuple[str, str], ...] = ()
) -> CheckContext:
    text = TEXT.format(title=title or "", name=name)
    text += "".join(f"“We too,” said {other_title} {other}.\n" for other_title, other in more)
    heading = Heading(span=Span.locate("Norway’s response", text))
    article = Article(text=text, headings=(heading,))
    claims = [_claim(article, "“We are calm,”", title, name), _heading_claim(article)]
    for other_title, other in more:
        claims.append(_claim(article, "“We too,”", other_title, other))
    return CheckContext(article, tuple(claims), (), date(2025, 1, 1), Records(records), None, None)  # type: ignore[arg-type]


def _claim(article: Article, quote: str, title: str | None, name: str) -> Claim:
    span = Span.locate(quote, article.text)
    speaker = Span.locate(name, article.text)
    said = Attribution(speaker=name, speaker_span=speaker, speaker_title=title, content=span, direct=True, name=name)
    return Claim(
        article_id=article.id, spans=(span,), text=quote, kind="quotation", check_worthiness=0.8, attribution=said
    )


def _heading_claim(article: Article) -> Claim:
    return Claim(
        article_id=article.id, spans=(article.headings[0].span,), text="Norway responded.", check_worthiness=0.5
    )


def _flagged(context: CheckContext) -> list[str]:
    return [flag.span.exact for claim in context.claims for flag in check_section(claim, context).flags]


def test_a_section_in_which_only_another_country_speaks_is_flagged_on_heading_and_quote():
    context = _context("Swedish Defence Minister", "Lena Alm")
    assert _flagged(context) == ["Lena Alm", "Norway’s response"]
    flag = check_section(context.claims[0], context).flags[0]
    assert flag.kind == "misplaced_voice"
    assert "Lena Alm" in flag.message and "Norway" in flag.message and "Sweden" in flag.message


def test_a_section_in_which_the_country_speaks_is_silent():
    assert _flagged(_context("Norwegian Defence Minister", "Kari Moe")) == []


def test_one_voice_of_the_country_is_enough():
    assert _flagged(_context("Swedish minister", "Lena Alm", more=(("Oslo mayor", "Per Dahl"),))) == []
    assert _flagged(_context("Swedish minister", "Lena Alm", more=(("Norwegian MP", "Per Dahl"),))) == []


def test_an_analyst_of_a_country_belongs_to_nobody():
    assert _flagged(_context("Russia analyst", "Lena Alm")) == []


def test_an_unknown_speaker_keeps_it_silent():
    assert _flagged(_context(None, "Lena Alm")) == []


def test_office_records_tell_where_a_speaker_without_title_belongs():
    record = OfficeRecord(person="Lena Alm", office="Minister of Defence", country="Sweden", start="2020")
    assert _flagged(_context(None, "Lena Alm", record)) == ["Lena Alm", "Norway’s response"]


def test_an_ambassador_belongs_to_the_country_that_sent_him():
    assert _flagged(_context("Norwegian ambassador to Sweden", "Lena Alm")) == []
    assert _flagged(_context("Swedish ambassador to Norway", "Lena Alm")) != []


@pytest.mark.parametrize(
    "heading",
    [
        "Norway responds",
        "How Norway reacted",
        "Reaction from Oslo",
        "What Norway says",
        "The Norwegian view",
        "Norway's reply: no",
    ],
)
def test_headings_that_announce_a_side_are_understood(heading):
    assert announced_party(heading)[0].country == "Norway"


@pytest.mark.parametrize("heading", ["Gains for Norway", "Norway's economy", "Fans react", "Dividing the north?", ""])
def test_other_headings_announce_nobody(heading):
    assert announced_party(heading) is None


def test_a_heading_with_quotation_marks_of_its_own_gets_no_second_pair() -> None:
    assert _quoted("Norway’s response: “We wait”") == "Norway’s response: “We wait”"
    assert _quoted("Norway’s response") == "“Norway’s response”"
