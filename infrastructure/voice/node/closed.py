"""Ends, towards the platform, the calls that a dead node left: what its process can no longer say itself.

`python -m infrastructure.voice.node.closed --state DIR --token TOKEN`; whoever watches over nodes runs it when one is
dead. Calls of a process that lives are left alone; running it twice does no harm.
"""

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

import msgspec
from twilio.request_validator import RequestValidator

from infrastructure.voice.engine.callbacks import API_VERSION, rfc2822
from infrastructure.voice.hooks.transport import ConnectionFailed, HttpTransport, Transport
from infrastructure.voice.hooks.webhooks import signed
from infrastructure.voice.node.journal import LiveCall, live
from infrastructure.voice.node.living import lives

TRIES = 5
PAUSE_S = 1.0


async def close_calls(state: Path, token: str, transport: Transport | None = None) -> int:
    """Report `completed` (`failed` when it was never answered) for every call of the journal whose process is dead.

    Returns how many were reported. One that could not be delivered stays in the journal for the next time.
    """
    carrying = transport or HttpTransport()
    try:
        paths = sorted(live(state).glob("*.json"))
        done = await asyncio.gather(*(_close(path, token, carrying) for path in paths))
    finally:
        await carrying.close()
    return sum(done)


async def _close(path: Path, token: str, transport: Transport) -> bool:
    try:
        call = msgspec.json.decode(path.read_bytes(), type=LiveCall)
    except (FileNotFoundError, msgspec.MsgspecError):
        path.unlink(missing_ok=True)
        return False
    if call.pid != os.getpid() and lives(call.pid):
        return False
    if call.url is None or await _delivered(call, call.url, token, transport):
        path.unlink(missing_ok=True)
        return call.url is not None
    return False


async def _delivered(call: LiveCall, url: str, token: str, transport: Transport) -> bool:
    request = signed(RequestValidator(token), url, call.method, _fields(call))
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(PAUSE_S)
        try:
            reply = await asyncio.wait_for(transport.send(request), 15)
        except (ConnectionFailed, TimeoutError):
            continue
        if reply.status < 500:
            return True
    return False


def _fields(call: LiveCall) -> dict[str, str]:
    now = int(time.time() * 1000)
    seconds = max(1, (now - call.answered_at) // 1000) if call.answered_at is not None else 0
    fields = {
        "CallSid": call.sid,
        "AccountSid": call.account,
        "From": call.from_,
        "To": call.to,
        "Caller": call.from_,
        "Called": call.to,
        "CallStatus": "completed" if call.answered_at is not None else "failed",
        "ApiVersion": API_VERSION,
        "Direction": call.direction,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(call.sequence),
        "Timestamp": rfc2822(now),
        "CallDuration": str(seconds),
        "Duration": str(-(-seconds // 60)),
    }
    return fields | ({"ParentCallSid": call.parent} if call.parent is not None else {})


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--token", default=os.environ.get("ZHIYIN_SIM_AUTH_TOKEN", ""))
    flags = parser.parse_args()
    print(asyncio.run(close_calls(flags.state, flags.token)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
