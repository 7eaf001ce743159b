from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given, strategies as st

from pipeline.core.errors import InputError
from pipeline.core.models import OfficeRecord, Passage, content_id
from pipeline.core.ports import Vectors
from pipeline.evidence import Indexed, LexicalIndex, build_index, sync_words
from pipeline.evidence.reading import read_reference
from pipeline.evidence.splitting import split_text

LONG = "\n\n".join(
    f"In year {year} the harbour board of Port Velda paid for dredging. The sum was {year * 3} crowns, it said. "
    "Fishermen called that too little, and the mayor agreed with them in public."
    for year in range(1901, 1921)
)


class Shelf:
    """A store in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Passage] = {}
        self.terms: dict[str, OfficeRecord] = {}

    def save_passages(self, passages: Iterable[Passage]) -> int:
        before = len(self.kept)
        self.kept.update((passage.id, passage) for passage in passages)
        return len(self.kept) - before

    def passages(self) -> tuple[Passage, ...]:
        return tuple(self.kept.values())

    def passage_ids(self) -> frozenset[str]:
        return frozenset(self.kept)

    def passages_of(self, ids: Sequence[str]) -> dict[str, Passage]:
        return {id_: self.kept[id_] for id_ in ids if id_ in self.kept}

    def snapshot(self) -> str:
        return content_id(*sorted(self.kept))

    def find_records(self, wanted: Callable[[Mapping[str, Any]], bool]) -> tuple[OfficeRecord, ...]:
        return tuple(record for record in self.terms.values() if wanted(record.model_dump(mode="json")))

    def replace_records(self, gone: Iterable[str], new: Iterable[OfficeRecord]) -> None:
        for each in gone:
            del self.terms[each]
        self.terms.update((record.id, record) for record in new)


class Drawer:
    """Vectors in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, str | int]] = {}

    def add(self, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[object]) -> None:
        assert len(ids) == len(vectors) == len(metadatas)
        self.kept.update(zip(ids, metadatas, strict=True))  # type: ignore[arg-type]

    def ids(self) -> frozenset[str]:
        return frozenset(self.kept)

    def remove(self, ids: Sequence[str]) -> None:
        for id_ in ids:
            del self.kept[id_]


class Counting:
    """An embedder that counts."""

    name = "counting 1"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return numpy.ones((len(texts), 2), dtype=numpy.float32)


def indexed(paths: Sequence[Path], store: Shelf, vectors: Drawer, embedder: Counting) -> Indexed:
    return build_index(paths, store, vectors, embedder, passages_of=store.passages_of, words=LexicalIndex())


