"""The model path on replies recorded from a real model: they replay without any server.

`make record` asks them anew of the OpenAI-compatible service at RECORD_BASE_URL, of the model RECORD_MODEL
(with RECORD_API_KEY where it wants a key). What is asserted holds for any model, however weak.
"""

import os
from datetime import date

import pytest
from predicting import predict_verdict

from pipeline.check.claims import detect_claims_with_model
from pipeline.core.errors import FactnotesError, MalformedReply, QuoteNotFound
from pipeline.core.models import Article, Claim, Evidence, Passage, Span, Usage, Verdict
from pipeline.core.settings import PROJECT
from pipeline.llm import Model, failure_of, load_prompt, usage_of
from pipeline.llm.openai import OpenAIChat

pytestmark = [pytest.mark.vcr]

ARTICLE = Article(
    text=(
        "The Harwick bridge opened to traffic on 4 May 2021. It cost nine million crowns, said engineer Ola Lund. "
        "I hope it will last for ever."
    ),
    published_at=date(2022, 3, 1),
)
OPENING = "The Harwick bridge was opened to traffic on 4 May 2021 by the county's governor."
COST = "The county paid 14 million crowns for the Harwick bridge, its accounts of 2021 show."
POOL = "The council of Harwick met on Monday to discuss a new swimming pool."


@pytest.fixture
def model() -> Model:
    environment = os.environ
    return Model(
        OpenAIChat(
            environment.get("RECORD_MODEL", "recorded"),
            api_key=environment.get("RECORD_API_KEY", "none"),
            base_url=environment.get("RECORD_BASE_URL", "http://127.0.0.1:8089/v1"),
            temperature=0,
            max_output_tokens=1024,
            timeout_s=600,
        ),
        retries=0,
    )


def test_claims_detected_by_a_real_model_stand_in_the_article(model: Model) -> None:
    try:
        claims, usage = detect_claims_with_model(ARTICLE, model, load_prompt("detect_claims", PROJECT / "prompts"))
    except (MalformedReply, QuoteNotFound) as error:
        claims, usage = (), usage_of(error)
    assert usage.calls in (1, 2) and usage.tokens_out > 0
    assert all(span.is_in(ARTICLE.text) for claim in claims for span in claim.spans)


@pytest.mark.parametrize(
    ("words", "passages"),
    [
        ("The Harwick bridge opened to traffic on 4 May 2021.", [OPENING]),
        ("It cost nine million crowns", [COST]),
        ("The Harwick bridge opened to traffic on 4 May 2021.", [POOL]),
    ],
    ids=["the_same", "another_sum", "another_topic"],
)
def test_a_verdict_of_a_real_model_is_proven_or_a_failure(model: Model, words: str, passages: list[str]) -> None:
    span = Span.locate(words, ARTICLE.text)
    claim = Claim(article_id=ARTICLE.id, spans=(span,), text=words, check_worthiness=0.9)
    evidence = [
        Evidence(passage=Passage(text=text, publisher="County Gazette"), rank=rank, score=1, retriever="by hand")
        for rank, text in enumerate(passages, start=1)
    ]
    outcome: Verdict | str
    try:
        outcome, usage = judge(claim, evidence, model)
    except FactnotesError as error:
        outcome, usage = failure_of(error, "verdict").reason, usage_of(error)
    assert usage.calls in (1, 2) and usage.tokens_out > 0 == usage.cached
    if isinstance(outcome, Verdict):
        assert all(citation.span.is_in(evidence[0].passage.text) for citation in outcome.citations)
        assert outcome.citations or outcome.label == "not_enough_evidence"
    else:
        assert outcome in ("malformed_reply", "quote_not_found")


def judge(claim: Claim, evidence: list[Evidence], model: Model) -> tuple[Verdict, Usage]:
    prompt = load_prompt("predict_verdict", PROJECT / "prompts", 1)
    return predict_verdict(claim, ARTICLE, evidence, date(2022, 3, 1), model, prompt)
