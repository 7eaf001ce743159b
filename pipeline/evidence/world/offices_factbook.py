"""Heads of state and government out of the history of the World Factbook: who was named when, and since which day.

Only what stands in the form `Title Given SURNAME (since 3 May 2019)` is read; anything else in a field is left out. A
term ends on the day from which the next holder is named, where the page still named the old one shortly before.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from pipeline.core.english import MONTHS, find_place
from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.evidence.offices.lexicon import lexicon
from pipeline.evidence.offices.person_names import light_key
from pipeline.evidence.world.sources_git import Clone, Version

REPOSITORY = "factbook/factbook.json"
SOURCE = "factbook"
_FOLDERS = (
    "africa",
    "australia-oceania",
    "central-america-n-caribbean",
    "central-asia",
    "east-n-southeast-asia",
    "europe",
    "middle-east",
    "north-america",
    "south-america",
    "south-asia",
)
_OFFICES = {
    "president": "President",
    "prime minister": "Prime Minister",
    "taoiseach (prime minister)": "Taoiseach",
    "taoiseach": "Taoiseach",
    "chancellor": "Chancellor",
    "federal chancellor": "Chancellor",
    "premier": "Premier",
    "king": "King",
    "queen": "Queen",
    "emperor": "Emperor",
    "sultan": "Sultan",
    "amir": "Emir",
    "emir": "Emir",
    "pope": "Pope",
}
_ACTING = ("acting", "interim", "caretaker", "transitional", "transition")
_TITLES = "|".join(re.escape(title) for title in sorted(_OFFICES, key=len, reverse=True))
_WHEN = rf"(?:(?P<day>\d{{1,2}}) )?(?:(?P<month>{'|'.join(MONTHS)}) )?(?P<year>\d{{4}})"
_HOLDER = re.compile(
    rf"(?:(?P<acting>{'|'.join(_ACTING)}) )?(?P<title>{_TITLES}) (?P<name>[^();\d]+?)"
    rf"(?: \((?P<party>[^()]*)\))? \(since {_WHEN}\)",
    re.IGNORECASE,
)
_SURNAME = re.compile(r"[A-ZÀ-Þ]{2}|[A-ZÀ-Þ]['’][A-ZÀ-Þ]")
_RANKS = frozenset(
    [
        "lt",
        "gen",
        "maj",
        "col",
        "brig",
        "adm",
        "capt",
        "dr",
        "sir",
        "dame",
        "field",
        "marshal",
        "general",
        "colonel",
        "lieutenant",
        "major",
        "amb",
        "prof",
        "eng",
        "hon",
    ]
)
_ALL_READ_ANEW = "auto-update"
"""How the message of a commit begins for which every page was read anew."""
_LAG = timedelta(days=45)
"""The page may name somebody so long after the term: it is not believed to be right later than so before its date."""
_CREDIBLE = timedelta(days=3 * 365)
_SEEN_SHORTLY = timedelta(days=28)
_SAME_LETTERS = 0.85


class Holder(NamedTuple):
    """One holder as a version of a page names them."""

    office: str
    name: str
    since: PartialDate
    acting: bool


@dataclass
class _Tenure:
    holder: Holder
    first: date
    last: date
    names: dict[str, None] = field(default_factory=dict)
    restated: bool = False


def holders_in(text: str) -> list[Holder]:
    """Return who a field names, in the parts of it that are understood.

    >>> holders_in("Acting President Ana Maria LOBO (since 3 May 2019); note - elected by nobody")
    [Holder(office='President', name='Ana Maria LOBO', since=PartialDate(root='2019-05-03'), acting=True)]
    """
    found = (_HOLDER.fullmatch(part.strip()) for part in text.split(";"))
    return [_holder(match) for match in found if match and written_names(match["name"])]


def _holder(match: re.Match[str]) -> Holder:
    month = [each.lower() for each in MONTHS].index(match["month"].lower()) + 1 if match["month"] else None
    parts = [match["year"]] + ([f"{month:02d}"] if month else [])
    parts += [f"{int(match['day']):02d}"] if month and match["day"] else []
    office = _OFFICES[match["title"].lower()]
    return Holder(office, match["name"].strip(), PartialDate("-".join(parts)), match["acting"] is not None)


def written_names(name: str) -> tuple[str, ...]:
    """Return a name with its surname in capitals as names are written: whole, and with the first given name alone.

    >>> written_names("Ana Maria LOBO"), written_names("KIM Il-ho")
    (('Ana Maria Lobo', 'Ana Lobo'), ('Kim Il-ho',))
    """
    words = [word for word in name.replace(",", "").split() if word.rstrip(".").lower() not in _RANKS]
    small = [word for word in words if word[0].islower() and not word.startswith(("al-", "el-", "d'"))]
    if any(word not in lexicon().particles for word in small):
        return ()  # more than a name, such as `serving as caretaker`
    loud = [bool(_SURNAME.search(word)) for word in words]
    plain = [_lowered(word) if is_loud else word for word, is_loud in zip(words, loud, strict=True)]
    if not any(loud):
        return ()
    first = loud.index(True)
    last = next((at for at in range(first, len(loud)) if not loud[at]), len(loud))
    short = [plain[0], *plain[first:last]] if first > 1 else []
    return tuple(dict.fromkeys(" ".join(each) for each in (plain, short) if each))


def _lowered(word: str) -> str:
    if re.fullmatch(r"[IVX]+", word):
        return word
    word = re.sub(r"[^\W\d_]+", lambda part: part[0][:1] + part[0][1:].lower(), word)
    return "al-" + word[3:] if word.startswith("Al-") else word


def records_of(clone: Clone) -> list[OfficeRecord]:
    """Return the records of every country."""
    files: dict[str, list[tuple[Version, str]]] = defaultdict(list)
    for folder in _FOLDERS:
        for version in clone.versions(folder):
            for path in clone.paths(folder, version.commit):
                files[path.rpartition("/")[2]].append((version, f"{version.commit}:{path}"))  # pages are moved
    records: list[OfficeRecord] = []
    for _, found in sorted(files.items()):
        versions = sorted(found, key=lambda each: each[0].day)
        pages = clone.read_many([name for _, name in versions])
        records += _of_country(zip((version for version, _ in versions), pages, strict=True))
    return records


def newest_records(clone: Clone) -> list[OfficeRecord]:
    """Return whom the newest pages name, not verified: pages are misread, and here no older ones show it.

    Raises ValueError where the newest commit did not read every page anew: a page may then be of any day.
    """
    if not clone.head.message.startswith(_ALL_READ_ANEW):
        raise ValueError("its last change did not bring every page anew")
    records = (record.model_dump(exclude={"id"}) for record in records_of(clone))
    return [OfficeRecord(**{**record, "verified": False}) for record in records]


def _of_country(pages: Iterable[tuple[Version, bytes | None]]) -> list[OfficeRecord]:
    seen: dict[str, list[_Tenure]] = defaultdict(list)
    country: str | None = None
    before: bytes | None = None
    last = date.min
    for version, page in pages:
        fresh = version.message.startswith(_ALL_READ_ANEW)  # else a page that is as it was may only not have been read
        if page is None or (page == before and not fresh):
            continue
        if page != before:
            if not (government := _government(page)):
                continue  # no page at all, as a file that was moved by mistake
            country = _country(government) or country
            named = list(_named(government))
        before, last = page, version.day
        for holder in named:
            _see(seen[holder.office], holder, version.day)
    return [record for tenures in seen.values() for record in _records(tenures, country, last)] if country else []


def _government(page: bytes) -> dict[str, Any]:
    try:
        found = json.loads(page).get("Government", {})
    except (ValueError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


def _country(government: dict[str, Any]) -> str | None:
    if government.get("Dependency status"):
        return None
    names = government.get("Country name", {})
    for key in ("conventional short form", "conventional long form"):
        text = names.get(key, {}).get("text", "") if isinstance(names, dict) else ""
        place = find_place(text.removeprefix("The ").removeprefix("the ")) if text else None
        if place and place.kind == "country":
            return place.name
    return None


def _named(government: dict[str, Any]) -> Iterator[Holder]:
    branch = government.get("Executive branch", {})
    for key in ("chief of state", "head of government"):
        entry = branch.get(key, {}) if isinstance(branch, dict) else {}
        yield from holders_in(entry.get("text", "") if isinstance(entry, dict) else str(entry))


def _see(tenures: list[_Tenure], holder: Holder, day: date) -> None:
    """Count a holder as seen on a day; a name that is written another way is the same holder's."""
    for tenure in tenures:
        same = tenure.holder.since == holder.since and tenure.holder.acting == holder.acting
        if same and any(_is_spelled_alike(name, holder) for name in tenure.names):
            tenure.last = max(tenure.last, day)
            tenure.names[holder.name] = None
            return
    tenures.append(_Tenure(holder, day, day, {holder.name: None}))


