"""The Lambda application: mounts the routes and declares every trigger in one line each. No logic."""

from typing import Any

from chalice.app import AuthRequest, AuthResponse, Chalice

from chalicelib import health, reference
from chalicelib.acd import routes as groups
from chalicelib.calls import routes as calls
from chalicelib.calls import routes_agent, triggers, webhooks
from chalicelib.crm import routes as customers
from chalicelib.directory import routes as directory
from chalicelib.identity import routes as identity
from chalicelib.ivr import routes as flows
from chalicelib.realtime import fanout
from chalicelib.realtime import router as streams
from chalicelib.realtime import routes as realtime
from chalicelib.realtime import triggers as sockets
from chalicelib.recordings import routes as recordings
from chalicelib.recordings import triggers as recordings_triggers
from chalicelib.wiring import connect

app = Chalice(app_name="zhiyin", configure_logs=False)
app.api.binary_types = []
app.experimental_feature_flags.update(["WEBSOCKETS"])

connect()


@app.authorizer(ttl_seconds=60)
def authorizer(request: AuthRequest) -> AuthResponse:
    """Say who asks. The cryptography is imported here alone, for cold starts."""
    from chalicelib.identity.authorizer import authorize

    return authorize(request)


ROUTERS = (
    health.router,
    identity.router,
    directory.router,
    groups.router,
    flows.router,
    routes_agent.router,
    calls.router,
    recordings.router,
    customers.router,
    realtime.router,
    reference.router,
)
for router in ROUTERS:
    router.mount(app, authorizer)
webhooks.voice.mount(app)


@app.on_sqs_message(queue="dispatch.fifo")
def on_dispatch(event: Any) -> triggers.BatchResult:
    """Bring waiting calls and ready agents together."""
    return triggers.on_dispatch(event.to_dict())


@app.on_sqs_message(queue="dial")
def on_dial(event: Any) -> triggers.BatchResult:
    """Ring the agents of offers."""
    return triggers.on_dial(event.to_dict())


@app.on_sqs_message(queue="timers")
def on_timer(event: Any) -> triggers.BatchResult:
    """Act on what is due."""
    return triggers.on_timer(event.to_dict())


@app.on_sqs_message(queue="events")
def on_filing(event: Any) -> triggers.BatchResult:
    """File events and call records."""
    return triggers.on_filing(event.to_dict())


@app.on_sqs_message(queue="recordings")
def on_recording(event: Any) -> triggers.BatchResult:
    """Copy recordings into our bucket."""
    return recordings_triggers.on_recording(event.to_dict())


@app.schedule("rate(1 minute)")
def sweep(event: Any) -> dict[str, int]:  # noqa: ARG001
    """Settle what is due and was missed."""
    recordings_triggers.sweep()
    return triggers.sweep()


@app.schedule("cron(0 20 * * ? *)")
def reconcile_recordings(event: Any) -> dict[str, int]:  # noqa: ARG001
    """Compare our recordings with the carriers' (04:00 in China)."""
    return recordings_triggers.reconcile()


@app.on_sqs_message(queue="realtime")
def on_realtime(event: Any) -> fanout.Json:
    """Tell the screens what changed."""
    return fanout.on_realtime(event.to_dict())


@app.on_dynamodb_record(stream_arn="agents")
def on_agent_change(event: Any) -> streams.Json:
    """Pass on the changes of agents."""
    return streams.on_agent_change(event.to_dict())


@app.on_dynamodb_record(stream_arn="calls")
def on_call_change(event: Any) -> streams.Json:
    """Pass on the changes of calls."""
    return streams.on_call_change(event.to_dict())


@app.on_ws_connect()
def websocket_connect(event: Any) -> sockets.Answer:
    """Open a WebSocket for a ticket."""
    return sockets.connect(event.to_dict())


@app.on_ws_message()
def websocket_message(event: Any) -> sockets.Answer:
    """Answer a client."""
    return sockets.message(event.to_dict())


@app.on_ws_disconnect()
def websocket_disconnect(event: Any) -> sockets.Answer:
    """Forget a connection."""
    return sockets.disconnect(event.to_dict())
