"""Ports for what a test starts."""

import random
import socket

_given: set[int] = set()


def free_port() -> int:
    """Return a port that is free for UDP and TCP, below those that the system gives to outgoing connections."""
    while True:
        port = random.randrange(12_000, 20_000)
        if port in _given:
            continue
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        _given.add(port)
        return port
