"""Replies as services send them: what is around an answer does not count, and what is not certain is no answer."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import pytest
from hypothesis import given, strategies as st
from pydantic import Field, ValidationError

from pipeline.core.models import Value
from pipeline.core.ports import Rendered
from pipeline.llm import Model, collecting_mends
from pipeline.llm.replies import form_of, read_reply
from pipeline.llm.scripted import Scripted


class Word(Value):
    place: int
    words: str


class Judged(Value):
    found: tuple[Word, ...]
    why: str = Field(min_length=1)
    label: Literal["fits", "does_not_fit", "nobody_knows"]
    confidence: float = Field(ge=0, le=1)
    by: Literal["the_desk", "a_reader"] | None


class Listed(Value):
    items: tuple[Word, ...]


GOOD: dict[str, Any] = {
    "found": [{"place": 2, "words": "the ferry {MS Alva} left \\ at nine"}],
    "why": "It says so; it's plain.",
    "label": "fits",
    "confidence": 0.9,
    "by": None,
}
TEXT = json.dumps(GOOD)
OTHER = json.dumps(GOOD | {"label": "does_not_fit"})
WITHOUT_NULL = json.dumps({name: value for name, value in GOOD.items() if value is not None})
LIST = '[{"place": 1, "words": "one"}, {"place": 2, "words": "two"}]'


def changed(**fields: Any) -> str:
    return json.dumps(GOOD | fields)


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        (TEXT, None),
        (json.dumps(GOOD, indent=2), None),
        (f"<think>\nMaybe {{place}} 2.\n</think>\n\n{TEXT}", "thoughts before the answer"),
        (f"Maybe place 2.\n</think>\n{TEXT}", "thoughts before the answer"),
        (f"<think>one</think><think>{OTHER}</think>{TEXT}", "thoughts before the answer"),
        (f"<THINKING>one</THINKING>\n```json\n{TEXT}\n```", "thoughts before the answer"),
        (f"[THINK]{OTHER}[/THINK]{TEXT}", "thoughts before the answer"),
        (f"◁think▷{OTHER}◁/think▷{TEXT}", "thoughts before the answer"),
        (f"<seed:think>so</seed:think>{TEXT}", "thoughts before the answer"),
        (f"<think>It fits, so:\n{TEXT}", "thoughts without an end"),
        (f"<think>It fits, so:\n```json\n{TEXT}\n```\n", "thoughts without an end"),
        (
            f"<|channel|>analysis<|message|>Is it {OTHER}?<|end|><|start|>assistant<|channel|>final<|message|>{TEXT}",
            "channels",
        ),
        (f"<|channel|>final <|constrain|>JSON<|message|>{TEXT}<|return|>", "channels"),
        (f"<|channel|>commentary to=functions.reply <|constrain|>json<|message|>{TEXT}<|call|>", "channels"),
        (f"analysisIt fits.assistantfinal{TEXT}", "words around the answer"),
        (f"{TEXT}<|im_end|>", "special tokens"),
        (f"<s>{TEXT}</s>", "special tokens"),
        (f"{TEXT}<｜end▁of▁sentence｜>", "special tokens"),
        (f"{TEXT}<end_of_turn>\n<eos>", "special tokens"),
        (f"```json\n{TEXT}\n```", "a fence"),
        (f"```JSON\n{TEXT}\n```", "a fence"),
        (f"```json{TEXT}```", "a fence"),
        (f"~~~\n{TEXT}\n~~~", "a fence"),
        (f"```jsonc\n{TEXT}", "a fence"),
        (f"json\n{TEXT}", "a fence"),
        (f"Here it is:\n\n```json\n{TEXT}\n```\n\nShall I go on?", "words around the answer"),
        (f"Sure! {TEXT}", "words around the answer"),
        (f"{TEXT}\n\nI took it from place 2.", "words around the answer"),
        (f"With {{braces}} before: {TEXT}", "words around the answer"),
        (f"\ufeff{TEXT}", "invisible marks"),
        (f"\u200b{TEXT}\u200b", "invisible marks"),
        (f"{TEXT}\n{TEXT}", "given more than once"),
        (f"First I thought {OTHER}. No, place 2 says it: {TEXT}", "given more than once"),
        (changed(mood="good"), "fields nobody asked for"),
        (changed(found=[{"place": 2, "words": GOOD["found"][0]["words"], "page": 3}]), "fields nobody asked for"),
        (json.dumps({"properties": GOOD}), "a wrapper around the answer"),
        (json.dumps({"Judged": GOOD}), "a wrapper around the answer"),
        (json.dumps({"name": "Judged", "arguments": GOOD}), "a wrapper around the answer"),
        (f"<tool_call>{json.dumps({'name': 'Judged', 'parameters': GOOD})}</tool_call>", "a wrapper around the answer"),
        (f"[{TEXT}]", "a list around the answer"),
        (f"[{TEXT}, {TEXT}]", "a list around the answer"),
        (changed(label="Fits"), "the spelling of a label"),
        (changed(label="FITS."), "the spelling of a label"),
        (changed(confidence=90), "a percentage"),
        (changed(confidence="90%"), "a percentage"),
        (changed(confidence="90 percent"), "a percentage"),
        (changed(confidence="0.9"), None),
        (changed(found=[{"place": "2", "words": GOOD["found"][0]["words"]}]), None),
        (changed(found=[{"place": "Passage 2", "words": GOOD["found"][0]["words"]}]), "the number of a passage"),
        (changed(found={"place": "[2]", "words": GOOD["found"][0]["words"]}), "one item where a list was wanted"),
        (changed(by="None"), "a null in words"),
        (WITHOUT_NULL, "a null left out"),
        (TEXT.replace('"label"', '"Label"').replace('"why"', '"Why"'), "the name of a field"),
        (f"{TEXT[:-1]},}}", "loose JSON"),
        (TEXT.replace('"}]', '",},]'), "loose JSON"),
        (repr(GOOD), "loose JSON"),
        (TEXT.replace('"label"', "label").replace('"fits"', "fits"), "loose JSON"),
        (TEXT.replace("null", "None"), "loose JSON"),
    ],
)
def test_a_good_reply_counts_however_it_is_wrapped(text: str, mend: str | None) -> None:
    answer, mends = read_reply(text, Judged)
    assert answer == Judged.model_validate(GOOD)
    assert (mend in mends) if mend else not mends


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I'm sorry, but I can't help with that.",
        "{}",
        TEXT[:-20],
        TEXT[:-1],
        f"<think>{TEXT}</think>",
        f"<think>{TEXT} But wait, does it?",
        f"<|channel|>analysis<|message|>{TEXT}<|end|>",
        f"{TEXT}\n{OTHER}",
        f"[{TEXT}, {OTHER}]",
        f"```json\n{TEXT}\n```\n```json\n{OTHER}\n```",
        f'{TEXT}\nNo: {{"found": [',
        TEXT.replace('"fits"', '"fits" or "does_not_fit"'),
        TEXT.replace('"fits"', '"fits" "does_not_fit"'),
        TEXT.replace('"fits"', "fits|does_not_fit"),
        TEXT.replace('"label": "fits"', '"label": "fits", "label": "does_not_fit"'),
        changed(label="fit"),
        changed(label="true"),
        changed(label="fits or does not fit"),
        changed(label=["fits"]),
        changed(label=None),
        changed(why=""),
        changed(confidence=8),
        changed(confidence=1.5),
        changed(confidence=150),
        changed(confidence=-1),
        changed(confidence="high"),
        changed(confidence=True).replace("true", '"yes"'),
        json.dumps({name: value for name, value in GOOD.items() if name != "label"}),
        json.dumps({name: value for name, value in GOOD.items() if name != "found"}),
        json.dumps({"one": GOOD, "two": GOOD | {"label": "does_not_fit"}}),
        "{" * 5000,
        "[" * 100_000,
        '{"a":' * 20_000,
        "__import__('os').abort()",
    ],
)
def test_what_is_not_certain_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError):
        read_reply(text, Judged)


def test_a_list_without_its_name_is_taken_unless_it_is_empty_or_cut_off() -> None:
    answer, mends = read_reply(f"Here: {LIST}", Listed)
    assert [item.place for item in answer.items] == [1, 2]
    assert "a list without its name items" in mends
    for bad in ("[]", "{}", f'{{"items": {LIST[:-1]}', f'{{"items": {LIST[:-1]}, {{"place"', "There are none: []"):
        with pytest.raises(ValidationError):
            read_reply(bad, Listed)


KEPT = st.characters(codec="utf-8", exclude_characters="\0")
"""What every database keeps."""
ANSWERS = st.fixed_dictionaries(
    {
        "found": st.lists(
            st.fixed_dictionaries({"place": st.integers(0, 99), "words": st.text(KEPT, max_size=20)}), max_size=3
        ),
        "why": st.text(KEPT, min_size=1, max_size=30),
        "label": st.sampled_from(["fits", "does_not_fit", "nobody_knows"]),
        "confidence": st.floats(0, 1),
        "by": st.none() | st.sampled_from(["the_desk", "a_reader"]),
    }
)


@given(ANSWERS, st.sampled_from(["{}", "Sure: {}", "```json\n{}\n```", "<think>{{so}}</think>{}", "{}\nThat is all."]))
def test_an_answer_comes_out_of_its_wrapping_as_it_was(answer: dict[str, Any], wrapping: str) -> None:
    text = wrapping.replace("{}", json.dumps(answer)).replace("{{so}}", "{so}")
    assert read_reply(text, Judged)[0] == Judged.model_validate_json(json.dumps(answer))


@given(ANSWERS, st.integers(1, 400))
def test_a_reply_that_breaks_off_is_never_an_answer(answer: dict[str, Any], kept: int) -> None:
    text = json.dumps(answer)
    if kept < len(text):
        with pytest.raises(ValueError):
            read_reply(text[:kept], Judged)


@given(ANSWERS, st.integers(0, 300), st.sampled_from(['"', "'", ",", ":", "{", "}", "[", "]", "\\", " refuted "]))
def test_a_label_comes_out_of_broken_json_only_as_it_was_written(answer: dict[str, Any], place: int, junk: str) -> None:
    text = json.dumps(answer)
    try:
        read, _ = read_reply(text[:place] + junk + text[place:], Judged)
    except ValueError:
        return
    assert read.label == answer["label"]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_reply(text, Judged)


def test_what_was_mended_is_told_to_whoever_keeps_the_trace() -> None:
    model = Model(Scripted([f"Sure: {changed(label='FITS')}"]))
    with collecting_mends() as mends:
        answer, usage = model.ask(Rendered("Does it?", "x@1+0"), Judged, lambda judged: judged.label)
    assert answer == "fits" and usage.calls == 1
    assert mends == ["words around the answer", "the spelling of a label"]


def test_the_form_of_a_reply_is_made_by_one_thread_however_many_ask_first() -> None:
    at_once, making = threading.Barrier(8), []

    class Late(Judged):
        @classmethod
        def model_json_schema(cls, *given: Any, **named: Any) -> dict[str, Any]:
            making.append(threading.get_ident())
            time.sleep(0.05)
            return super().model_json_schema(*given, **named)

    def ask(_: int) -> Any:
        at_once.wait(60)
        return form_of(Late)

    with ThreadPoolExecutor(8) as pool:
        forms = list(pool.map(ask, range(8)))
    assert len(making) == 1 and all(form is forms[0] for form in forms)
