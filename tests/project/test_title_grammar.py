"""The sentences of the title grammar: who is named in them follows from the records, and so does the right answer."""

from __future__ import annotations

import pytest

from benchmarks.title_grammar import KINDS, Draws, Frame, Row, read_frames, region, rows_of
from pipeline.evidence import Records

RECORDS = region()
NOW = Frame("dev", "now", "reporting", "{Pre} {N} said on {wd} that {the} would stay.")


def _rows(frame: Frame) -> list[Row]:
    return list(rows_of(frame, Draws(RECORDS, Records(RECORDS))))


def _holds(row: Row) -> bool:
    office = f"{row.case.seat.record} of {row.case.seat.home}"
    return any(
        record.person == row.case.name
        and record.office == office
        and record.start is not None
        and record.end is not None
        and record.start.earliest <= row.case.day <= record.end.latest
        for record in RECORDS
    )


def test_a_title_is_wrong_where_no_record_gives_it_to_the_named_person_that_day() -> None:
    rows = _rows(NOW)
    assert {row.case.answer for row in rows} == {"bad", "ok", "unknown"}
    assert all(_holds(row) == (row.case.answer == "ok") for row in rows)
    known = {record.person for record in RECORDS}
    assert all((row.case.name in known) == (row.case.answer != "unknown") for row in rows)


@pytest.mark.parametrize("when", ["history", "other"])
def test_a_title_of_another_time_or_of_somebody_else_is_never_wrong(when: str) -> None:
    rows = _rows(Frame("dev", when, "form", "{N} sat beside {the} on {wd}."))
    assert rows and not any(row.case.answer == "bad" for row in rows)


def test_a_frame_makes_the_same_sentences_each_time_and_fills_every_slot() -> None:
    for frame in read_frames():
        rows = _rows(frame)
        assert rows == _rows(frame)
        assert len(rows) >= len(KINDS[frame.when]) // 2
        assert not any("{" in row.text for row in rows), frame.form


def test_a_third_of_the_frames_stand_aside() -> None:
    frames = read_frames()
    aside = sum(frame.half == "aside" for frame in frames)
    assert len(frames) >= 60 and abs(aside - len(frames) / 3) < 3
