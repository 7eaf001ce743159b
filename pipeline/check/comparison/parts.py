"""Part by part: what of a claim a source's sentence says too, what it says otherwise, what it does not mention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.check.comparison.ages import Age, agrees, birth_of, find_ages, whose
from pipeline.check.comparison.alike import NEGATIONS, Change, changes, opposed, words_of
from pipeline.check.comparison.figures import Figure, agreement, comparable
from pipeline.check.comparison.names import Name, is_known, likeness
from pipeline.check.comparison.nearest import Ground, is_same, meet
from pipeline.check.comparison.quoting import altered_quotations
from pipeline.check.comparison.reading import Day, Reading
from pipeline.check.comparison.slots import Slot
from pipeline.check.comparison.table import stem_of, wordings
from pipeline.core.models import PartKind, Relation

_TYPO, _KIN, _SLOT = 1.5, 2.0, 3.0
"""What must be shared elsewhere before names that are nearly one, have a word in common, or fill one slot differ."""
_COUNT, _AMOUNT, _EVENT, _POLARITY, _RANK = 2.0, 3.0, 3.0, 3.0, 3.0
_MOST, _FEW_WORDS = 2, 5
_SORTS: dict[PartKind, str] = {"organisation": "name", "place": "name"}
_NEAR_DAYS = 12
"""Two dates as near as this are of one event, if all else agrees."""
_KINSHIP = re.compile(
    r"\b(?:father|mother|son|daughter|brother|sister|wife|husband|widow|uncle|aunt|cousin|grand\w+|family|parents?)\b"
)


@dataclass(frozen=True)
class Found:
    """A part of the claim with its counterpart, by offsets in article and passage."""

    kind: PartKind
    start: int
    end: int
    relation: Relation
    at: tuple[int, int] | None = None
    sure: bool = False
    """True for a difference that stands beside another one."""

    def unsaid(self) -> Found:
        """Return the part as one that the source does not mention."""
        return Found(self.kind, self.start, self.end, "not_mentioned")


def compare_parts(own: Reading, ground: Ground, known: frozenset[str], as_of: date) -> tuple[Found, ...]:
    """Return the parts of a claim's sentence in order; `known` are the words of all its names, `as_of` its day."""
    ages = [part for age in find_ages(own, as_of) if (part := _of_age(age, own, ground))]
    taken = [(part.start, part.end) for part in ages]
    found = [
        *ages,
        *(_of_name(name, own, ground, known) for name in own.names if name.sure),
        *(_of_figure(figure, own, ground) for figure in own.figures if not _in(figure, taken)),
        *(_of_day(day, own, ground) for day in own.days),
    ]
    found = _unless_other(found)
    found += [*_opposites(own, ground), *_grades(own, ground), *_ranks(own, ground)]
    for change in _changed(own, ground):
        found = _with_change(found, change, own, ground.source.reading)
    found = _unless_many(_with_quotations(found, own, ground))
    return _apart(found)


def _apart(found: list[Found]) -> tuple[Found, ...]:
    """Return the parts in order; of those that share words a difference stays, else the longest that agrees."""
    ranked = sorted(
        found, key=lambda each: (each.relation != "differs", each.relation != "agrees", each.start - each.end)
    )
    kept: list[Found] = []
    for part in ranked:
        if not any(part.start < other.end and other.start < part.end for other in kept):
            kept.append(part)
    return tuple(sorted(kept, key=lambda each: each.start))


def _unless_other(found: list[Found]) -> list[Found]:
    """Take back all differences where two parts differ: the sentences are then of two things or occasions."""
    differing = {each.at for each in found if each.relation == "differs"}
    if len(differing) < 2 and sum(each.relation == "differs" for each in found) < 2:
        return found
    return [each if each.sure or each.relation != "differs" else each.unsaid() for each in found]


def _unless_many(found: list[Found]) -> list[Found]:
    """Take back all differences where there are more than two, or a figure and a name or date: of another thing."""
    differing = [each for each in found if each.relation == "differs" and each.kind != "quotation"]
    both = len({_SORTS.get(each.kind, each.kind) for each in differing} & {"number", "date", "name"}) > 1
    if len(differing) <= _MOST and not both:
        return found
    return [each.unsaid() if each in differing else each for each in found]


def _in(figure: Figure, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < figure.end and figure.start < end for start, end in taken)


