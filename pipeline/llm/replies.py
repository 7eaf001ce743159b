"""Reading a reply as services really send it: tolerant of its wrapping, strict about its meaning.

Thoughts, words, fences and marks around the answer are set aside, and loose JSON is read by json-repair. What comes
out counts only if it holds each word of the reply in order and as many brackets: so nothing is dropped, completed or
made up. The last complete object that fits the schema is the answer; where the text goes on with another one, or
gives several at once that differ, there is none.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.llm.reply_values import fitted

S = TypeVar("S", bound=BaseModel)

_ENDLESS = "thoughts without an end"

_MOST_STARTS = 400
"""How many opening brackets are tried: a reply of brackets alone must not take a minute."""
_MOST_LOOSE_STARTS = 5
_LONGEST_LOOSE = 60_000
"""Of so many characters at most loose JSON is read; the library takes the square of it at worst."""

_NAMES = r"think|thinking|thought|thoughts|reasoning|reason|analysis|reflection|scratchpad|seed:think"
_OPENING = re.compile(rf"<(?:{_NAMES})>|\[THINK\]|◁think▷|<\|begin_of_thought\|>|<\|START_THINKING\|>", re.IGNORECASE)
_CLOSING = re.compile(rf"</(?:{_NAMES})>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>|<\|END_THINKING\|>", re.IGNORECASE)
_CHANNEL = re.compile(r"<\|channel\|>\s*+(\w++)(?:(?!<\|channel\|>)[^{}])*?<\|message\|>")
_TOKEN = re.compile(r"<[|｜][^|｜<>\s]{1,40}[|｜]>|</?s>|<[be]os>|<(?:start|end)_of_turn>|\[/?INST\]|<pad>|<unk>")
_FENCE = re.compile(r"[`~]{3,}[ \t]*(?:json[c5l]?\b)?|^\s*json\s*$", re.IGNORECASE | re.MULTILINE)
_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*+"|//[^\n]*|/\*.*?\*/|(?<=\s)#[^\n]*', re.DOTALL)
"""Words in quotation marks, which stay, or a comment."""
_INVISIBLE = re.compile("[\\ufeff\\u200b\\u2060]")
_BRACKET = re.compile(r"[{\[]")
_UNSTORABLE = re.compile("[\\0\ud800-\udfff]")
"""What no database keeps: NUL, and half a pair of characters."""


class _TwiceNamed(ValueError):
    """A field has two values, so that nobody can tell which one is meant."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if any(fields[name] is not value and fields[name] != value for name, value in pairs):
        raise _TwiceNamed("the reply gives one field twice, with different values")
    return fields


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_once)  # line breaks stand in strings as they are


@dataclass(frozen=True)
class _Found:
    """An object found in a text, and where it stands."""

    value: Any
    start: int
    end: int
    loose: bool = False


@dataclass(frozen=True)
class _Fit(Generic[S]):
    """An object that fits the schema, and what was mended in it."""

    found: _Found
    answer: S
    mends: tuple[str, ...]


def form_of(schema: type[BaseModel]) -> Mapping[str, Any]:
    """Return the JSON schema of a reply, made once: pydantic makes it for one thread at a time only."""
    with _making:
        return _form_of(schema)


@lru_cache(maxsize=64)
def _form_of(schema: type[BaseModel]) -> Mapping[str, Any]:
    return schema.model_json_schema()


_making = threading.Lock()


def read_reply(text: str, schema: type[S]) -> tuple[S, tuple[str, ...]]:
    """Return the answer of a reply, and what had to be mended for it; raises ValueError where there is none."""
    text = _UNSTORABLE.sub("\ufffd", text)
    partly: S | None = None
    try:
        as_it_is = schema.model_validate_json(text)
        if _storable(json.loads(text, strict=False, object_pairs_hook=_once))[1] is None:
            if not getattr(as_it_is, "unread", ()):
                return as_it_is, ()
            partly = as_it_is  # some of its answers may be mended
        said: ValueError = ValueError("the reply holds characters that are none")
    except ValidationError as error:
        said = error
    answer, mends = _answer_part(text)
    fits, problem = _fitting(answer, schema)
    if not fits and partly is not None:
        return partly, ()
    if not fits:
        raise problem or said
    last = _the_one(fits, answer, must_end=_ENDLESS in mends)
    more = (*_around(fits, answer), *(("loose JSON",) if last.found.loose else ()), *last.mends)
    if partly is not None and not (mends or more):
        return partly, ()
    return last.answer, (*mends, *more) or ("line breaks within words",)


