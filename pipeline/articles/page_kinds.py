"""Pages that hold no article, or only its beginning: told by what they are, refused or warned of in one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.articles.declared import Declared, Node
from pipeline.core.errors import InputError

_CHECK = re.compile(
    r"verify(?:ing)? (?:that )?you are (?:a )?human|are you a (?:human|robot)|i(?:['’]| a)m not a robot"
    r"|checking (?:if the site|your browser)"
    r"|enable javascript and cookies to continue|press (?:&|and) hold|complete the (?:security check|captcha)"
    r"|unusual (?:traffic|activity)|you(?:['’]| a)re not a robot"
    r"|access to this page has been denied|(?:using automation tools|automated (?:tools|requests)) to (?:browse|access)"
    r"|just a moment\.\.\.|attention required|ddos protection|pardon our interruption|human verification"
    r"|bot detection"
    r"|prove (?:that )?you are (?:human|not a robot)",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\b(?:cookies?|consent|(?:your )?privacy(?: choices| settings| preferences)?|personal data|partners"
    r"|legitimate interests?|gdpr|tracking|information on a device|unique identifiers)\b",
    re.IGNORECASE,
)
_CONSENT_ASKS = re.compile(
    r"\b(?:accept|agree|reject|refuse|manage|allow|consent to|continue without)\b.{0,40}\b(?:all|cookies?|choices"
    r"|settings|options|"
    r"preferences|purposes|consent|accepting|processing|ads|advertising)\b"
    r"|\bwe (?:and our|use) .{0,40}\b(?:partners|cookies)\b|before you continue",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"\b(?:we|our|you|your)\b", re.IGNORECASE)
_MISSING = re.compile(
    r"\b(?:page|article|story|content|url|address) (?:you(?:['’]re| are| were)? (?:looking for|requested"
    r"|tried)[\w ,]{0,40} )?"
    r"(?:(?:can(?:no|['’])t|could not|couldn['’]t|was not|wasn['’]t|is not|not)(?: be)? found|does(?:n['’]t"
    r"| not) exist"
    r"|no longer (?:exists|available)|is (?:no longer|not) available|has (?:been )?(?:moved|removed|expired|deleted))"
    r"|\b(?:error )?(?:404|410|403|500|502|503)\b.{0,40}\b(?:error|not found|forbidden|gone|unavailable"
    r"|bad gateway)\b"
    r"|\b(?:error|http)\s*:?\s*(?:404|410|403|500|502|503)\b|page not found|internal server error"
    r"|service (?:temporarily )?unavailable"
    r"|access denied|something went wrong|temporarily (?:down|offline|unavailable)|down for maintenance"
    r"|sorry, we can(?:no|['’])t find",
    re.IGNORECASE,
)
_MISSING_TITLE = re.compile(
    r"\W*(?:error:? )?(?:404\b|(?:the )?page (?:was )?not found\b"
    r"|(?:page|file) (?:can(?:no|['’])t|could not) be found)",
    re.IGNORECASE,
)
"""How the title of a page begins that names other stories instead of the one that is gone."""
_PAYWALL = re.compile(
    r"\b(?:this|the) (?:article|story|content|report|piece) is (?:only |reserved |exclusively )*(?:for"
    r"|available to) (?:our |paying |registered )?"
    r"(?:subscribers|members|readers)|\bsubscribe(?: (?:now|today))? (?:to|for)\b.{0,60}\b(?:continue|keep|read"
    r"|unlock|access|month|week|year)"
    r"|\bto (?:continue|keep) reading\b|\bcontinue reading (?:this|with|for|by)\b|\balready (?:a )?(?:subscriber"
    r"|subscribed|member)\b"
    r"|\bsubscribers? only\b|\bsubscriber[- ]exclusive\b|\bunlock (?:this|the full)\b|\bfree articles? (?:left"
    r"|remaining|this month)"
    r"|\bread the (?:full|rest of (?:the|this)) (?:article|story)\b|\b(?:log|sign) in to (?:continue|read)"
    r"|\bcreate (?:a|your) (?:free )?account to"
    r"|\bregister (?:for free |now )?to (?:continue|read|keep)|\bstart your (?:free )?(?:trial|subscription)",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\W*(?:already\b|to (?:continue|keep|read)\b|(?:please )?(?:subscribe|register|log in|sign in|unlock|start your"
    r"|create (?:a|your)|continue reading|keep reading|read the (?:full|rest))\b)",
    re.IGNORECASE,
)
_SCRIPTED = re.compile(
    r"\b(?:enable|turn on|activate) (?:java ?script|js)\b|\bjava ?script (?:is|must be|has to be|needs to be|to be)\b"
    r"|\b(?:disable|turn off|pause) (?:any|your|the|all) ad[- ]?blockers?\b",
    re.IGNORECASE,
)
_LOCKED_TIERS = ("locked", "metered", "premium", "paid", "subscriber", "subscription", "registration")
_SHORT = 60
"""Words below which a page has hardly an article."""
_TEASER = 220
_INDEX_LINKS = 0.5


def refuse_no_article(words: str, titles: Sequence[str], name: str, declared: Declared) -> None:
    """Raise InputError for a consent wall, a check for humans or an error page: short, and in their words."""
    count = len(words.split())
    head = " ".join([*titles[:2], words[:1500]])
    if count < 2 * _SHORT and _CHECK.search(head):
        raise InputError(
            f"{name} is a check that its reader is human, not an article: open it in a browser, and save its text"
        )
    if count < _SHORT and _SCRIPTED.search(head):
        raise InputError(
            f"{name} has no article text: it asks for JavaScript; open it in a browser, and save the article's text"
        )
    asks = len(_CONSENT_ASKS.findall(words[:6000]))
    told = len(_CONSENT.findall(words[:6000]))
    addressed = len(_ADDRESSED.findall(words[:6000]))
    if asks and told >= 3 and addressed >= 3 and told + 2 * asks >= count / 16:
        raise InputError(
            f"{name} is a page that asks for consent to cookies, not an article: answer it in a browser, and save the "
            "article's text"
        )
    missing = count < _SHORT and any(_MISSING.search(each) for each in (*titles[:3], words[:400]))
    if missing or (not _declares_article(declared) and any(map(_MISSING_TITLE.match, titles))):
        raise InputError(f"{name} is an error page ({_first(titles, words)!r}), not an article: check the address")


def _declares_article(declared: Declared) -> bool:
    return bool(declared.articles) or (declared.first("og:type") or "").lower() == "article"


def _first(titles: Sequence[str], words: str) -> str:
    return (titles[0] if titles else words)[:60]


def paywall_warning(declared: Declared, seen: str, kept: str) -> str | None:
    """Return a warning where only the beginning of an article is on the page, behind an offer to subscribe."""
    says = any(_says_not_free(node) for node in (*declared.articles, *declared.others, *declared.pages))
    tier = (declared.first("article:content_tier", "content_tier", "lp.type", "cxenseparse:pageclass") or "").lower()
    says = says or tier in _LOCKED_TIERS
    asked = _PAYWALL.search(seen)
    length = len(kept.split())
    told = _told_length(declared.articles)
    cut = told is not None and length < 0.7 * told
    ends_open = re.search(r"(?:\.\.\.|…|\[…\])\s*$", kept.rstrip()) is not None
    short = length < _TEASER or cut or ends_open
    if (says and (short or (asked and length < 2 * _TEASER))) or (asked and (length < _TEASER or cut)):
        of = f" of about {told}" if cut else ""
        return f"only the beginning of the article was read ({length} words{of}): the rest is for subscribers"
    return None


def asks_to_subscribe(line: str) -> bool:
    """Tell whether a line offers the rest of an article for money or a name, and says it to its reader."""
    return _PAYWALL.search(line) is not None and _OFFER.match(line) is not None


def _says_not_free(node: Node) -> bool:
    parts = node.get("hasPart") or ()
    parts = parts if isinstance(parts, list) else [parts]
    values = [
        node.get("isAccessibleForFree"),
        *(each.get("isAccessibleForFree") for each in parts if isinstance(each, dict)),
    ]
    return any(str(value).rpartition("/")[2].lower() in ("false", "no", "0") for value in values if value is not None)


def _told_length(nodes: Sequence[Node]) -> int | None:
    for node in nodes:
        count = str(node.get("wordCount") or "").strip()
        if count.isdigit() and int(count) > _SHORT:
            return int(count)
    return None


def index_warning(declared: Declared, blocks: Sequence[Any], kept: str) -> str | None:
    """Return a warning where a page is a list of stories and not one of them."""
    kinds = {kind.lower() for node in (*declared.pages, *declared.articles) for kind in [str(node.get("@type"))]}
    listed = any("collectionpage" in kind or "searchresults" in kind for kind in kinds)
    own = _declares_article(declared)
    linked = sum(each.linked for each in blocks)
    total = sum(len(each.text) for each in blocks) or 1
    teasers = sum(1 for each in blocks if each.is_linked and 4 <= len(each.words) <= 25)
    lines = [line for line in kept.split("\n") if line.strip()]
    short = sum(1 for line in lines if len(line.split()) < 25)
    if listed or (not own and teasers >= 6 and linked > _INDEX_LINKS * total and 3 * short >= 2 * len(lines)):
        return "the page looks like a list of stories, not like one article: give the address of the article"
    return None