def _of_age(age: Age, own: Reading, ground: Ground) -> Found | None:
    name = whose(age, own.names)
    born = birth_of(name, ground.source.reading) if name else None
    if born is None:
        return None
    relation: Relation = "agrees" if agrees(age, born, ground.source.reading) else "differs"
    return Found("number", age.start, age.end, relation, (born.start, born.end), sure=True)


def _with_quotations(found: list[Found], own: Reading, ground: Ground) -> list[Found]:
    """Put in the quotations that the passage has too, the words that differ in the place of the whole."""
    for (start, end), at, altered in altered_quotations(own.text, own.start, ground.source.passage.text):
        found = [part for part in found if part.end <= start or part.start >= end]
        found += [
            Found("quotation", each.start, each.end, "differs", (each.other_start, each.other_end), sure=True)
            for each in altered
        ]
        own_words, words = (
            words_of(text[low:high])
            for text, low, high in ((own.text, start - own.start, end - own.start), (ground.source.passage.text, *at))
        )
        if own_words.folded == words.folded:
            found.append(Found("quotation", start, end, "agrees", at))
    return found


def _changed(own: Reading, ground: Ground) -> Iterator[Change]:
    """Yield where two sentences of nearly the same words differ, in offsets of article and passage."""
    there = ground.source.reading
    for each in changes(own.text, there.text) or ():
        yield Change(
            each.start + own.start,
            each.end + own.start,
            each.other_start + there.start,
            each.other_end + there.start,
            each.opposed,
        )


def _with_change(found: list[Found], change: Change, own: Reading, there: Reading) -> list[Found]:
    """Return the parts with the one that changed, unless it is already known to agree or to differ."""
    touched = [part for part in found if part.start < change.end and change.start < part.end]
    if not _of_a_kind(change, own, there):
        return found
    if any(part.relation != "not_mentioned" for part in touched):
        return found
    if not touched and _are_verbs(change, own):
        return found
    start, end = min([change.start, *(p.start for p in touched)]), max([change.end, *(p.end for p in touched)])
    kind = touched[0].kind if touched else _kind(own.text[change.start - own.start : change.end - own.start])
    part = Found(kind, start, end, "differs", (change.other_start, change.other_end))
    return [*(each for each in found if each not in touched), part]


def _opposites(own: Reading, ground: Ground) -> Iterator[Found]:
    """Yield the verb that a source denies of the same subject, or whose opposite it tells."""
    for word in own.words:
        for other in ground.source.reading.words:
            if not word.verb or not other.verb or not word.subject & other.subject:
                continue
            opposite = opposed(word.text, other.text) and word.negated == other.negated
            denied = word.stem == other.stem and word.negated != other.negated
            if (opposite or denied) and ground.without(word.start, word.end) >= _POLARITY:
                yield Found("negation", word.start, word.end, "differs", (other.start, other.end))


def _grades(own: Reading, ground: Ground) -> Iterator[Found]:
    """Yield a title that one side gives another grade: director and deputy director of one person."""
    for word in own.words:
        for other in ground.source.reading.words:
            same = word.stem == other.stem and word.of & other.of
            if same and word.grade != other.grade and (word.grade | other.grade):
                yield Found("title", word.start, word.end, "differs", (other.start, other.end), sure=True)


def _ranks(own: Reading, ground: Ground) -> Iterator[Found]:
    """Yield the ranks of one noun: the same, or another, such as the oldest and the second oldest, or the youngest."""
    for rank in own.ranks:
        there = [other for other in ground.source.reading.ranks if rank.nouns & other.nouns or rank.word == other.word]
        same = [other for other in there if (other.word, other.order) == (rank.word, rank.order)]
        other = [each for each in there if each.order != rank.order or opposed(rank.word, each.word)]
        if same:
            yield Found("superlative", rank.start, rank.end, "agrees", (same[0].start, same[0].end))
        elif len(other) == 1 and ground.without(rank.start, rank.end) >= _RANK:
            yield Found("superlative", rank.start, rank.end, "differs", (other[0].start, other[0].end))


def _of_a_kind(change: Change, own: Reading, there: Reading) -> bool:
    """Tell whether a figure stands in the place of a figure, a name in that of a name, else few words of few."""
    inside = [each for each in own.figures if each.start < change.end and change.start < each.end]
    others = [each for each in there.figures if each.start < change.other_end and change.other_start < each.end]
    if inside:
        return any(one.unit == two.unit and bool(one.nouns) == bool(two.nouns) for one in inside for two in others)
    names, others_names = (
        [name for name in reading.names if name.sure and name.start < end and start < name.end]
        for reading, start, end in (
            (own, change.start, change.end),
            (there, change.other_start, change.other_end),
        )
    )
    words = [
        text.split()
        for text in (
            own.text[change.start - own.start : change.end - own.start],
            there.text[change.other_start - there.start : change.other_end - there.start],
        )
    ]
    return bool(others_names) if names else max(map(len, words)) <= _FEW_WORDS