def write_rows(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_row_keeps_every_field_under_either_name(tmp_path: Path) -> None:
    row = {
        "text": "The ferry ran aground on 3 May.",
        "url": "https://gazette.example/ferry",
        "source_title": "Ferry aground",
        "publisher": "Harbour Gazette",
        "published": "2031-05-04T08:30:00Z",
        "event_date": "2031-05-03",
        "origin": "coast-wire-1",
        "verified": False,
        "note": "Seen in a copy.",
    }
    (passage,) = read_reference(write_rows(tmp_path / "a.jsonl", row)).passages
    assert passage.source_url == "https://gazette.example/ferry"
    assert passage.title == "Ferry aground"
    assert passage.published_at == date(2031, 5, 4)
    assert str(passage.event_date) == "2031-05-03"
    assert (passage.origin, passage.verified, passage.note) == ("coast-wire-1", False, "Seen in a copy.")


@pytest.mark.parametrize(
    ("written", "kept", "day_before_its_end", "its_end"),
    [
        ("2025", "2025", date(2025, 12, 30), date(2025, 12, 31)),
        ("2024-02", "2024-02", date(2024, 2, 28), date(2024, 2, 29)),
        (2025, "2025", date(2025, 6, 1), date(2026, 1, 1)),
    ],
)
def test_a_month_or_year_of_publication_is_kept_as_such_and_may_be_its_last_day(
    tmp_path: Path, written: object, kept: str, day_before_its_end: date, its_end: date
) -> None:
    row = {"text": "The ferry ran aground.", "published_at": written}
    (passage,) = read_reference(write_rows(tmp_path / "a.jsonl", row)).passages
    assert passage.published_at is None and str(passage.published) == kept
    assert passage.is_after(day_before_its_end) and not passage.is_after(its_end)


def test_a_month_that_does_not_exist_is_told_with_its_line(tmp_path: Path) -> None:
    rows = {"text": "A ferry.", "published_at": "2025-13"}, {"text": "A bridge.", "published_at": "2025-03"}
    read = read_reference(write_rows(tmp_path / "a.jsonl", *rows))
    assert len(read.passages) == 1 and "a.jsonl:1: " in read.problems[0]


def test_a_row_with_person_and_office_is_an_office_record(tmp_path: Path) -> None:
    row = {
        "person": "Ilse Maren Dahl",
        "office": "Mayor of Port Velda (acting)",
        "country": "Norway",
        "start": "2019-06",
        "end": None,
        "as_of": "2031-05-01",
        "named_in_article": True,
    }
    reference = read_reference(write_rows(tmp_path / "a.jsonl", row))
    (record,) = reference.records
    assert record.office == "Mayor of Port Velda"
    assert record.acting
    assert (str(record.start), record.end, record.as_of) == ("2019-06", None, date(2031, 5, 1))
    assert reference.problems == ()


def test_bad_rows_are_named_with_file_and_line_and_the_others_are_read(tmp_path: Path) -> None:
    file = write_rows(
        tmp_path / "a.jsonl",
        {"text": "The pier is 80 metres long."},
        "{broken",
        "[1, 2]",
        {"publisher": "no text"},
        {"text": "   "},
        {"text": "When?", "published_at": "last week"},
        {"person": "A B", "office": "Clerk", "start": "2031-13"},
        "",
        {"text": "The pier was built in 1890.", "publishd": "2031-01-01"},
    )
    reference = read_reference(file)
    assert [passage.text for passage in reference.passages] == [
        "The pier is 80 metres long.",
        "The pier was built in 1890.",
    ]
    where = [problem.removeprefix(f"{file}:").split(":")[0] for problem in reference.problems]
    assert where == ["2", "3", "4", "5", "6", "7", "9"]
    assert "publishd" in reference.problems[-1]
    assert all("\n" not in problem for problem in reference.problems)


def test_bytes_that_are_no_utf8_are_a_problem_of_their_line(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"text": "The lock opened in 1901."}\n{"text": "caf\xe9"}\n')
    reference = read_reference(file)
    assert len(reference.passages) == 1
    assert reference.problems == (f"{file}:2: not UTF-8",)


@pytest.mark.parametrize("content", ["{bad\n[]\n", "", "\n\n"])
def test_a_file_of_nothing_usable_is_an_error_in_one_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(content)
    with pytest.raises(InputError, match="a.jsonl") as caught:
        read_reference(file)
    assert "\n" not in str(caught.value)


def test_a_missing_path_and_an_unknown_kind_of_file_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file or folder"):
        read_reference(tmp_path / "none")
    (tmp_path / "a.png").write_bytes(b"PNG")
    with pytest.raises(InputError, match=r"\.png is not read"):
        read_reference(tmp_path / "a.png")


def test_front_matter_says_where_a_markdown_passage_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "bridge.md"
    file.write_text(
        "---\ntitle: Bridge to close\npublisher: Harbour Gazette\nurl: https://gazette.example/bridge\n"
        "published_at: 2031-05-04\nevent_date: 2031-05\norigin: coast-wire-7\nverified: false\n---\n"
        "# Bridge to close\n\nThe council decided on Tuesday to close the bridge over the Tern, and said it would\n"
        "open again in spring. It is the only bridge that the trams of the town can use.\n"
    )
    (passage,) = read_reference(file).passages
    assert "close the bridge" in passage.text
    assert passage.source_url == "https://gazette.example/bridge"
    assert passage.published_at == date(2031, 5, 4)
    assert (str(passage.event_date), passage.origin, passage.verified) == ("2031-05", "coast-wire-7", False)


def test_html_gives_its_text_and_date(tmp_path: Path) -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in LONG.split("\n\n")[:3])
    (tmp_path / "a.html").write_text(
        '<html lang="en"><head><title>Dredging</title><meta property="article:published_time" content="2021-02-03">'
        f"</head><body><nav>Menu Home Sport</nav><article><h1>Dredging</h1>{body}</article></body></html>"
    )
    passages = read_reference(tmp_path / "a.html").passages
    assert "dredging" in " ".join(passage.text for passage in passages)
    assert all("Menu" not in passage.text for passage in passages)
    assert passages[0].published_at == date(2021, 2, 3)


def test_a_folder_is_read_whole_but_for_what_describes_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    write_rows(tmp_path / "deep" / "rows.jsonl", {"text": "The mole is of granite."})
    (tmp_path / "note.txt").write_text(
        "The harbour master counted forty ships in June. That is ten more than last year."
    )
    (tmp_path / "note.yaml").write_text("publisher: Harbour Office\npublished_at: 2031-07-01\n")
    (tmp_path / "README.md").write_text("# About\n\nThis folder describes itself and should not be evidence.")
    (tmp_path / ".hidden.txt").write_text("Not to be read.")
    (tmp_path / "picture.png").write_bytes(b"png")
    reference = read_reference(tmp_path)
    assert {passage.text.split()[1] for passage in reference.passages} == {"mole", "harbour"}
    assert {passage.publisher for passage in reference.passages} == {None, "Harbour Office"}
    assert reference.problems == (f"{tmp_path / 'picture.png'}: .png is not read: see docs/evidence.md",)


