from .fetching import FEEDS as FEEDS, Page as Page, fetch as fetch
from .loading import load_article as load_article
from .word.annotating import annotate_word as annotate_word
from .word.reading import read_word as read_word
from .word.values import WordComment as WordComment, WordNote as WordNote, WordText as WordText
