"""`python -m infrastructure.local run|up|down|reset|deploy|restart PART|status`: the laptop stack."""

import argparse
import os
import shutil
import signal

from infrastructure.local import deploy, parts, settings, supervisor
from infrastructure.local.settings import Settings
from infrastructure.supervision import background

MODULE = "infrastructure.local"
UP_LIMIT_S = 400


def up(given: Settings) -> None:
    """Start the stack in the background and return when it is ready."""
    background.up(MODULE, given, given.own_environment(), UP_LIMIT_S)


def down(given: Settings) -> None:
    """Stop a stack that runs in the background or elsewhere."""
    background.down(MODULE, given)


def reset(given: Settings) -> None:
    """Stop the stack and delete everything that it kept."""
    down(given)
    shutil.rmtree(given.home, ignore_errors=True)


def restart(given: Settings, part: str) -> None:
    """End one part; the supervisor starts it again within a second."""
    os.kill(int((given.pids / f"{part}.pid").read_text()), signal.SIGTERM)


def status(given: Settings) -> None:
    """Print which part answers."""
    for part in (parts.emulator(given), parts.runner(given), parts.simulator(given), parts.proxy(given)):
        print(f"{part.name}: {'answers' if part.answers() else 'does not answer'}")


def main() -> None:
    """Do what the command line says with the stack of the environment's settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["run", "up", "down", "reset", "deploy", "restart", "status"])
    parser.add_argument("part", nargs="?", choices=["emulator", "runner", "simulator", "nginx"])
    asked = parser.parse_args()
    given = settings.load()
    if asked.command == "restart":
        restart(given, asked.part)
    elif asked.command == "deploy":
        deploy.deploy(given)
    else:
        {"run": supervisor.run, "up": up, "down": down, "reset": reset, "status": status}[asked.command](given)


if __name__ == "__main__":
    main()
