# ruff: noqa: E501  a page stands on a line
"""What stands around an article's own element: its headline and first paragraph come back, the page's own lines go."""

from __future__ import annotations

import pytest

from pipeline.articles import load_article
from pipeline.articles.cleaning import Block
from pipeline.articles.framing import without_frame
from pipeline.core.models import Article
from pipeline.core.settings import Settings

HEAD = "Ferry of Ostrand turns electric"
LEAD = (
    "The ferry between Ostrand and the isle of Hale will run on batteries from the first week of May, its owner said."
)
ONE = "The old engines burnt nine hundred litres of oil a day, and the new ones will be charged at night from the grid."
TWO = "Islanders had asked for a boat that can run in fog, and the new one has two radars and a crew of four people."
THREE = (
    "The change costs three million crowns, of which the county has paid a half, and fares will stay as they are now."
)
BODY = "".join(f"<p>{words}</p>" for words in (ONE, TWO, THREE))


def load(inside: str, title: str = f"{HEAD} | Ostrand Post") -> Article:
    html = f"<!doctype html><html lang=en><head><title>{title}</title><meta property='article:published_time' content='2025-05-08T12:00:00Z'></head><body>{inside}</body></html>"
    return load_article("-", Settings(), stdin=html.encode())


def test_a_headline_and_a_lead_in_elements_of_their_own_stand_before_the_text() -> None:
    for lead in ('<div class="teaser-text">{}</div>', '<div class="intro">{}</div>', "{}"):
        top = f"<header><h1>{HEAD}</h1><p>By Ann Holt</p></header>{lead.format(f'<p>{LEAD}</p>')}"
        article = load(f"<main>{top}<div class=body>{BODY}</div></main>")
        assert article.text.replace("By Ann Holt\n\n", "").startswith(f"{HEAD}\n\n{LEAD}\n\n{ONE}"), article.text
        assert [each.span.exact for each in article.headings] == [HEAD]


@pytest.mark.parametrize(
    "top",
    [
        f"<div class=nav-bar><h2>{HEAD}</h2></div><div class='newsletter'><p>Sign up and read our letter from the harbour every single morning.</p></div>",
        f"<header><h1>{HEAD}</h1></header><div class='related teaser'><p>Fishermen of Hale have found a mine of the last war in the nets of a trawler.</p></div>",
    ],
)
def test_the_name_of_the_site_and_what_leads_elsewhere_stay_out(top: str) -> None:
    article = load(f"<main>{top}<div class=body>{BODY}</div></main>")
    assert article.text.removeprefix(f"{HEAD}\n\n") == f"{ONE}\n\n{TWO}\n\n{THREE}"


def test_a_correction_in_an_element_behind_the_text_is_kept_as_one() -> None:
    told = "Correction, May 9, 2025: An earlier version of this story gave the number of radars as three. It is two."
    behind = f"<div class=text><div class=cmp><p><i>{told}</i></p></div></div>"
    article = load(f"<main><div class=text><div class=cmp><h1>{HEAD}</h1>{BODY}</div></div>{behind}</main>")
    assert [span.exact for span in article.corrections] == [told]


FRAME = [Block("Ostrand Post"), Block("News release"), Block(HEAD, 1), Block("Date published: 8 May 2025"), Block(LEAD)]


def test_lines_that_frame_an_article_are_left_out() -> None:
    below = ["This page was printed from https://post.example/ferry on 9 May 2025.", "Copyright 2025 Ostrand Post"]
    below += ["Subscribe today to continue reading this story.", "Already a subscriber? Log in"]
    assert without_frame([*FRAME, *map(Block, below)]) == [Block(HEAD, 1), Block(LEAD)]


@pytest.mark.parametrize(
    "blocks",
    [
        [Block(LEAD), Block(HEAD, 1), Block(ONE)],
        [Block(LEAD), Block("Published in 1999 by a press in Hale, it sold out.")],
        [Block(LEAD), Block("The post is printed on grey paper.")],
        [Block(LEAD), Block("Subscribers pay the paper 40 crowns a month to continue reading its stories.")],
        [Block("Copyright 2025 Ostrand Post")],
        [],
    ],
)
def test_sentences_of_the_article_stay(blocks: list[Block]) -> None:
    assert without_frame(blocks) == blocks
