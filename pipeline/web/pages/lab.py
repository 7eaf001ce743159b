"""The prompt lab: an editor changes a prompt, asks a few cases of it and of the live one, and keeps it as a draft."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.datastructures import FormData
from fastapi.responses import HTMLResponse, Response

from pipeline.core.errors import BudgetSpent, FactnotesError, InputError, PromptError, SettingsError
from pipeline.core.settings import Settings
from pipeline.evaluation import MOST_CASES, PROMPT_STAGES, Allowance, Shelf, gold_of, shelf_names, take_down
from pipeline.llm import Prompt, load_prompt, prompt_files, prompt_names
from pipeline.web.context import Desk, go, open_desk
from pipeline.web.forms import read_form, text_of
from pipeline.web.gate.identity import require
from pipeline.web.gate.refusals import Refusal

if TYPE_CHECKING:
    from pipeline.evaluation import Tried

router = APIRouter(include_in_schema=False)
_editor = require("editor")
_AT_ONCE = 2
_LONGEST = 60_000


@dataclass(frozen=True)
class LabForm:
    """What stands in the form of the lab."""

    prompt: str = ""
    """The version it was made from, as name@2."""
    purpose: str = ""
    body: str = ""
    suite: str = ""
    find: str = ""
    cases: tuple[str, ...] = ()

    @classmethod
    def of_form(cls, form: FormData) -> LabForm:
        """Return what was typed; raises InputError for what is too long."""
        chosen = [value for value in form.getlist("case") if isinstance(value, str) and len(value) < 65]
        return cls(
            prompt=text_of(form, "prompt", 100),
            purpose=text_of(form, "purpose", 500),
            body=text_of(form, "body", _LONGEST),
            suite=text_of(form, "suite", 200),
            find=text_of(form, "find", 200),
            cases=tuple(dict.fromkeys(chosen))[: MOST_CASES + 1],
        )


@dataclass(frozen=True)
class Bench:
    """What the page works with: the version a draft is made from, the live one, the cases."""

    origin: Prompt
    live: Prompt | None
    form: LabForm
    shelf: Shelf | None
    suites: tuple[str, ...]
    problem: str = ""


def turns() -> threading.BoundedSemaphore:
    """Return how many trials may run at once: they hold a thread of the desk each."""
    return threading.BoundedSemaphore(_AT_ONCE)


@router.get("/lab")
def lab_page(request: Request) -> HTMLResponse:
    """Show a version of a prompt to change, and cases to try it on."""
    _editor(request)
    desk = open_desk(request)
    form = LabForm(
        prompt=desk.asked("prompt")[:100],
        suite=desk.asked("suite")[:200],
        cases=tuple(desk.request.query_params.getlist("case"))[:MOST_CASES],
    )
    return _show(desk, _bench(desk, form, load=True), saved=desk.asked("saved")[:100])


@router.post("/lab")
async def use_lab(request: Request) -> Response:
    """Load a version, look for cases, ask them, or save the draft; what was typed stays."""
    _editor(request)
    form = await read_form(request)
    return await run_in_threadpool(_use, request, form)


def _use(request: Request, sent: FormData) -> Response:
    desk = open_desk(request, "")
    form, action = LabForm.of_form(sent), text_of(sent, "action", 20)
    bench = _bench(desk, form, load=action == "load")
    if bench.problem or action in ("load", "find", ""):
        return _show(desk, bench, status=400 if bench.problem else 200)
    try:
        if action == "save":
            return _save(desk, bench)
        if action == "run":
            return _show(desk, bench, tried=_run(desk, bench))
        raise InputError("action: choose one of load, find, run, save")
    except (InputError, PromptError, SettingsError, BudgetSpent) as error:
        return _show(desk, replace(bench, problem=str(error)), status=400)


def _settings(desk: Desk) -> Settings:
    found: Settings = desk.request.app.state.settings
    return found


def _bench(desk: Desk, form: LabForm, *, load: bool) -> Bench:
    """Return what the form asks for, with the text of a version where it is to be loaded."""
    settings = _settings(desk)
    known = _versions(settings)
    if not known:
        raise Refusal(404, f"there is no prompt in {settings.prompts} that cases can be run with")
    named = form.prompt if form.prompt in {f"{each.name}@{each.version}" for each in known} else ""
    problem = f"there is no prompt {form.prompt}" if form.prompt and not named else ""
    origin = next((each for each in known if f"{each.name}@{each.version}" == named), _first(known))
    live = next((each for each in reversed(known) if each.name == origin.name and each.header.status == "live"), None)
    form = replace(form, prompt=f"{origin.name}@{origin.version}")
    if load:
        form = replace(form, purpose=origin.header.purpose, body=origin.body)
    stage = PROMPT_STAGES[origin.name]
    suites = shelf_names(settings, stage)
    suite = form.suite if form.suite in suites else next(iter(suites), "")
    shelf = None
    try:
        if suite:
            shelf = take_down(
                suite,
                settings,
                stage,
                reviews=lambda: gold_of(desk.store).cases,
                find=form.find,
                wanted=form.cases,
            )
    except InputError as error:
        problem = problem or str(error)
    return Bench(origin, live, replace(form, suite=suite), shelf, suites, problem)


def _versions(settings: Settings) -> list[Prompt]:
    """Return every version of the prompts that cases can be asked with; raises Refusal where a file is broken."""
    folder = settings.prompts
    names = [name for name in PROMPT_STAGES if name in prompt_names(folder)]
    try:
        return [load_prompt(name, folder, number) for name in names for number in prompt_files(name, folder)]
    except PromptError as error:
        raise Refusal(503, f"{error}: fix it first") from error


def _first(known: list[Prompt]) -> Prompt:
    """Return what the page opens with: the live version of the first prompt."""
    own = [each for each in known if each.name == known[0].name]
    return next((each for each in reversed(own) if each.header.status == "live"), own[-1])


def _draft(desk: Desk, bench: Bench) -> Prompt:
    from pipeline.evaluation import read_draft

    return read_draft(bench.origin, bench.form.purpose, bench.form.body, _settings(desk).prompts)


def _run(desk: Desk, bench: Bench) -> Tried:
    """Ask the chosen cases of the live prompt and of the draft."""
    from pipeline.evaluation import try_out  # with all that an evaluation needs, which no other page waits for

    draft = _draft(desk, bench)
    if bench.shelf is None or not bench.shelf.chosen:
        raise InputError(f"choose a case, or up to {MOST_CASES}")
    prompts = [bench.live, draft] if bench.live and bench.live.sha256 != draft.sha256 else [draft]
    turn: threading.BoundedSemaphore = desk.request.app.state.lab_turns
    if not turn.acquire(blocking=False):
        raise InputError(f"{_AT_ONCE} trials are running: send it again when one of them is done")
    try:
        return try_out(
            _settings(desk),
            desk.store,
            prompts,
            bench.shelf.chosen,
            person=desk.person.name,
            suite=bench.shelf.name,
        )
    finally:
        turn.release()


def _save(desk: Desk, bench: Bench) -> Response:
    from pipeline.evaluation import save_draft

    draft = _draft(desk, bench)
    if draft.sha256 == bench.origin.sha256:
        raise InputError(f"nothing differs from {bench.form.prompt}: nothing was saved")
    kept = save_draft(draft, _settings(desk).prompts)
    name = f"{kept.name}@{kept.version}"
    return go("/lab", prompt=name, suite=bench.form.suite, saved=name)


def _show(desk: Desk, bench: Bench, *, tried: Tried | None = None, saved: str = "", status: int = 200) -> HTMLResponse:
    from pipeline.evaluation import evidence_of, spell_label, spell_money, symbol_of, word_changes

    settings, form = _settings(desk), bench.form
    problem = bench.problem
    changes: tuple[tuple[str, str], ...] = ()
    try:
        draft = _draft(desk, bench)
        changes = word_changes(bench.live, draft) if bench.live else ()
    except FactnotesError as error:
        problem = problem or str(error)
    versions = _versions(settings)
    return desk.render(
        "lab.html.j2",
        status=status,
        bench=bench,
        form=form,
        versions=versions,
        model=settings.model_name,
        left=Allowance(settings).left(),
        most=MOST_CASES,
        most_calls=settings.lab_max_calls,
        changes=changes,
        changed=any(went != came for went, came in changes),
        tried=tried,
        problem=problem,
        saved=saved if saved in {f"{each.name}@{each.version}" for each in versions} else "",
        evidence_of=evidence_of,
        spell_label=spell_label,
        spell_money=spell_money,
        symbol_of=symbol_of,
    )
