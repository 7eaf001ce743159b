from .context import LogContext as LogContext, bound as bound
from .logs import get_log as get_log, start_logs as start_logs
from .traces import SetAttributes as SetAttributes, span as span, start_traces as start_traces
