"""Stories that the article repeats: no proof, but a number that differs is told."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.check.checkers.quotations import check_copy
from pipeline.core.english import sentences
from pipeline.core.models import Article, Claim, Finding, Passage
from pipeline.core.ports import CheckContext
from tests.check.test_quotations import Blind, Shelf

DAY = date(2031, 5, 2)
STORY = (
    "A pipe burst near the reed beds of Karrow on Tuesday. The town has sent 60 boats to lay booms across the mouth of "
    "the river. The pilots of the harbour were told to stay on shore until the wind turns."
)


def look(story: str, stored: str, day: date = DAY) -> Finding:
    """Check the second sentence of a story."""
    article = Article(text=story, published_at=DAY)
    sentence = sentences(article)[1].span
    claim = Claim(
        article_id=article.id, spans=(sentence,), text=sentence.exact, check_worthiness=0.8, sentence=sentence
    )
    shelf = Shelf(Passage(text=stored, publisher="Relief Wire", published_at=day))
    return check_copy(claim, CheckContext(article, (claim,), (), DAY, Shelf(), shelf, Blind()))


@pytest.mark.parametrize("theirs", ["16", "sixteen", "1,600"])
def test_a_number_that_differs_from_the_story_it_was_taken_from_is_told_in_place(theirs: str) -> None:
    finding = look(STORY, STORY.replace("60", theirs))
    (flag,) = finding.flags
    assert (flag.kind, flag.span.exact, flag.suggestion) == ("wrong_number", "60", theirs)
    assert finding.verdict is None and flag.span.is_in(STORY)
    assert flag.citations[0].span.is_in(finding.passages[0].text)


@pytest.mark.parametrize(
    "stored",
    [
        STORY,
        STORY.replace("60", "sixty"),
        STORY.replace("60 boats", "16 tugs"),
        STORY.replace("the mouth of the river", "the mouth of two rivers").replace("60", "16"),
        "The town has sent 16 boats to lay booms across the mouth of the river, the council of Orrin said.",
    ],
    ids=["the same", "the same in words", "another thing", "two changes", "no copy of the article"],
)
def test_what_is_not_one_number_in_a_copy_is_not_told(stored: str) -> None:
    assert not look(STORY, stored).flags


@pytest.mark.parametrize("day", [date(2031, 4, 20), date(2031, 5, 3)])
def test_a_story_of_another_day_may_have_had_another_figure(day: date) -> None:
    assert not look(STORY, STORY.replace("60", "16"), day).flags


def test_a_figure_that_is_counted_on_is_left_alone() -> None:
    story = STORY.replace("has sent 60 boats to lay booms across", "has rescued 60 people so far from")
    assert not look(story, story.replace("60", "58")).flags
