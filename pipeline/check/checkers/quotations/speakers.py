"""Who says the words in a stored passage: the article's speaker, somebody else, or nobody that can be told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import Levenshtein

from pipeline.check.checkers.quotations.search import spoken
from pipeline.check.checkers.quotations.words import STRETCH, WORD, words_of
from pipeline.core.english import parse
from pipeline.core.models import Article, Claim, opens_large, plain

if TYPE_CHECKING:
    from spacy.tokens import Token

Who = Literal["same", "other", "unknown"]
PRONOUN = re.compile(r"he|she|they|it|i|we|who|you|one|this|that|these|those|his|her|him|them|us|me", re.IGNORECASE)
_SAYING = frozenset({
    "say", "tell", "write", "add", "argue", "call", "state", "declare", "warn", "claim", "insist", "note",
    "announce", "describe", "post", "tweet", "ask", "reply", "answer", "remark", "stress", "explain", "admit",
    "acknowledge", "comment", "conclude", "complain", "promise", "quote", "accord", "think", "believe",
})  # fmt: skip
_WORDING = frozenset({
    "contain", "include", "say", "use", "utter", "word", "wording", "phrase", "mention", "quote", "find",
    "appear", "occur", "speak", "write", "text", "report", "record", "carry", "put", "give",
})  # fmt: skip
_NOT = frozenset({
    "not", "no", "n't", "never", "nor", "neither", "without", "nowhere", "none",
})  # fmt: skip
_DENYING = frozenset({
    "deny", "lack", "omit", "fabricate", "misquote", "invent", "disavow", "false", "fake", "hoax", "bogus",
})  # fmt: skip
_WOMAN = frozenset({"ms", "mrs", "miss", "lady", "dame", "baroness", "queen", "princess", "sister"})
_MAN = frozenset({"mr", "sir", "lord", "baron", "king", "prince", "brother"})
WHOLE = re.compile(
    r"\b(?:full|complete|verbatim)\s(?:text|transcript|record|statement|remarks|speech)\b|\btranscripts?\b"
    r"|\b(?:press|news|media)\s(?:release|statement)\b|\b(?:in full|verbatim|hansard|minutes)\b"
    r"|\b(?:statement|remarks|speech|address|letter)\s(?:by|of|from)\b"
    r"|\b(?:text|wording)\sof\s(?:the|his|her|their|its|an?)\b",
    re.IGNORECASE,
)
"""How a text says that it is all that somebody said."""
_HEAD = re.compile(r"[^.,;:“\"«\n]{1,200}")
_MATTER = re.compile(r"\b(?:on|about|against|for|to)\b")
_BESIDE = 3
"""How many words before its verb a denial may stand."""
_HIS = r"(?:husband|father|brother|son|uncle|nephew|grandfather|widower)"
_HER = r"(?:wife|mother|sister|daughter|aunt|niece|grandmother|widow)"


@dataclass(frozen=True)
class Person:
    """A speaker as the article names him."""

    name: tuple[str, ...]
    """Words of the name in small letters; empty for nobody, a pronoun or an unnamed source."""
    is_man: bool | None

    @property
    def surname(self) -> str:
        """The last word of the name, or nothing."""
        return self.name[-1] if self.name else ""


def person_of(claim: Claim, article: Article) -> Person:
    """Return the speaker of a claim."""
    if not claim.attribution:
        return Person((), None)
    name = (claim.attribution.name or claim.attribution.speaker).strip()
    if PRONOUN.fullmatch(name):
        return Person((), None)
    words = [plain(match[0])[0] for match in WORD.finditer(name) if opens_large(match[0])]
    kept = tuple(word.lower().replace("’", "'").removesuffix("'s") for word in words)
    while len(kept) > 1 and kept[0] in _WOMAN | _MAN | {"dr", "professor", "prof"}:
        kept = kept[1:]
    return Person(kept, _is_man(name, claim, article))


def _is_man(name: str, claim: Claim, article: Article) -> bool | None:
    """Tell a speaker's sex by honorific, pronoun or kinship in the article; None where it says nothing sure."""
    spoken_of = claim.attribution.speaker.lower() if claim.attribution else ""
    if spoken_of in ("he", "she"):
        return spoken_of == "he"
    last = re.escape(name.split()[-1])
    for titles, kin, answer in ((_MAN, _HIS, True), (_WOMAN, _HER, False)):
        title = rf"\b(?i:{'|'.join(titles)})\.?\s(?:[A-Z][\w.'’-]*\s)?{last}\b"
        kinship = rf"{last},\s(?:her|his|their|the)\s{kin}\b|\b(?:her|his|their)\s{kin},?\s(?:[A-Z]\w*\s)?{last}\b"
        if re.search(f"{title}|{kinship}", article.text):
            return answer
    return None


