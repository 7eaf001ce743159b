"""Currencies: `Y's currency is the X`, `the currency of Y is the X`, `Y uses the X`, `Y adopted the euro in 2011`.

The noun decides (`krona`, `pound`), with the country's own adjective or none before it. Wrong is only another country's
noun, or one that the country gave up more than a year before; nothing is wrong where two moneys are in use.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from pipeline.check.checkers.world.forms import Answer, Form, Setting, adjective, form, in_group, owner, place
from pipeline.core.models import FlagKind
from pipeline.evidence import Country, Money, money_fact, named

_SUPPORTED_FROM, _REFUTED_FROM = date(2000, 1, 1), date(2010, 1, 1)
"""Before these days a currency without a date may have been another."""
_LATELY = timedelta(days=366)


def _bare(words: str, country: Country) -> str:
    """Return a currency without the country's own adjective."""
    return next((words[len(own) + 1 :] for own in country.adjectives if words.startswith(f"{own} ")), words)


def judge_money(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a country pays with a currency, as of the article's day."""
    country, day = setting.whose(match), setting.day
    if country is None or day is None or country.mixed_currency or not country.currencies or setting.time == "other":
        return None
    now = country.currencies[-1]
    if day < _SUPPORTED_FROM or not setting.knows(now.source, day):
        return None
    noun = _bare(match["money"], country)
    used = [each for each in country.currencies if each.may_hold(day - _LATELY, day)]
    if own := next((each for each in used if noun in each.nouns), None):
        holds = own.holds(day) and not any(each.holds(day) for each in country.currencies if each is not own)
        return Answer("right", in_group(match, "money"), money_fact(setting.facts, country, own)) if holds else None
    if day < _REFUTED_FROM or noun not in setting.facts.money_nouns or not _is_settled(now, day):
        return None
    old = any(noun in each.nouns for each in country.currencies)
    if old and (country.currencies[0].holds(day) or not setting.now):
        return None
    kind: FlagKind = "outdated" if old else "wrong_fact"
    return Answer("wrong", in_group(match, "money"), money_fact(setting.facts, country, now), kind, now.nouns[0])


def _is_settled(now: Money, day: date) -> bool:
    """Tell whether a country has had its currency for a while, and does not look forward to it."""
    return now.since is None or now.since.latest + _LATELY < day or day < now.since.earliest - _LATELY


_MONEY = r"(?P<money>[^\W\d_][\w.'’-]*(?: [\w.'’-]+)?)"
_IS = r" (?:is|remains) "
_CURRENCY = r"(?:(?:official|national) )?currency"
WHOLE: tuple[Form, ...] = (
    form(rf"[Tt]he {_CURRENCY} of {place('place')}{_IS}the {_MONEY}", judge_money),
    form(rf"{owner('owner')} {_CURRENCY}{_IS}the {_MONEY}", judge_money),
    form(rf"{adjective('adjective')} {_CURRENCY}{_IS}the {_MONEY}", judge_money),
    form(rf"{place('place')} uses the {_MONEY}(?: as its {_CURRENCY})?", judge_money),
    form(rf"[Tt]he {_MONEY} is the {_CURRENCY} of {place('place')}", judge_money),
    form(rf"[Tt]he {_MONEY} is {owner('owner')} {_CURRENCY}", judge_money),
)


def _restate(match: re.Match[str], setting: Setting) -> str | None:
    country = setting.whose(match)
    return f"The currency of {named(country)} is the {match['money']}" if country else None


PARTS: tuple[Form, ...] = (
    form(rf"\b{owner('owner')} currency, the {_MONEY}(?=[,.;])", judge_money, _restate),
    form(rf"\b{adjective('adjective')} currency, the {_MONEY}(?=[,.;])", judge_money, _restate),
)
