"""What holds for every test."""

import os

from hypothesis import HealthCheck, settings

# No test is a matter of time: a slow machine must not fail one. CI repeats the same examples, so that a landing depends
# on the change alone; everywhere else each run looks for new ones.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("here")
