"""The Lambda application: mounts the routes and declares every trigger. No logic.

A trigger imports what it calls when it is called: each function runs one of them, and imports this whole file.
"""

from typing import Any

from chalice.app import AuthRequest, AuthResponse, Chalice

from chalicelib import mounting
from chalicelib.wiring import connect

Json = dict[str, Any]

app = Chalice(app_name="zhiyin", configure_logs=False)
app.api.binary_types = []
app.experimental_feature_flags.update(["WEBSOCKETS"])

connect()


@app.authorizer(ttl_seconds=60)
def authorizer(request: AuthRequest) -> AuthResponse:
    """Say who asks. The cryptography is imported here alone, for cold starts."""
    from chalicelib.identity.authorizer import authorize

    return authorize(request)


mounting.mount(app, authorizer)


@app.on_sqs_message(queue="dispatch.fifo")
def on_dispatch(event: Any) -> Json:
    """Bring waiting calls and ready agents together."""
    from chalicelib.calls import triggers

    return triggers.on_dispatch(event.to_dict())


@app.on_sqs_message(queue="dial")
def on_dial(event: Any) -> Json:
    """Ring the agents of offers."""
    from chalicelib.calls import triggers

    return triggers.on_dial(event.to_dict())


@app.on_sqs_message(queue="timers")
def on_timer(event: Any) -> Json:
    """Act on what is due."""
    from chalicelib.calls import triggers

    return triggers.on_timer(event.to_dict())


@app.on_sqs_message(queue="events")
def on_filing(event: Any) -> Json:
    """File events and call records."""
    from chalicelib.calls import triggers

    return triggers.on_filing(event.to_dict())


@app.on_sqs_message(queue="recordings")
def on_recording(event: Any) -> Json:
    """Copy recordings into our bucket."""
    from chalicelib.recordings import triggers as recordings_triggers

    return recordings_triggers.on_recording(event.to_dict())


@app.schedule("rate(1 minute)")
def sweep(event: Any) -> Json:  # noqa: ARG001
    """Settle what is due and was missed."""
    from chalicelib.calls import triggers
    from chalicelib.recordings import triggers as recordings_triggers

    swept = triggers.sweep()  # calls first: they do not wait for recordings
    recordings_triggers.sweep()
    return swept


@app.schedule("cron(0 20 * * ? *)")
def reconcile_recordings(event: Any) -> Json:  # noqa: ARG001
    """Compare our recordings with the carriers' (04:00 in China)."""
    from chalicelib.recordings import triggers as recordings_triggers

    return recordings_triggers.reconcile()


@app.on_sqs_message(queue="realtime")
def on_realtime(event: Any) -> Json:
    """Tell the screens what changed."""
    from chalicelib.realtime import fanout

    return fanout.on_realtime(event.to_dict())


@app.on_dynamodb_record(stream_arn="agents")
def on_agent_change(event: Any) -> Json:
    """Pass on the changes of agents."""
    from chalicelib.realtime import router as streams

    return streams.on_agent_change(event.to_dict())


@app.on_dynamodb_record(stream_arn="calls")
def on_call_change(event: Any) -> Json:
    """Pass on the changes of calls."""
    from chalicelib.realtime import router as streams

    return streams.on_call_change(event.to_dict())


@app.on_ws_connect()
def websocket_connect(event: Any) -> Json:
    """Open a WebSocket for a ticket."""
    from chalicelib.realtime import triggers as sockets

    return sockets.connect(event.to_dict())


@app.on_ws_message()
def websocket_message(event: Any) -> Json:
    """Answer a client."""
    from chalicelib.realtime import triggers as sockets

    return sockets.message(event.to_dict())


@app.on_ws_disconnect()
def websocket_disconnect(event: Any) -> Json:
    """Forget a connection."""
    from chalicelib.realtime import triggers as sockets

    return sockets.disconnect(event.to_dict())