def test_a_long_row_becomes_several_passages_of_one_source(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "a.jsonl", {"text": LONG, "url": "https://gazette.example/dredging"})
    passages = read_reference(file).passages
    assert len(passages) > 3
    assert all(passage.text in LONG and len(passage.text) <= 900 for passage in passages)
    assert {passage.source_url for passage in passages} == {"https://gazette.example/dredging"}
    assert all(passage.text.endswith(".") for passage in passages)


@given(st.text(alphabet=st.sampled_from("ab .!?\n\u00a0é”"), max_size=400), st.integers(5, 60))
def test_splitting_is_verbatim_in_order_and_loses_only_white_space(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    at = 0
    for piece in pieces:
        assert 0 < len(piece) <= limit
        found = text.index(piece, at)
        assert not text[at:found].strip()
        at = found + len(piece)
    assert not text[at:].strip()


def test_indexing_twice_changes_nothing_and_embeds_nothing_again(tmp_path: Path) -> None:
    file = write_rows(
        tmp_path / "a.jsonl",
        {"text": "The lighthouse was lit in 1877.", "publisher": "Harbour Gazette", "published_at": "2031-01-02"},
        {"text": "The lighthouse has 120 steps.", "title": "Steps"},
        {"person": "Ilse Maren Dahl", "office": "Mayor of Port Velda", "start": "2019"},
    )
    store, vectors, embedder = Shelf(), Drawer(), Counting()
    first = indexed([file], store, vectors, embedder)
    again = indexed([file], store, vectors, embedder)
    assert (first.added, first.unchanged, first.records_added) == (2, 0, 1)
    assert (again.added, again.unchanged, again.records_added) == (0, 2, 0)
    assert sorted(embedder.texts) == ["Steps. The lighthouse has 120 steps.", "The lighthouse was lit in 1877."]
    assert len({frozenset(row) for row in vectors.kept.values()}) == 1


def test_a_later_file_closes_the_term_an_earlier_one_left_open(tmp_path: Path) -> None:
    term = {"person": "Ilse Maren Dahl", "office": "Mayor of Port Velda", "start": "2019-03-01"}
    earlier = write_rows(tmp_path / "a.jsonl", term | {"as_of": "2020-01-01"})
    later = write_rows(tmp_path / "b.jsonl", term | {"end": "2023-03-01", "as_of": "2024-01-01"})
    store = Shelf()
    for file in (earlier, later):
        indexed([file], store, Drawer(), Counting())
    assert [str(record.end) for record in store.terms.values()] == ["2023-03-01"]


def test_lost_vectors_are_made_again_from_the_store_and_strangers_are_forgotten(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "a.jsonl", {"text": "The dry dock is 90 metres long."})
    store, vectors, embedder = Shelf(), Drawer(), Counting()
    indexed([file], store, vectors, embedder)
    vectors.kept = {"stranger": {}}
    indexed([], store, vectors, embedder)
    assert vectors.ids() == set(store.kept)
    assert len(embedder.texts) == 2


def test_what_another_process_adds_meanwhile_is_not_forgotten(tmp_path: Path) -> None:
    ours = write_rows(tmp_path / "a.jsonl", {"text": "The dry dock is 90 metres long."})
    theirs = write_rows(tmp_path / "b.jsonl", {"text": "The quay is closed."})
    store = Shelf()

    class Shared(Drawer):
        def ids(self) -> frozenset[str]:
            if len(store.kept) == 1:  # the other process comes in just before the answer
                indexed([theirs], store, self, Counting())
            return super().ids()

    vectors = Shared()
    indexed([ours], store, vectors, Counting())
    assert len(store.kept) == 2 and set(vectors.kept) == set(store.kept)


def test_nothing_is_stored_when_one_of_the_paths_is_wrong(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "a.jsonl", {"text": "The quay is closed."})
    store = Shelf()
    with pytest.raises(InputError):
        indexed([file, tmp_path / "none"], store, Drawer(), Counting())
    assert not store.kept


def test_words_follow_the_store_and_are_not_read_again_where_nothing_has_changed() -> None:
    store, words = Shelf(), LexicalIndex()
    gull, ferry = Passage(text="Gulls nest here."), Passage(text="The ferry carries trams.")
    store.save_passages([gull])
    sync_words(words, store, store.passages_of)
    store.save_passages([ferry])
    sync_words(words, store, store.passages_of)
    assert words.ids() == {gull.id, ferry.id}
    sync_words(words, store, lambda ids: pytest.fail("read again"))
    del store.kept[gull.id]
    sync_words(words, store, store.passages_of)
    assert words.ids() == {ferry.id} and words.query("gulls", 5) == []
