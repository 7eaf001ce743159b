from .addressed import (
    Addressed as Addressed,
    addressed_within as addressed_within,
    find_addressed as find_addressed,
    without_addressed as without_addressed,
    without_addressed_within as without_addressed_within,
)
from .dates import (
    MONTH as MONTH,
    MONTHS as MONTHS,
    WEEKDAY as WEEKDAY,
    WEEKDAYS as WEEKDAYS,
    YEAR as YEAR,
    YEARS as YEARS,
    When as When,
    WrittenDate as WrittenDate,
    find_dates as find_dates,
    find_written_dates as find_written_dates,
    format_date as format_date,
    make_date as make_date,
    month_number as month_number,
    weekday_number as weekday_number,
)
from .numbers import Number as Number, find_numbers as find_numbers, read_bound as read_bound
from .places import (
    Place as Place,
    adjective as adjective,
    are_kin as are_kin,
    country_of_capital as country_of_capital,
    find_place as find_place,
    find_places as find_places,
    full_state as full_state,
    lies_in as lies_in,
)
from .stretches import readable_lines as readable_lines, stretches_of as stretches_of
from .syntax import (
    Line as Line,
    ParsedSentence as ParsedSentence,
    Sentence as Sentence,
    is_word as is_word,
    lines as lines,
    load_syntax as load_syntax,
    parse as parse,
    parse_all as parse_all,
    parsed_sentences as parsed_sentences,
    sentences as sentences,
    sentences_begun as sentences_begun,
    sentences_over as sentences_over,
    syntax_version as syntax_version,
    unread as unread,
)
