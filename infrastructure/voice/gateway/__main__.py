"""`python -m infrastructure.voice.gateway run|up|down|drain|reload|status|front|check`: the gateway of one host."""

import argparse
import asyncio
import os
import signal
import subprocess
import time

import msgspec

from infrastructure.supervision import background
from infrastructure.supervision.pidfile import command_line
from infrastructure.voice.gateway import certificate, front, programs, rendering, rpc, settings, supervisor
from infrastructure.voice.gateway.settings import Settings

MODULE = "infrastructure.voice.gateway"
UP_LIMIT_S = 120
LOOK_EVERY_S = 1.0


def up(given: Settings) -> None:
    """Start the gateway in the background and return when all its programs answer."""
    environment = {settings.CONFIG_FILE: str(supervisor.settings_file(given))}
    background.up(MODULE, given, environment, UP_LIMIT_S)


def down(given: Settings) -> None:
    """Stop a gateway that runs in the background or elsewhere."""
    background.down(MODULE, given)


def drain(given: Settings) -> None:
    """Have the gateway take no new calls and stop with the last; return then. To interrupt this is to wait no longer.

    Errors: SystemExit when it does not run.
    """
    pid = background.pid_of(MODULE, given)
    if pid is None:
        raise SystemExit("not running")
    os.kill(pid, signal.SIGUSR1)
    print("no new calls are taken; waiting for the last to end", flush=True)
    while background.pid_of(MODULE, given) is not None:
        time.sleep(LOOK_EVERY_S)
    print("drained: the gateway has stopped")


def reload(given: Settings) -> None:
    """Let the edge read certificate and key again; connections and calls go on. Errors: SystemExit when it refuses."""
    try:
        asyncio.run(rpc.call(given, "tls.reload"))
    except rpc.RpcError as error:
        raise SystemExit(str(error)) from error
    print("certificate and key are read")


def status(given: Settings) -> None:
    """Print which programs run."""
    print(f"supervisor: {'runs' if background.pid_of(MODULE, given) else 'does not run'}")
    for path in sorted(given.pids.glob("*.pid")):
        if path.stem != "supervisor":
            print(f"{path.stem}: {'runs' if command_line(int(path.read_text())) else 'does not run'}")


def check(given: Settings) -> None:
    """Write the configuration and let Kamailio read it. Errors: CalledProcessError when it is refused."""
    certificate.ensure(given)
    path = rendering.render(given)
    # Even for a check Kamailio wants a directory to run in; its own, /run/kamailio, needs root.
    command = [programs.executable("kamailio"), "-c", "-f", str(path), "-Y", str(path.parent)]
    subprocess.run(command, check=True, stderr=subprocess.STDOUT)


COMMANDS = {
    "run": supervisor.run, "up": up, "down": down, "drain": drain, "reload": reload, "status": status, "check": check,
}  # fmt: skip


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m infrastructure.voice.gateway", description=__doc__)
    parser.add_argument("command", choices=["front", *COMMANDS])
    parser.add_argument("--config", help="settings (JSON); else $ZHIYIN_GATEWAY_CONFIG, else a laptop's defaults")
    parser.add_argument("--nodes", type=int, help="how many nodes run on this host")
    asked = parser.parse_args()
    try:
        given = settings.load(asked.config)
    except (OSError, ValueError) as error:
        raise SystemExit(f"configuration: {error}") from error
    if asked.nodes is not None:
        given = msgspec.structs.replace(given, nodes=asked.nodes)
    if asked.command == "front":
        asyncio.run(front.serve(given))
    else:
        COMMANDS[asked.command](given)


if __name__ == "__main__":
    main()
