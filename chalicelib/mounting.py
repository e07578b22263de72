"""What each function mounts: a function imports nothing that it does not serve, which is most of its cold start."""

import os
from importlib import import_module
from typing import Any

from chalicelib.kernel.routing import Router

ROUTERS = (
    "chalicelib.health",
    "chalicelib.identity.routes",
    "chalicelib.directory.routes",
    "chalicelib.acd.routes",
    "chalicelib.ivr.routes",
    "chalicelib.calls.routes_agent",
    "chalicelib.calls.routes",
    "chalicelib.recordings.routes",
    "chalicelib.crm.routes",
    "chalicelib.realtime.routes",
    "chalicelib.reference",
)
WORKERS = ("on_", "websocket_", "authorizer", "sweep", "reconcile_")
"""How the names of the functions begin that serve no request of HTTP."""


def routers() -> list[Router]:
    """Return the routers of the REST API, in the order in which they are documented."""
    return [import_module(name).router for name in ROUTERS]


def mount(app: Any, authorizer: Any) -> None:
    """Mount on a Chalice app what this process serves; everything where the function is not known."""
    name = function()
    if name.startswith(WORKERS):
        return
    if name != "voice":
        for router in routers():
            router.mount(app, authorizer)
    if name != "api":
        from chalicelib.calls.webhooks import voice

        voice.mount(app)


def function() -> str:
    """Return the name that app.py knows this process's function by; empty outside of Lambda."""
    return os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "").rpartition("-")[2]
