"""What AWS asks for one call: every request of one call's whole life is metered and multiplied by the list prices.

The call: 60 s in the queue, 300 s recorded conversation, wrap-up; agent in 10 groups, two walls open. Nothing is
shared with other calls: each wall is told of each change alone (dearer than a busy centre). What keeping the recording
costs comes again every month, so it stands apart.
"""

from collections import Counter
from collections.abc import Callable

from tests.bench import prices
from tests.bench.driver import Invocation
from tests.bench.life import life_of_a_call
from tests.bench.meter import Meter

AGENTS_PER_CALL = 1.0
WATCHERS_PER_100_AGENTS = 2
AUTHORIZER_S = 60
PINGS_S = 20
STANDARD_QUEUES = {"on_dial", "on_timer", "on_filing", "on_recording", "on_realtime"}


def run(say: Callable[[str, object], None], size: float = 1.0) -> None:
    """Drive the call and say the figures."""
    del size
    driven = life_of_a_call()
    rows = cost(driven.invocations, driven.meter, driven.agent_s, driven.recording_bytes)
    dynamodb = driven.meter.count("dynamodb")
    say("dynamodb_requests_per_call", dynamodb)
    say("aws_cost_per_call_usd", f"{sum(rows.values()):.6f}")
    for name, value in sorted(rows.items(), key=lambda row: -row[1]):
        say(f"aws_cost_per_call_usd_{name}", f"{value:.6f}")
    say("recording_storage_usd_per_month", f"{driven.recording_bytes / 1e9 * prices.S3_GB_MONTH:.6f}")
    say("lambda_invocations_per_call", len(driven.invocations))
    for name, number in Counter(one.function for one in driven.invocations).most_common():
        ours = [one for one in driven.invocations if one.function == name]
        say(f"invocations_{name}", f"{number}, {sum(map(_dollars, ours)):.6f} USD of time, capacity units and logs")
    units = (driven.meter.read, driven.meter.write)
    say("dynamodb_read_units_per_call", f"{units[0]:.0f}")
    say("dynamodb_write_units_per_call", f"{units[1]:.0f}")
    for name, number in Counter(_what(one) for one in driven.meter.requests).most_common(12):
        say(f"requests_{name}", number)


def _what(request: object) -> str:
    return f"{request.service}.{request.operation}"  # type: ignore[attr-defined]


def cost(invocations: list[Invocation], meter: Meter, agent_s: float, recording_bytes: int) -> dict[str, float]:
    """Return dollars by service. agent_s: how long the agent is busy with the call and near it."""
    kinds = meter.kinds()
    gateway = sum(one.kind in ("webhook", "api") for one in invocations)
    authorizations = agent_s / AUTHORIZER_S
    driven = sum(one.kind == "socket" for one in invocations)
    pings = max(0.0, agent_s / PINGS_S * (1 + WATCHERS_PER_100_AGENTS / 100) - driven)
    gb_s = sum(_gb_s(one) for one in invocations) + authorizations * 0.5 * 0.04 + pings * 0.5 * 0.02
    sends = [one for one in meter.requests if one.service == "sqs"]
    fifo = sum("dispatch" in one.params["QueueUrl"] for one in sends)
    fifo += prices.POLL_REQUESTS * sum(one.function == "on_dispatch" for one in invocations)
    standard = sum("dispatch" not in one.params["QueueUrl"] for one in sends)
    standard += prices.POLL_REQUESTS * sum(one.function in STANDARD_QUEUES for one in invocations)
    logs = sum(one.log_bytes + prices.PLATFORM_LOG_BYTES for one in invocations)
    posts = kinds["apigatewaymanagementapi.PostToConnection"] + driven + 2 * pings
    return {
        "lambda_time": gb_s * prices.LAMBDA_GB_S,
        "lambda_requests": (len(invocations) + authorizations + pings) * prices.LAMBDA_REQUEST,
        "api_gateway": gateway * prices.REST_REQUEST,
        "cloudfront": gateway * prices.CLOUDFRONT_REQUEST,
        "websocket": posts * prices.WEBSOCKET_MESSAGE + agent_s / 60 * 1.02 * prices.WEBSOCKET_MINUTE,
        "dynamodb_writes": meter.write * prices.DYNAMODB_WRITE,
        "dynamodb_reads": (meter.read + pings) * prices.DYNAMODB_READ,
        "sqs": fifo * prices.SQS_FIFO + standard * prices.SQS_STANDARD,
        "s3_requests": (kinds["s3.PutObject"] + kinds["s3.UploadPart"]) * prices.S3_PUT
        + (kinds["s3.HeadObject"] + prices.PLAYED) * prices.S3_GET,
        "s3_played": recording_bytes / 1e9 * prices.PLAYED * prices.S3_RETRIEVAL_GB,
        "logs": logs / 1e9 * prices.LOGS_GB,
    }


def _dollars(one: Invocation) -> float:
    """Return what can be put down to one invocation: itself, its capacity units and its log."""
    units = one.read * prices.DYNAMODB_READ + one.write * prices.DYNAMODB_WRITE
    log = (one.log_bytes + prices.PLATFORM_LOG_BYTES) / 1e9 * prices.LOGS_GB
    return _gb_s(one) * prices.LAMBDA_GB_S + prices.LAMBDA_REQUEST + units + log


def _gb_s(one: Invocation) -> float:
    cpu = prices.CPU_MS[one.kind] * max(1.0, prices.FULL_CPU_MB / one.memory_mb)
    wait = sum(prices.WAIT_MS.get(name, prices.OTHER_WAIT_MS) for name in one.requests)
    return (cpu + wait) / 1000 * one.memory_mb / 1024
