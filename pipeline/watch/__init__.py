"""Watches: sources of articles that are checked by themselves, on a schedule and within budgets.

A watch is due at slots. A visit claims one, lists the source, and says of each item whether it was checked,
unchanged, waiting for budget, or could not be read. `run_watches` needs no server.

`__init__.pyi` lists what others may take; a module is loaded when one of its names is.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