def who_says(text: str, place: tuple[int, int], person: Person) -> tuple[Who, str]:
    """Tell whether a passage gives the words at a place to a person, to another named one, or to nobody."""
    label = next((each.label for each in spoken(text) if each.label and _holds(each.words.places, place)), None)
    found = label or _subject(_outside(text, place))
    if not person.name:
        return "unknown", found
    names = words_of(found).words
    if person.surname in names:
        return ("same" if _fits(person, names) else "unknown"), found
    led_in = words_of(_lead_in(text, place)).words
    if not found and person.surname in led_in and _fits(person, led_in):
        return "same", person.surname.title()
    people = [words_of(entity.text).words for entity in parse(text).ents if entity.label_ == "PERSON"]
    mentioned = person.surname in {word.removesuffix("'s") for word in words_of(text).words}
    if found:
        # An agency that reports the speaker, or a spokesman for it, is not another speaker.
        near = any(_is_misspelt(person.surname, name) for name in names)
        other = not (mentioned or near) and any(set(names) & set(one) for one in people)
        return ("other" if other else "unknown"), found
    if is_headed(text, person):
        return "same", found
    alone = all(person.surname in one for one in people) and _fits(person, _led_by(text, person.surname))
    return ("same" if mentioned and alone else "unknown"), found


def _is_misspelt(one: str, two: str) -> bool:
    """Tell whether two names of some length differ by a letter or two: of one person, as far as anybody knows."""
    allowed = 2 if min(len(one), len(two)) >= _LONG else 1
    return min(len(one), len(two)) >= _SHORT and Levenshtein.distance(one, two, score_cutoff=allowed) <= allowed


_SHORT, _LONG = 5, 10
"""Letters of names that are compared, and of those in which two may differ."""


def is_headed(text: str, person: Person) -> bool:
    """Tell whether a text gives itself out as the person's words, as in `Full text of the speech of Ann Lee`."""
    head = _HEAD.match(text)
    if head is None or not WHOLE.search(head[0] + text[head.end() : head.end() + 60]):
        return False
    before = _MATTER.split(head[0])[0]
    return person.surname in words_of(before).words


def _lead_in(text: str, place: tuple[int, int]) -> str:
    """Return the words of a line that lead to a quotation with a colon, as in `Ms Lee on the radio, 22 January: “`."""
    start = next((m.start() for m in STRETCH.finditer(text) if m.start() <= place[0] and place[1] <= m.end()), None)
    before = text[:start].rstrip() if start is not None else ""
    return re.split(r"[.!?”\"]\s(?<!\b(?:Mr|Ms|Dr)\.\s)(?<!\bMrs\.\s)|\n", before)[-1] if before.endswith(":") else ""


def _holds(places: tuple[tuple[int, int], ...], place: tuple[int, int]) -> bool:
    return bool(places) and places[0][0] <= place[0] and place[1] <= places[-1][1]


def _led_by(text: str, surname: str) -> tuple[str, ...]:
    """Return the words before a surname in a text, with it."""
    words = words_of(text).words
    at = next((at for at, word in enumerate(words) if word.removesuffix("'s") == surname), 0)
    return (*words[max(0, at - 1) : at], surname)


