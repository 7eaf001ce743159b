"""The JSON API: the queue, decisions, the log, saved searches and runs, for browsers and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from guarded import TestDesk, api_csrf, open_desk
from samples import sample_report
from starlette.testclient import TestClient

from pipeline.review.accounts import make_token

API = "/api/v1"
PROBLEM = "application/problem+json"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    with open_desk(tmp_path) as made:
        yield made


@pytest.fixture
def rita(desk: TestDesk) -> TestClient:
    return program(desk, "rita")


@pytest.fixture
def edda(desk: TestDesk) -> TestClient:
    return program(desk, "edda")


def program(desk: TestDesk, name: str) -> TestClient:
    token = make_token(desk.store, name, "test", timedelta(days=1), now=desk.clock())
    return desk.browser(base_url=f"{desk.base}{API}", headers={"Authorization": f"bearer {token}"})


def items(browser: TestClient, query: str = "") -> list[dict[str, Any]]:
    answer = browser.get(f"/queue?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def act(browser: TestClient, claim: dict[str, Any], action: str, **more: Any) -> Any:
    body = {"action": action, "seen": claim["sequence"]} | more
    return browser.post(f"/claims/{claim['claim_id']}/reviews", json=body)


def test_the_queue_is_read_page_by_page_the_most_harmful_first(rita: TestClient) -> None:
    whole = rita.get("/queue?limit=200").json()
    harms = [item["harm"] for item in whole["items"]]
    assert harms == sorted(harms) and whole["total"] == len(harms) > 6 and whole["next"] is None
    read, cursor = [], ""
    while True:
        page = rita.get("/queue", params={"limit": 4} | ({"cursor": cursor} if cursor else {})).json()
        assert page["total"] == whole["total"] and len(page["items"]) <= 4
        read += [item["claim_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert read == [item["claim_id"] for item in whole["items"]]


def test_the_queue_is_filtered_and_a_wrong_filter_is_named(rita: TestClient) -> None:
    refuted = items(rita, "label=refuted")
    assert refuted and {item["label"] for item in refuted} == {"refuted"}
    assert 0 < len(items(rita, "text=vehicles&limit=200")) < len(items(rita, "limit=200"))
    assert items(rita, "since=2999-01-01") == []
    for query, place in (
        ("label=true", "query.label"),
        ("since=0", "query.since"),
        ("since=yesterday", "query.since"),
        ("moved=maybe", "query.moved"),
        ("limit=0", "query.limit"),
        ("limit=1000", "query.limit"),
        ("lable=refuted", "query.lable"),
        ("text=%00", "query.text"),
    ):
        answer = rita.get(f"/queue?{query}")
        assert answer.status_code == 422 and answer.headers["content-type"] == PROBLEM, query
        assert [each["at"] for each in answer.json()["errors"]] == [place]
    assert "cursor" in rita.get("/queue?cursor=rubbish").json()["detail"]


def test_a_claim_comes_with_article_note_evidence_and_history(rita: TestClient) -> None:
    claim = items(rita, "label=refuted")[0]
    view = rita.get(f"/claims/{claim['claim_id']}").json()
    assert view["item"] == claim and view["article"]["text"] == sample_report().article.text
    assert view["note"]["verdict"]["label"] == view["current"]["label"] == "refuted"
    assert view["history"] == [] and view["hidden"] is False


def test_a_claim_that_is_not_there_is_404_and_a_malformed_id_422(rita: TestClient) -> None:
    assert rita.get("/claims/0123456789abcdef").status_code == 404
    assert rita.post("/claims/0123456789abcdef/reviews", json={"action": "accept", "seen": 0}).status_code == 404
    assert rita.get("/claims/0123456789abcdef/reviews").status_code == 404
    for path in ("/claims/x", "/claims/0123456789ABCDEF", "/claims/0123456789abcdef%0a"):
        assert rita.get(path).status_code in (404, 422)


def test_a_decision_is_written_with_who_when_why_before_and_after(rita: TestClient) -> None:
    claim = items(rita, "label=refuted")[0]
    correction = {
        "label": "supported",
        "justification": "Both counts agree.",
        "flags": [],
        "evidence": [{"url": "https://example.org/count", "text": "41 cracks"}],
    }
    answer = act(rita, claim, "correct", correction=correction, reason="wrong_evidence", comment="counted twice")
    assert answer.status_code == 201
    event = answer.json()
    assert (event["reviewer"], event["action"], event["reason"]) == ("rita", "correct", "wrong_evidence")
    assert (event["before"]["label"], event["after"]["label"]) == ("refuted", "supported")
    assert event["after"]["evidence"] == correction["evidence"] and event["sequence"] == 1
    assert rita.get(f"/claims/{claim['claim_id']}/reviews").json()["items"] == [event]
    assert claim["claim_id"] not in [item["claim_id"] for item in items(rita, "limit=200")]


def test_two_who_decide_at_once_are_told_what_came_first(rita: TestClient, edda: TestClient) -> None:
    claim = items(rita)[0]
    first = act(rita, claim, "accept")
    second = act(edda, claim, "dismiss", reason="false_alarm")
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.headers["content-type"] == PROBLEM and second.json()["newest"] == first.json()
    assert len(rita.get("/history").json()["items"]) == 1


def test_undo_assign_second_review_approve_and_send_back(rita: TestClient, edda: TestClient) -> None:
    claim = items(rita)[0]
    path = f"/claims/{claim['claim_id']}/reviews"

    def step(who: TestClient, action: str, seen: int, **more: Any) -> int:
        answer = who.post(path, json={"action": action, "seen": seen} | more)
        return int(answer.status_code)

    assert step(rita, "accept", 0) == 201
    assert step(rita, "undo", 1) == 201
    assert step(rita, "assign", 2, assignee="edda") == 201
    assert [item["claim_id"] for item in items(edda, "assignee=edda")] == [claim["claim_id"]]
    assert step(rita, "assign", 3, assignee=None) == 201
    assert step(rita, "accept", 4) == 201
    assert step(rita, "approve", 5) == 403
    assert step(edda, "approve", 5, comment="fine") == 201
    assert step(edda, "send_back", 6, comment="look again") == 201
    assert step(rita, "undo", 99) == 422
    actions = [event["action"] for event in rita.get(path).json()["items"]]
    assert actions == ["accept", "undo", "assign", "assign", "accept", "approve", "send_back"]


def test_the_second_of_two_reviewers_sees_nothing_of_the_first_anywhere(desk: TestDesk, rita: TestClient) -> None:
    ada = program(desk, "ada")
    claim = items(rita)[0]
    path = f"/claims/{claim['claim_id']}/reviews"
    assert act(rita, claim, "ask_second").status_code == 201
    dismissal = {"action": "dismiss", "seen": 1, "reason": "misread_claim", "comment": "tell-tale"}
    assert rita.post(path, json=dismissal).status_code == 201
    for answer in (ada.get(f"/claims/{claim['claim_id']}"), ada.get(path), ada.get("/history")):
        assert answer.status_code == 200 and "tell-tale" not in answer.text and "misread" not in answer.text
    assert ada.get(f"/claims/{claim['claim_id']}").json()["hidden"] is True
    assert "tell-tale" in rita.get(path).text
    assert ada.post(path, json={"action": "accept", "seen": 2}).status_code == 201
    assert "tell-tale" in ada.get(path).text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "accept"},
        {"action": "accept", "seen": "0"},
        {"action": "accept", "seen": True},
        {"action": "accept", "seen": 0, "reviewer": "edda"},
        {"action": "delete", "seen": 0},
        {"action": "dismiss", "seen": 0},
        {"action": "dismiss", "seen": 0, "reason": "because"},
        {"action": "correct", "seen": 0, "reason": "other"},
        {
            "action": "correct",
            "seen": 0,
            "reason": "other",
            "correction": {"evidence": [{"url": "javascript:alert(1)"}]},
        },
        {"action": "accept", "seen": 0, "comment": "x" * 4001},
        {"action": "accept", "seen": 0, "comment": "\0"},
        {"action": "accept", "seen": 2**63},
        [],
        "accept",
        None,
    ],
)
def test_an_action_that_does_not_fit_is_422_and_changes_nothing(rita: TestClient, body: object) -> None:
    claim = items(rita)[0]
    answer = rita.post(f"/claims/{claim['claim_id']}/reviews", json=body)
    assert answer.status_code == 422 and answer.headers["content-type"] == PROBLEM and answer.json()["detail"]
    assert rita.get("/history").json()["items"] == []


def test_what_is_no_json_is_400_and_is_not_sent_back(rita: TestClient) -> None:
    claim = items(rita)[0]
    path = f"/claims/{claim['claim_id']}/reviews"
    headers = {"Content-Type": "application/json"}
    for content in (b"{", b'{"action": "accept", "seen": }', b"\xff\xfe", b'{"comment": "\\ud800"'):
        answer = rita.post(path, content=content, headers=headers)
        assert answer.status_code == 400 and answer.headers["content-type"] == PROBLEM, content
    half = rita.post(path, content=b'{"action": "accept", "seen": 0, "comment": "\\ud800"}', headers=headers)
    assert half.status_code == 422
    secret = rita.post(path, json={"action": "accept", "seen": "hunter2"})
    assert "hunter2" not in secret.text


def test_bulk_does_what_was_looked_at_and_nothing_else(rita: TestClient, edda: TestClient) -> None:
    total = rita.get("/queue?label=refuted").json()["total"]
    body = {"filter": {"label": "refuted"}, "action": "dismiss", "reason": "false_alarm", "expected": total + 1}
    assert rita.post("/bulk", json=body).status_code == 422
    done = rita.post("/bulk", json=body | {"expected": total}).json()
    assert (len(done["done"]), done["conflicts"]) == (total, [])
    assert items(rita, "label=refuted") == []
    decided = body | {"filter": {"status": "decided"}, "action": "approve", "reason": None, "expected": total}
    assert rita.post("/bulk", json=decided).status_code == 403
    assert len(edda.post("/bulk", json=decided).json()["done"]) == total


def test_history_is_read_page_by_page_and_by_person(rita: TestClient, edda: TestClient) -> None:
    for number, claim in enumerate(items(rita, "limit=5")):
        assert act((rita, edda)[number % 2], claim, "accept").status_code == 201
    first = rita.get("/history?limit=3").json()
    rest = rita.get(f"/history?limit=3&after={first['next']}").json()
    assert [event["id"] for event in first["items"] + rest["items"]] == [1, 2, 3, 4, 5] and rest["next"] is None
    assert {event["reviewer"] for event in rita.get("/history?person=edda").json()["items"]} == {"edda"}


def test_the_log_is_one_event_a_line_and_for_editors(rita: TestClient, edda: TestClient) -> None:
    assert edda.get("/log").text == ""
    for claim in items(rita, "limit=3"):
        act(rita, claim, "accept", comment="line\nbreak \u2028 here")
    answer = edda.get("/log")
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.split("\n") if line]
    assert [line["sequence"] for line in lines] == [1, 1, 1] and lines[0]["comment"] == "line\nbreak \u2028 here"
    assert rita.get("/log").status_code == 403


def test_saved_searches_are_ones_own(rita: TestClient, edda: TestClient) -> None:
    saved = rita.put("/searches/bad numbers", json={"flag": "wrong_number", "status": "any"})
    assert saved.status_code == 200 and saved.json()["query"] == "flag=wrong_number&status=any"
    assert rita.put("/searches/bad numbers", json={"flag": "outdated"}).json()["query"] == "flag=outdated"
    assert [each["name"] for each in rita.get("/searches").json()] == ["bad numbers"]
    assert edda.get("/searches").json() == []
    assert edda.delete("/searches/bad numbers").status_code == 404
    assert rita.delete("/searches/bad numbers").status_code == 204
    assert rita.delete("/searches/bad numbers").status_code == 404
    assert rita.put("/searches/x", json={"label": "wrong"}).status_code == 422


def test_runs_come_with_their_coverage_and_how_far_the_review_is(rita: TestClient) -> None:
    (run,) = rita.get("/runs").json()
    report = sample_report()
    assert run["coverage"] == report.coverage.model_dump(mode="json") and run["status"] == "finished"
    assert sum(run["statuses"].values()) == report.coverage.claims and run["started_at"].endswith("Z")
    act(rita, items(rita)[0], "accept")
    assert rita.get("/runs").json()[0]["statuses"]["decided"] == 1


def test_the_next_claim_moves_on_as_claims_are_decided(rita: TestClient) -> None:
    seen = []
    while (found := rita.get("/next").json())["claim_id"]:
        seen.append(found["claim_id"])
        body = {"action": "dismiss", "reason": "other", "seen": found["sequence"]}
        assert rita.post(f"/claims/{found['claim_id']}/reviews", json=body).status_code == 201
    assert len(seen) == len(set(seen)) > 6 and items(rita) == []


def test_a_method_that_is_not_there_is_405_with_those_that_are(rita: TestClient) -> None:
    answer = rita.patch("/searches/x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, PUT")
    assert rita.get("/nothing").json()["status"] == 404


def test_a_browser_that_is_signed_in_may_use_the_api_with_its_token(desk: TestDesk) -> None:
    browser = desk.signed_in("rita")
    claim = browser.get(f"{API}/queue?limit=1").json()["items"][0]
    path = f"{API}/claims/{claim['claim_id']}/reviews"
    assert browser.post(path, json={"action": "accept", "seen": 0}).status_code == 403
    assert browser.post(path, json={"action": "accept", "seen": 0}, headers=api_csrf(browser)).status_code == 201


def test_a_store_that_is_gone_is_503_and_one_line(desk: TestDesk, rita: TestClient) -> None:
    with desk.store.writing() as connection:
        connection.exec_driver_sql("drop table queue_words")
        connection.exec_driver_sql("alter table queue rename to elsewhere")
    answer = rita.get("/queue")
    assert answer.status_code == 503 and answer.headers["content-type"] == PROBLEM
    assert "\n" not in answer.json()["detail"] and answer.headers["retry-after"] == "5"
