"""`python -m tests.bench [name…] [--size 0.1]`: run the measurements, each in a process of its own.

Prints `name: value` lines; a figure is never a failure, a measurement that breaks is.
"""

import argparse
import importlib
import subprocess
import sys

MEASUREMENTS = ("capacity", "races", "cost", "cold_import", "webhook", "stack", "screen_pop", "web", "day")


def main() -> int:
    """Run what was asked for and return the exit status."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *MEASUREMENTS], metavar="name", help=", ".join(MEASUREMENTS))
    parser.add_argument("--size", type=float, default=1.0, help="share of the full size, for a quick look")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    names = given.names or list(MEASUREMENTS)
    if given.here:
        for name in names:
            importlib.import_module(f"tests.bench.{name}").run(say, given.size)
        return 0
    command = [sys.executable, "-m", "tests.bench", "--here", "--size", str(given.size)]
    broken = [name for name in names if subprocess.run([*command, name]).returncode]
    for name in broken:
        say(f"broken_{name}", 1)
    return 1 if broken else 0


def say(name: str, value: object) -> None:
    """Print one figure."""
    print(f"{name}: {value}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
