"""What each function mounts: a function imports nothing that it does not serve, which is most of its cold start."""

import os
from importlib import import_module
from typing import Any

from chalicelib.kernel.routing import Router

ROUTERS = (
    "chalicelib.health",
    "chalicelib.identity.routes",
    "chalicelib.directory.routes",
    "chalicelib.directory.routes_routing",
    "chalicelib.acd.routes",
    "chalicelib.prompts.routes",
    "chalicelib.ivr.routes",
    "chalicelib.calls.routes_agent",
    "chalicelib.calls.routes",
    "chalicelib.calls.routes_callbacks",
    "chalicelib.calls.routes_supervision",
    "chalicelib.calls.routes_routing",
    "chalicelib.recordings.routes",
    "chalicelib.voicemail.routes",
    "chalicelib.survey.routes",
    "chalicelib.crm.routes",
    "chalicelib.realtime.routes",
    "chalicelib.reference",
)
WORKERS = {
    "authorizer": "chalicelib.identity.authorizer",
    "on_dispatch": "chalicelib.calls.triggers",
    "on_dial": "chalicelib.calls.triggers",
    "on_timer": "chalicelib.calls.triggers",
    "on_filing": "chalicelib.calls.triggers",
    "on_recording": "chalicelib.recordings.triggers",
    "on_realtime": "chalicelib.realtime.fanout",
    "on_agent_change": "chalicelib.realtime.router",
    "on_call_change": "chalicelib.realtime.router",
    "sweep": "chalicelib.calls.triggers",
    "reconcile_recordings": "chalicelib.recordings.triggers",
    "websocket_connect": "chalicelib.realtime.triggers",
    "websocket_message": "chalicelib.realtime.triggers",
    "websocket_disconnect": "chalicelib.realtime.triggers",
}
"""Functions that serve no request of HTTP, with what each imports while its environment starts: Lambda gives a full
processor then, and the first message need not wait."""


def routers() -> list[Router]:
    """Return the routers of the REST API, in the order in which they are documented."""
    return [import_module(name).router for name in ROUTERS]


def mount(app: Any, authorizer: Any) -> None:
    """Mount on a Chalice app what this process serves; everything where the function is not known."""
    name = function()
    if name in WORKERS:
        import_module(WORKERS[name])
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
