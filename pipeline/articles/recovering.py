"""What a reader sees between the paragraphs that were kept, and the extractor dropped: put back, or told as lost."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from pipeline.articles.cleaning import Block
from pipeline.articles.corrections import find_corrections
from pipeline.articles.framing import without_frame
from pipeline.articles.page_tables import SEPARATOR
from pipeline.articles.visible import Kept, Seen, lost_sentences, words_of

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TEXT = frozenset(
    ("p", "li", "dd", "dt", "blockquote", "pre", "summary", "td", "th", "div", "section", "article", "address")
)
_CAPTIONS = frozenset(("figcaption", "caption"))
_CAPTION_WORDS, _TEXT_WORDS, _HEADING_WORDS = 6, 5, 16
_ENDS = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_CREDITED = re.compile(
    r"\s*(?:\(?(?:photo|image|picture|credit|source|illustration)[^.]{0,60}|[^.]{0,40}(?:/|via )[^.]{0,40})\)?\s*$",
    re.I,
)
_FURNITURE = re.compile(
    r"(?:related|recommended|more (?:from|on|stories|news|in)|most (?:read|popular|viewed)|read (?:more|next|also)"
    r"|see also|also read"
    r"|trending|topics|tags|quotes|comment(?:s|ing)?|share|follow us|newsletter|sign up|subscribe|advertis|you may also"
    r"|in this (?:story|article)"
    r"|about the author|popular|latest|editor[’']?s pick|don[’']t miss|watch:|listen:)\b",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?:(?:also|must|please)\s+)?(?:(?:read|watch|see|listen|related|more)(?:\s+(?:more|also|next|here|stories|articles))*\s*[:|»–—]"
    r"|read\s+(?:more|also|next|the full)\b|click\s+here\b|recommended\s*:|don[’']t miss\s*:)",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"\b(?:newsletters?|sign(?:ing)? up|subscri\w+|inbox|your (?:e-?mail|account)|log in|sign in"
    r"|download (?:the|our)|donate|our (?:app|terms|privacy))\b",
    re.I,
)
_LABEL = re.compile(
    r"(?:.{0,24}\d+ ?min(?:ute)?s?\.? read|\d[\d,.]*[km]? (?:views?|comments?|likes?|shares?|claps?|reactions?))"
    r"|\W*(?:advertisements?|sponsored(?: content)?"
    r"|(?:story|article) continues (?:below|after)(?: (?:the )?advertisement)?"
    r"|share(?: this)?(?: article| story)?|skip advertisement|ad)\W*",
    re.IGNORECASE,
)
_LEAD_WORDS = 8
_LINKED = 0.8
"""The share of links from which a block that is no sentence only leads to another story."""
_SHARE = 0.85
_TELL_SHARE = 0.05
_TELL = 120
"""Characters of a lost sentence that a warning shows."""


@dataclass(frozen=True)
class Recovered:
    """The blocks of an article with what was put back, the part of the page it stands in, and what is still lost."""

    blocks: list[Block]
    region: Any
    seen: list[Seen]
    """What a reader sees in that part."""
    warnings: tuple[str, ...] = ()


def recover(blocks: Sequence[Block], seen: Sequence[Seen], body: Any, titles: Sequence[str] = ()) -> Recovered:
    """Put back what stands between kept blocks and is text; warn of the rest, where it is more than a trifle.

    A headline that the page is titled by, and paragraphs between it and the text, may stand in an element of their own;
    so may a correction behind the text.
    """
    blocks = _without_teasers(_unmerged(blocks, seen), seen)
    kept = Kept([block.text for block in blocks])
    places = [kept.place(each.words) for each in seen]
    region = _region(seen, places, body)
    inside = set(region.iter())
    own = [(each, place) for each, place in zip(seen, places, strict=True) if each.element in inside]
    found = [at for at, (_, place) in enumerate(own) if place is not None]
    if not found:
        return Recovered(list(blocks), region, [each for each, _ in own])
    first, last, begun = found[0], found[-1], _begun(own)
    added: defaultdict[int, list[Block]] = defaultdict(list)
    before = -1
    for at, (each, place) in enumerate(own):
        if place is not None:
            before = place
        elif _is_text(each, at, first, last, own, begun):
            added[before].append(Block(each.text, _HEADINGS.get(each.tag, 0)))
    for place, block in reversed(_opening(seen, places, inside, titles)):
        added[place].insert(0, block)
    added[len(blocks) - 1] += _corrections(seen, places, inside)
    merged = list(added[-1])
    for number, block in enumerate(blocks):
        merged += [block, *added[number]]
    texts = Kept([block.text for block in merged])
    text = [each for each, _ in own if not each.is_around and not each.is_linked and not _FURNITURE.match(each.text)]
    captions = [each for each in text if each.is_caption]
    told = (
        _told(*lost_sentences([each for each in text if not each.is_caption], texts)),
        _told_apart(lost_sentences(captions, texts)[0], "a caption of a picture", "captions"),
        _told_apart(_lost_in_boxes(own, first, last, texts), "a box beside the text", "boxes beside the text"),
    )
    return Recovered(without_frame(merged), region, [each for each, _ in own], tuple(each for each in told if each))


def _opening(
    seen: Sequence[Seen], places: Sequence[int | None], inside: Set[Any], titles: Sequence[str]
) -> list[tuple[int, Block]]:
    """Return what stands above the text's own element and was dropped, each with the block that it belongs behind."""
    begins = next((at for at, each in enumerate(seen) if each.element in inside and places[at] is not None), 0)
    head = next((at for at in range(begins) if _is_headline(seen[at], titles)), None)
    if head is None or seen[head].element in inside:
        return []
    found, before = [(-1, Block(seen[head].text, 1))] if places[head] is None else [], -1
    for each, place in zip(seen[head:begins], places[head:begins], strict=True):
        if place is not None:
            before = place
        elif each is not seen[head] and _is_lead(each):
            found.append((before, Block(each.text)))
    return found


