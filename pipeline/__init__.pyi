from .articles import load_article as load_article
from .check import Bench as Bench
from .check import check_or_reuse as check_or_reuse
from .check import index_paths as index_paths
from .check import open_bench as open_bench
from .core.errors import FactnotesError as FactnotesError
from .core.models import Article as Article
from .core.models import Claim as Claim
from .core.models import Evidence as Evidence
from .core.models import Failure as Failure
from .core.models import Flag as Flag
from .core.models import Note as Note
from .core.models import Report as Report
from .core.models import Verdict as Verdict
from .core.settings import Settings as Settings
from .core.settings import load_settings as load_settings
from .reports import write_report as write_report
from .store import Store as Store
from .store import open_store as open_store

__version__: str
