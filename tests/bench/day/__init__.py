"""A day of a call centre in virtual time, on the product's own ACD over the store in memory.

`plan` says who calls whom and who works when, `floor` lets it happen, `diary` writes down what was stored, `referee`
judges the diary by rules of its own, `erlang` has the theory, `estimates` judges what callers are told of their wait.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from tests.bench.day.judging import Judged, judge, merged

SITES = 2
"""Each a process of its own: 25 groups and 500 agents, who serve up to three of the groups."""


def run(say: Callable[[str, object], None], size: float = 1.0) -> None:
    """Let a day pass at every site and say the figures. size: share of the groups and their agents."""
    begun = time.monotonic()
    found = merged(_judged(size))
    say("sim_calls", found.calls)
    say("sim_agents", found.agents)
    say("sim_groups", found.groups)
    say("sim_minutes_wall", f"{(time.monotonic() - begun) / 60:.1f}")
    say("order_violations", found.order_violations)
    say("double_assignments", found.double_assignments)
    say("lost_wakeups", found.lost_wakeups)
    say("stuck_calls", found.stuck_calls)
    say("stuck_agents", found.stuck_agents)
    say("sim_service_level_percent", f"{found.service_level:.1f}")
    say("sim_abandon_rate_percent", f"{found.abandon_rate:.1f}")
    say("sim_wait_s_mean", f"{found.mean_wait_s:.1f}")
    say("sim_wait_s_longest", f"{found.longest_wait_s:.0f}")
    for name, error in sorted(found.estimate_errors.items()):
        say(f"ewt_error_percent_{name}", f"{error:.0f}")
    for name, value in sorted(found.theory.items()):
        say(f"erlang_{name}", value)
    say("erlang_deviation_percent", f"{found.erlang_deviation:.1f}")
    for line in found.examples:
        say("example", line)


def _judged(size: float) -> Iterator[Judged]:
    """Yield what became of each site; they run side by side."""
    command = [sys.executable, "-m", "tests.bench.day", str(size)]
    running = [subprocess.Popen([*command, str(site)], stdout=subprocess.PIPE, text=True) for site in range(SITES)]
    for process in running:
        told, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"a site broke: {told}")
        yield Judged(**json.loads(told.splitlines()[-1]))


__all__ = ["judge", "run"]
