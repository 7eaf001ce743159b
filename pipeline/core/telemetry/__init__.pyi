from .context import LogContext as LogContext
from .context import bound as bound
from .logs import get_log as get_log
from .logs import start_logs as start_logs
from .traces import Tell as Tell
from .traces import span as span
from .traces import start_traces as start_traces
