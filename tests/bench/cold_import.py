"""How much the application adds to the import of what it cannot do without."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable

RUNS = 9
BASE = "import chalice; from pynamodb.models import Model; from aws_lambda_powertools import Logger"
APP = "import app"
FUNCTIONS = ("api", "voice", "on_dispatch", "authorizer")
TIMED = "import time; began = time.perf_counter(); {}; print((time.perf_counter() - began) * 1000)"


def run(say: Callable[[str, object], None], size: float = 1.0) -> None:
    """Import in fresh processes, turn by turn, with compiled modules at hand, and say the medians."""
    with tempfile.TemporaryDirectory() as compiled:
        for code in (BASE, APP):
            _import_ms(code, compiled)
        runs = [_turn(compiled) for _ in range(max(3, round(RUNS * size)))]
    base, app, *functions = (statistics.median(column) for column in zip(*runs, strict=True))
    say("cold_import_ratio", f"{app / base:.2f}")
    for name, found in zip(FUNCTIONS, functions, strict=True):
        say(f"cold_import_ratio_{name}", f"{found / base:.2f}")
    say("cold_import_base_ms", round(base))
    say("cold_import_app_ms", round(app))


def _turn(compiled: str) -> list[float]:
    """Import the base, the whole application, and the application as each of some functions imports it."""
    whole = [_import_ms(BASE, compiled), _import_ms(APP, compiled)]
    return [*whole, *(_import_ms(APP, compiled, f"zhiyin-bench-{name}") for name in FUNCTIONS)]


def _import_ms(code: str, compiled: str, function: str = "") -> float:
    environment = {
        **os.environ,
        "PYTHONPYCACHEPREFIX": compiled,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": function,
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(code)], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])