def _are_verbs(change: Change, own: Reading) -> bool:
    """Tell whether only verbs changed that do not exclude each other: they may say the same."""
    inside = [word for word in own.words if change.start <= word.start and word.end <= change.end]
    return bool(inside) and all(word.verb for word in inside) and not change.opposed


def _kind(words: str) -> PartKind:
    parts = words.lower().split()
    if any(part in NEGATIONS or part.endswith(("n't", "n’t")) for part in parts):
        return "negation"
    return "superlative" if any(part in wordings().superlatives or part.endswith("est") for part in parts) else "other"


def _of_name(name: Name, own: Reading, ground: Ground, known: frozenset[str]) -> Found:
    there = ground.source
    for other in (*there.reading.names, *(n for reading in there.beside for n in reading.names)):
        if is_same(name, other):
            return Found(name.kind, name.start, name.end, "agrees", (other.start, other.end))
    strange = [other for other in there.reading.names if other.sure and not is_known(other, known)]
    if _is_named(name, there.passage.text):
        strange = []
    for wanted in ("typo", "kin", "none"):
        for other in strange:
            if likeness(name, other) == wanted and _replaces(name, other, wanted, own, ground):
                start, end = name.titled if _share_title(name, other) else (name.start, name.end)
                return Found(name.kind, start, end, "differs", (other.start, other.end), sure=wanted == "typo")
    return Found(name.kind, name.start, name.end, "not_mentioned")


def _is_named(name: Name, text: str) -> bool:
    """Tell whether most words of a name stand in a text, in whatever form: `the bishops' conference`."""
    small = {stem_of(word) for word in re.findall(r"[^\W_]+", text) if word.islower()}
    told = [word for word in name.words if len(word) > 3]
    return 2 * sum(stem_of(word) in small for word in told) > len(told)


def _replaces(name: Name, other: Name, how: str, own: Reading, ground: Ground) -> bool:
    elsewhere = ground.without(name.start, name.end)
    if how == "typo":
        return elsewhere >= _TYPO
    if how == "kin":
        return elsewhere >= _KIN and _alike_kinds(name, other) and not _KINSHIP.search(ground.source.reading.text)
    named = ground.names_without(name.start, name.end) > 0
    fits = _share_slot(name, other) or _is_elsewhere(name, other, ground)
    return named and _same_occasion(own, ground) and fits and elsewhere >= _SLOT and _alike_kinds(name, other)


def _share_slot(name: Name, other: Name) -> bool:
    """Tell whether two names stand in one slot that holds one thing at a time; one may win or visit many."""
    return any(relation != "object" for relation, _ in _exclusive(name, other))


def _share_title(name: Name, other: Name) -> bool:
    """Tell whether a source gives somebody's title to another person: the title is then as doubtful as the name."""
    return any(relation == "is" for relation, _ in _exclusive(name, other))


def _exclusive(name: Name, other: Name) -> frozenset[Slot]:
    """Return the slots that two names share, without those that many fill: analysts and speakers differ from nobody."""
    acts = wordings().acts
    shared = frozenset(slot for slot in name.slots & other.slots if slot[0] != "subject" or slot[1] not in acts)
    roles = {key for relation, key in shared if relation == "is"}
    if roles & wordings().many:
        return frozenset(slot for slot in shared if slot[0] != "is")
    return shared


def _is_elsewhere(name: Name, other: Name, ground: Ground) -> bool:
    """Tell whether one thing happens in two places, or is of two countries: the source tells of it too, and where."""
    if {name.kind, other.kind} != {"place"}:
        return False
    keys = ground.source.reading.keys
    of_what = name.place is not None and name.place.form == "adjective" and _leads_to(name, ("beside", "is"), keys)
    return of_what or _leads_to(name, ("where",), keys) and any(relation == "where" for relation, _ in other.slots)


def _leads_to(name: Name, relations: tuple[str, ...], keys: frozenset[str]) -> bool:
    return any(relation in relations and key in keys for relation, key in name.slots)


