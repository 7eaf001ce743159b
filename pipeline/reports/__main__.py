"""Print the JSON Schema of a report, or of a publication where the argument `publication` is given."""

import json
import sys

from pipeline.reports.schemas import publication_schema, report_schema

schema = publication_schema() if sys.argv[1:] == ["publication"] else report_schema()
sys.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
