"""Facts that are known by their signs: quotation marks, figures, units, words of time, record and cause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.core.english import WEEKDAY, YEARS, find_numbers, find_places, find_written_dates
from pipeline.ledger.models import FactKind
from pipeline.ledger.word_signs import word_signs

Place = tuple[FactKind, int, int]
"""A kind of fact with the offsets of its words."""

DATELINE = re.compile(
    r"^([A-Z][A-Z.’'-]{2,}(?: [A-Z][A-Z.’'-]+){0,2})(?:, [A-Z][\w. ]{2,30})?(?: ?\([\w ]{2,20}\))? ?(?::|[—–-])(?=\s)",
    re.M,
)
"""Where a report is from, as agencies write it at its head."""
_STRAIGHT = re.compile(r'(?<!\d)"')
_UNCLOSED = re.compile(r"“[^“”\n]+$|“[^“”\n]*?[.?!](?= [^“”\n]*“)", re.M)
"""A quotation goes on in the next paragraph, or its end was lost before another one begins."""
_CUT = r"(?!(?:bout|cos|em|ere|im|nuff|til|till|tis|twas|tween|twill|cause(?! (?:and|for|of)\b))\b(?!['’]))"
"""No mark of quotation stands before a word whose beginning is cut off: `'em`."""
QUOTED = re.compile(
    r"“[^“”\n]+”|\"[^\"\n]+\"|„[^„“\n]+“|«[^«»\n]+»|"
    rf"(?<!\w)‘(?i:{_CUT})[^‘\n]+?’(?!\w)"
    rf"|(?<![\w'])'(?i:{_CUT})(?=[^\W\d])(?:[^'\n]|(?<=\w)'(?=\w)){{2,}}?(?:(?<=[.,!?])'{{1,2}}|'(?=[\s,.;:)]|$))(?!\w)",
    re.M,
)
_SOURCES = re.compile(r"^\*?\s?(?:Sources?|SOURCES?): [^\n/]{3,120}", re.M)
"""Whose figures a table or a chart shows."""
_CAPTION = re.compile(
    r"^(?:(?:[a-z]+ ){0,2}(?:photo|photograph|picture|image)(?: credit)?|caption|pictured|credit)s?\b\s*[:(].*$"
    r"|\((?:file )?(?:photo|photograph|picture|image|credit|photo credit)s?\b(?: by|:| courtesy)[^()\n]{2,200}\)"
    r"|^\d{1,3} (?:of|/) \d{1,3}(?:[.:]| [|–—-]) [^\n]+$|^[^\n]{30,}\((?:\w+ ){0,2}(?:photo|pool|file)\b[^()\n]*\)$"
    r"|^[^\n]{30,}(?:/|[|]|courtesy) ?(?:getty images|reuters|afp|ap|epa|shutterstock|alamy|bloomberg|istock)\.?$"
    r"|^(?:file |archive )?(?:photo|photograph|picture|image)s? (?:by|of|courtesy of) [^\n]{2,100}$",
    re.I | re.M,
)
_BOUND = r"(?:(?:at least|at most|under|over|about|around|nearly|almost|more than|less than|just) )?"
_NUMBER_WORDS = (
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
)
_DECADES = r"teens|[2-9]0s|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties"
_AGE = re.compile(
    r"\b(?:age[ds]?|turn(?:s|ed|ing)?)\s+\d{1,3}\b(?:(?:\s?[-–]\s?| to | and )\d{1,3}\b|,? (?:and|or) (?:older|"
    r"over|above|up|under|younger))?|\b\d{1,3}[- ]years?[- ](?:olds?|of age|male|female)\b|\b[\w-]+-year-olds?\b"
    rf"|\b{_BOUND}\d{{1,3}} years? old(?: (?:and|or|to) \d{{1,3}}\b(?: or \d{{1,3}}\b)?)?"
    rf"|\b(?:\d{{1,2}}|{_NUMBER_WORDS}) (?:years?|months?|weeks?|days?) old\b"
    rf"|\bages? of (?:\d{{1,3}}|{_NUMBER_WORDS})\b(?:(?: to | and |[-–])\d{{1,3}}\b)?"
    r"|(?:(?<=\bdied )|(?<=\bdies )|(?<=\bdead )|(?<=\bdeath ))at \d{2,3}\b(?!%| (?-i:[A-Z])|[.,:]\d)"
    r"|\b(?:under|over)-\d{1,2}s\b|\b\d{2} (?:and|or) (?:older|younger)\b"
    r"|\b(?:octo|nona|septua|sexa|cente)(?:gen|n)arians?\b"
    r"|\b[\w-]+-(?:month|week|day)-olds?\b"
    r"|(?<=people |adults )(?:under|over) \d{1,2}\b|(?<=children )(?:under|over) \d{1,2}\b"
    r"|(?:(?<=\bis )|(?<=\bwas ))\d{1,2}(?= when\b)|(?<=, )\d{1,3}(?=,|\.|;| and\b)|(?<=\()\d{1,3}(?=\))"
    rf"|\bin (?:his|her|their|my|our|your) (?:early |mid-|late )?(?:{_DECADES})\b",
    re.I,
)
_MONTHS = "january|february|march|april|june|july|august|september|october|november|december"
_PERIODS = "morning|afternoon|evening|night|week(?:end)?|month|year|decade|century|spring|summer|autumn|winter"
_TIME = re.compile(
    r"\b(?:(?:early|late|this|last|next|past|coming|every|each|later|earlier|that) )*"
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?-i:{WEEKDAY})(?!\w)|"
    rf"yesterday|today|tomorrow|tonight|{_PERIODS}|{_MONTHS})"
    r"(?:s?\b(?!-like)|(?<=\.))"
    r"(?: ago| earlier| later)?|\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b\.?|\b(?:[01]?\d|2[0-3]):[0-5]\d\b"
    r"|\b(?:[12]\d{3}|\d{2})s\b|\b(?:[12]\d{3}[-–/]\d{2,4})\b|\b(?:in the|this|last|next) fall\b|\b(?:noon|"
    r"midnight|christmas|easter|new year)\b"
    r"|\b(?:within |during )?(?:the|this|last|next|his|her|their|its) (?:\w+ )?(?:term|season|semester|quarter|"
    r"school year|session)\b"
    r"|\b(?:his|her|their|its) (?:\w+ )?years?\b|\b(?:recently|currently|previously|formerly|so far|(?<!up )to date|"
    r"until now)\b"
    r"|\b(?:FY|[QH][1-4])[ -]?(?:[12]\d)?\d{2}\b|\b[QH][1-4]\b",
    re.I,
)
_BARE_TIME = frozenset({"march", "may", "night", "morning", "evening", "year", "years", "month", "months", "week"})
_SINCE = re.compile(r" (?:after|ago|before|earlier|later)\b")
"""When something was: `four minutes after` it."""
CURRENCY = "$€£¥₹₩₽₺"
_BEFORE = re.compile(
    rf"(?<![A-Za-z])[A-Z]{{0,3}}[{CURRENCY}]\s?$|\b(?:minus|negative) $|\b(?:USD|EUR|GBP|CHF|Rs\.?)\s?$"
)
_HEDGE = r"(?:(?:nearly|almost|about|around|roughly|more than|less than|over|just (?:over|under)|at least|some) )"
_HEDGED = re.compile(rf"\b{_HEDGE}$", re.I)
_NUMBERED = re.compile(r"\b[Nn]o\. ?$")
_TO = re.compile(r" (?:to|or) |[-–]")
_SHARE = re.compile(
    rf"\b{_HEDGE}?(?:doubl(?:e[ds]?|ing)|tripl(?:e[ds]?|ing)|trebl(?:e[ds]?|ing)|quadrupl(?:e[ds]?|ing)|"
    rf"halv(?:e[ds]?|ing)|half"
    r"|(?:the |a )?(?-i:(?:vast |large |small )?majority|bulk|minority)(?= of\b)|(?:the |a )(?:vast |large |small )?"
    r"majority\b(?!-)|lion’s share|"
    r"most of(?= (?:the|his|her|their|its|our|these|those)\b)|(?:a )?dozens?|a couple(?= of)|"
    r"hundreds|thousands"
    r"|millions|billions|tens of thousands|(?:a|one) (?:third|quarter|fifth|tenth)|twice|"
    r"both(?: of)?(?= (?:the|his|her|their|its|these|those|\w+s)\b)|\w+fold|several|(?<!how )many|"
    r"few|fewer|numerous|countless|(?:a )?handful|scores of)\b",
    re.I,
)
_NAMED = re.compile(
    r"\b(?:call|describ|dubb?|labell?|brand|term|rat|deem|characteri[sz]|dismiss|hail|mock|derid)(?:s|es|ed|e|ing)?\b"
    r"(?=[^“”\"\n.;]{0,50}[“\"][^”\"\n]+[”\"])"
)
"""What is called what, in the words of who calls it so."""
_LAW = re.compile(
    r"\b(?:Article|Section|Clause|Chapter|Rule|Schedule|Regulation|Paragraph)s? \d+\w*(?:\(\w+\))*"
    r"(?:(?:,| and| or|, and) \d+\w*)*"
    r"|\b(?:(?:First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth)|\d+(?:st|nd|rd|th)) "
    r"(?:Amendment|Protocol)\b|\b(?:Proposition|Resolution|Title|Directive|Bill) (?:\d+|[IVX]+)\b"
)
"""Parts of a law: `Articles 3 and 4b`."""
_OFFICE = re.compile(r"(?:Department|Ministry|Office)$")
"""Seats of governments that are no buildings."""
_EXTENT = re.compile(
    r"\b(?:(?:city|country|county|district|island|nation|province|region|school|state|world)-?wide|globally|"
    r"the (?:arctic circle|equator|north pole|south pole|tropics)|(?:across|all over|around|"
    r"throughout) the (?:area|city|continent|country|county|globe|island|nation|province|"
    r"region|state|world))\b",
    re.I,
)
"""How far something reaches."""
_PART = re.compile(
    r"\b(?:north|south)?-?(?:north|south|east|west|centr|coast)(?:ern|al)? (?:half|parts?|end|side|edge|tip|coast|"
    r"shores?|outskirts|suburbs?|regions?|provinces?|states|cit(?:y|ies)|towns?|villages?|islands?|corner|fringes?|"
    r"districts?|"
    r"count(?:y|ies))\b(?: of the (?:area|city|continent|country|county|island|nation|province|region|state|territory|"
    r"town)\b)?",
)
"""A part of a place that has no name of its own: `the northern half of the territory`."""
_CODE = re.compile(r"\b[Ff]light (?=[A-Z]*\d*[A-Z])[A-Z\d]{2}\d{2,4}\b|\b[A-Z]{2}\d{3,4}\b")
"""A flight: `Flight XY1234`."""
_PLACED = re.compile(r"\bNos?\.\s?\d+\b")
_ANNOUNCED = re.compile(
    r"\b[Ii]t (?:is|was|has been|had been) (?:announced|reported|claimed|said|alleged|revealed|confirmed|understood|"
    r"believed|thought|rumou?red)\b"
)
_PARTY = re.compile(r"(?<![\w-])(?:D|R|I|Lab|Con|LD|Lib Dem|SNP)-(?:[A-Z]\.){2}|(?<![\w-])[DRI]-[A-Z][a-z]*\b\.?")
"""A member's party and state: `D-Ohio`."""
_LARGE = r"(?:[^\W\d_a-z][\w’'.-]*:?|\d+)"
_SMALL = r"(?:of|the|a|an|and|in|to|for|on|at|de|la|with)"
_WORK = re.compile(rf"[“\"]({_LARGE}(?: (?:{_SMALL} ){{0,2}}{_LARGE}){{1,7}})[,.]? ?[”\"]")
"""A title between quotation marks: `“A Most Violent Year”`."""
_TIMELY = re.compile(
    r"day|week|month|year|decade|centur|hour|minute|second|morning|afternoon|evening|night|noon|season|spring|summer|"
    r"autumn|winter|quarter|semester|term|ago|now|then|period|era|annual|daily|christmas|easter|holiday|moment|"
    r"\bmay\b|(?<!\w)\d{4}(?!\d)|\d0s|['’]\d\d|FY|Q\d",
    re.I,
)
_RATIO = re.compile(r"\d{1,3}[-–]\d{1,3}\b(?! (?:day|week|month|year|hour|minute))")
_CONTEST = re.compile(
    r"\b(?:world|european|african|asian|national|olympic|league) (?:\w+ ){0,2}?(?:championships?|cup|games|"
    r"series|title)\b"
)
_DISEASE = re.compile(r"\b[\w-]{3,}virus(?:es)?\b", re.I)
_JOINED = re.compile(r"\b(?:post|pre|anti|pro|non|ex|mid|trans|neo|sub)[-–](?=[A-Z])(\w+)")


