"""What an office is, whatever its wording: `Minister of Foreign Affairs of X` is `X Foreign Minister`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

from pipeline.core.english import Place, country_of_capital, find_place, find_places, full_state
from pipeline.core.models import OfficeRecord
from pipeline.evidence.offices.lexicon import Lexicon, lexicon
from pipeline.evidence.offices.press_names import in_office_words

_BRACKETS = re.compile(r"\(([^)]*)\)")
_PREFIX = re.compile(r"\b(?:then|ex)[-‐‑]", re.IGNORECASE)
_SUFFIX = re.compile(r"[-‐‑](?:elect|designate)\b", re.IGNORECASE)
_AGE = re.compile(r"\b\d{2,3}[-‐‑]year[-‐‑]old\s+")
_CAPITAL_FIRST = re.compile(r"(?P<city>[A-ZÀ-Þ][\w]+(?: [A-ZÀ-Þ]\w+)?)'s ")
_ORDER = re.compile(r"\b(?:first|last|only)\b(?![-‐‑]| (?:minister|lady|secretary|deputy|vice|lord))")
"""Written small, as in `Chile's first woman president`: which holder, not which office."""
_RANK_BEHIND = re.compile(
    r"(?<=\w)(?:,| [-–—]) (?:(?:Lt|Maj|Brig|Lieutenant|Major|Vice|Rear|Air|Chief|Wing)\.? )*"
    r"(?:General|Gen|Admiral|Adm|Marshal|Colonel|Col|Commodore|Captain|Capt|Sir|Dame|Dr|Prof|Professor)\.?$"
)
"""The rank or style of the person whose name follows: `the chief of staff, General`."""
_TOKEN = re.compile(r"[^\W_][\w'&-]*\.?")
_PREPOSITIONS = {"of", "for", "to", "in", "at", "on", "responsible", "with"}


_OF_A_BODY = (
    ("chief_executive", "managing_director", "chair", "director", "director_general", "president") + ("head", "chief")
) + ("administrator", "leader", "vicechancellor", "manager", "coach", "head_coach", "chief_constable")
_SEATED = ("mp", "senator", "representative", "mayor", "governor", "mla", "msp", "mpp", "mna", "mha", "td")
"""Offices of a place: the words of its name keep their order."""


_OF_STATES = frozenset(
    (*_SEATED, "minister", "head_of_government", "monarch", "vice_president", "ambassador", "envoy", "chancellor")
    + ("attorney_general", "solicitor_general", "chief_justice", "judge", "lieutenant_governor", "heir", "other")
)
"""Offices that are of no body, though a government or a court may stand beside them."""
_GOVERNMENT = frozenset(
    ("government", "executive", "ministry", "department", "treasury", "office", "cabinet", "presidency", "crown")
)
_OF_THE_WHOLE = frozenset(("chief", "principal", "general", "executive", "managing"))
"""Words of a title that name no part of a body."""
OF_PARTIES = ("leader", "whip")
"""Offices of a party: elsewhere `Liberal` or `Democratic` before a title describes the person."""
_PARTY_WORDS = {
    "democrats": "democrat", "democratic": "democrat", "liberals": "liberal", "conservatives": "conservative",
    "tories": "conservative", "tory": "conservative", "republicans": "republican", "socialists": "socialist",
    "greens": "green", "nationalists": "nationalist", "communists": "communist", "labor": "labour",
}  # fmt: skip
_PARTY_NAMES = frozenset((*_PARTY_WORDS.values(),))
_SORTS = frozenset(
    ("county", "city", "town", "state", "province", "borough", "district", "municipality", "village", "school")
    + ("region",)
)
"""What a place is: a title may say it or not."""
_PARTIES = frozenset({"labour", "labor"})
"""Beside a seat they name a party, elsewhere a portfolio."""


class Match(IntEnum):
    """How surely two titles mean one office."""

    NO = 0
    PERHAPS = 1
    """Cannot be told apart for sure: decides nothing."""
    NEAR = 2
    """The one is a shorter way to say the other."""
    SAME = 3


@dataclass(frozen=True)
class Office:
    """An office, parsed."""

    kind: str
    rank: str
    subject: frozenset[str]
    place: str | None
    """Country or organisation, in the standard name."""
    implied: str | None
    """The country of a region that is part of the office."""
    acting: bool
    vague: bool
    """True where the wording leaves open which office it is."""
    seat: tuple[tuple[str, ...], ...] = ()
    """The subject's words in their order, in parts that an `and` joins: `South Down` is no `Down South`."""

    @property
    def is_profession(self) -> bool:
        """True for what has no office record, such as an analyst."""
        return self.kind in lexicon().professions


