"""Score the title checker on sentences of a grammar: frames of newspaper English, crossed with who held which office.

    python benchmarks/title_grammar.py [--half dev|aside] [--json] [--show] [--data ../shared/data]

A frame (`cases/title_frames.tsv`) is a sentence with slots for a name and a title. It says for which time it gives the
title: `now`, `former`, `then` (a time of its own), `history` (a title of another time, or one that is only thought of)
and `other` (the title beside the name is somebody else's); in the last two nothing may be flagged. Titles are written
in the ways of the press, with country or body before, behind or not at all. Who is named is drawn from the shipped
records of the world and from an invented region: somebody who holds the office, held it, will hold it, holds another,
holds it elsewhere, or is in no record. The right answer follows from the records. Draws are seeded by the frame's own
words.

Before any rule was made on them (2026-11-30) the recall was .52 in frames `dev` and .43 in those `aside`, at precision
1.0. Of the frames `aside` nothing but totals has been looked at, before the rules and once behind them. Precision is of
flags; recall is over sentences whose title was wrong. Rules may be made by looking at the frames `dev`, never at those
`aside`, of which `--show` shows nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.check.checkers.titles.sentences import judge_sentence
from pipeline.core.english import WEEKDAYS, adjective
from pipeline.core.models import OfficeRecord
from pipeline.core.settings import Settings
from pipeline.evidence import Match, Records, match, parse_office, parted, prepare_world, records_with_world
from pipeline.evidence.world.offices_file import NAME, read_rows

FRAMES = Path(__file__).parent / "cases" / "title_frames.tsv"
WORLD = Path(__file__).parents[1] / "seeds" / "world" / NAME
HALVES = ("dev", "aside")
OF_COUNTRIES = {
    "Minister of Finance": "finance minister",
    "Minister of Foreign Affairs": "foreign minister",
    "Minister of Defence": "defence minister",
    "Minister of Health": "health minister",
    "Minister of Justice": "justice minister",
    "Minister of the Interior": "interior minister",
    "Minister of Education": "education minister",
    "Minister of Agriculture": "agriculture minister",
    "Minister of Culture": "culture minister",
    "Minister of Transport": "transport minister",
    "Prime Minister": "prime minister",
    "President": "president",
}
OF_BODIES = {
    "Mayor": ("Assistant Director of Planning", "mayor", ("Torcastle", "Wrackham")),
    "Chief Executive": ("Finance Director", "chief executive", ("Brannick Foods", "Lorrimer Rail")),
    "Vice-Chancellor": ("Registrar", "vice-chancellor", ("the University of Stokeleigh", "the University of Penmarsh")),
    "General Secretary": (
        "Treasurer",
        "general secretary",
        ("the National Union of Tilers", "the Hauliers Federation"),
    ),
    "Director": ("Deputy Director", "director", ("the Ostrand Museum", "the Calder Opera")),
    "Head Coach": ("Assistant Coach", "head coach", ("Corrie Athletic", "Skelby Town")),
    "Chief Constable": ("Deputy Chief Constable", "chief constable", ("Wexmoor Police", "Dunsea Police")),
    "Sheriff": ("Undersheriff", "sheriff", ("Corbel County", "Tanner County")),
}
"""An office of two bodies, another one of them, and how it is written."""
TERMS = (("2003-03-01", "2008-02-28"), ("2008-03-01", "2014-06-30"), ("2014-07-01", "2021-12-31"))
GIVEN = ("Ingram", "Petra", "Colm", "Ottilie", "Fergus", "Maud", "Anselm", "Brida", "Joss", "Verity", "Tarquin", "Una")
FAMILY = ("Harkwell", "Dunmore-Pell", "Oakshott", "Tressider", "Vanbrugh", "Keswill", "Marrable", "Quillan", "Stroud")
KNOWN_UNTIL = "2026-09-30"
WITH_THE = ("Republic", "United", "Islands", "Netherlands", "Philippines", "Bahamas", "Gambia", "Maldives", "Comoros")
"""Words of names that need an article."""


@dataclass(frozen=True)
class Seat:
    """An office of a country or body."""

    record: str
    role: str
    home: str
    adjective: str = ""

    def written(self, slot: str, draw: random.Random) -> str:
        """Return the title in one of the ways that a slot allows."""
        of = {"the": "the ", "The": "The ", "a_former": "a former "}.get(slot, "")
        bare = self.home.removeprefix("the ")
        left = self.adjective or bare
        if slot == "Pre":
            role = self.role.title()
            return draw.choice((f"{left} {role}", f"{left} {role}", f"{left} {self.role}", role))
        if slot == "Former":
            return draw.choice((f"Former {left} {self.role}", f"The former {left} {self.role}"))
        if slot == "a_former":
            return draw.choice((f"a former {left} {self.role}", f"a former {self.role} of {self.home}"))
        if slot == "bare":
            return self.role
        behind = f"{of}{self.role} of {self.home}"
        owner = f"{self.home}'s {self.role}"
        owner = owner[0].upper() + owner[1:] if slot == "The" else owner
        return draw.choice((f"{of}{left} {self.role}", owner, behind, f"{of}{self.role}" if of else behind))


@dataclass(frozen=True)
class Frame:
    """A sentence with slots."""

    half: str
    when: str
    form: str
    text: str


@dataclass(frozen=True)
class Case:
    """Somebody who is given a title on a day, and whether that is right."""

    why: str
    answer: str
    """`bad` for a wrong title, `ok`, or `unknown` for who is in no record."""
    name: str
    seat: Seat
    day: date
    years: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Row:
    """A sentence with its right answer."""

    frame: Frame
    case: Case
    text: str


def region() -> list[OfficeRecord]:
    """Return the records of an invented region: of each office three holders, one after the other, of two bodies."""
    made = []
    names = [f"{given} {family}" for family in FAMILY for given in GIVEN]
    for office, (other, _, homes) in OF_BODIES.items():
        for home in homes:
            body = home.removeprefix("the ")
            own = {"country": "United States"} if office == "Sheriff" else {"country": "United Kingdom"}
            own |= {} if office in ("Mayor", "Sheriff") else {"organisation": body}
            for held, (start, end) in zip((office,) * 3 + (other,) * 3, TERMS * 2, strict=True):
                made.append(
                    OfficeRecord(
                        person=names.pop(0),
                        office=f"{held} of {home}",
                        start=start,
                        end=end,
                        source="invented",
                        as_of=KNOWN_UNTIL,
                        **own,
                    )  # fmt: skip
                )
    return made


class Draws:
    """Who may be named in a frame, drawn from records."""

    def __init__(self, records: Sequence[OfficeRecord], known: Records) -> None:
        self.known = known
        self.of: dict[str, list[OfficeRecord]] = defaultdict(list)
        self.seats: dict[Seat, list[OfficeRecord]] = defaultdict(list)
        for record in records:
            self.of[record.person].append(record)
            if (seat := _seat_of(record)) and _is_exact(record):
                self.seats[seat].append(record)
        self.seats = {seat: held for seat, held in self.seats.items() if len({r.person for r in held}) > 2}
        self.national = sorted((s for s in self.seats if s.adjective), key=str)
        self.local = sorted((s for s in self.seats if not s.adjective), key=str)

    def case(self, why: str, draw: random.Random) -> Case | None:
        """Return a case of a kind; None where the draw finds nobody."""
        seat = draw.choice(self.local if draw.random() < 0.4 or not self.national else self.national)
        now = draw.choice(self.seats[seat])
        day = _within(now, draw)
        if why == "nobody":
            return Case(why, "unknown", f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}-Thwaite", seat, day)
        if why in ("holds", "held"):
            return self._right(why, now, seat, day)
        people = {
            "left": [r for r in self.seats[seat] if timedelta(540) < day - _last(r) < timedelta(2500)],
            "not yet": [r for r in self.seats[seat] if timedelta(250) < _first(r) - day < timedelta(1500)],
            "another office": self._beside(seat, day, same_home=True),
            "elsewhere": self._beside(seat, day, same_home=False),
        }[why]
        people = [r for r in people if self._is_one(r.person) and not self._may_hold(r.person, seat, day)]
        if why in ("another office", "elsewhere"):
            people = [r for r in people if not any(_seat_of(o) == seat for o in self.of[r.person])]
        if not people:
            return None
        return Case(why, "bad", draw.choice(sorted(people, key=lambda r: (r.person, r.office))).person, seat, day)

    def _right(self, why: str, now: OfficeRecord, seat: Seat, day: date) -> Case | None:
        if not self._is_one(now.person):
            return None
        held = [r for r in self.of[now.person] if _seat_of(r) == seat]
        if why == "holds" and len(held) == 1:
            return Case(why, "ok", now.person, seat, day, (_first(now).year, _last(now).year))
        later = _last(now) + timedelta(800)
        if why == "held" and len(held) == 1 and not self._may_hold(now.person, seat, later):
            return Case(why, "ok", now.person, seat, later, (_first(now).year, _last(now).year))
        return None

    def _beside(self, seat: Seat, day: date, *, same_home: bool) -> list[OfficeRecord]:
        if not seat.adjective and same_home:
            other = OF_BODIES[seat.record][0]
            return [r for r in self._all_on(day) if r.office == f"{other} of {seat.home}"]
        return [
            record
            for other, held in self.seats.items()
            if (other.home == seat.home) == same_home and (other.record == seat.record) != same_home
            for record in held
            if _surely(record, day)
        ]

    def _all_on(self, day: date) -> Iterator[OfficeRecord]:
        return (r for held in self.of.values() for r in held if r.source == "invented" and _surely(r, day))

    def _is_one(self, person: str) -> bool:
        found = self.known.of_person(person)
        return bool(found) and len(parted(found)) == 1 and {r.person for r in found} == {person}

    def _may_hold(self, person: str, seat: Seat, day: date) -> bool:
        claimed = parse_office(f"{seat.record} of {seat.home}")
        return any(
            match(claimed, parse_office(f"{r.office} of {seat.home}")) is not Match.NO and not _surely_not(r, day)
            for r in self.of[person]
            if seat.home in (r.country, (r.office.partition(" of ")[2]))
        )


def _seat_of(record: OfficeRecord) -> Seat | None:
    role, home = OF_COUNTRIES.get(record.office), record.country or ""
    if record.source != "invented":
        own = None if any(word in home for word in WITH_THE) else adjective(home)
        return (
            Seat(record.office, role, home, own) if role and own and not record.organisation and home != own else None
        )
    office, _, home = record.office.partition(" of ")
    return Seat(office, OF_BODIES[office][1], home) if office in OF_BODIES else None


def _is_exact(record: OfficeRecord) -> bool:
    days = record.start and record.end and record.start.precision == record.end.precision == "day"
    known = record.as_of is None or record.as_of > date(2015, 1, 1)
    return bool(days and record.verified and not record.acting and known and _length(record) > 300)


def _first(record: OfficeRecord) -> date:
    return record.start.earliest if record.start else date.min


def _last(record: OfficeRecord) -> date:
    return record.end.latest if record.end else date.max


def _length(record: OfficeRecord) -> int:
    return (_last(record) - _first(record)).days


def _surely(record: OfficeRecord, day: date) -> bool:
    margin = timedelta(60)
    return _is_exact(record) and _first(record) + margin < day < _last(record) - margin


def _surely_not(record: OfficeRecord, day: date) -> bool:
    late = record.start is not None and record.start.earliest - timedelta(60) > day
    return late or (record.end is not None and record.end.latest + timedelta(60) < day)


def _within(record: OfficeRecord, draw: random.Random) -> date:
    return _first(record) + timedelta(draw.randrange(100, _length(record) - 100))


KINDS = {
    "now": ("left",) * 4
    + ("not yet",) * 2
    + ("another office",) * 3
    + ("elsewhere",) * 2
    + ("holds",) * 2
    + ("nobody",),
    "former": ("holds now",) * 6 + ("held",) * 4 + ("nobody",) * 2,
    "then": ("other years",) * 6 + ("in years",) * 4 + ("nobody",) * 2,
    "history": ("held",) * 6 + ("nobody",) * 2,
    "other": ("another office",) * 7 + ("nobody",),
}


def rows_of(frame: Frame, draws: Draws) -> Iterator[Row]:
    """Make the sentences of a frame."""
    draw = random.Random(frame.text)
    for kind in KINDS[frame.when]:
        for _ in range(30):
            case = _case(frame, kind, draws, draw)
            text = _text(frame, case, draw) if case else None
            if case and text:
                yield Row(frame, case, text)
                break


def _case(frame: Frame, kind: str, draws: Draws, draw: random.Random) -> Case | None:
    case = draws.case({"holds now": "holds", "other years": "held", "in years": "held"}.get(kind, kind), draw)
    if case is None:
        return None
    since = "since" in frame.text.lower()
    if since and kind in ("other years", "in years"):
        case = draws.case("holds", draw)
    if case is None:
        return None
    if kind == "holds now":
        return Case(kind, "bad", case.name, case.seat, case.day)
    if kind == "other years":
        by = -5 if since else draw.choice((-5, 6))
        years = (case.years[0] + by, case.years[1] + by)
        return Case(kind, "bad", case.name, case.seat, case.day, years) if years[1] < case.day.year or since else None
    ok = case.answer != "unknown" and frame.when in ("history", "other")
    return Case(kind, "ok" if ok else case.answer, case.name, case.seat, case.day, case.years)


def _text(frame: Frame, case: Case, draw: random.Random) -> str | None:
    first, last = case.years if any(case.years) else (case.day.year - 6, case.day.year - 3)
    if frame.when == "then" and last - first < (2 if "{Y}" in frame.text else 1):
        return None
    spoken = case.day - timedelta(1)
    text = frame.text
    for slot in ("Pre", "the", "The", "np", "bare", "Former", "a_former"):
        if f"{{{slot}}}" in text:
            title = case.seat.written(slot, draw)
            home = (case.seat.home.removeprefix("the "), case.seat.adjective or case.seat.home)
            if case.why == "elsewhere" and not any(words in title for words in home):
                return None
            text = text.replace(f"{{{slot}}}", title)
    weekday = list(WEEKDAYS)[spoken.weekday()].capitalize()
    given = {"N": case.name, "wd": weekday, "day": f"{case.day.day} {case.day:%B}", "Y": str((first + last) // 2)}
    given |= {"Y1": str(first), "Y2": str(last), "Yold": str(case.day.year - 9)}
    for slot, words in given.items():
        text = text.replace(f"{{{slot}}}", words)
    return text.replace("\\n", "\n").replace("s's ", "s' ")


def read_frames() -> list[Frame]:
    """Return the frames of the file."""
    lines = FRAMES.read_text("utf-8").splitlines()[1:]
    return [Frame(*line.split("\t")) for line in lines]


def answer_of(row: Row, records: Records) -> str:
    """Return `flag`, `supported` or `silent` for a sentence."""
    mentions = judge_sentence(row.text, row.case.day, records, row.case.day).mentions
    if any(mention.flag for mention in mentions):
        return "flag"
    return "supported" if any(mention.outcome == "right" for mention in mentions) else "silent"


def figures_of(answers: Sequence[tuple[Row, str]]) -> dict[str, Any]:
    """Return precision and recall of flags over rows and what was answered."""
    counts = Counter((row.case.answer, got) for row, got in answers)
    flagged = sum(number for (_, got), number in counts.items() if got == "flag")
    bad = sum(number for (answer, _), number in counts.items() if answer == "bad")
    by_why = {
        why: round(sum(got == "flag" for row, got in answers if row.case.why == why) / number, 3)
        for why, number in sorted(Counter(row.case.why for row, _ in answers if row.case.answer == "bad").items())
    }
    wrong = sum(got == "supported" and (row.case.answer != "ok" or row.frame.when == "other") for row, got in answers)
    return {
        "frames": len({row.frame for row, _ in answers}),
        "n": len(answers),
        "wrong_titles": bad,
        "flags": flagged,
        "flag_precision": round(counts["bad", "flag"] / flagged, 4) if flagged else None,
        "flag_recall": round(counts["bad", "flag"] / bad, 3) if bad else None,
        "recall_by_error": by_why,
        "flags_on_unknown": counts["unknown", "flag"],
        "wrongly_supported": wrong,
        "right_titles_supported": round(
            counts["ok", "supported"] / max(1, sum(n for (answer, _), n in counts.items() if answer == "ok")), 3
        ),
    }


def all_rows(records: Records) -> list[Row]:
    """Return the sentences of all frames."""
    world = [OfficeRecord.model_validate(row) for row in read_rows(WORLD)]
    draws = Draws([*region(), *world], records)
    return [row for frame in read_frames() for row in rows_of(frame, draws)]


def main() -> None:
    """Print the figures of each half that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--data", type=Path, help="not used: the cases are our own")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--show", action="store_true", help="print what was answered wrongly in frames that are not aside"
    )
    given = parser.parse_args()
    figures = {}
    with TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        prepare_world(settings)
        with records_with_world(settings, region()) as records:
            rows = all_rows(records)
            for half in [half for half in HALVES if given.half in (None, half)]:
                answers = [(row, answer_of(row, records)) for row in rows if row.frame.half == half]
                figures[half] = figures_of(answers)
                for row, got in answers if given.show and half == "dev" else ():
                    if (row.case.answer == "bad") != (got == "flag"):
                        print(f"{got} {row.case.why} {row.case.day} [{row.frame.form}] {row.text}", file=sys.stderr)
    print(json.dumps(figures, indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
