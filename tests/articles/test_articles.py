"""Articles from files and standard input."""

from __future__ import annotations

import textwrap
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.articles import load_article
from pipeline.articles.cleaning import Cleaner
from pipeline.articles.plain import find_headings, unwrap
from pipeline.core.errors import InputError
from pipeline.core.models import Article
from pipeline.core.settings import Settings

PROSE = (
    "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in two places, "
    "and promised to finish the work before the ferries return in spring."
)
MORE = (
    "Fishermen had asked for a longer wall for eleven years. The engineer, Marta Quell, said the old stones “were "
    "never meant to carry lorries” and that the new ones would be twice as heavy."
)


def load(data: str | bytes, **given: object) -> Article:
    stdin = data.encode() if isinstance(data, str) else data
    return load_article("-", Settings(), stdin=stdin, **given)  # type: ignore[arg-type]


def refused(data: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        load(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def headings(article: Article) -> list[tuple[int, str]]:
    return [(heading.level, heading.span.exact) for heading in article.headings]


# Plain text


def test_a_text_file_is_kept_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "pier.txt"
    file.write_text(f"{PROSE}\n{MORE}\n\n\n")
    article = load_article(str(file), Settings())
    assert article.text == f"{PROSE}\n{MORE}"
    assert (article.title, article.publisher, article.published_at, article.warnings) == (None, None, None, ())


@pytest.mark.parametrize(
    "heading",
    [
        "A Wall Against the Sea",
        "Too Late for the Ferries?",
        "Quell’s Answer: “Twice as Heavy”",
        "Who pays for the stones?",
        "BACKGROUND",
        "From Boom to Bust",
        "By the Numbers",
        "U.S. Money for the Pier",
        "Storms of 2019 and 2021",
    ],
)
def test_a_heading_directly_between_paragraphs_is_found(heading: str) -> None:
    article = load(f"{PROSE}\n{heading}\n{MORE}")
    assert headings(article) == [(2, heading)]
    assert article.heading_at(article.text.index("Fishermen")) == article.headings[0]


@pytest.mark.parametrize("heading", ["What the storm left", "The cost: more than the council has"])
def test_a_heading_in_sentence_case_stands_alone_or_between_prose(heading: str) -> None:
    assert headings(load(f"{PROSE}\n\n{heading}\n\n{MORE}")) == [(2, heading)]
    assert headings(load(f"{PROSE}\n\n{heading}\n{MORE}")) == [(2, heading)]
    assert headings(load(f"{PROSE}\n{heading}\n{MORE}")) == [(2, heading)]
    assert headings(load(f"{PROSE}\nIt was late.\n{heading}\n{MORE}")) == []


@pytest.mark.parametrize(
    "line",
    [
        "Nobody was hurt.",
        "The ferries stopped!",
        "By Marta Quell",
        "By MARTA QUELL and Tom Reed",
        "- The Old Wall",
        "• The Old Wall",
        "1. The Old Wall",
        "(b) The Old Wall",
        "“Never Again”",
        "‘We Will Rebuild,’",
        "Photo: Harbour Archive",
        "Read more: The Storm of the Century",
        "ADVERTISEMENT",
        "Share This",
        "May 4, 2024",
        "QUELLHAVEN, 4 May",
        "Harbour Desk (Reuters)",
        "desk@harbour.example",
        "https://harbour.example/Pier",
        "The council met. Nobody Came",
        "But who pays for it?",
        "the old wall",
        "* * *",
        "2024",
        "The Wall,",
        "He resigned",
        "A: I Was Tired",
        "3 min read",
    ],
)
def test_what_is_no_heading(line: str) -> None:
    assert headings(load(f"{PROSE}\n\n{line}\n\n{MORE}")) == []
    assert headings(load(f"{PROSE}\n{line}\n{MORE}")) == []


def test_a_short_last_line_is_no_heading() -> None:
    assert headings(load(f"{PROSE}\n\n{MORE}\n\nMarta Quell")) == []


def test_the_middle_of_a_broken_sentence_is_no_heading() -> None:
    broken = PROSE.rstrip(".")
    assert headings(load(f"{broken}\nThe Harbour Council\n{MORE}")) == []


def test_the_headline_is_heading_and_title_and_the_byline_is_not() -> None:
    article = load(f"Harbour Will Get a New Pier\n\nMarta Quell\n\n{PROSE}\n\nThe Cost\n\n{MORE}")
    assert headings(article) == [(1, "Harbour Will Get a New Pier"), (2, "The Cost")]
    assert article.title == "Harbour Will Get a New Pier"


def test_number_signs_mark_headings_in_a_text_too() -> None:
    assert headings(load(f"# the pier\n{PROSE}\n### the cost\n{MORE}")) == [(1, "the pier"), (3, "the cost")]


def test_lines_wrapped_by_a_mail_program_are_joined() -> None:
    wrapped = "\n\n".join([textwrap.fill(PROSE, 60), "The Cost", textwrap.fill(MORE + " It is well-known.", 60)])
    article = load(wrapped)
    assert article.text == f"{PROSE}\n\nThe Cost\n\n{MORE} It is well-known."
    assert headings(article) == [(2, "The Cost")]
    assert article.warnings[0].startswith("lines wrapped at")


def test_lines_broken_on_purpose_stay() -> None:
    lines = "Bread was sold at noon.\nMilk was sold at two.\nthe rest was given away\nto whoever came.\n" + PROSE[:70]
    assert load(lines).text == lines


@given(st.text(alphabet="ab .,?“”-\n\tÉ#1", max_size=400))
def test_headings_always_stand_at_their_offsets(text: str) -> None:
    joined, _ = unwrap(text)
    assert "".join(joined.split()) == "".join(text.split())
    assert all(heading.span.is_in(joined) for heading in find_headings(joined))


# Characters


def test_line_ends_become_one_kind_and_the_text_nfc() -> None:
    article = load(f"Cafe\u0301 owners met the mayor today.\r\n{PROSE}\rThe end came late.\u2028{MORE}\r\n\r\n")
    assert article.text == f"Café owners met the mayor today.\n{PROSE}\nThe end came late.\n{MORE}"
    assert article.warnings == ()


def test_curly_quotes_dashes_and_spaces_stay() -> None:
    text = "“No,” she said—‘never’ – and\u00a0left…  They all went home."
    assert load(text).text == text


def test_invisible_characters_are_removed_and_reported() -> None:
    article = load("The \u200bmayor\u202e paid\u2066 nothing\ufeff at\x08 all\U000e0041 today.")
    assert article.text == "The mayor paid nothing at all today."
    assert len(article.warnings) == 1
    assert "1 zero width space" in article.warnings[0]


def test_a_joined_emoji_stays_whole() -> None:
    assert "👩\u200d🔧" in load("The mechanic wrote 👩\u200d🔧 under her name.").text


def test_a_text_seen_and_its_invisible_twin_are_one_article() -> None:
    assert load(PROSE).id == load(PROSE.replace("pier", "pi\u200ber") + "\n").id


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
@settings(deadline=None)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = Cleaner().clean(text)
    again = Cleaner()
    assert again.clean(once) == once
    assert not again.removed
    assert unicodedata.is_normalized("NFC", once)


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_in_any_form_is_read_without_a_word(encoding: str) -> None:
    article = load(MORE.encode(encoding))
    assert (article.text, article.warnings) == (MORE, ())


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_an_undeclared_encoding_is_reported(encoding: str) -> None:
    text = MORE + " The café’s £40 cake stayed whole—Zoë ate it."
    article = load(text.encode(encoding))
    assert article.text == text
    assert article.warnings == (f"the encoding was not declared; read as {encoding}",)


def test_broken_utf8_is_an_error_with_its_place() -> None:
    data = MORE.encode() * 2
    broken = data[:-9] + b"\xe2\x28" + data[-9:]
    assert f"broken UTF-8 at byte {len(data) - 9}" in refused(broken)


@pytest.mark.parametrize(
    "data", ["Совет проголосовал за план в пятницу. ".encode("cp1251") * 9, bytes(range(1, 256)) * 9]
)
def test_an_encoding_nobody_can_be_sure_of_is_an_error(data: bytes) -> None:
    assert "save it as UTF-8" in refused(data)


def test_lost_and_mangled_characters_are_reported() -> None:
    lost = load("The owner\ufffds dog was never found in the park.")
    mangled = load("The ownerâ€™s dog was never found in the park.")
    assert "1 characters were lost" in lost.warnings[0]
    assert "wrongly converted" in mangled.warnings[0]


# Markdown


def markdown(tmp_path: Path, text: str) -> Article:
    file = tmp_path / "pier.md"
    file.write_text(text)
    return load_article(str(file), Settings())


def test_markdown_is_reduced_to_its_words(tmp_path: Path) -> None:
    article = markdown(
        tmp_path,
        "# The *new* pier\n\nThe **council** voted on\n[Tuesday](https://x.example) for `stone`.  \n"
        "All &amp; sundry came."
        "\n\n## Why now?\n\n- A storm broke it.\n- The ferries need it.\n\n> “Never again,” she said.\n\n"
        '<div>The mayor <b>paid</b><script>alert("x")</script></div>\n\n| cost | 40 |\n|---|---|\n| time | 2 |\n',
    )
    assert article.text.split("\n") == [
        "The new pier",
        "",
        "The council voted on Tuesday for stone.",
        "All & sundry came.",
        "",
        "Why now?",
        "",
        "A storm broke it.",
        "",
        "The ferries need it.",
        "",
        "“Never again,” she said.",
        "",
        "The mayor paid",
        "",
        "cost | 40",
        "",
        "time | 2",
    ]
    assert headings(article) == [(1, "The new pier"), (2, "Why now?")]
    assert article.title == "The new pier"


def test_front_matter_is_metadata(tmp_path: Path) -> None:
    head = "---\ntitle: Pier\ndate: 2024-05-04\npublisher: Harbour Post\nurl: https://x.example/p\n---\n"
    article = markdown(tmp_path, head + PROSE)
    assert article.text == PROSE
    assert (article.title, article.publisher, article.url) == ("Pier", "Harbour Post", "https://x.example/p")
    assert article.published_at == date(2024, 5, 4)


def test_a_ruled_line_on_top_is_no_front_matter(tmp_path: Path) -> None:
    assert markdown(tmp_path, f"---\n{PROSE}\n\n---\n{MORE}").text.startswith("The harbour council")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("title: [", "not valid YAML"),
        ("date: 4th of May", "not written YYYY-MM-DD"),
        ("date: 2024-02-31", "YYYY-MM-DD|YAML"),
    ],
)
def test_front_matter_that_cannot_be_read_is_an_error(tmp_path: Path, head: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        markdown(tmp_path, f"---\n{head}\n---\n{PROSE}")


# HTML

PAGE = f"""<!doctype html><html><head><meta charset="{{charset}}"><title>Pier | Harbour Post</title>
<meta property="og:title" content="A new pier"><meta property="og:site_name" content="Harbour Post">
<meta property="article:published_time" content="2024-05-04T10:00:00Z"><link rel="canonical" href="https://x.example/p">
<script>var a = "never shown";</script></head><body><nav><a href="/">Home</a> <a href="/s">Sport</a></nav>
<article><p>{PROSE}</p><h2>The <i>cost</i></h2><p>{MORE} Caf&eacute;s&#8203; stay.<br>All of them will.</p></article>
<footer>Copyright 2011 Harbour Post</footer></body></html>"""


def test_html_keeps_article_headings_and_metadata_and_drops_the_rest() -> None:
    article = load(PAGE.format(charset="utf-8"))
    assert article.text == f"{PROSE}\n\nThe cost\n\n{MORE} Cafés stay.\nAll of them will."
    assert headings(article) == [(2, "The cost")]
    assert (article.title, article.publisher, article.url) == ("A new pier", "Harbour Post", "https://x.example/p")
    assert article.published_at == date(2024, 5, 4)
    assert "zero width space" in article.warnings[0]


@pytest.mark.parametrize("charset", ["windows-1252", "iso-8859-1"])
def test_html_is_read_in_the_encoding_it_declares(charset: str) -> None:
    article = load(PAGE.format(charset=charset).encode("cp1252"))
    assert "“were never meant to carry lorries”" in article.text


def test_html_that_is_surely_not_in_the_encoding_it_declares_is_read_as_what_it_is_and_told() -> None:
    article = load(PAGE.format(charset="utf-8").encode("cp1252"))
    assert "“were never meant to carry lorries”" in article.text
    assert "the encoding is not utf-8, as it says; read as cp1252" in article.warnings


def test_html_that_may_be_in_any_encoding_but_the_declared_one_is_an_error() -> None:
    assert "says that it is utf-8" in refused(PAGE.format(charset="utf-8").encode("utf-8")[:-2] + b"\xe2\x28\xff")


@pytest.mark.parametrize("html", ["<html><body></body></html>", "<!doctype html><script>x()</script>", "<div>" * 9000])
def test_html_without_text_is_an_error(html: str) -> None:
    assert "no article text" in refused(html)


def test_xhtml_is_html() -> None:
    page = f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- x --><html><body><p>{PROSE}</p></body></html>'
    assert load(page).text == PROSE


def test_an_html_page_cannot_read_files_of_this_machine() -> None:
    page = f"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><html><body><p>{PROSE} &x;</p></body></html>"
    assert "root:" not in load(page).text


def test_a_text_about_html_is_no_html() -> None:
    text = "The <html> tag opens a page, said the teacher, and </html> closes it."
    assert load(text).text == text


# Metadata


def test_a_yaml_file_beside_the_text_gives_metadata_and_the_caller_wins(tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text(PROSE)
    (tmp_path / "pier.yaml").write_text(
        "title: Pier\npublisher: Harbour Post\npublished_at: 2024-05-04\npublished_note: estimated\nurl: https://x.example\n"
    )
    source = str(tmp_path / "pier.txt")
    article = load_article(source, Settings())
    assert (article.title, article.publisher, article.url) == ("Pier", "Harbour Post", "https://x.example")
    assert article.published_at == date(2024, 5, 4)
    assert article.warnings == ("the date is noted as: estimated",)
    mine = load_article(source, Settings(), published_at=date(2024, 6, 1), title="Mine")
    assert (mine.title, mine.publisher, mine.published_at) == ("Mine", "Harbour Post", date(2024, 6, 1))
    assert mine.warnings == ()
    assert mine.id == article.id


def test_metadata_is_cleaned_and_an_address_that_is_no_web_address_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text(PROSE)
    (tmp_path / "pier.yml").write_text("title: Pi\u200ber\nurl: javascript:alert(1)\n")
    article = load_article(str(tmp_path / "pier.txt"), Settings())
    assert (article.title, article.url) == ("Pier", None)
    assert article.warnings == ("the address 'javascript:alert(1)' is no web address and was left out",)


def test_a_broken_yaml_file_beside_the_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text(PROSE)
    (tmp_path / "pier.yaml").write_text("title: [")
    with pytest.raises(InputError, match=r"pier\.yaml is not valid YAML in line 1"):
        load_article(str(tmp_path / "pier.txt"), Settings())


# What cannot be used


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "is empty"),
        ("\ufeff \n\t\n", "is empty"),
        ("\u200b\u200b", "is empty"),
        (b"%PDF-1.7 x", "is a PDF"),
        (b"PK\x03\x04 x", "a zip file"),
        (b"\x89PNG\r\n", "an image"),
        (b"\x00\x01\x02" * 400, "binary"),
        ("plain words".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("12 34 56 78.", "no sentence"),
        ("Hello!", "no sentence"),
        ("a" * 20_000, "no sentence"),
        ("word " * 4000, "19,999 characters from character 0 without the end"),
        ("A start was made. " + "word " * 3000 + ".", "from character 17 without the end"),
        ("The town is small. " * 300_000, "split it"),
        ("اجتمع المجلس يوم الثلاثاء وقرر بناء الرصيف من جديد قبل الربيع.", "Arabic letters"),
        ("המועצה החליטה ביום שלישי לבנות את המזח מחדש לפני האביב.", "Hebrew letters"),
        ("Совет решил во вторник построить пирс заново до весны.", "Cyrillic letters"),
        ("市议会星期二决定在春天之前重建码头。", "Cjk letters"),
        (
            "Der Rat beschloss am Dienstag, den östlichen Pier neu zu bauen, den ein Sturm an zwei Stellen gebrochen "
            "hatte, und er versprach, dass die Arbeit vor dem Frühling fertig sein wird. Die Fischer hatten seit elf "
            "Jahren um eine längere Mauer gebeten, aber der Rat hatte immer nein gesagt, weil das Geld nicht da war, "
            "und auch in diesem Jahr ist es nur zur Hälfte da. Ob sie nun zufrieden sind, sagte am Ende niemand.",
            "like German",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(data: str | bytes, message: str) -> None:
    assert message in refused(data)


def test_a_quotation_in_another_language_is_no_reason_to_refuse() -> None:
    german = "„Wir haben es immer gewusst und niemand hat auf uns gehört, auch nicht der Rat“"
    quoted = f"{PROSE} {german}, said Otto Brandt. {MORE}"
    assert load(quoted).text == quoted


def test_a_list_of_names_is_not_taken_for_another_language() -> None:
    names = "The jury: " + ", ".join(
        f"T. A. Knuuttila, J. Martikainen, L. de Vries and K. Lefmann {n}" for n in range(9)
    )
    assert load(names).language == "en"


def test_unusable_paths_are_refused_in_one_line(tmp_path: Path) -> None:
    cases = {
        str(tmp_path): "is a folder",
        str(tmp_path / "none.txt"): "there is no file",
        "ftp://x.example/a.txt": "not an http or https URL",
        "file:///etc/hosts": "not an http or https URL",
        "a\0b": "cannot be read",
        "~nobody-of-that-name/a.txt": "cannot be read|no file",
        f"{PROSE}\n{MORE}": "is a text and not a path",
    }
    for source, message in cases.items():
        with pytest.raises(InputError, match=message):
            load_article(source, Settings())


def test_a_file_over_the_limit_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(PROSE)
    with pytest.raises(InputError, match="larger than 100 bytes"):
        load_article(str(tmp_path / "long.txt"), Settings(max_article_bytes=100))


def test_a_dash_without_standard_input_is_an_error() -> None:
    with pytest.raises(InputError, match="standard input was not given"):
        load_article("-", Settings())


def test_one_short_sentence_is_an_article() -> None:
    assert load("The mayor resigned.").text == "The mayor resigned."