def _fits(person: Person, names: tuple[str, ...]) -> bool:
    """Tell whether a name with the same surname may be the person: no other first name, no other sex."""
    at = names.index(person.surname)
    before = names[at - 1] if at else ""
    if person.is_man is not None and before in (_WOMAN if person.is_man else _MAN):
        return False
    first = person.name[0] if len(person.name) > 1 else ""
    if not first or not before or before in person.name or before.rstrip(".") in _TITLES:
        return True
    return before == first[0] if len(before) == 1 else before[:2] == first[:2]


_TITLES = _WOMAN | _MAN | frozenset({
    "actor", "actress", "admiral", "ambassador", "analyst", "and", "archbishop", "as", "attorney", "author", "baker",
    "bishop", "but", "by", "capt", "captain", "cardinal", "chair", "chairman", "chairwoman", "chancellor", "chief",
    "cllr", "coach", "col", "colonel", "commissioner", "congressman", "congresswoman", "councillor", "councilor",
    "deputy", "detective", "director", "doctor", "dr", "economist", "engineer", "executive", "farmer", "father",
    "from", "gen", "general", "gov", "governor", "imam", "inspector", "judge", "justice", "lawyer", "leader",
    "lieutenant", "lt", "major", "manager", "mayor", "minister", "mp", "nurse", "of", "officer", "pope", "premier",
    "president", "prof", "professor", "prosecutor", "rabbi", "rep", "representative", "rev", "reverend", "scientist",
    "secretary", "sen", "senator", "sergeant", "sgt", "sheriff", "singer", "speaker", "spokesman", "spokesperson",
    "spokeswoman", "superintendent", "surveyor", "teacher", "the", "then", "when", "while",
})  # fmt: skip
"""What stands before a surname without being a first name."""


def _outside(text: str, place: tuple[int, int]) -> list[Token]:
    """Return the words of the sentences that hold a place, without what is quoted."""
    quoted = [match.span() for match in STRETCH.finditer(text)] + [place]
    return [
        token
        for sentence in parse(text).sents
        if sentence.start_char < place[1] + 2 and place[0] - 2 < sentence.end_char
        for token in sentence
        if not any(start <= token.idx < end for start, end in quoted)
    ]


def says_absent(text: str, place: tuple[int, int]) -> bool:
    """Tell whether a passage says that the words do not occur."""
    lemmas = {token.lemma_.lower() for token in _outside(text, place)}
    lemmas |= {token.lower_ for token in _outside(text, place)}
    return bool(lemmas & _DENYING) or bool(lemmas & _NOT and lemmas & _WORDING and not lemmas & {"hide"})


def denies(text: str, place: tuple[int, int]) -> bool:
    """Tell whether a sentence denies that the words at a place were said: the verb that leads to them is denied."""
    tokens = _outside(text, place)
    for token in tokens:
        lemma = token.lemma_.lower()
        if lemma in ("deny", "fabricate", "invent", "misquote", "disavow"):
            return True
        beside = {each.lower_ for each in tokens if 0 < token.i - each.i <= _BESIDE}
        denied = bool(beside & _NOT) or any(child.dep_ == "neg" for child in token.children)
        if lemma in _WORDING and token.pos_ in ("VERB", "AUX") and denied:
            return True
    return False


def _subject(tokens: list[Token]) -> str:
    """Return the name that is the subject of a verb of saying, with what leads it."""
    for token in tokens:
        if token.pos_ != "PROPN" or token.dep_ not in ("nsubj", "nsubjpass", "pobj"):
            continue
        verb = token.head.head if token.dep_ == "pobj" else token.head
        preposition = token.head.lower_ if token.dep_ == "pobj" else ""
        if preposition and not (preposition == "to" and verb.lemma_.lower() == "accord"):
            continue
        if verb.lemma_.lower() in _SAYING:
            # "Roth's spokesman Falk" is Falk.
            owners = {word.i for owner in token.subtree if owner.dep_ == "poss" for word in owner.subtree}
            own = [word for word in token.subtree if word.pos_ == "PROPN" and word.i not in owners]
            return " ".join(word.text for word in own if word.i <= token.i or word.head == token)
    return ""
