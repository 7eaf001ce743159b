"""Repeated patterns: what reads an article does work that grows with its length, not with its square.

Work is counted in calls of Python functions, so that a busy machine changes nothing. One sentence is as long as it may
be, one line as long as the text.
"""

from __future__ import annotations

import cProfile
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from benches import bench_over_one_fact

from pipeline.articles import load_article
from pipeline.articles.plain import find_headings
from pipeline.articles.refusals import refuse_unusable
from pipeline.check import Bench
from pipeline.check.checkers.consistency.checker import find_oddities
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.claims import attributions, detect_claims
from pipeline.core.english import (
    find_addressed,
    find_dates,
    find_numbers,
    find_places,
    readable_lines,
    sentences,
    unread,
)
from pipeline.core.errors import InputError
from pipeline.core.models import Article

REPEATED = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "hostile" / "repeated.yaml").read_text(encoding="utf-8")
)
SMALL, FACTOR = 400, 4
MOST = 2.0
"""How many times more than the length the work may grow: fixed costs make it less, a square would make it four."""


def text_of(piece: str, length: int, join: str) -> str:
    """Return sentences of repeated pieces, each as long as a sentence may be, joined to a length."""
    sentence = f"The board met {piece * (350 // len(piece))} until the end was near."
    return unicodedata.normalize("NFC", join.join([sentence] * max(1, length // len(sentence))))


def calls(work: Callable[[], object]) -> int:
    """Count the calls of functions that some work takes."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def read(article: Article) -> None:
    """Read an article in every way that needs no claim."""
    for reader in (sentences, detect_claims, sightings, attributions, find_oddities):
        reader(article)


@pytest.fixture(scope="module")
def warm() -> None:
    """Load once what is no part of any reading."""
    read(Article(text="Mayor Anna Lee said that the pier, “the old one”, cost 40 million crowns on 3 May 2019."))


@pytest.mark.slow
@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("name", REPEATED)
def test_reading_grows_with_the_length_of_what_is_repeated(name: str):
    join = "\n" if len(name) % 2 else " "
    texts = [text_of(REPEATED[name], length, join).strip() for length in (SMALL, SMALL * FACTOR)]
    small, large = (calls(lambda text=text: read(Article(text=text))) / len(text) for text in texts)
    assert large <= MOST * small


LOOKERS = (find_numbers, find_dates, find_places, find_addressed, find_headings, readable_lines)


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


@pytest.mark.parametrize("name", REPEATED)
def test_patterns_find_their_way_through_an_endless_text(name: str):
    piece = REPEATED[name]
    for look in LOOKERS:  # within a pattern no call is counted, so that time is; a square would make it sixteen
        short = seconds(lambda look=look: look(piece * (4_000 // len(piece))))
        long = seconds(lambda look=look: look(piece * (16_000 // len(piece))))
        assert long <= 12 * max(short, _NOISE), look


_NOISE = 0.02
"""Seconds below which a measurement says nothing."""


@pytest.mark.parametrize("name", REPEATED)
def test_a_sentence_without_an_end_is_refused_or_told(name: str, bench: Bench):
    piece = REPEATED[name]
    text = f"The council of Velda closed the pier.\nThe board met {piece * (2_000 // len(piece))} until noon."
    try:
        refuse_unusable(text, "it", 300_000)
    except InputError:
        return
    article = load_article("-", bench.settings, stdin=text.encode())
    assert any(claim.span.exact.startswith("The council") for claim in detect_claims(article))
    assert unread(article) or any(mark in piece for mark in ".?\n…")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory):
    with bench_over_one_fact(tmp_path_factory.mktemp("home")) as opened:
        yield opened
