"""How a process reports what it does: logs with the ids of run and claim, and traces, both by configuration.

Neither holds what an article says. A log line below level debug holds ids, counts and names of errors, never a
message that may quote the text; a span holds no more.

`__init__.pyi` lists what others may take; a module is loaded when one of its names is.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
