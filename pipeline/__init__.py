"""factnotes: find an article's checkable claims, judge each on dated evidence, pin notes to the words."""

__version__ = "0.1.0"
