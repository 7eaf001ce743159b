"""Office records as data a desk maintains: read from the forms others publish, validated, joined."""

from pipeline.evidence.offices.lookup import (
    Person,
    bears,
    bears_words_of,
    held_on,
    homes_of,
    is_office,
    names_in,
    people_of,
)
from pipeline.evidence.offices.merging import Merged, merge_records
from pipeline.evidence.offices.reading import FORMS, Form, ReadRecords, read_records
from pipeline.evidence.offices.rows import is_record, record_of

__all__ = [
    "FORMS",
    "Form",
    "Merged",
    "Person",
    "ReadRecords",
    "bears",
    "bears_words_of",
    "held_on",
    "homes_of",
    "is_office",
    "is_record",
    "merge_records",
    "names_in",
    "people_of",
    "read_records",
    "record_of",
]
