from .calibration.calibrating import (
    Fitted as Fitted,
    calibrate_evaluation as calibrate_evaluation,
    write_calibrations as write_calibrations,
)
from .calibration.fitting import FOLDS as FOLDS
from .cases import Suite as Suite
from .gold import Gold as Gold, Include as Include, gold_of as gold_of, publication_of as publication_of
from .lab.allowance import Allowance as Allowance
from .lab.cases import (
    MOST_CASES as MOST_CASES,
    PROMPT_STAGES as PROMPT_STAGES,
    Shelf as Shelf,
    shelf_names as shelf_names,
    take_down as take_down,
)
from .lab.trial import Tried as Tried, try_out as try_out
from .prompts.catalogue import (
    PromptRow as PromptRow,
    check_prompts as check_prompts,
    diff_versions as diff_versions,
    diff_words as diff_words,
    find_version as find_version,
    list_prompts as list_prompts,
    new_version as new_version,
    word_changes as word_changes,
)
from .prompts.drafts import read_draft as read_draft, save_draft as save_draft
from .prompts.gate import gate_command as gate_command, known_bundles as known_bundles
from .prompts.lock import (
    live_prompts as live_prompts,
    name_of as name_of,
    read_floors as read_floors,
    read_lock as read_lock,
    write_lock as write_lock,
)
from .prompts.promotion import (
    choose_bundle as choose_bundle,
    find_draft as find_draft,
    make_scorecard as make_scorecard,
    promote as promote,
)
from .prompts.scorecards import Scorecard as Scorecard, render_scorecard as render_scorecard
from .report.page import render_report as render_report
from .report.wording import spell_label as spell_label, spell_money as spell_money, symbol_of as symbol_of
from .run.answer import evidence_of as evidence_of
from .run.bundle import Bundle as Bundle, Manifest as Manifest, bundles as bundles, find_bundle as find_bundle
from .run.compare import compare_bundles as compare_bundles
from .run.export import (
    IMPORTED as IMPORTED,
    import_bundle as import_bundle,
    is_packed as is_packed,
    pack as pack,
    unpacked as unpacked,
)
from .run.journal import read_lines as read_lines
from .run.recorder import Charge as Charge
from .run.replay import Scored as Scored, replay as replay, rescore as rescore, score_bundle as score_bundle
from .run.runner import Estimate as Estimate, Progress as Progress
from .scores.confidence import SURENESS as SURENESS
from .scores.values import Pairing as Pairing, Scores as Scores
from .setup import (
    Trial as Trial,
    estimate_evaluation as estimate_evaluation,
    open_evaluation as open_evaluation,
    open_systems as open_systems,
    run_evaluation as run_evaluation,
)
from .statistics.wording import in_plain_words as in_plain_words
from .suites import load_suite as load_suite
