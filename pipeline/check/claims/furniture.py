"""What stands on a page and is no part of its article: bylines, credits, links to other pages, calls to subscribe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

_NAME = r"(?-i:[A-Z])[\w.'’-]*"
_BYLINE = re.compile(rf"by\s+{_NAME}(?:,?\s+(?:{_NAME}|and|&|of|the|in|for|de|van|von|der|bin|al))*", re.IGNORECASE)
_CREDIT = re.compile(
    r"\(?\s*(?:file\s+)?(?:photo(?:graph)?|image|picture|video|graphic|illustration|source|credit|caption|courtesy)s?"
    r"(?:\s+(?:by|credit|courtesy(?:\s+of)?))?\s*(?::\s*.{1,80}|(?<=by)\s+.{1,80})"
    r"|\([^()]{2,80}/\s*[\w .]{2,30}\)",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"(?:(?:also|must|please)\s+)?read(?:\s+(?:more|also|next|on))?\s*(?:[:|>»–—].*)?"
    r"|(?:also|must)\s+(?:read|watch|see)\b.*"
    r"|(?:read|see|watch|related|more|listen)(?:\s+(?:more|also|next|stories|articles|news))*\s*[:|»].*"
    r"|read\s+(?:the\s+)?(?:full|rest)\b.*"
    r"|(?:continue|keep)\s+reading\b.*"
    r"|(?:(?:please|you\s+can)\s+)?(?:sign\s+up|subscribe|register\s+(?:here|now)|log\s+in)\b.*"
    r"|(?:this|the)\s+(?:article|story|content)\s+is\s+(?:only\s+|reserved\s+|exclusively\s+)*(?:for|available\s+to)"
    r"\s+(?:(?:our|paying|registered)\s+)?(?:subscribers|members)\b.*|already\s+(?:a\s+)?(?:subscriber|member)\b.*"
    r"|sign\s+in[.!]?|(?:to|please)\s+(?:continue|keep)\s+reading\b.*|unlock\s+(?:this|the\s+full)\s+(?:article|story)\b.*"
    r"|follow\s+(?:us|me|him|her|them|@\w+|our)\b.*"
    r"|follow\s+[\w .'’]{2,60}\s+on\s+(?:twitter|facebook|instagram|x|whatsapp)\b.*"
    r"|(?:share|tweet|email|print|link|bookmark)\s+(?:this|your)\b.*|share\s*(?::.{0,60})?"
    r"|(?:you\s+can\s+)?(?:e-?mail|contact|reach|write\s+to|call)"
    r"\s+(?:us|me|him|her|them|the\s+(?:author|writer|reporter))\b.*"
    r"|(?:click|tap)\s+(?:here|on|the|below)\b.*"
    r"|download\s+(?:the|our)\b.*\bapps?\b.*"
    r"|(?:get|receive|have)\b.*\b(?:inbox|newsletters?|by\s+e-?mail|daily\s+e-?mail|breaking\s+news|alerts?|delivered)\b.*"
    r"|join\s+(?:us|our|the\b.*\b(?:community|conversation|channel|group|readers|newsletter))\b.*|join\s+the\s+[\d,]+\+?\s+readers.*"
    r"|be\s+the\s+first\s+to\b.*|tell\s+us\b.*|have\s+your\s+say\b.*|support\s+our\b.*|donate\s+(?:now|here|today)\b.*"
    r"|for\s+(?:more|the\s+latest|all\s+the\s+latest)(?!\s+than)\b.*\b(?:click|subscribe|follow\s+us|download\s+(?:the|our)"
    r"|visit\s+(?:this|our|the|www|https?)|go\s+to\s+(?:our|www|https?)|see\s+our)\b.*"
    r"|(?:your\s+feedback\s+is|we\s+welcome\s+your|thanks?\s+(?:you\s+)?for\s+(?:reading|your|subscribing|signing))\b.*"
    r"|.*\byou\s+can\s+(?:also\s+)?(?:read|find|sign|subscribe|follow|visit|unsubscribe)\b.*\b(?:our|here|link|newsletter)\b.*"
    r"|(?:or\s+|to\s+\w+.*\b|please\s+)?(?:send|click)\b.*\b(?:this\s+(?:article|story)|screen|link|button|here)\b.*"
    r"|follow\b.*https?:.*|.*\bsign\s+up\s+(?:to|for)\s+our\b.*|.*\bscan\s+the\s+qr\s+code\b.*"
    r"|if\s+you\b.*\bour\s+(?:community|newsletters?|app|emails?|notifications)\b.*"
    r"|here[’']?s\s+(?:a|an|the|our)\b.{0,40}\b(?:clip|video|photos?|link)\b.*"
    r"|here\s+(?:is|are)\b[^.!?]*:|all\s+you\s+(?:have|need)\s+to\s+do\s+is\b.*\b(?:click|tap|join|sign|text|scan)\b.*"
    r"|.*\byou(?:['’]re|\s+are)\s+in!"
    r"|what\s+do\s+you\s+think\b.*|let\s+us\s+know\b.*",
    re.IGNORECASE | re.DOTALL,
)
_SIGNATURES = re.compile(
    r"[-–—]{1,2}\s*(?:with\s+)?(?:" + _NAME + r"\s*){1,5}"
    r"|.*\bcontributed\s+(?:(?:additional\s+)?reporting\b|to\s+this\s+(?:report|story|article|piece)\b).*"
    r"|.*\bcontributed\s+to\s+the\s+(?:report|story|article)[.)]*"
    r"|\(?\s*(?:additional\s+|further\s+)?(?:reporting|editing|writing|compiled|edited|written|translated)\s+by\b.*"
    r"|\(?\s*with\s+(?:files|inputs?|reporting|agency\s+inputs?)\s+(?:from|by)\b.*"
    r"|.*\ball\s+rights\s+reserved\b.*|(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:\d{4}|"
    + _NAME
    + r")(?:\s+(?:by\s+)?"
    + _NAME
    + r")*\.?"
    r"|this\s+material\s+may\s+not\s+be\s+(?:published|reproduced)\b.*"
    r"|th(?:is|e)\s+(?:article|story|post|piece|report|content)\s+(?:(?:was|is|has\s+been|first|originally)\s+)+"
    r"(?:published|appeared|republished|updated|corrected|amended|part\s+of|sponsored)\b.*"
    r"|(?:last\s+|first\s+)?(?:updated|published|posted|modified)\b(?:\s+(?:at|on))?\s*:?"
    r"(?:[\s,|]|\d[\d:./-]*(?:st|nd|rd|th)?|(?-i:[A-Z])[A-Za-z]{1,9}|[ap]\.?m\.?|at|on|hours?|minutes?|days?|ago)+"
    r"|(?:BC|AM|PM|AP|APFN)-(?-i:[A-Z]{2})--?\S.*|eds?:\s.*|#{2,}|-\s?30\s?-|\(?(?:more|ends?|end)\)?|printed\s+from\s+\S+"
    r"|\d+[- ]min(?:ute)?s?\s+read|advertisements?|sponsored(?:\s+content)?|(?:story|article)\s+continues\s+below.*"
    r"|(?:most\s+(?:read|popular|viewed)|trending(?:\s+now)?|related(?:\s+\w+)?|recommended(?:\s+\w+)?)",
    re.IGNORECASE | re.DOTALL,
)
_ABOUT_AUTHOR = re.compile(
    r".{3,60}\b(?:is|was|covers|writes|works)\b.*\b(?:reporter|writer|correspondent|columnist|journalist|contributor"
    r"|editor|covers|writes|freelance\w*|fellow|professor|lecturer)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_HANDLE = re.compile(
    r"(?:^|\s)@\w{2,}|\bfollow\s+(?:him|her|them|me)\b|\bon\s+twitter\b|[\w.]+@[\w.]+\.\w+", re.IGNORECASE
)
_TO_READERS = re.compile(r"\b(?:you|your|us|our)\b", re.IGNORECASE)
_TENSED = ("VBD", "VBZ", "VBP", "MD")
_MOST_CREDIT = 14


def is_furniture(text: str) -> bool:
    """Tell whether a sentence is no statement of the article.

    >>> is_furniture("Read more: The ferry that nobody wanted"), is_furniture("By noon the ferry had sunk.")
    (True, False)
    """
    plain = " ".join(text.split())
    short = len(plain.split()) <= _MOST_CREDIT
    if short and (_BYLINE.fullmatch(plain) and plain[3:4].isupper() or _CREDIT.fullmatch(plain)):
        return True
    if short and plain.isupper() and not plain.endswith(":") and not any(character.isdigit() for character in plain):
        return True  # a heading that stands as a line of the text
    return _CALLS.fullmatch(plain) is not None or _SIGNATURES.fullmatch(plain) is not None


def furniture_of(line: Sequence[str]) -> tuple[bool, ...]:
    """Tell which sentences of a line are furniture: beside a call its readers, beside a handle its owner."""
    plainly = [is_furniture(sentence) for sentence in line]
    signed = any(map(_HANDLE.search, line))
    return tuple(
        found
        or (any(plainly) and _TO_READERS.search(sentence) is not None and len(line) > 1)
        or (signed and _ABOUT_AUTHOR.fullmatch(sentence) is not None)
        for found, sentence in zip(plainly, line, strict=True)
    )


def states_something(tokens: Sequence[Token]) -> bool:
    """Tell whether words hold a verb that states, asks or bids, and neither begin nor end in the middle."""
    verbs = [token for token in tokens if _is_stated(token)]
    if not verbs:
        return _is_figure(tokens)
    return not _begins_inside(tokens, verbs[0]) and not _breaks_off(tokens)


def _is_figure(tokens: Sequence[Token]) -> bool:
    """Tell whether words without a tensed verb are written as a sentence all the same.

    They give a figure, as in `In all, 37 percent less.`, or hold a verb whose form the parser may have misread.
    """
    length = sum(token.is_alpha for token in tokens)
    if not tokens[0].text[:1].isupper() or tokens[-1].text not in (".", "!") or length < _FEWEST_WORDS:
        return False
    doing = any(t.tag_ in ("VBN", "VBG") and not any(c.dep_ == "aux" for c in t.children) for t in tokens)
    return any(t.ent_type_ in _FIGURES and t.like_num for t in tokens) or (doing and length >= _LONG)


def _is_stated(token: Token) -> bool:
    participle = token.tag_ == "VBN" and token.dep_ == "ROOT" and any(c.dep_ in _SUBJECTS for c in token.children)
    to_do = any(child.tag_ == "TO" for child in token.children if child.dep_ == "aux")
    return token.tag_ in _TENSED or (not to_do and (participle or (token.tag_ == "VB" and token.dep_ == "ROOT")))


def _begins_inside(tokens: Sequence[Token], verb: Token) -> bool:
    """Tell whether a sentence begins with a verb that has lost its subject: `fell 4.8 points`, `Includes 12 boats`."""
    words = [token for token in tokens if token.is_alpha]
    leads = verb.tag_ in ("VBD", "VBZ") and (not words or words[0].i >= verb.i)
    holder = verb.head if verb.dep_ in ("aux", "auxpass") else verb
    turned = (*_SUBJECTS, "expl", "csubj", *(("attr",) if words and words[0].text[0].isupper() else ()))
    return leads and not any(child.dep_ in turned for child in holder.children)


def _breaks_off(tokens: Sequence[Token]) -> bool:
    """Tell whether a sentence ends before it is complete: `The measures are:`, `The board resolves to:`."""
    words = [token for token in tokens if not token.is_punct and not token.is_space]
    last = words[-1] if words else None
    marks = "".join(token.text for token in tokens[-2:] if token.is_punct)
    if len(tokens) > 1 and tokens[-1].text in ("...", "…") and tokens[-2].whitespace_:
        return True  # a teaser was cut here; what trails off has its dots at the word
    cut = last is not None and (
        (last.dep_ == "det" and last.lower_ != "another")
        or (last.lower_ == "to" and (":" in marks or not marks))
        or (last.tag_ == "IN" and last.head.pos_ == "NOUN")
    )
    return cut or (":" in marks and last is not None and last.pos_ == "AUX")


_SUBJECTS = ("nsubj", "nsubjpass")
_FIGURES = ("PERCENT", "MONEY", "QUANTITY", "CARDINAL")
_FEWEST_WORDS, _LONG = 4, 8
