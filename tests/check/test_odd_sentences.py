"""One odd sentence costs itself: it is told, and every other sentence is read as ever."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from benches import bench_over_one_fact

from pipeline.check import Bench, check_article
from pipeline.check.claims import detect_claims
from pipeline.check.sparing import spared
from pipeline.core.english import sentences, unread
from pipeline.core.models import Article
from pipeline.store import Store

PLAIN = "The council of Velda closed the northern pier on Monday. It had cost 40 million crowns.\n"
LONG = "The board of the port met " + "and the pilots of the port waited " * 40 + "until noon.\n"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory):
    with bench_over_one_fact(tmp_path_factory.mktemp("home")) as opened:
        yield opened


def words(article: Article) -> list[str]:
    return [claim.span.exact for claim in detect_claims(article)]


@pytest.mark.parametrize("line", [" \\ argue tt has", "~ say it was so", "— claim he has it", "\\ \\ insist tt was"])
def test_a_verb_of_speech_whose_subject_is_no_word_has_no_speaker(line: str):
    article = Article(text=f"{PLAIN}{line}")
    assert set(words(Article(text=PLAIN))) <= set(words(article))
    assert not spared(article)


READERS = (
    "pipeline.check.claims.detection.sentence_drafts",
    "pipeline.check.claims.attribution._placed",
    "pipeline.check.claims.attribution.speaker_beside",
    "pipeline.check.claims.ground._is_sentence",
    "pipeline.check.checkers.consistency.checker._reckoned",
    "pipeline.check.checkers.titles.mentions.in_line",
    "pipeline.check.comparison.compare.read_sentence",
)


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_that_fails_on_a_sentence_is_told_and_costs_no_other_claim(
    reader: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    odd = f"“Nobody asked the pilots of {reader[-5:]} at all,” said Mayor Ines Duarte."  # an article of its own
    text = f"{PLAIN}{odd}\nThe ferry sank in May."
    module, _, name = reader.rpartition(".")
    as_ever = getattr(__import__(module, fromlist=[name]), name)

    def fail(*given: object):
        if any("pilots" in str(getattr(each, "text", each)) for each in _parts(given)):
            raise IndexError("a bug")
        return as_ever(*given)

    monkeypatch.setattr(reader, fail)
    report = check_article(Article(text=text), bench.tools, bench.store)
    found = {note.claim.span.exact for note in report.notes}
    assert {"The council of Velda closed the northern pier on Monday", "The ferry sank in May"} <= {
        each.rstrip(".") for each in found
    }
    assert not any(
        note.failure and note.failure.reason == "error" for note in report.notes if "ferry" in note.claim.text
    )
    assert any("factnotes met an error" in problem and "pilots" in problem for problem in report.problems)


def _parts(given: tuple[object, ...]):
    for each in given:
        if isinstance(each, Article):
            continue
        yield each
        for name in ("tokens", "doc", "line", "content", "span"):
            part = getattr(each, name, None)
            if part is not None:
                yield part
                yield from (getattr(part, inner) for inner in ("doc", "exact") if hasattr(part, inner))


def test_a_sentence_that_has_no_end_is_not_read_and_told_with_its_place(bench: Bench):
    article = Article(text=f"{PLAIN}{LONG}The ferry sank in May.")
    report = check_article(article, bench.tools, bench.store)
    assert [span.exact for span in unread(article)] == [LONG.strip()]
    assert {note.claim.span.exact for note in report.notes} >= set(words(Article(text=PLAIN)))
    assert any(
        "more than 1,000 characters" in problem and "The board of the port met" in problem
        for problem in report.problems
    )
    assert LONG.strip() in {span.exact for span in report.unclaimed}


def test_a_long_line_of_sentences_is_read_whole():
    line = "The council of Velda closed the northern pier. " * 90
    article = Article(text=line.strip())
    assert "".join(each.span.exact for each in sentences(article)) == line.strip().replace(". ", ".")
    assert not unread(article)


def test_a_long_line_is_not_cut_inside_a_quotation():
    said = "“" + "We saw the ship leave the pier at noon. " * 10 + "Nobody waved,” said Ines Duarte. "
    article = Article(text=(said * 8).strip())
    assert all(each.span.exact.count("“") <= 1 or "”" in each.span.exact for each in sentences(article))
    quotations = [claim for claim in detect_claims(article) if claim.kind == "quotation"]
    assert len(quotations) == 8
    assert {claim.attribution.name for claim in quotations if claim.attribution} == {"Ines Duarte"}


def test_an_article_that_there_is_no_time_to_read_is_read_in_part_and_says_from_where_on_it_is_not(bench: Bench):
    lines = [f"The ferry to island {n} sank in May {1900 + n}.\n" for n in range(200)]
    tools = replace(bench.tools, deadline=time.monotonic() - 1)
    report = check_article(Article(text="".join(lines)), tools, bench.store)
    assert report.notes and all(note.failure and note.failure.reason == "budget" for note in report.notes)
    last = max(note.claim.span.end for note in report.notes)
    assert 1_000 < last <= 1_600
    told = next(problem for problem in report.problems if problem.startswith("not read, because the cap in seconds"))
    behind = [span for span in report.unclaimed if span.start > last]
    assert f"{len(behind)} sentences" in told and f"character {behind[0].start}" in told
    assert report.coverage.sentences == 200


def test_notes_of_claims_that_it_is_too_late_for_are_written_together(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    written, write = list[int](), Store.save_notes

    def count(store: Store, run_id: str, notes: list[object]) -> None:
        written.append(len(notes))
        write(store, run_id, notes)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "save_notes", count)
    lines = [f"The tram to quay {n} began in May {1900 + n}.\n" for n in range(200)]
    report = check_article(
        Article(text="".join(lines)), replace(bench.tools, deadline=time.monotonic() - 1), bench.store
    )
    assert written == [len(report.notes)] and len(report.notes) > 10
    assert len(bench.store.notes(report.run_id)) == len(report.notes)


def test_an_article_that_there_is_time_for_is_read_whole(bench: Bench):
    lines = [f"The ferry to island {n} sank in May {1800 + n}.\n" for n in range(90)]
    tools = replace(bench.tools, deadline=time.monotonic() + 3600)
    report = check_article(Article(text="".join(lines)), tools, bench.store)
    assert not report.problems and len(report.notes) >= 90