def _is_spelled_alike(name: str, holder: Holder) -> bool:
    """Tell whether a name has a word of a holder's, or nearly its letters where both are named since one day.

    Pages go over to other spellings of Arabic, Greek and Cyrillic names, in which no word is as it was.
    """
    one, other = light_key(name).split(), light_key(holder.name).split()
    if set(one) & set(other):
        return True
    letters = SequenceMatcher(None, "".join(one), "".join(other), autojunk=False)
    return holder.since.precision == "day" and letters.ratio() >= _SAME_LETTERS


def _records(tenures: list[_Tenure], country: str, last: date) -> Iterator[OfficeRecord]:
    ordered = sorted(tenures, key=lambda each: (each.holder.since.earliest, each.last))
    joined = _without_strays(_joined([each for each in ordered if not _is_misdated(each, ordered)]))
    for at, tenure in enumerate(joined):
        following = joined[at + 1] if at + 1 < len(joined) else None
        end = _end(tenure, following.holder.since) if following else None
        if end and end.latest <= tenure.holder.since.earliest:
            continue  # the page wrote one holder's name in two ways
        names = [name for written in tenure.names for name in written_names(written)]
        short = min(names, key=lambda name: (len(name.split()) < 2, len(name)))
        yield OfficeRecord(
            person=short,
            aliases=tuple(name for name in dict.fromkeys(names) if name != short),
            office=tenure.holder.office,
            country=country,
            start=tenure.holder.since,
            end=end,
            as_of=max((last if end else tenure.last) - _LAG, tenure.holder.since.latest),
            acting=tenure.holder.acting,
            verified=not tenure.restated,
            source_url="https://github.com/factbook/factbook.json",
            source=SOURCE,
        )


