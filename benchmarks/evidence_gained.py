"""What evidence changes for an editor: three articles of our own, checked with nothing, with five files, with a wiki.

    python -m benchmarks.evidence_gained [--json]

The articles are invented, with errors planted that are told by kind; the files (PDF, DOCX, XLSX, CSV, EML) are what a
desk would have on its disk, the wiki is one of our own on loopback that answers as MediaWiki does and is asked claim by
claim. No model is used. A claim is `settled` where it got a verdict, `pointed at` where it got none but a flag, or its
nearest source beside it; a planted error that is refuted, flagged or marked as differing is found, and a sound claim
that is counts as a false alarm.
"""

# ruff: noqa: E501 # what a source says stands as it is read

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import docx
import openpyxl

from pipeline.check import check_or_reuse, index_paths, open_bench
from pipeline.core.models import Article, Note, Report
from pipeline.core.settings import Settings
from pipeline.evidence import Source, add_source
from pipeline.evidence.sources import polite
from pipeline.store import open_store

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from documents import write_pdf  # type: ignore[import-not-found]


class Case(NamedTuple):
    """An article, and words of its sentences that are wrong."""

    title: str
    text: str
    wrong: tuple[str, ...]


DAY = date(2024, 7, 1)
CASES = (
    Case(
        "Ferries for the islands",
        "Ondal is a port of 84,000 people at the mouth of the Ister. The Ondal ferry carried 145,000 passengers in 2023. "
        "The harbour board of Ondal bought three electric ferries in March 2024. The ferries cost 41 million crowns. "
        "“We shall not raise the fare before 2026,” the harbour master, Ines Aldgate, said in May. "
        "Many islanders think that the boats are too slow.",
        ("145,000 passengers", "three electric ferries"),
    ),
    Case(
        "A bridge that stays closed",
        "The Tern bridge in Karrow opened in 1931. The city of Karrow closed the Tern bridge for 90 days in May 2024. "
        "The repair will cost $5.2 million, according to the city. About 12,000 vehicles crossed the bridge each day in "
        "2023. Karrow has four bridges over the Ister. Drivers will surely complain all summer.",
        ("opened in 1931", "$5.2 million"),
    ),
    Case(
        "Schools and their pupils",
        "Velmark has 212 public schools. In 2023 the schools of Velmark taught 61,400 pupils. The province hired 320 "
        "teachers in August 2023. “No school will be closed this year,” the minister of education, Jan Okker, told the "
        "parliament in June 2024. Velmark spends 14 percent of its budget on schools. It ought to spend more.",
        ("320 teachers", "14 percent"),
    ),
)
PDF = [
    "Ondal harbour board: annual report 2023. The year was mild and the quays were dry.\nThe Ondal ferry carried 154,000 "
    "passengers in 2023. Most of them came\nin the summer months.",
    "City of Karrow, works department. The repair of the Tern bridge will cost\n$2.5 million, according to the city. It "
    "is paid in two parts.",
]
MINUTES = (
    "Minutes of the harbour board of Ondal, 14 March 2024.",
    "The board met at nine in the old customs house. The harbour board of Ondal bought two electric ferries in March "
    "2024. The ferries cost 41 million crowns. The board closed at noon.",
    "Ines Aldgate, the harbour master, told the board: “We shall not raise the fare before 2026.” Nobody objected.",
)
SHEET = (("Year", "Road", "Vehicles a day"), (2022, "Tern bridge", 11800), (2023, "Tern bridge", 12040))
CSV = "Province,Year,Public schools,Pupils\nVelmark,2022,214,60900\nVelmark,2023,212,61400\n"
MAIL = (
    "The figures for your story. The province hired 230 teachers in August 2023. In parliament Jan Okker, the minister of "
    "education, said last week: “No school will be closed this year.” The rest is in the table."
)
WIKI = {
    "Ondal": "Ondal is a port at the mouth of the Ister. It has 84,000 people and an old customs house. The Ondal ferry "
    "goes to the islands. The town was burnt down in 1702.",
    "Tern bridge": "The Tern bridge is a road bridge in Karrow. The bridge is built of steel. The Tern bridge in Karrow "
    "opened in 1913. It was widened after the war. Karrow has four bridges over the Ister. The Tern bridge is the oldest.",
    "Velmark": "Velmark is a province. Its capital is Oslen. Velmark has 212 public schools. Velmark spends 41 percent of "
    "its budget on schools. The province has a parliament of sixty members.",
}
_WORD = re.compile(r"\w+")


