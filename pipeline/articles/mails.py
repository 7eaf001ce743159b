"""E-mails, saved or pasted with their headers, and subtitles: the words of the text, and what the rest tells of it."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from pipeline.articles.day_values import read_day
from pipeline.articles.metadata import Metadata
from pipeline.articles.page import shown_words
from pipeline.articles.visible import split_sentences, words_of
from pipeline.core.errors import InputError
from pipeline.core.models import Datum

_HEADER = re.compile(
    r"(?:From|To|Cc|Bcc|Date|Sent|Subject|Reply-To|Message-ID|MIME-Version|Received|Return-Path|Embargo):[ \t]"
)
_FIRST = re.compile(
    r"(?:From|Date|Sent|Subject|Return-Path|Received|Message-ID|MIME-Version|Delivered-To)[: ]", re.IGNORECASE
)
_ANSWERED = re.compile(
    r"^(?:-{2,}\s*(?:Original|Forwarded) [Mm]essage|On .{10,80} wrote:|Begin forwarded message:)", re.MULTILINE
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_FORWARDED = re.compile(r"^\s*(?:re|fwd?|aw|wg|tr)\s*:", re.IGNORECASE)
_CUE = re.compile(r"(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s+-->\s+(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}.*")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]{1,60})>")
_MARK_UP = re.compile(r"</?(?:[ibuc]|v|ruby|rt|lang|font|\d)[^>]{0,80}>|\{\\[^}]{0,40}\}")
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
_ADDRESS = re.compile(r"[<\[(]?(?:https?://|mailto:)[^\s>\])]+[>\])]?|\[\d+\]")
_SHOWN = 100


@dataclass(frozen=True)
class ReadText:
    """The words of a text in another wrapping, with what the wrapping tells."""

    text: str
    metadata: Metadata = Metadata()
    data: tuple[Datum, ...] = ()
    warnings: tuple[str, ...] = ()
    html: str | None = None
    """The page that an e-mail holds instead of words."""


def is_mail(text: str) -> bool:
    """Tell whether a text begins with the headers of an e-mail: three of them, one after the other."""
    lines = text[:4000].lstrip("\ufeff\r\n ").splitlines()
    if not lines or not _FIRST.match(lines[0]):
        return False
    headers = 0
    for line in lines:
        if not line.strip():
            break
        headers += _HEADER.match(line) is not None
    return headers >= 3 or (headers >= 2 and any(line.startswith("Subject:") for line in lines))


def read_mail(data: bytes, text: str) -> ReadText:
    """Return the words of an e-mail without what it answers to and signs with.

    Raises InputError for e-mails that are packed into one another without an end.
    """
    try:
        return _read(data, text)
    except RecursionError as error:
        raise InputError(
            "the e-mail holds others, one within the other, without an end: save the one that is meant as a file"
        ) from error


def _read(data: bytes, text: str) -> ReadText:
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not message.keys():
        message = email.message_from_string(text, policy=email.policy.default)
    subject, sender = _header(message, "Subject"), _header(message, "From")
    day = read_day(_header(message, "Date") or _header(message, "Sent") or "")
    forwarded = bool(subject and _FORWARDED.match(subject))
    words, html, cut = _body(message)
    known = day is not None and day.doubt is None and not forwarded
    data_of = []
    if day:
        why = "" if known else "it was forwarded or answered" if forwarded else day.doubt or ""
        data_of.append(Datum(name="published", value=day.day.isoformat(), source="e-mail Date", known=known, why=why))
    if sender:
        data_of.append(Datum(name="byline", value=sender[:300], source="e-mail From"))
    metadata = Metadata(
        title=subject,
        published_at=day.day if day and known else None,
        estimated_at=day.day if day and not known else None,
    )
    warnings: tuple[str, ...] = ("what the e-mail answers to or forwards was left out",) if cut else ()
    warnings += _differing(message) if words else ()
    return ReadText(words, metadata, tuple(data_of), (*warnings, *_attached(message)), html)


def _differing(message: EmailMessage) -> tuple[str, ...]:
    """Tell where a message says in plain text what stands not in the page that a mail program shows instead."""
    plain, page = (_content(message.get_body(preferencelist=(kind,))) for kind in ("plain", "html"))
    if not plain or not page:
        return ()
    try:
        shown = shown_words(page, "the e-mail")
    except InputError:
        shown = ""
    there = f" {' '.join(words_of(shown))} "
    told = [each for each in split_sentences(_ADDRESS.sub(" ", plain)) if _ENDS.search(each) and " " in each]
    missing = [each for each in told if f" {' '.join(words_of(each))} " not in there]
    if not missing:
        return ()
    first = " ".join(missing[0].split())[:_SHOWN]
    return (
        "the e-mail's plain text, which is read, has sentences that the page shown by mail programs does not have: "
        f"{len(missing)} of {len(told)} sentences, the first “{first}”",
    )


def _content(part: Any) -> str:
    try:
        return str(part.get_content()) if part is not None else ""
    except (LookupError, UnicodeError, KeyError):
        return ""


def _attached(message: EmailMessage) -> tuple[str, ...]:
    try:
        names = [part.get_filename() or "without a name" for part in message.iter_attachments()]
    except (LookupError, AttributeError, TypeError, ValueError):  # parts that the library cannot take apart
        return ()
    return (f"attachments are not read ({', '.join(names)[:100]}): save them as files",) if names else ()


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        return " ".join(str(message.get(name) or "").split()) or None
    except (ValueError, IndexError, AttributeError, TypeError):  # a header that the library cannot take apart
        return None


def _body(message: EmailMessage) -> tuple[str, str | None, bool]:
    """Return the words of a message, or the page it holds instead, and whether an older message was cut off."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return "", None, False
    try:
        content = str(part.get_content())
    except (LookupError, UnicodeError, KeyError):
        return "", None, False
    if part.get_content_type() == "text/html":
        return "", content, False
    own = _SIGNATURE.split(content.replace("\r\n", "\n"), maxsplit=1)[0]
    answered = _ANSWERED.search(own)
    if answered and own[: answered.start()].strip():
        own = own[: answered.start()]
    lines = [line for line in own.split("\n") if not line.startswith(">")]
    return "\n".join(lines).strip(), None, len(lines) < own.count("\n") + 1 or bool(answered)


