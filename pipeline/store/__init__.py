"""The store: articles, runs, claims, passages, evidence, verdicts, failures, flags, reviews and usage.

SQLite by default (WAL, one writer at a time), PostgreSQL by its address. Rows are written as a run goes, one
transaction a claim, so whatever ends a process leaves whole notes and no half ones.

`__init__.pyi` lists what others may take; a module is loaded when one of its names is.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
