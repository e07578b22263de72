"""`python -m tests.bench.day <size> <site>`: one site's day in a process of its own; prints what became of it."""

import json
import os
import sys
from dataclasses import asdict

os.environ["POWERTOOLS_LOG_LEVEL"] = "CRITICAL"

from tests.bench.day.judging import at_site

print(json.dumps(asdict(at_site(int(sys.argv[2]), float(sys.argv[1])))))