def _alike_kinds(name: Name, other: Name) -> bool:
    return name.kind == other.kind or "name" in (name.kind, other.kind)


def _of_figure(figure: Figure, own: Reading, ground: Ground) -> Found:
    kind: PartKind = "number"
    there = [other for other in ground.source.reading.figures if comparable(figure, other)]
    agreeing = [other for other in there if agreement(figure, other) == "agree"]
    if agreeing:
        return Found(kind, figure.start, figure.end, "agrees", (agreeing[0].start, agreeing[0].end))
    others = [other for other in own.figures if other is not figure and comparable(figure, other)]
    free = [other for other in there if not any(agreement(other, mine) == "agree" for mine in others)]
    free = [other for other in free if not other.score and other.high not in {mine.high for mine in own.figures}]
    if figure.score or _of_another(own, ground) or _is_written(figure, ground) or not _same_occasion(own, ground):
        return Found(kind, figure.start, figure.end, "not_mentioned")
    in_slot = [other for other in free if other.slots & figure.slots]
    free = in_slot if len(in_slot) == 1 else free
    if len(free) == 1 and not others and agreement(figure, free[0]) == "differ" and _may_differ(figure, ground):
        return Found(kind, figure.start, figure.end, "differs", (free[0].start, free[0].end))
    return Found(kind, figure.start, figure.end, "not_mentioned")


def _of_another(own: Reading, ground: Ground) -> bool:
    """Tell whether a source tells the same of another: a name that it lacks, and one of its own in the same slot."""
    there = ground.source.reading.names
    around = [*there, *(name for reading in ground.source.beside for name in reading.names)]
    lacking = [name for name in own.names if name.sure and not any(is_same(name, other) for other in around)]
    strange = [other for other in there if other.sure and not any(is_same(name, other) for name in own.names)]
    return any(name.slots & other.slots for name in lacking for other in strange)


def _is_other(figure: Figure, ground: Ground) -> bool:
    """Tell whether a source has only other figures of the same things: another year's, perhaps."""
    there = [other for other in ground.source.reading.figures if comparable(figure, other)]
    return bool(there) and not any(agreement(figure, other) == "agree" for other in there)


def _is_written(figure: Figure, ground: Ground) -> bool:
    """Tell whether the source has the same number, of whatever."""
    there = (*ground.source.reading.figures, *(f for reading in ground.source.beside for f in reading.figures))
    return any(abs(other.high) == abs(figure.high) for other in there)


def _same_occasion(own: Reading, ground: Ground) -> bool:
    """Tell whether the dates of two sentences do not tell two occasions."""
    there = ground.source.reading.days
    return not own.days or not there or any(meet(one, two) for one in own.days for two in there)


def _may_differ(figure: Figure, ground: Ground) -> bool:
    elsewhere = ground.without(figure.start, figure.end)
    return elsewhere >= (_COUNT if figure.unit in ("count", "rank") else _AMOUNT)


def _of_day(day: Day, own: Reading, ground: Ground) -> Found:
    there = ground.source.reading.days
    for other in there:
        if meet(day, other):
            return Found("date", day.start, day.end, "agrees", (other.start, other.end))
    mine = [other for other in own.days if other is not day]
    free = [other for other in there if not any(meet(other, each) for each in mine)]
    written = day.precision == "year" and re.search(rf"\b{day.first.year}\b", ground.source.passage.text)
    if written or _of_another(own, ground) or any(_is_other(figure, ground) for figure in own.figures):
        free = []
    for other in free:
        if _other_date(day, other, ground):
            return Found("date", day.start, day.end, "differs", (other.start, other.end))
    return Found("date", day.start, day.end, "not_mentioned")


def _other_date(day: Day, other: Day, ground: Ground) -> bool:
    if (day.relative or other.relative) and abs((day.first - other.first).days) > 6:
        return False
    elsewhere, named = ground.without(day.start, day.end), ground.names_without(day.start, day.end)
    if "of" in (day.role, other.role):
        return False
    near = day.precision == other.precision == "day" and abs((day.first - other.first).days) <= _NEAR_DAYS
    if not named or day.role != other.role and not (near and {day.role, other.role} == {"at", "since"}):
        return False
    return elsewhere >= _EVENT and (near or bool(day.events & other.events))


def names_of(readings: Sequence[Reading]) -> Iterator[Name]:
    """Yield the names of sentences."""
    return (name for reading in readings for name in reading.names)