def _is_headline(each: Seen, titles: Sequence[str]) -> bool:
    """Tell whether the page is titled by a heading, and not the heading by the site that the title ends with."""
    pairs = [sorted((each.text, title), key=len) for title in titles if each.tag == "h1"]
    return any(short in long and 2 * len(short) > len(long) for short, long in pairs)


def _is_lead(each: Seen) -> bool:
    """Tell whether a block between the headline and the text is a paragraph of it."""
    beside = each.is_around and not each.is_teased
    if beside or each.is_linked or each.is_caption or each.tag not in _TEXT:
        return False
    whole = len(each.words) >= _LEAD_WORDS and _ENDS.search(each.text) is not None
    return whole and not (_FURNITURE.match(each.text) or _CALLS.search(each.text) or _CREDITED.match(each.text))


def _corrections(seen: Sequence[Seen], places: Sequence[int | None], inside: Set[Any]) -> list[Block]:
    """Return the article's corrections that stand behind the text's own element and were dropped."""
    last = max((at for at, place in enumerate(places) if place is not None), default=len(seen))
    behind = (each for at, each in enumerate(seen) if at > last and each.element not in inside)
    return [Block(each.text) for each in behind if not each.is_around and find_corrections(each.text)]


def _unmerged(blocks: Sequence[Block], seen: Sequence[Seen]) -> Sequence[Block]:
    """Return the paragraphs of a short page that were run together into one, as a reader sees them."""
    if len(blocks) != 1:
        return blocks
    kept = Kept([blocks[0].text])
    apart = [each for each in seen if kept.place(each.words) is not None and not each.is_around and not each.is_linked]
    return [Block(each.text, _HEADINGS.get(each.tag, 0)) for each in apart] if len(apart) > 1 else blocks


def _without_teasers(blocks: Sequence[Block], seen: Sequence[Seen]) -> list[Block]:
    """Leave out the blocks that only name another story and lead to it, and the labels of advertisements."""
    linked = {tuple(each.words) for at, each in enumerate(seen) if _is_teaser(each, seen[at - 1] if at else None)}
    text = {tuple(each.words) for each in seen if not each.is_linked}
    return [
        block
        for block in blocks
        if not _LABEL.fullmatch(block.text) and (block.level or words_of(block.text) not in linked - text)
    ]


