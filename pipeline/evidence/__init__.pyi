from .embedding import MiniLM as MiniLM
from .exact import ExactVectors as ExactVectors, JoinedVectors as JoinedVectors
from .index import Indexed as Indexed, build_index as build_index, sync_words as sync_words
from .lexical import (
    JoinedWords as JoinedWords,
    LexicalIndex as LexicalIndex,
    joined_with as joined_with,
    searchable_text as searchable_text,
)
from .offices.body_names import short_name_in as short_name_in
from .offices.lexicon import Lexicon as Lexicon, lexicon as lexicon
from .offices.lookup import Person as Person, homes_of as homes_of
from .offices.merging import merge_records as merge_records
from .offices.office_names import (
    Match as Match,
    Office as Office,
    body_in_full as body_in_full,
    body_words as body_words,
    initials_of as initials_of,
    is_short_for as is_short_for,
    match as match,
    office_place as office_place,
    office_within as office_within,
    parse_office as parse_office,
    parts_of as parts_of,
    plain as plain,
    portfolios as portfolios,
    tells_apart as tells_apart,
    town_words as town_words,
    uncovered_words as uncovered_words,
)
from .offices.person_names import (
    light_key as light_key,
    name_key as name_key,
    peer_key as peer_key,
    spelled as spelled,
    surname as surname,
)
from .offices.records import Records as Records, parted as parted
from .offices.registry import (
    holders_of as holders_of,
    import_records as import_records,
    open_records as open_records,
    people_named as people_named,
)
from .publishers import publishers_of as publishers_of
from .retrieval import (
    ByVector as ByVector,
    ByWords as ByWords,
    from_memory as from_memory,
    retrieve_evidence as retrieve_evidence,
)
from .run_files import RunFiles as RunFiles, read_run_files as read_run_files
from .sources.asking import (
    Answered as Answered,
    Asking as Asking,
    asked_sources as asked_sources,
)
from .sources.declared import asked_digest as asked_digest
from .sources.kept import (
    add_source as add_source,
    checks_with as checks_with,
    known_sources as known_sources,
    remove_source as remove_source,
    source_named as source_named,
)
from .sources.models import EarlierCheck as EarlierCheck, Source as Source
from .sources.sync import sync_source as sync_source
from .sources.verify import Verified as Verified, verify_cited as verify_cited, verify_report as verify_report
from .splitting import split_text as split_text
from .vectors import VectorIndex as VectorIndex
from .world.births import Life as Life
from .world.facts import (
    Capital as Capital,
    Country as Country,
    Membership as Membership,
    Money as Money,
    Organisation as Organisation,
    Series as Series,
    WorldFacts as WorldFacts,
    city_key as city_key,
    facts_digest as facts_digest,
    place_key as place_key,
    world_facts as world_facts,
)
from .world.facts_passages import (
    area_fact as area_fact,
    capital_fact as capital_fact,
    figure_fact as figure_fact,
    membership_fact as membership_fact,
    money_fact as money_fact,
    named as named,
    named_body as named_body,
    neighbours_fact as neighbours_fact,
    rank_fact as rank_fact,
    upper as upper,
)
from .world.offices import records_with_world as records_with_world
from .world.raw_files import RawFiles as RawFiles
from .world.status import (
    prepare_world as prepare_world,
    world_status as world_status,
    world_version as world_version,
)
from .world.update import look_for_update as look_for_update, service_of as service_of, take_update as take_update
