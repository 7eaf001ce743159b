"""What a page's own style sheets hide: selectors, held against its elements.

Understood are tags, classes, ids, attributes, `:is`, `:where`, `:not` of one of these, first and last children, and the
four ways to put them together; a rule under a width, a state or in another sheet is not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pipeline.articles.styles import hides, is_blank

_INNER = r"\{((?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,200})\s*\}"
_BLOCK = re.compile(rf"@(?:media|supports|keyframes|-webkit-keyframes)[^{{]{{0,300}}{_INNER}")
_ALWAYS = re.compile(
    rf"@(?:media\s+(?:only\s+)?(?:all|screen|not\s+print)|supports\s+(?!not\b)[^{{]{{1,200}}|layer[^{{;]{{0,100}})\s*{_INNER}"
)
_COMMENT = re.compile(r"/\*.{0,2000}?\*/|<!--|-->", re.DOTALL)
_GIVEN = re.compile(r"(--[\w-]{1,60})\s*:\s*([^;{}]{1,200})")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]{1,60})\s*(?:,[^()]{0,100})?\)")
_INSIDE = r"(?![^()\[\]]{0,60}[)\]])"
_COMMA = re.compile(rf",{_INSIDE}")
_STEP = re.compile(rf"(?:\s*([>+~])\s*|\s+){_INSIDE}")
_NAME = re.compile(r"[.#][\w-]{1,100}")
_EITHER = re.compile(r":(?:is|where)\(([^()]{1,300})\)")
_SIMPLE = r"(?:[.#][A-Za-z_-][\w-]*|\[[\w-]{1,60}\s*(?:[*^$~|]?=\s*[\"']?[\w -]{0,60}[\"']?)?\])"
_PLACES = "first-child|last-child|only-child|first-of-type|last-of-type"
_COMPOUND = re.compile(rf"(?:[a-z][a-z0-9]*|\*)?(?:{_SIMPLE}|:not\({_SIMPLE}\)|:(?:{_PLACES}))*", re.IGNORECASE)
_PART = re.compile(
    rf"(?P<no>:not\()?(?:(?P<kind>[.#])(?P<name>[\w-]+)"
    r"|\[(?P<attribute>[\w-]+)\s*(?:(?P<how>[*^$~|]?=)\s*[\"']?(?P<value>[\w -]*)[\"']?)?\])"
    rf"|:(?P<place>{_PLACES})"
)
_MOST_SELECTORS = 200
"""Hiding selectors of a page that are more than one class or one id; each is held against each element."""
_MOST_RULES = 200_000
_LONGEST = 2_000
"""Characters of the selectors of a rule, and of what it declares."""
_FAR = 60
"""Elements above or before one that a selector is looked for in."""


@dataclass(frozen=True)
class _Asked:
    """One thing that a selector asks of an element."""

    name: str
    how: str = ""
    value: str = ""
    denied: bool = False

    def fits(self, element: Any) -> bool:
        """Tell whether an element has it."""
        return self._has(element) != self.denied

    def _has(self, element: Any) -> bool:
        if self.how == "place":
            return _stands_at(element, self.name)
        given = element.get(self.name)
        if given is None or not self.how:
            return given is not None
        found: bool = {
            "=": given == self.value,
            "~=": self.value in given.split(),
            "^=": given.startswith(self.value),
            "$=": given.endswith(self.value),
            "*=": self.value in given,
            "|=": given.split("-")[0] == self.value,
        }[self.how]
        return found


def _stands_at(element: Any, place: str) -> bool:
    first = not any(True for _ in _beside(element, place, following=False))
    last = not any(True for _ in _beside(element, place, following=True))
    return {"first": first, "last": last, "only": first and last}[place.partition("-")[0]]


def _beside(element: Any, place: str, *, following: bool) -> Iterator[Any]:
    others = islice(element.itersiblings(preceding=not following), _FAR)
    return (
        each for each in others if isinstance(each.tag, str) and (place.endswith("child") or each.tag == element.tag)
    )


@dataclass(frozen=True)
class _Compound:
    """What a selector asks of one element, and how that stands to the one before: below, child of, behind."""

    tag: str
    asked: tuple[_Asked, ...]
    relation: str

    @property
    def key(self) -> str:
        """A class or the tag without which no element is such a one; empty where it may be any."""
        named = (
            f".{each.value}" for each in self.asked if (each.name, each.how, each.denied) == ("class", "~=", False)
        )
        return next(named, self.tag)

    def fits(self, element: Any) -> bool:
        """Tell whether an element is such a one."""
        return self.tag in ("", element.tag) and all(each.fits(element) for each in self.asked)


@dataclass
class _Selector:
    compounds: tuple[_Compound, ...]
    _known: dict[tuple[Any, int], bool] = field(default_factory=dict)

    def fits(self, element: Any, number: int = -1) -> bool:
        """Tell whether an element is the last of the compounds, or the one of a number, below those before."""
        at = number % len(self.compounds)
        if at == 0 or not self.compounds[at].fits(element):
            return self.compounds[at].fits(element)
        known = self._known.get((element, at))
        if known is None:
            others = _related(element, self.compounds[at].relation)
            known = any(self.fits(other, at - 1) for other in others)
            self._known[(element, at)] = known
        return known


def _related(element: Any, relation: str) -> Iterator[Any]:
    if relation in (" ", ">"):
        return islice(element.iterancestors(), 1 if relation == ">" else _FAR)
    before = (each for each in element.itersiblings(preceding=True) if isinstance(each.tag, str))
    return islice(before, 1 if relation == "+" else _FAR)


class Sheet:
    """The selectors by which a page's own style sheets hide elements."""

    def __init__(self) -> None:
        self._classes: set[str] = set()
        self._ids: set[str] = set()
        self._others: dict[str, list[_Selector]] = defaultdict(list)
        self._count = 0

    def add(self, selector: str) -> None:
        """Take a selector in, if it is one that is understood."""
        if self._count >= _MOST_SELECTORS and not _NAME.fullmatch(selector.strip()):
            return
        for plain in _alternatives(selector.strip().lstrip("&").strip()):
            compounds = _read(plain)
            only = compounds[0].asked[0] if len(compounds) == 1 and len(compounds[0].asked) == 1 else None
            if only and not compounds[0].tag and not only.denied and (only.name, only.how) == ("class", "~="):
                self._classes.add(only.value)
            elif only and not compounds[0].tag and not only.denied and (only.name, only.how) == ("id", "="):
                self._ids.add(only.value)
            elif compounds:
                self._others[compounds[-1].key].append(_Selector(compounds))
                self._count += 1

    def hides(self, element: Any) -> bool:
        """Tell whether a selector fits an element."""
        names = (element.get("class") or "").split()
        if not self._classes.isdisjoint(names) or element.get("id") in self._ids:
            return True
        keys = ("", element.tag, *(f".{name}" for name in names)) if self._others else ()
        return any(selector.fits(element) for key in keys for selector in self._others.get(key, ()))


