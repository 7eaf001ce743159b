"""The words of a line, with what the title grammar asks of them: names, places, heads of titles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pipeline.core.english import Line, Place, find_places
from pipeline.core.models import opens_large, plain
from pipeline.evidence import Lexicon, lexicon

_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|(?:then|ex)(?=[-‐‑][^\W\d_])"
    r"|(?:Jr|Sr|Atty|Barr|Engr|Gov|Sen|Rep|Sec|Pres|Amb|Gen|Lt|Dr|Mr|Mrs|Ms|Prof|Col|Adm|Maj|St)\.|[A-ZÀ-Þ]\.(?=\s+[^\W\d_])"
    r"|[^\W_]+(?:[-‐‑'’](?!(?:elect|designate)\b)[^\W_]+)*|&",
    re.IGNORECASE,
)
_DATO = re.compile(r"Dato['’] ", re.IGNORECASE)
"""A form of address whose mark belongs to it and closes nothing."""
_PREFIXED = re.compile(r"(?:a[ldnrstz]|ash|el|bin|ibn|[dl])[-‐‑'’][A-ZÀ-Þ]")
_SURNAMES = frozenset({"bill", "battle", "church", "post", "street", "school", "house", "lake", "hill", "force", "cup"})
"""Words of organisations that are names of people too."""
_FIRM = re.compile(r"(?<=[a-z])(?:bank|banken|corp|soft|tech|tel|telecom|air|rail|gas|media|pharma|werke|bahn|mark)$")
AGE = re.compile(r"\d{2,3}[-‐‑]year[-‐‑]old")
_SPACE = re.compile(r"[ \u00a0\t]+")
_NAMELIKE = {
    "monarch",
    "prince",
    "archbishop",
    "dean",
    "judge",
    "pope",
    "justice",
    "military",
    "chef",
    "priest",
    "farmer",
    "teacher",
    "academic",
}
_PEERS = ("lord", "lady", "baroness", "viscount", "earl", "baron")
_MAX_NAME = 5


@dataclass(frozen=True)
class Word:
    """A word in place; offsets count from the start of the line."""

    text: str
    start: int
    end: int
    gap: str
    """What stands between the word before and this one."""
    pos: str

    @property
    def low(self) -> str:
        """The word in lower case, as it would be typed, without a possessive ending."""
        return plain(self.bare)[0].lower()

    @property
    def bare(self) -> str:
        """The word without a possessive ending."""
        return re.sub(r"['’][sS]?$", "", self.text)

    @property
    def possessive(self) -> bool:
        """True for `Russia's`."""
        return self.bare != self.text

    @property
    def is_age(self) -> bool:
        """True for `61-year-old`."""
        return bool(AGE.fullmatch(self.text))

    @property
    def capital(self) -> bool:
        """True when it starts like a name, as `Alm` and `al-Rashid` do."""
        large = opens_large(self.text) and (self.text[0].isupper() or self.pos == "PROPN")
        return large or bool(_PREFIXED.match(self.text))

    @property
    def joined(self) -> bool:
        """True when only white space stands before it."""
        return bool(_SPACE.fullmatch(self.gap))


class Words:
    """A line as a sequence of words."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.text = line.text
        poses = {token.idx: token.pos_ for token in line.doc}
        self.words: list[Word] = []
        last = 0
        for match in _WORD.finditer(self.text):
            gap = self.text[last : match.start()]
            end = match.end()
            if re.match(r"['’](?!\w)", self.text[end:]) and self._may_own(match.group(), end):
                end += 1
            self.words.append(
                Word(self.text[match.start() : end], match.start(), end, gap, poses.get(match.start(), ""))
            )
            last = end + bool(_DATO.match(self.text, match.start()))
        letters = [word for word in self.words if word.text[0].isalpha()]
        self.shouting = len(letters) > 2 and all(word.text.isupper() for word in letters)
        prose = bool(re.search(r"[a-z]\.\W*$", self.text))
        loud = sum(word.capital for word in letters) > 0.7 * max(4, len(letters))
        self.title_case = line.is_heading or (loud and not prose)

    def _may_own(self, word: str, end: int) -> bool:
        """Tell whether the mark behind a word that ends in s makes a possessive of it: behind a name, or `farmers'`."""
        before_noun = word.lower() in self.lexicon.groups and re.match(r"['’] [a-z]", self.text[end:])
        return word[-1] in "sS" and (word[0].isupper() or bool(before_noun))

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, at: int) -> Word:
        return self.words[at]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The office words."""
        return lexicon()

    @cached_property
    def places(self) -> dict[int, tuple[int, Place]]:
        """Places by the index of their first word: the index after their last word, and the meaning."""
        starts = {word.start: at for at, word in enumerate(self.words)}
        found = {}
        for start, end, place in find_places(self.text):
            if start not in starts:
                continue
            at = last = starts[start]
            while last < len(self.words) and self.words[last].start < end:
                last += 1
            found[at] = (last, place)
        return found

    @cached_property
    def place_ends(self) -> dict[int, int]:
        """Index of a place's first word, by the index after its last."""
        return {last: at for at, (last, _) in self.places.items()}

    @cached_property
    def heads(self) -> dict[int, tuple[int, str]]:
        """Heads of titles by the index of their first word: the index after the last, and the kind."""
        found: dict[int, tuple[int, str]] = {}
        at = 0
        while at < len(self.words):
            last, kind = self._head_at(at)
            if kind and not (kind in _NAMELIKE and self._in_name(at)):
                found[at] = (last, kind)
                at = last
            else:
                at += 1
        return found

    @cached_property
    def head_words(self) -> frozenset[int]:
        """The indices of all words of heads that are no names."""
        spans = ((at, end) for at, (end, kind) in self.heads.items() if kind not in _NAMELIKE)
        return frozenset(i for at, end in spans for i in range(at, end))

    def _head_at(self, at: int) -> tuple[int, str]:
        if self.words[at].low not in self.lexicon.head_starts:
            return at, ""
        for length in (5, 4, 3, 2, 1):
            part = self.words[at : at + length]
            if len(part) < length or not all(word.joined for word in part[1:]) or any(w.possessive for w in part):
                continue
            kind = self.lexicon.heads.get(tuple(word.low for word in part))
            apart = part[0].text in ("chief", "head") and part[-1].capital
            if kind and not apart and self._is_written_so(at, length):
                return at + length, kind
        return (at + 1, "mp") if self._is_member(at) else (at, "")

    def _is_written_so(self, at: int, length: int) -> bool:
        """Tell whether a title of letters, such as `PM`, `MLA` or `DG`, is one where it stands."""
        word = self.words[at]
        if length > 1:
            return True
        if word.low == "pm":
            return self._is_premier(at)
        if word.low in self.lexicon.capitals:
            return word.text.isupper()
        return word.low not in self.lexicon.short or self._is_short(at)

    def _is_short(self, at: int) -> bool:
        """Tell whether `DG` stands before a person's name, or before the body it leads."""
        word = self.words[at]
        after = at + 1
        loud = sum(letter.isupper() for letter in word.text) > 1 and not self.shouting
        if not loud or after >= len(self.words) or not self.words[after].joined:
            return False
        if self.words[after].low in ("of", "for"):
            return at > 0 and self.words[at - 1].low in ("the", "former", "then", "acting")
        last = self._named(after)
        person = self.is_person(after, last) or self.words[after].low in self.lexicon.honorifics
        return last > after and (person or self._is_behind_a_body(at))

    def _is_behind_a_body(self, at: int) -> bool:
        """Tell whether `Kerala`, `NIRA` or nothing stands before a short title, and a full name and no more behind."""
        body = self.words[at - 1] if at and self.words[at].joined else None
        named = body is not None and (at in self.place_ends or (body.bare.isupper() and len(body.bare) > 1))
        named = named or (body is not None and body.capital and self.lexicon.describes(body.low))  # `Interior CS`
        named = named or (len(self.words[at].text) > 2 and (at == 0 or not self.words[at].joined))
        last = at + 3
        whole = self.is_capital(at + 2) and not self.is_capital(last) and not self.is_organisation(at + 1, last)
        return named and whole and last < len(self.words) and self.words[last].pos in ("VERB", "AUX")

    def _named(self, at: int) -> int:
        """Return the index after the capital words that follow an index."""
        last = at
        while last < len(self.words) and self.is_capital(last):
            last += 1
        return min(last, at + 2)

    def _is_member(self, at: int) -> bool:
        """Tell whether `member` is one of a parliament, as in `the member for North Down`."""
        if self.words[at].low != "member" or at + 2 >= len(self.words) or self.words[at + 1].low != "for":
            return False
        return self.is_capital(at + 2) and self.words[at + 1].joined

    def _is_premier(self, at: int) -> bool:
        """Tell a prime minister from an hour of the afternoon."""
        return self.words[at].text == "PM" and not (at and self.words[at - 1].text[0].isdigit())

    def _in_name(self, at: int) -> bool:
        if at == 0 or not self.words[at].joined or not self.words[at].capital:
            return False
        before = self.words[at - 1]
        known = (
            self.lexicon.describes(before.low)
            or before.low in self.lexicon.modifiers
            or before.low in self.lexicon.person_stops
        )
        return before.capital and not known and at not in self.place_ends and before.text[0].isalpha()

    def closes(self, at: int) -> bool:
        """Tell whether punctuation or the end stands before the word at an index."""
        return at >= len(self.words) or not self.words[at].joined

    def is_capital(self, at: int) -> bool:
        """Tell whether a word starts like a name and only white space stands before it."""
        return at < len(self.words) and self.words[at].capital and self.words[at].joined

    def is_compound(self, at: int) -> bool:
        """Tell whether a small noun belongs to the noun behind it, as in `sales director`."""
        word = self.words[at]
        if word.capital or word.pos != "NOUN" or self.closes(at + 1) or at in self.heads or word.possessive:
            return False
        token = self.line.doc.char_span(word.start, word.end)
        return token is not None and token.root.dep_ == "compound"

    def low(self, at: int) -> str:
        """Return a word in lower case; nothing behind the end."""
        return self.words[at].low if at < len(self.words) else ""

    def name_from(self, at: int) -> int | None:
        """Return the index after the name that starts at an index; None when no name does."""
        if at >= len(self.words) or not self._may_start(at):
            return None
        last = at
        limit = at + (3 if self.shouting else _MAX_NAME)
        peer = self.words[at].low in _PEERS
        while last < min(len(self.words), limit + 2 * peer) and (last == at or self.words[last].joined):
            word = self.words[last]
            if not (self._part(last, last == at) or (peer and word.low in ("of", "the") and self.is_capital(last + 1))):
                break
            last += 1
            if word.possessive:
                break
        if (
            last < len(self.words)
            and self.words[last].text in ("Jr", "Jr.", "Sr", "Sr.")
            and self.words[last].gap == ", "
        ):
            last += 1
        return last if any(len(self.words[i].bare.strip(".")) > 1 for i in range(at, last)) and last > at else None

    def _may_start(self, at: int) -> bool:
        word = self.words[at]
        lexicon = self.lexicon
        if not word.capital or word.low in lexicon.person_stops or word.low in lexicon.modifiers:
            return False
        if word.low in lexicon.honorifics:
            return True
        if (
            self._describes_a_head(at)
            or at in self.heads
            or (word.low in lexicon.organisation_words and word.low not in _SURNAMES)
        ):
            return False
        if word.possessive and (word.low,) in lexicon.heads:
            return False
        place = self.places.get(at)
        return not (place and (place[1].form == "adjective" or place[0] - at > 1 or place[1].kind == "organisation"))

    def _describes_a_head(self, at: int) -> bool:
        """Tell whether a word belongs to an office and not to a name, as in `Chief Medical Officer`."""
        word = self.words[at]
        alone = at + 1 >= len(self.words) or not self.words[at + 1].joined or not self.words[at + 1].capital
        described = self.lexicon.describes(word.low) and word.low not in _SURNAMES
        return described and (alone or at + 1 in self.head_words)

    def _part(self, at: int, first: bool) -> bool:
        word = self.words[at]
        if not first and word.low in self.lexicon.particles and not word.capital:
            return self.is_capital(at + 1) or (
                at + 1 < len(self.words) and self.words[at + 1].low in self.lexicon.particles
            )
        if not word.capital or word.low in self.lexicon.person_stops or not word.text[0].isalpha():
            return False
        if first:
            return True
        if at in self.heads and self.heads[at][1] not in _NAMELIKE:
            return False
        loud = self.title_case and word.pos in ("VERB", "AUX", "ADP", "DET", "PRON", "SCONJ", "CCONJ")
        verb = self.shouting and any(word.low in (verb + "s", verb + "ed") for verb in self.lexicon.speech)
        return not (loud or verb)

    def name_before(self, end: int) -> int | None:
        """Return the index of the first word of the full name that ends before an index."""
        at = end
        while (
            at > 0
            and end - at < _MAX_NAME + 2
            and (at == end or self.words[at].joined)
            and self._may_belong(at - 1, end)
        ):
            at -= 1
        while at < end:
            after = at > 0 and self.words[at - 1].low in ("of", "to", "in", "for", "from")
            placed = after and at in self.places and self.places[at][0] < end - 1
            if self._may_start(at) and not placed and not self._opens_sentence(at, end):
                break
            at += 1
        at = self._after_rank(at, end)
        if end - at < 2 or not self.words[end - 1].capital or self.is_organisation(at, end):
            return None
        return at

    def _after_rank(self, at: int, end: int) -> int:
        """Return the index after the second word of `Vice Admiral` before a full name; the index itself elsewhere."""
        inside = next((stop for head, (stop, _) in self.heads.items() if head < at < stop <= end - 2), None)
        return inside or at

    def _opens_sentence(self, at: int, end: int) -> bool:
        word = self.words[at]
        first = at == 0 or bool(re.search(r"[.!?:]", word.gap))
        return first and end - at > 2 and word.pos not in ("PROPN", "NOUN", "ADJ", "")

    def _may_belong(self, at: int, end: int) -> bool:
        word = self.words[at]
        if word.possessive or at in self.head_words:
            return False
        if word.low in ("of", "the"):
            return any(w.low in _PEERS for w in self.words[max(0, at - 2) : at])
        particle = word.low in self.lexicon.particles and at + 1 < end
        return particle or (word.capital and word.low not in self.lexicon.person_stops and word.text[0].isalpha())

    def is_group(self, at: int) -> bool:
        """Tell whether a word says for whom or of whom an office is, as in `children's commissioner`."""
        word = self.words[at]
        return word.possessive and not word.capital and word.low in self.lexicon.groups

    def names_something(self, at: int) -> bool:
        """Tell whether the parser takes a capital word for part of a name, or it ends as names of firms do."""
        start = self.words[at].start
        return bool(_FIRM.search(self.words[at].text)) or any(
            entity.start_char <= start < entity.end_char for entity in self.line.doc.ents
        )

    def is_person(self, at: int, end: int) -> bool:
        """Tell whether the parser takes some words for a person's name, or the first words of one."""
        start, stop = self.words[at].start, self.words[end - 1].end
        return any(
            entity.label_ == "PERSON" and entity.start_char <= start and entity.end_char >= stop
            for entity in self.line.doc.ents
        )

    def is_organisation(self, at: int, end: int) -> bool:
        """Tell whether capital words name a body or a place, and no person."""
        if self.words[at].low in _PEERS:
            return False
        named = [word.low for word in self.words[at:end] if word.low in self.lexicon.organisation_words]
        if named:
            return not (set(named) <= _SURNAMES and end - at == 2 and self.is_person(at, end))
        if sum(self.lexicon.describes(word.low) for word in self.words[at:end]) > 1:
            return True
        return at in self.places and self.places[at][0] == end
