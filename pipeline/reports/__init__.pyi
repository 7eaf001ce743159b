from .publication.csv import write_table as write_table
from .publication.models import Publication as Publication, Publisher as Publisher
from .publication.select import publish as publish
from .publication.write import (
    FILES as FILES,
    FORMATS as FORMATS,
    RENDERERS as RENDERERS,
    Format as Format,
    write_publication as write_publication,
)
from .run.html import render_html as render_html
from .run.markdown import render_markdown as render_markdown
from .run.rows import Row as Row, table_rows as table_rows
from .run.write import write_report as write_report
from .shared.blocks import Block as Block, cut_blocks as cut_blocks
from .shared.page import (
    common_style as common_style,
    environment as environment,
    inline as inline,
    shown as shown,
    text_lines as text_lines,
)
from .shared.parts import Listed as Listed, find_parts as find_parts
from .shared.segments import Mark as Mark, Segment as Segment, cut_segments as cut_segments
from .shared.utf16 import with_utf16 as with_utf16
from .shared.views import (
    ComparisonView as ComparisonView,
    NoteView as NoteView,
    Source as Source,
    spell_date as spell_date,
    view_note as view_note,
    web_link as web_link,
)
from .shared.wording import (
    DIFFERS as DIFFERS,
    FLAGS as FLAGS,
    OUTCOMES as OUTCOMES,
    REASONS as REASONS,
    NoteOutcome as NoteOutcome,
    assumed_day as assumed_day,
    counted as counted,
    shorten as shorten,
    spell_probabilities as spell_probabilities,
)
