from .day_values import read_day as read_day
from .fetching import FEEDS as FEEDS, Page as Page, fetch as fetch
from .loading import dated_by_feed as dated_by_feed, load_article as load_article
