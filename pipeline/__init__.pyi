from .articles import (
    WordComment as WordComment,
    WordNote as WordNote,
    WordText as WordText,
    annotate_word as annotate_word,
    load_article as load_article,
    read_word as read_word,
)
from .check import (
    Bench as Bench,
    check_or_reuse as check_or_reuse,
    index_paths as index_paths,
    open_bench as open_bench,
)
from .core.errors import FactnotesError as FactnotesError
from .core.models import (
    Article as Article,
    Claim as Claim,
    Evidence as Evidence,
    Failure as Failure,
    Flag as Flag,
    Note as Note,
    Report as Report,
    Verdict as Verdict,
)
from .core.settings import Settings as Settings, load_settings as load_settings
from .reports import write_report as write_report
from .store import Store as Store, open_store as open_store

__version__: str
