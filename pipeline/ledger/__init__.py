"""The fact ledger: every fact of a draft, what was done to it, and who signed.

`__init__.pyi` lists what others may take; a module is loaded when one of its names is.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