def of_text(text: str) -> Iterator[Place]:
    """Yield what signs show in a text as a whole."""
    by_sign: tuple[tuple[FactKind, re.Pattern[str]], ...]
    by_sign = (
        ("link", word_signs().link),
        ("caption", _CAPTION),
        ("quotation", QUOTED),
        ("quotation", _UNCLOSED),
        ("age", _AGE),
    )
    by_sign = *by_sign, ("attribution", _SOURCES)
    for dateline in DATELINE.finditer(text):
        if text[dateline.end() - 1] == ":" and word_signs().label.match(dateline[1]):
            continue
        yield "place", dateline.start(1), dateline.end(1)
        again = re.finditer(rf"\b{re.escape(dateline[1].title())}\b", text)
        yield from (("place", match.start(), match.end()) for match in again)
    for kind, pattern in by_sign:
        yield from ((kind, match.start(), match.end()) for match in pattern.finditer(text))
    yield from (("quotation", start, end) for start, end in _left_open(text))


def _left_open(text: str) -> Iterator[tuple[int, int]]:
    """Yield what stands behind the last straight quotation mark of a line that has one too many."""
    for line in re.finditer(r'[^\n]*"[^\n]*', text):
        marks = [mark.start() for mark in _STRAIGHT.finditer(text, line.start(), line.end())]
        if len(marks) % 2 and re.match(r"\w", text[marks[-1] + 1 :]):
            yield marks[-1], line.end()


