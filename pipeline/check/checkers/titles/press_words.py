"""What press words mean beside a record's office: `Elmbank boss` is its chief executive, an envoy an ambassador."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.check.checkers.titles.beside import OF_THE_WHOLE
from pipeline.check.checkers.titles.places import is_organisation
from pipeline.core.english import find_places
from pipeline.core.models import OfficeRecord, TitleMention
from pipeline.evidence import Office, body_words, lexicon, office_place, parse_office, plain, short_name_in

_OF_PARTIES = ("leader", "whip")
_ENVOY_TO = re.compile(
    r"(?<!special )(?<!peace )(?<!climate )(?<!trade )(?<!presidential )\benvoy(?= to )", re.IGNORECASE
)
_OF_GOVERNMENT = frozenset(("government", "council", "ministers", "state", "cabinet"))
"""Words for a whole government: `Premier of the State Council`."""
_OF_COURT = frozenset(("supreme", "court"))
_NOT_HEADS_OF_STATE = ("Iran",)
"""Countries whose president has a head of state above him."""
_STATE = frozenset(("state",))


def as_recorded(record: OfficeRecord, claimed: Office, held: Office, mention: TitleMention) -> tuple[Office, Office]:
    """Return a title's office and a record's, with what the press calls the latter put in the record's words."""
    claimed = _of_a_union(record, _of_short_name(record, claimed, held, mention))
    claimed, held = _of_envoy(claimed, held, mention)
    claimed = _of_central_bank(record, claimed, held)
    claimed, held = _of_a_sort(record, claimed, held), _of_assembly(record, claimed, held)
    for put in (_of_premier, _of_court, _of_forces, _of_officer, _of_state, _of_whole, _of_board):
        claimed, held = put(claimed, held)
    return _of_committee(record, claimed, held), held


def _of_short_name(record: OfficeRecord, claimed: Office, held: Office, mention: TitleMention) -> Office:
    """Return `Ofcom chair` as that of the Office of Communications, where the record's body is that."""
    short = short_name_in(mention.title, record)
    said = parse_office(f"head of {short}").subject if short else frozenset()
    abroad = claimed.place and office_place(record.country) not in (None, claimed.place)
    if not said or not said <= claimed.subject or abroad:
        return claimed
    place = claimed.place or (office_place(record.organisation) if is_organisation(record.organisation) else None)
    return replace(claimed, subject=(claimed.subject - said) | _name_words(record, claimed, held), place=place)


def _name_words(record: OfficeRecord, claimed: Office, held: Office) -> frozenset[str]:
    """Return the words of the name of a record's body, as they stand in an office of the claimed kind."""
    body = body_words(record)
    name = parse_office(f"{'leader' if claimed.kind in _OF_PARTIES else 'head'} of {record.organisation}").subject
    return body | (held.subject & name) if body else name


def _of_envoy(claimed: Office, held: Office, mention: TitleMention) -> tuple[Office, Office]:
    """Return `Norway's envoy to London` as an ambassador, where the person is one; a special envoy is none."""
    if claimed.kind != "envoy" or held.kind != "ambassador" or not _ENVOY_TO.search(mention.title):
        return claimed, held
    return parse_office(_ENVOY_TO.sub("ambassador", mention.title)), held


def _of_a_union(record: OfficeRecord, claimed: Office) -> Office:
    """Return `teachers' union leader` as who leads the union, where the record is of a union."""
    if claimed.kind != "union_leader" or "union" not in body_words(record):
        return claimed
    return replace(claimed, kind="leader", subject=claimed.subject | {"union"})


_OF_ANY_SORT = frozenset(("company", "firm", "group", "organisation", "organization", "agency", "charity", "club"))
"""What a body may be that its name does not say."""


def _of_a_sort(record: OfficeRecord, claimed: Office, held: Office) -> Office:
    """Return `hospital boss` as a bare title of a record's body; that counts where the article names the body."""
    body = body_words(record)
    sort = claimed.subject and claimed.subject <= lexicon().belongs and not (claimed.subject & held.subject)
    own = _OF_ANY_SORT | body | {word.removesuffix("s") for word in body}
    if not sort or claimed.place or not claimed.subject <= own or not body - claimed.subject:
        return claimed
    top = is_called_head(claimed, held, record) and held.subject <= body | OF_THE_WHOLE
    kind = held.kind if top else claimed.kind
    return replace(claimed, kind=kind, subject=frozenset())


_CENTRAL_BANK = re.compile(r"(?:Central|National|Reserve|Federal) Bank|Banco Central|Bundesbank|Bank of [A-Z]\w+$")