def plain(text: str) -> str:
    """Return a text in lower case without diacritics."""
    text = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in text if not unicodedata.combining(c)).lower()


@lru_cache(65536)
def parse_office(title: str) -> Office:
    """Parse the title of an office; modifiers such as `former` are not looked at."""
    acting = bool(re.search(r"\bacting\b|\binterim\b", title, re.IGNORECASE))
    title = in_office_words(_AGE.sub("", title))
    title = _RANK_BEHIND.sub("", title)
    brackets = " ".join(_BRACKETS.findall(title))
    text = _BRACKETS.sub(" ", _ORDER.sub(" ", _PREFIX.sub("", _SUFFIX.sub("", title)))).replace("’", "'")
    rest, place, implied, names = _take_places(text)
    bracketed = next((found.name for words in _BRACKETS.findall(title) if (found := find_place(words))), None)
    if bracketed and bracketed != place:
        names |= {plain(place)} if place else set()
        place = bracketed
    words = plain(rest)
    for pattern, new in lexicon().phrases:
        words = pattern.sub(new, words)
    tokens = [token.strip("'") for token in re.sub(r"'s\b", "", words).split() if _TOKEN.match(token)]
    kind, rank, left = _head([token.strip(',;:"') for token in tokens], lexicon())
    ignored = lexicon().stop | lexicon().modifiers.keys()
    if kind in OF_PARTIES:
        left, ignored = [_PARTY_WORDS.get(word, word) for word in left if word != "party"], ignored - _PARTY_NAMES
    subject = {lexicon().synonyms.get(word, word) for word in left if word not in ignored}
    subject = (subject - _PARTIES if kind in _SEATED else subject) | names
    subject = {_host(word) for word in subject} if kind == "ambassador" and _sends(title) else subject
    subject = {lexicon().ministries.get(word, word) for word in subject} if kind == "minister" else subject
    if (kind, place) == ("commissioner", "European Union"):
        place = "European Commission"
    if place is None and (country := _governed_from(text, kind, subject, words)):
        place, subject = country.name, subject - {plain(name) for name in _capital_words(text)}
    if kind == "chief_secretary" and subject & lexicon().portfolio:  # Kenya's `Health Cabinet Secretary`
        kind = "minister"
    vague = kind == "minister" and (_is_junior_record(text, brackets) or not subject)
    if kind == "minister" and "secretary_of_state" in _joined(words) and not subject:
        subject = {"foreign"}
        vague = place not in (None, "United States")
    seat = (
        _seat(re.split(r"\band\b|&", re.sub(r"'s\b", "", words)), ignored)
        if kind in _SEATED and len(subject) > 1
        else ()
    )
    return Office(kind, rank, frozenset(subject), place, implied, acting, vague, seat)


_SENT = re.compile(r"\b(?P<how>to|in) (?P<where>[A-Z]\w+(?: [A-Z]\w+)?)")
_SEATS_OF_OTHERS = (
    *("Rome", "Brussels", "Vienna", "Paris", "London", "Washington", "Nairobi", "Jakarta", "Abuja", "Addis Ababa"),
    *("Montevideo", "Riyadh", "Cairo", "Jeddah", "Tehran", "Bangkok", "Manila", "Strasbourg"),
)
"""Capitals where organisations sit that have ambassadors of their own, as the Holy See has in Rome."""


_SEATS_OF_MANY = ("Brussels", "Vienna", "Nairobi")
"""Of these the ones that are said for the organisations, as `to Brussels` is for the European Union."""


