"""`python -m infrastructure.voice.gateway run|router gateway.json` or `… beside`.

The gateway of a host; its router alone; the gateway beside the laptop stack that runs.
"""

import argparse
from pathlib import Path

from infrastructure.voice.gateway import settings


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="infrastructure.voice.gateway", description=__doc__)
    parser.add_argument("what", choices=["run", "router", "beside"])
    parser.add_argument("settings", type=Path, nargs="?", help="gateway.json (see settings.py)")
    given = parser.parse_args()
    if given.what == "beside":
        from infrastructure.local import settings as stack
        from infrastructure.voice.gateway import beside, launcher

        launcher.run(beside.prepare(stack.load()))
        return
    if given.settings is None:
        parser.error("where are the settings?")
    gateway = settings.load(given.settings)
    if given.what == "router":
        from aiohttp import web

        from infrastructure.voice.gateway.router import application

        web.run_app(application(gateway), host=gateway.ip, port=gateway.router_port, print=None)
    else:
        from infrastructure.voice.gateway import launcher

        launcher.run(gateway)


if __name__ == "__main__":
    main()