def _of_central_bank(record: OfficeRecord, claimed: Office, held: Office) -> Office:
    """Return `central bank governor` as the president of one that has a president, or the other way round."""
    heads = ("governor", "president")
    named = "bank" in claimed.subject and _CENTRAL_BANK.search(record.organisation or record.office)
    both = claimed.kind in heads and held.kind in heads and not (claimed.rank or held.rank)
    return replace(claimed, kind=held.kind) if named and both else claimed


_ASSEMBLY = re.compile(r"^Member of (?:the )?National Assembly\b")


def _of_assembly(record: OfficeRecord, claimed: Office, held: Office) -> Office:
    """Return a member of a whole country's national assembly as an MP; Wales and Quebec have assemblies of theirs."""
    if claimed.kind != "mp" or not _ASSEMBLY.match(record.office):
        return held
    regional = any(place.kind == "region" for _, _, place in find_places(f"{record.office}, {record.organisation}"))
    return held if regional else parse_office(_ASSEMBLY.sub("MP", record.office))


_COMMITTEE = re.compile(r"(?:Chair\w*,? (?:of the )?)?(?P<name>.+?) (?:Select )?Committee")
_JOINT = re.compile(r", (?:and )?| and | & ")
_NO_PART = frozenset(("committee", "select"))


def _of_committee(record: OfficeRecord, claimed: Office, held: Office) -> Office:
    """Return `chair of the Commons health committee` as that of the committee for health and for another matter."""
    found = _COMMITTEE.match(record.office)
    house = claimed.subject & body_words(record)
    said = claimed.subject - house - _NO_PART
    if not found or not house or (claimed.kind, claimed.rank, held.kind) != ("chair", "", "chair"):
        return claimed
    joined = said in {parse_office(f"chair of {part}").subject for part in _JOINT.split(found["name"])}
    return replace(claimed, subject=held.subject | house) if joined else claimed


def _of_premier(claimed: Office, held: Office) -> tuple[Office, Office]:
    """Return the president of a council of ministers as a prime minister, and a premier of a state council as one."""
    whole = held.subject <= _OF_GOVERNMENT and bool(held.subject - _STATE) and not held.rank
    kinds = ("head_of_government", "president", "chair")
    if claimed.kind != "head_of_government" or claimed.subject or not whole or held.kind not in kinds:
        return claimed, held
    return claimed, replace(held, kind=claimed.kind, subject=frozenset())


def _of_court(claimed: Office, held: Office) -> tuple[Office, Office]:
    """Return the chief justice of the supreme court as that of the country, where a title names the country alone."""
    of_country = claimed.kind == held.kind == "chief_justice" and claimed.place and not claimed.subject
    return claimed, replace(held, subject=held.subject - _OF_COURT) if of_country else held


_ALL_FORCES = (frozenset(("armed", "forces")), frozenset(("military",)), frozenset(("defence",))) + (
    frozenset(("defence", "forces")),
)
"""What the press calls all the forces of a country."""


def _of_forces(claimed: Office, held: Office) -> tuple[Office, Office]:
    """Return `Norland's military chief` as its chief of the defence staff."""
    top = claimed.kind in ("chief", "head") and held.kind in ("chief", "chief_of_staff") and not held.rank
    all_of_them = claimed.subject in _ALL_FORCES and held.subject in _ALL_FORCES and claimed.place
    return replace(claimed, kind=held.kind, subject=held.subject) if top and all_of_them else claimed, held


def _of_officer(claimed: Office, held: Office) -> tuple[Office, Office]:
    """Return `finance chief of Elmbank` as its chief financial officer; a bare one may be of any company."""
    said = {word for word in claimed.subject if lexicon().officers.get(word) == held.kind}
    called = claimed.kind in lexicon().chiefs - {"leader"} or (claimed.kind == "director" and "finance" in said)
    if not called or not said or said == claimed.subject:
        return claimed, held
    return replace(claimed, kind=held.kind, subject=claimed.subject - said), held


def _of_state(claimed: Office, held: Office) -> tuple[Office, Office]:
    """Return `Norland's head of state` as its president or monarch, whichever the person is on record."""
    head = (claimed.kind, claimed.subject, claimed.rank) == ("head", _STATE, "") and claimed.place
    one = held.kind in ("president", "monarch") and not (held.subject or held.rank)
    if not head or not one or claimed.place in _NOT_HEADS_OF_STATE:
        return claimed, held
    return replace(claimed, kind=held.kind, subject=frozenset()), held


_LEFT_OUT = {
    "president": frozenset(("regional", "council", "government", "generalitat", "junta", "xunta")),
    "whip": frozenset(("house", "commons")),
}
"""What a title leaves out of an office that it names by its region, or by its party."""