def _sends(title: str) -> bool:
    """Tell whether an ambassador's title names the host: one `to Rome` is in Italy, one `in Rome` need not be to it."""
    found = _SENT.search(title)
    bilateral = found is not None and (found["how"] == "to" or found["where"] not in _SEATS_OF_OTHERS)
    return bilateral or (found is not None and "high commissioner" in title.lower())


def _host(word: str) -> str:
    """Return the country of an ambassador to its capital; any other word as it is."""
    country = country_of_capital(word.title())
    return plain(country) if country and word.title() not in _SEATS_OF_MANY else word


_JOINED = re.compile(r"^(?P<head>[^,&]*?\b(?:of|for)\s+(?:the\s+)?)(?P<parts>.*(?:,|&|\band\b).*)$", re.IGNORECASE)
_JOINT = re.compile(r"\s*(?:,\s*(?:and\s+)?|&|\band\b)\s*(?:for\s+|of\s+)?(?:the\s+)?", re.IGNORECASE)


def portfolios(title: str) -> tuple[Office, ...]:
    """Return the portfolios that the title of a minister or commissioner joins; none for any other title.

    >>> [sorted(each.subject) for each in portfolios("Minister of Transport and Communications")]
    [['transport'], ['communications']]
    """
    joined = _JOINED.match(title)
    if joined is None or parse_office(title).kind not in ("minister", "commissioner") or parse_office(title).vague:
        return ()
    return tuple(parse_office(joined["head"] + part) for part in _JOINT.split(joined["parts"]) if part)


_PAIR = re.compile(r"^(?P<one>[^,]+?)\s+(?:and|&)\s+(?P<other>[^,]+?)(?P<body>\s+(?:of|at)\s+.+|)$", re.IGNORECASE)


@lru_cache(65536)
def parts_of(title: str) -> tuple[Office, ...]:
    """Return the office of a title, and the two that it joins, as in `Chairman and Chief Executive of Brightwater`.

    >>> [each.kind for each in parts_of("Chairman and Chief Executive of Brightwater")]
    ['chief_executive', 'chair', 'chief_executive']
    """
    pair = _PAIR.match(title)
    parts = [parse_office(pair[name] + pair["body"]) for name in ("one", "other")] if pair else []
    joined = len(parts) > 1 and all(each.kind != "other" for each in parts) and parts[0].kind != parts[1].kind
    return (parse_office(title), *(parts if joined else ()))


_OF_STATES_ALONE = ({"foreign"}, {"defence"})
"""Ministries that no city and no region has."""


def _governed_from(text: str, kind: str, subject: set[str], words: str) -> Place | None:
    """Return the country of `Berlin's foreign minister`: a capital stands for it where no city has such an office.

    Its mayor, its senators and its other ministers may be the city's own, as the secretary of state of Washington is.
    """
    opened = _CAPITAL_FIRST.match(text)
    found = find_place(opened["city"]) if opened else None
    if found is None or found.form != "capital" or re.search(r"\bsecretary of state\b", words):
        return None
    others = subject - {plain(name) for name in _capital_words(text)}
    minister = kind == "minister" and others in _OF_STATES_ALONE
    head = kind == "head_of_government" and not others and "prime minister" in words
    return found if minister or head else None


def _capital_words(text: str) -> list[str]:
    opened = _CAPITAL_FIRST.match(text)
    return [opened["city"]] if opened else []


