"""Texts that cannot be checked, each refused in one line that says what to do."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from importlib import metadata
from pathlib import Path

from pipeline.core.caching import once_for_each
from pipeline.core.errors import InputError

_MAX_PASSAGE = 10_000
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)|\n")
_RUN_OF_WORDS = re.compile(r"\b[^\W\d_]++(?:[ \t,;:'’\"“”‘()-]++[^\W\d_]++){2}")
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)*")
_MIN_LETTERS = 300
_SAMPLE_WORDS = 3000
# Of the words of an English text, jusText's English list holds 0.3 to 0.6, and at most 0.2 of another language's,
# whose own list holds 0.35 or more. Both bounds must be passed, so that a list of names or scores is not refused.
_MIN_OTHER = 0.35
_MIN_RATIO = 3
_FEWEST_WORDS, _FEWEST_DIFFERENT, _SURE_WORDS = 5, 3, 14
"""Words of a text, and of another language in it, from which that is told; words from which a short one is refused."""


def refuse_unusable(text: str, name: str, max_chars: int) -> None:
    """Raise InputError for a text that is empty, too long, not English, or without sentences."""
    if not text:
        raise InputError(f"{name} is empty: give a file that holds the article's text")
    refuse_long(text, name, max_chars)
    _refuse_other_scripts(text, name)
    if not _RUN_OF_WORDS.search(text):
        raise InputError(f"{name} has no sentence in it: give the article's full text")
    _refuse_endless_passage(text, name)
    _refuse_other_languages(text, name)


def refuse_long(text: str, name: str, max_chars: int) -> None:
    """Raise InputError for a text that is longer than the limit."""
    if len(text) > max_chars:
        raise InputError(
            f"{name} has {len(text):,} characters, more than {max_chars:,}: split it into its articles or chapters "
            "and check them one by one"
        )


def _refuse_other_scripts(text: str, name: str) -> None:
    scripts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha():
            scripts[unicodedata.name(character, "UNKNOWN").split()[0].split("-")[0]] += count
    others = scripts.total() - scripts["LATIN"] - scripts["FULLWIDTH"] - scripts["MODIFIER"]
    if others > scripts.total() / 2:
        script = next(script for script, _ in scripts.most_common() if script != "LATIN")
        raise InputError(
            f"{name} is mostly in {script.capitalize()} letters, and only English is read: give an English translation"
        )


def _refuse_endless_passage(text: str, name: str) -> None:
    start = 0
    for end in [*(match.end() for match in _ENDS.finditer(text)), len(text)]:
        if end - start > _MAX_PASSAGE:
            raise InputError(
                f"{name} runs for {end - start:,} characters from character {start} without the end of a sentence: "
                "put its full stops or line breaks back"
            )
        start = end


def _refuse_other_languages(text: str, name: str) -> None:
    likely, sure = other_language(text)
    if likely and sure:
        raise InputError(
            f"{name} does not read like English but like {likely}, and only English is read: "
            "give an English translation"
        )


def other_language(text: str) -> tuple[str | None, bool]:
    """Return the language that a text seems to be in instead of English, if any, and whether that is sure.

    Of a few words it is never sure: a title or a name may be from anywhere.
    """
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)[:_SAMPLE_WORDS]]
    counts = Counter(words)
    english = sum(counts[word] for word in counts.keys() & _english_words())
    # No other language can have that many: a hundred lists need not be read.
    if len(words) < _FEWEST_WORDS or _MIN_RATIO * english > len(words):
        return None, False
    by_language: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for word, count in counts.items():
        for language in _languages_of_words().get(word, ()):
            by_language[language] += count
            different[language] += 1
    likely = max(sorted(by_language), key=lambda language: by_language[language], default="English")
    known = max(_MIN_OTHER * len(words), _MIN_RATIO * by_language["English"])
    if by_language[likely] < known or different[likely] < _FEWEST_DIFFERENT:
        return None, False
    long = sum(map(len, words)) >= _MIN_LETTERS
    return likely.replace("_", " "), long or (len(words) >= _SURE_WORDS and different[likely] >= 2 * _FEWEST_DIFFERENT)


_ALIKE = "\u0400-\u04ffΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"
"""Letters of Cyrillic, and those of Greek that look like Latin ones."""
_MIXED = re.compile(rf"(?:[a-zA-Z][{_ALIKE}]|[{_ALIKE}][a-zA-Z])")
_LETTERS_BEFORE, _LETTERS = re.compile(r"[^\W\d_]*$"), re.compile(r"[^\W\d_]*")
_LONGEST_WORD = 40


def mixed_words(text: str) -> str | None:
    """Return a warning where letters of another alphabet that look like Latin ones stand among those of a word.

    >>> mixed_words("The m\u0430yor spoke.")
    'a word mixes the letters of two alphabets that look alike and is not read as what it looks like: “m\u0430yor”'
    """
    found = list(dict.fromkeys(_word_around(text, match.start()) for match in _MIXED.finditer(text)))
    if not found:
        return None
    if len(found) == 1:
        said = "a word mixes the letters of two alphabets that look alike and is not read as what it looks like"
    else:
        said = (
            f"{len(found)} words mix the letters of two alphabets that look alike and are not read as what they look "
            "like; the first"
        )
    return f"{said}: “{found[0]}”"


def _word_around(text: str, at: int) -> str:
    before = _LETTERS_BEFORE.search(text[max(0, at - _LONGEST_WORD) : at])
    after = _LETTERS.match(text, at, at + _LONGEST_WORD)
    return (before[0] if before else "") + (after[0] if after else "")


@once_for_each
def _english_words() -> frozenset[str]:
    """Return jusText's English stop list, read from its file: the package brings lxml, which few articles need."""
    file = Path(str(metadata.distribution("justext").locate_file("justext/stoplists/English.txt")))
    return frozenset(file.read_text(encoding="utf-8").lower().splitlines())


@once_for_each
def _languages_of_words() -> dict[str, tuple[str, ...]]:
    """Return in which of jusText's stop lists, a hundred languages' most frequent words in Wikipedia, a word is."""
    import justext

    found: defaultdict[str, list[str]] = defaultdict(list)
    for language in sorted(justext.get_stoplists() - {"Simple_English"}):
        for word in justext.get_stoplist(language):
            found[word].append(language)
    return {word: tuple(languages) for word, languages in found.items()}
