from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pipeline.core.english import lines, parse, parse_all, sentences
from pipeline.core.models import Article


def test_a_text_is_parsed_once_and_with_names_serves_those_who_need_none() -> None:
    text = "Mara Veld opened the ferry landing of Lunde on Monday."
    without = parse(text, entities=False)
    assert not without.ents
    named = parse(text)
    assert [entity.text for entity in named.ents][0] == "Mara Veld"
    assert parse(text) is named
    assert parse(text, entities=False) is named


def test_texts_come_back_in_order_also_twice_and_empty() -> None:
    texts = ("One ferry.", "", "Two trams.", "One ferry.")
    assert tuple(doc.text for doc in parse_all(texts)) == texts
    assert parse_all(()) == ()


def test_threads_that_parse_the_same_text_share_one_parse() -> None:
    texts = [f"The tram of line {number} waited at the quay." for number in range(6)] * 4
    with ThreadPoolExecutor(8) as pool:
        docs = list(pool.map(parse, texts))
    assert len({id(doc) for doc in docs}) == 6
    assert [doc.text for doc in docs] == texts


def test_sentences_stand_where_they_are_in_the_article() -> None:
    article = Article(text="First of all\n\nThe tram came. It was late.\n  The ferry left.")
    assert [sentence.span.exact for sentence in sentences(article)] == [
        "First of all",
        "The tram came.",
        "It was late.",
        "The ferry left.",
    ]
    for sentence in sentences(article):
        assert article.text[sentence.span.start : sentence.span.end] == sentence.span.exact
    assert lines(article) is lines(Article(text=article.text)), "articles of one content are one"
