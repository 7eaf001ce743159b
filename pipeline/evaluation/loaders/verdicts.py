"""Judged claims in the public formats. Where each format is described stands in each function.

Every function gives the cases of one row, and raises (or gives) Unusable for what makes none.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.core.models import Case, Passage
from pipeline.evaluation.loaders.building import Asked, built, judged
from pipeline.evaluation.loaders.labels import CHECK_WORTHY, label_of
from pipeline.evaluation.loaders.reading import Row, Unusable, day_in, objects_in, text_in, text_or_none, texts_in

LONGEST_CHUNK = 1500
"""Sentences of one document are joined up to this many characters: about what a passage of a store holds."""


def averitec(row: Row, asked: Asked) -> Iterator[Case]:
    """Read AVeriTeC (github.com/MichSchli/AVeriTeC, README): a JSON list of claims with questions and answers.

    Each answer with its question is one piece of evidence, also the answer that none was found. The claim
    is judged as of its date; claims from one fact-checking article share a group.
    """
    passages = []
    for asking in objects_in(row, "questions"):
        question = text_or_none(asking, "question") or ""
        for answer in objects_in(asking, "answers"):
            words = [text_or_none(answer, "answer"), text_or_none(answer, "boolean_explanation")]
            if words[0]:
                text = f"{question} {': '.join(word for word in words if word)}".strip()
                passages.append(Passage(text=text, source_url=text_or_none(answer, "source_url")))
    yield judged(
        asked,
        text_in(row, "claim"),
        row.get("label"),
        passages,
        as_of=day_in(row, "claim_date"),
        group=text_or_none(row, "fact_checking_article"),
        about={"speaker": text_or_none(row, "speaker"), "publisher": text_or_none(row, "reporting_source")},
    )


def fever(row: Row, asked: Asked) -> Iterator[Case]:
    """Read FEVER (fever.ai/dataset/fever.html): id, label, claim, evidence sets of [_, _, page, sentence number].

    The sentences stand in the wiki-pages files (`id`, `lines` of `number TAB sentence`), given as `corpus`. The
    rows with NOT ENOUGH INFO name no page, so only end-to-end suites can use them.
    """
    places: dict[tuple[str, int], None] = {}
    sets = row.get("evidence")
    for one in sets if isinstance(sets, list) else []:
        for piece in one if isinstance(one, list) else []:
            match piece:
                case [_, _, str(page), int(number), *_]:
                    places[page, number] = None
    passages = [Passage(text=_sentence(asked, *place), title=place[0].replace("_", " ")) for place in places]
    yield judged(asked, text_in(row, "claim"), row.get("label"), passages, group=next(iter(places), (None,))[0])


def _sentence(asked: Asked, page: str, number: int) -> str:
    lines = asked.beside.get(page, {}).get("lines")
    for line in str(lines or "").split("\n"):
        found, _, rest = line.partition("\t")
        if found == str(number) and rest.strip():
            return " ".join(rest.split("\t")[0].split())
    raise Unusable("its page is not in the corpus")


def fm2(row: Row, asked: Asked) -> Iterator[Case]:
    """Read Fool Me Twice (github.com/google-research/fool-me-twice): text, label, gold_evidence, wikipedia_page."""
    page = text_or_none(row, "wikipedia_page")
    passages = [
        Passage(text=text, title=" - ".join(part for part in (page, text_or_none(piece, "section_header")) if part))
        for piece in objects_in(row, "gold_evidence")
        if (text := text_or_none(piece, "text"))
    ]
    yield judged(asked, text_in(row, "text"), row.get("label"), passages, group=page)


def climate_fever(row: Row, asked: Asked) -> Iterator[Case]:
    """Read Climate-FEVER (huggingface.co/datasets/tdiggelm/climate_fever): claim, claim_label, five evidences.

    The claim is disputed where some of the five support and some refute it: conflicting evidence here.
    """
    passages = [
        Passage(text=text, title=text_or_none(piece, "article"))
        for piece in objects_in(row, "evidences")
        if (text := text_or_none(piece, "evidence"))
    ]
    yield judged(asked, text_in(row, "claim"), row.get("claim_label"), passages)


def scifact(row: Row, asked: Asked) -> Iterator[Case]:
    """Read SciFact (github.com/allenai/scifact, doc/data.md): claim, evidence, cited_doc_ids; abstracts are `corpus`.

    The evidence is the whole of each abstract that decides the claim, or the cited ones where none does.
    Abstracts that contradict each other make conflicting evidence. Rows of the test set have no label.
    """
    found = row.get("evidence")
    if not isinstance(found, dict):
        raise Unusable("no label")
    cited = row.get("cited_doc_ids")
    documents = list(found) or [str(each) for each in (cited if isinstance(cited, list) else [])]
    labels = {str(piece.get("label")) for document in found for piece in objects_in(found, document)}
    native = "NOT_ENOUGH_INFO" if not labels else labels.pop() if len(labels) == 1 else "BOTH"
    passages = [abstract_of(asked.beside.get(document, {})) for document in documents]
    yield judged(asked, text_in(row, "claim"), native, passages, group=min(documents, default=None))


def abstract_of(row: Row) -> Passage:
    """Return a SciFact abstract as one passage; raises Unusable."""
    sentences = texts_in(row, "abstract")
    if not sentences:
        raise Unusable("its abstract is not in the corpus")
    return Passage(text=" ".join(sentences), title=text_or_none(row, "title"))


def wice(row: Row, asked: Asked) -> Iterator[Case]:
    """Read WiCE (github.com/ryokamoi/wice, data/entailment_retrieval): label, claim, evidence sentences, meta.

    The cited article's sentences are joined to passages in their order.
    """
    meta = row.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    title = text_or_none(meta, "claim_title")
    passages = [Passage(text=text) for text in chunked(texts_in(row, "evidence"))]
    yield judged(
        asked,
        text_in(row, "claim"),
        row.get("label"),
        passages,
        context=text_or_none(meta, "claim_context") or "",
        group=title,
        about={"page": title},
    )


def chunked(sentences: tuple[str, ...], longest: int = LONGEST_CHUNK) -> tuple[str, ...]:
    """Join sentences of one document to passages, in their order; a sentence is never cut."""
    chunks: list[str] = []
    for sentence in sentences:
        if chunks and len(chunks[-1]) + 1 + len(sentence) <= longest:
            chunks[-1] += " " + sentence
        else:
            chunks.append(sentence)
    return tuple(chunks)


def factscore(row: Row, asked: Asked) -> Iterator[Case | Unusable]:
    """Read annotated biographies of FActScore (github.com/shmsw25/FActScore): topic, annotations, human-atomic-facts.

    For detection a case is a sentence with its atomic facts as claims; end to end it is one atom, labelled S or
    NS. Irrelevant atoms (IR) and sentences without atoms make none. The knowledge source is not in the file.
    """
    topic = text_in(row, "topic")
    annotations = [each for each in objects_in(row, "annotations") if objects_in(each, "human-atomic-facts")]
    if not annotations:
        raise Unusable("no atoms")
    for annotation in annotations:
        atoms = [atom for atom in objects_in(annotation, "human-atomic-facts") if text_or_none(atom, "text")]
        if asked.stage == "detection":
            claims = [text_in(atom, "text") for atom in atoms]
            sentence = text_or_none(annotation, "text")
            if sentence and claims:
                yield built(asked, sentence, CHECK_WORTHY, group=topic, metadata={"claims": claims, "topic": topic})
            continue
        for atom in atoms:
            if atom.get("label") != "IR":
                yield _atom(atom, asked, topic)


def _atom(atom: Row, asked: Asked, topic: str) -> Case | Unusable:
    try:
        label, acceptable = label_of(asked.form, atom.get("label"))
    except Unusable as reason:
        return reason
    text = text_in(atom, "text")
    claims = [{"text": text, "label": label, "acceptable": list(acceptable)}]
    about = {"topic": topic, "native_label": str(atom.get("label")), "claims": claims}
    return built(asked, text, label, acceptable, context=f"About {topic}", group=topic, metadata=about)