def whole_part(text: str) -> str | None:
    """Return of a reply that was cut off what is whole, closed as JSON closes it; None where nothing is.

    That is the reply itself where it breaks off behind its answer, else the answer with the whole objects of its list.
    Words before an answer that breaks off, or behind one that does not, may go on to another one: then nothing is.
    """
    answer, mends = _answer_part(text)
    if _ENDLESS in mends:
        return None
    open_, start, end = _last_nesting(answer)
    if start is None or _is_said(answer[:start] if open_ else answer[end:]):
        return None
    return answer[start:end] + "".join(_CLOSES[each] for each in reversed(open_)) if open_ else text


_CLOSES = {"{": "}", "[": "]"}
_MARK = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\]]', re.DOTALL)


def _last_nesting(text: str) -> tuple[str, int | None, int]:
    """Return the brackets that the last outermost object or list leaves open, of it and of a list of objects in it.

    Also where it begins (None where none does), and where it ends: behind its last whole object where it breaks off.
    """
    nested, kept, start, end = "", "", None, 0
    first = _BRACKET.search(text)  # before it, a quotation mark opens no string of JSON
    for mark in _MARK.finditer(text, first.start()) if first else ():
        sign = mark[0]
        if sign in "{[":
            start, end, kept = (start, end, kept) if nested else (mark.start(), 0, "")
            nested += sign
        elif sign in "}]":
            nested = nested[:-1]
            if not nested or nested in ("[", "{["):
                end, kept = mark.end(), nested
    if not nested:
        return "", start, end
    return kept, start if kept else None, end


def _storable(value: Any) -> tuple[Any, str | None]:
    """Return what JSON says in characters that every database keeps, and what was mended for it, if anything."""
    written = json.dumps(value, ensure_ascii=False)
    if "\\u0000" not in written and not _UNSTORABLE.search(written):
        return value, None
    return _without_odd(value), "characters that are none"


