"""factnotes: find an article's checkable claims, judge each on dated evidence, pin notes to the words.

`__init__.pyi` lists what a program that uses factnotes may take; a module is loaded when one of its names is.
"""

import lazy_loader

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
