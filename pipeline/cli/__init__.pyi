from .terminal import print_report as print_report
from .terminal import show_progress as show_progress
