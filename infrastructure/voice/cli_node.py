"""`node`: run one voice node. Its libraries (baresip-python, numpy) are loaded only then."""

import argparse
import asyncio
import sys

from infrastructure.voice.node import settings as node_settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    node_settings.add_flags(parser)


def run(flags: argparse.Namespace) -> int:
    """Run the node until it is told to go; return the exit status."""
    from infrastructure.voice.legs.sip.agent import SipError
    from infrastructure.voice.node import service

    try:
        settings = node_settings.load(flags)
        service.voices_of(settings)
    except (ValueError, OSError) as error:
        print(f"configuration: {error}", file=sys.stderr)
        return 2
    try:
        return 0 if asyncio.run(service.serve(settings)) else 1
    except (OSError, SipError) as error:
        print(f"cannot run: {error}", file=sys.stderr)
        return 2
