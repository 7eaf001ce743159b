from .app import create_app as create_app
from .gate.hosts import check_binding as check_binding
from .slow_clients import PunctualProtocol as PunctualProtocol
