# ruff: noqa: E501  a text stands on a line
"""Interviews of questions and answers: an answer is its speaker's, also where the name stands at the first one only."""

from __future__ import annotations

import pytest

from pipeline.check.claims import detect_claims
from pipeline.core.models import Article

INTRO = "Marta Quell has led the harbour of Sandwick since 2019. We met her on the eastern pier."
FIRST = "Marta Quell: The storm broke the wall in two places. We had no money for both."
SECOND = "It took eleven years. The council paid 6.4 million pounds."
THIRD = "The ferries will leave from the western quay."
LAST = "The harbour opens again in April."
ASK = ("Why was the pier closed?", "How long did it take to mend it?", "What will happen to the ferries now?")


def speakers(*lines: str) -> dict[str, str | None]:
    """Return who says each claim of a text, by the claim's first words."""
    article = Article(text="\n\n".join(lines))
    claims = detect_claims(article)
    assert all(span.is_in(article.text) for claim in claims for span in claim.spans)
    return {claim.span.exact: claim.attribution and claim.attribution.speaker for claim in claims}


def said_by(found: dict[str, str | None], words: str) -> str | None:
    return next(speaker for exact, speaker in found.items() if words in exact)


def test_every_answer_is_of_whom_the_first_one_names() -> None:
    found = speakers(INTRO, ASK[0], FIRST, ASK[1], SECOND, ASK[2], THIRD, LAST)
    for words in ("broke the wall", "no money", "eleven years", "6.4 million", "western quay"):
        assert said_by(found, words) == "Marta Quell", words
    assert said_by(found, "opens again in April") is None and said_by(found, "led the harbour") is None


def test_questions_with_a_label_before_them_leave_the_answers_with_whom_the_first_names() -> None:
    found = speakers(INTRO, f"Courier: {ASK[0]}", FIRST, ASK[1], SECOND, ASK[2], THIRD)
    assert said_by(found, "eleven years") == "Marta Quell" and said_by(found, "western quay") == "Marta Quell"


@pytest.mark.parametrize(
    "lines",
    [
        (INTRO, ASK[0], FIRST, ASK[1], SECOND),
        (INTRO, ASK[0], "Note: The storm broke the wall.", ASK[1], SECOND, ASK[2], THIRD),
        (INTRO, ASK[0], "KEY POINTS: The storm broke the wall.", ASK[1], SECOND, ASK[2], THIRD),
        (INTRO, ASK[0], FIRST.partition(": ")[2], ASK[1], SECOND, ASK[2], THIRD),
        (INTRO, ASK[0], FIRST, ASK[1], SECOND, ASK[2], f"Piet Oster: {THIRD}", LAST),
    ],
)
def test_answers_whose_speaker_is_not_sure_are_nobody_s(lines: tuple[str, ...]) -> None:
    assert said_by(speakers(*lines), "eleven years") is None


@pytest.mark.parametrize("words", ["My daughter told me that the pool leaks", "I said that the pool leaks"])
def test_what_the_one_who_speaks_says_of_his_own_is_his(words: str) -> None:
    found = speakers("MODERATOR: Welcome to the debate on the pool.", f"TOM REED: {words}.", "ADA FINCH: It does not.")
    assert said_by(found, "leaks") == "TOM REED"


def test_what_another_is_said_to_have_said_stays_his() -> None:
    found = speakers(
        "MODERATOR: Welcome to the debate.", "TOM REED: Piet Oster said that the pool leaks.", "ADA FINCH: No."
    )
    assert said_by(found, "leaks") == "Piet Oster"


@pytest.mark.parametrize(
    ("text", "quotations"),
    [
        ('"It cost us a fortune, Ada Finch told members. Tom Reed spoke next. "We had no choice at all," said Ada Finch.', ['"We had no choice at all,"']),
        ('He called it "a fine old ship of ours" and left. "We had no choice at all," she said.', ['"a fine old ship of ours"', '"We had no choice at all,"']),
        ('"It cost us a fortune, "she said, and "we had no choice at all" too.', ['"It cost us a fortune, "', '"we had no choice at all"']),
        ('Ada Finch said "it cost us a fortune" and "we had no choice at all" on Monday.', ['"it cost us a fortune"', '"we had no choice at all"']),
    ],
)  # fmt: skip
def test_a_mark_that_is_never_closed_takes_no_words_that_others_say(text: str, quotations: list[str]) -> None:
    from pipeline.check.claims.attribution.quoted import quoted

    assert [each.span.exact for each in quoted(Article(text=text))] == quotations
