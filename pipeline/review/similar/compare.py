"""Whether two claims say the same, decided by what they say rather than by how near their vectors are.

A paraphrase and a contradiction look alike to an embedding model, so two claims count as the same only when
nothing that decides their truth differs: figures, dates, negation, names and places, who did what to whom,
quantifiers, modality and tense, and every other word that says something. When unsure, they differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from pipeline.review.similar.reading import Reading, stem, words_of_claims

_PASSING = timedelta(days=31)
"""How far apart two articles may be that both say `last autumn` or `now`."""


def difference(one: Reading, two: Reading, *, one_article: bool = False) -> str | None:
    """Return in a few words what keeps two claims from being the same, None when nothing does."""
    return (
        surface_difference(one, two, one_article=one_article)
        or _other_denial(one, two)
        or _other_names(one, two)
        or ("another tense or mood" if one.tense != two.tense else None)
        or _other_words(one, two)
        or _other_roles(one, two)
    )


def surface_difference(one: Reading, two: Reading, *, one_article: bool = False) -> str | None:
    """Return the same as far as it can be told without a parser, which is quick."""
    return (
        another_time(one, two, one_article)
        or ("other figures" if one.numbers != two.numbers else None)
        or ("one denies what the other says" if one.negations != two.negations else None)
        or ("other places" if set(one.places.values()) != set(two.places.values()) else None)
        or ("other quantifiers or conditions" if one.telling != two.telling else None)
    )


def another_time(one: Reading, two: Reading, one_article: bool) -> str | None:
    """Return why two claims do not speak of the same time, None when they do or speak of none."""
    if one.dates != two.dates or one.passing != two.passing:
        return "another time"
    if one_article or not (one.floating or one.passing):
        return None
    if one.day is None or two.day is None:
        return "its time hangs on the day of its article, which is not known"
    return "another time" if one.passing and abs(one.day - two.day) > _PASSING else None


def _other_denial(one: Reading, two: Reading) -> str | None:
    if one.denied and two.denied and one.denied.isdisjoint(two.denied):
        return "one denies what the other says"
    return None


def _other_names(one: Reading, two: Reading) -> str | None:
    """Names must be the same; one side may leave out a given name or a title before a last name."""
    left, right = _extra_names(one, two), _extra_names(two, one)
    if left and right:
        return "other names"
    whole, part = (one, two) if left else (two, one)
    kept = part.names.keys() | part.words
    extra = left or right
    return None if all(whole.names[word] in kept - extra for word in extra) else "a name that the other leaves out"


def _extra_names(one: Reading, two: Reading) -> set[str]:
    return {name for name in one.names if name not in two.names and not _among(name, two.words)}


def _among(name: str, words: set[str]) -> bool:
    return name in words or stem(words_of_claims().same.get(name, name)) in words


def _other_words(one: Reading, two: Reading) -> str | None:
    left, right = set(_unshared(one, two)), set(_unshared(two, one))
    if not right and left <= one.naming or not left and right <= two.naming:
        return None
    return f"only one has a word like “{min(left | right)}”"


def _unshared(one: Reading, two: Reading) -> Iterator[str]:
    forms = {stem(words_of_claims().same.get(name, name)) for name in two.names}
    return (word for word in one.words if word not in two.words and word not in forms)


def _other_roles(one: Reading, two: Reading) -> str | None:
    for mine, theirs in ((one.subjects, two.subjects), (one.objects, two.objects)):
        if any(mine[verb].isdisjoint(theirs[verb]) for verb in mine.keys() & theirs.keys()):
            return "others do it, or it is done to others"
    if _bound_otherwise(one, two) or _bound_otherwise(two, one):
        return "others do it, or it is done to others"
    if not (one.clear and two.clear) and list(one.order) != list(two.order):
        return "unclear grammar"
    moved = _exchanged(one, two) or _bound_in_turn(one, two) or _reordered(one, two)
    return "two words have changed places" if moved else None


def _bound_otherwise(one: Reading, two: Reading) -> bool:
    """Tell whether a word hangs on `to` or the like in one, and otherwise in the other."""
    binding = words_of_claims().binding
    does = {word for words in two.subjects.values() for word in words} - two.bound.keys()
    done_to = {word for words in two.objects.values() for word in words} - two.bound.keys()
    return one.main in two.clauses or any(
        word in done_to
        or (preposition in binding and (word in does or two.bound.get(word, preposition) != preposition))
        for word, preposition in one.bound.items()
    )


def _exchanged(one: Reading, two: Reading) -> bool:
    """Tell whether two words, figures or dates hang each where the other did: `3 men, 5 women`, `5 men, 3 women`."""
    mine, theirs = one.relations, two.relations
    return any(
        mine[this] & theirs[that] and mine[that] & theirs[this] and not mine[this] & mine[that]
        for this, that in combinations(sorted(mine.keys() & theirs.keys()), 2)
    )


def _reordered(one: Reading, two: Reading) -> bool:
    """Tell whether of joined parts some words changed their order and others did not: `A to B and C to D`.

    A date may stand anywhere.
    """
    if not (one.coordinated and two.coordinated):
        return False
    shared = [word for word in one.order.keys() & two.order.keys() if not word.startswith("date ")]
    kept = {
        (one.order[this] < one.order[that]) == (two.order[this] < two.order[that])
        for this, that in combinations(shared, 2)
    }
    return len(kept) > 1


def _bound_in_turn(one: Reading, two: Reading) -> bool:
    """Tell whether one word hangs on a preposition here and another there: `the copy of A`, `A of the copy`."""
    only_one = {(preposition, word) for word, preposition in one.bound.items() if word not in two.bound}
    only_two = {(preposition, word) for word, preposition in two.bound.items() if word not in one.bound}
    known = (one.order.keys() | one.words) & (two.order.keys() | two.words)
    return any(
        here == there and word in known and other in known for here, word in only_one for there, other in only_two
    )