def _is_teaser(each: Seen, before: Seen | None) -> bool:
    """Tell whether a block is nearly all link and no sentence; the items of a list that is begun above it are text."""
    if each.linked < _LINKED * len(each.text) or each.tag in _HEADINGS or each.is_caption:
        return False
    begun = before is not None and before.text.endswith(":") and not _FURNITURE.match(before.text)
    return _CALL.match(each.text) is not None or not (
        begun or each.tag in ("li", "td", "th", "dd", "dt") or len(each.words) < _TEXT_WORDS or _ENDS.search(each.text)
    )


def _region(seen: Sequence[Seen], places: Sequence[int | None], body: Any) -> Any:
    """Return the smallest element that holds nearly all of what was kept."""
    weight: defaultdict[Any, int] = defaultdict(int)
    total = 0
    for each, place in zip(seen, places, strict=True):
        if place is None:
            continue
        size = len(each.text)
        total += size
        element = each.element
        while element is not None:
            weight[element] += size
            element = element.getparent()
    region = body
    while True:
        child = next((child for child in region if weight.get(child, 0) >= _SHARE * total > 0), None)
        if child is None or child.tag in ("p", "li", "span"):
            return region
        region = child


def _is_text(
    each: Seen, at: int, first: int, last: int, own: Sequence[tuple[Seen, int | None]], begun: Set[int]
) -> bool:
    """Tell whether a block that was dropped belongs to the article's text."""
    if each.is_around or (each.is_linked and at not in begun):
        return False
    count = len(each.words)
    within = first < at < last or (at > last and all(own[later][0].tag == "li" for later in range(last + 1, at + 1)))
    if _FURNITURE.match(each.text):
        return False
    if each.tag in _HEADINGS:
        return (within or (each.tag == "h1" and at < first)) and 0 < count <= _HEADING_WORDS and _is_followed(at, own)
    if not within:
        return False
    if each.tag in _CAPTIONS or each.is_caption:
        return count >= _CAPTION_WORDS and _ENDS.search(each.text) is not None and not _CREDITED.match(each.text)
    if each.tag == "li":
        return count >= 2 and (3 * each.linked <= len(each.text) or each.is_linked)
    return (
        SEPARATOR in each.text
        or each.tag in _TEXT
        and (count >= _TEXT_WORDS and _ENDS.search(each.text) is not None or each.tag in ("td", "th"))
    )


def _begun(own: Sequence[tuple[Seen, int | None]]) -> set[int]:
    """Return which blocks are items of a list that kept words above it begin, such as `The board will:`."""
    found, begins = set(), False
    for at, (each, place) in enumerate(own):
        if each.tag == "li":
            found |= {at} if begins else set()
            continue
        begins = place is not None and each.text.endswith(":") and each.tag not in _HEADINGS
        begins = begins and not _FURNITURE.match(each.text)
    return found


def _is_followed(at: int, own: Sequence[tuple[Seen, int | None]]) -> bool:
    """Tell whether text that was kept follows a heading, before another heading."""
    for each, place in own[at + 1 : at + 6]:
        if place is not None or each.tag == "li":
            return True
        if each.tag in _HEADINGS:
            return False
    return False


def _told(lost: Sequence[str], count: int) -> str | None:
    lost = list(dict.fromkeys(lost))
    if not lost or len(lost) < _TELL_SHARE * count:
        return None
    shown = _shorten(lost[0])
    share = round(100 * len(lost) / max(count, 1))
    return (
        f"{len(lost)} of {count} sentences that a reader sees on the page ({share} %) are not in the text that was "
        f"read; the first: “{shown}”"
    )


def _lost_in_boxes(own: Sequence[tuple[Seen, int | None]], first: int, last: int, texts: Kept) -> list[str]:
    """Return the sentences of boxes between the first and the last paragraph that were not kept."""
    boxes = [each for each, _ in own[first:last] if each.is_around and not each.is_linked and each.is_box]
    lost, _ = lost_sentences(
        [each for each in boxes if _ENDS.search(each.text) and not _CALLS.search(each.text)], texts
    )
    return lost


def _told_apart(lost: Sequence[str], one: str, several: str) -> str | None:
    lost = list(dict.fromkeys(lost))
    if not lost:
        return None
    of = f"{one} is" if len(lost) == 1 else f"{len(lost)} sentences of {several} are"
    return f"{of} not in the text that was read: “{_shorten(lost[0])}”"


def _shorten(words: str) -> str:
    return words if len(words) <= _TELL else words[: _TELL - 1] + "…"
