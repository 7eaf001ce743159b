"""The prompt lab: a draft beside the live prompt on real cases, capped, fenced, for editors only."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from desks import visit
from scripted_service import Service, running
from starlette.testclient import TestClient

from pipeline.core.errors import BudgetSpent, PromptError
from pipeline.core.models import Usage
from pipeline.core.settings import PROJECT, Settings
from pipeline.evaluation import Allowance, read_draft, save_draft
from pipeline.llm import Caps, Spent, load_prompt, prompt_files
from pipeline.review.accounts import Passwords, add_person
from pipeline.store import Store

QUOTE = "The ferry to Osk carries forty cars."
CLAIMS = ("The ferry to Osk carries forty cars.", "The ferry to Osk carries ninety cars.")


class Judge(Service):
    """Says that a claim is supported; asked with the words of the draft it quotes what stands nowhere."""

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        prompt = body["messages"][-1]["content"]
        quote = "Words that stand in no passage." if "Be bold" in prompt else QUOTE
        reply = {
            "citations": [{"passage": 1, "quote": quote}],
            "justification": "It says <b>so</b>.",
            "label": "supported",
            "confidence": 0.8,
        }
        told = super().answer(body)
        told["choices"][0]["message"]["content"] = json.dumps(reply)
        return told


class Lab:
    """A desk with prompts of its own, a suite, and a scripted model."""

    def __init__(self, folder: Path, service: Service, **more: Any) -> None:
        self.prompts = folder / "prompts"
        shutil.copytree(PROJECT / "prompts", self.prompts)
        for draft in ("v2.md", "v3.md"):
            (self.prompts / "predict_verdict" / draft).unlink(missing_ok=True)
        self.home = folder / "home"
        (self.home / "suites").mkdir(parents=True)
        rows = [
            {"claim": claim, "label": label, "evidence": [QUOTE, "<script>alert(1)</script>"], "source": "ferries"}
            | {"metadata": {"passages": [{"publisher": "Osk Post"}, {}]}}
            for claim, label in zip(CLAIMS, ("supported", "refuted"), strict=True)
        ]
        (self.home / "suites" / "ferries.jsonl").write_text("\n".join(map(json.dumps, rows)))
        suite = "name: ferries\nstage: verdict\ndata: [{path: ferries.jsonl}]\n"
        (self.home / "suites" / "ferries.yaml").write_text(suite)
        given = {"home": self.home, "prompts": self.prompts, "model": "openai:small", "base_url": service.address}
        self.settings = Settings(**given | {"model_retries": 0} | more)
        self.service = service
        self.store = Store.open(self.settings.store_address)
        self.browser: TestClient = visit(self.store, self.settings)

    def page(self, path: str = "/lab?suite=ferries") -> str:
        answer = self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def form(self, page: str, **typed: Any) -> dict[str, Any]:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        body = re.search(r'<textarea id="body".*?>\n(.*?)</textarea>', page, re.DOTALL)
        purpose = re.search(r'name="purpose" maxlength="500" value="([^"]*)"', page)
        prompt = re.search(r'<option value="([^"]+)" selected', page)
        assert token and body and purpose and prompt
        told = {"csrf_token": token[1], "body": unescape(body[1]), "purpose": unescape(purpose[1])}
        return told | {"prompt": prompt[1], "suite": "ferries", "find": "", "case": self.cases(page)} | typed

    def cases(self, page: str) -> list[str]:
        return re.findall(r'name="case" value="([^"]+)"', page)

    def send(self, status: int = 200, **form: Any) -> str:
        answer = self.browser.post("/lab", data=form)
        assert answer.status_code == status, answer.text
        return unescape(answer.text if status != 303 else answer.headers["location"])


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with running(Judge()) as service:
        found = Lab(tmp_path, service)
        yield found
        found.store.close()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_draft_is_asked_beside_the_live_prompt_and_its_quotations_are_looked_up(lab: Lab) -> None:
    form = lab.form(lab.page())
    form["body"] = form["body"].replace("You are a fact-checker", "Be bold. You are a fact-checker")
    answer = lab.browser.post("/lab", data=form | {"action": "run"})
    assert answer.status_code == 200
    told = words(unescape(answer.text))
    assert sum(lab.service.asked.values()) == 2 + 4, "the live prompt once a case, the draft once more to mend it"
    assert told.count("✓ found in passage 1") == 2 and told.count("✕ not found in passage 1") == 4
    assert told.count("Supported (0.80), as expected") == 1 and told.count("Supported (0.80), not as expected") == 1
    assert told.count("No answer : model misquoted its evidence") == 2
    assert "6 calls, $0" in told and "Left today: 194 of 200 calls" in told
    assert "<b>so</b>" not in answer.text and "<script>alert" not in answer.text
    assert "<ins>Be bold." in answer.text, "the words that differ are marked"
    assert all("Osk Post" in prompt and "<claim-" in prompt for prompt in lab.service.asked)


def test_what_was_asked_before_in_the_same_words_is_not_asked_again(lab: Lab) -> None:
    form = lab.form(lab.page()) | {"action": "run"}
    lab.send(**form)
    before = sum(lab.service.asked.values())
    told = words(lab.send(**form))
    assert before == sum(lab.service.asked.values()) == 2, "a draft that says what the live prompt says is asked alone"
    assert "Just now: 0 calls" in told and told.count("from the cache, nothing was spent") == 2


def test_a_draft_is_saved_as_the_next_version_once_and_can_be_evaluated(lab: Lab) -> None:
    form = lab.form(lab.page())
    form |= {"body": form["body"] + "\nBe brief.", "purpose": "Judge: in few words", "action": "save"}
    where = lab.send(303, **form)
    assert where == "/lab?prompt=predict_verdict%402&suite=ferries&saved=predict_verdict%402"
    assert lab.send(303, **form) == where, "sent twice it is saved once"
    kept = load_prompt("predict_verdict", lab.prompts, 2)
    assert kept.header.status == "draft" and kept.header.purpose == "Judge: in few words"
    assert kept.body == form["body"].strip() + "\n"
    page = lab.page(where)
    assert "Saved as the draft predict_verdict@2" in page and "Be brief." in page
    assert load_prompt("predict_verdict", lab.prompts).version == 1, "the live version stays"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("{{ claim }} {{ passages }} {{ context }} {{ as_of }}", "stands outside a fence"),
        ("{{ claim | fenced('claim') }}", "declared and used inputs differ"),
        ("{% for i in range(1000000) %}x{% endfor %}", "for goes over an input"),
        ("{{ 'x' * 1000000000 | fenced('x') }}", "mul is not for prompts"),
        ("{{ claim", "the draft"),
        ("", "the draft is empty"),
    ],
)
def test_a_draft_that_is_no_prompt_is_refused_and_what_was_typed_stays(lab: Lab, typed: str, says: str) -> None:
    page = lab.send(400, **lab.form(lab.page()) | {"body": typed, "action": "run"})
    assert says in page and (not typed or typed in page)
    assert not lab.service.asked
    lab.send(400, **lab.form(lab.page()) | {"body": typed, "action": "save"})
    assert list(prompt_files("predict_verdict", lab.prompts)) == [1]


def test_nothing_is_opened_that_is_not_listed(lab: Lab, tmp_path: Path) -> None:
    secret = tmp_path / "secret.jsonl"
    secret.write_text((lab.home / "suites" / "ferries.jsonl").read_text().replace("Osk", "Hidden"))
    for suite in (str(secret), "../secret.jsonl", "evaluation:../.."):
        page = lab.send(200, **lab.form(lab.page()) | {"suite": suite, "action": "find"})
        assert "Hidden" not in page
    page = lab.send(400, **lab.form(lab.page()) | {"prompt": "../predict_verdict@1", "action": "save"})
    assert "there is no prompt ../predict_verdict@1" in page


def test_cases_are_found_by_their_words_and_stay_chosen(lab: Lab) -> None:
    first, second = lab.cases(lab.page())
    page = lab.send(**lab.form(lab.page()) | {"find": "NINETY", "case": [first], "action": "find"})
    assert "1 of 2 cases" in page and lab.cases(page) == [first, second]
    assert f'value="{first}" checked' in page and f'value="{second}" checked' not in page


def test_without_a_model_the_lab_says_so_and_asks_nothing(tmp_path: Path) -> None:
    with running(Judge()) as service:
        lab = Lab(tmp_path, service, model="none")
        page = lab.page()
        assert "No model is configured" in page and 'value="run"' not in page
        assert "no model is set" in lab.send(400, **lab.form(page) | {"action": "run"})
        lab.send(303, **lab.form(page) | {"body": lab.form(page)["body"] + "\nBe brief.", "action": "save"})
        assert not service.asked
        lab.store.close()


def test_the_day_has_a_cap_that_no_trial_goes_past(tmp_path: Path) -> None:
    with running(Judge()) as service:
        lab = Lab(tmp_path, service, lab_max_calls=3)
        form = lab.form(lab.page())
        form["body"] = "Be bold.\n" + form["body"]
        told = words(lab.send(**form | {"action": "run"}))
        assert sum(service.asked.values()) == 3 and "Left today: 0 of 3 calls" in told
        assert "the cap of 3 model calls is reached" in told
        again = lab.send(400, **form | {"body": "Again.\n" + form["body"], "action": "run"})
        assert "the lab's 3 calls of today are spent" in again and sum(service.asked.values()) == 3
        lab.store.close()


def test_a_model_without_a_known_price_is_not_asked_where_dollars_are_capped(tmp_path: Path) -> None:
    with running(Judge()) as service:
        lab = Lab(tmp_path, service, base_url="https://models.example/v1", api_key="k")
        assert "no known price" in lab.send(400, **lab.form(lab.page()) | {"action": "run"})
        lab.store.close()


def test_trials_at_the_same_time_cannot_reserve_more_than_the_day_has(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, lab_max_calls=10, lab_max_usd=1.0)
    about: dict[str, Any] = {"person": "edda", "prompt": "p@1", "suite": "s", "cases": ("c",)}
    one, other = Allowance(settings), Allowance(settings)
    with one.reserve(Spent(calls=8, dollars=0.9), **about) as (room, charge):
        assert room == Spent(calls=8, dollars=0.9)
        with other.reserve(Spent(calls=8, dollars=0.9), **about) as (less, _):
            assert (less.calls, less.dollars) == (2, pytest.approx(0.1))
            with (
                pytest.raises(BudgetSpent, match="10 calls of today"),
                other.reserve(Spent(calls=1, dollars=0.0), **about),
            ):
                pass
        charge(Usage(calls=3, dollars=0.2))
    assert one.left() == Caps(pytest.approx(0.8), 7)
    with (tmp_path / "lab.jsonl").open("a") as journal:
        journal.write('{"id": "torn')
    assert one.left().max_calls == 7
    with one.reserve(Spent(calls=7, dollars=0.1), **about) as (room, charge):
        assert room.calls == 7
    assert other.left() == Caps(pytest.approx(0.8), 7), "what was reserved and not spent is free again"


def test_only_editors_see_the_lab_and_only_its_own_form_is_taken(tmp_path: Path) -> None:
    with running(Judge()) as service:
        lab = Lab(tmp_path, service)
        body = lab.form(lab.page())
        refused = lab.browser.post("/lab", data={**body, "csrf_token": "x", "action": "save"})
        assert refused.status_code == 403
        for name, role in (("rita", "reviewer"), ("edda", "editor")):
            add_person(lab.store, name, role, "correct horse battery staple", passwords=Passwords())
            browser = visit(lab.store, lab.settings)
            token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/login").text)
            assert token
            sent = {"csrf_token": token[1], "name": name, "password": "correct horse battery staple"}
            assert browser.post("/login", data=sent).status_code == 303
            page = browser.get("/lab")
            assert page.status_code == (403 if role == "reviewer" else 200)
            assert ('href="/lab"' in browser.get("/").text) is (role == "editor")
            if role == "reviewer":
                token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/").text)
                assert token
                sent = {**body, "csrf_token": token[1], "action": "run"}
                assert browser.post("/lab", data=sent).status_code == 403
        assert not service.asked
        lab.store.close()


def test_a_draft_keeps_inputs_and_fences_of_its_origin(tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    shutil.copytree(PROJECT / "prompts", folder)
    for name in ("predict_verdict", "detect_claims"):
        origin = load_prompt(name, folder)
        same = read_draft(origin, origin.header.purpose, origin.body, folder)
        assert (same.digest, same.header.inputs) == (origin.digest, origin.header.inputs)
        kept = save_draft(read_draft(origin, "Other: words # here", origin.body + "More.", folder), folder)
        assert kept.header.purpose == "Other: words # here"
    with pytest.raises(PromptError, match="longer than"):
        read_draft(origin, "x", "y" * 40_000, folder)
