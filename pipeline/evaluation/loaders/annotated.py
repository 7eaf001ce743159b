"""An article annotated by hand, as `seeds/gold/` describes it: one file that makes cases of every stage.

Left out: claims that nobody can check (no verdict stage has a label for them), passages that are the
article itself or copies of it, and, where a verdict is asked for, passages later than the day it is judged at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.core.english import Sentence, sentences
from pipeline.core.models import Article, Case, Passage, text_hash
from pipeline.evaluation.loaders.building import Asked, built
from pipeline.evaluation.loaders.labels import CHECK_WORTHY, CHECKED, LABELS, NOT_CHECK_WORTHY, label_of
from pipeline.evaluation.loaders.ours import passage_of
from pipeline.evaluation.loaders.reading import Row, Unusable, day_in, objects_in, text_in, text_or_none, texts_in


def annotated_article(row: Row, asked: Asked) -> Iterator[Case | Unusable]:
    """Give cases of each claim (verdict, retrieval), each sentence (detection, attribution) or the whole article."""
    about = row.get("article")
    claims = objects_in(row, "claims")
    if not isinstance(about, dict) or not claims:
        raise Unusable("no article and claims")
    if asked.stage in ("detection", "attribution"):
        yield from _of_sentences(about, claims, asked)
        return
    if asked.stage == "end_to_end":
        yield _of_article(about, claims, asked)
        return
    left_out = {*texts_in(row, "never_support"), *texts_in(row, "later")}
    for claim in claims:
        try:
            case = _of_claim(claim, about, left_out, asked)
        except Unusable as reason:
            yield reason
            continue
        if case is not None:
            yield case


def _of_claim(claim: Row, about: Mapping[str, Any], left_out: set[str], asked: Asked) -> Case | None:
    native = claim.get("expected_verdict")
    if native == "not_checkable":
        return None
    label, acceptable = _answers(claim, asked)
    words, group = text_in(claim, "restatement"), text_or_none(about, "file")
    deciding = _passages(claim, ("supports", "refutes"), left_out, asked)
    metadata = {"native_label": str(native), "speaker": text_or_none(claim, "speaker"), "id": text_or_none(claim, "id")}
    metadata = {name: value for name, value in metadata.items() if value}
    as_of = day_in(about, "as_of")
    if asked.stage == "retrieval":
        if not deciding:
            return None
        relevant = sorted(passage.id for passage in deciding)
        return built(asked, words, "relevant", as_of=as_of, group=group, metadata=metadata | {"relevant": relevant})
    return _judged(asked, claim, label, acceptable, left_out, as_of, group, metadata)


def _answers(claim: Row, asked: Asked) -> tuple[str, list[str]]:
    label, _ = label_of(asked.form, claim.get("expected_verdict"))
    known = LABELS[asked.form]
    return label, [known[each][0] for each in texts_in(claim, "acceptable_verdicts") if each in known]


def _of_article(about: Mapping[str, Any], claims: Sequence[Row], asked: Asked) -> Case:
    """Return the whole article as one case with all the claims a check should find; opinions have no label."""
    listed = []
    for claim in claims:
        one: dict[str, Any] = {"text": text_in(claim, "restatement")}
        if claim.get("expected_verdict") != "not_checkable":
            one["label"], one["acceptable"] = _answers(claim, asked)
        if claim.get("check_worthy") is True:
            listed.append(one)
    group, url = text_or_none(about, "file"), text_or_none(about, "url")
    metadata = {"claims": listed} | ({"url": url} if url else {})
    article = _article(about, asked.folder)
    return built(asked, article.text, CHECKED, as_of=day_in(about, "as_of"), group=group, metadata=metadata)


def _judged(
    asked: Asked,
    claim: Row,
    label: str,
    acceptable: Sequence[str],
    left_out: set[str],
    as_of: date | None,
    group: str | None,
    metadata: Mapping[str, Any],
) -> Case | None:
    passages = _passages(claim, ("supports", "refutes", "context"), left_out, asked)
    if not passages:
        return None
    return built(
        asked,
        text_in(claim, "restatement"),
        label,
        acceptable,
        evidence=passages,
        as_of=as_of,
        context=f"Words of the article: {text_in(claim, 'quote')}",
        group=group,
        metadata=metadata,
    )


def _passages(claim: Row, parts: Sequence[str], left_out: set[str], asked: Asked) -> list[Passage]:
    evidence = claim.get("evidence")
    ids = [each for part in parts for each in texts_in(evidence if isinstance(evidence, dict) else {}, part)]
    wanted = [each for each in dict.fromkeys(ids) if each not in left_out]
    missing = [each for each in wanted if each not in asked.beside]
    if missing:
        raise Unusable("its evidence is not in the corpus")
    return [passage_of(asked.beside[each]) for each in wanted]


def _of_sentences(about: Mapping[str, Any], claims: Sequence[Row], asked: Asked) -> Iterator[Case]:
    article = _article(about, asked.folder)
    inside = [(sentence, [claim for claim in claims if _overlap(claim, sentence)]) for sentence in sentences(article)]
    previous = ""
    for sentence, found in inside:
        case = _attributed(sentence, found, asked, about) if asked.stage == "attribution" else None
        if asked.stage == "detection":
            worthy = [text_in(claim, "restatement") for claim in found if claim.get("check_worthy") is True]
            case = built(
                asked,
                sentence.span.exact,
                CHECK_WORTHY if worthy else NOT_CHECK_WORTHY,
                context=previous,
                group=text_or_none(about, "file"),
                metadata={"claims": worthy},
            )
        previous = sentence.span.exact
        if case is not None:
            yield case


def _attributed(sentence: Sentence, found: Sequence[Row], asked: Asked, about: Mapping[str, Any]) -> Case | None:
    listed = [
        {"source": text_in(claim, "speaker"), "content": text_in(claim, "quote")}
        for claim in found
        if claim.get("kind") == "quotation" and _is_named(text_or_none(claim, "speaker"), sentence)
    ]
    if not listed:
        return None
    group = text_or_none(about, "file")
    return built(asked, sentence.span.exact, "attributed", group=group, metadata={"attributions": listed})


def _is_named(speaker: str | None, sentence: Sentence) -> bool:
    """Tell whether the sentence names the speaker, by the last word of the name: else nobody could read it there."""
    return speaker is not None and speaker.split()[-1].casefold() in sentence.span.exact.casefold()


def _overlap(claim: Row, sentence: Sentence) -> bool:
    start, end = claim.get("start"), claim.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return False
    return start < sentence.span.end and sentence.span.start < end


def _article(about: Mapping[str, Any], folder: Path) -> Article:
    path = folder / text_in(about, "file")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable("its article cannot be read") from error
    if text_hash(text) != about.get("sha256"):
        raise Unusable("its article has changed")
    return Article(text=text)
