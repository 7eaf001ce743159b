"""Invented articles of about twenty claims, and evidence about the same towns, from a seeded generator.

    python benchmarks/invented_articles.py FOLDER [--articles 200]

Each sentence is one claim that no rule decides, so that each is a question for the model. The same number gives the
same article, whatever else is made.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

CLAIMS = 20
PER_PARAGRAPH = 4
PASSAGES = 400


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TOWNS = _words("Velda Norrin Castrel Ombay Tarn Brevik Solmar Ardley Quillon Estrand Lunde Merrick Pell Wray Dunmoor")
_FIRST = _words("Ana Bela Carl Dora Emil Freya Gus Hana Ivo Jana Karel Lena Milo Nora Otto Petra Quinn Rosa Sven Tilda")
_LAST = _words("Lobo Maren Dahl Fenn Aune Sorel Brandt Castell Ebner Farrow Galt Hulme Iversen Jessen Korda Lindgren")
_TREES = _words("Alder Birch Cedar Elm Hazel Juniper Larch Maple Oak Poplar Rowan Spruce Thorn Willow Yew")
_WAYS = _words("Row Lane Street Hill Quay Yard Close Walk")
_THINGS = (
    *("footbridge", "reading room", "ferry landing", "tram shelter", "water tower", "grain store", "boat house"),
    *("market roof", "clock tower", "school kitchen", "fire hydrant", "bus depot", "sports hall", "town archive"),
    *("street lighting", "swimming bath", "signal box", "bell foundry", "fish hall", "public garden"),
)
_BODIES = (
    *("parish council", "housing board", "harbour trust", "school committee", "water company", "tram company"),
    *("library trust", "road office", "fire brigade", "heritage society"),
)
_DID = (
    *("repaired", "closed", "reopened", "painted", "sold", "insured", "inspected", "rebuilt", "rented out"),
    *("cleaned", "fenced off", "handed over"),
)
_SHAPES = (
    "The {body} of {town} {did} the {thing} on {way} after neighbours had written a long letter about its bad state.",
    "In {town} the {body} {did} the {thing} beside {way}, although the builders had warned that the ground was soft.",
    "Before the winter the {body} {did} the old {thing} near {way} and moved its tools to a shed outside {town}.",
    "The {thing} at the end of {way} in {town} was {did} by the {body} without any notice to the people who use it.",
    "{who}, who lives on {way} in {town}, wrote to the {body} because it had {did} the {thing} against its own rules.",
    "According to the {body}, workers from {town} {did} the {thing} on {way} while the rest of the road stayed open.",
    "The {body} lent its lorry to {who}, and together they {did} the {thing} behind {way} on the edge of {town}.",
    "Rain held the work up, but the {body} of {town} {did} the {thing} under {way} before the market opened again.",
)
_PASSAGE = (
    "Minutes of the {body} of {town}: the {thing} on {way} was looked at, and {who} was asked to write down what is to "
    "be done. The members agreed that nothing more would be decided until the owner had been heard."
)


def sentence(chance: random.Random, town: str) -> str:
    """Return one invented sentence that holds one claim."""
    return chance.choice(_SHAPES).format(**_filling(chance, town))


def _filling(chance: random.Random, town: str) -> dict[str, str]:
    return {
        "town": town,
        "way": f"{chance.choice(_TREES)} {chance.choice(_WAYS)}",
        "who": f"{chance.choice(_FIRST)} {chance.choice(_LAST)}",
        "thing": chance.choice(_THINGS),
        "body": chance.choice(_BODIES),
        "did": chance.choice(_DID),
    }


def sentences_of(number: int, edited: bool = False) -> list[str]:
    """Return the sentences of an article, all different; `edited` changes one of them."""
    chance = random.Random(f"article {number}")
    town = chance.choice(TOWNS)
    found: dict[str, None] = {}
    while len(found) < CLAIMS:
        found[sentence(chance, town)] = None
    lines = list(found)
    if edited:
        chance = random.Random(f"edit {number}")
        fresh = sentence(chance, town)
        while fresh in found:
            fresh = sentence(chance, town)
        lines[edited_place(number)] = fresh
    return lines


def edited_place(number: int) -> int:
    """Return which sentence of an article an edit changes."""
    return random.Random(f"place {number}").randrange(CLAIMS)


def article_text(number: int, edited: bool = False) -> str:
    """Return an article as Markdown with its title and date."""
    lines = sentences_of(number, edited)
    paragraphs = [" ".join(lines[at : at + PER_PARAGRAPH]) for at in range(0, CLAIMS, PER_PARAGRAPH)]
    head = f"---\ntitle: Notes from the towns, part {number:05}\npublished_at: 2031-03-{1 + number % 28:02}\n---\n"
    return head + "\n\n".join(paragraphs) + "\n"


def file_name(number: int) -> str:
    """Name the file of an article."""
    return f"part-{number:05}.md"


def write_articles(folder: Path, numbers: range, edited: frozenset[int] = frozenset()) -> None:
    """Write articles that are not there, and those that are edited anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        path = folder / file_name(number)
        if number in edited or not path.exists():
            path.write_text(article_text(number, number in edited), encoding="utf-8")


def write_evidence(path: Path, passages: int = PASSAGES) -> None:
    """Write passages about the same towns, published before every article."""
    chance = random.Random("evidence")
    rows = []
    for number in range(passages):
        text = _PASSAGE.format(**_filling(chance, chance.choice(TOWNS)))
        row = {"text": text, "publisher": "Town minutes", "title": f"Minutes, sheet {number}"}
        rows.append(row | {"published_at": "2030-11-01", "source_url": f"https://minutes.example/{number}"})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def main() -> None:
    """Write a folder of articles, and the evidence beside it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=200)
    given = parser.parse_args()
    write_articles(given.folder / "articles", range(given.articles))
    write_evidence(given.folder / "evidence" / "passages.jsonl")


if __name__ == "__main__":
    main()