def _seat(parts: list[str], ignored: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    heads = {word for head in lexicon().heads for word in head} | lexicon().ranks.keys()
    named = (tuple(w for w in re.findall(r"[\w'-]+", part) if w not in ignored and w not in heads) for part in parts)
    return tuple(sorted(part for part in named if part))


def _joined(words: str) -> str:
    """Return words with `secretary of state` as one token."""
    return re.sub(r"\bsecretary of state\b", "secretary_of_state", words)


def _is_junior_record(text: str, brackets: str) -> bool:
    return bool(re.search(r"(?:Secretary|Minister) of State, |Parliamentary Secretary, |Whip", text + brackets))


def _take_places(text: str) -> tuple[str, str | None, str | None, set[str]]:
    place: str | None = None
    implied: str | None = None
    owns = False
    names: set[str] = set()
    rest: list[str] = []
    last = 0
    for start, end, found in find_places(text):
        before = re.findall(r"\w+", text[:start].lower())[-2:]
        target = bool(before) and (before[-1] in ("to", "for") or before in (["to", "the"], ["for", "the"]))
        rest.append(text[last:start])
        last = end
        nationality = place is not None and not owns and found.kind == "organisation"
        if _is_jurisdiction(found) and not target and (place is None or nationality):
            place = found.name
            owns = found.form != "adjective" or found.kind == "organisation"
        elif found.name != place:
            names.add(plain(text[start:end] if found.form == "capital" else found.name))
            if found.kind == "region":
                implied = found.country
    rest.append(text[last:])
    remaining = " ".join(rest)
    if match := re.search(r"\bfor ([A-Z]{2})$", remaining):
        remaining = remaining[: match.start()]
        names.add(plain(full_state(match[1]) or match[1]))
    return remaining, place, implied, names


def _is_jurisdiction(place: Place) -> bool:
    return place.kind != "region" and place.form != "capital"


def _head(tokens: list[str], words: Lexicon) -> tuple[str, str, list[str]]:
    """Return kind, rank and the words left over."""
    first = next(
        (i for i, token in enumerate(tokens) if token in _PREPOSITIONS and not _inside(tokens, i)), len(tokens)
    )
    best: tuple[int, int, str] | None = None
    for end in range(first, 0, -1):
        for start in range(max(0, end - 4), end):
            if (kind := words.heads.get(tuple(tokens[start:end]))) is not None:
                best = (start, end, kind)
                break
        if best:
            break
    if best is None and first < len(tokens) - 1:
        return _head_behind(tokens, words)
    if best is None:
        return "other", "", tokens
    start, end, kind = best
    head = " ".join(tokens[start:end])
    left = tokens[:start] + tokens[end:]
    rank = words.ranks.get(head, "")
    for word in tokens[:start]:
        if not rank and word in words.ranks:
            rank = words.ranks[word]
    return kind, rank, [word for word in left if word not in words.ranks]


def _head_behind(tokens: list[str], words: Lexicon) -> tuple[str, str, list[str]]:
    """Read `bank of england deputy governor`, whose head stands at the end."""
    for start in range(max(0, len(tokens) - 4), len(tokens)):
        if (kind := words.heads.get(tuple(tokens[start:]))) is not None:
            rank = words.ranks.get(" ".join(tokens[start:]), "")
            ranked = tokens[start - 1] if start and not rank and tokens[start - 1] in words.ranks else None
            return kind, words.ranks[ranked] if ranked else rank, tokens[: start - 1] if ranked else tokens[:start]
    return "other", "", tokens


def _inside(tokens: list[str], at: int) -> bool:
    """Tell whether a preposition is part of a head such as `secretary of state`."""
    heads = lexicon().heads
    return any(
        tuple(tokens[start:end]) in heads
        for start in range(max(0, at - 3), at)
        for end in range(at + 2, min(len(tokens), at + 4) + 1)
    )


def match(claimed: Office, held: Office) -> Match:
    """Compare the office a text names with the office a record names; places are not compared."""
    kinds = claimed.kind == held.kind
    if claimed.kind == f"chief_{held.kind}":  # the chief justice is a justice, a justice is no chief
        return Match.NO
    if claimed.kind == f"head_{held.kind}" and held.rank:  # nor is the assistant coach the head coach
        return Match.NO
    if (claimed.subject ^ held.subject) & lexicon().apart:  # nor is the shadow chancellor the chancellor
        return Match.PERHAPS if kinds else Match.NO
    if not kinds:
        joined = claimed.kind.split("_")[0] in held.subject or held.kind.split("_")[0] in claimed.subject
        kin = any({claimed.kind, held.kind} <= group for group in lexicon().kin)
        return Match.PERHAPS if joined or (kin and _may_share(claimed, held)) else Match.NO
    if claimed.rank != held.rank:
        return (
            Match.PERHAPS
            if claimed.kind == "minister" and (claimed.vague or held.vague or _overlap(claimed, held))
            else Match.NO
        )
    if claimed.subject == held.subject and claimed.seat and held.seat and claimed.seat != held.seat:
        return Match.NO
    claimed, held = _without_sorts(claimed, held)
    if claimed.subject and claimed.subject | {"regional"} == held.subject:  # it is the region that is named
        held = replace(held, subject=claimed.subject)
    if claimed.subject == held.subject and not (claimed.vague or held.vague):
        # An Ohio senator may sit in Columbus or in Washington.
        unclear = claimed.kind in ("senator", "representative") and claimed.place is None
        return Match.NEAR if unclear else Match.SAME
    return _by_subject(claimed, held)


def _without_sorts(claimed: Office, held: Office) -> tuple[Office, Office]:
    """Return two offices without words such as `county` that only one of them adds to the name of its place."""
    one, two = claimed.subject & _SORTS, held.subject & _SORTS
    if claimed.kind in ("senator", "representative"):  # of a state, or of the whole country
        return claimed, held
    if bool(one) == bool(two) or not claimed.subject - _SORTS or not held.subject - _SORTS:
        return claimed, held
    return replace(claimed, subject=claimed.subject - _SORTS), replace(held, subject=held.subject - _SORTS)


def _by_subject(claimed: Office, held: Office) -> Match:
    if claimed.vague or held.vague:
        return Match.NEAR if claimed.vague and not claimed.subject else Match.PERHAPS
    if claimed.subject < held.subject:
        exact = (
            claimed.kind in ("president", "head_of_government", "monarch", "chancellor", "chief_justice")
            and claimed.place is not None
        )
        return Match.PERHAPS if exact else Match.NEAR
    if claimed.subject > held.subject:
        return Match.PERHAPS if held.subject or claimed.kind not in ("president", "governor", "leader") else Match.NO
    return Match.PERHAPS if _overlap(claimed, held) else Match.NO


def _may_share(claimed: Office, held: Office) -> bool:
    return not claimed.subject or bool(claimed.subject & held.subject)


def _overlap(claimed: Office, held: Office) -> bool:
    shared = len(claimed.subject & held.subject)
    return shared > 0 or not claimed.subject or not held.subject


_GOVERNING = frozenset(("minister", "head_of_government", "attorney_general", "solicitor_general"))


def office_within(office: str, organisation: str | None) -> Office:
    """Return a record's office, as of the region or town whose it is: a minister of the Welsh Government.

    >>> sorted(office_within("Minister for Health", "Welsh Government").subject)
    ['health', 'wales']
    >>> sorted(office_within("Mayor", "City of Toronto").subject)
    ['toronto']
    """
    found = parse_office(office)
    bare = found.kind in _OF_PLACES and not (found.subject or found.place or found.implied)
    if bare and organisation:
        return parse_office(f"{office} of {_TOWN.sub('', organisation)}")
    region = _region_governed(organisation or "")
    if region and _BARE_SECRETARY.fullmatch(office):  # of a state: without its name, the one of foreign affairs
        return parse_office(f"{office} of {region.name}")
    return _within(found, organisation)


def town_words(record: OfficeRecord) -> frozenset[str]:
    """Return the words of the town whose city or council a record names as its body; none of any other body.

    >>> sorted(town_words(OfficeRecord(person="Ana Reyes", office="Clerk", organisation="City of Grand Rapids")))
    ['grand', 'rapids']
    """
    town = _TOWN.sub("", record.organisation or "")
    return frozenset(plain(town).split()) if town != record.organisation else frozenset()


_BARE_SECRETARY = re.compile(r"Secretary of State", re.IGNORECASE)
_OF_PLACES = ("mayor", "governor", "lieutenant_governor", "sheriff", "coroner")
_TOWN = re.compile(
    r"^(?:The )?(?:City|Town|Borough|Village|Municipality|Commune|State|Commonwealth|Province) of (?:the )?"
    r"| (?:City Council|Town Council|Council|City Hall|Municipality|(?:Sheriff|Coroner)['’]s (?:Office|Department))$"
)
"""What a place is, around its name."""
_REGION = re.compile(r"(?:The )?(?:(?:Free )?State|Commonwealth|Province|Canton|Land|Region|Territory) of ")


def portfolios_within(office: str, organisation: str | None) -> tuple[Office, ...]:
    """Return the ministries that a record's office joins, each as of the region whose government it is part of."""
    return tuple(_within(each, organisation) for each in portfolios(office))


def _within(office: Office, organisation: str | None) -> Office:
    if office.kind not in _GOVERNING or office.implied or not organisation:
        return office
    region = _region_governed(organisation)
    if region is None or region.country is None:
        return office
    return replace(office, subject=office.subject | {plain(region.name)}, implied=region.country)


@lru_cache(4096)
def _region_governed(organisation: str) -> Place | None:
    """Return the one region that the name of a government or ministry names."""
    if not (_GOVERNMENT & set(re.findall(r"\w+", plain(organisation))) or _REGION.match(organisation)):
        return None
    regions = {found for _, _, found in find_places(organisation) if found.kind == "region"}
    return regions.pop() if len(regions) == 1 else None


def places_of(record: OfficeRecord, office: Office) -> frozenset[str]:
    """Return the countries and organisations that an office of a record is one of, in their standard names."""
    body = office_place(record.organisation)
    place = office_place(record.country) or office.place or body or office.implied
    return frozenset(each for each in (place, office.place, body) if each)


def body_words(record: OfficeRecord) -> frozenset[str]:
    """Return the words of the company or body an office belongs to; none for offices of a state or a known place."""
    office, words = parse_office(record.office), _words_of(record.organisation or "")
    bare = not office.subject - _OF_THE_WHOLE and office.kind not in _OF_STATES and not _is_of_government(record)
    of_body = bare or any(each.kind in _OF_A_BODY for each in parts_of(record.office))
    if not record.organisation or office.place or not of_body or office_place(record.organisation):
        return frozenset()
    return words


def _is_of_government(record: OfficeRecord) -> bool:
    return bool(_GOVERNMENT & set(re.findall(r"[\w'-]+", re.sub(r"'s\b", "", plain(record.organisation or "")))))


def _words_of(body: str) -> frozenset[str]:
    name = re.sub(r"'s\b", "", plain(body)).replace("school district", "school")
    found = re.findall(r"[\w'-]{2,}|\d", name) or re.findall(r"[\w'-]+", name)  # without `F.C.`, but `M&S`
    words = (word.strip("'") for word in found)
    return frozenset(lexicon().synonyms.get(word, word) for word in words) - lexicon().stop


def body_in_full(record: OfficeRecord, said: frozenset[str]) -> frozenset[str]:
    """Return the words of a record's body or town where a title says every one of them, whatever its office.

    None of a seat, of a state, or of one of its ministries: `the Ministry of Health's secretary` is not its minister.

    >>> editor = OfficeRecord(person="Ana Reyes", office="Political Editor", organisation="The Norwich Gazette")
    >>> sorted(body_in_full(editor, frozenset(("norwich", "gazette", "political"))))
    ['gazette', 'norwich']
    """
    office, words = parse_office(record.office), _words_of(record.organisation or "")
    if office.kind in _SEATED or office.place or _is_of_government(record) or office_place(record.organisation):
        return frozenset()
    return next((name for name in (words, town_words(record)) if name and name <= said), frozenset())


_UNION, _STAFF = ("national", "union"), ("workers", "employees", "staff")
"""What the letters of a union leave out of its name."""
_SMALL = frozenset(
    ("of", "and", "for", "the", "on", "in", "at", "to", "de", "du", "des", "del", "della", "la", "le", "les", "et", "y")
    + ("l", "d")
)
_HELD_AT = re.compile(r"^(?:The )?(?:Office of (?:the )?|U\.?S\.? |United States )")
"""What stands before the name of a body of one officer, or of one country."""


def initials_of(record: OfficeRecord) -> str | None:
    """Return the letters that the name of a record's body is known by, in lower case; None of fewer than three.

    They are those of its words in capitals: `nasa` of the National Aeronautics and Space Administration.
    """
    words = _large_words(record.organisation or "")
    return _initials(words) if len(words) > 2 else None


def is_short_for(letters: str, record: OfficeRecord) -> bool:
    """Tell whether a record's body is known by letters: of all words of its name, or of all but what such names add.

    >>> union = OfficeRecord(person="Ana Reyes", office="Chair", organisation="National Union of Rail and Mine Workers")
    >>> is_short_for("rm", union), is_short_for("nurmw", union)
    (False, True)
    >>> is_short_for("rmt", union.model_copy(update={"organisation": "National Union of Rail, Mine and Tram Workers"}))
    True
    """
    words = _large_words(record.organisation or "")
    name = words[:-1] if len(words) > 3 and words[-1].lower() in _STAFF else words
    while len(name) > 3 and name[0].lower() in _UNION:
        name = name[1:]
    officer = _large_words(_HELD_AT.sub("", record.organisation or ""))
    return any(len(each) > 2 and _initials(each) == letters for each in (words, name, officer))


_HOSPITALS = frozenset(("hospital", "hospitals"))
_OF_TOWNS = frozenset(("university", "college")) | _HOSPITALS
"""Bodies of which a town has several, told apart by any word more, as Tarn Metropolitan University is from Tarn's."""
_ADDED = frozenset(("nhs", "foundation", "trust", "plc", "limited", "ltd", "inc", "group", "teaching", "royal"))
"""Words that add nothing to such a name."""


def tells_apart(words: frozenset[str], record: OfficeRecord) -> bool:
    """Tell whether words of a body's name make it another than the one that is known by the rest of the name.

    They are of a part, `Local 600`, of a sister, `Leasing`, or of a place that is not the record's whole country, nor
    England, whose bodies are called without it.
    """
    country = office_place(record.country)
    places = (find_place(word.upper() if len(word) < 4 else word.title()) for word in words - {"england"})
    elsewhere = any(found and (found.name != country or found.form == "capital") for found in places)
    sister = words & lexicon().sisters or _is_one_of_several(words, record)
    return elsewhere or bool(sister) or any(word.isdigit() for word in words)


def _is_one_of_several(words: frozenset[str], record: OfficeRecord) -> bool:
    """Tell whether words of a university's or hospital's name make it another than the town's: the University one."""
    body = frozenset(re.findall(r"[\w'-]+", plain(record.organisation or "")))
    return bool(body & _OF_TOWNS and (words - _OF_TOWNS - _ADDED or (body & _HOSPITALS and "university" in words)))


def _large_words(name: str) -> list[str]:
    """Return the words of a name but its small ones; none where another of them is not written large."""
    words = [word for word in re.findall(r"[^\W_]+", name) if word.lower() not in _SMALL]
    return words if all(word[0].isupper() or word.isdigit() for word in words) else []


def _initials(words: list[str]) -> str:
    return plain("".join(word if word.isupper() else word[0] for word in words if not word.isdigit()))


def seat_names(record: OfficeRecord, office: Office) -> frozenset[frozenset[str]]:
    """Return what an office of a record is of: the words of its own name with its body's, and with its initials."""
    body, letters = body_words(record), initials_of(record)
    short = {(office.subject - body) | {letters}} if body and letters else set()
    return frozenset({office.subject | body, *short})


def uncovered_words(title: str, record: OfficeRecord) -> frozenset[str]:
    """Return what a title says of the holder that a record does not, such as the party of `the Democratic senator`."""
    parties = _PARTIES if parse_office(title).kind in _SEATED else frozenset()
    said = set(re.findall(r"[\w'-]+", plain(_without_places(in_office_words(title))))) & (
        lexicon().adjectives | parties
    )
    said = {_PARTY_WORDS.get(word, word) for word in said if not is_short_for(word, record)}
    office = set(re.findall(r"[\w'-]+", plain(f"{record.office} {record.organisation or ''}")))
    heads = {word for head in lexicon().heads for word in head}
    return frozenset(said - office - heads - lexicon().ranks.keys() - {"incumbent"})


def _without_places(text: str) -> str:
    """Return a text without names of places: the `New` of New Zealand says nothing of a holder."""
    for start, end, _ in reversed(find_places(text)):
        text = text[:start] + text[end:]
    return text


def office_place(words: str | None) -> str | None:
    """Return the standard name of a record's country or organisation, if it is a known place."""
    found = find_place(words) if words else None
    return found.name if found and _is_jurisdiction(found) else None
