from .carrying import make_fact as make_fact
from .checked import with_checks as with_checks
from .drafts import (
    WordKind as WordKind,
    add_version as add_version,
    article_of as article_of,
    find_draft as find_draft,
    list_drafts as list_drafts,
    word_kind as word_kind,
)
from .export import (
    KINDS as KINDS,
    render_ledger as render_ledger,
    spell_attached as spell_attached,
    spell_check as spell_check,
    spell_source as spell_source,
)
from .files import (
    as_source as as_source,
    files_of as files_of,
    keep_file as keep_file,
    kept_file as kept_file,
    read_file as read_file,
    why_lost as why_lost,
)
from .ledger import (
    act as act,
    add_fact as add_fact,
    add_word_version as add_word_version,
    assign_kind as assign_kind,
    history as history,
    open_ledger as open_ledger,
    sign as sign,
)
from .models import (
    Draft as Draft,
    FactAction as FactAction,
    FactKind as FactKind,
    FactSource as FactSource,
    FactStanding as FactStanding,
    FactState as FactState,
    KeptFile as KeptFile,
    Ledger as Ledger,
    Rules as Rules,
    SourceKind as SourceKind,
)
from .parts import merge_facts as merge_facts, split_fact as split_fact
from .standing import WORDS as WORDS, counts as counts, last_source as last_source, next_open as next_open