def of_words(words: str) -> Iterator[Place]:
    """Yield what signs show in the words of a sentence."""
    for start, end, place in find_places(words):
        body = _OFFICE.search(words, start, end) or (place.kind == "organisation" and place.form == "name")
        yield ("name" if body else "place"), start, end
    yield from (("date", start, end) for start, end in _dates(words))
    yield from _amounts(words)
    signs = word_signs()
    by_sign: tuple[tuple[FactKind, re.Pattern[str]], ...]
    by_sign = (
        ("number", _SHARE),
        ("number", _PLACED),
        ("superlative", signs.record),
        ("cause", signs.cause),
        ("name", _CONTEST),
        ("name", _DISEASE),
        ("title", _PARTY),
        ("work", _LAW),
        ("place", _EXTENT),
        ("place", _PART),
        ("name", _CODE),
        ("attribution", _NAMED),
        ("attribution", _ANNOUNCED),
        ("measurement", signs.part_of_unit),
    )
    for kind, pattern in by_sign:
        yield from ((kind, match.start(), match.end()) for match in pattern.finditer(words))
    yield from (("name", match.start(1), match.end(1)) for match in _JOINED.finditer(words))
    yield from (("work", match.start(1), match.end(1)) for match in _WORK.finditer(words))


def is_time(words: str) -> bool:
    """Tell whether words that look like a time may be one, and are no score or odds."""
    return not _RATIO.match(words) and bool(_TIMELY.search(words) or any(find_written_dates(words)))


