"""An update of the world's offices from a service that answers as Wikidata's does, its troubles included."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner

from pipeline.cli.world import world
from pipeline.core.errors import InputError
from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.core.settings import Settings, load_settings
from pipeline.evidence import look_for_update, prepare_world, records_with_world, service_of, take_update
from pipeline.evidence.world import update_pages
from pipeline.evidence.world.offices_file import read_rows, write_records
from pipeline.evidence.world.status import updated_file
from pipeline.evidence.world.update import records_in, update_of
from pipeline.evidence.world.update_pages import CLASSES, HalfAnswer, QueryService

SINCE, TODAY = date(2022, 7, 1), date(2026, 3, 1)
Answer = tuple[int, str, dict[str, str]]


def row(
    person: int, name: str, office: str, start: str, end: str | None = None, precision: str = "11"
) -> dict[str, object]:
    """A row as the query service writes it."""
    cells = {
        "person": {"type": "uri", "value": f"http://www.wikidata.org/entity/Q{person}"},
        "personLabel": {"xml:lang": "en", "type": "literal", "value": name},
        "positionLabel": {"xml:lang": "en", "type": "literal", "value": office},
        "countryLabel": {"xml:lang": "en", "type": "literal", "value": "Norway"},
        "start": {
            "datatype": "http://www.w3.org/2001/XMLSchema#dateTime",
            "type": "literal",
            "value": f"{start}T00:00:00Z",
        },
        "startPrecision": {
            "datatype": "http://www.w3.org/2001/XMLSchema#integer",
            "type": "literal",
            "value": precision,
        },
    }
    if end:
        cells["end"] = {
            "datatype": "http://www.w3.org/2001/XMLSchema#dateTime",
            "type": "literal",
            "value": f"{end}T00:00:00Z",
        }
        cells["endPrecision"] = {
            "datatype": "http://www.w3.org/2001/XMLSchema#integer",
            "type": "literal",
            "value": "11",
        }
    return cells


def page(*rows: dict[str, object]) -> str:
    names = ["person", "personLabel", "positionLabel", "countryLabel", "start", "startPrecision", "end", "endPrecision"]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": list(rows)}})


LINA_LEFT = row(101, "Lina Aune", "Minister of Fisheries", "2019-06-30", "2023-02-10")
ODD_CAME = row(102, "Odd Berg", "Minister of Fisheries", "2023-02-10")
NO_LABEL = row(103, "Q103", "Minister of Fisheries", "2020-01-01")
HALF = page(LINA_LEFT, ODD_CAME)[:300] + "\njava.util.concurrent.TimeoutException\n\tat com.bigdata.rdf.sail"


class Service(ThreadingHTTPServer):
    """Answers queries by a plan; keeps what it was asked."""

    def __init__(self, plan: Callable[[int, str], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plan, self.asked, self.agents = plan, [], set()  # type: ignore[var-annotated]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(body)["query"][0]
        self.server.asked.append(query)
        self.server.agents.add(self.headers["User-Agent"])
        status, text, headers = self.server.plan(len(self.server.asked), query)
        self.send_response(status)
        for name, value in ({"Content-Type": "application/sparql-results+json;charset=utf-8"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


Serve = Callable[[Callable[[int, str], Answer]], Service]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[Service] = []

    def start(plan: Callable[[int, str], Answer]) -> Service:
        servers.append(Service(plan))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def ministers(number: int, query: str) -> Answer:
    """Two ministers and a person without a label, on one page of one class; nothing in the others."""
    return (200, page(LINA_LEFT, ODD_CAME, NO_LABEL) if "wd:Q83307" in query else page(), {})


def quiet(service: QueryService) -> tuple[QueryService, list[float]]:
    """Return a service that does not sleep, and how long it would have slept."""
    slept: list[float] = []
    service.sleep = slept.append
    return service, slept


@pytest.fixture
def desk(tmp_path: Path) -> Settings:
    """A desk whose world data know one minister, in office when last seen."""
    found = load_settings(home=tmp_path / "home", model=None, contact="desk@example.org")
    known = OfficeRecord(
        person="Lina Aune",
        person_id="wikidata:Q101",
        aliases=("Lina Marie Aune",),
        office="Fisheries Minister",
        country="Norway",
        start=PartialDate("2019-06-30"),
        as_of=SINCE,
        source="ifg",
    )
    path = updated_file(found)
    path.parent.mkdir(parents=True)
    write_records((known,), path)
    prepare_world(found)
    return found


def asking(desk: Settings, address: str) -> QueryService:
    return quiet(service_of(load_settings(home=desk.home, model=None, contact=desk.contact, wikidata_url=address)))[0]


def test_a_new_holder_and_an_ended_term_are_shown_before_they_are_taken(desk: Settings, serve: Serve) -> None:
    server = serve(ministers)
    before = updated_file(desk).read_bytes()
    found = look_for_update(desk, asking(desk, server.address), SINCE, TODAY)
    assert [(each.what, each.record.person) for each in found.changes] == [
        ("ended", "Lina Aune"),
        ("new holder", "Odd Berg"),
    ]
    assert found.unusable == 1 and updated_file(desk).read_bytes() == before
    ended = found.changes[0].record
    assert (str(ended.end), ended.source, ended.aliases) == ("2023-02-10", "ifg; wikidata", ("Lina Marie Aune",))
    assert "Also told: 2019-06-30 to open." in ended.note
    take_update(desk, found)
    with records_with_world(desk, ()) as records:
        assert str(records.of_person("Lina Aune")[0].end) == "2023-02-10"
        assert records.of_person("Odd Berg")[0].as_of == TODAY
    again = look_for_update(desk, asking(desk, server.address), SINCE, TODAY)
    assert again.changes == ()


def test_who_is_asked_knows_whom_to_write_to(desk: Settings, serve: Serve) -> None:
    server = serve(ministers)
    list(asking(desk, server.address).rows(SINCE))
    assert len(server.asked) == len(CLASSES)
    assert server.agents == {"factnotes (office records for fact checks; desk@example.org)"}
    with pytest.raises(InputError, match="FACTNOTES_CONTACT"):
        service_of(load_settings(home=desk.home, model=None))


def test_a_busy_service_is_left_alone_as_long_as_it_says(desk: Settings, serve: Serve) -> None:
    server = serve(lambda number, query: (429, "", {"Retry-After": "37"}) if number == 1 else ministers(number, query))
    service, slept = quiet(asking(desk, server.address))
    assert len(list(service.rows(SINCE))) == 3
    assert 37 in slept and all(each >= 1 for each in slept)


def test_half_an_answer_is_no_page_and_a_smaller_one_is_asked_for(desk: Settings, serve: Serve) -> None:
    def plan(number: int, query: str) -> Answer:
        return (200, HALF, {}) if "LIMIT 1000 " in query and "wd:Q83307" in query else ministers(number, query)

    server = serve(plan)
    assert len(list(asking(desk, server.address).rows(SINCE))) == 3
    assert any("LIMIT 250 OFFSET 0" in query for query in server.asked)
    assert not any("1000" in path.name and "Q83307" in path.name for path in (desk.home / "world" / "pages").iterdir())


@pytest.mark.parametrize("answer", [(500, "java.util.concurrent.TimeoutException", {}), (200, "<html>busy</html>", {})])
def test_a_service_that_never_answers_whole_gives_up_with_one_line(
    desk: Settings, serve: Serve, answer: Answer
) -> None:
    server = serve(lambda number, query: answer)
    with pytest.raises(InputError, match="half answers only"):
        list(asking(desk, server.address).rows(SINCE))
    assert len(server.asked) < 10


def test_what_was_cut_off_goes_on_where_it_was(desk: Settings, serve: Serve) -> None:
    broken = serve(lambda number, query: (503, "", {}) if number > 3 else ministers(number, query))
    with pytest.raises(InputError, match="run the update again"):
        list(asking(desk, broken.address).rows(SINCE))
    whole = serve(ministers)
    assert len(list(asking(desk, whole.address).rows(SINCE))) == 3
    assert len(whole.asked) == len(CLASSES) - 3
    service = asking(desk, whole.address)
    service.forget()
    assert not list((desk.home / "world" / "pages").iterdir())


def test_a_service_that_refuses_is_not_asked_again(desk: Settings, serve: Serve) -> None:
    server = serve(lambda number, query: (403, "no", {}))
    with pytest.raises(InputError, match="status 403"):
        list(asking(desk, server.address).rows(SINCE))
    assert len(server.asked) == 1


def test_a_slow_service_counts_as_one_that_gave_up(
    desk: Settings, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        raise update_pages.httpx.ReadTimeout("slow")

    monkeypatch.setattr(update_pages.httpx.Client, "post", slow)
    with pytest.raises(InputError, match="half answers only"):
        list(asking(desk, "http://127.0.0.1:9/sparql").rows(SINCE))


def test_pages_are_turned_until_one_is_not_full(desk: Settings, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_pages, "_PAGE", 2)

    def plan(number: int, query: str) -> Answer:
        if "wd:Q83307" not in query:
            return (200, page(), {})
        return (200, page(LINA_LEFT, ODD_CAME) if "OFFSET 0" in query else page(NO_LABEL), {})

    assert len(list(asking(desk, serve(plan).address).rows(SINCE))) == 3


def test_an_open_term_whose_office_somebody_else_holds_is_left_out() -> None:
    rows = [
        {name: cell["value"] for name, cell in each.items()}  # type: ignore[index]
        for each in (
            row(1, "Per Lund", "Minister of Trade", "2016-01-01"),
            row(2, "Ida Sand", "Minister of Trade", "2021-05-05"),
        )
    ]
    found, unusable = records_in(rows, TODAY)
    assert ([each.person for each in found], unusable) == (["Ida Sand"], 0)


def test_a_year_alone_stays_a_year() -> None:
    rows = [
        {name: cell["value"] for name, cell in row(1, "Per Lund", "Minister of Trade", "2016-01-01", None, "9").items()}
    ]  # type: ignore[index]
    (found,), _ = records_in(rows, TODAY)
    assert str(found.start) == "2016"


def test_an_older_word_does_not_end_what_was_seen_to_go_on() -> None:
    known = OfficeRecord(
        person="Per Lund",
        person_id="wikidata:Q1",
        office="Minister of Trade",
        country="Norway",
        start=PartialDate("2016-02-02"),
        as_of=date(2026, 1, 1),
        source="ifg",
    )
    told = OfficeRecord(
        person="Per Lund",
        person_id="wikidata:Q1",
        office="Minister of Trade",
        country="Norway",
        start=PartialDate("2016-02-02"),
        end=PartialDate("2020-02-02"),
        as_of=date(2021, 1, 1),
        source="wikidata",
    )
    found = update_of([known], [told])
    assert found.records[0].end is None and found.changes == ()


def test_half_an_answer_is_told_from_an_empty_one() -> None:
    assert update_pages._rows_of(page()) == []
    with pytest.raises(HalfAnswer):
        update_pages._rows_of(HALF)


def test_the_command_asks_before_it_takes(desk: Settings, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_pages, "PAUSE_S", 0.0)
    for name, value in (
        ("HOME", str(desk.home)),
        ("CONTACT", "desk@example.org"),
        ("WIKIDATA_URL", serve(ministers).address),
    ):
        monkeypatch.setenv(f"FACTNOTES_{name}", value)
    refused = CliRunner().invoke(world, ["update", "--since", "2022-07-01"], input="n\n")
    assert refused.exit_code == 0 and "new holder: Odd Berg" in refused.output and "Nothing was taken" in refused.output
    taken = CliRunner().invoke(world, ["update", "--since", "2022-07-01", "--yes"])
    assert taken.exit_code == 0 and "2 office records of 2 people" in taken.output
    shown = CliRunner().invoke(world, ["status"])
    assert "updated here: ready" in shown.output and "2 office records" in shown.output
    assert len(list(read_rows(updated_file(desk)))) == 2


def test_a_term_of_days_is_not_told_twice() -> None:
    fields = {"person_id": "wikidata:Q1", "office": "Minister of Trade", "country": "Norway", "source": "ifg"}
    terms = [
        OfficeRecord(person="Per Lund", start=PartialDate(start), end=PartialDate(end), as_of=TODAY, **fields)  # type: ignore[arg-type]
        for start, end in (("2022-07-01", "2022-09-06"), ("2022-07-05", "2022-07-07"))
    ]
    assert update_of(terms, terms[::-1]).changes == ()
