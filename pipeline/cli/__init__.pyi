from .terminal import print_report as print_report, show_progress as show_progress
