from .feeds import (
    MOST_ENTRIES as MOST_ENTRIES,
    Entry as Entry,
    Fetch as Fetch,
    is_web_address as is_web_address,
    read_feed as read_feed,
    sitemap_entries as sitemap_entries,
)
from .fetching import FEEDS as FEEDS, Page as Page, Seen as Seen, fetch as fetch, fetch_if_changed as fetch_if_changed
from .loading import article_of as article_of, load_article as load_article
