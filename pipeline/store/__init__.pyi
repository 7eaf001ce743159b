from . import schema as schema
from .account_rows import (
    Account as Account,
    StoredToken as StoredToken,
    account_of as account_of,
    accounts as accounts,
    add_account as add_account,
    add_session as add_session,
    add_token as add_token,
    change_account as change_account,
    delete_session as delete_session,
    end_tokens as end_tokens,
    forget_expired as forget_expired,
    has_accounts as has_accounts,
    renew_hash as renew_hash,
    stored_session as stored_session,
    token_of as token_of,
    tokens_of as tokens_of,
    touch_session as touch_session,
)
from .archive import (
    MANIFEST as MANIFEST,
    ArchivedFile as ArchivedFile,
    open_archive as open_archive,
    write_archive as write_archive,
)
from .backup.restore import restore_backup as restore_backup
from .backup.save import Manifest as Manifest, save_backup as save_backup, sync_folder as sync_folder
from .database import Run as Run, Store as Store, open_store as open_store
from .decisions import carry_decision as carry_decision, decided_notes as decided_notes, export_log as export_log
from .log import (
    append as append,
    event_of as event_of,
    events_of as events_of,
    events_of_all as events_of_all,
    in_utc as in_utc,
)
from .naming import (
    EVALUATION as EVALUATION,
    LATEST as LATEST,
    find_article_id as find_article_id,
    find_claim_id as find_claim_id,
    find_id as find_id,
    find_run_id as find_run_id,
)
from .passage_queries import passages_by_id as passages_by_id
from .queue import (
    NoteSummary as NoteSummary,
    decided_on as decided_on,
    summaries_of as summaries_of,
    unreviewed as unreviewed,
    write_standing as write_standing,
)
from .rows import (
    cited_row as cited_row,
    insert_missing as insert_missing,
    moment as moment,
    note_of as note_of,
    unless_there as unless_there,
)
from .run_history import (
    KnownNote as KnownNote,
    KnownRun as KnownRun,
    decided_among as decided_among,
    earlier_runs as earlier_runs,
    failure_reasons as failure_reasons,
    finished_run as finished_run,
    known_run as known_run,
)
from .run_queries import (
    STORED as STORED,
    RunFilter as RunFilter,
    RunOverview as RunOverview,
    RunPage as RunPage,
    coverage_of as coverage_of,
    find_run as find_run,
    list_runs as list_runs,
    open_run as open_run,
    sentences_of as sentences_of,
)
from .run_status import (
    RunStatus as RunStatus,
    about as about,
    admit_alone as admit_alone,
    ask_to_cancel as ask_to_cancel,
    count_finished as count_finished,
    fail_own_run as fail_own_run,
    fingerprint as fingerprint,
    lost_run as lost_run,
    mark_of as mark_of,
    new_run_id as new_run_id,
    run_heartbeat as run_heartbeat,
    sources as sources,
    status_of as status_of,
    take_over as take_over,
    was_cut_off as was_cut_off,
)
from .search import matching as matching
from .standing import Standing as Standing, stand as stand
from .superseding import supersede as supersede