def write_files(folder: Path) -> Sequence[Path]:
    """Write the five files of a desk."""
    folder.mkdir()
    write_pdf(folder / "reports.pdf", PDF)
    document = docx.Document()
    for paragraph in MINUTES:
        document.add_paragraph(paragraph)
    document.save(str(folder / "minutes.docx"))
    book = openpyxl.Workbook()
    for row in SHEET:
        book.active.append(row)
    book.save(folder / "counts.xlsx")
    (folder / "schools.csv").write_text(CSV, encoding="utf-8")
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "clerk@velmark.example", "Teachers"
    mail["Date"] = datetime(2024, 6, 24, 9, tzinfo=UTC)
    mail.set_content(MAIL)
    (folder / "teachers.eml").write_bytes(bytes(mail))
    for name in ("reports", "minutes", "counts", "schools"):
        (folder / f"{name}.yaml").write_text(f"publisher: Registry of {name}\ndate: 2024-06-01\n", encoding="utf-8")
    return [folder]


@contextmanager
def running_wiki() -> Generator[str, None, None]:
    """Serve the wiki; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(_answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _answer(path: str) -> dict[str, Any]:
    """Answer as MediaWiki's REST interface: a search finds the pages that hold every word."""
    parts = urlsplit(path)
    if parts.path.endswith("/search/page"):
        wanted = {word.lower() for word in _WORD.findall(parse_qs(parts.query)["q"][0])}
        found = [t for t, text in WIKI.items() if wanted <= {word.lower() for word in _WORD.findall(f"{t} {text}")}]
        return {"pages": [{"id": n, "key": t.replace(" ", "_"), "title": t} for n, t in enumerate(found)]}
    title = unquote(parts.path.split("/")[-2]).replace("_", " ")
    html = f"<html><body><h1>{title}</h1><p>{WIKI[title]}</p></body></html>"
    return {"title": title, "latest": {"id": 1, "timestamp": "2024-02-03T10:00:00Z"}, "html": html}


def check(home: Path, files: Sequence[Path] = (), wiki: str | None = None) -> list[Report]:
    """Check the three articles in a home of its own, with files or a wiki."""
    settings = Settings(home=home, model="none", world=False, allow_private_urls=True, base_url=None)
    filler = home.parent / f"{home.name}.jsonl"
    filler.write_text(json.dumps({"text": "The square was swept.", "publisher": "Port authority"}), encoding="utf-8")
    index_paths(settings, [filler, *files])
    if wiki:
        row = {"name": "wiki", "kind": "mediawiki", "address": wiki, "ask": True, "may_see": "all"}
        with open_store(settings) as store:
            add_source(store, Source.model_validate(row | {"added_at": datetime.now(UTC)}))
    with open_bench(settings, ahead=False) as bench:
        articles = [Article(text=case.text, title=case.title, published_at=DAY) for case in CASES]
        return [check_or_reuse(article, bench).report for article in articles]


def counted(case: Case, report: Report) -> dict[str, int]:
    """Return what an editor has of a report."""
    claims = [note for note in report.notes if note.claim.checkable]
    wrong = [note for note in claims if any(words in note.claim.text for words in case.wrong)]
    alarmed = [note for note in claims if _alarms(note)]
    settled = [note for note in claims if note.verdict]
    return {
        "claims": len(claims),
        "settled": len(settled),
        "supported": report.coverage.supported,
        "refuted": report.coverage.refuted,
        "pointed_at": sum(1 for note in claims if not note.verdict and (note.flags or note.comparison)),
        "planted": len(case.wrong),
        "planted_found": len({w for w in case.wrong if any(w in note.claim.text for note in alarmed)}),
        "false_alarms": sum(1 for note in alarmed if note not in wrong),
    }


def _alarms(note: Note) -> bool:
    return bool((note.verdict and note.verdict.label == "refuted") or note.flags or note.differs)


def measure(folder: Path) -> dict[str, Any]:
    """Check all in three ways."""
    polite._PAUSE_S = 0.0  # the wiki is our own
    files = write_files(folder / "files")
    with running_wiki() as wiki:
        ways = {
            "nothing": check(folder / "none"),
            "five_files": check(folder / "with_files", files=files),
            "wiki": check(folder / "with_wiki", wiki=wiki),
            "files_and_wiki": check(folder / "with_both", files=files, wiki=wiki),
        }
    rows = [
        {"article": case.title, "with": way, **counted(case, report)}
        for at, case in enumerate(CASES)
        for way, reports in ways.items()
        for report in [reports[at]]
    ]
    seen = ways["wiki"][0].disclosures[0].saw
    return {"topic": "evidence_gained", "articles": rows, "told_of_the_first": seen}


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a table."""
    names = ("claims", "supported", "refuted", "pointed_at", "planted_found", "false_alarms")
    lines = ["| article | with | " + " | ".join(name.replace("_", " ") for name in names) + " |"]
    lines.append("|---" * (len(names) + 2) + "|")
    for row in figures["articles"]:
        cells = [f"{row[name]} of {row['planted']}" if name == "planted_found" else str(row[name]) for name in names]
        lines.append(f"| {row['article']} | {row['with'].replace('_', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="not needed")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    print(json.dumps(figures) if given.json else table(figures))


if __name__ == "__main__":
    main()
