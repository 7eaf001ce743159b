from .fetching import FEEDS as FEEDS, Page as Page, fetch as fetch
from .loading import load_article as load_article
