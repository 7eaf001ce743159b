"""How a process tells what it does: logs with the ids of run and claim, and traces, both by configuration.

Neither tells what an article says. A log line below level debug holds ids, counts and names of errors, never a
message that may quote the text; a span holds no more.
"""

from pipeline.observing.carrying import Here, bound
from pipeline.observing.logs import get_log, start_logs
from pipeline.observing.traces import Tell, span, start_traces

__all__ = ["Here", "Tell", "bound", "get_log", "span", "start_logs", "start_traces"]
