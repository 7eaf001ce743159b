"""Measure the two things a title is read by, each alone: which office its words mean, and of what time they speak.

    python benchmarks/title_parts.py [--cases FILE ...] [--data ../shared/data] [--half dev|aside] [--json] [--show]

`title_offices.jsonl`: press words beside an office of a record, in a sentence that is read whatever the words are;
`same` tells whether they mean that very office. Each is tried twice: with a person whose term is over and a successor
in office (`gone`: a flag where the words mean the office, silence where they do not), and with the person in office
(`held`: support, or anything but support). `title_times.jsonl`: a title that is surely read, in a text of 12 May 2016;
`now` tells whether the text gives it as of that day. The person's term ended in 2012 (`gone`: a flag where it does;
where it does not, any answer but a flag) or, where it does, has begun then (`held`: support). People who had not seen
the rules wrote both, those of `aside` without seeing those of `dev`. Figures and `--show` are those of `title_forms`.

Before any rule was made for them, `dev` / `aside`: same offices flagged .46 / .72, precision .88 both; texts of the day
flagged .56 / .66, precision .98 / .98. After rules that were made with `dev` alone: .86 / .84, precision 1.0 / .95, and
.83 / .69, precision 1.0 / .98. Then false flags of `aside` were read, and mended where they were of a kind. Later the
texts of `aside` that were missed were read, too: it is .78 at precision 1.0 since, and no half is unseen any more.

No rule has been made for `title_offices_civic.jsonl` yet, 160 pairs of a third writer who leaned to councils, police,
courts, hospitals, schools and sport (`--cases benchmarks/cases/title_offices_civic.jsonl --half aside`): of the same
offices .575 are flagged, precision .96 (2 false of 48); short names and paraphrases are what is missed. Nor has one
been made for `title_times_further.jsonl`, 240 texts of 3 October 2018 by a fourth writer: of 145 that give the title as
of that day .68 are flagged where the person has gone, no other text is (precision 1.0); where the person is in office
three are flagged that say since when, which is another year than the record's there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from halves import print_halves
from text_checks import Row
from title_forms import measure

_FOLDER = Path(__file__).parent / "cases"
CASES = [_FOLDER / "title_offices.jsonl", _FOLDER / "title_times.jsonl"]
_DAY = "2016-05-12"
_TERMS = {
    "2016-05-12": (("2006-03-01", "2012-02-29"), ("2012-03-01", "2020-02-29")),
    "2018-10-03": (("2007-03-01", "2013-02-28"), ("2013-03-01", "2021-02-28")),
}
"""By the day of the text: the term of the person who has gone, and that of whoever is in office."""
_WORLDS: dict[str, tuple[str, str, str, str, str]] = {
    "M": ("Ruth Alder", "Peter Vance", "Mayor", "Northfield City Council", "United Kingdom"),
    "C": ("Dana Whitlock", "Omar Reyes", "Chief Executive Officer", "Elmbank plc", "United Kingdom"),
    "F": ("Ilse Brandt", "Marco Silva", "Minister of Foreign Affairs", "Government of Austria", "Austria"),
    "U": ("Helen Marsh", "Tom Oduya", "Vice-Chancellor", "Kaldon University", "United Kingdom"),
    "M2": ("Joan Pickard", "Simon Ashe", "Mayor", "Westmere City Council", "United Kingdom"),
    "C2": ("Carla Denham", "Victor Lund", "Chief Executive Officer", "Tarnway plc", "United Kingdom"),
    "F2": ("Kirsten Dahl", "Erik Holm", "Minister of Foreign Affairs", "Government of Denmark", "Denmark"),
    "U2": ("Grace Tolland", "Neil Birch", "Vice-Chancellor", "Averley University", "United Kingdom"),
}


def rows_of(case: dict[str, Any]) -> Iterator[Row]:
    """Yield the rows of a case: its person out of office, and in it."""
    told = case.get("now", case.get("same"))
    person, other, office, body, country = _world_of(case)
    text = case.get("text") or case["sentence"]
    day = case.get("date", _DAY)
    before, since = _TERMS[day]
    for name, terms, right in (("gone", (before, since), "bad"), ("held", (since, before), "ok")):
        if name == "held" and case.get("now") is False:  # a former title is then a wrong one
            continue
        records = [
            {"person": who, "office": office, "organisation": body, "country": country, "start": start, "end": end}
            | {"as_of": "2026-09-30", "source": "invented for this set"}
            for who, (start, end) in zip((person, other), terms, strict=True)
        ]
        yield {
            "id": case["id"].replace("-", f" {name}-"),
            "half": case["half"],
            "date": day,
            "text": text,
            "words": case.get("words") or person,
            "form": case.get("form", ""),
            "why": f"{case['why']} | {office} | {body}",
            "records": [{field: value for field, value in record.items() if value} for record in records],
            "answer": right if told else "unknown" if "same" in case else "past",
        }


def _world_of(case: dict[str, Any]) -> tuple[str, str, str, str, str]:
    if "world" in case:
        return _WORLDS[case["world"]]
    return case["person"], "Alex Verrinder", case["office"], case["organisation"], case["country"]


if __name__ == "__main__":
    print_halves(
        __doc__, CASES, lambda cases, embedder: measure([row for case in cases for row in rows_of(case)], embedder)
    )