def _alternatives(selector: str) -> list[str]:
    found = [selector]
    for _ in range(3):
        found = [each for one in found for each in _without_either(one)][:20]
    return found


def _without_either(selector: str) -> list[str]:
    match = _EITHER.search(selector)
    if not match:
        return [selector]
    return [selector[: match.start()] + each.strip() + selector[match.end() :] for each in match[1].split(",")]


def _read(selector: str) -> tuple[_Compound, ...]:
    """Return the compounds of a selector; none where it is not understood."""
    read, relation = list[_Compound](), " "
    for step in (part for part in _STEP.split(selector) if part):
        if step in (">", "+", "~"):
            relation = step
            continue
        if not _COMPOUND.fullmatch(step):
            return ()
        tag = re.match(r"[a-z][a-z0-9]*", step, re.IGNORECASE)
        read.append(_Compound(tag[0].lower() if tag else "", tuple(map(_asked, _PART.finditer(step))), relation))
        relation = " "
    return tuple(read)


def _asked(part: re.Match[str]) -> _Asked:
    if part["place"]:
        return _Asked(part["place"].lower(), "place")
    denied = part["no"] is not None
    if part["kind"]:
        name, how = ("class", "~=") if part["kind"] == "." else ("id", "=")
        return _Asked(name, how, part["name"], denied)
    return _Asked(part["attribute"].lower(), part["how"] or "", (part["value"] or "").strip(), denied)


def hidden_by_sheets(tree: Any) -> Sheet:
    """Return what a page's own style sheets hide, by rules outside of conditions."""
    found = Sheet()
    for sheet in tree.iter("style"):
        if sheet.get("media") not in (None, "", "all", "screen"):
            continue
        text = _ALWAYS.sub(r"\1", _COMMENT.sub("", (sheet.text or "")[:_MOST_RULES]))
        given = dict(_GIVEN.findall(text))
        for selectors, body in _rules(_BLOCK.sub("", text)):
            said = _VARIABLE.sub(lambda match: given.get(match[1], ""), body) if "var(" in body else body  # noqa: B023
            if hides(said) or is_blank(said):
                for selector in _COMMA.split(selectors):
                    found.add(selector)
    return found


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and declarations of each rule, of one within another those of the inner."""
    for rule in text.split("}")[:-1]:
        before, brace, body = rule.rpartition("{")
        selectors = re.split(r"[{;]", before[-_LONGEST:])[-1]
        if brace and selectors.strip() and "@" not in selectors and len(body) <= _LONGEST:
            yield selectors, body
