"""Titles in sentences of our own, judged by the shipped records alone; and days after which nothing is judged."""

from __future__ import annotations

import json
from datetime import date

import pytest

from pipeline.check import BadSentence, judge_lines
from pipeline.core.models import OfficeRecord
from pipeline.evidence import Records
from pipeline.evidence.world.offices_file import NAME, read_rows
from pipeline.evidence.world.sources import WORLD

SENTENCES = (
    ("German Chancellor Angela Merkel opened the fair on Tuesday.", "2015-06-02", "right"),
    ("German Chancellor Angela Merkel opened the fair on Tuesday.", "2023-02-28", "stale"),
    ("Former French President Emmanuel Macron spoke in Lyon.", "2021-05-05", "premature_former"),
    ("Former Polish President Andrzej Duda spoke in Krakow.", "2019-12-05", "premature_former"),
    ("Taoiseach Leo Varadkar visited Cork.", "2018-04-04", "right"),
    ("Belgian Prime Minister Mark Rutte addressed parliament.", "2018-10-10", "wrong_country"),
    ("IMF chief Christine Lagarde warned of slower growth.", "2017-02-03", "right"),
    ("European Commission President Ursula von der Leyen spoke in Strasbourg.", "2020-09-16", "right"),
    ("Britain's Home Secretary Amber Rudd announced new rules.", "2020-03-03", "stale"),
    ("U.S. Secretary of State John Kerry flew to Vienna.", "2019-07-01", "stale"),
    ("Texas Gov. Greg Abbott signed the bill.", "2021-09-09", "right"),
    ("Ukrainian President Volodymyr Zelenskiy called for talks.", "2021-04-20", "right"),
    ("Ukrainian President Petro Poroshenko called for talks.", "2020-04-20", "stale"),
    ("Russian Foreign Minister Sergei Lavrov met his counterpart.", "2019-03-03", "right"),
    ("Bank of England Governor Mark Carney warned banks.", "2016-07-05", "right"),
    ("New Zealand Prime Minister Jacinda Ardern visited Nelson.", "2019-03-01", "right"),
    ("Kenyan President Uhuru Kenyatta opened the railway on Wednesday.", "2023-05-31", "stale"),
    ("Gujarat Chief Minister Narendra Modi met investors.", "2011-01-12", "right"),
    ("Moscow's foreign minister, Sergei Lavrov, met his counterpart.", "2019-03-03", "right"),
    ("London's home secretary, Amber Rudd, announced new rules.", "2017-03-03", "unknown"),
    ("Kyiv's prime minister, Emmanuel Macron, met farmers.", "2019-03-03", "not_in_records"),
    # What no record knows any more: in office when last seen, or long out of an office that may be held again.
    ("Prime Minister Giorgia Meloni will visit Tunis on Friday.", "2027-11-01", "unknown"),
    ("Former Prime Minister Giorgia Meloni visited Tunis.", "2027-11-01", "unknown"),
    ("Italy's current prime minister, Matteo Renzi, spoke on Friday.", "2027-11-01", "unknown"),
    ("Russian Defence Minister Sergei Shoigu inspected the fleet on Friday.", "2025-03-07", "unknown"),
)
PEOPLE = {
    "Merkel", "Macron", "Duda", "Varadkar", "Rutte", "Lagarde", "Leyen", "Rudd", "Kerry", "Abbott", "Zelensky",
    "Zelenskyy", "Poroshenko", "Lavrov", "Carney", "Ardern", "Kenyatta", "Modi", "Meloni", "Renzi", "Shoygu", "Shoigu",
}  # fmt: skip


@pytest.fixture(scope="module")
def records() -> Records:
    rows = (row for row in read_rows(WORLD / NAME) if row["person"].split()[-1] in PEOPLE)
    return Records(OfficeRecord.model_validate(row) for row in rows)


@pytest.mark.parametrize("text, day, outcome", SENTENCES)
def test_a_title_is_judged_by_what_is_shipped(records: Records, text: str, day: str, outcome: str) -> None:
    line = json.dumps({"text": text, "article_date": day}).encode()
    (judged,) = judge_lines([line], records, date(2026, 1, 1))
    assert not isinstance(judged, BadSentence)
    assert [mention.outcome for mention in judged.mentions] == [outcome]