def is_subtitles(text: str) -> bool:
    """Tell whether a text is subtitles: WebVTT by its first word, SubRip by a number and a line of times."""
    lines = [line.strip() for line in text[:2000].lstrip("\ufeff").splitlines() if line.strip()][:3]
    if lines and lines[0].startswith("WEBVTT"):
        return True
    return len(lines) > 1 and lines[0].isdigit() and _CUE.fullmatch(lines[1]) is not None


def read_subtitles(text: str) -> ReadText:
    """Return what is said in subtitles, a sentence or a speaker a line, without numbers and times."""
    lines: list[str] = []
    for cue in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").lstrip("\ufeff")):
        rows = cue.strip().split("\n")
        at = next((number for number, row in enumerate(rows) if _CUE.fullmatch(row.strip())), None)
        if at is None:
            continue  # the head, a note or a style
        said = _said(rows[at + 1 :])
        joins = lines and said and not _ENDS.search(lines[-1]) and ": " not in said[:40] and not said.startswith("- ")
        if joins:
            lines[-1] += f" {said}"
        elif said:
            lines.append(said)
    return ReadText("\n\n".join(lines), warnings=("times and numbers of subtitles were left out",))


def _said(rows: list[str]) -> str:
    words = " ".join(row.strip() for row in rows if row.strip())
    voiced = _VOICE.sub(lambda match: f"{match[1].upper()}: ", words, count=1)
    return " ".join(_MARK_UP.sub("", voiced).split())