def _without_odd(value: Any) -> Any:
    if isinstance(value, dict):
        return {_without_odd(name): _without_odd(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_without_odd(each) for each in value]
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value


def _answer_part(text: str) -> tuple[str, tuple[str, ...]]:
    """Return what of a reply may be the answer, and what was set aside."""
    visible = _INVISIBLE.sub("", text)
    mends = ["invisible marks"] if visible != text else []
    text = visible
    if (inner := _in_a_string(text)) is not None:
        text = inner
        mends.append("JSON within JSON")
    if channels := list(_CHANNEL.finditer(text)):
        if channels[-1][1] == "analysis":
            return "", ("channels",)
        text = text[channels[-1].end() :]
        mends.append("channels")
    if closings := list(_CLOSING.finditer(text)):
        text = text[closings[-1].end() :]
        mends.append("thoughts before the answer")
    opening = _OPENING.search(text)
    if opening and "{" not in text[: opening.start()]:  # else it is a word of the answer
        text = text[opening.end() :]
        mends.append(_ENDLESS)
    return text, tuple(mends)


def _in_a_string(text: str) -> str | None:
    """Return what a reply says that is one string of JSON; None for any other."""
    try:
        value = json.loads(text) if text.lstrip().startswith('"') else None
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _fitting(text: str, schema: type[S]) -> tuple[list[_Fit[S]], ValueError | None]:
    """Return the objects of a text that fit the schema, strictly written or else loose; and what is wrong with one."""
    form = form_of(schema)
    problems: list[ValueError] = []
    for all_found in (_strict(text), _uncommented(text), _loose(text)):
        fits: list[_Fit[S]] = []
        for found in all_found:
            try:
                whole, mend = _storable(found.value)
                value, mends = fitted(whole, form, inside=bool(_BRACKET.search(text, 0, found.start)))
                fits.append(_Fit(found, schema.model_validate(value), (*mends, *((mend,) if mend else ()))))
            except ValueError as error:
                problems += [error] if found.value else []
        if fits:
            return fits, None
    return [], problems[-1] if problems else None


def _strict(text: str) -> Iterator[_Found]:
    """Yield the outermost objects, and lists that stand in none, that are written as JSON has it."""
    at = 0
    for _ in range(_MOST_STARTS):
        opening = _BRACKET.search(text, at)
        if opening is None:
            return
        try:
            value, at = _DECODER.raw_decode(text, opening.start())
        except _TwiceNamed:
            raise
        except (ValueError, RecursionError):
            at = opening.end()
            continue
        if isinstance(value, dict) or "{" not in text[: opening.start()]:
            yield _Found(value, opening.start(), at)


def _uncommented(text: str) -> Iterator[_Found]:
    """Yield what is JSON but for comments, `// so` and `/* so */` and `# so`, outside of its words."""
    plain = _COMMENT.sub(lambda found: found[0] if found[0].startswith('"') else " " * len(found[0]), text)
    if plain != text:
        for found in _strict(plain):
            yield replace(found, loose=True)


def _loose(text: str) -> Iterator[_Found]:
    """Yield what is nearly JSON, from the first bracket that gives anything to the last one that closes."""
    import json_repair  # most replies need none, and neither does whoever only opens a model

    last = max(text.rfind("}"), text.rfind("]")) + 1
    for opening in islice(_BRACKET.finditer(text, 0, last), _MOST_LOOSE_STARTS):
        region = text[opening.start() : last]
        if len(region) > _LONGEST_LOOSE:
            continue
        try:
            value = json_repair.loads(region, skip_json_loads=True)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict | list) and _holds_all(value, region):
            yield _Found(value, opening.start(), last, loose=True)
            return


def _holds_all(value: Any, region: str) -> bool:
    """Tell whether what was read holds each word of the text in order, and as many brackets."""
    written = json.dumps(value, ensure_ascii=False)
    return _words(written) == _words(region) and all(written.count(each) == region.count(each) for each in "{}[]")


def _words(text: str) -> list[str]:
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
    words = re.findall(r"\w+", re.sub(r"\\.", " ", plain))
    return [{"None": "null", "True": "true", "False": "false"}.get(word, word) for word in words]


def _the_one(fits: Sequence[_Fit[S]], text: str, must_end: bool) -> _Fit[S]:
    """Return the last object; raise ValueError where it is not clear that it is the answer."""
    last = fits[-1]
    after = text[last.found.end :]
    if re.search(r"\{\s*[\"']\w", after):
        raise ValueError("the reply goes on with another object after the answer: give one object")
    if must_end and _is_said(after):
        raise ValueError("the reply ends in thoughts: give the answer after them")
    for before, behind in pairwise(fits):
        if before.answer != behind.answer and not _is_said(text[before.found.end : behind.found.start]):
            raise ValueError("the reply gives several objects that differ: give one object")
    return last


def _is_said(text: str) -> bool:
    """Tell whether anything stands in a text but fences, marks and commas."""
    return bool(_FENCE.sub("", _TOKEN.sub("", text)).strip(" \t\r\n,;"))


def _around(fits: Sequence[_Fit[S]], text: str) -> tuple[str, ...]:
    """Name what stands around the answer."""
    first, last = fits[0].found, fits[-1].found
    around = f"{text[: first.start]}\n{text[last.end :]}"
    named = {"special tokens": _TOKEN.search(around), "a fence": _FENCE.search(around)}
    mends = [name for name, found in named.items() if found]
    mends += ["words around the answer"] if _is_said(around) else []
    return (*mends, *(("given more than once",) if len(fits) > 1 else ()))