def _of_whole(claimed: Office, held: Office) -> tuple[Office, Office]:
    """Return `Norland's regional president` as that of its regional council, a party's whip as one in the Commons."""
    left_out = held.subject - claimed.subject
    same = (claimed.kind, claimed.rank) == (held.kind, held.rank) and claimed.subject and claimed.subject < held.subject
    regional = claimed.kind == "whip" or held.subject & _REGIONAL
    if not same or not regional or not left_out <= _LEFT_OUT.get(claimed.kind, frozenset()):
        return claimed, held
    return replace(claimed, subject=held.subject), held


def _of_board(claimed: Office, held: Office) -> tuple[Office, Office]:
    """Return the chair of a body's board as the body's chair."""
    whole = claimed.kind == held.kind == "chair" and held.subject - claimed.subject <= _BOARD
    return claimed, replace(held, subject=held.subject - _BOARD | claimed.subject & _BOARD) if whole else held


_BOARD = frozenset(("board", "directors"))
_REGIONAL = frozenset(("regional", "generalitat", "junta", "xunta"))
_BANKS = frozenset(("bank", "reserve"))
_FORCES = frozenset(("army", "navy", "forces", "force", "staff", "police"))
_ALWAYS_TOP = ("principal", "headteacher", "vicechancellor", "rector", "commissioner_general")
_CHAIRED = frozenset(
    ("commission", "committee", "party", "reserve", "panel", "board", "federation", "congress", "movement", "front")
    + ("alliance", "union", "chiefs")
)
"""Bodies whose chair is their head; others may have a chief executive beside."""
_COMPANIES = frozenset(("plc", "ltd", "limited", "inc", "corp", "corporation", "company", "group", "holdings", "gmbh"))
"""Bodies of which a director is one of many."""
_OF_MEMBERS = frozenset(
    ("council", "senate", "house", "assembly", "parliament", "orchestra", "symphony", "party", "front", "movement")
    + ("alliance", "league")
)
"""Bodies whose leader is none of their officers: of a council, or an orchestra's first violin; a party has many."""
_MINISTRY = re.compile(r"(?:The )?(?:Department|Ministry) (?:of|for) |.* (?:Department|Ministry)$")
_MINISTER = re.compile(r"(?:Federal |Union |Cabinet )?(?:Secretary|Minister) (?:of|for) (?!State\b)")


def is_top(held: Office, record: OfficeRecord) -> bool:
    """Tell whether a record's office is the one that `boss`, `chief` or `head` of its body is said of.

    >>> one = OfficeRecord(person="Ana Reyes", office="Governor", organisation="Bank of Norland")
    >>> is_top(parse_office(one.office), one)
    True
    """
    words = held.subject | set(re.findall(r"\w+", plain(record.organisation or "")))
    if held.rank:
        return False
    if held.kind in ("chair", "director"):
        return bool(words & _CHAIRED) if held.kind == "chair" else not words & _COMPANIES
    if held.kind == "rector" and office_place(record.country) == "United Kingdom":  # one that students elect
        return False
    if held.kind == "minister":
        ministry = _MINISTRY.match(record.organisation or "") and _MINISTER.match(record.office)
        return bool(ministry) and office_place(record.country) != "United Kingdom"
    other = (held.kind == "governor" and words & _BANKS) or (
        held.kind in ("inspector_general", "chief_constable", "chief_of_staff", "chief") and words & _FORCES
    )
    return held.kind in lexicon().top_offices or held.kind in _ALWAYS_TOP or bool(other)


def is_called_head(claimed: Office, held: Office, record: OfficeRecord) -> bool:
    """Tell whether `boss`, `chief`, `head` or `leader` may be said of a record's office, of whatever body that is."""
    words = claimed.subject | set(re.findall(r"\w+", plain(record.organisation or "")))
    of_members = words & _OF_MEMBERS or (held.kind in ("president", "chair") and "congress" in words)
    leads = claimed.kind == "leader" and of_members and "communist" not in words
    return claimed.kind in lexicon().chiefs and not claimed.rank and not leads and is_top(held, record)


def names_body(claimed: Office, held: Office, record: OfficeRecord, mention: TitleMention) -> bool:
    """Tell whether all that a title says of a body is the name of a record's, and no word that many bodies share."""
    body = record.organisation or ""
    own = bool(claimed.subject - lexicon().portfolio - lexicon().common_names)
    own = own or plain(body) in plain(mention.title) or short_name_in(mention.title, record) is not None
    return bool(body) and own and claimed.subject == _name_words(record, claimed, held)