def _dates(words: str) -> Iterator[tuple[int, int]]:
    """Yield days and times; those that stand side by side, such as `Tuesday, 3 May`, are one."""
    found = sorted([(date.start, date.end) for date in find_written_dates(words)] + [*_spans(_TIME, words)])
    for start, end in _side_by_side(words, found):
        if words[start:end].lower() not in _BARE_TIME or words[start:end] == "March":
            yield start, end


def _spans(pattern: re.Pattern[str], words: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(words))


def _side_by_side(words: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and words[joined[-1][1] : start] in ("", " ", ", "):
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _amounts(words: str) -> Iterator[Place]:
    """Yield numbers with sign and unit; `two to five degrees` is one."""
    held: Place | None = None
    for number in find_numbers(words):
        kind, start, end = _measured(words, number.start, number.end)
        year = held and YEARS.fullmatch(words, held[1], held[2]) and not YEARS.fullmatch(words, start, end)
        if held and not year and _TO.fullmatch(words, held[2], start):
            held = kind, held[1], end
            continue
        if held:
            yield held
        held = kind, start, end
    if held:
        yield held


def _measured(words: str, start: int, end: int) -> Place:
    """Return a number with its sign of money and its unit."""
    for pattern in (_BEFORE, _NUMBERED, _HEDGED):
        if sign := pattern.search(words[:start]):
            start = sign.start()
    if unit := word_signs().unit.match(words, end):
        since = unit[0].rstrip("s").endswith(("hour", "minute", "second")) and _SINCE.match(words, unit.end())
        return ("date", start, since.end()) if since else ("measurement", start, unit.end())
    weighed = word_signs().weighed.match(words, end)
    return "number", start, weighed.end() if weighed else end
