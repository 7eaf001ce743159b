from .feeds import (
    MOST_ITEMS as MOST_ITEMS,
    Entry as Entry,
    Fetch as Fetch,
    feed_entries as feed_entries,
    is_web_address as is_web_address,
    sitemap_entries as sitemap_entries,
)
from .fetching import FEEDS as FEEDS, Page as Page, Seen as Seen, fetch as fetch, fetch_if_changed as fetch_if_changed
from .loading import (
    FROM_ITS_ADDRESS as FROM_ITS_ADDRESS,
    article_of as article_of,
    dated_by_feed as dated_by_feed,
    load_article as load_article,
)
from .mails import is_mail as is_mail, read_mail as read_mail
from .styles import WHITE as WHITE, alike as alike
from .word.annotating import annotate_word as annotate_word
from .word.opening import is_open_document as is_open_document, is_word as is_word
from .word.reading import read_word as read_word
from .word.values import WordCell as WordCell, WordComment as WordComment, WordNote as WordNote, WordText as WordText
