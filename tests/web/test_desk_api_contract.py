"""The JSON API against its own OpenAPI document: schemathesis sends what fits and what does not, always the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from guarded import LOOPBACK, TestDesk, open_desk
from hypothesis import HealthCheck, settings
from pydantic import ValidationError
from samples import sample_report
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.pytest.lazy import get_all_tests
from starlette.types import Receive, Scope, Send

from pipeline.core.errors import InputError
from pipeline.core.models import Person
from pipeline.review import open_claim, queue
from pipeline.review.accounts import make_token
from pipeline.web.api.routes import mount_api
from pipeline.web.api.values import Narrowing

pytestmark = pytest.mark.slow

EXAMPLES = 10
HOST = LOOPBACK.removeprefix("http://")


class DeskOfTheTest:
    """The application that is tested, known before there is a desk."""

    desk: TestDesk
    token = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on to the desk."""
        await self.desk.app(scope, receive, send)


def document() -> dict[str, Any]:
    """Return the OpenAPI document, which needs no store."""
    app = FastAPI()
    api = mount_api(app, None)  # type: ignore[arg-type]
    return api.openapi() | {"servers": [{"url": "/api/v1"}]}


TESTED = DeskOfTheTest()
ADA = Person(name="ada", role="admin")
CLAIM = sample_report().notes[0].claim.id
_STATE = {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]}}}
"""What the state of the desk forbids is 422, though the request fits: nothing to undo, no such page, too many."""
CONFIG = {
    "generation": {"deterministic": True, "max-examples": EXAMPLES},
    "headers": {"Host": HOST},
    "parameters": {"claim_id": CLAIM},
    "checks": {"ignored_auth": {"enabled": False}},  # asked once for every operation below
    "operations": [
        {"include-name": name} | _STATE
        for name in ("GET /queue", "POST /claims/{claim_id}/reviews", "POST /bulk", "PUT /searches/{name}")
    ],
}
OPERATIONS = [f"{method.upper()} {path}" for path, operations in document()["paths"].items() for method in operations]


@pytest.fixture(scope="module", autouse=True)
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDesk]:
    """Open the desk with the sample report, and a token of its editor."""
    with open_desk(tmp_path_factory.mktemp("desk")) as made:
        TESTED.desk = made
        TESTED.token = make_token(made.store, "edda", "contract", timedelta(days=1))
        yield made


class ByToken:
    """Sends the editor's token."""

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        """Return the token."""
        return TESTED.token

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        """Put it where the API reads it."""
        case.headers["Authorization"] = f"Bearer {data}"


def bring_up_to_date(body: Any) -> None:
    """Let what fits meet the desk as it stands: else nearly every action would come too late."""
    if not isinstance(body, dict):
        return
    if _is_number(body.get("seen")) and body["seen"] % 2 == 0:
        body["seen"] = open_claim(TESTED.desk.store, CLAIM, ADA).item.sequence
    try:
        narrowed = Narrowing.model_validate(body.get("filter")).filter()
    except (ValidationError, InputError):
        return
    if _is_number(body.get("expected")):
        body["expected"] = queue(TESTED.desk.store, narrowed, limit=1).total


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


@settings(deadline=None, derandomize=True, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def answer_as_promised(case: schemathesis.Case) -> None:
    bring_up_to_date(case.body)
    case.call_and_validate()


@pytest.fixture(scope="module")
def senders(desk: TestDesk) -> dict[str, Callable[[], None]]:
    """Return what sends all its examples for each operation; made here, for every process collects what one runs."""
    load_all_checks()
    schema = schemathesis.openapi.from_dict(document(), config=SchemathesisConfig.from_dict(CONFIG))
    schema.app = TESTED
    schema.auth()(ByToken)
    made = get_all_tests(schema=schema, test_func=answer_as_promised, settings=None, given_kwargs={})
    return {operation.label: send for operation, send in (each.ok() for each in made)}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_one_that_the_document_promises(operation: str, senders: dict[str, Callable[[], None]]) -> None:
    senders[operation]()


def test_every_operation_but_health_needs_somebody(desk: TestDesk) -> None:
    asked = 0
    for path, operations in document()["paths"].items():
        for method in operations:
            for headers in ({}, {"Authorization": "Bearer factnotes_wrong"}, {"Authorization": "Basic YTpi"}):
                answer = desk.browser(headers=headers).request(method, f"/api/v1{path}".replace("{claim_id}", CLAIM))
                assert answer.status_code == (200 if path == "/health" else 401), (method, path)
                asked += 1
    assert asked == 3 * 14


def test_the_document_that_is_served_is_the_one_that_is_tested(desk: TestDesk) -> None:
    browser = desk.signed_in("rita")
    assert browser.get("/api/v1/openapi.json").json() == document()
    assert browser.get("/api/v1/docs").status_code == 404
