from .accounts.accounts import (
    activate as activate,
    add_person as add_person,
    deactivate as deactivate,
    find_person as find_person,
    has_people as has_people,
    list_people as list_people,
    set_password as set_password,
    set_role as set_role,
)
from .accounts.passwords import Passwords as Passwords
from .accounts.sessions import (
    Lifetimes as Lifetimes,
    begin_session as begin_session,
    end_session as end_session,
    session_of as session_of,
)
from .accounts.sign_in import SignedIn as SignedIn, SignIn as SignIn
from .accounts.tokens import (
    list_tokens as list_tokens,
    make_token as make_token,
    new_secret as new_secret,
    person_of_token as person_of_token,
    revoke_tokens as revoke_tokens,
)
from .actions import (
    MAX_BULK as MAX_BULK,
    BulkAction as BulkAction,
    approve as approve,
    ask_second as ask_second,
    assign as assign,
    bulk as bulk,
    decide as decide,
    send_back as send_back,
    undo as undo,
)
from .claim_context import (
    find_item as find_item,
    newest_events as newest_events,
    outcomes_now as outcomes_now,
    previous_claim as previous_claim,
    texts_of as texts_of,
)
from .claim_history import history as history, open_claim as open_claim
from .claim_page import ClaimPage as ClaimPage, DatedSource as DatedSource, Line as Line, view_claim as view_claim
from .filters import (
    UNASSIGNED as UNASSIGNED,
    Filter as Filter,
    delete_search as delete_search,
    save_search as save_search,
    saved_searches as saved_searches,
)
from .folding import with_parts as with_parts
from .limits import (
    MAX_NUMBER as MAX_NUMBER,
    Comment as Comment,
    Corrected as Corrected,
    Name as Name,
    Number as Number,
    SearchName as SearchName,
)
from .models import (
    BulkResult as BulkResult,
    ClaimView as ClaimView,
    FoldedPage as FoldedPage,
    QueueItem as QueueItem,
    QueuePage as QueuePage,
    SavedSearch as SavedSearch,
)
from .reopening import reopen_resting as reopen_resting
from .similar.search import SimilarDecisions as SimilarDecisions, similar_decisions as similar_decisions
from .similar.vectors import index_decisions as index_decisions
from .wording import (
    ACTIONS as ACTIONS,
    EDITOR_STATUSES as EDITOR_STATUSES,
    REASON_CODES as REASON_CODES,
    RUN_STATUSES as RUN_STATUSES,
    STATUSES as STATUSES,
    VISIT_STATUSES as VISIT_STATUSES,
    describe_review as describe_review,
    spell_moment as spell_moment,
    spell_money as spell_money,
    spell_progress as spell_progress,
)
from .work_queue import (
    count_unchecked as count_unchecked,
    hand_out as hand_out,
    next_claim as next_claim,
    queue as queue,
)
