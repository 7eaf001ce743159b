"""Files that facts rest on: kept under their hash, saved and restored with the home, told where they are lost."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from word_files import docx, odt, p

from pipeline.articles import read_word
from pipeline.articles.cleaning import Cleaner
from pipeline.core.errors import InputError, SettingsError, StoreError
from pipeline.core.models import Article, Person
from pipeline.core.printing import ORDERS
from pipeline.core.settings import Settings
from pipeline.ledger import (
    Draft,
    FactStanding,
    Rules,
    act,
    add_version,
    add_word_version,
    as_source,
    files_of,
    find_draft,
    history,
    keep_file,
    kept_file,
    open_ledger,
    read_file,
    render_ledger,
    spell_source,
    why_lost,
)
from pipeline.ledger.files import clean_name
from pipeline.store import Store, open_store, restore_backup, save_backup

pytest_plugins = ("postgres",)

ANN = Person(name="ann", role="reviewer")
TEXT = "The weir at Olm cost €7 million in 2029. Mia Holt, 41, opened it on Tuesday."
MINUTES = b"%PDF-1.4 the minutes of 3 May\n"


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Settings]]:
    address = {"database_url": request.getfixturevalue("postgres_url")} if request.param == "postgresql" else {}
    settings = Settings(home=tmp_path / "home", **address)
    with open_store(settings) as store:
        yield store, settings


def weir(store: Store) -> Draft:
    return add_version(store, "Weir", Article(text=TEXT), ANN)


def fact(store: Store, words: str) -> FactStanding:
    found = open_ledger(store, find_draft(store, "Weir")).facts
    return next(each for each in found if each.fact.span.exact == words)


def keep(settings: Settings, name: str = "minutes.pdf", data: bytes = MINUTES, most: int = 100):  # type: ignore[no-untyped-def]
    return keep_file(settings.attachments_path, name, data, most)


def test_a_fact_is_ticked_on_a_file_that_comes_back_byte_for_byte(desk: tuple[Store, Settings]) -> None:
    store, settings = desk
    draft, kept = weir(store), keep(settings)
    assert (kept.name, kept.size, kept.media_type) == ("minutes.pdf", len(MINUTES), "application/pdf")
    assert kept.sha256 == hashlib.sha256(MINUTES).hexdigest()
    act(store, draft, fact(store, "41").fact.id, "tick", ANN, seen=0, sources=[as_source(kept, primary=True)])
    (source,) = fact(store, "41").sources
    assert source.file == kept and spell_source(source) == (
        f"file: minutes.pdf, {len(MINUTES)} bytes, SHA-256 {kept.sha256} (primary)"
    )
    assert files_of(history(store, draft)) == (kept,)
    assert read_file(settings.attachments_path, kept) == MINUTES


def test_a_file_is_attached_without_deciding_and_stays_when_the_words_change(desk: tuple[Store, Settings]) -> None:
    store, settings = desk
    draft, kept = weir(store), keep(settings)
    act(store, draft, fact(store, "€7 million").fact.id, "comment", ANN, seen=0, sources=[as_source(kept)])
    assert fact(store, "€7 million").state == "open" and fact(store, "€7 million").attached == (as_source(kept),)
    with pytest.raises(InputError, match="write one"):
        act(store, draft, fact(store, "41").fact.id, "comment", ANN, seen=0)
    add_version(store, "Weir", Article(text=TEXT.replace("€7", "€8")), ANN)
    assert fact(store, "€8 million").attached == (as_source(kept),)


def test_exports_name_a_file_with_its_hash(desk: tuple[Store, Settings]) -> None:
    store, settings = desk
    draft, kept, other = weir(store), keep(settings), keep(settings, "budget.xlsx", b"sheet")
    act(store, draft, fact(store, "41").fact.id, "tick", ANN, seen=0, sources=[as_source(kept)])
    act(store, draft, fact(store, "Tuesday").fact.id, "comment", ANN, seen=0, sources=[as_source(other)])
    ledger = open_ledger(store, draft)
    rows = {
        row["words"]: row
        for row in csv.DictReader(render_ledger(store, ledger, "csv").decode("utf-8-sig").splitlines())
    }
    assert "minutes.pdf" in rows["41"]["sources"] and kept.sha256 in rows["41"]["sources"]
    assert "budget.xlsx" in rows["Tuesday"]["attached"] and other.sha256 in rows["Tuesday"]["attached"]
    facts = {each["fact"]["span"]["exact"]: each for each in json.loads(render_ledger(store, ledger, "json"))["facts"]}
    assert facts["41"]["sources"][0]["file"] == kept.model_dump()
    assert facts["Tuesday"]["attached"][0]["file"]["sha256"] == other.sha256
    page = render_ledger(store, ledger, "html").decode()
    assert all(words in page for words in ("minutes.pdf", kept.sha256, "budget.xlsx", other.sha256))


@pytest.mark.parametrize(
    "said",
    [
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "]]></w:t><!-- -->",
        "\x1b]8;;https://a.example\x07x\x1b[2J \x9b31m",
        "\u202egnp.exe\u2066 a\u2028b",
        "x" * 4_990,
    ],
)
def test_what_a_reviewer_writes_is_text_in_every_export(said: str, tmp_path: Path) -> None:
    for form, data in {"docx": docx(p(TEXT)), "odt": odt(f"<text:p>{TEXT}</text:p>")}.items():
        with open_store(Settings(home=tmp_path / form)) as store:
            draft = add_word_version(store, "Weir", data, Article(text=read_word(data).text), ANN)
            act(store, draft, fact(store, "41").fact.id, "comment", ANN, seen=0, comment=said)
            act(store, draft, fact(store, "41").fact.id, "change", ANN, seen=1, words=said[:150])
            ledger = open_ledger(store, draft)
            told = next(
                each.text for each in read_word(render_ledger(store, ledger, form)).comments if "ann:" in each.text
            )
            assert " ".join(Cleaner().clean(said).split()) in " ".join(told.split())
            for other in ("csv", "json"):
                assert not ORDERS.search(render_ledger(store, ledger, other).decode("utf-8-sig").replace("\r\n", "\n"))
            comments = [each["comments"] for each in json.loads(render_ledger(store, ledger, "json"))["facts"]]
            assert [[f"ann: {said}"]] == [each for each in comments if each]
            page = render_ledger(store, ledger, "html").decode()
            assert "<script>" not in page and "<img" not in page
            rows = csv.reader(render_ledger(store, ledger, "csv").decode("utf-8-sig").splitlines())
            assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_two_files_are_two_sources_and_one_under_two_names_is_one(desk: tuple[Store, Settings]) -> None:
    store, settings = desk
    draft, rules = weir(store), Rules(sources_for_harm=2)
    act(store, draft, fact(store, "41").fact.id, "harm", ANN, seen=0)
    same = [as_source(keep(settings, name)) for name in ("a.pdf", "b.pdf")]
    with pytest.raises(InputError, match="2 independent sources"):
        act(store, draft, fact(store, "41").fact.id, "tick", ANN, seen=1, rules=rules, sources=same)
    scans = [as_source(keep(settings, "scan.pdf", data)) for data in (b"one", b"two")]
    act(store, draft, fact(store, "41").fact.id, "tick", ANN, seen=1, rules=rules, sources=scans)
    assert fact(store, "41").state == "ticked"


def test_a_missing_and_an_altered_file_are_told_and_never_handed_out(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    kept = keep(settings)
    path = settings.attachments_path / kept.sha256[:2] / kept.sha256
    path.write_bytes(MINUTES.replace(b"3", b"4"))
    assert why_lost(settings.attachments_path, kept) == "was altered"
    with pytest.raises(StoreError, match="was altered: restore"):
        read_file(settings.attachments_path, kept)
    path.unlink()
    with pytest.raises(StoreError, match="is missing: restore"):
        read_file(settings.attachments_path, kept)
    with pytest.raises(InputError, match="choose the file again"):
        kept_file(settings.attachments_path, "minutes.pdf", kept.sha256)
    keep(settings)
    assert why_lost(settings.attachments_path, kept) == "", "the same file, kept again, mends it"
    for wrong in ("../../../etc/passwd", kept.sha256.upper(), kept.sha256 + "\n", ""):
        with pytest.raises(InputError):
            kept_file(settings.attachments_path, "x", wrong)


def test_a_file_too_large_or_empty_is_refused_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(InputError, match=r"^the file big\.bin has 101 bytes: at most 100 are kept$"):
        keep(settings, "big.bin", b"x" * 101)
    with pytest.raises(InputError, match="is empty"):
        keep(settings, "no.txt", b"")
    assert not settings.attachments_path.exists()


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path / "home")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.ledger.files.os.fsync", full)
    with pytest.raises(StoreError, match="cannot be kept in .*No space left"):
        keep(settings)
    assert [path for path in settings.attachments_path.rglob("*") if path.is_file()] == []


def test_a_backup_holds_the_files_and_a_restore_brings_them_back(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with open_store(settings) as store:
        draft, kept = weir(store), keep(settings)
        act(store, draft, fact(store, "41").fact.id, "tick", ANN, seen=0, sources=[as_source(kept)])
    half = settings.attachments_path / "ab" / "tmp.part"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half a fi")
    saved = save_backup(settings, tmp_path / "desk.zip")
    assert [each.path for each in saved.manifest.files if "attachments" in each.path] == [
        f"attachments/{kept.sha256[:2]}/{kept.sha256}"
    ]
    other = Settings(home=tmp_path / "other")
    restore_backup(other, tmp_path / "desk.zip")
    with open_store(other) as store:
        (found,) = files_of(history(store, find_draft(store, "Weir")))
    assert read_file(other.attachments_path, found) == MINUTES


def test_a_backup_of_a_store_in_postgresql_names_the_folder_of_the_files(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", database_url="postgresql://desk@db.example/desk")
    with pytest.raises(SettingsError, match=r"pg_dump .*home/attachments, which holds the files"):
        save_backup(settings, tmp_path / "desk.zip")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\min\u202etxt.exe", "mintxt.exe"),
        (' "quoted"\r\nX: y.pdf', "quoted_X_y.pdf"),
        ("...", "file"),
        ("عقد.pdf", "عقد.pdf"),
        ("x" * 300 + ".tar", "x" * 116 + ".tar"),
        ("a/", "file"),
    ],
)
def test_a_file_name_is_cleaned(given: str, name: str) -> None:
    assert clean_name(given) == name


def test_only_the_owner_of_the_home_may_read_a_kept_file(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    kept = keep(settings)
    mode = (settings.attachments_path / kept.sha256[:2] / kept.sha256).stat().st_mode
    assert mode & 0o077 == 0