def _joined(tenures: list[_Tenure]) -> list[_Tenure]:
    """Join what a page tells of one holder with several days: of a second term, or mended."""
    joined: list[_Tenure] = []
    for tenure in tenures:
        last = joined[-1] if joined else None
        if last and last.holder.acting == tenure.holder.acting and _is_same_person(last, tenure):
            last.first = min(last.first, tenure.first)
            last.last = max(last.last, tenure.last)
            last.names |= tenure.names
            last.restated = True
        else:
            joined.append(tenure)
    return joined


def _is_misdated(tenure: _Tenure, tenures: list[_Tenure]) -> bool:
    """Tell whether pages named others long after the day from which one is said to have been in office."""
    said = tenure.holder.since.latest + _CREDIBLE
    return any(
        said < other.last and other.last <= tenure.first and not _is_same_person(other, tenure) for other in tenures
    )


def _without_strays(tenures: list[_Tenure]) -> list[_Tenure]:
    """Leave out who is named for a while only in the midst of another's time: a page of another country or office."""
    return [tenure for at, tenure in enumerate(tenures) if not any(tenure.last < other.last for other in tenures[:at])]


def _is_same_person(one: _Tenure, other: _Tenure) -> bool:
    left, right = ({word for name in each.names for word in light_key(name).split()} for each in (one, other))
    return len(left & right) >= 2 or (len(left & right) == 1 and min(len(left), len(right)) == 1)


def _end(tenure: _Tenure, following: PartialDate) -> PartialDate | None:
    """Return the day the next holder is named from, no more exactly than the old one was seen before it."""
    gap = following.earliest - tenure.last
    if gap <= _SEEN_SHORTLY or following.precision == "year":
        return following if gap <= _SEEN_SHORTLY or tenure.last.year == following.earliest.year else None
    return PartialDate(str(following)[:4]) if tenure.last.year == following.earliest.year else None
