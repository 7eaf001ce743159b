"""Word lists of claim detection, read once from `pipeline/data/`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from pipeline.remembering import once_for_each

_WIDER = (
    "quoting",
    "to_do",
    "about_something",
    "clause",
    "feelings",
    "statements",
    "documents",
    "honorifics",
    "giving",
    "given",
)


@dataclass(frozen=True)
class Reporting:
    """Verbs and nouns that carry what others say."""

    cues: frozenset[str]
    """Lemmas that take reported content, such as `argue`."""
    naming: frozenset[str]
    """Lemmas that take an object and its description, such as `describe`."""
    inanimate: frozenset[str]
    """Cues that report only when their subject can speak: a study `suggests`, a shift does not."""
    voices: frozenset[str]
    """Lemmas of nouns that can speak without a name, such as `analyst`."""
    quoting: frozenset[str]
    """Lemmas that only quoted words follow or precede, such as `mutter`."""
    to_do: frozenset[str]
    """Lemmas of attitudes to what one may do, such as `refuse to`."""
    about_something: frozenset[str]
    """Lemmas of attitudes to a thing, such as `endorse`."""
    about_particles: Mapping[str, frozenset[str]]
    """Lemmas of attitudes with the words they need, such as `call for`."""
    clause: frozenset[str]
    """Lemmas of attitudes and questions with a clause, such as `realise that` or `ask whether`."""
    feelings: frozenset[str]
    """Adjectives of attitude, such as `confident that`."""
    statements: frozenset[str]
    """Nouns of speech and thought, such as `claim that`."""
    documents: frozenset[str]
    """Nouns of what can be quoted, such as `poll`."""
    honorifics: frozenset[str]
    """Titles before a name, without full stop."""
    giving: frozenset[str]
    """Lemmas that make a statement of a noun, such as `voice` in `voiced support for`."""
    given: frozenset[str]
    """Nouns for that besides `statements`, such as `support`."""


@dataclass(frozen=True)
class Evaluative:
    """Language of opinion and prediction in the author's own voice."""

    future: frozenset[str]
    duty: frozenset[str]
    future_phrases: tuple[str, ...]
    hedge: frozenset[str]
    strong: frozenset[str]
    weak: frozenset[str]
    idioms: tuple[str, ...]
    interpreting: frozenset[str]
    abstract_subjects: frozenset[str]


def read_data(name: str) -> dict[str, Any]:
    """Return a JSON file of `pipeline/data/`."""
    data: dict[str, Any] = json.loads(resources.files("pipeline").joinpath("data", name).read_text("utf-8"))
    return data


@once_for_each
def reporting() -> Reporting:
    """Return the verbs and nouns of reported speech."""
    data = read_data("reporting_language.json")
    return Reporting(
        cues=frozenset(data["cues"]),
        naming=frozenset(data["naming"]),
        inanimate=frozenset(data["inanimate_only"]),
        voices=frozenset(data["voices"]),
        **{name: frozenset(data[name]) for name in _WIDER},
        about_particles={verb: frozenset(words) for verb, words in data["about_particles"].items()},
    )


@once_for_each
def evaluative() -> Evaluative:
    """Return the language of opinion and prediction."""
    data = read_data("evaluative_language.json")
    return Evaluative(
        **{name: frozenset(data[name]) for name in ("future", "duty", "hedge", "strong", "weak")},
        future_phrases=tuple(data["future_phrases"]),
        idioms=tuple(data["idioms"]),
        interpreting=frozenset(data["interpreting"]),
        abstract_subjects=frozenset(data["abstract_subjects"]),
    )
