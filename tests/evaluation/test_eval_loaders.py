"""Data files in the formats of the field: what becomes a case, what does not, and why. Every sentence is invented."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline.core.errors import InputError
from pipeline.core.models import Case, Label
from pipeline.evaluation.cases import Stage, passages_of
from pipeline.evaluation.loaders import FORMATS, LABELS, Asked, Loaded, load_file, read_documents
from pipeline.evaluation.loaders.labels import OWN_LABELS

DATA = Path(__file__).parents[1] / "data" / "suites"
BESIDE = {"fever": "fever_pages.jsonl", "scifact": "scifact_corpus.jsonl", "retrieval_rows": "retrieval_corpus.jsonl"}


def load(name: str, form: str, stage: Stage = "verdict", **options: Any) -> Loaded:
    beside = read_documents([DATA / BESIDE[form]]) if form in BESIDE else {}
    asked = Asked(form, stage, form, beside, options.pop("acceptable", {}))
    return load_file(DATA / name, asked, **options)


def labels(loaded: Loaded) -> list[str]:
    return [case.label for case in loaded.cases]


def test_averitec_gives_a_question_with_each_answer_as_evidence_dated_by_the_claim() -> None:
    loaded = load("averitec.json", "averitec")
    refuted, conflicting = loaded.cases
    assert (refuted.label, conflicting.label) == ("refuted", "conflicting_evidence")
    assert refuted.evidence[0].startswith("Did the council of Marle ban bicycles in 2019? No: The minutes")
    assert refuted.evidence[1] == "Who asked for a ban? No answer could be found."
    assert refuted.as_of == date(2020, 10, 31) and conflicting.as_of == date(2020, 11, 2)
    assert refuted.group == conflicting.group, "claims of one fact-checking article are not independent"
    assert refuted.metadata["speaker"] == "Una Veld"
    assert [passage.source_url for passage in passages_of(refuted)] == ["https://marle.example/minutes", None]
    assert loaded.skipped == {"claim_date is not a day": 1, "unknown label 'Half true'": 1}


def test_fever_takes_its_sentences_from_the_pages_beside_it() -> None:
    loaded = load("fever.jsonl", "fever")
    assert loaded.cases[0].evidence == ("Lake Orl is a lake north of Marle .", "It lies south of Lake Orl .")
    assert labels(loaded) == ["supported", "refuted"]
    assert loaded.skipped == {"its page is not in the corpus": 1, "no evidence": 1}
    assert "not_enough_evidence" in labels(load("fever.jsonl", "fever", "end_to_end"))


def test_fool_me_twice_knows_two_labels_and_the_page() -> None:
    loaded = load("fm2.jsonl", "fm2")
    assert labels(loaded) == ["supported", "refuted"]
    assert {case.group for case in loaded.cases} == {"fm2:Ada Brenn"}
    assert passages_of(loaded.cases[0])[0].title == "Ada Brenn - Early life"


def test_a_disputed_claim_of_climate_fever_has_conflicting_evidence() -> None:
    assert labels(load("climate_fever.jsonl", "climate_fever")) == ["conflicting_evidence", "not_enough_evidence"]


def test_scifact_reads_whole_abstracts_and_sees_where_they_contradict_each_other() -> None:
    loaded = load("scifact.jsonl", "scifact")
    assert labels(loaded) == ["supported", "conflicting_evidence", "not_enough_evidence"]
    assert loaded.cases[1].evidence[1] == "Colds were a day shorter with orlin."
    assert loaded.skipped == {"no label": 1, "its abstract is not in the corpus": 1}


def test_what_wice_calls_partially_supported_is_not_enough_evidence_unless_a_suite_accepts_more() -> None:
    assert labels(load("wice.jsonl", "wice")) == ["not_enough_evidence", "not_enough_evidence", "supported"]
    partly = load("wice.jsonl", "wice", acceptable={"partially_supported": ("supported",)}).cases[0]
    assert partly.accepts("supported") and partly.accepts("not_enough_evidence") and not partly.accepts("refuted")
    assert partly.context == "Marle has two museums." and len(partly.evidence) == 1


def test_claimbuster_is_read_from_csv_and_json() -> None:
    loaded = load("claimbuster.csv", "claimbuster", "detection")
    assert labels(loaded) == ["check_worthy", "not_check_worthy", "not_check_worthy"]
    assert loaded.cases[0].claim == "We built 400 homes in Marle, more than any council before us."
    assert loaded.skipped == {"4 cells under 10 headings": 1, "unknown label '7'": 1}
    assert labels(load("claimbuster.json", "claimbuster", "detection")) == ["check_worthy", "not_check_worthy"]


def test_checkthat_is_read_with_stray_quotation_marks_and_in_both_its_layouts() -> None:
    loaded = load("checkthat.tsv", "checkthat", "detection")
    assert labels(loaded) == ["check_worthy", "not_check_worthy", "not_check_worthy"]
    assert loaded.cases[1].claim == "Now, let me say one thing."
    assert loaded.cases[2].claim == 'He said "never", and "never" again.'
    assert loaded.skipped == {"2 cells under 3 headings": 1}
    tweets = load("checkthat_tweets.tsv", "checkthat", "detection")
    assert labels(tweets) == ["check_worthy", "not_check_worthy"]
    assert {case.group for case in tweets.cases} == {"checkthat:floods"}


def test_atoms_of_factscore_are_claims_of_a_sentence_or_cases_of_their_own() -> None:
    sentences = load("factscore.jsonl", "factscore", "detection")
    assert sentences.cases[0].metadata["claims"] == ["Ada Brenn was a novelist.", "Ada Brenn was born in Marle."]
    atoms = load("factscore.jsonl", "factscore", "end_to_end")
    assert labels(atoms) == ["supported", "not_enough_evidence"], "an irrelevant atom is no case"
    assert atoms.cases[1].accepts("refuted"), "nobody asked whether it is contradicted"
    assert atoms.skipped == {"no atoms": 1}


def test_rows_of_judged_claims_keep_their_set_and_say_what_was_wrong_with_the_others() -> None:
    loaded = load("verdict_rows.jsonl", "verdict_rows")
    assert labels(loaded) == ["refuted", "supported", "conflicting_evidence"]
    assert loaded.cases[0].metadata["source_dataset"] == "wice" and loaded.cases[0].as_of == date(2021, 4, 2)
    assert loaded.skipped == {"no evidence": 1, "not JSON": 1, "not a JSON object": 1}
    assert (loaded.rows, len(loaded.cases) + sum(loaded.skipped.values())) == (6, 6)


def test_where_keeps_rows_by_their_fields() -> None:
    only = load("verdict_rows.jsonl", "verdict_rows", where={"source_dataset": ["wice", "other"]})
    assert len(only.cases) == 1 and only.skipped == {"not JSON": 1, "not a JSON object": 1}


def test_sentences_attributions_queries_and_extracted_claims_of_one_form() -> None:
    assert labels(load("detection_rows.jsonl", "detection_rows", "detection")) == ["check_worthy", "not_check_worthy"]
    told = [
        case.metadata["attributions"]
        for case in load("attribution_rows.jsonl", "attribution_rows", "attribution").cases
    ]
    assert told[1] == [{"source": "the mayor", "cue": "agreed", "content": "that it was so"}]
    queries = load("retrieval_rows.jsonl", "retrieval_rows", "retrieval")
    assert len(queries.cases) == 1 and queries.skipped == {"what it should find is not in the corpus": 1}
    extracted = load("extraction_rows.jsonl", "extraction_rows", "detection").cases[0]
    assert extracted.metadata["claims"] == ["Ada Brenn wrote novels.", "Ada Brenn wrote plays."]


def test_a_retrieval_case_should_find_the_evidence_that_decides_and_does_not_hold_it() -> None:
    verdict, retrieval = load("fm2.jsonl", "fm2"), load("fm2.jsonl", "fm2", "retrieval")
    wanted = [sorted(passage.id for passage in passages_of(case)) for case in verdict.cases]
    assert [case.metadata["relevant"] for case in retrieval.cases] == wanted
    assert all(case.evidence == () for case in retrieval.cases)


def test_an_end_to_end_case_is_a_text_with_the_claims_it_makes() -> None:
    (first, _) = load("fm2.jsonl", "fm2", "end_to_end").cases
    assert first.evidence == ()
    assert first.metadata["claims"] == [{"text": first.claim, "label": "supported", "acceptable": []}]


def test_our_own_form_is_checked_field_by_field_and_an_id_in_a_file_is_not_believed(tmp_path: Path) -> None:
    loaded = load("cases.jsonl", "cases")
    assert labels(loaded) == ["supported", "refuted"] and loaded.cases[0].accepts("not_enough_evidence")
    assert sum(loaded.skipped.values()) == 3 and loaded.skipped["of the stage detection"] == 1
    rows = [
        {"id": "forged", "claim": "The mill stands.", "label": "refuted", "source": "by hand"},
        {"claim": "The mill stands.", "label": "check_worthy"},
        {"claim": "The mill stands.", "label": "supported", "acceptable": ["maybe"]},
    ]
    (tmp_path / "own.jsonl").write_text("\n".join(map(json.dumps, rows)))
    own = load_file(tmp_path / "own.jsonl", Asked("cases", "verdict", "cases"))
    assert [case.id for case in own.cases] == [Case(claim="The mill stands.", label="refuted", source="by hand").id]
    assert own.skipped == {"unknown label 'check_worthy'": 1, "unknown label 'maybe'": 1}


def test_every_mapped_label_is_one_of_ours() -> None:
    for form, known in LABELS.items():
        stage: Stage = "detection" if FORMATS[form].stages == ("detection",) else "verdict"
        assert {label for ours in known.values() for label in ours} <= set(OWN_LABELS[stage]), form
    assert set(OWN_LABELS["verdict"]) == set(get_args(Label))


def test_a_format_or_stage_that_cannot_be_is_one_line() -> None:
    with pytest.raises(InputError, match=r"no format 'xml'.*averitec"):
        load_file(DATA / "fm2.jsonl", Asked("xml", "verdict", "xml"))
    with pytest.raises(InputError, match="makes no cases of the stage verdict: detection"):
        load("claimbuster.csv", "claimbuster")
    with pytest.raises(InputError, match="cannot be read"):
        load("nowhere.jsonl", "fm2")


def test_a_file_that_is_not_text_is_refused_with_the_byte(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b'{"claim": "\xff"}')
    with pytest.raises(InputError, match="not in UTF-8 .byte 11"):
        load_file(tmp_path / "bad.jsonl", Asked("fm2", "verdict", "fm2"))


def test_windows_line_ends_and_byte_order_marks_do_not_matter(tmp_path: Path) -> None:
    for name, form in (("checkthat.tsv", "checkthat"), ("claimbuster.csv", "claimbuster")):
        text = (DATA / name).read_text()
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        again = load_file(tmp_path / name, Asked(form, "detection", form))
        assert again.cases == load(name, form, "detection").cases


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _fields() -> list[str]:
    rows = [
        json.loads(line) for path in DATA.glob("*.jsonl") for line in path.read_text().splitlines() if line[-1] == "}"
    ]
    return sorted({name for row in rows for name in row})


rows_like_the_real_ones = st.dictionaries(st.sampled_from(_fields()), json_values, max_size=8)
lines = st.one_of(st.text(max_size=40), rows_like_the_real_ones.map(json.dumps), json_values.map(json.dumps))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(FORMATS)), st.lists(lines, max_size=6), st.sampled_from(["x.jsonl", "x.csv", "x.tsv"]))
def test_whatever_stands_in_a_file_is_a_case_or_a_counted_row(form: str, content: list[str], name: str) -> None:
    for stage in FORMATS[form].stages:
        text = "\n".join(content).encode(errors="surrogatepass")
        try:
            loaded = load_file(Path(name), Asked(form, stage, form), contents=text)
        except InputError as error:
            assert "not in UTF-8" in str(error)
            continue
        assert all(case.stage == stage for case in loaded.cases)
        if form not in ("factscore", "annotated_article"):  # one row of these makes many cases
            assert loaded.rows == len(loaded.cases) + sum(loaded.skipped.values())


@settings(max_examples=40)
@given(st.data())
def test_a_real_row_with_any_one_field_spoiled_never_ends_the_reading(data: st.DataObject) -> None:
    form, name = data.draw(
        st.sampled_from(
            [("averitec", "averitec.json"), ("fever", "fever.jsonl"), ("scifact", "scifact.jsonl")]
            + [("wice", "wice.jsonl"), ("factscore", "factscore.jsonl"), ("cases", "cases.jsonl")]
        )
    )
    text = (DATA / name).read_text()
    rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
    row = dict(data.draw(st.sampled_from(rows)))
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(json_values)
    beside = read_documents([DATA / BESIDE[form]]) if form in BESIDE else {}
    for stage in FORMATS[form].stages:
        asked = Asked(form, stage, form, beside)
        loaded = load_file(Path("x.jsonl"), asked, contents=json.dumps(row).encode())
        assert loaded.rows == 1
        if form != "factscore":  # a sentence without atoms is left out and not counted
            assert Counter(loaded.skipped).total() + len(loaded.cases) == 1
