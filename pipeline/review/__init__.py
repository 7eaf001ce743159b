"""The review desk: people decide what the desk says of a claim, and nothing is lost.

Each action is an event in an append-only log, written in one transaction with the queue's row. An event
names the number of events its author had seen (`seen`); the database refuses a second one of the same number.

`__init__.pyi` lists what others may take; a module is loaded when one of its names is.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
