"""What people send: forms read into values, and kept as they were typed when something stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal, get_args

from fastapi import Request
from fastapi.datastructures import FormData
from pydantic import ValidationError

from pipeline.core.errors import InputError
from pipeline.core.models import AddedEvidence, Correction, DeskOutcome, Label, Note, ReasonCode

Decision = Literal["accept", "correct", "dismiss"]
_ROWS = 2
"""Rows for added evidence on an empty form."""
_MOST_ROWS = 20


async def read_form(request: Request) -> FormData:
    """Return the form that was sent; a file where text belongs is no text."""
    return await request.form(max_files=0, max_fields=1_000)


def text_of(form: FormData, name: str, most: int = 5_000) -> str:
    """Return a field without white space around it; raises InputError when it is longer than the page allows."""
    value = form.get(name, "")
    text = value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""
    if len(text) > most:
        raise InputError(f"{name} is longer than {most} characters; shorten it")
    return text


def number_of(form: FormData, name: str) -> int:
    """Return a number that the page itself had put in; raises InputError when it is none."""
    text = text_of(form, name, 20)
    if not text.isascii() or not text.isdigit():
        raise InputError(f"the form lacks {name}; reload the page and try again")
    return int(text)


def reason_of(form: FormData) -> ReasonCode | None:
    """Return the reason that was chosen; raises InputError for one there is not."""
    text = text_of(form, "reason", 40)
    for code in get_args(ReasonCode):
        if code == text:
            return code  # type: ignore[no-any-return]
    if text:
        raise InputError(f"reason: choose one of {', '.join(get_args(ReasonCode))}")
    return None


@dataclass(frozen=True)
class Draft:
    """What stands in a form: enough to fill it again. What is too long is refused later, with the form in view."""

    action: str = ""
    label: str = ""
    justification: str = ""
    flags: tuple[int, ...] | None = None
    """Positions of the flags that are ticked; None for all."""
    note_id: int | None = None
    """The note in view when it was typed."""
    noted: str = ""
    """The wording of the note in view: the same wording is no correction."""
    evidence: tuple[tuple[str, str], ...] = (("", ""),) * _ROWS
    reason: str = ""
    comment: str = ""
    assignee: str = ""

    @classmethod
    def of_note(cls, note: Note, current: DeskOutcome) -> Draft:
        """Return the form as it opens: what the desk says now."""
        noted = DeskOutcome.of(note)
        shown = noted if current.dismissed else current
        return cls(
            label=shown.label if shown.label and shown.label != noted.label else "",
            justification=shown.justification or "",
            flags=_kept(note, shown),
        )

    @classmethod
    def of_outcome(cls, outcome: DeskOutcome, reason: str) -> Draft:
        """Return a form filled with the outcome of another claim; this one's flags stay ticked."""
        evidence = tuple((each.url or "", each.text or "") for each in outcome.evidence)
        return cls(
            action="dismiss" if outcome.dismissed else "correct",
            label=outcome.label or "",
            justification=outcome.justification or "",
            evidence=(*evidence, ("", "")),
            reason=reason,
        )

    @classmethod
    def of_form(cls, form: FormData) -> Draft:
        """Return what was typed."""
        urls = [value.strip() for value in form.getlist("evidence_url") if isinstance(value, str)]
        texts = [value.strip() for value in form.getlist("evidence_text") if isinstance(value, str)]
        rows = tuple(zip_longest(urls[:_MOST_ROWS], texts[:_MOST_ROWS], fillvalue=""))
        return cls(
            action=text_of(form, "action", 20),
            label=text_of(form, "label", 40),
            justification=text_of(form, "justification", 100_000),
            note_id=number_of(form, "note") if "note" in form else None,
            noted=text_of(form, "noted", 500_000),
            flags=_ticked(form),
            evidence=rows or (("", ""),) * _ROWS,
            reason=text_of(form, "reason", 40),
            comment=text_of(form, "comment", 100_000),
            assignee=text_of(form, "assignee", 10_000),
        )

    def correction(self) -> Correction | None:
        """Return what a correction changes of the note in view; None for another action. Raises InputError."""
        if self.action != "correct":
            return None
        same = self.justification.split() == self.noted.split()
        try:
            return Correction.model_validate(
                {
                    "label": self.label or None,
                    "justification": None if same else self.justification,
                    "flags": self.flags,
                    "evidence": tuple(
                        AddedEvidence(url=url or None, text=text or None) for url, text in self.evidence if url or text
                    ),
                }
            )
        except ValidationError as error:
            raise InputError(f"verdict: choose one of {', '.join(get_args(Label))}") from error


def _ticked(form: FormData) -> tuple[int, ...] | None:
    if "flag_count" not in form:
        return None
    values = (value for value in form.getlist("flag") if isinstance(value, str))
    ticked = tuple(sorted({int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 6}))
    return None if len(ticked) == number_of(form, "flag_count") else ticked


def _kept(note: Note, current: DeskOutcome) -> tuple[int, ...] | None:
    """Return the positions of the note's flags that the desk keeps; None for all."""
    kept = tuple(index for index, flag in enumerate(note.flags) if flag in current.flags)
    return None if len(kept) == len(note.flags) else kept
