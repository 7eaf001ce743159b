"""Print the JSON Schema of a report."""

import json
import sys

from pipeline.reports.schema import report_schema

sys.stdout.write(json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n")
