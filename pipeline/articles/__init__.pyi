from .fetching import FEEDS as FEEDS
from .fetching import Page as Page
from .fetching import fetch as fetch
from .loading import load_article as load_article
